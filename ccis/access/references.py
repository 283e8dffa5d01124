"""Public references: random, spoken easily, saying nothing about whom they name (pages §2)."""

import secrets
from collections.abc import Callable

from django.urls import reverse

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""

LENGTH = 8

_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def new_reference() -> str:
    """Make a random reference of eight characters, without a hyphen."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def show_reference(reference: str) -> str:
    """Write a reference as people read it: ``7F3K-Q29M``."""
    return f"{reference[:4]}-{reference[4:]}"


def read_reference(text: str) -> str | None:
    """Read a reference in any case, with or without hyphen; ``None`` when it cannot be one."""
    reference = text.strip().upper().translate(_MISREAD)
    if len(reference) != LENGTH or any(letter not in ALPHABET for letter in reference):
        return None
    return reference


def addresses(name: str, *more: str) -> Callable[[str], str]:
    """What gives the address of each of many by its reference: looked up once for all of them.

    ``name`` is that of a page whose address names a reference, and after it what ``more`` says.
    """
    any_one = ALPHABET[-1] * LENGTH
    before, after = reverse(name, args=[any_one, *more]).split(show_reference(any_one))
    return lambda reference: f"{before}{show_reference(reference)}{after}"


class ReferenceConverter:
    """URL converter: accepts a reference as typed, gives its stored form."""

    regex = "[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}"

    def to_python(self, value: str) -> str:
        reference = read_reference(value)
        if reference is None:
            raise ValueError
        return reference

    def to_url(self, value: str) -> str:
        return show_reference(value)
