"""What an agreement must hold before each step (LC-12, LC-13, LC-29, LC-33)."""

from dataclasses import replace
from datetime import date

import pytest

from sharing.agreements import rules, wording
from sharing.agreements.actions.registers import standard_words
from sharing.agreements.completeness import Content, Safeguards, missing, stands_in_the_way
from sharing.agreements.diagram import PAGE, redraw
from sharing.agreements.rules import Assurance, State, assured

WHOLE_PARTY = Safeguards(*[True] * 8)
WHOLE = Content(
    kind="provider",
    says_what_it_does=True,
    has_opt_out_answer=True,
    has_period=True,
    purposes=frozenset({rules.SUPPORT, rules.REPORT}),
    columns=frozenset({"name", "phone"}),
    notices=1,
    council=WHOLE_PARTY,
    organisation=WHOLE_PARTY,
    is_free=True,
    is_assured=True,
    annex_filled=True,
    annex_approved=True,
    people_approved=1,
    has_copy=True,
)


@pytest.mark.parametrize(
    ("lacking", "section", "step"),
    [
        ({"has_period": False}, "period", State.SENT),
        ({"purposes": frozenset()}, "purposes", State.SENT),
        ({"purposes": frozenset({rules.REPORT})}, "purposes", State.SENT),
        ({"closed_gateways": True}, "purposes", State.SENT),
        ({"columns": frozenset({"phone"})}, "data", State.SENT),
        ({"notices": 0}, "notices", State.SENT),
        ({"has_opt_out_answer": False}, "about", State.SENT),
        ({"council": replace(WHOLE_PARTY, has_roles=False)}, "council", State.SENT),
        ({"has_copy": False}, "signature", State.SIGNED),
        ({"is_free": False}, "assurance", State.IN_FORCE),
        ({"is_assured": False}, "assurance", State.IN_FORCE),
        ({"annex_approved": False}, "annex", State.IN_FORCE),
        ({"people_approved": 0, "people_waiting": 2}, "people", State.IN_FORCE),
        ({"organisation": replace(WHOLE_PARTY, has_standard=False)}, "organisation", "in-force"),
        ({"organisation": replace(WHOLE_PARTY, has_retention=False)}, "organisation", "in-force"),
        ({"organisation": replace(WHOLE_PARTY, has_training=False)}, "organisation", "in-force"),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, dict) else None,
)
def test_what_is_missing_stands_in_the_way_of_its_step(lacking, section, step):
    content = replace(WHOLE, **lacking)

    assert [(one.section, one.before) for one in missing(content)] == [(section, step)]
    assert stands_in_the_way(content, State.IN_FORCE)
    assert bool(stands_in_the_way(content, State.SENT)) == (step == State.SENT)


def test_nothing_stands_in_the_way_of_what_is_whole():
    assert missing(WHOLE) == []


def test_what_a_school_sends_us_needs_no_columns_assurance_or_named_people():
    school = replace(
        WHOLE,
        kind="school",
        purposes=frozenset({rules.TRACKING}),
        columns=frozenset(),
        is_free=False,
        is_assured=False,
        people_approved=0,
        says_what_it_does=False,
    )

    assert missing(school) == []


ON = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Assurance(free=True, has_programme=True), True),
        (Assurance(free=False, has_programme=True), False),
        (Assurance(free=None, has_programme=True), False),
        (Assurance(free=True, has_programme=True, programme_until=ON), True),
        (Assurance(free=True, has_programme=True, programme_until=date(2026, 11, 19)), False),
        (Assurance(free=True, has_programme=True, programme_from=date(2026, 11, 21)), False),
        (Assurance(free=True, checked_until=ON), True),
        (Assurance(free=True, checked_until=date(2026, 11, 19)), False),
        (Assurance(free=True), False),
    ],
)
def test_free_and_vouched_for_by_what_has_not_ended(given, expected):
    assert assured(given, ON) is expected


def test_a_review_is_due_within_its_years_on_29_february_too():
    assert rules.latest_review(date(2026, 9, 1), 3) == date(2029, 9, 1)
    assert rules.latest_review(date(2028, 2, 29), 1) == date(2029, 2, 28)


def test_the_drawing_of_its_states_is_up_to_date():
    page = PAGE.read_text(encoding="utf-8")

    assert redraw(page) == page, "Draw it again: python manage.py draw_agreements"


def test_the_standard_wording_is_whole_and_binds_a_processor_only_where_there_is_one():
    body = standard_words()
    assert wording.problems(body) == []
    assert wording.problems(standard_words("school"), "school") == []

    bound = wording.without_processor(body, has_processor=True)
    free = wording.without_processor(body, has_processor=False)
    assert "documented instructions of the controller" in bound
    assert "documented instructions" not in free
    assert not {wording.OPENS, wording.CLOSES} & {*bound.split(), *free.split()}
    assert "Liability" in free
    assert "Data Protection Act 2018" in free
    assert "1998" not in free.replace("Human Rights Act 1998", "")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("{councl}", "Line 1: we do not know {councl}"),
        ("{council", "Line 1: a brace is opened or closed alone"),
        ("[processor]", "[processor] is opened and nothing closes it"),
        ("", "It must say {term}: working days to reach someone"),
    ],
)
def test_what_is_wrong_with_a_wording_is_said_with_its_line(words, problem):
    assert problem in wording.problems(words)
