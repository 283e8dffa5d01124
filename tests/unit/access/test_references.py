"""References are random, forgiving to type, and say nothing."""

import pytest

from ccis.access.references import (
    ALPHABET,
    ReferenceConverter,
    new_reference,
    read_reference,
    show_reference,
)


def test_a_new_reference_has_eight_letters_that_are_not_mistaken():
    made = {new_reference() for _ in range(200)}

    assert len(made) == 200
    assert all(len(ref) == 8 and set(ref) <= set(ALPHABET) for ref in made)
    assert not set(ALPHABET) & set("ILOU")


def test_it_is_shown_in_groups_of_four():
    assert show_reference("7F3KQ29M") == "7F3K-Q29M"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("7F3KQ29M", "7F3KQ29M"),
        ("7f3k-q29m", "7F3KQ29M"),
        (" 7F3K Q29M ", "7F3KQ29M"),
        ("7FIK-QO9L", "7F1KQ091"),
        ("7F3KQ29", None),
        ("7F3KQ29MM", None),
        ("7F3KQ29U", None),
        ("7F3KQ29!", None),
        ("", None),
    ],
)
def test_it_is_read_as_people_type_it(typed, read):
    assert read_reference(typed) == read


def test_an_address_takes_it_with_or_without_its_hyphen():
    converter = ReferenceConverter()

    assert converter.to_python("7f3k-q29m") == converter.to_python("7F3KQ29M") == "7F3KQ29M"
    assert converter.to_url("7F3KQ29M") == "7F3K-Q29M"
    with pytest.raises(ValueError, match=r"^$"):
        converter.to_python("7F3K-Q29U")
