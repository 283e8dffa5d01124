from datetime import date

import pytest

from ccis.calendar.working_days import (
    BankHolidaysNotKnown,
    add_working_days,
    first_and_last_day_known,
    is_working_day,
    working_days_between,
)


@pytest.mark.parametrize(
    ("on", "working"),
    [
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2026, 12, 26), False),
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
        (date(2020, 5, 4), True),
        (date(2020, 5, 8), False),
        (date(2022, 9, 19), False),
        (date(2026, 11, 30), True),
        (date(2026, 11, 22), False),
    ],
    ids=[
        "Christmas Eve",
        "Christmas Day",
        "Boxing Day on a Saturday",
        "its substitute day",
        "the day after",
        "early May holiday moved away",
        "and to VE Day",
        "a holiday proclaimed once",
        "St Andrew's Day is Scotland's",
        "Sunday",
    ],
)
def test_working_days_of_england_and_wales(on, working):
    assert is_working_day(on) is working


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 18), 15, date(2026, 12, 9)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2026, 12, 24), 4, date(2027, 1, 4)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
    ids=["Friday to Monday", "from a Saturday", "fifteen", "over Christmas", "new year", "none"],
)
def test_the_nth_working_day_after_a_date(start, n, end):
    assert add_working_days(start, n) == end
    assert working_days_between(start, end) == n


def test_working_days_are_not_guessed_outside_the_list():
    first, last = first_and_last_day_known()
    assert last >= date(2028, 12, 31)
    assert isinstance(is_working_day(last), bool)

    with pytest.raises(BankHolidaysNotKnown, match="Update the list of bank holidays"):
        add_working_days(last, 1)
    with pytest.raises(BankHolidaysNotKnown):
        is_working_day(date(first.year - 1, 12, 31))


def test_working_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="nought"):
        add_working_days(date(2026, 11, 21), -1)
