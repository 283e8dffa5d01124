"""Who has access is looked at twice a year: when it is due, for whom it is to do."""

from collections.abc import Iterable
from datetime import date, datetime

from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from providers.portal import rules
from providers.portal.models import Seat
from providers.portal.queries import seats_at
from providers.portal.todo import ToDo


def due_on(seats: list[Seat]) -> date | None:
    """The day by which seats of one organisation are to be looked at; ``None`` where it has none.

    By the one that was looked at longest ago; who never was, since they came.
    """
    return min((seat_due_on(one) for one in seats), default=None)


def seat_due_on(seat: Seat) -> date:
    """The day by which one seat is to be looked at again."""
    return rules.review_due(local_date(seat.reviewed_at or seat.made_at))


def by_place(seats: Iterable[Seat]) -> dict[tuple[int, int], list[Seat]]:
    """Seats by organisation and council, by id."""
    found: dict[tuple[int, int], list[Seat]] = {}
    for seat in seats:
        found.setdefault((seat.provider_id, seat.authority_id), []).append(seat)
    return found


def is_for_council(seats: list[Seat], today: date) -> bool:
    """Whether the council is to look at who has access at a place, whose open seats these are."""
    due = due_on(seats)
    managed = any(one.may_manage for one in seats)
    return due is not None and rules.is_for_council(due, today, managed=managed)


def places_for_council(authority: Authority, at: datetime) -> int:
    """At how many organisations a council is to look at who has access."""
    here = by_place(Seat.objects.open(at).filter(authority=authority)).values()
    return sum(is_for_council(seats, local_date(at)) for seats in here)


def find(seat: Seat, at: datetime) -> list[ToDo]:
    """The review, from two weeks before its day, for who looks after access."""
    if not seat.may_manage:
        return []
    due = due_on(seats_at(seat.provider, seat.authority, at))
    if due is None or local_date(at) < due - rules.TOLD_BEFORE:
        return []
    return [ToDo("Say who still needs access", "/portal/people/", due)]
