"""The arithmetic of figures, against published figures: docs/nccis.md §10."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns import editions, rules
from returns.editions.model import GROUP_LABELS
from returns.rules import Spell

NEWEST = editions.newest()


def shown(part: int, whole: int) -> Decimal | None:
    return rules.percent(rules.share(part, whole))


# Published counts and the percentages printed beside them


@pytest.mark.parametrize(
    ("cohort", "both", "neet", "not_known", "percentages"),
    [
        (323_220, 11_670, 7_640, 4_030, "3.6 2.4 1.2"),
        (312_150, 20_010, 11_640, 8_370, "6.4 3.7 2.7"),
        (340_220, 15_290, 10_270, 5_020, "4.5 3.0 1.5"),
        (330_980, 26_410, 15_720, 10_690, "8.0 4.7 3.2"),
        (635_370, 31_690, 19_280, 12_400, "5.0 3.0 2.0"),
        (321_870, 11_800, 7_350, 4_460, "3.7 2.3 1.4"),
        (327_450, 21_730, 12_470, 9_260, "6.6 3.8 2.8"),
        (338_710, 15_250, 9_810, 5_440, "4.5 2.9 1.6"),
        (346_100, 28_380, 16_280, 12_100, "8.2 4.7 3.5"),
        (649_310, 33_540, 19_820, 13_720, "5.2 3.1 2.1"),
    ],
)
def test_neet_and_not_known_rates_are_those_published(
    cohort: int, both: int, neet: int, not_known: int, percentages: str
) -> None:
    assert abs(neet + not_known - both) <= 10  # each is rounded to ten
    assert [shown(part, cohort) for part in (both, neet, not_known)] == [
        Decimal(one) for one in percentages.split()
    ]


@pytest.mark.parametrize(
    ("cohort", "counts", "percentages"),
    [
        (1_239_180, (1_062_160, 57_690, 11_070, 1_420), "85.7 4.7 0.9 0.1"),
        (1_337_190, (1_149_370, 55_770, 11_430, 1_640), "86.0 4.2 0.9 0.1"),
        (1_363_590, (1_179_530, 48_490, 11_710, 3_150), "86.5 3.6 0.9 0.2"),
        (323_640, (308_800,), "95.4"),
        (328_350, (297_750,), "90.7"),
        (340_960, (320_290,), "93.9"),
        (347_180, (305_950,), "88.1"),
        (652_000, (606_540,), "93.0"),
    ],
)
def test_participation_rates_are_those_published(
    cohort: int, counts: tuple[int, ...], percentages: str
) -> None:
    assert [shown(count, cohort) for count in counts] == [
        Decimal(one) for one in percentages.split()
    ]


@pytest.mark.parametrize(
    ("cohort", "counts", "published"),
    [
        (
            1_219_744,
            (1_153_714, 14_804, 11_654, 39_572),
            ("94.58656898", "1.21369730", "0.9554463893", "3.244287326"),
        ),
        (
            6_252,
            (6_067, 31, 48, 106),
            ("97.04094692", "0.4958413310", "0.7677543191", "1.695457454"),
        ),
        (104_256, (93_527,), ("89.70898557",)),
        (9_251, (8_874,), ("95.924764890",)),
    ],
    ids=["England", "Derby", "East Midlands", "Leicester"],
)
def test_guarantee_shares_are_those_published_unrounded(
    cohort: int, counts: tuple[int, ...], published: tuple[str, ...]
) -> None:
    for count, printed in zip(counts, published, strict=True):
        exact = rules.share(count, cohort)
        assert exact is not None
        assert float(exact) == pytest.approx(float(printed), rel=1e-9)


def test_guarantee_shares_add_up_to_exactly_100() -> None:
    counted = rules.guarantee_counts(
        {"110": 6_000, "114": 60, "115": 7, "122": 31, "150": 48, "159": 100, None: 6}, NEWEST
    )

    assert counted.groups == {
        "offer made": 6_067,
        "offer not appropriate": 31,
        "no offer": 48,
        "not recorded": 106,
    }
    assert counted.cohort == 6_252
    assert sum(one for one in counted.shares.values() if one is not None) == 100


def test_a_guarantee_of_nobody_has_no_shares() -> None:
    assert set(rules.guarantee_counts({}, NEWEST).shares.values()) == {None}


# Rounding


@pytest.mark.parametrize(
    ("exact", "expected"),
    [
        (Fraction(5, 100), "0.1"),
        (Fraction(25, 100), "0.3"),
        (Fraction(-25, 100), "-0.3"),
        (Fraction(249, 1000), "0.2"),
        (Fraction(100), "100.0"),
        (None, None),
    ],
)
def test_percentages_have_one_decimal_and_halves_go_up(
    exact: Fraction | None, expected: str | None
) -> None:
    assert rules.percent(exact) == (None if expected is None else Decimal(expected))


def test_a_share_of_nobody_is_not_a_number() -> None:
    assert rules.share(0, 0) is None
    assert rules.change(None, Fraction(1)) is None
    assert rules.change(Fraction(5, 2), Fraction(1)) == Fraction(3, 2)


# One month


def test_custody_is_out_of_the_base_and_lapsed_activities_are_not_known() -> None:
    month = rules.tally(
        [
            ("210", False, 800),
            ("310", False, 50),
            ("320", False, 10),
            ("250", False, 5),
            ("460", False, 4),
            ("430", False, 3),
            ("260", False, 2),
            ("530", False, 6),
            ("330", False, 20),
            ("619", False, 30),
            ("650", False, 7),
            ("616", True, 1),
            ("210", True, 9),
            ("330", True, 8),
            ("810", False, 11),
            ("710", False, 5),
            ("710", True, 2),
            (None, False, 3),
        ],
        NEWEST,
    )

    assert month.cohort == 976
    assert month.base == 969
    assert month.neet == 38
    assert month.not_known == 31
    assert month.neet_or_not_known == 69
    assert month.participation == {
        "full-time education": 800,
        "apprenticeship": 50,
        "work-based learning": 4,
        "part-time education": 5,
        "employment with study": 10,
        "other training": 3,
    }
    assert month.participating == 872
    assert month.share_of_base(38) == Fraction(3800, 969)
    assert month.groups.keys() == GROUP_LABELS.keys()


@pytest.mark.parametrize(
    ("code", "lapsed", "group"),
    [
        ("210", False, "education"),
        ("210", True, "not-known"),
        ("619", True, "neet-available"),
        ("640", False, "neet-not-available"),
        ("710", True, "custody"),
        ("810", False, "not-known"),
        ("530", False, "re-engagement"),
        ("110", True, "not-known"),
        (None, False, "not-known"),
        ("720", False, "not-known"),
    ],
)
def test_everyone_has_one_headline_group(code: str | None, lapsed: bool, group: str) -> None:
    assert rules.headline(code, lapsed=lapsed, edition=NEWEST) == group


# The year's figure


def test_the_year_is_mean_counts_over_mean_cohorts() -> None:
    year = rules.mean_of_months([(10, 100), (20, 100), (60, 400)])

    assert year.count == 30
    assert year.cohort == 200
    assert year.share == 15
    assert rules.mean_of_months([(1, 10), (1, 10), (2, 11)]).cohort == Fraction(31, 3)
    with pytest.raises(ValueError, match="no months"):
        rules.mean_of_months([])


# NEET start


def spells(*held: tuple[str, date, date | None]) -> list[Spell]:
    return [Spell(*one) for one in held]


SEPTEMBER, NOVEMBER, JANUARY = date(2026, 9, 1), date(2026, 11, 1), date(2027, 1, 4)
LATER = date(2027, 1, 31)


@pytest.mark.parametrize(
    ("held", "on", "expected"),
    [
        (spells(("619", JANUARY, None)), LATER, JANUARY),
        (spells(("610", NOVEMBER, JANUARY), ("619", JANUARY, None)), LATER, NOVEMBER),
        (spells(("619", JANUARY, None), ("610", NOVEMBER, JANUARY)), LATER, NOVEMBER),
        (spells(("610", SEPTEMBER, NOVEMBER), ("619", JANUARY, None)), LATER, JANUARY),
        (
            spells(
                ("619", SEPTEMBER, NOVEMBER), ("350", NOVEMBER, JANUARY), ("619", JANUARY, None)
            ),
            LATER,
            JANUARY,
        ),
        (spells(("619", NOVEMBER, JANUARY), ("210", JANUARY, None)), LATER, None),
        (spells(("619", NOVEMBER, JANUARY), ("210", JANUARY, None)), date(2027, 1, 3), NOVEMBER),
        (spells(("619", NOVEMBER, JANUARY)), JANUARY, None),
        (spells(("619", JANUARY, None)), date(2027, 1, 3), None),
        (spells(("810", NOVEMBER, JANUARY), ("619", JANUARY, None)), LATER, JANUARY),
        ([], LATER, None),
    ],
    ids=[
        "one spell",
        "from one NEET code to another",
        "in any order",
        "a gap breaks it",
        "work breaks it",
        "no longer NEET",
        "NEET on the last day",
        "ended, nothing since",
        "not yet",
        "not known breaks it",
        "nothing held",
    ],
)
def test_the_neet_start_is_that_of_the_unbroken_run(
    held: list[Spell], on: date, expected: date | None
) -> None:
    assert rules.neet_start(held, on=on, edition=NEWEST) == expected


# Groups


def test_the_vulnerable_group_leaves_out_parents_and_pregnancy() -> None:
    assert rules.is_vulnerable(["120", "160"], NEWEST)
    assert not rules.is_vulnerable(["120", "180", "999"], NEWEST)
    assert not rules.is_vulnerable([], NEWEST)


def test_a_plan_comes_before_support() -> None:
    assert rules.sen_group("Y", "Y") == "EHC plan"
    assert rules.sen_group("N", "Y") == "SEN support"
    assert rules.sen_group(None, None) == "No SEN"


# Movement


def test_joiners_and_leavers_are_of_those_in_both_months() -> None:
    moved = rules.movement(
        {1: True, 2: False, 3: True, 4: False, 5: True},
        {1: True, 2: True, 3: False, 4: False, 6: True},
    )

    assert moved.joiners == {2}
    assert moved.leavers == {3}
    assert moved.arrived == {6}
    assert moved.departed == {5}


# Small numbers


def test_counts_from_one_to_four_are_not_shown() -> None:
    assert [rules.suppress(count) for count in range(7)] == [0, None, None, None, None, 5, 6]


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [
        ({"a": 10, "b": 20, "c": 30}, set()),
        ({"a": 3, "b": 20, "c": 30}, {"a", "b"}),
        ({"a": 3, "b": 4, "c": 30}, {"a", "b"}),
        ({"a": 1, "b": 1, "c": 30, "d": 9}, {"a", "b", "d"}),
        ({"a": 3, "b": 0, "c": 30}, {"a", "c"}),
        ({"a": 3, "b": 0}, {"a", "b"}),
        ({"a": 0, "b": 8}, set()),
    ],
)
def test_a_hidden_part_does_not_follow_from_the_total(
    parts: dict[str, int], hidden: set[str]
) -> None:
    shown_parts = rules.suppress_parts(parts)

    assert {name for name, count in shown_parts.items() if count is None} == hidden
    assert {n: c for n, c in shown_parts.items() if c is not None} == {
        n: c for n, c in parts.items() if n not in hidden
    }


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), min_size=2))
def test_no_small_count_is_shown_and_none_is_left_alone(parts: dict[str, int]) -> None:
    shown_parts = rules.suppress_parts(parts)
    hidden = [name for name, count in shown_parts.items() if count is None]

    assert all(count is None or count == 0 or count >= 5 for count in shown_parts.values())
    assert len(hidden) != 1
    if hidden and len(hidden) < len(parts):
        assert sum(parts[name] for name in hidden) >= 5
