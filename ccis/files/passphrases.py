"""Workbooks under a passphrase of words, which can be said on the phone (LC-11)."""

import io
import secrets
from functools import cache

from msoffcrypto.format.ooxml import OOXMLFile
from xkcdpass import xkcd_password

WORDS = 6
"""Words of a passphrase, of some 6,000 each: 75 bits."""


def new_passphrase() -> str:
    """Words chosen by the system's own source of chance, with hyphens between."""
    return "-".join(secrets.choice(_words()) for _ in range(WORDS))


@cache
def _words() -> tuple[str, ...]:
    found = xkcd_password.generate_wordlist(
        wordfile=xkcd_password.locate_wordfile(), min_length=4, max_length=8
    )
    return tuple(sorted(set(found)))


def encrypted_workbook(content: bytes, passphrase: str) -> bytes:
    """A workbook as Excel and LibreOffice open it with the passphrase alone (AES-256)."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(passphrase, out)
    return out.getvalue()
