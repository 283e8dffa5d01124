"""How returns and service levels stand, and what small numbers may show (LDOR-05, LDOR-07)."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from ccis.calendar.periods import Period
from ccis.small_numbers import SMALL, suppress_rows
from sharing.monitoring.rules import (
    LevelDays,
    LevelState,
    Standing,
    expected_leavers,
    level_state,
    months_of_year,
    read_year,
    standing,
    why_not_escalate,
    why_not_remind,
    wrong_figure,
)

DUE = date(2026, 11, 7)


@pytest.mark.parametrize(
    ("sent", "nil", "late", "today", "is_so"),
    [
        (None, False, False, DUE, Standing.DUE),
        (None, False, True, date(2026, 11, 8), Standing.MISSING),
        (DUE, False, False, date(2026, 11, 20), Standing.MADE),
        (DUE, True, False, date(2026, 11, 20), Standing.NIL),
        (date(2026, 11, 8), False, True, date(2026, 11, 20), Standing.MADE_LATE),
    ],
    ids=["the day itself", "the day after", "in time", "nothing to report", "a day late"],
)
def test_a_return_stands_by_its_day(sent, nil, late, today, is_so):
    now = standing(due_on=DUE, sent_on=sent, is_nil=nil, is_late=late, today=today)

    assert now is is_so


def test_nothing_is_chased_that_is_not_awaited_nor_twice_a_day():
    today = date(2026, 11, 20)
    reminded = date(2026, 11, 12)  # five working days before the 19th
    ask = {"reminded": reminded, "escalated": None, "their_days": 5, "today": today}

    assert "Nothing is awaited" in why_not_remind(Standing.NIL, reminded=None, today=today)
    assert "today already" in why_not_remind(Standing.MISSING, reminded=today, today=today)
    assert why_not_remind(Standing.DUE, reminded=date(2026, 11, 19), today=today) == ""
    assert why_not_escalate(Standing.MISSING, **ask) == ""
    assert "whose day is over" in why_not_escalate(Standing.DUE, **ask)
    assert "Remind them first" in why_not_escalate(Standing.MISSING, **ask | {"reminded": None})
    assert "names whom" in why_not_escalate(Standing.MISSING, **ask | {"their_days": None})
    for soon in ({"today": date(2026, 11, 19)}, {"their_days": 6}):
        assert "They have until" in why_not_escalate(Standing.MISSING, **ask | soon)
    assert "today already" in why_not_escalate(Standing.MISSING, **ask | {"escalated": today})


@pytest.mark.parametrize(
    ("change", "is_so"),
    [
        ({"theirs": None}, LevelState.TO_SIGN),
        ({"starts_on": date(2026, 11, 21)}, LevelState.SIGNED),
        ({"starts_on": date(2026, 11, 20)}, LevelState.IN_FORCE),
        ({"review_on": date(2026, 11, 20)}, LevelState.TO_REVIEW),
        ({"ended_on": date(2026, 11, 20)}, LevelState.IN_FORCE),
        ({"ended_on": date(2026, 11, 19)}, LevelState.ENDED),
    ],
    ids=["one side", "from tomorrow", "first day", "day of review", "last day", "day after"],
)
def test_a_service_level_agreement_stands_by_its_days(change, is_so):
    days = {
        "ours": date(2026, 1, 1),
        "theirs": date(2026, 1, 2),
        "starts_on": date(2026, 2, 1),
        "review_on": date(2027, 2, 1),
    }

    assert level_state(LevelDays(**days | change), on=date(2026, 11, 20)) is is_so


@pytest.mark.parametrize(
    ("text", "year"),
    [("2026", 2026), ("2026/27", 2026), ("2026-2027", 2026), ("2026 to 2027", 2026),
     ("2026/28", None), ("26/27", None), ("last year", None)],
)  # fmt: skip
def test_an_academic_year_is_read_as_people_write_it(text, year):
    assert read_year(text) == year


def test_the_months_of_a_year_end_with_the_present_one():
    months = months_of_year(2026, until=Period(2026, 11))

    assert [str(month) for month in months] == ["2026-09", "2026-10", "2026-11"]
    assert len(months_of_year(2025, until=Period(2026, 11))) == 12
    assert months_of_year(2027, until=Period(2026, 11)) == []


def test_retention_says_how_many_leave_early():
    assert expected_leavers({"left-early": Decimal(31), "learners": Decimal(100)}) == 31
    assert expected_leavers({"learners": Decimal(400), "retention": Decimal("92.5")}) == 30
    assert expected_leavers({"retention": Decimal(92)}) is None
    assert wrong_figure("retention", Decimal(101)) == "Enter a percentage, from 0 to 100"
    assert wrong_figure("learners", Decimal("1.5")) == "Enter a whole number of people"


def test_hidden_rows_never_follow_from_their_total():
    random = Random(7)
    for _ in range(300):
        rows = {}
        for n in range(random.randint(1, 6)):
            told, untold = random.choice((0, 0, 2, 6, 9, 40)), random.choice((0, 3, 7))
            rows[str(n)] = {"left": told + untold, "told": told, "untold": untold}
        shown = suppress_rows(rows)
        hidden = [rows[name] for name, row in shown.items() if row is None]

        assert all(not 0 < n < SMALL for row in shown.values() if row for n in row.values())
        if len(hidden) < len(rows):
            for column in ("left", "told", "untold"):
                assert not 0 < sum(row[column] for row in hidden) < SMALL
            assert len(hidden) != 1
