"""Someone leaves the authority's responsibility for good: moved away, left England, died."""

from datetime import date, datetime

from django.db import transaction

from caseload.actions import facts, tasks
from caseload.errors import CannotRecord
from caseload.models import Departure, RestrictionLevel, YoungPerson
from caseload.signals import died, people_left
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.authorities.models import Authority
from ccis.calendar.words import date_in_words, local_date

NOT_KNOWN_AUTHORITY = "004"
"""Never a place to be transferred to (docs/nccis.md §3.9, error 41)."""


@transaction.atomic
def record(
    *,
    person: YoungPerson,
    kind: str,
    on: date,
    by: User,
    at: datetime,
    to_code: str = "",
    source: str = "",
) -> Departure:
    """Say that someone left on a day, for where: they are returned once more (docs/nccis.md §5.3).

    ``to_code`` is the authority moved to, or 000 to 003 for a place outside England. Someone who
    has died is seen from then on by the administrator alone. Raises ``CannotRecord`` for a
    future day, a place that cannot be, or someone who has left already.
    """
    _check(person, kind=kind, on=on, to_code=to_code, at=at)
    change = open_change(
        authority=person.lead_authority,
        by=by,
        why=_verb(kind),
        at=at,
        source=source,
    )
    facts.lock(person)
    during = facts.from_day(on)
    for other in facts.overlapping(Departure, person=person, during=during):
        raise CannotRecord(
            f"This record was closed on {date_in_words(other.during.lower or on)}: "
            f"{other.get_kind_display().lower()}",
            field="on",
        )
    departure = facts.state(
        Departure, change=change, person=person, during=during, kind=kind, to_code=to_code
    )
    who = frozenset({person.pk})
    if kind == Departure.Kind.DECEASED:
        tasks.stop_for_death(person, by=by, at=at)
        died.send(sender=Departure, people=who, change=change, by=by, at=at)
        YoungPerson.objects.filter(pk=person.pk).update(restriction_level=RestrictionLevel.DECEASED)
    else:
        people_left.send(sender=Departure, people=who, change=change)
    trail.record(
        _verb(kind),
        by=by,
        at=at,
        authority=person.lead_authority,
        subject=person,
        change=change,
        departure=departure.pk,
    )
    return departure


def _verb(kind: str) -> str:
    return "death recorded" if kind == Departure.Kind.DECEASED else "move recorded"


def _check(person: YoungPerson, *, kind: str, on: date, to_code: str, at: datetime) -> None:
    if on > local_date(at):
        raise CannotRecord("The day must be today or in the past", field="on")
    if kind != Departure.Kind.TRANSFERRED:
        return
    if to_code == person.lead_authority.code:
        raise CannotRecord(
            f"{person.lead_authority.name} keeps this record already", field="authority"
        )
    if to_code == NOT_KNOWN_AUTHORITY or not Authority.objects.filter(code=to_code).exists():
        raise CannotRecord("Select the authority that they moved to", field="authority")
