"""Signing in and out leave their line in the trail, whichever way they come about."""

from typing import Any

from django.contrib.auth import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.utils import timezone

from ccis.accounts.models import User
from ccis.audit import trail

SIGNED_IN = "signed in"
SIGNED_OUT = "signed out"
SIGN_IN_FAILED = "sign-in failed"


@receiver(user_logged_in)
def record_sign_in(*, user: Any, **_: Any) -> None:
    """Someone signed in."""
    trail.record(SIGNED_IN, by=user, at=timezone.now(), authority=None, subject=user)


@receiver(user_logged_out)
def record_sign_out(*, user: Any, **_: Any) -> None:
    """Someone signed out; nobody, when a session had already ended."""
    if isinstance(user, User):
        trail.record(SIGNED_OUT, by=user, at=timezone.now(), authority=None, subject=user)


@receiver(user_login_failed)
def record_failed_sign_in(*, credentials: dict[str, Any], **_: Any) -> None:
    """Someone tried to sign in and could not; the account, if there is one of that address.

    The address itself is not kept: it may be anyone's, and people type passwords there.
    """
    typed = str(credentials.get("email") or credentials.get("username") or "")
    user = User.objects.filter(email=typed.strip().lower()).first() if typed else None
    trail.record(SIGN_IN_FAILED, by=None, at=timezone.now(), authority=None, subject=user)
