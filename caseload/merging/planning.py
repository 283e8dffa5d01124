"""What a merge would change of a record, worked out before anything is written (PIA-14).

The plan is what the page shows, and what the action does.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from caseload.actions.details import sole_by
from caseload.merging.rules import EMPTY, Piece, Reading, Told, agree, read_again
from caseload.models import (
    FACT_MODELS,
    WITHHELD,
    Activity,
    Consent,
    ContactPoint,
    Departure,
    DoNotSurvey,
    Identifier,
    IdentityFact,
    Name,
    Particulars,
    Section72,
    Verification,
    YoungPerson,
)
from caseload.queries.choices import hold_back
from caseload.queries.sealed import said_by, said_when_sealed
from caseload.queries.timeline import RELATED
from ccis.calendar.words import local_date

ASKED: tuple[type[Any], ...] = (Identifier, Name, Particulars)
"""Facts that say who someone is: where two differ, a person says which is believed."""

NOT_COMPARED: dict[type[Any], frozenset[str]] = {
    Activity: frozenset(
        {"spell", "ascertained_on", "review_on", "predicted_end_on", "leaving_reason", "course",
         "course_level"}
    ),
    ContactPoint: frozenset({"note"}),
    DoNotSurvey: frozenset({"said_by", "how"}),
    Consent: frozenset({"said_by", "how"}),
}  # fmt: skip
"""What may differ between two that say the same."""


UNITED: frozenset[type[Any]] = frozenset({Section72, DoNotSurvey, Consent})
"""Choices that hold for as long as either record says so: the strictest wins."""


@dataclass
class Statement:
    """A fact to be stated of the record that stays: what it says, and the facts that it is of."""

    model: type[Any]
    during: DateRange
    values: dict[str, Any]
    of: list[Any]
    source_row: int | None = None


@dataclass
class Kinds:
    """What becomes of one kind of fact: what stays believed, what no longer is, what is stated."""

    model: type[Any]
    untouched: list[Any] = field(default_factory=list)
    superseded: list[Any] = field(default_factory=list)
    stated: list[Statement] = field(default_factory=list)
    left: list[Any] = field(default_factory=list)
    """Facts of the record that goes that are not carried over."""
    spells: dict[int, int] = field(default_factory=dict)
    """Of activities: the spell under which each spell goes on."""

    @property
    def changes(self) -> bool:
        """Whether anything of this kind changes on the record that stays."""
        return bool(self.superseded or self.stated)


@dataclass
class Question:
    """Two facts of which one is believed: a person says which. ``key`` names it in a form."""

    key: str
    model: type[Any]
    of_stays: Any
    of_goes: Any
    usual: Any | None
    """What the rule would believe; ``None`` where it may not say."""


@dataclass
class Plan:
    """All that a merge changes of the record that stays."""

    kinds: dict[type[Any], Kinds]
    questions: list[Question]
    verifications: list[Verification] = field(default_factory=list)
    """Confirmations to be stated of the record that stays, not saved: spell and day."""

    @property
    def unanswered(self) -> list[Question]:
        """Questions to which there is no answer yet."""
        return [one for one in self.questions if one.usual is None]


def read_kind(
    model: type[Any],
    stays: Sequence[Any],
    goes: Sequence[Any],
    *,
    chosen: Iterable[int] = (),
    confirmed: Mapping[int, date] | None = None,
) -> Kinds:
    """Read the facts of one kind of two records as one record's.

    ``chosen`` are ids of facts that someone preferred; ``confirmed`` the last confirmation of
    activities by spell.
    """
    made = Kinds(model)
    preferred, heard = frozenset(chosen), confirmed or {}
    groups: dict[tuple[Any, ...] | None, list[Any]] = defaultdict(list)
    for fact in (*stays, *goes):
        groups[group_of(fact)].append(fact)
    own = {fact.pk for fact in stays}
    for key, group in groups.items():
        how = Reading(excludes=key is not None, union=model in UNITED, of_who=model in ASKED)
        told = [_told(fact, fact.pk in own, preferred, heard) for fact in group]
        _take_down(made, group, told, read_again(told, how))
    if model is Name:
        _keep_as_former(made)
    return made


def group_of(fact: Any) -> tuple[Any, ...] | None:
    """The values of which no two may be at a time; ``None`` where they may."""
    model = type(fact)
    if model is Name and fact.kind == Name.Kind.FORMER:
        return None
    same = tuple(getattr(fact, model._meta.get_field(name).attname) for name in sole_by(model))
    return None if None in same else same


def _told(fact: Any, stays: bool, preferred: frozenset[int], heard: Mapping[int, date]) -> Told:
    found_out = local_date(fact.recorded.at)
    if isinstance(fact, Activity):
        found_out = max(fact.ascertained_on, heard.get(fact.spell, fact.ascertained_on))
    apart = NOT_COMPARED.get(type(fact), frozenset())
    return Told(
        says={name: value for name, value in fact.content().items() if name not in apart},
        lower=fact.during.lower,
        upper=fact.during.upper,
        weight=(fact.pk in preferred or _is_strictest(fact), found_out, fact.recorded_id),
        stays=stays,
    )


def _is_strictest(fact: Any) -> bool:
    """Whether a fact is a no that no yes of another record may take the place of (PIA-08)."""
    return isinstance(fact, Consent) and fact.answer in WITHHELD


def _take_down(
    made: Kinds, group: Sequence[Any], told: Sequence[Told], pieces: Sequence[Piece]
) -> None:
    """Turn pieces into what stays, what is superseded and what is stated."""
    untouched: set[int] = set()
    used: set[int] = set()
    for piece in pieces:
        values = _values(piece, group, told)
        used.update((piece.at, *piece.with_))
        if "spell" in values:
            for at in (piece.at, *piece.with_):
                made.spells.setdefault(group[at].spell, values["spell"])
        same = next(
            (
                at
                for at in (piece.at, *piece.with_)
                if told[at].stays
                and at not in untouched
                and (told[at].lower, told[at].upper) == (piece.lower, piece.upper)
                and group[at].content() == values
            ),
            None,
        )
        if same is not None:
            untouched.add(same)
            continue
        made.stated.append(
            Statement(
                made.model,
                DateRange(piece.lower, piece.upper, "[)"),
                values,
                [group[at] for at in (piece.at, *piece.with_)],
                group[piece.at].source_row,
            )
        )
    for at, fact in enumerate(group):
        if told[at].stays:
            (made.untouched if at in untouched else made.superseded).append(fact)
        elif at not in used:
            made.left.append(fact)


def _values(piece: Piece, group: Sequence[Any], told: Sequence[Told]) -> dict[str, Any]:
    """What a piece says: its fact's own words, and where these are empty those of the others."""
    values: dict[str, Any] = dict(group[piece.at].content())
    for at in piece.with_:
        for name, value in group[at].content().items():
            if values[name] in EMPTY:
                values[name] = value
    own = [at for at in (piece.at, *piece.with_) if told[at].stays]
    if own and "spell" in values:
        values["spell"] = group[own[0]].spell
    return values


def _keep_as_former(made: Kinds) -> None:
    """Names that are not believed any more stay as names that someone was known by."""
    believed = [fact.content() for fact in made.untouched] + [one.values for one in made.stated]
    known = {(values["given"], values["family"]) for values in believed}
    for fact in (*made.superseded, *made.left):
        said = (fact.given, fact.family)
        if said in known or fact.kind == Name.Kind.FORMER:
            continue
        known.add(said)
        values = {**fact.content(), "kind": Name.Kind.FORMER}
        made.stated.append(Statement(Name, fact.during, values, [fact], fact.source_row))
    carried = {fact.pk for one in made.stated for fact in one.of}
    made.left = [fact for fact in made.left if fact.pk not in carried]


# -- of two records ------------------------------------------------------------------------------


def believed(person: YoungPerson, model: type[Any]) -> list[Any]:
    """What is believed of someone, of one kind, with what it is shown with."""
    found = model._default_manager.filter(person=person, superseded=None)
    versions = list(found.select_related(*RELATED.get(model, ()), "recorded").order_by("pk"))
    hold_back(versions)
    return versions


def plan_merge(
    stays: YoungPerson, goes: YoungPerson, answers: Mapping[str, int] | None = None
) -> Plan:
    """What merging one record into another changes of the one that stays.

    ``answers`` gives, by the key of a question, the id of the fact that is believed.
    """
    given = answers or {}
    sealed = said_when_sealed((stays.pk, goes.pk))
    facts = {
        model: tuple(
            [fact for fact in believed(person, model) if not _is_sealed(fact, sealed)]
            for person in (stays, goes)
        )
        for model in FACT_MODELS
        if model not in (Verification, Departure)
    }
    confirmations = (believed(stays, Verification), believed(goes, Verification))
    heard: dict[int, date] = {}
    for one in (*confirmations[0], *confirmations[1]):
        heard[one.spell] = max(one.verified_on, heard.get(one.spell, one.verified_on))
    kinds, questions = {}, []
    for model, (own, others) in facts.items():
        asked = list(_questions(model, own, others, given)) if model in ASKED else []
        questions += asked
        chosen = [given[one.key] for one in asked if one.key in given]
        kinds[model] = read_kind(model, own, others, chosen=chosen, confirmed=heard)
    plan = Plan(kinds, questions)
    plan.verifications = _confirmations(kinds[Activity], *confirmations)
    return plan


def _is_sealed(fact: Any, sealed: Collection[tuple[Any, ...]]) -> bool:
    """Whether a fact says what is sealed of either record: a merge leaves it out (LAW-10)."""
    return bool(sealed) and isinstance(fact, IdentityFact) and said_by(fact) in sealed


def _questions(
    model: type[Any], own: Sequence[Any], others: Sequence[Any], given: Mapping[str, int]
) -> Iterable[Question]:
    """Pairs of the present facts of a kind that contradict each other."""
    present: dict[tuple[Any, ...], tuple[list[Any], list[Any]]] = defaultdict(lambda: ([], []))
    for side, facts in enumerate((own, others)):
        for fact in facts:
            if (key := group_of(fact)) is not None:
                present[key][side].append(fact)
    for key, (mine, theirs) in present.items():
        if not mine or not theirs:
            continue
        one, other = _latest(mine), _latest(theirs)
        told = [_told(fact, fact is one, frozenset(), {}) for fact in (one, other)]
        if agree(told[0], told[1]):
            continue
        name = "-".join([model._meta.model_name or "", *map(str, key)])
        newest = one if told[0].weight >= told[1].weight else other
        usual = next(
            (fact for fact in (one, other) if fact.pk == given.get(name)),
            None if model is Identifier else newest,
        )
        yield Question(name, model, one, other, usual)


def _latest(facts: Sequence[Any]) -> Any:
    return max(facts, key=lambda fact: (fact.during.upper is None, fact.during.upper or date.min))


def _confirmations(
    activities: Kinds, own: Sequence[Verification], others: Sequence[Verification]
) -> list[Verification]:
    """Confirmations of the record that goes, of activities that are carried over."""
    known = {(one.spell, one.verified_on) for one in own}
    made = []
    for one in others:
        spell = activities.spells.get(one.spell)
        if spell is not None and (spell, one.verified_on) not in known:
            known.add((spell, one.verified_on))
            made.append(
                Verification(spell=spell, verified_on=one.verified_on, source_row=one.source_row)
            )
    return made
