"""Passwords that must be changed in time, where a policy or the installation asks for it (PIA-13).

Off unless asked for. Looked at when someone signs in; the session then remembers that nothing else
comes before a new password.
"""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.conf import settings
from django.contrib.auth import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from ccis.accounts import lockout
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of

PASSWORD_CHANGED = "password changed"  # noqa: S105  (a verb of the trail)

TOO_OLD = "password_too_old"
"""Key of the session: the days after which the password had to be changed."""


def expiry_days(user: User, *, at: datetime) -> int:
    """After how many days the user's password is too old; 0 for never.

    The strictest holds of this installation's and of the policies that they work under.
    """
    here = Authority.objects.filter(
        pk__in=user.memberships.current(timezone.localdate(at)).values("authority")
    )
    asked = [settings.ACCOUNT_PASSWORD_EXPIRY_DAYS]
    asked += [policy_of(authority).password_expiry_days for authority in here]
    return min((days for days in asked if days > 0), default=0)


def is_too_old(user: User, *, days: int, at: datetime) -> bool:
    """Whether a password is so many days old; one that is set again begins anew."""
    if days <= 0 or not user.has_usable_password():
        return False
    return at >= (user.password_changed_at or user.date_joined) + timedelta(days=days)


@receiver(user_logged_in)
def look_at_password(*, user: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """Note in the session that this password is too old."""
    if request is None or not isinstance(user, User):
        return
    at = timezone.now()
    days = expiry_days(user, at=at)
    if is_too_old(user, days=days, at=at):
        request.session[TOO_OLD] = days
    else:
        request.session.pop(TOO_OLD, None)


@receiver([password_changed, password_set, password_reset])
def password_is_new(*, request: HttpRequest, user: Any, **_: Any) -> None:
    """A new password opens the rest again, and an address that was locked by wrong ones.

    Not one that was locked by wrong codes: those are no easier to guess for who reads the mail.
    """
    request.session.pop(TOO_OLD, None)
    lockout.open_again(user.email, tried=[lockout.Tried.PASSWORD])
    trail.record(PASSWORD_CHANGED, by=user, at=timezone.now(), authority=None, subject=user)
