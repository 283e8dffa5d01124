"""Two records side by side, what merging them changes, and what was recorded since, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from caseload.matching.presenters import likelihood, lit, waterfall
from caseload.matching.scoring import explain
from caseload.merging.actions import recorded_since
from caseload.merging.models import Merge, Two
from caseload.merging.planning import ASKED, Kinds, Plan, Question, Statement, group_of
from caseload.models import (
    WITHHELD,
    Characteristic,
    Consent,
    Identifier,
    Name,
    RestrictionLevel,
    Section72,
    Verification,
    YoungPerson,
)
from caseload.presenters import facts
from caseload.presenters.history import HIDDEN
from caseload.presenters.parts import kind_of, value_of
from caseload.queries.summaries import Summary
from ccis.access.references import show_reference
from ccis.calendar.words import date_in_words, moment_in_words, short_date
from ccis.govuk.words import plural

SAME, ONLY_HERE, DIFFERENT = "Same", "Only here", "Different"
MOST_REASONS = 3
TELLING = 1.0
"""Bits from which a step is given as a reason."""


def address(pair: Two, name: str = "duplicate") -> str:
    """The page of a pair, or of what one does there."""
    return reverse(f"merging:{name}", args=[pair.ref])


# -- the list ------------------------------------------------------------------------------------


def list_row(pair: Two, summaries: Mapping[int, Summary]) -> dict[str, Any]:
    """A pair as a row of the list."""
    one, other = summaries[pair.first_id], summaries[pair.second_id]
    return {
        "href": address(pair),
        "names": [one.sorted_name, other.sorted_name],
        "references": [show_reference(side.person.ref) for side in (one, other)],
        "born": [born(side) for side in (one, other)],
        "why": reasons(pair),
        "tag": tag(pair),
    }


def born(summary: Summary) -> str:
    """The date of birth, for a table."""
    return short_date(summary.date_of_birth) if summary.date_of_birth else "not recorded"


def tag(pair: Two) -> dict[str, str]:
    """How likely it is that the two are one person."""
    if pair.model_id is None:
        return {"text": "Named by a person", "colour": "blue"}
    return likelihood(pair.probability)


def reasons(pair: Two) -> str:
    """What speaks most for it, in words."""
    steps = [step for step in explain(pair.steps) if step.called and step.bits >= TELLING]
    steps.sort(key=lambda step: -step.bits)
    said = [f"{step.called.lower()}: {step.words[:1].lower()}{step.words[1:]}" for step in steps]
    text = "; ".join(said[:MOST_REASONS]) or "Someone thinks that they are one person"
    return text[:1].upper() + text[1:]


# -- side by side --------------------------------------------------------------------------------


def compared(
    one: Summary, other: Summary, numbers: Mapping[int, Mapping[str, str]], pair: Two
) -> list[dict[str, Any]]:
    """Both records, field by field, what differs lit (pages §3.8)."""
    said = {step["field"]: step["words"] for step in pair.steps}
    both = (one, other)
    rows = [
        _line("Family name", [s.name.family if s.name else "" for s in both], said.get("family")),
        _line("First name", [s.name.given if s.name else "" for s in both], said.get("given")),
        _line("Known as", [s.known_as_words for s in both]),
        _line(
            "Date of birth",
            [date_in_words(s.date_of_birth) if s.date_of_birth else "" for s in both],
            said.get("birth"),
        ),
        _line("Address", [facts.value_of(s.home) if s.home else "" for s in both]),
        _line("Doing now", [facts.value_of(s.activity) if s.activity else "" for s in both]),
        *(
            _line(label, [numbers.get(s.person.pk, {}).get(kind, "") for s in both])
            for kind, label in (("upn", "UPN"), ("uln", "ULN"))
        ),
        _line("NCCIS id", [s.person.young_persons_id for s in both]),
    ]
    return [row for row in rows if row]


def _line(label: str, values: list[str], words: str | None = None) -> dict[str, Any]:
    here, there = values
    if not here and not there:
        return {}
    if here == there:
        return {"field": label, "values": values, "agree": SAME, "differs": False}
    if not here or not there:
        return {"field": label, "values": values, "agree": ONLY_HERE, "differs": True}
    agree = words if words and words != SAME else DIFFERENT
    return {"field": label, "values": list(lit(here, there)), "agree": agree, "differs": True}


def steps(pair: Two) -> list[dict[str, str]]:
    """The reckoning, step by step."""
    return waterfall(pair)  # type: ignore[arg-type]


# -- what a merge changes ------------------------------------------------------------------------


def question(asked: Question) -> str:
    """``Which legal name is right?``"""
    kind = kind_of(asked.of_stays)
    noun = kind if isinstance(asked.of_stays, Identifier) else kind.lower()
    return f"Which {noun or 'date of birth, gender and ethnic origin'} is right?"


def answer(fact: Any) -> str:
    """One of two contradicting facts, with when it was found out."""
    return f"{value_of(fact)}, {facts.whence(fact)[:1].lower()}{facts.whence(fact)[1:]}"


def changes(plan: Plan) -> list[dict[str, Any]]:
    """Everything that changes on the record that stays: what, was, becomes."""
    rows = [row for kind in plan.kinds.values() for row in _of_kind(kind)]
    for one in plan.verifications:
        rows.append(
            {
                "what": "Confirmation",
                "was": "",
                "becomes": f"Confirmed on {short_date(one.verified_on)}",
            }
        )
    return rows


def _of_kind(kind: Kinds) -> list[dict[str, Any]]:
    noun = str(kind.model._meta.verbose_name)
    noun = noun[:1].upper() + noun[1:]
    rows: list[dict[str, Any]] = []
    told: set[int] = set()
    own = {fact.pk for fact in kind.superseded}
    for statement in kind.stated:
        was = [fact for fact in statement.of if fact.pk in own] or _outvoted(statement, kind)
        told.update(fact.pk for fact in was)
        before, after = "; ".join(map(_words, was)), _words(_as_fact(statement))
        if before:
            before, after = lit(before, after)
        rows.append({"what": noun, "was": before, "becomes": after})
    for fact in kind.superseded:
        if fact.pk not in told:
            rows.append(
                {"what": noun, "was": _words(fact), "becomes": "Not believed any more. It stays in "
                 "the history"}
            )  # fmt: skip
    return rows


def _outvoted(statement: Statement, kind: Kinds) -> list[Any]:
    """What stood where a number, a name or particulars of the other record will stand."""
    place = group_of(_as_fact(statement))
    if kind.model not in ASKED or place is None:
        return []
    return [fact for fact in kind.superseded if fact.ends_on is None and group_of(fact) == place]


def _as_fact(statement: Statement) -> Any:
    """As if it were held; what is held back of one record is so of what it becomes (PIA-08)."""
    fact = statement.model(during=statement.during, **statement.values)
    if any(getattr(one, "is_held_back", False) for one in statement.of):
        fact.is_held_back = True
    return fact


def _words(fact: Any) -> str:
    if isinstance(fact, Characteristic) and fact.code.is_sensitive:
        return f"{HIDDEN.capitalize()} ({facts.days(fact)})"
    words = ": ".join(filter(None, (kind_of(fact), value_of(fact))))
    days = facts.days(fact)
    return f"{words} ({days})" if days else words


def left_behind(plan: Plan) -> list[str]:
    """What the record that goes says and the one that stays will not."""
    return [_words(fact) for kind in plan.kinds.values() for fact in kind.left]


def effects(stays: YoungPerson, goes: YoungPerson) -> list[str]:
    """What merging does besides, a sentence each."""
    kept, gone = show_reference(stays.ref), show_reference(goes.ref)
    return [
        f"{kept} stays. From now on it is the one record of this person: in lists, in search, in "
        "what schools and colleges send, and in the return.",
        f"{gone} is closed, and its address leads to {kept}. Its UPN, ULN and NCCIS id still find "
        "this person. If the return has named it, the next one says once that it was merged.",
        "Nothing is deleted. Both records keep their history.",
        "You can undo this at any time. Both records are then as they are now.",
    ]


def privacy(plan: Plan, stays: YoungPerson, goes: YoungPerson) -> list[str]:
    """That the strictest wins, in words: restriction, who may open, section 72."""
    said = ["Wherever the two differ about privacy, the stricter holds."]
    level = max(stays.restriction_level, goes.restriction_level)
    if level > RestrictionLevel.OPEN:
        words = RestrictionLevel(level).label.lower()
        said.append(
            f"The record that stays is restricted: {words}. Only people who may open every "
            "restricted one of the two may open it."
        )
    instructions = plan.kinds[Section72]
    if instructions.untouched or instructions.stated:
        said.append("Schools hold back other information under section 72, and go on doing so.")
    consents = plan.kinds[Consent]
    answers = [(one.answer, one.during.upper) for one in consents.untouched]
    answers += [(one.values["answer"], one.during.upper) for one in consents.stated]
    if any(answer in WITHHELD and until is None for answer, until in answers):
        said.append("They do not consent to being contacted, and how to reach them is held back.")
    return said


# -- what was done -------------------------------------------------------------------------------


def done(merged: Merge) -> dict[str, Any]:
    """A merge as its page tells it."""
    return {
        "kept": show_reference(merged.stays.ref),
        "gone": show_reference(merged.goes.ref),
        "when": moment_in_words(merged.change.at),
        "who": facts.who(merged.change),
        "undone": moment_in_words(merged.undone.at) if merged.undone else "",
        "undone_by": facts.who(merged.undone) if merged.undone else "",
        "since": plural(len(recorded_since(merged)), "thing") if not merged.undone else "",
    }


def since(fact: Any) -> str:
    """Something that was recorded after a merge, with who recorded it."""
    if isinstance(fact, Verification):
        return f"Confirmed on {short_date(fact.verified_on)}. {facts.whence(fact)}"
    noun = str(fact._meta.verbose_name)
    named = "" if isinstance(fact, Name) else f"{noun[:1].upper()}{noun[1:]}: "
    return f"{named}{_words(fact)}. {facts.whence(fact)}"


def records(people: Sequence[Summary]) -> list[str]:
    """Two records in a few words each, to choose from."""
    return [
        f"{show_reference(one.person.ref)}: {one.full_name}, born {born(one)}" for one in people
    ]
