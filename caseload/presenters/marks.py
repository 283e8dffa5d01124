"""Marks on an address: what an app that writes to people knows of how post fared there (USE-06).

It says so with ``register_marks``; Details shows it beside the address. Numbers and emails keep
theirs themselves (``ContactPoint.undelivered_on``).
"""

from collections.abc import Callable, Mapping

from caseload.models import Address, YoungPerson

Lines = tuple[str, ...]
"""An address by its lines: the same place, however often it was recorded."""

Marks = Callable[[YoungPerson], Mapping[Lines, str]]

_sources: list[Marks] = []


def register_marks(source: Marks) -> Marks:
    """Add a source of marks of one person's addresses; twice is as once."""
    if source not in _sources:
        _sources.append(source)
    return source


def marks_of(person: YoungPerson) -> dict[Lines, list[str]]:
    """Every mark of someone's addresses, by their lines."""
    found: dict[Lines, list[str]] = {}
    for source in _sources:
        for lines, words in source(person).items():
            found.setdefault(lines, []).append(words)
    return found


def marked(fact: object, marks: Mapping[Lines, list[str]]) -> list[str]:
    """The marks of a fact: none of what is no address."""
    return marks.get(tuple(fact.lines), []) if isinstance(fact, Address) else []
