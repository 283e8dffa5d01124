"""What agreements do when access ends, and when whom they name changes."""

from datetime import datetime
from typing import Any

from ccis.accounts.models import User
from providers.portal.models import Seat
from providers.portal.signals import seat_ended
from sharing.agreements.actions import letting_in
from sharing.agreements.signals import terms_changed


def listen() -> None:
    """Begin to listen; once is enough."""
    terms_changed.connect(end_who_is_not_named, dispatch_uid="agreements")
    seat_ended.connect(end_naming, dispatch_uid="agreements")


def end_who_is_not_named(
    *, agreements: frozenset[int], by: User | None, at: datetime, **_: Any
) -> None:
    """End the access of whom no agreement names any more."""
    letting_in.end_who_is_not_named(agreements=agreements, by=by, at=at)


def end_naming(*, seat: Seat, by: User | None, at: datetime, **_: Any) -> None:
    """Take somebody off those named when the organisation or the council ended their access."""
    letting_in.end_naming(seat, by=by, at=at)
