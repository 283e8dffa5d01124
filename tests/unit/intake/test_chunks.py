"""How long a transaction of applying lasts: the rows it takes are told by the last ones."""

from datetime import timedelta

import pytest

from caseload.intake.rules import next_chunk


@pytest.mark.parametrize(
    ("seconds", "rows"),
    [(0, 4_000), (0.2, 4_000), (0.8, 2_500), (1, 2_000), (4, 500), (3600, 100)],
    ids=["no time at all", "quick", "almost a second", "a second", "slow", "stuck"],
)
def test_the_next_chunk_should_last_a_second(seconds: float, rows: int) -> None:
    assert next_chunk(2_000, took=timedelta(seconds=seconds), most=10_000) == rows


def test_a_chunk_that_was_small_already_grows_slowly() -> None:
    assert next_chunk(1, took=timedelta(seconds=0.1), most=10_000) == 2
    assert next_chunk(1, took=timedelta(seconds=9), most=10_000) == 1


def test_a_chunk_never_has_more_rows_than_the_most() -> None:
    assert next_chunk(8_000, took=timedelta(seconds=0.1), most=10_000) == 10_000
