from typing import Any

import pytest

from ccis.govuk.colours import contrast, council_style_sheet, text_colour_on


def test_black_on_white_is_the_most_contrast_there_is() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0


@pytest.mark.parametrize("colour", ["#ffdd00", "#00513f", "#777777", "#ffffff", "#000000"])
def test_words_can_be_read_on_any_council_colour(colour: str) -> None:
    assert contrast(colour, text_colour_on(colour, "#ffffff")) >= 4.5


def test_a_colour_that_is_not_one_never_reaches_the_style_sheet(settings: Any) -> None:
    settings.CCIS_COUNCIL_COLOUR = "red;} body{display:none"

    assert "display" not in council_style_sheet()
    assert "#00513f" in council_style_sheet()
