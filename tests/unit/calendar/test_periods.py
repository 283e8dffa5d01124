from datetime import date

import pytest

from ccis.calendar.periods import Period


def test_a_period_is_written_and_read_the_same_way():
    period = Period.parse("2026-10")
    assert (period.year, period.month) == (2026, 10)
    assert str(period) == "2026-10"
    assert period.label == "October 2026"


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-13", "2026-00", "2026-1", "10-2026", "2026-10-01", " 2026-10", "0001-01"],
)
def test_anything_else_is_not_a_period(text):
    with pytest.raises(ValueError, match="period"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
    ids=["February", "February of a leap year", "month of the clock change", "December"],
)
def test_a_period_starts_and_ends_with_its_month(period, start, end):
    assert Period.parse(period).start == start
    assert Period.parse(period).end == end


def test_periods_follow_each_other_over_the_new_year():
    assert Period.parse("2026-12").next() == Period.parse("2027-01")
    assert Period.parse("2027-01").previous() == Period.parse("2026-12")


@pytest.mark.parametrize(
    ("on", "period"),
    [
        (date(2026, 10, 31), "2026-09"),
        (date(2026, 11, 1), "2026-10"),
        (date(2027, 1, 1), "2026-12"),
    ],
    ids=["the last day is not over", "the day after", "new year"],
)
def test_the_latest_period_that_has_ended(on, period):
    assert str(Period.latest_ended(on)) == period


def test_periods_sort_by_time_and_know_their_days():
    assert Period(2026, 9) < Period(2026, 10) < Period(2027, 1)
    assert date(2026, 10, 31) in Period(2026, 10)
    assert date(2026, 11, 1) not in Period(2026, 10)
    assert Period.of(date(2026, 11, 1)) == Period(2026, 11)
