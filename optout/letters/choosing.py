"""Whom a batch of letters goes to, and who is left out and why: sets of ids, never a loop of reads.

Reads only. Everyone whom the rule looks at ends either among the chosen or under one reason, so
that the counts add up (LC-01, LC-17, LAW-12, PIA-08).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from caseload.models import (
    Activity,
    Address,
    Characteristic,
    Departure,
    Name,
    Particulars,
    RestrictionLevel,
    YoungPerson,
)
from caseload.queries.needs import with_difficulty
from caseload.queries.risk import risks
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from ccis.authorities.policy import Policy, policy_of
from ccis.calendar.academic import age_on
from optout.letters import queries, rules
from optout.letters.models import UNDER_WAY, Batch, Letter, ProviderList, Template, Version
from optout.letters.printing import can_set
from optout.models import Request
from optout.queries import objecting

NONE, ALL, AT_RISK = "none", "all", "risk"
SINCE, CHANGED = "since", "changed"
LEARNING = ("compulsory", "education", "training", "re-engagement")
"""Groups of activities by which someone learns where they are."""


@dataclass(frozen=True)
class Rule:
    """Whom a batch is for: the answers of its plan."""

    neet: bool = True
    not_known: str = ALL
    """``none``, ``all``, or only those ``risk``: by the authority's indicators (LC-01)."""
    risk_codes: tuple[str, ...] = ()
    """Circumstances: with any of them someone is at risk too, whatever the indicators say."""
    learning: bool = False
    """Those in learning too, as a letter about enrolling needs (LDOR-09)."""
    written: str = SINCE
    """``since``: not written to since that day. ``changed``: written to before, and what they were
    told is less than what this letter says (LC-23)."""
    since: str = ""

    def takes(self, group: str) -> bool:
        """Whether it looks at whoever is ``neet``, ``not-known`` or ``learning``."""
        wanted = {"neet": self.neet, "not-known": self.not_known != NONE, "learning": self.learning}
        return wanted.get(group, False)

    @property
    def since_day(self) -> date | None:
        """The day, where one was given."""
        return date.fromisoformat(self.since) if self.since else None

    def as_json(self) -> dict[str, Any]:
        """As a batch keeps it."""
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Rule":
        """From what a batch keeps."""
        return cls(**{**kept, "risk_codes": tuple(kept.get("risk_codes", ()))})


@dataclass(frozen=True)
class Chosen:
    """One person of a batch: where the letter goes, what it says, how it is set."""

    person: int
    address: int
    version: int
    format: str = rules.STANDARD


@dataclass
class Choice:
    """Who is in and who is out: ids of people by reason."""

    chosen: list[Chosen] = field(default_factory=list)
    left_out: dict[str, list[int]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many are left out, by reason, in the order in which the reasons are asked."""
        return {why: len(self.left_out[why]) for why in rules.LEFT_OUT if why in self.left_out}


def choose(
    *,
    authority: Authority,
    rule: Rule,
    template: Template,
    provider_list: ProviderList,
    user: User,
    on: date,
) -> Choice:
    """Choose by a rule on a day, for whoever plans it."""
    by_group = groups_of(YoungPerson.objects.of(authority), on)
    looked_at = [person for person, group in by_group.items() if rule.takes(group)]
    versions = queries.newest_versions(template)
    out: dict[int, str] = {}

    def leave(people: Iterable[int], why: str) -> None:
        for person in people:
            out.setdefault(person, why)

    for why, people in stops(looked_at, user=user, on=on):
        leave(people, why)
    if rule.not_known == AT_RISK:
        unknown = [one for one in looked_at if by_group[one] == "not-known"]
        at_risk = _at_risk(unknown, rule, policy_of(authority), on)
        leave((one for one in unknown if one not in at_risk), "not-at-risk")
    counts = policy_of(authority).difficulty_counts
    for why, people in _out_of_scope(looked_at, on, counts):
        leave(people, why)
    addresses = addresses_of(looked_at, on)
    leave((one for one in looked_at if one not in addresses), "address")
    leave(_returned(addresses), "returned")
    for why, people in _written(addresses, looked_at, rule, versions, provider_list, on):
        leave(people, why)
    needs = queries.needs_of(looked_at, on)
    names = names_of(looked_at, on)
    choice = Choice()
    for person in sorted(looked_at):
        need = needs.get(person, queries.NO_NEED)
        if person not in out and need.format not in rules.SIZES:
            out[person] = "format"
        if person not in out and need.language not in versions:
            out[person] = "language"
        if person not in out and not can_set(f"{names.get(person, '')}{addresses[person].lines}"):
            out[person] = "letters"
        if person in out:
            choice.left_out.setdefault(out[person], []).append(person)
        else:
            choice.chosen.append(
                Chosen(person, addresses[person].pk, versions[need.language].pk, need.format)
            )
    return choice


NoContact = Callable[[Collection[int], date], Iterable[int]]

_no_contact: list[NoContact] = []


def register_no_contact(source: NoContact) -> NoContact:
    """Say who of some people does not want to be contacted: for whatever keeps such facts
    (PIA-08).
    """
    if source not in _no_contact:
        _no_contact.append(source)
    return source


def no_longer(batch: Batch, letters: Sequence[Letter], *, on: date) -> dict[int, str]:
    """Who of a batch's letters may not be sent theirs any more, and why, by the person's id.

    Asked when a letter's words are sealed away and again before it is posted: since the plan
    someone may have said no, died, moved, begun a course or been restricted.
    """
    people = [letter.person_id for letter in letters]
    ours = YoungPerson.objects.of(batch.authority).filter(pk__in=people)
    doing, here = groups_of(ours, on), addresses_of(people, on)
    rule = Rule.of(batch.rule)
    found = dict.fromkeys(set(people) - set(ours.values_list("pk", flat=True)), "left")
    for why, stopped in stops(people, user=batch.planned_by, on=on):
        for person in stopped:
            found.setdefault(person, why)
    for letter in letters:
        now = here.get(letter.person_id)
        if now is None or now.lines != letter.address.lines:
            found.setdefault(letter.person_id, "moved" if now else "address")
        if not rule.takes(doing.get(letter.person_id, "")):
            found.setdefault(letter.person_id, "doing")
    for person in _returned({one: address for one, address in here.items() if one not in found}):
        found[person] = "returned"
    return found


def stops(people: Collection[int], *, user: User, on: date) -> list[tuple[str, set[int]]]:
    """What keeps any letter from some people on a day, by reason; asked again when it is made."""
    restricted = YoungPerson.objects.filter(
        pk__in=people, restriction_level__gt=RestrictionLevel.OPEN
    )
    dead = set(
        restricted.filter(restriction_level=RestrictionLevel.DECEASED).values_list("pk", flat=True)
    )
    granted = YoungPerson.objects.visible_to(user).filter(pk__in=restricted.values("pk"))
    left = Departure.objects.believed().filter(person__in=people, during__startswith__lte=on)
    wrong = Request.objects.may_be_wrong().filter(person__in=people)
    refused = {person for source in _no_contact for person in source(people, on)}
    return [
        ("left", dead | set(left.values_list("person", flat=True))),
        ("restricted", set(restricted.exclude(pk__in=granted).values_list("pk", flat=True))),
        ("objected", objecting(people, None, on=on)),
        ("correction", set(wrong.values_list("person", flat=True))),
        ("no-contact", refused),
    ]


def addresses_of(people: Collection[int], on: date) -> dict[int, Address]:
    """Where each is written to: for letters, else at home; the last known where none holds now."""

    def rank(address: Address) -> tuple[bool, bool, date]:
        holds = address.ends_on is None or address.ends_on >= on
        kind = address.kind == Address.Kind.CORRESPONDENCE
        return holds, kind, address.starts_on or date.min

    best: dict[int, Address] = {}
    known = Address.objects.believed().filter(person__in=people, during__startswith__lte=on)
    for address in known.exclude(line_1="").exclude(postcode="").exclude(kind="term"):
        held = best.get(address.person_id)
        if held is None or rank(address) > rank(held):
            best[address.person_id] = address
    return best


def names_of(people: Collection[int], on: date) -> dict[int, str]:
    """First and family name of each, on a line each, as a letter calls them.

    The name that they go by, where there is one.
    """
    legal: dict[int, Name] = {}
    goes_by: dict[int, Name] = {}
    known = Name.objects.believed().filter(person__in=people).exclude(kind=Name.Kind.FORMER)
    for name in known.order_by("during"):
        if name.kind == Name.Kind.LEGAL:
            legal[name.person_id] = name
        elif name.ends_on is None or name.ends_on >= on:
            goes_by[name.person_id] = name
    return {person: f"{name.given}\n{name.family}" for person, name in (legal | goes_by).items()}


# -- parts -----------------------------------------------------------------------------------------


def groups_of(people: QuerySet[YoungPerson], on: date) -> dict[int, str]:
    """Those of some people who are ``neet``, ``not-known`` or ``learning`` on a day, by which."""
    doing = dict(
        Activity.objects.believed()
        .on(on)
        .filter(person__in=people)
        .values_list("person", "code__group")
    )
    found = {}
    for person in people.values_list("pk", flat=True):
        group = doing.get(person, "not-known")
        if group.startswith("neet"):
            found[person] = "neet"
        elif group == "not-known":
            found[person] = "not-known"
        elif group in LEARNING:
            found[person] = "learning"
    return found


def _at_risk(people: Collection[int], rule: Rule, policy: Policy, on: date) -> set[int]:
    found = {
        person for person, risk in risks(people, policy=policy, on=on).items() if risk.is_at_risk
    }
    if rule.risk_codes:
        circumstances = Characteristic.objects.believed().on(on)
        held = circumstances.filter(person__in=people, code__in=rule.risk_codes)
        found |= set(held.values_list("person", flat=True))
    return found


def _out_of_scope(
    people: Collection[int], on: date, counts: Collection[str]
) -> list[tuple[str, set[int]]]:
    with_plan = with_difficulty(people, on=on, counts=counts)
    believed = Particulars.objects.believed().filter(person__in=people, date_of_birth__isnull=False)
    born = dict(believed.order_by("during").values_list("person", "date_of_birth"))
    out = {
        person
        for person, day in born.items()
        if not rules.in_scope(age_on(day, on) if day else None, has_plan=person in with_plan)
    }
    return [("born", {one for one in people if one not in born}), ("age", out)]


def _returned(addresses: dict[int, Address]) -> set[int]:
    """Those to whose present address post came back (USE-06)."""
    back = Letter.objects.filter(person__in=list(addresses), returned_on__isnull=False)
    return {
        letter.person_id
        for letter in back.select_related("address")
        if letter.address.lines == addresses[letter.person_id].lines
    }


def _written(
    addresses: dict[int, Address],
    people: Collection[int],
    rule: Rule,
    versions: dict[str, Version],
    provider_list: ProviderList,
    on: date,
) -> list[tuple[str, set[int]]]:
    waiting = Letter.objects.filter(
        person__in=people, skipped="", batch__state__in=UNDER_WAY
    ).values_list("person", flat=True)
    found = [("under-way", set(waiting))]
    if rule.written == CHANGED:
        told = queries.told(people, on=on)
        whole = frozenset(provider_list.listed.values_list("provider", flat=True))
        wanted = [(v.purpose, frozenset(v.columns)) for v in versions.values()]
        same = {
            person
            for person, letters in told.items()
            if any(
                whole <= one.providers and one.purpose == purpose and columns <= one.columns
                for one in letters
                if not one.returned and one.address_is_theirs
                for purpose, columns in wanted
            )
        }
        found += [("not-written", {one for one in people if one not in told}), ("same", same)]
    elif rule.since_day is not None:
        posted = Letter.objects.posted().filter(
            Q(returned_on=None), person__in=people, batch__posted_on__gte=rule.since_day
        )
        found.append(("written", _sent_where_they_are(posted, addresses)))
    return found


def _sent_where_they_are(letters: QuerySet[Letter], addresses: dict[int, Address]) -> set[int]:
    """Whose letter went to where they are written to today: who moved since was told nothing."""
    return {
        letter.person_id
        for letter in letters.select_related("address")
        if letter.person_id not in addresses
        or letter.address.lines == addresses[letter.person_id].lines
    }
