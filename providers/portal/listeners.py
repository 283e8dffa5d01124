"""What the portal does when someone accepts an invitation, or signs in."""

from datetime import datetime
from typing import Any

from django.contrib.auth import user_logged_in
from django.utils import timezone

from ccis.accounts.announcements import invitation_accepted
from ccis.accounts.models import Invitation, User
from providers.portal.actions import seats


def listen() -> None:
    """Begin to listen; once is enough."""
    invitation_accepted.connect(seat_who_accepted, dispatch_uid="portal")
    user_logged_in.connect(end_what_was_not_used, dispatch_uid="portal")


def seat_who_accepted(*, invitation: Invitation, user: User, at: datetime, **_: Any) -> None:
    """Give whoever accepted the seats that came with it."""
    seats.take_up(invitation, user=user, at=at)


def end_what_was_not_used(*, user: Any, **_: Any) -> None:
    """End seats that were not used for 60 days, before their holder is in (LC-10)."""
    if isinstance(user, User):
        seats.end_unused(at=timezone.now(), user=user)
