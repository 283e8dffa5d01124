"""What an organisation may say, and when its next word is due."""

from datetime import date

import pytest

from sharing.outcomes.rules import Said, due_after, last_word, wrong_with

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (Said("engaged"), []),
        (Said("confirmed", "Kestrel College", date(2026, 9, 7), "education"), []),
        (Said("well"), ["outcome"]),
        (Said("confirmed"), ["where", "since"]),
        (Said("confirmed", "Kestrel College", date(2026, 11, 21)), ["since"]),
        (Said("confirmed", "Kestrel College", date(1926, 11, 20)), ["since"]),
        (Said("engaged", where="Kestrel College"), ["where"]),
        (Said("refused", since=TODAY), ["since"]),
        (Said("engaged", notes="x" * 501, tries=100), ["notes", "tries"]),
    ],
)
def test_an_answer_says_what_its_outcome_wants_and_no_more(said, fields):
    assert [one.field for one in wrong_with(said, today=TODAY)] == fields


@pytest.mark.parametrize(
    ("day", "frequency", "due"),
    [
        (date(2026, 11, 20), "weekly", date(2026, 11, 27)),
        (date(2026, 12, 25), "fortnightly", date(2027, 1, 8)),
        (date(2027, 1, 31), "monthly", date(2027, 2, 28)),
        (date(2026, 11, 30), "quarterly", date(2027, 2, 28)),
        (date(2028, 2, 29), "yearly", date(2029, 2, 28)),
    ],
)
def test_the_next_word_is_due_as_often_as_agreed(day, frequency, due):
    assert due_after(day, frequency) == due


def test_a_try_is_a_word_until_they_work_together():
    days = {"received_on": date(2026, 11, 2), "answered_on": None, "tried_on": date(2026, 11, 9)}

    assert last_word(**days, engaged_on=None) == date(2026, 11, 9)
    assert last_word(**days, engaged_on=date(2026, 11, 4)) == date(2026, 11, 4)
