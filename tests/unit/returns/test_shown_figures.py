"""What figures show to those who may not see small numbers (docs/nccis.md §7)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns.presenters.figures import Shown
from returns.rules import SMALL

EVERYONE, HIDING = Shown(is_exact=True), Shown(is_exact=False)


def headline(neet: int, not_known: int, participating: int = 500) -> dict[str, Any]:
    both = neet + not_known
    return {
        "neet": neet,
        "not_known": not_known,
        "neet_or_not_known": both,
        "participating": participating,
        "base": both + participating,
        "cohort": both + participating,
    }


def test_those_who_see_returns_see_everything():
    one = headline(1, 2)

    assert EVERYONE.headline(one)["neet"] == 1
    assert EVERYONE.rows({"a": one}) == {"a": one}
    assert EVERYONE.counts({"a": 1, "b": 9}) == {"a": 1, "b": 9}


@pytest.mark.parametrize(
    ("neet", "not_known", "shown"),
    [
        (20, 30, (20, 30, 50)),
        (3, 30, (None, None, 33)),
        (30, 4, (None, None, 34)),
        (1, 2, (None, None, None)),
        (0, 30, (0, 30, 30)),
        (0, 0, (0, 0, 0)),
        (2, 3, (None, None, 5)),
    ],
)
def test_one_part_of_a_sum_does_not_give_the_other_away(neet, not_known, shown):
    found = HIDING.headline(headline(neet, not_known))

    assert (found["neet"], found["not_known"], found["neet_or_not_known"]) == shown


def test_a_row_with_a_small_number_takes_another_with_it():
    rows = HIDING.rows(
        {"16": headline(3, 40), "17": headline(50, 60), "18": headline(90, 90)},
    )

    assert rows["16"] is None
    assert rows["17"] is None
    assert rows["18"] is not None


def test_no_row_is_hidden_without_need():
    parts = {"16": headline(30, 40), "17": headline(50, 0)}

    assert HIDING.rows(parts) == parts


counts = st.integers(min_value=0, max_value=40)
tables = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(counts, counts), min_size=1, max_size=5
)


@given(tables)
def test_no_small_number_is_shown_and_none_follows_by_subtraction(table):
    parts = {name: headline(*given) for name, given in table.items()}

    rows = HIDING.rows(parts)

    hidden = [name for name, row in rows.items() if row is None]
    for name, row in rows.items():
        if row is not None:
            for key in ("neet", "not_known", "neet_or_not_known"):
                assert not 0 < parts[name][key] < SMALL
    if hidden and len(hidden) < len(parts):
        assert len(hidden) > 1
        for key in ("neet", "not_known"):
            assert not 0 < sum(parts[name][key] for name in hidden) < SMALL


@given(st.dictionaries(st.sampled_from("abcdef"), counts, min_size=2, max_size=6))
def test_no_part_of_a_total_follows_by_subtraction(parts):
    shown = HIDING.counts(parts)

    hidden = [name for name, count in shown.items() if count is None]
    assert all(not 0 < count < SMALL for count in shown.values() if count is not None)
    if hidden and len(hidden) < len(parts):
        assert len(hidden) > 1
        assert sum(parts[name] for name in hidden) >= SMALL
