"""What apps above this one add to the demo, and what they say of it when it starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from ccis.accounts.models import User
from ccis.authorities.models import Authority


@dataclass(frozen=True)
class Made:
    """What stands already: the authority with its people, and its staff by mailbox."""

    authority: Authority
    staff: dict[str, User]
    today: date
    at: datetime


Step = Callable[[Made], None]

BEFORE_LETTERS, LETTERS, AFTER_LETTERS = 10, 20, 30

_registered: dict[Step, tuple[int, tuple[str, ...]]] = {}


def register(step: Step, *says: str, place: int = LETTERS) -> None:
    """Add a step to the demo, and what is printed each time that it starts: from ``ready``."""
    _registered[step] = (place, says)


def steps() -> list[Step]:
    """The steps, by their place."""
    return sorted(_registered, key=lambda step: _registered[step][0])


def lines() -> list[str]:
    """What the steps say."""
    return [line for step in steps() for line in _registered[step][1]]
