from datetime import date

import pytest

from ccis.govuk.dates import NotADate, read_date

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9/12/26", date(2026, 12, 9)),
        ("9 dec", date(2026, 12, 9)),
        ("9 December 2026", date(2026, 12, 9)),
        ("9th dec, 2026", date(2026, 12, 9)),
        ("09.12.2026", date(2026, 12, 9)),
        ("09122026", date(2026, 12, 9)),
        ("091226", date(2026, 12, 9)),
        ("9–12–2026", date(2026, 12, 9)),  # a phone makes dashes of hyphens
        ("December 9, 2026", date(2026, 12, 9)),
        ("9, December 2026", date(2026, 12, 9)),
        ("9th of Dec 2026", date(2026, 12, 9)),
        ("2026/12/9", date(2026, 12, 9)),
        ("٩/١٢/٢٠٢٦", date(2026, 12, 9)),
        ("2026-12-09", date(2026, 12, 9)),
        ("27 3 2009", date(2009, 3, 27)),
        ("27-3-09", date(2009, 3, 27)),
        ("27 3 99", date(1999, 3, 27)),
        ("-3", date(2026, 11, 21)),
        ("+ 7", date(2026, 12, 1)),
        ("today", TODAY),
        (" Yesterday ", date(2026, 11, 23)),
        ("31/12", date(2026, 12, 31)),
        ("2 jan", date(2027, 1, 2)),
        ("29 feb", date(2028, 2, 29)),
        ("4 sept.", date(2026, 9, 4)),
    ],
)
def test_a_date_is_read_day_first_in_many_ways(typed: str, meant: date) -> None:
    assert read_date(typed, today=TODAY) == meant


@pytest.mark.parametrize(
    "typed", ["31/02/2026", "12/31/2026", "soon", "", "29 2 2027", "1 1 1066", "9 9 999", "9 foo"]
)
def test_what_is_not_a_day_is_refused(typed: str) -> None:
    with pytest.raises(NotADate):
        read_date(typed, today=TODAY)


def test_a_year_left_out_can_be_the_past_or_the_future() -> None:
    assert read_date("9 dec", today=TODAY, prefer="past") == date(2025, 12, 9)
    assert read_date("1 nov", today=TODAY, prefer="future") == date(2027, 11, 1)


@pytest.mark.parametrize(
    ("typed", "year"), [("1 1 36", 2036), ("1 1 37", 1937)], ids=["ten years ahead", "further"]
)
def test_two_figures_for_a_year_reach_ten_years_ahead(typed: str, year: int) -> None:
    assert read_date(typed, today=TODAY).year == year
