"""Reads about someone's second factors, and what a session has proved."""

import hashlib
import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from ccis.access.references import ALPHABET, LENGTH
from ccis.accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor. Recovery codes stand in for one; alone they are none."""

PROVED = "second_factor_proved"
"""Key of the session: the user who has proved a second factor in it, and when they last did."""


def has_factor(user: User) -> bool:
    """Whether someone has set up an app or a passkey."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def app_of(user: User) -> Authenticator | None:
    """The app that shows someone's codes, if they set one up."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def passkeys_of(user: User) -> list[Authenticator]:
    """Someone's passkeys, the oldest first."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return list(found.order_by("pk"))


def recovery_codes_of(user: User) -> Authenticator | None:
    """Someone's recovery codes, if they were made."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()


def is_only_factor(factor: Authenticator) -> bool:
    """Whether its owner would have no second factor without this one."""
    others = Authenticator.objects.filter(user_id=factor.user_id, type__in=FACTORS)
    return not others.exclude(pk=factor.pk).exists()


def reference_of(passkey: Authenticator) -> str:
    """What names a passkey in an address: eight characters drawn from its credential's id."""
    credential: dict[str, Any] = passkey.data.get("credential", {})
    digest = hashlib.sha256(str(credential.get("id", passkey.pk)).encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])


def passkey_named(user: User, reference: str) -> Authenticator | None:
    """Someone's passkey by its reference; ``None`` when it is not theirs or is gone."""
    return next((one for one in passkeys_of(user) if reference_of(one) == reference), None)


def mark_proved(request: HttpRequest, user: User) -> None:
    """Remember in the session that this user has proved a second factor in it, now."""
    request.session[PROVED] = [user.pk, time.time()]


def has_proved(request: HttpRequest) -> bool:
    """Whether the user of this session has proved a second factor in it."""
    return proved_at(request) is not None


def proved_at(request: HttpRequest) -> float | None:
    """When the user of this session last proved a factor in it, in seconds since 1970."""
    who, at = request.session.get(PROVED, (None, 0.0))
    return float(at) if who is not None and who == request.user.pk else None


def passkeys_work_at(request: HttpRequest) -> bool:
    """Whether a browser can use passkeys here: never where the site has a number for a name."""
    host = settings.CCIS_PASSKEY_DOMAIN or request.get_host().rpartition(":")[0]
    host = host or request.get_host()
    return not (host.startswith("[") or host.replace(".", "").isdigit())
