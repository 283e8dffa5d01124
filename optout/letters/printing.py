"""Letters as PDF, set in a process of their own.

A letter is a dictionary as ``letter.typ`` reads it. All that it holds is data: what somebody typed
is drawn as it stands.
"""

import io
import json
import struct
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import segno

FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
LONGEST = 300
"""Seconds after which setting one part is given up."""

Letter = dict[str, Any]


class CannotPrint(Exception):
    """It could not be set. The words hold nothing of what it says."""


def set_letters(letters: list[Letter], *, title: str, sender: str, language: str) -> bytes:
    """Letters, one after another, as one PDF/UA-1. Raises ``CannotPrint``."""
    return set_document({"title": title, "sender": sender, "lang": language, "letters": letters})


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


# -- what the typeface can set ---------------------------------------------------------------------


def can_set(text: str) -> bool:
    """Whether every character of a text is in the letters' typeface."""
    return all(character.isspace() or ord(character) in _characters() for character in text)


@cache
def _characters() -> frozenset[int]:
    """Every character that the typeface has, from its own table (OpenType ``cmap``, format 12)."""
    font = FONT.read_bytes()
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
    raise RuntimeError("the letters' typeface has no table of its characters")


def _of_groups(font: bytes, at: int) -> frozenset[int]:
    (groups,) = struct.unpack_from(">I", font, at + 12)
    found: set[int] = set()
    for one in range(groups):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * one)
        found.update(range(first, last + 1))
    return frozenset(found)
