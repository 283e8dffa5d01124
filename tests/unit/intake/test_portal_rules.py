"""How a file stands for its sender, and when the at-risk review is."""

from datetime import date

import pytest

from caseload.intake.kinds import KINDS
from caseload.intake.portal.rules import (
    SENT_HERE,
    Standing,
    standing_of,
    term_named,
    term_on,
)
from caseload.intake.rules import FileState
from ccis.authorities.policy import Policy


@pytest.mark.parametrize(
    ("state", "counts", "stands"),
    [
        (FileState.RECEIVED, {}, Standing.READING),
        (FileState.MATCHING, {}, Standing.READING),
        (FileState.STOPPED, {}, Standing.READING),
        (FileState.NEEDS_COLUMNS, {}, Standing.COUNCIL),
        (FileState.READY, {"will-change": 3}, Standing.RECEIVED),
        (FileState.READY, {"ask-school": 1, "cannot-read": 1}, Standing.MEND),
        (FileState.MATCHING, {"needs-person": 2}, Standing.RECEIVED),
        (FileState.STOPPED, {"needs-person": 2}, Standing.RECEIVED),
        (FileState.LOOK_AGAIN, {"look-again": 2}, Standing.RECEIVED),
        (FileState.DONE, {"added": 2}, Standing.RECEIVED),
        (FileState.REFUSED, {"cannot-read": 2}, Standing.REFUSED),
        (FileState.SET_ASIDE, {"set-aside": 2}, Standing.ASIDE),
    ],
)
def test_what_a_sender_is_told_rests_on_its_file_alone(state, counts, stands):
    assert standing_of(state, counts) == stands


def test_every_state_stands_somewhere_and_every_kind_is_there():
    assert {standing_of(state, {}) for state in FileState} >= {Standing.RECEIVED}
    assert KINDS.keys() >= SENT_HERE


@pytest.mark.parametrize(
    ("day", "slug", "due", "until"),
    [
        (date(2026, 9, 30), "2026-summer", date(2026, 6, 15), date(2026, 10, 1)),
        (date(2026, 10, 1), "2026-autumn", date(2026, 11, 30), date(2027, 5, 1)),
        (date(2027, 4, 30), "2026-autumn", date(2026, 11, 30), date(2027, 5, 1)),
        (date(2027, 5, 1), "2027-summer", date(2027, 6, 15), date(2027, 10, 1)),
    ],
    ids=["last day of summer", "autumn opens", "last day of autumn", "summer opens"],
)
def test_one_review_is_open_on_any_day(day, slug, due, until):
    term = term_on(day, Policy())

    assert (term.slug, term.due, term.until) == (slug, due, until)
    assert term_named(slug, Policy()) == term


def test_the_days_of_a_review_are_the_authoritys_own():
    policy = Policy(
        review_summer_opens="10 January", review_summer_due="28 February",
        review_autumn_opens="20 September", review_autumn_due="31 October",
    )  # fmt: skip

    assert term_on(date(2026, 9, 19), policy).slug == "2026-summer"
    autumn = term_on(date(2027, 1, 9), policy)
    assert (autumn.slug, autumn.due, autumn.until) == (
        "2026-autumn", date(2026, 10, 31), date(2027, 1, 10),
    )  # fmt: skip


@pytest.mark.parametrize(
    "slug", ["2026-spring", "autumn-2026", "0000-autumn", "9999-autumn", "x-autumn", "2026"]
)
def test_what_names_no_review_is_none(slug):
    assert term_named(slug, Policy()) is None
