"""How second factors differ from the library's default: sealed secrets, our words, our drawing."""

from typing import Any, ClassVar

import qrcode  # type: ignore[import-untyped]
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.html import format_html

from ccis.access.checks import sees_personal_data
from ccis.accounts.factors.queries import FACTORS, is_only_factor, passkeys_of
from ccis.accounts.factors.sealing import open_sealed, seal
from ccis.accounts.models import User

QUIET = 4
"""Empty squares that a QR code needs on each side."""

NOT_TAKEN = (
    "That passkey was not accepted for this account. Use another one, or another way to sign in"
)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What the library asks about second factors."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": (
            "Your role needs a second step. Set up another one before you remove this one"
        ),
        "cannot_generate_recovery_codes": "Set up an app or a passkey first",
        "incorrect_code": NOT_TAKEN,
    }

    def get_totp_issuer(self) -> str:
        return f"{settings.CCIS_COUNCIL_NAME} {settings.CCIS_SERVICE_NAME}"

    def build_totp_svg(self, url: str) -> str:
        """A QR code as one SVG path that needs no style of its own."""
        code = qrcode.QRCode(border=QUIET)
        code.add_data(url)
        squares = code.get_matrix()
        path = "".join(
            f"M{column} {row}h1v1h-1z"
            for row, line in enumerate(squares)
            for column, dark in enumerate(line)
            if dark
        )
        return format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="240" role="img"'
            ' viewBox="0 0 {0} {0}" shape-rendering="crispEdges"'
            ' aria-label="QR code for your app">'
            '<rect width="{0}" height="{0}" fill="#ffffff"/><path fill="#000000" d="{1}"/></svg>',
            len(squares),
            path,
        )

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_sealed(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Nobody whose role needs a second factor is left without one by their own hand."""
        if authenticator.type not in FACTORS or not settings.CCIS_SECOND_FACTOR:
            return True
        return not (is_only_factor(authenticator) and sees_personal_data(authenticator.user))

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002
        there = len(passkeys_of(user))
        return f"Passkey {there + 1}" if there else "Passkey"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site that a passkey belongs to: PASSKEY_DOMAIN, else the name it is opened by."""
        here = context.request.get_host().partition(":")[0]
        return {"id": settings.CCIS_PASSKEY_DOMAIN or here, "name": settings.CCIS_SERVICE_NAME}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        return {
            **super().get_public_key_credential_user_entity(user),
            "display_name": user.name or user.email,
        }
