"""Whose word counts, what a code looks like, and when a request is late."""

from datetime import date

import pytest

from optout import rules


@pytest.mark.parametrize(
    ("said_by", "age", "lacks_capacity", "counts"),
    [
        ("own", 14, False, True),
        ("own", 17, False, True),
        ("own", None, False, True),
        ("parent", 15, False, True),
        ("parent", 16, False, False),
        ("parent", None, False, False),
        ("parent", 17, True, True),
        ("carer", 15, False, True),
        ("advocate", 15, False, False),
        ("advocate", 17, True, True),
        ("school", 15, False, False),
        ("school", 15, True, False),
        ("authority", 17, True, False),
    ],
)
def test_whose_word_counts_as_the_young_persons_own(said_by, age, lacks_capacity, counts):
    weighed = {"age": age, "lacks_capacity": lacks_capacity}

    assert rules.speaks_for(said_by, **weighed) is counts
    assert rules.lifts(said_by, says_no=False, **weighed) is counts
    assert rules.lifts(said_by, says_no=True, **weighed) is False
    assert rules.yields(said_by, says_no=False, **weighed) is False


def test_from_16_a_parents_no_gives_way_and_a_schools_does_not():
    assert rules.yields("parent", says_no=True, age=16, lacks_capacity=False)
    assert not rules.yields("parent", says_no=True, age=15, lacks_capacity=False)
    assert not rules.yields("parent", says_no=True, age=16, lacks_capacity=True)
    assert not rules.yields("school", says_no=True, age=17, lacks_capacity=False)


@pytest.mark.parametrize(
    ("kind", "received", "due"),
    [
        ("opt-out", date(2026, 11, 3), date(2026, 11, 4)),
        ("opt-out", date(2026, 11, 6), date(2026, 11, 9)),  # a Friday
        ("help", date(2026, 12, 24), date(2026, 12, 29)),  # past the bank holidays
        ("complaint", date(2026, 11, 3), date(2026, 12, 3)),
        ("opt-out", date(2199, 1, 4), date(2199, 1, 7)),  # past the list of bank holidays
    ],
)
def test_a_request_is_answered_by_the_next_working_day(kind, received, due):
    assert rules.due_on(kind, received) == due


def test_a_code_is_read_as_people_type_it():
    code = rules.new_code()

    assert len(code) == 12
    assert rules.read_code(rules.show_code(code).lower()) == code
    assert rules.read_code(" k7mp-3xqd 9rth ") == "K7MP3XQD9RTH"
    assert rules.read_code("o1Il") == "0111"
    assert rules.read_code("k\u0667mp \uff13xqd\u200f \u09efrth") == "K7MP3XQD9RTH"
    assert len(rules.read_code("Z" * 500)) == 24
