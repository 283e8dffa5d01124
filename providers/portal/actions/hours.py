"""What is done about access each day."""

from datetime import datetime

from ccis.calendar.words import local_date
from providers.portal import notices, reviewing, rules
from providers.portal.actions import seats
from providers.portal.models import Seat


def daily(*, at: datetime) -> None:
    """End seats that were not used or have no role, and remind of reviews that are due."""
    seats.end_unused(at=at)
    seats.end_without_role(at=at)
    notices.forget_old(at=at)
    by_place: dict[tuple[int, int], list[Seat]] = {}
    for seat in Seat.objects.open(at).select_related("user"):
        by_place.setdefault((seat.provider_id, seat.authority_id), []).append(seat)
    for here in by_place.values():
        due = reviewing.due_on(here)
        if due is not None and rules.is_told_on(due, local_date(at)):
            notices.notify([one for one in here if one.may_manage], at)
