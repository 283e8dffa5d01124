"""Who was sent a fact that proved wrong: told of it, and named to the person who asks (LAW-09).

Each app that sends something says of its own what it sent. Telling them is that app's too: it
hears ``optout.signals.corrections_made``, inside the transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from caseload.models import Fact, YoungPerson


@dataclass(frozen=True)
class Recipient:
    """Someone who was sent a fact, in words that the young person may read.

    ``how`` says what it was sent in; ``told`` what was done so that they know, empty until then.
    ``is_the_person`` marks what was sent to the young person alone.
    """

    who: str
    how: str
    sent_on: date
    told: str = ""
    is_the_person: bool = False


SentTo = Callable[[YoungPerson, Sequence[Fact]], list[Recipient]]
"""Of a person, and versions of one kind of fact that said the wrong thing, who was sent it."""

_sent_to: list[SentTo] = []


def register_sent_to(source: SentTo) -> SentTo:
    """Say who was sent a fact: for whatever app sends something out."""
    if source not in _sent_to:
        _sent_to.append(source)
    return source


def sent_to(person: YoungPerson, versions: Sequence[Fact]) -> list[Recipient]:
    """Everyone who was sent one of these versions, the latest first; nobody where there is none."""
    if not versions:
        return []
    found = [one for source in _sent_to for one in source(person, versions)]
    return sorted(found, key=lambda one: (one.sent_on, one.who), reverse=True)
