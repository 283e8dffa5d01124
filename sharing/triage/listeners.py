"""What triage does for what young people ask, and for a list before it goes (LC-07, LAW-05)."""

from datetime import datetime
from typing import Any

from optout.signals import reviews_asked
from sharing.actions.lists import register_strays
from sharing.triage import actions
from sharing.triage.queries import strays


def listen() -> None:
    """Begin to listen; once is enough."""
    reviews_asked.connect(look_again, dispatch_uid="triage")
    register_strays(strays)


def look_again(*, people: frozenset[int], at: datetime, **_: Any) -> None:
    """Have a person decide again of whoever asks for it."""
    actions.reopen(people, at=at)
