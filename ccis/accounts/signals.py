"""Signing in and out, and second factors, leave a line in the trail, however they come about."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_removed, authenticator_used
from django.contrib.auth import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from ccis.accounts.factors.queries import mark_proved
from ccis.accounts.models import User
from ccis.audit import trail

SIGNED_IN = "signed in"
SIGNED_OUT = "signed out"
SIGN_IN_FAILED = "sign-in failed"
LINK_ASKED_FOR = "link for a new password asked for"
FACTOR_ADDED = "second factor added"
FACTOR_REMOVED = "second factor removed"
FACTOR_USED = "second factor used"
FACTOR_FAILED = "second factor failed"
CODES_MADE = "recovery codes made"
CODES_SHOWN = "recovery codes shown"
CODE_USED = "recovery code used"
SESSIONS_ENDED = "sessions ended"


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


@receiver(post_save, sender=Authenticator)
def record_factor_added(*, instance: Authenticator, created: bool, **_: Any) -> None:
    """Someone set up an app or a passkey, or recovery codes were made for them."""
    if not created:
        return
    made = instance.type == Authenticator.Type.RECOVERY_CODES
    _record_factor(CODES_MADE if made else FACTOR_ADDED, instance.user, instance)


@receiver(authenticator_removed)
def record_factor_removed(*, user: Any, authenticator: Authenticator, **_: Any) -> None:
    """Someone removed a factor of their own; recovery codes go with the last."""
    _record_factor(FACTOR_REMOVED, user, authenticator)


@receiver(authenticator_used)
def record_factor_used(
    *, request: HttpRequest, user: Any, authenticator: Authenticator, **_: Any
) -> None:
    """Someone proved who they are with a factor, at sign-in or before something that needs it."""
    mark_proved(request, user)
    used = authenticator.type == Authenticator.Type.RECOVERY_CODES
    _record_factor(CODE_USED if used else FACTOR_USED, user, authenticator)


@receiver(authentication_failed)
def record_factor_failed(*, user: Any, authenticator: Authenticator | None, **_: Any) -> None:
    """Someone who knew the password did not have the factor, or mistyped its code."""
    kind = authenticator.type if authenticator else Authenticator.Type.WEBAUTHN
    trail.record(
        FACTOR_FAILED, by=None, at=timezone.now(), authority=None, subject=user, kind=str(kind)
    )


def _record_factor(verb: str, user: Any, factor: Authenticator) -> None:
    trail.record(
        verb, by=user, at=timezone.now(), authority=None, subject=user, kind=str(factor.type)
    )
