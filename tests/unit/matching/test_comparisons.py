"""How alike two values are, level by level, and what is said of it."""

import numpy as np
import pytest

from caseload.matching.comparisons import LEVELS, MISSING, Records, compare
from caseload.matching.wording import in_words

SOUNDS = {"Steven": "STFN", "Stefan": "STFN"}


def level(field, here, there, **others):
    """The name of the level of one field, other fields given as pairs."""
    said = {field: (here, there), **others}
    left = Records({name: [pair[0]] for name, pair in said.items()})
    right = Records({name: [pair[1]] for name, pair in said.items()})
    place = np.array([0])
    found = int(compare(left, right, place, place)[field][0])
    return "missing" if found == MISSING else LEVELS[field][found]


@pytest.mark.parametrize(
    ("field", "here", "there", "expected", "words"),
    [
        ("given", "Amara", "amara", "same", "Same"),
        ("given", "Zoë", "Zoe", "same", "Same but for an accent"),
        ("given", "Anne-Marie", "Anne Marie", "same", "Same but for a hyphen"),
        ("given", "Elizabeth", "Beth", "variant", "A short form of the same name"),
        ("given", "William", "Bill", "variant", "A short form of the same name"),
        ("given", "Mohammed", "Muhammad", "variant", "Another spelling of the same name"),
        ("given", "Oleksandra", "Aleksandra", "variant", "Another spelling of the same name"),
        ("given", "Anne Marie", "Anne", "variant", "Same first name, with or without another"),
        ("given", "J", "Jonah", "initial", "Same initial"),
        ("given", "Callum", "Calulm", "close", "Two letters swapped"),
        ("given", "Freya", "Freyaa", "close", "One letter out"),
        ("given", "Amara", "Tomasz", "other", "Not the same"),
        ("family", "O'Neill", "ONeill", "same", "Same but for an apostrophe"),
        ("family", "Van Dijk", "Dijk", "variant", None),
        ("family", "de Souza", "Souza", "variant", None),
        ("family", "McDonald", "MacDonald", "variant", None),
        ("family", "Farouk-Hart", "Hart", "variant", "One part of a double name"),
        ("family", "Chowdhury", "Choudhury", "variant", "Another spelling of the same name"),
        ("family", "Okonjo", "Pell", "other", "Not the same"),
        ("birth", "2010-03-04", "2010-03-04", "same", "Same"),
        ("birth", "2010-03-04", "2010-04-03", "swapped", "Day and month swapped"),
        ("birth", "2010-03-04", "2010-03-05", "digit", "One digit out"),
        ("birth", "2010-03-24", "2010-01-01", "default", None),
        ("birth", "2010-03-24", "2010-03-01", "default", None),
        ("birth", "2010-03-24", "2008-11-19", "other", "Another date"),
        ("postcode", "NG1 4AB", "ng14ab", "same", "Same"),
        ("postcode", "NG1 4AB", "NG1 4AC", "digit", "One character out"),
        ("postcode", "NG1 4AB", "NG1 4XY", "sector", "Same sector"),
        ("postcode", "NG1 4AB", "NG1 9XY", "district", "Same district"),
        ("postcode", "NG1 4AB", "LE12 7QQ", "other", "Not the same"),
        ("address", "12 Castle Street", "Castle Street 12", "same", "Same"),
        ("address", "12 Castle Street", "9 Mill Lane", "other", "Not the same"),
        ("phone", "07700 900014", "+447700900014", "same", "Same"),
        ("phone", "07700900014", "07700900015", "digit", "One digit out"),
        ("email", "a.oduya@example.org", "A.Oduya@example.org", "same", "Same"),
        ("school", "12", "12", "same", "Same"),
        ("upn", "A123456789012", "A123456789013", "digit", "One character out"),
        ("uln", "1000000027", "1999999999", "other", "Not the same"),
    ],
)
def test_each_level_is_found_and_said(field, here, there, expected, words):
    assert level(field, here, there) == expected
    assert level(field, there, here) == expected
    if words:
        assert in_words(field, expected, here, there) == words


def test_names_that_sound_the_same():
    left = Records({"given": ["Siobhan"], "given_sound": ["XFN"]})
    right = Records({"given": ["Shivan"], "given_sound": ["XFN"]})
    place = np.array([0])
    found = compare(left, right, place, place)["given"][0]
    assert LEVELS["given"][found] == "sounds"
    assert in_words("given", "sounds", "Siobhan", "Shivan") == "Sounds the same"


def test_names_the_wrong_way_round_are_one_thing():
    names = {"family": ("Amara", "Oduya")}
    assert level("given", "Oduya", "Amara", **names) == "swapped"
    names = {"given": ("Oduya", "Amara")}
    assert level("family", "Amara", "Oduya", **names) == "missing"


def test_what_is_not_known_says_nothing():
    assert level("postcode", "", "NG1 4AB") == "missing"
    assert level("given", "", "") == "missing"
