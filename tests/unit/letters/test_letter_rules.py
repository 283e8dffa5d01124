"""What a letter must say, how it is read, and when its notice has run (LC-01, LC-23, LC-25)."""

from datetime import date

import pytest

from optout.letters import rules
from optout.letters.queries import days_after
from optout.letters.rules import Piece, Run, Told, filled, notice, pieces_of, problems
from tests.factories.letters import STANDARD_BODY

POSTED = date(2026, 11, 3)
ENDS = date(2026, 11, 17)
NORTHWAY, HARBOUR = 1, 2
NAME_AND_PHONE = frozenset({"name", "phone"})


def test_the_standard_letter_says_all_that_it_must():
    assert problems(STANDARD_BODY) == []


def test_an_unknown_placeholder_is_named_with_its_line():
    body = STANDARD_BODY.replace("Dear {first name}", "Dear {surname}")

    assert problems(body) == ["Line 1: we do not know {surname}"]


@pytest.mark.parametrize("name", rules.REQUIRED)
def test_a_letter_without_what_it_must_say_is_refused(name):
    (said,) = problems(STANDARD_BODY.replace(f"{{{name}}}", "gone"))

    assert said.startswith(f"It must say {{{name}}}")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Dear {first name", "a brace is opened or closed alone"),
        ("Dear } all", "a brace is opened or closed alone"),
        ("**Dear all", "two stars open bold words and nothing closes them"),
    ],
)
def test_what_is_not_closed_is_named_with_its_line(line, said):
    assert f"Line 1: {said}" in problems(STANDARD_BODY.replace("Dear {first name}", line))


def test_what_is_filled_in_is_never_read_as_marks():
    pieces = pieces_of("# Hello **{first name}**\n\n- {team}\n- two")
    made = filled(pieces, {"first name": "**# {team}**", "team": "- x"})

    assert made == [
        Piece("heading", (Run("Hello "), Run("**# {team}**", bold=True))),
        Piece("list", items=((Run("- x"),), (Run("two"),))),
    ]


@pytest.mark.parametrize(
    ("age", "has_plan", "expected"),
    [
        (12, False, False),
        (13, False, True),
        (19, False, True),
        (20, False, False),
        (20, True, True),
        (24, True, True),
        (25, True, False),
        (None, True, False),
    ],
)
def test_scope_is_from_13_to_20_or_25_with_a_plan(age, has_plan, expected):
    assert rules.in_scope(age, has_plan=has_plan) is expected


def told(**changed):
    usual = {
        "posted_on": POSTED,
        "runs_until": ENDS,
        "providers": frozenset({NORTHWAY}),
        "columns": frozenset({"name", "address", "phone"}),
        "purpose": rules.SUPPORT,
    }
    return Told(**{**usual, **changed})


def asked(*letters, provider=NORTHWAY, columns=NAME_AND_PHONE, on=date(2026, 12, 1)):
    return notice(letters, provider=provider, columns=columns, purpose=rules.SUPPORT, on=on)


@pytest.mark.parametrize(
    ("on", "expected"), [(ENDS, False), (date(2026, 11, 18), True)], ids=["last day", "day after"]
)
def test_a_notice_has_run_the_day_after_its_last(on, expected):
    answer = asked(told(), on=on)

    assert (answer.has_run, answer.from_day) == (expected, date(2026, 11, 18))


@pytest.mark.parametrize(
    ("letters", "why"),
    [
        ([], "They have not been written to"),
        ([told(returned=True)], "Their letter came back"),
        ([told(address_is_theirs=False)], "They have moved since they were written to"),
        ([told(purpose=rules.SCHOOL)], "They were written to about another purpose"),
        (
            [told(providers=frozenset({HARBOUR}))],
            "The list that their letter pointed to did not have this organisation",
        ),
        ([told(columns=frozenset({"name"}))], "Their letter did not announce your phone number"),
        (
            [told(columns=frozenset({"name"})), told(columns=frozenset({"phone"}))],
            "Their letter did not announce your phone number",
        ),
    ],
)
def test_there_is_no_notice_without_one_whole_letter(letters, why):
    answer = asked(*letters)

    assert not answer.has_run
    assert answer.why in (why, why.replace("phone number", "name"))


def test_working_days_skip_holidays_and_are_not_fewer_beyond_the_list():
    assert days_after(date(2026, 12, 23), 3) == date(2026, 12, 30)
    assert (days_after(date(2090, 1, 2), 10) - date(2090, 1, 2)).days >= 14
