"""Cursors, filters and sums of lists; no database."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from ccis.govuk.cursors import BadCursor, seal, unseal
from ccis.govuk.lists import Outcome, address, row_sum
from tests.gallery import SpecimenFilters

VALUES = [
    "Oduya", 17, None, True, date(2009, 3, 27), Decimal("4.10"),
    datetime(2026, 11, 24, 9, 12, tzinfo=ZoneInfo("Europe/London")),
]  # fmt: skip


def test_a_cursor_gives_back_what_was_put_in() -> None:
    assert unseal("people:name", seal("people:name", VALUES)) == VALUES


def test_nothing_can_be_read_in_a_cursor() -> None:
    cursor = seal("people:name", ["Oduya", "7F3KQ29M"])

    assert "Oduya" not in cursor
    assert "7F3K" not in cursor
    assert seal("people:name", ["Oduya"]) != seal("people:name", ["Oduya"])


@pytest.mark.parametrize(
    "cursor", ["", "x", "Oduya", seal("people:age", [16]), seal("people:name", [1])[:-2] + "zz"]
)
def test_a_cursor_of_another_list_or_altered_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        unseal("people:name", cursor)


def test_a_new_order_begins_the_list_again_and_keeps_the_filters() -> None:
    query = QueryDict("status=neet&after=abc&sort=name")

    assert address(query, sort="age") == "?status=neet&sort=age"


def test_filters_read_commas_and_repeats_alike() -> None:
    commas = SpecimenFilters(QueryDict("age=16,17"))
    repeats = SpecimenFilters(QueryDict("age=16&age=17"))

    assert commas.chosen == repeats.chosen == {"age": ["16", "17"]}


def test_filters_drop_what_is_not_among_the_choices() -> None:
    filters = SpecimenFilters(QueryDict("age=16,99&status=nonsense&ward=atlantis"))

    assert filters.chosen == {"age": ["16"]}


def test_each_value_has_a_chip_that_takes_only_it_away() -> None:
    query = QueryDict("status=not-known&age=16,17&after=abc")

    chips = list(SpecimenFilters(query).chips(query))

    assert [(chip.text, chip.remove) for chip in chips] == [
        ("Not known", "?age=16,17"),
        ("16", "?status=not-known&age=17"),
        ("17", "?status=not-known&age=16"),
    ]


def test_the_places_of_rows_are_printed_as_a_sum() -> None:
    outcomes = [Outcome(6, "Cannot be read"), Outcome(1836, "Will change")]

    assert row_sum(1842, outcomes) == "1,842 rows = 6 cannot be read + 1,836 will change"


def test_a_lost_row_is_a_fault() -> None:
    with pytest.raises(ValueError, match="add up"):
        row_sum(7, [Outcome(6, "Cannot be read")])
