"""Letting in again someone whom too many wrong passwords have locked out."""

from datetime import datetime

from ccis.accounts import lockout
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority

LOCKED = "sign-in locked"
UNLOCKED = "sign-in unlocked"


def lock_reached(email: str, *, at: datetime, until: datetime) -> None:
    """Record that an address was locked; the account, if there is one of it, never the address."""
    user = User.objects.filter(email=email.strip().lower()).first()
    trail.record(LOCKED, by=None, at=at, authority=None, subject=user, until=until.isoformat())


def unlock(user: User, *, by: User, authority: Authority, at: datetime) -> None:
    """Let someone try again at once."""
    lockout.open_again(user.email)
    trail.record(UNLOCKED, by=by, at=at, authority=authority, subject=user)
