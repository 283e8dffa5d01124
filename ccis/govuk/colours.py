"""The council's colours, and whether words can be read on them (WCAG 1.4.3)."""

import re

from django.conf import settings

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
USUAL_COLOUR = "#00513f"
ENOUGH = 4.5


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, from 0 (black) to 1 (white)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_colour_on(colour: str, wanted: str = "") -> str:
    """The wanted colour for words if it can be read on ``colour``, else black or white."""
    if _HEX.fullmatch(wanted) and contrast(colour, wanted) >= ENOUGH:
        return wanted
    return max(("#ffffff", "#000000"), key=lambda candidate: contrast(colour, candidate))


def council_style_sheet() -> str:
    """Custom properties from ``CCIS_COUNCIL_COLOUR`` and ``CCIS_COUNCIL_TEXT_COLOUR``.

    A setting that is not ``#rrggbb`` is passed over for the usual colour, so nothing else can
    get into the style sheet.
    """
    asked = str(getattr(settings, "CCIS_COUNCIL_COLOUR", USUAL_COLOUR))
    colour = asked if _HEX.fullmatch(asked) else USUAL_COLOUR
    words = text_colour_on(colour, str(getattr(settings, "CCIS_COUNCIL_TEXT_COLOUR", "")))
    return (
        ":root {\n"
        f"  --ccis-council-colour: {colour};\n"
        f"  --ccis-council-text-colour: {words};\n"
        "}\n"
    )
