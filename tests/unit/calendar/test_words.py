from datetime import UTC, date, datetime

import pytest

from ccis.calendar.words import date_in_words, local_date, moment_in_words, short_date


def test_dates_in_words():
    assert date_in_words(date(2026, 12, 9)) == "9 December 2026"
    assert short_date(date(2026, 12, 9)) == "9 Dec 2026"
    assert short_date(date(2026, 9, 30)) == "30 Sep 2026"


@pytest.mark.parametrize(
    ("at", "on", "words"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29), "29 March 2026 at 12:59am"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), date(2026, 3, 29), "29 March 2026 at 2am"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 7, 1), "1 July 2026 at 12:30am"),
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            date(2026, 10, 25),
            "25 October 2026 at 1:30am",
        ),
        (
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            date(2026, 10, 25),
            "25 October 2026 at 1:30am",
        ),
        (datetime(2026, 12, 9, 12, 0, tzinfo=UTC), date(2026, 12, 9), "9 December 2026 at midday"),
        (datetime(2026, 12, 9, 0, 0, tzinfo=UTC), date(2026, 12, 9), "9 December 2026 at midnight"),
        (datetime(2026, 12, 9, 14, 5, tzinfo=UTC), date(2026, 12, 9), "9 December 2026 at 2:05pm"),
    ],
    ids=[
        "before the clocks go forward",
        "after the clocks go forward",
        "a summer night is already tomorrow",
        "before the clocks go back",
        "after the clocks go back",
        "midday",
        "midnight",
        "afternoon",
    ],
)
def test_moments_are_told_by_the_clock_of_england(at, on, words):
    assert local_date(at) == on
    assert moment_in_words(at) == words


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 12, 9))  # noqa: DTZ001
