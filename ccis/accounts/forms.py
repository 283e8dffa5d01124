"""The library's forms of signing in and of passwords, in our words and with our fields."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings

from ccis.authorities.models import Authority
from ccis.govuk.fields import RadiosField

ADVICE = (
    f"At least {settings.PASSWORD_LEAST_CHARACTERS} characters. "
    "Three words that have nothing to do with one another make a good one."
)


def _say(form: forms.Form, name: str, label: str, *, missing: str, hint: str = "") -> None:
    """Give a field of another's form our label, hint and message."""
    field = form.fields[name]
    field.label = label
    field.help_text = hint
    field.error_messages["required"] = missing


class SignInForm(allauth_forms.LoginForm):  # type: ignore[misc]
    """Email address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", "Email address", missing="Enter your email address")
        _say(self, "password", "Password", missing="Enter your password")
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ForgottenPasswordForm(allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """Where to send a link for choosing a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", "Email address", missing="Enter your email address")


def _say_new_password(form: forms.Form) -> None:
    _say(
        form,
        "password1",
        "New password",
        missing="Enter a new password",
        hint=ADVICE,
    )
    _say(form, "password2", "New password again", missing="Enter the new password again")


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, from a link that was sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_new_password(self)


class FirstPasswordForm(allauth_forms.SetPasswordForm):  # type: ignore[misc]
    """A password for an account that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_new_password(self)


class ChangePasswordForm(allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """A new password, and the one before it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "Your password now", missing="Enter your password now")
        _say_new_password(self)


class AgainForm(allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that needs it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", "Password", missing="Enter your password")


class ChooseAuthorityForm(forms.Form):
    """Which of the person's authorities to work for until they choose another."""

    authority = RadiosField(
        label="Which authority are you working for?",
        heading=True,
        error_messages={"required": "Select the authority that you are working for"},
    )

    def __init__(self, *args: Any, authorities: list[Authority], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(authority.code, authority.title) for authority in authorities]
        self.fields["authority"].choices = choices  # type: ignore[attr-defined]
