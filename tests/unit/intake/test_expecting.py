"""When files are due, and whether they came in time."""

from datetime import date

import pytest

from caseload.intake.expecting import (
    Came,
    Due,
    Expectation,
    dues_of_month,
    end_of_turn,
    how_it_came,
    next_due,
    owed,
)

MONTHLY = Expectation("month", 10, since=date(2026, 9, 1))
WEEKLY = Expectation("week", 5, since=date(2026, 9, 1))
NOVEMBER = Due(date(2026, 11, 10), date(2026, 11, 1), date(2026, 11, 30))


def dues(expected, year, month):
    return [due.on for due in dues_of_month(expected, year, month)]


def test_a_month_has_its_day_and_a_short_one_its_last():
    last = Expectation("month", 31, since=date(2026, 9, 1))

    assert dues(MONTHLY, 2026, 11) == [date(2026, 11, 10)]
    assert dues(last, 2027, 2) == [date(2027, 2, 28)]


def test_a_week_is_due_on_its_day_and_in_the_month_of_that_day():
    assert dues(WEEKLY, 2026, 10) == [date(2026, 10, day) for day in (2, 9, 16, 23, 30)]
    (first, *_) = dues_of_month(WEEKLY, 2026, 10)
    assert (first.first, first.last) == (date(2026, 9, 28), date(2026, 10, 4))


def test_nothing_is_due_before_it_was_agreed_nor_in_other_months():
    some = Expectation("month", 10, since=date(2026, 9, 11), months=(9, 11))

    assert dues(some, 2026, 9) == []
    assert dues(some, 2026, 10) == []
    assert dues(some, 2026, 11) == [date(2026, 11, 10)]


@pytest.mark.parametrize(
    ("received", "today", "came"),
    [
        ([date(2026, 11, 10)], date(2026, 11, 20), Came.IN_TIME),
        ([date(2026, 11, 11)], date(2026, 11, 20), Came.LATE),
        ([date(2026, 10, 31)], date(2026, 11, 10), Came.NOT_YET),
        ([date(2026, 12, 1)], date(2026, 11, 11), Came.NEVER),
    ],
    ids=["on the day", "the day after", "last month's, on the day", "next month's, day after"],
)
def test_how_a_file_that_was_due_came(received, today, came):
    assert how_it_came(NOVEMBER, received, today=today) is came


def test_what_is_owed_is_of_the_present_month_or_week():
    today = date(2026, 11, 12)
    across = date(2026, 10, 1)  # a Thursday whose week began in September

    assert owed(MONTHLY, [], today=today) == NOVEMBER
    assert owed(MONTHLY, [date(2026, 11, 12)], today=today) is None
    due = owed(WEEKLY, [], today=across)
    assert due is not None
    assert due.on == date(2026, 10, 2)
    assert owed(WEEKLY, [date(2026, 9, 29)], today=across) is None


@pytest.mark.parametrize(
    ("expected", "after", "day"),
    [
        (MONTHLY, date(2026, 11, 9), date(2026, 11, 10)),
        (MONTHLY, date(2026, 11, 10), date(2026, 12, 10)),
        (MONTHLY, date(2026, 12, 31), date(2027, 1, 10)),
        (WEEKLY, date(2026, 11, 27), date(2026, 12, 4)),
        (Expectation("month", 10, since=date(2026, 9, 1), months=(10,)), date(2026, 10, 10),
         date(2027, 10, 10)),
        (Expectation("month", 10, since=date(2029, 1, 1)), date(2026, 11, 9), None),
    ],
)  # fmt: skip
def test_the_next_file_is_due_on_the_first_day_after(expected, after, day):
    assert next_due(expected, after=after) == day


def test_a_file_counts_to_the_end_of_its_own_week_or_month():
    thursday = date(2026, 10, 1)

    assert end_of_turn(WEEKLY, thursday) == date(2026, 10, 4)
    assert end_of_turn(WEEKLY, date(2026, 10, 4)) == date(2026, 10, 4)
    assert end_of_turn(MONTHLY, thursday) == date(2026, 10, 31)
