"""What someone's own words propose for their record, whatever way they write it (LC-05)."""

import pytest

from optout.proposals import is_not_theirs, part_meant, proposes, read


@pytest.mark.parametrize(
    ("part", "words", "fields"),
    [
        ("names", "Zoë Ōduya-Smith", {"given": "Zoë", "family": "Ōduya-Smith"}),
        ("names", "Здравко", {"given": "Здравко", "family": ""}),
        ("names", "আমারা ওদুয়া", {"given": "আমারা", "family": "ওদুয়া"}),
        ("names", "It should be Amara, not Amaar.", {}),
        ("names", "my name is spelt with two a", {}),
        (
            "contact-points",
            "call 07700 900 123 after 4",
            {"kind": "mobile", "value": "07700900123"},
        ),
        ("contact-points", "+44 (0)20 7946 0018", {"kind": "phone", "value": "02079460018"}),
        ("contact-points", "It is Zoe@Example.org.", {"kind": "email", "value": "zoe@example.org"}),
        ("contact-points", "I have a new one", {}),
        ("activities", "at Mill Lane bakery since June", {}),
        ("", "3 Elm Way, NG2 1AB", {}),
        ("addresses", "  ", {}),
        ("addresses", "I moved", {}),
        ("addresses", "I live at 3 Elm Way, NG2 1AB", {}),
    ],
)
def test_words_are_read_into_fields_or_proposed_as_nothing(part, words, fields):
    assert read(part, words) == fields


@pytest.mark.parametrize(
    "words",
    [
        "3 Elm Way, Northgate, ng21ab",
        "3 Elm Way\nNorthgate\nNG2 1AB",
        "3 Elm Way, Northgate NG2 1AB.",
    ],
)
def test_an_address_is_read_by_its_lines_and_postcode(words):
    found = read("addresses", words)
    assert (found["line_1"], found["town"], found["postcode"]) == (
        "3 Elm Way",
        "Northgate",
        "NG2 1AB",
    )
    assert found["county"] == found["line_2"] == found["line_3"] == ""


def test_which_requests_propose_a_change_and_of_what():
    assert part_meant("correction", {"choice": "not-for-me"}) == "addresses"
    assert part_meant("correction", {"words": "by phone"}) == ""
    assert part_meant("reach", {"choice": "letter"}) == "addresses"
    assert proposes("doing", {})
    assert proposes("reach", {"choice": "text", "words": "07700 900123"})
    assert not proposes("reach", {"choice": "text"})
    assert not proposes("reach", {"choice": "no-offers", "words": "please"})
    assert not proposes("help", {"words": "x"})
    assert is_not_theirs("correction", {"choice": "not-for-me"})
    assert not is_not_theirs("doing", {"choice": "not-for-me"})
