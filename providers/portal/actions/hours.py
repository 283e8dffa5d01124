"""What is done about access each day."""

from datetime import datetime

from ccis.calendar.words import local_date
from providers.portal import notices, reviewing, rules
from providers.portal.actions import seats
from providers.portal.models import Seat


def daily(*, at: datetime) -> None:
    """End seats that were not used or have no role, and remind of reviews that are due.

    Who looks after access there is told; the council, where nobody does or it is late.
    """
    seats.end_unused(at=at)
    seats.end_without_role(at=at)
    notices.forget_old(at=at)
    today = local_date(at)
    open_seats = Seat.objects.open(at).select_related("user")
    for (_, authority), here in reviewing.by_place(open_seats).items():
        due = reviewing.due_on(here)
        if due is None or not rules.is_told_on(due, today):
            continue
        notices.notify([one for one in here if one.may_manage], at)
        if reviewing.is_for_council(here, today):
            notices.notify_governance(authority, at)
