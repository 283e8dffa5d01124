"""Marks on an address, phone number or email: what an app knows of how it fared (USE-06).

An app that writes to people says so with ``register_marks``; Details shows it beside the fact.
"""

from collections.abc import Callable, Mapping

from caseload.models import Address, ContactPoint, YoungPerson

Contact = str
"""An address by its lines, a number or email by its value, as ``contact_of`` writes it."""

Marks = Callable[[YoungPerson], Mapping[Contact, str]]

_sources: list[Marks] = []


def register_marks(source: Marks) -> Marks:
    """Add a source of marks of one person's contacts; twice is as once."""
    if source not in _sources:
        _sources.append(source)
    return source


def contact_of(fact: object) -> Contact:
    """A contact as its marks are kept by; nothing for any other fact."""
    if isinstance(fact, Address):
        return "\n".join(fact.lines)
    return fact.value if isinstance(fact, ContactPoint) else ""


def marks_of(person: YoungPerson) -> dict[Contact, list[str]]:
    """Every mark of someone's contacts, by contact."""
    found: dict[Contact, list[str]] = {}
    for source in _sources:
        for contact, words in source(person).items():
            found.setdefault(contact, []).append(words)
    return found
