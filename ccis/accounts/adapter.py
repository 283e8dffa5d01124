"""How sign-in differs from the library's default: nobody makes an account unasked; our words."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest

TOLD = {
from django.utils import timezone

from ccis.accounts import lockout
from ccis.accounts.actions import lockouts
from ccis.accounts.factors.proof import ProvesWithFactor
from ccis.govuk.words import time_of_day
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
            "Too many tries. Wait five minutes, or ask for a new password."
        ),
    }

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
