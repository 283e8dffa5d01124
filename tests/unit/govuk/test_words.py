from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ccis.govuk import words


def test_dates_are_written_long_short_and_for_clocks() -> None:
    day = date(2026, 12, 9)

    assert words.long_date(day) == "9 December 2026"
    assert words.short_date(day) == "9 Dec 2026"
    assert words.clock_date(day) == "Wed 9 Dec"
    assert words.long_date(None) == ""


def test_a_moment_falls_on_the_day_it_is_in_london() -> None:
    moment = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    assert words.long_date(moment) == "2 July 2026"
    assert words.date_and_time(moment) == "2 Jul 2026, 12:30am"


@pytest.mark.parametrize(
    ("hour", "minute", "written"),
    [(15, 45, "3:45pm"), (9, 5, "9:05am"), (12, 0, "midday"), (0, 0, "midnight")],
)
def test_times_are_written_as_people_say_them(hour: int, minute: int, written: str) -> None:
    assert words.time_of_day(datetime(2026, 12, 9, hour, minute, tzinfo=UTC)) == written


def test_numbers_have_commas_and_nothing_is_said_in_words() -> None:
    assert words.number(1842) == "1,842"
    assert words.number(0) == "0"
    assert words.number(None) == "not collected"


def test_percentages_have_one_decimal_and_round_halves_up() -> None:
    assert words.percentage(Decimal("4.05")) == "4.1%"
    assert words.percentage(None) == "not collected"


@pytest.mark.parametrize(
    ("change", "written"),
    [(0.4, "up 0.4 points"), (-1.0, "down 1.0 points"), (0.04, "no change")],
)
def test_changes_are_in_points(change: float, written: str) -> None:
    assert words.points(change) == written


def test_one_is_singular() -> None:
    assert words.plural(1, "row") == "1 row"
    assert words.plural(1842, "row") == "1,842 rows"
    assert words.plural(2, "person", "people") == "2 people"


def test_references_are_read_out_in_fours() -> None:
    assert words.reference("7F3KQ29M") == "7F3K-Q29M"


def test_neighbours_are_grouped_in_the_order_given() -> None:
    items = [{"year": "b", "n": 1}, {"year": "b", "n": 2}, {"year": "a", "n": 3}]

    groups = words.groups_in_order(items, "year")

    assert [(key, len(group)) for key, group in groups] == [("b", 2), ("a", 1)]
