"""When information about an activity lapses, by the examples of docs/nccis.md §4."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from returns import currency, editions

NEWEST = editions.newest()
VERIFIED = date(2026, 10, 5)
PERIOD_END = date(2026, 10, 31)


def due(code: str, **changes: Any) -> date | None:
    values: dict[str, Any] = {
        "verified": VERIFIED,
        "ascertained": date(2026, 9, 8),
        "review": None,
        "predicted_end": None,
        "start": date(2026, 9, 1),
        "on": PERIOD_END,
    }
    return currency.due_to_lapse(code, **(values | changes), edition=NEWEST)


@pytest.mark.parametrize(
    "code",
    ["110", "120", "130", "140", "150", "210", "220", "230", "240", "250", "270", "280"],
)
def test_education_lapses_with_the_academic_year_or_the_course(code: str) -> None:
    assert due(code) == date(2027, 8, 31)
    assert due(code, predicted_end=date(2027, 7, 31)) == date(2027, 7, 31)
    assert due(code, predicted_end=date(2028, 7, 31)) == date(2027, 8, 31)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"verified": date(2026, 8, 31), "start": date(2025, 9, 1)}, date(2026, 8, 31)),
        ({"verified": date(2026, 9, 1), "start": date(2025, 9, 1)}, date(2027, 8, 31)),
        ({"verified": date(2026, 6, 1)}, date(2027, 8, 31)),
        ({"verified": None}, date(2027, 8, 31)),
        ({"verified": None, "ascertained": None}, date(2027, 8, 31)),
        ({"verified": None, "ascertained": None, "start": None}, None),
    ],
    ids=[
        "confirmed last year: not renewed on 1 September",
        "confirmed on 1 September",
        "confirmed in June, to start in September",
        "never confirmed: from the day it was learned of",
        "only the start known",
        "nothing known",
    ],
)
def test_the_academic_year_is_that_of_the_last_confirmation(
    changes: dict[str, Any], expected: date | None
) -> None:
    assert due("210", **changes) == expected


@pytest.mark.parametrize("code", ["260", "290", "350", "710"])
def test_reviewed_activities_lapse_28_days_after_the_review(code: str) -> None:
    assert due(code, review=date(2026, 12, 1)) == date(2026, 12, 29)
    assert due(code, review=date(2026, 12, 1), predicted_end=date(2026, 12, 24)) == date(
        2026, 12, 24
    )
    assert due(code, predicted_end=date(2026, 12, 24)) is None


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("310", "320"), date(2027, 10, 5)),
        (("330", "340", "360", "380", "381", "550"), date(2027, 4, 5)),
        (("410", "430", "440", "450", "460"), date(2027, 4, 5)),
        (("530",), date(2027, 1, 5)),
    ],
)
def test_work_and_training_lapse_months_after_the_last_confirmation(
    codes: tuple[str, ...], expected: date
) -> None:
    for code in codes:
        assert due(code) == expected
        assert due(code, predicted_end=date(2026, 12, 18)) == date(2026, 12, 18)


@pytest.mark.parametrize("code", [*NEWEST.neet_codes, "810", "820", "830"])
def test_neet_and_not_known_never_lapse(code: str) -> None:
    assert due(code, review=date(2026, 12, 1), predicted_end=date(2026, 12, 1)) is None
    assert not currency.currency_lapsed(due(code), date(2036, 10, 31))


def test_a_confirmation_after_the_day_asked_about_does_not_count_yet() -> None:
    assert due("330", on=date(2026, 10, 4)) == date(2027, 3, 8)
    assert due("330", on=VERIFIED) == date(2027, 4, 5)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
    ],
)
def test_months_end_where_the_calendar_does(day: date, months: int, expected: date) -> None:
    assert currency.add_months(day, months) == expected


def test_information_is_current_on_its_last_day() -> None:
    assert not currency.currency_lapsed(PERIOD_END, PERIOD_END)
    assert currency.currency_lapsed(date(2026, 10, 30), PERIOD_END)
    assert not currency.currency_lapsed(None, PERIOD_END)


def test_a_code_that_the_edition_has_not_is_refused() -> None:
    with pytest.raises(KeyError):
        due("720")
