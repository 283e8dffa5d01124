"""What apps above say of one person at the head of each page, and before the record closes.

An app calls ``register`` from its ``ready``; it is asked once a page (design §3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from caseload.models import YoungPerson
from ccis.govuk.tags import NONE


@dataclass(frozen=True)
class Holding:
    """One thing that holds now: the words of its tag, and what becomes of it when they leave."""

    words: str
    colour: str = NONE
    on_leaving: str = ""


Find = Callable[[YoungPerson, datetime], list[Holding]]

_found_by: list[Find] = []


def register(find: Find) -> Find:
    """Add to what is asked; once is enough."""
    if find not in _found_by:
        _found_by.append(find)
    return find


def holdings_of(person: YoungPerson, at: datetime) -> list[Holding]:
    """All that apps above hold of one person at a moment, in the order in which they registered."""
    return [one for find in _found_by for one in find(person, at)]
