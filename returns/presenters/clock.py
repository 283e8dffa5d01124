"""When a month's return is due, as a clock (pages §3.10)."""

from datetime import date
from typing import Any

from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.calendar.periods import Period
from ccis.calendar.words import date_in_words
from ccis.calendar.working_days import (
    BankHolidaysNotKnown,
    add_working_days,
    working_days_between,
)
from ccis.govuk.tags import CLOCKS
from ccis.govuk.words import plural

SOON = 3
"""Working days or fewer that are "Ends soon"."""


def due_clock(authority: Authority, period: Period, today: date) -> dict[str, Any] | None:
    """What ``components/clock.jinja`` draws; ``None`` where the bank holidays are not known."""
    days = policy_of(authority).return_due_working_days
    try:
        due = add_working_days(period.end, days)
        left, name = _left(due, today)
    except BankHolidaysNotKnown:
        return None
    when = f"at the end of {due:%A} {date_in_words(due)}"
    because = f"{plural(days, 'working day')} after {date_in_words(period.end)}, by our policy"
    return {
        "left": left,
        "ends": "" if today > due else f"{when}, {because}",
        "why": f"It was due {when}, {because}" if today > due else "",
        "tag": {"text": name, "colour": CLOCKS[name]},
    }


def _left(due: date, today: date) -> tuple[str, str]:
    """What is left in words, and the name of the tag."""
    if today > due:
        return f"{plural(working_days_between(due, today) or 1, 'working day')} late", "Late"
    left = working_days_between(today, due)
    words = f"{plural(left, 'working day')} left"
    if today == due:
        return "Due today", "Ends today"
    return words, "Ends soon" if left <= SOON else "On time"
