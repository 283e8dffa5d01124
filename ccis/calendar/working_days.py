"""Working days in England and Wales: Monday to Friday, less the bank holidays.

The holidays are the official list of GOV.UK, kept with the software, so nothing is fetched.
The list begins and ends; outside it we refuse to answer rather than guess.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from ccis.calendar.words import date_in_words

SATURDAY = 5
ONE_DAY = timedelta(days=1)


class BankHolidaysNotKnown(ValueError):
    """A date lies outside the list of bank holidays that came with the software."""


@cache
def bank_holidays() -> frozenset[date]:
    """Every bank holiday of England and Wales that we know of."""
    known = BankHolidays(use_cached_holidays=True).get_holidays(BankHolidays.ENGLAND_AND_WALES)
    return frozenset(holiday["date"] for holiday in known)


@cache
def first_and_last_day_known() -> tuple[date, date]:
    """The whole years that the list covers: GOV.UK publishes it a year at a time."""
    holidays = bank_holidays()
    return date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31)


def is_working_day(on: date) -> bool:
    """Say whether a date is a working day; ``BankHolidaysNotKnown`` outside the list."""
    _ask_that_known(on)
    return on.weekday() < SATURDAY and on not in bank_holidays()


def _ask_that_known(on: date) -> None:
    first, last = first_and_last_day_known()
    if not first <= on <= last:
        raise BankHolidaysNotKnown(
            f"We know the bank holidays from {date_in_words(first)} to {date_in_words(last)}, "
            f"so we cannot count working days on {date_in_words(on)}. "
            "Update the list of bank holidays"
        )


def add_working_days(start: date, n: int) -> date:
    """The ``n``-th working day after ``start``, which is itself never counted.

    Nought gives ``start`` back, working day or not. ``ValueError`` for fewer than nought.
    """
    if n < 0:
        raise ValueError("The number of working days must not be less than nought")
    if n == 0:
        return start
    days = _working_days_after(start)
    for _ in range(n - 1):
        next(days)
    return next(days)


@lru_cache(maxsize=1024)  # a list asks the same of everyone on it
def working_days_between(start: date, end: date) -> int:
    """How many working days come after ``start``, up to and including ``end``."""
    if start >= end:
        return 0
    _ask_that_known(start + ONE_DAY)
    _ask_that_known(end)
    weeks, over = divmod((end - start).days, 7)
    days = weeks * SATURDAY + sum(
        (start + n * ONE_DAY).weekday() < SATURDAY for n in range(1, over + 1)
    )
    holidays = bank_holidays()
    return days - sum(start < on <= end and on.weekday() < SATURDAY for on in holidays)


def _working_days_after(start: date) -> Iterator[date]:
    on = start
    while True:
        on += ONE_DAY
        if is_working_day(on):
            yield on
