"""What the portal does when someone accepts an invitation, or signs in."""

from datetime import datetime
from typing import Any

from ccis.accounts.announcements import invitation_accepted, signing_in
from ccis.accounts.models import Invitation, User
from providers.portal import rules
from providers.portal.actions import seats


def listen() -> None:
    """Begin to listen; once is enough."""
    invitation_accepted.connect(seat_who_accepted, dispatch_uid="portal")
    signing_in.connect(end_what_was_not_used, dispatch_uid="portal")


def seat_who_accepted(*, invitation: Invitation, user: User, at: datetime, **_: Any) -> None:
    """Give whoever accepted the seats that came with it."""
    seats.take_up(invitation, user=user, at=at)


def end_what_was_not_used(*, user: User, at: datetime, **_: Any) -> str:
    """End seats that were not used for 60 days, before their holder is in (LC-10).

    Gives what to say to one who is not let in, by that or by the clock that ran before.
    """
    seats.end_unused(at=at, user=user)
    last = user.seats.exclude(ended_at=None).select_related("authority").order_by("ended_at").last()
    if last is None or last.ended_because != rules.UNUSED:
        return ""
    return rules.unused_words(last.authority.title)
