"""Second factors in tests: an app's secret and its codes, and signing in with them."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.utils import timezone

from ccis.accounts.models import User

PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SIGN_IN, CODE = "/sign-in/", "/sign-in/code/"


def code_at(at: datetime | None = None, *, secret: str = SECRET, steps: int = 0) -> str:
    """The code that an app shows at a moment, or so many steps of 30 seconds from it."""
    step = int((at or timezone.now()).timestamp()) // 30 + steps
    return str(format_hotp_value(hotp_value(secret, step)))


def with_app(user: User) -> User:
    """Give someone an app and recovery codes, as if they had set them up some time ago."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def recovery_codes(user: User) -> list[str]:
    """Someone's unused recovery codes."""
    held = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return list(held.wrap().get_unused_codes())


def enter_password(client: Client, user: User, **more: str) -> Any:
    """The first step of signing in."""
    return client.post(SIGN_IN, {"login": user.email, "password": PASSWORD, **more})


def enter_code(client: Client, code: str) -> Any:
    """The second step."""
    return client.post(CODE, {"code": code})


def sign_in(client: Client, user: User) -> Any:
    """Both steps, with the code that the app shows now."""
    enter_password(client, user)
    return enter_code(client, code_at())
