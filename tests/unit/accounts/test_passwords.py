"""Passwords: long ones pass whatever they are made of, guessable ones do not (PIA-13)."""

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from ccis.accounts.models import User


@pytest.fixture(autouse=True)
def _council(settings: Any) -> None:
    settings.CCIS_COUNCIL_NAME = "Northgate Council"
    settings.CCIS_SERVICE_NAME = "Young people's caseload"


def why_refused(password: str) -> set[str]:
    user = User(name="Tamsin Calloway", email="t.calloway@northgate.example")
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {str(one.code) for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "three quiet otters swim",
        "correct horse battery staple",
        "lanternswithoutcapitals",
        "  spaces before and after  ",
        "480157392664",
        "żółte łódki płyną",
        "a" * 3 + "b long one with repeats " + "c" * 3,
    ],
)
def test_length_is_enough_whatever_it_is_made_of(password: str) -> None:
    assert why_refused(password) == set()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "too_short"),
        ("o" + "x7" * 100, "too_long"),
        ("Password1234!", "common"),
        ("1q2w3e4r5t6y", "common"),
        ("P4ssw0rd!!!!!!", "common"),
        ("Northgate2026", "guessable"),
        ("N0rthg4te-Council", "guessable"),
        ("CaseloadCaseload1", "guessable"),
        ("Calloway-Tamsin-1", "guessable"),
        ("t.calloway@northgate.example", "guessable"),
        ("Welcome November 2026", "guessable"),
        ("abcdefghijklm", "run"),
        ("098765432109", "run"),
        ("aaaaaaaaaaaaaa", "run"),
        ("xyz1xyz1xyz1", "run"),
    ],
)
def test_what_anyone_would_try_first_is_refused(password: str, code: str) -> None:
    assert code in why_refused(password)


def test_eleven_characters_are_too_few_and_twelve_enough() -> None:
    assert why_refused("otters swum") == {"too_short"}
    assert why_refused("otters swums") == set()
