"""How sign-in differs from the library's default: nobody makes an account unasked; our words."""

import logging
from datetime import datetime, timedelta
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ccis.accounts import lockout
from ccis.accounts.actions import lockouts
from ccis.accounts.announcements import signing_in
from ccis.accounts.factors import stages
from ccis.accounts.factors.proof import ProvesWithFactor
from ccis.accounts.models import User
from ccis.accounts.signals import LINK_ASKED_FOR
from ccis.audit import trail
from ccis.govuk.words import date_and_time, time_of_day

logger = logging.getLogger(__name__)

LETTER = """\
Someone asked for a new password for {service}, for the account with this address.

If it was you, open this link and choose one:

{link}

It works once, until {until}.
If it was not you, you need do nothing: your password stays as it is.
"""

TOLD = {
    "account/messages/password_changed.txt": "Your password is changed",
    "account/messages/password_set.txt": "Your password is saved",
}
"""What the library says that is worth a banner; the rest the page itself makes plain."""


class AccountAdapter(ProvesWithFactor, DefaultAccountAdapter):  # type: ignore[misc]
    """Closes open sign-up: accounts come by invitation or from an administrator."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Ask your administrator about it.",
        "email_password_mismatch": (
            "Enter your email address and password again. One of them is not right."
        ),
        "enter_current_password": "That is not your password now. Enter it again",
        "incorrect_password": "That is not your password. Enter it again",
        "too_many_login_attempts": (
            "Too many wrong passwords have come from where you are. Wait a minute, and try again."
        ),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse an address that is locked before its password is looked at."""
        until = lockout.locked_until(_address(credentials), at=timezone.now())
        if until is not None:
            raise _locked(until)
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a wrong password, and lock the address when it was one too many (PIA-13)."""
        at, address = timezone.now(), _address(credentials)
        until = lockout.count_failure(address, at=at)
        if until is not None:
            lockouts.lock_reached(address, at=at, until=until)
            raise _locked(until)

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:
        """Let in whose account is open still, and say to nobody else why it is not."""
        answers = signing_in.send(User, user=user, at=timezone.now())
        user.refresh_from_db(fields=["is_active", "sessions_key"])
        refused: HttpResponse | None = super().pre_login(request, user, **more)
        why = next((words for _, words in answers if words), "")
        if refused is None or not why:
            return refused
        return render(request, "account/account_inactive.jinja", {"why": why})

    def get_login_stages(self) -> list[str]:
        """The library's stages of signing in, with ours for the second step."""
        return [
            stages.OURS if stage == stages.LIBRARYS else stage
            for stage in super().get_login_stages()
        ]

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Send the link for a new password.

        A letter that cannot be sent is told of in the log and not on the page, which would say
        whose the addresses are that have an account.
        """
        at = timezone.now()
        trail.record(LINK_ASKED_FOR, by=None, at=at, authority=None, subject=user)
        letter = EmailMessage(
            subject=f"New password for {settings.CCIS_SERVICE_NAME}",
            body=LETTER.format(
                service=settings.CCIS_SERVICE_NAME,
                link=context["password_reset_url"],
                until=date_and_time(at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)),
            ),
            to=[email],
        )
        try:
            letter.send()
        except OSError as error:  # what SMTP and the network raise; its words hold the address
            kind = type(error).__name__
            logger.error("a link for a new password could not be sent: %s", kind)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        told = TOLD.get(message_template or "")
        if told:
            messages.success(request, told)


def _address(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")


def _locked(until: datetime) -> ValidationError:
    """The same words whether or not there is an account of that address."""
    return ValidationError(
        "Too many wrong passwords. Nobody can sign in with this email address until "
        f"{time_of_day(until)}. If you cannot wait, or it was not you who tried, ask your "
        "administrator.",
        code="locked",
    )
