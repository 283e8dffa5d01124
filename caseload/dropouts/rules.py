"""Decisions about months of drop-outs: no database, no clock."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from caseload.intake.expecting import MONTH, Expectation, dues_of_month
from ccis.calendar.periods import Period


class MonthState(StrEnum):
    """How a month stands with a provider."""

    SENT = "Sent"
    NIL = "Nothing to report"
    TO_MEND = "Rows to mend"
    LATE = "Late"
    DUE = "To send"
    NOT_ASKED = "Not asked for"
    RUNNING = "Not over yet"


def due_of(expected: Expectation | None, month: Period) -> date | None:
    """The day by which a month's drop-outs are due: that of the calendar in the month after.

    ``None`` where nothing is expected each month, or not of this one.
    """
    if expected is None or expected.how_often != MONTH:
        return None
    after = month.next()
    return next((due.on for due in dues_of_month(expected, after.year, after.month)), None)


def as_at_of(month: Period, *, today: date) -> date:
    """The day of which a month's workbook tells: its last, or today while it runs."""
    return min(month.end, today)


def may_tell_of(month: Period, *, today: date) -> bool:
    """Whether a month can be told of: it has begun, and is not more than a year past."""
    now = Period.of(today)
    return (now.year - month.year) * 12 + now.month - month.month in range(13)


@dataclass(frozen=True)
class Came:
    """What came of a month from one provider."""

    due_on: date | None
    sent_on: date | None
    is_nil: bool = False
    to_mend: bool = False
    is_over: bool = True
    """Whether the month is past."""


def state_of(came: Came, *, today: date) -> MonthState:
    """How a month stands on a day."""
    if came.sent_on is not None:
        return MonthState.NIL if came.is_nil else MonthState.SENT
    if came.to_mend:
        return MonthState.TO_MEND
    if not came.is_over:
        return MonthState.RUNNING
    if came.due_on is None:
        return MonthState.NOT_ASKED
    return MonthState.LATE if today > came.due_on else MonthState.DUE


def is_late(*, due_on: date | None, sent_on: date | None, today: date) -> bool:
    """Whether a month came after its day, or has not come and the day is over."""
    return due_on is not None and (sent_on or today) > due_on
