"""When files are expected of a source, and whether they came in time: no database, no clock."""

from calendar import monthrange
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WEEK, MONTH = "week", "month"


@dataclass(frozen=True)
class Expectation:
    """What was agreed: how often, on which day at the latest, in which months, from when to when.

    ``day`` is of the week from Monday as 1, or of the month; in a month that is shorter it is
    the last. ``months`` is empty for all of them.
    """

    how_often: str
    day: int
    since: date
    months: Collection[int] = ()
    until: date | None = None
    """Its last day, where it has one."""

    def holds(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


class Came(StrEnum):
    """How a file that was due came."""

    IN_TIME = "in time"
    LATE = "late"
    NOT_YET = "not yet"
    NEVER = "not at all"


@dataclass(frozen=True)
class Due:
    """One file that was due, in the week or month from ``first`` to ``last``."""

    on: date
    first: date
    last: date


def dues_of_month(expected: Expectation, year: int, month: int) -> Iterator[Due]:
    """Every file that is due in a month, oldest first."""
    if expected.months and month not in expected.months:
        return
    end = date(year, month, monthrange(year, month)[1])
    if expected.how_often == MONTH:
        on = min(end, date(year, month, 1) + timedelta(days=expected.day - 1))
        found = [Due(on, end.replace(day=1), end)]
    else:
        on = date(year, month, 1)
        on += timedelta(days=(expected.day - 1 - on.weekday()) % 7)
        found = []
        while on <= end:
            monday = on - timedelta(days=on.weekday())
            found.append(Due(on, monday, monday + timedelta(days=6)))
            on += timedelta(days=7)
    yield from (due for due in found if expected.holds(due.on))


def how_it_came(due: Due, received: Sequence[date], *, today: date) -> Came:
    """Whether the file that was due came, by the days on which files were received.

    It counts within its own week or month: what comes after that answers the next one.
    """
    days = [day for day in received if due.first <= day <= due.last]
    if days:
        return Came.IN_TIME if min(days) <= due.on else Came.LATE
    return Came.NOT_YET if today <= due.on else Came.NEVER


def owed(expected: Expectation, received: Sequence[date], *, today: date) -> Due | None:
    """The file that is due in the present week or month and has not come; ``None`` for none."""
    for year, month in _months_about(today):
        for due in dues_of_month(expected, year, month):
            here = due.first <= today <= due.last
            if here and how_it_came(due, received, today=today) in (Came.NOT_YET, Came.NEVER):
                return due
    return None


def end_of_turn(expected: Expectation, day: date) -> date:
    """The last day of the week or month of a day, whose own file counts until then."""
    if expected.how_often == MONTH:
        return day.replace(day=monthrange(day.year, day.month)[1])
    return day + timedelta(days=6 - day.weekday())


def next_due(expected: Expectation, *, after: date) -> date | None:
    """The first day after one on which a file is due; ``None`` when none is within a year."""
    for ahead in range(13):
        year, month = divmod(after.year * 12 + after.month - 1 + ahead, 12)
        for due in dues_of_month(expected, year, month + 1):
            if due.on > after:
                return due.on
    return None


def _months_about(day: date) -> list[tuple[int, int]]:
    """The months of the week of a day, which may be two."""
    monday = day - timedelta(days=day.weekday())
    sunday = monday + timedelta(days=6)
    return sorted({(one.year, one.month) for one in (monday, day, sunday)})
