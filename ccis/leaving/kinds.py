"""Kinds of file that leave: the app that gives one out registers what it is called and where from.

``register("letters", "Letters to print", address)`` in an app's ``ready``; ``address`` leads from
the reference that a row keeps to the page of what it is a file of, or gives nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

Address = Callable[[str], str]


@dataclass(frozen=True)
class Kind:
    """One kind: its code, its words, and where its files come from."""

    name: str
    words: str
    address: Address


_kinds: dict[str, Kind] = {}


def register(name: str, words: str, address: Address = lambda of: "") -> None:
    """Make a kind known; once is enough."""
    _kinds[name] = Kind(name, words, address)


def kind_of(name: str) -> Kind:
    """A kind. Raises ``KeyError`` for one that nobody registered."""
    return _kinds[name]


def kinds() -> list[Kind]:
    """All of them, by their words."""
    return sorted(_kinds.values(), key=lambda kind: kind.words)
