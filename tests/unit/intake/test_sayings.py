"""What a cell about sharing is read as: a no is never taken for nothing (LC-06)."""

import pytest

from caseload.intake.kinds.sayings import sharing
from ccis.files.values import BadValue


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("Opted out", "no"),
        ("OPT-OUT", "no"),
        ("objects", "no"),
        ("Consent withdrawn", "no"),
        ("No consent", "no"),
        ("Consent", "yes"),
        ("opted in", "yes"),
        ("", None),
    ],
)
def test_words_of_systems_are_a_no_or_a_yes(cell, says):
    assert sharing(cell, None) == says


@pytest.mark.parametrize("cell", ["Yes", "No", "maybe"])
def test_what_could_mean_either_must_be_mended(cell):
    with pytest.raises(BadValue, match="Opted out or Consent"):
        sharing(cell, None)
