from datetime import date

import pytest

from ccis.calendar.academic import (
    academic_age,
    academic_year_end,
    academic_year_start,
    age_on,
    end_of_compulsory_school_age,
    year_group,
)


@pytest.mark.parametrize(
    ("on", "start", "end"),
    [
        (date(2026, 8, 31), date(2025, 9, 1), date(2026, 8, 31)),
        (date(2026, 9, 1), date(2026, 9, 1), date(2027, 8, 31)),
        (date(2026, 12, 31), date(2026, 9, 1), date(2027, 8, 31)),
        (date(2027, 1, 1), date(2026, 9, 1), date(2027, 8, 31)),
        (date(2028, 2, 29), date(2027, 9, 1), date(2028, 8, 31)),
    ],
    ids=["31 August", "1 September", "new year's eve", "new year's day", "29 February"],
)
def test_the_academic_year_runs_from_september_to_august(on, start, end):
    assert academic_year_start(on) == start
    assert academic_year_end(on) == end


@pytest.mark.parametrize(
    ("dob", "on", "age"),
    [
        (date(2010, 8, 31), date(2026, 9, 1), 16),
        (date(2010, 9, 1), date(2026, 9, 1), 15),
        (date(2010, 8, 31), date(2026, 8, 31), 15),
        (date(2010, 8, 31), date(2027, 8, 31), 16),
        (date(2010, 10, 15), date(2026, 10, 15), 15),
        (date(2008, 2, 29), date(2025, 2, 28), 16),
        (date(2009, 12, 31), date(2026, 1, 1), 15),
        (date(2010, 1, 1), date(2026, 1, 1), 15),
    ],
    ids=[
        "born on 31 August, new year begins",
        "born on 1 September, new year begins",
        "sixteenth birthday on the year's last day",
        "a year later, still the same academic year",
        "a birthday in term changes nothing",
        "born on 29 February",
        "born on new year's eve",
        "born on new year's day",
    ],
)
def test_academic_age_is_the_age_on_the_31_august_before(dob, on, age):
    assert academic_age(dob, on) == age


def test_the_specifications_own_example():
    assert year_group(date(2003, 2, 8), date(2019, 5, 31)) == 11


@pytest.mark.parametrize("birth_month", range(1, 13))
@pytest.mark.parametrize("month", range(1, 13))
def test_year_group_agrees_with_the_formula_of_the_specification(birth_month, month):
    dob, on = date(2009, birth_month, 1), date(2026, month, 28)
    formula = on.year - dob.year - 5 - (birth_month >= 9) + (month >= 9)
    assert year_group(dob, on) == formula


@pytest.mark.parametrize(
    ("dob", "leaves"),
    [
        (date(2010, 8, 31), date(2026, 6, 26)),
        (date(2010, 9, 1), date(2027, 6, 25)),
        (date(2010, 6, 30), date(2026, 6, 26)),
        (date(2008, 2, 29), date(2024, 6, 28)),
        (date(2007, 9, 1), date(2024, 6, 28)),
        (date(2007, 3, 1), date(2023, 6, 30)),
    ],
    ids=[
        "youngest in the year leaves before the birthday",
        "oldest in the year",
        "born in the last week of June",
        "born on 29 February",
        "born on 1 September",
        "30 June is itself a Friday",
    ],
)
def test_compulsory_school_age_ends_on_the_last_friday_in_june(dob, leaves):
    assert end_of_compulsory_school_age(dob) == leaves
    assert leaves.strftime("%A %B") == "Friday June"


@pytest.mark.parametrize(
    ("dob", "on", "age"),
    [
        (date(2010, 11, 21), date(2026, 11, 20), 15),
        (date(2010, 11, 21), date(2026, 11, 21), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
    ids=["day before", "birthday", "28 February", "1 March", "29 February again"],
)
def test_age_changes_on_the_birthday(dob, on, age):
    assert age_on(dob, on) == age
