import pytest

from ccis.govuk import tags


def test_a_tag_has_one_of_the_agreed_colours() -> None:
    assert tags.tag("Lapsed", tags.LATE) == {"text": "Lapsed", "classes": "govuk-tag--red"}
    with pytest.raises(ValueError, match="magenta"):
        tags.tag_class("magenta")


@pytest.mark.parametrize(
    "colours", [tags.FILE_STATES, tags.RETURN_STATES, tags.PRIORITIES, tags.CLOCKS]
)
def test_every_state_has_an_agreed_colour_and_few_words(colours: dict[str, str]) -> None:
    assert set(colours.values()) <= tags.COLOURS
    assert all(len(text.split()) <= 5 for text in colours)


def test_an_unknown_state_is_grey() -> None:
    assert tags.status_tag("Something new", tags.FILE_STATES)["classes"] == "govuk-tag--grey"
