"""What holds for some young people on a day: enough for a row of a list or a page's header."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Max

from caseload.models import (
    Activity,
    Address,
    Departure,
    Fact,
    LevelOfNeed,
    Name,
    Particulars,
    RestrictionLevel,
    SendProvision,
    Verification,
    YoungPerson,
)
from caseload.queries.choices import CONTACT, SURVEY, stops_of

FactT = TypeVar("FactT", bound=Fact)


@dataclass
class Summary:
    """One young person as believed now, on a day."""

    person: YoungPerson
    names: list[Name] = field(default_factory=list)
    name: Name | None = None
    known_as: Name | None = None
    particulars: Particulars | None = None
    activity: Activity | None = None
    confirmed_on: date | None = None
    home: Address | None = None
    send: SendProvision | None = None
    departure: Departure | None = None
    level_of_need: LevelOfNeed | None = None
    no_contact: bool = False
    """They do not let us contact them: ``home`` is marked, and not shown (PIA-08)."""
    no_survey: bool = False

    @property
    def full_name(self) -> str:
        """As in running text."""
        return self.name.full if self.name else "Name not recorded"

    @property
    def sorted_name(self) -> str:
        """As in a sorted table, the name they go by in brackets."""
        words = self.name.sorted if self.name else "Name not recorded"
        return f"{words} ({self.known_as_words})" if self.known_as_words else words

    @property
    def known_as_words(self) -> str:
        """What they go by, when it is not their legal name."""
        if self.known_as is None or self.name is None:
            return ""
        words = self.known_as.full
        if self.known_as.family == self.name.family:
            words = self.known_as.given
        return "" if words in ("", self.name.full, self.name.given) else words

    @property
    def date_of_birth(self) -> date | None:
        """Date of birth, when it is known."""
        return self.particulars.date_of_birth if self.particulars else None

    @property
    def is_restricted(self) -> bool:
        """Whether the record is closed to those without a grant."""
        return self.person.restriction_level > RestrictionLevel.OPEN


def summaries_of(people: Sequence[YoungPerson], on: date) -> dict[int, Summary]:
    """Summaries by person's id, in the order given; ten questions however many there are.

    The caller has narrowed ``people`` to those whom the user may see.
    """
    made = {person.pk: Summary(person=person) for person in people}
    if not made:
        return made
    for name in _believed(Name, made).order_by("recorded"):
        made[name.person_id].names.append(name)
    for summary in made.values():
        summary.name = _on_or_latest(summary.names, on, kind=Name.Kind.LEGAL)
        summary.known_as = _covering(summary.names, on, kind=Name.Kind.KNOWN_AS)
    for particulars in _believed(Particulars, made).order_by("during"):
        made[particulars.person_id].particulars = particulars
    for activity in _believed(Activity, made, on).select_related("code", "provider"):
        made[activity.person_id].activity = activity
    for address in _believed(Address, made, on).filter(kind=Address.Kind.HOME):
        made[address.person_id].home = address
    for send in _believed(SendProvision, made, on):
        made[send.person_id].send = send
    for need in _believed(LevelOfNeed, made, on).select_related("code"):
        made[need.person_id].level_of_need = need
    for departure in _believed(Departure, made, on):
        made[departure.person_id].departure = departure
    _confirm(made)
    _heed(made, on)
    return made


def _believed(model: type[FactT], ids: Iterable[int], on: date | None = None) -> Any:
    facts = model._default_manager.filter(person__in=list(ids), superseded=None)
    return facts if on is None else facts.filter(during__contains=on)


def _covering(names: list[Name], on: date, *, kind: str) -> Name | None:
    return next((one for one in names if one.kind == kind and on in _days(one)), None)


def _on_or_latest(names: list[Name], on: date, *, kind: str) -> Name | None:
    of_kind = [one for one in names if one.kind == kind]
    return _covering(of_kind, on, kind=kind) or (of_kind[-1] if of_kind else None)


class _days:
    """The days on which a fact held, for ``in``."""

    def __init__(self, fact: Fact) -> None:
        self.lower, self.upper = fact.during.lower, fact.during.upper

    def __contains__(self, on: date) -> bool:
        return (self.lower is None or self.lower <= on) and (self.upper is None or on < self.upper)


def _heed(made: dict[int, Summary], on: date) -> None:
    """What they asked of us: not to be contacted, not to be surveyed."""
    stops = stops_of(list(made), on)
    for pk, summary in made.items():
        summary.no_contact = pk in stops[CONTACT]
        summary.no_survey = pk in stops[SURVEY] or summary.no_contact
        if summary.home is not None:
            summary.home.is_held_back = summary.no_contact


def _confirm(made: dict[int, Summary]) -> None:
    spells = {s.activity.spell: s for s in made.values() if s.activity is not None}
    if not spells:
        return
    latest = (
        Verification.objects.filter(person__in=list(made), spell__in=list(spells), superseded=None)
        .values("spell")
        .annotate(latest=Max("verified_on"))
    )
    for row in latest:
        spells[row["spell"]].confirmed_on = row["latest"]


def person_header(person: YoungPerson, on: date) -> Summary:
    """What the strip at the head of each of a person's pages says."""
    return summaries_of([person], on)[person.pk]
