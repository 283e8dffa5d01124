"""Dates and moments as people read them, the same in every locale."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
"""Days begin and end by the clock of England, summer time and all."""

MONTHS = (
    "",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def date_in_words(on: date) -> str:
    """Day, month and year: 9 December 2026."""
    return f"{day_of_year(on)} {on.year}"


def day_of_year(on: date) -> str:
    """A day of every year: 9 December."""
    return f"{on.day} {MONTHS[on.month]}"


def day_in(year: int, day: str) -> date:
    """The day of a year that ``day_of_year`` has in words."""
    number, month = day.split()
    return date(year, MONTHS.index(month), int(number))


def short_date(on: date) -> str:
    """For tables: 9 Dec 2026."""
    return f"{on.day} {MONTHS[on.month][:3]} {on.year}"


def local_date(at: datetime) -> date:
    """The day in England at a moment. ``at`` must carry its time zone."""
    return _local(at).date()


def moment_in_words(at: datetime) -> str:
    """Day and clock time in England: 9 December 2026 at 2:30pm.

    ``at`` must carry its time zone. Midnight and midday are written in words.
    """
    local = _local(at)
    return f"{date_in_words(local)} at {_clock_time(local)}"


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A moment must carry its time zone")
    return at.astimezone(LONDON)


def _clock_time(local: datetime) -> str:
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"
