"""What the text and the email that go with a letter may say (LC-01)."""

import pytest

from optout.letters import texts
from optout.letters.rules import pieces_of

VALUES = {
    "council": "Northgate Council",
    "choices address": "choices.example/choices",
    "code": texts.CODE,
    "phone": "0115 496 0000",
}


def test_the_standard_text_keeps_the_code_for_last():
    assert texts.problems_of_text(texts.STANDARD_TEXT) == []
    said = texts.fill(texts.STANDARD_TEXT, VALUES)
    assert said.startswith("Northgate Council has sent you a letter")
    assert said.count("{code}") == 1
    assert len(said) < texts.LONGEST_TEXT


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", []),
        ("Ring {phone}, {choices address}, {code}, {nobody}", ["We do not know {nobody}"]),
        ("Ring {phone}", ["It must say {choices address}: w", "It must say {code}: t"]),
    ],
)
def test_a_text_that_lacks_what_it_must_say(text, wrong):
    found = texts.problems_of_text(text)
    assert len(found) == len(wrong)
    assert all(one.startswith(start) for one, start in zip(found, wrong, strict=True))


def test_a_subject_holds_nothing_about_the_person():
    assert texts.problems_of_subject(texts.STANDARD_SUBJECT) == []
    assert texts.problems_of_subject("For {first name}") == ["A subject cannot hold {first name}"]


def test_an_email_says_what_the_letter_says_with_its_code_first():
    pieces = pieces_of("Dear Amara\n\n# Help\n\nWe **can** help\n\n- free\n- local")
    assert texts.as_email(pieces, code_label="Your code:") == (
        "Your code: {code}\n\nDear Amara\n\nHelp\n\nWe can help\n\n* free\n* local"
    )
