"""A pair of records in words, and by what a record is known again."""

import pytest

from caseload.matching.presenters import in_words, likelihood, lit, weight_in_words
from caseload.matching.rules import known_by


def test_what_differs_is_lit_by_letters_or_whole():
    assert lit("Leila", "Leyla") == (
        "Le<mark><strong>i</strong></mark>la",
        "Le<mark><strong>y</strong></mark>la",
    )
    assert lit("Hart", "Quill")[0] == "<mark><strong>Hart</strong></mark>"
    assert lit("<b>x", "<b>y")[0].startswith("&lt;b&gt;")


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        (0.1, "Says next to nothing"),
        (3.0, "8.0 times likelier"),
        (3.321928, "10 times likelier"),
        (13.0, "8,200 times likelier"),
        (-2.0, "4.0 times less likely"),
    ],
)
def test_weights_are_said_as_times(bits, words):
    assert weight_in_words(bits) == words


def test_probabilities_are_never_said_to_be_sure():
    assert likelihood(0.99999)["text"] == "Very likely (0.99)"
    assert likelihood(0.5)["text"] == "Possible (0.50)"
    assert likelihood(0.0001)["text"] == "Unlikely (0.01)"
    assert in_words(0.97) == "97 in 100"
    assert in_words(1 / 40_100) == "1 in 40,000"
    assert in_words(0.9999) == "more than 99 in 100"


def test_a_record_is_known_by_its_number_or_by_who_it_says_it_is():
    said = {"given": "Léa ", "family": "HART", "birth": "2010-03-14", "postcode": "NG1 4AB"}
    assert known_by({**said, "upn": "A1", "uln": "12"}) == ("upn", "A1")
    assert known_by(said) == known_by({**said, "given": "léa", "family": "Hart"})
    assert known_by(said) != known_by({**said, "birth": "2010-03-15"})
    assert known_by({"given": "Léa", "family": "Hart"}) is None
