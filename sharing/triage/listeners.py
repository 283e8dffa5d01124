"""What happens to decisions of triage because of what young people ask (LAW-05)."""

from datetime import datetime
from typing import Any

from optout.signals import reviews_asked
from sharing.triage import actions


def listen() -> None:
    """Begin to listen; once is enough."""
    reviews_asked.connect(look_again, dispatch_uid="triage")


def look_again(*, people: frozenset[int], at: datetime, **_: Any) -> None:
    """Have a person decide again of whoever asks for it."""
    actions.reopen(people, at=at)
