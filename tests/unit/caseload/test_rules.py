"""Decisions about a record, each as a table."""

from datetime import date

import pytest

from caseload import rules

AUTUMN = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("group", "born", "code"),
    [
        ("compulsory", date(2010, 8, 31), "230"),
        ("compulsory", date(2010, 9, 1), None),
        ("education", date(2010, 9, 1), "229"),
        ("education", date(2010, 8, 31), None),
        ("not-known", date(2010, 9, 1), "229"),
        ("education", None, None),
    ],
    ids=[
        "school code in Year 12",
        "school code in Year 11",
        "sixth form in Year 11",
        "sixth form in Year 12",
        "not known in Year 11",
        "date of birth not known",
    ],
)
def test_an_activity_that_does_not_fit_the_age_is_doubted(group, born, code):
    warning = rules.age_warning(group, born, AUTUMN)

    assert (warning is None) if code is None else (warning is not None and f"({code})" in warning)


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2026, 8, 31), "Year 12"), (date(2026, 9, 1), "Year 13")],
    ids=["last day of August", "first of September"],
)
def test_the_year_group_changes_on_the_first_of_september(on, expected):
    assert rules.year_in_words(date(2009, 3, 14), on) == expected


def test_no_year_group_is_named_long_after_school():
    assert rules.year_in_words(date(2001, 3, 14), AUTUMN) == ""


def test_birthdays_of_a_year_group_run_from_september_to_august():
    assert rules.born_in_year_group(13, AUTUMN) == (date(2008, 9, 1), date(2009, 8, 31))


@pytest.mark.parametrize(
    ("asked", "held", "expected"),
    [
        ("oduya", "oduya", ""),
        ("oduya", "oduyah", "begins the same"),
        ("oduya", "oduua", "one letter differs"),
        ("oduya", "odyua", "one letter differs"),
        ("leyla", "leila", "one letter differs"),
        ("stephen", "steven", "sounds like"),
        ("hart", "faroukhart", "part of the name"),
        ("katherine", "catharine", "sounds like"),
        ("oduya", "smith", None),
        ("", "smith", None),
    ],
)
def test_likeness_of_names_has_words(asked, held, expected):
    assert rules.name_likeness(asked, held) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (date(2009, 7, 3), date(2009, 7, 3), ""),
        (date(2009, 7, 3), date(2009, 3, 7), "day and month swapped"),
        (date(2009, 7, 3), date(2008, 7, 3), "one part differs"),
        (date(2009, 7, 3), date(2008, 7, 4), None),
    ],
)
def test_likeness_of_dates_of_birth_has_words(one, other, expected):
    assert rules.dates_alike(one, other) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1), ("abc", "xyz", 3), ("a", "abcd", 3)],
)
def test_edits_count_letters_changed(one, other, expected):
    assert rules.edits(one, other) == expected


def test_an_apprenticeship_is_work_with_training():
    assert rules.headline("310", "employment") == "In work with training"
    assert rules.headline("330", "employment") == "In work"
