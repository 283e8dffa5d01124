"""The working-day clock against calendars worked out here, from the Acts and proclamations."""

from datetime import date, timedelta

from ccis.calendar.working_days import bank_holidays
from sharing import rules
from sharing.agreements.rules import CALENDARS, ENGLAND_AND_WALES

FIRST, LAST = 2016, 2028
DAY = timedelta(days=1)

MOVED = {date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2)}
"""Early May to the anniversary of VE Day; late May to the Platinum Jubilee."""
ONCE = {date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)}
"""The jubilee, the state funeral, the coronation."""


def easter(year):
    """Easter Sunday, by the anonymous Gregorian rule."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def monday(on, *, last=False):
    """The first Monday from a day on, or the last up to it."""
    return on - DAY * on.weekday() if last else on + DAY * (-on.weekday() % 7)


def holidays(year):
    """Bank holidays of England and Wales in a year; those on a weekend move to the next days."""
    found = {
        easter(year) - 2 * DAY,
        easter(year) + DAY,
        monday(date(year, 5, 1)),
        monday(date(year, 5, 31), last=True),
        monday(date(year, 8, 31), last=True),
    }
    found = {MOVED.get(on, on) for on in found} | {on for on in ONCE if on.year == year}
    for on in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while on.weekday() >= 5 or on in found:
            on += DAY
        found.add(on)
    return found


KNOWN = {on for year in range(FIRST, LAST + 2) for on in holidays(year)}


def test_the_list_that_we_keep_is_the_law_s():
    kept = {on for on in bank_holidays() if FIRST <= on.year <= LAST}

    assert kept == {on for on in KNOWN if on.year <= LAST}
    assert len(kept) == 8 * 13 + len(ONCE)


def test_a_term_from_every_day_of_thirteen_years_is_fifteen_of_its_working_days():
    assert set(CALENDARS) == {ENGLAND_AND_WALES}  # all that an agreement can name
    working = [
        on
        for n in range((date(LAST, 12, 31) - date(FIRST, 1, 1)).days + 1)
        if (on := date(FIRST, 1, 1) + n * DAY).weekday() < 5 and on not in KNOWN
    ]
    passed, on = 0, date(FIRST, 1, 1)
    while passed + 15 < len(working):
        while working[passed] <= on:
            passed += 1
        if passed + 14 >= len(working):
            break
        ends = rules.term_ends_at(on, working_days=15, period_ends_on=None)
        assert ends == rules.start_of(working[passed + 14] + DAY), on
        on += DAY
    assert on.year == LAST
