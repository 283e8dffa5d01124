"""Letters as PDF, set in a process of their own.

A letter is a dictionary as ``letter.typ`` reads it. All that it holds is data: what somebody typed
is drawn as it stands.
"""

import io
import json
import struct
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

import segno

FONTS = Path(__file__).parent / "fonts"
FAMILIES = {
    "Noto Sans Arabic": "NotoSansArabic-Regular.ttf",
    "DejaVu Sans": "DejaVuSans.ttf",
    "Noto Sans Bengali": "NotoSansBengali-Regular.ttf",
    "Noto Sans Devanagari": "NotoSansDevanagari-Regular.ttf",
    "Noto Sans Gujarati": "NotoSansGujarati-Regular.ttf",
    "Noto Sans Gurmukhi": "NotoSansGurmukhi-Regular.ttf",
    "Noto Sans Tamil": "NotoSansTamil-Regular.ttf",
    "Noto Sans SC": "NotoSansSC-Regular.ttf",
}
"""Typefaces by family, asked in this order, each with its file. The bold has the same characters.
The Arabic one comes first for its own script (``letter.typ``): the next lacks letters of Urdu, and
a word is not set from two.
"""

LONGEST = 300
"""Seconds after which setting one part is given up."""

Letter = dict[str, Any]


class CannotPrint(Exception):
    """It could not be set. The words hold nothing of what it says."""


def set_letters(letters: list[Letter], *, title: str, sender: str, language: str) -> bytes:
    """Letters, one after another, as one PDF/UA-1. Raises ``CannotPrint``."""
    return set_document(
        {
            "title": title,
            "sender": sender,
            "lang": language,
            "from_right": reads_from_right(letters),
            "fonts": list(FAMILIES),
            "letters": letters,
        }
    )


def set_document(data: dict[str, Any], *, template: Path | None = None) -> bytes:
    """Data set by the template of letters, or another, as PDF/UA-1. Raises ``CannotPrint``."""
    other = [] if template is None else [str(template)]
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "optout.letters.setting", *other],
            input=json.dumps(data).encode(),
            capture_output=True,
            timeout=LONGEST,
            check=False,
            cwd=Path(__file__).parents[2],
        )
    except subprocess.TimeoutExpired as error:
        raise CannotPrint("Setting it took too long") from error
    if ran.returncode or not ran.stdout.startswith(b"%PDF"):
        raise CannotPrint("It could not be set")
    return ran.stdout


def square(address: str) -> str:
    """An address as a square that a phone reads, in SVG.

    The mask is chosen beforehand: trying all eight takes five times as long, and phones read it.
    """
    code = segno.make_qr(address, mask=3, error="m", boost_error=False)
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", border=2, xmldecl=False, omitsize=True)
    return drawn.getvalue().decode()


def reads_from_right(letters: list[Letter]) -> bool:
    """Whether the words of letters in one language run from right to left, by what they say.

    Kurdish and Punjabi are written both ways, so the language alone does not tell.
    """
    runs = [run for piece in letters[0]["pieces"] for run in _runs(piece)] if letters else []
    ways = Counter(_way(word) for run in runs for word in run["text"].split())
    return ways["right"] > ways["left"]


def _way(word: str) -> str:
    """From which side a word is read, by its first letter: an address on the web is one word."""
    found = (bidirectional(character) for character in word)
    first = next((way for way in found if way in ("L", "R", "AL")), "")
    return {"L": "left", "R": "right", "AL": "right"}.get(first, "")


def _runs(piece: dict[str, Any]) -> list[dict[str, Any]]:
    return [*piece["runs"], *(run for item in piece["items"] for run in item)]


# -- what the typefaces can set --------------------------------------------------------------------


def can_set(text: str) -> bool:
    """Whether every character of a text is in one of the letters' typefaces."""
    return not missing(text)


def missing(text: str) -> str:
    """The characters of a text that no typeface of the letters has, each once."""
    held = _characters()
    lacks = (one for one in text if not one.isspace() and ord(one) not in held)
    return "".join(dict.fromkeys(lacks))


@cache
def _characters() -> frozenset[int]:
    return frozenset().union(*(_characters_of(FONTS / name) for name in FAMILIES.values()))


def _characters_of(path: Path) -> frozenset[int]:
    """Every character that a typeface has, from its own table (OpenType ``cmap``, format 12)."""
    font = path.read_bytes()
    (tables,) = struct.unpack_from(">H", font, 4)
    at = next(
        struct.unpack_from(">I", font, 12 + 16 * one + 8)[0]
        for one in range(tables)
        if font[12 + 16 * one : 16 + 16 * one] == b"cmap"
    )
    (many,) = struct.unpack_from(">H", font, at + 2)
    for one in range(many):
        (where,) = struct.unpack_from(">I", font, at + 4 + 8 * one + 4)
        (kind,) = struct.unpack_from(">H", font, at + where)
        if kind == 12:
            return _of_groups(font, at + where)
    raise RuntimeError(f"{path.name} has no table of its characters")


def _of_groups(font: bytes, at: int) -> frozenset[int]:
    (groups,) = struct.unpack_from(">I", font, at + 12)
    found: set[int] = set()
    for one in range(groups):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * one)
        found.update(range(first, last + 1))
    return frozenset(found)
