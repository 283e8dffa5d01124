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

STEPS: dict[Step, tuple[str, ...]] = {}
"""Each step, with the lines that are printed each time that the demo starts."""


def register(step: Step, *says: str) -> None:
    """Add a step to the demo: for apps above this one, from ``ready``."""
    STEPS[step] = says
