"""What was measured is held against the aims truthfully, in a table."""

from typing import Any

import pytest

from benchmarks.results import AUTHORITY, ENGLAND, LARGE, STEPS, Aim, Run, Size, page


def measured(people: int, **seconds: float) -> Size:
    size = Size(people)
    for way, took in seconds.items():
        peaks = [80.0, 56.0, 55.0] if way == "two" else [80.0]
        size.note(way, {"seconds": took, "peaks": peaks, **made(people)})
    return size


def made(people: int) -> dict[str, Any]:
    return {
        "records": people,
        "findings": 7,
        "bytes": people * 1700,
        "steps": dict.fromkeys(STEPS, people / LARGE),
    }


def run_of(*sizes: Size) -> Run:
    return Run(
        on="2026-11-21",
        cores=2,
        memory_gb=24,
        python="3.11.7",
        postgresql="18.6",
        load=1.5,
        sizes=list(sizes),
    )


def aim(run: Run, words: str) -> Aim:
    return next(one for one in run.aims() if words in one.words)


def test_the_quickest_of_several_counts_and_the_greatest_memory() -> None:
    size = measured(LARGE, make=9.0)
    size.note("make", {"seconds": 8.0, "peaks": [70.0], **made(LARGE)})
    size.note("make", {"seconds": 8.5, "peaks": [90.0], **made(LARGE)})

    assert (size.seconds["make"], size.peaks["make"], size.times["make"]) == (8.0, [90.0], 3)


@pytest.mark.parametrize(
    ("two", "one", "kept"), [(1.99, 3.49, [True, True]), (2.01, 3.51, [False, False])]
)
def test_writing_is_held_against_the_floor(two: float, one: float, kept: list[bool]) -> None:
    run = run_of(measured(LARGE, make=9.0, floor=1.0, two=two, one=one))

    assert [aim(run, f"on {name} process").kept for name in ("two", "one")] == kept


def test_rivals_are_held_against_the_quicker_of_ours() -> None:
    one_is_quicker = measured(LARGE, make=9.0, floor=0.3, two=2.0, one=1.0, lxml=8.0)

    assert aim(run_of(one_is_quicker), "against lxml").reached == "8.0 ×"


def test_the_plain_way_is_held_like_for_like_besides() -> None:
    run = run_of(measured(LARGE, make=9.0, floor=1.0, two=2.0, one=3.0, lxml=8.0, plain=24.0))

    assert aim(run, "against lxml").reached == "4.0 ×"
    assert aim(run, "against the plain way: 10").kept
    assert aim(run, "like for like").reached == "8.0 ×"
    assert not aim(run, "like for like").kept


def test_records_and_writing_are_held_against_a_copy_from_the_facts() -> None:
    run = run_of(measured(LARGE, make=9.0, floor=1.0, facts=1.4, two=2.0))

    assert aim(run, "straight from the facts").reached == "2.14 ×"


@pytest.mark.parametrize(
    ("people", "took", "kept"),
    [
        (ENGLAND, 119.0, True),
        (ENGLAND, 121.0, False),
        (AUTHORITY, 4.9, True),
        (AUTHORITY, 5.1, False),
    ],
)
def test_the_whole_make_has_a_limit_at_two_sizes(people: int, took: float, kept: bool) -> None:
    assert aim(run_of(measured(people, make=took)), "Whole make").kept is kept


def test_memory_must_be_the_same_at_both_sizes() -> None:
    small = measured(LARGE, make=9.0, floor=1.0, two=2.0, one=3.0)
    large = measured(ENGLAND, make=110.0, floor=13.0, two=26.0, one=39.0)
    large.peaks["one"] = [89.0]

    assert [one.kept for one in run_of(small, large).aims() if "the same at" in one.words] == [
        False,
        True,
        True,
    ]


def test_the_page_has_every_table() -> None:
    small = measured(LARGE, make=9.0, floor=1.0, two=2.0, one=3.0, lxml=8.0, plain=24.0)
    large = measured(ENGLAND, make=110.0, floor=13.0, two=26.0, one=39.0, lxml=104.0)
    text = page(run_of(small, measured(AUTHORITY, make=4.0), large))

    assert "| Whole make at 1,300,000 in 120 s | 110.0 s | reached |" in text
    assert "| Our writer, two processes, joined and hashed | 2.00 | 2.0 | 80 + 56 + 55 |" in text
    assert "| Seconds | 100,000 | 40,000 | 1,300,000 |" in text
    assert "People are 13 times as many" in text
    assert "| The whole make | 12.2 |" in text
