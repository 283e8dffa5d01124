"""Reading a date that an officer typed, any way, day first (pages §3.12)."""

import re
from datetime import date, timedelta
from typing import Literal

Prefer = Literal["nearest", "past", "future"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))  # noqa: RUF001 - a phone types them
_ISO = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})")
_SHIFT = re.compile(r"([+-])\s?(\d{1,4})")
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?(?:[\s/.,\-]+| of )(\d{1,2}|[a-z]+)\.?(?:[\s/.,\-]+(\d{4}|\d{2}))?"
)
_MONTH_FIRST = re.compile(
    r"([a-z]+)\.?[\s.,\-]+(\d{1,2})(?:st|nd|rd|th)?(?:[\s.,\-]+(\d{4}|\d{2}))?"
)
_TOGETHER = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_SAID = {"today": 0, "yesterday": -1, "tomorrow": 1}


class NotADate(ValueError):
    """The text does not name a real day."""


def read_date(text: str, *, today: date, prefer: Prefer = "nearest") -> date:
    """Read ``9/12/26``, ``9 dec``, ``March 27, 2009``, ``270309``, ``-3`` or an ISO date.

    ``-3`` is three days before ``today``. A year left out is the one that makes the day nearest
    to today, or the nearest past or future one. Two figures for a year mean this century up to
    ten years ahead, else the last. Raises ``NotADate``.
    """
    said = " ".join(text.lower().translate(_DASHES).split())
    if said in _SAID:
        return today + timedelta(days=_SAID[said])
    if shift := _SHIFT.fullmatch(said):
        days = int(shift[2])
        return today + timedelta(days=-days if shift[1] == "-" else days)
    if iso := _ISO.fullmatch(said):
        return real_date(int(iso[1]), int(iso[2]), int(iso[3]))
    if together := _TOGETHER.fullmatch(said):
        return real_date(full_year(together[3], today), int(together[2]), int(together[1]))
    if parts := _DAY_FIRST.fullmatch(said):
        day, month, year = parts[1], parts[2], parts[3]
    elif parts := _MONTH_FIRST.fullmatch(said):
        month, day, year = parts[1], parts[2], parts[3]
    else:
        raise NotADate(text)
    if year:
        return real_date(full_year(year, today), read_month(month), int(day))
    return _without_year(int(day), read_month(month), today, prefer)


def read_month(text: str) -> int:
    """Read a month as a number, a short name or a whole one; ``NotADate`` for anything else."""
    said = text.strip().lower().rstrip(".")
    if said.isdecimal():
        return int(said)
    if said not in _MONTHS:
        raise NotADate(text)
    return _MONTHS[said]


def full_year(text: str, today: date) -> int:
    """Four figures for a year typed with two: up to ten years ahead, else the past century."""
    year = int(text)
    if len(text) != 2:
        return year
    century = today.year // 100 * 100
    return century + year if century + year <= today.year + 10 else century - 100 + year


def real_date(year: int, month: int, day: int) -> date:
    """A date from its figures; ``NotADate`` for 31 February or a year before 1900."""
    if not 1900 <= year <= 2199:
        raise NotADate(str(year))
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotADate(str(error)) from error


def _without_year(day: int, month: int, today: date, prefer: Prefer) -> date:
    near: list[date] = []
    for year in range(today.year - 4, today.year + 5):  # 29 February comes round in four
        try:
            near.append(real_date(year, month, day))
        except NotADate:
            continue
    if prefer == "past":
        near = [found for found in near if found <= today]
    elif prefer == "future":
        near = [found for found in near if found >= today]
    if not near:
        raise NotADate(f"{day} {month}")
    return min(near, key=lambda found: abs(found - today))
