"""The library's forms about second factors, in our words and with our answers to what is wrong."""

import binascii
import json
import struct
from datetime import datetime
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from fido2.utils import websafe_decode

from ccis.accounts import lockout
from ccis.accounts.actions import lockouts
from ccis.accounts.actions.factors import CannotUseCode, check_new_app, use_code
from ccis.accounts.factors.queries import app_of
from ccis.govuk.words import time_of_day

LONGEST_NAME = 60
"""Of a passkey, in letters."""

MALFORMED = (
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    binascii.Error,
    struct.error,
)
"""What the library raises at an answer that no browser would send."""

FOREIGN = (
    "That passkey answered for another site, so it was not accepted. "
    "Check the address at the top of your browser: it must be {here}"
)
STALE = "That answer was used already, or came too late. Use your passkey again"
LOCKED = (
    "Too many codes or passwords that were not right. Nobody can sign in to this account until "
    "{until}. If you cannot wait, or it was not you who tried, ask your administrator"
)
NOT_ADDED = "That passkey could not be added. Try again, or use another one"
NOT_CHECKED = (
    "That passkey did not check who you are, with a PIN, a fingerprint or your face. "
    "Set that up on it, or leave “sign in with it alone” unticked"
)
THERE_ALREADY = "That passkey is yours already. Add another one"


# -- codes ---------------------------------------------------------------------------------


class _TypedCode:
    """A box for a code of the app or a recovery code."""

    user: Any
    cleaned_data: dict[str, Any]
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        has_app = app_of(self.user) is not None
        label = "Code from your app, or a recovery code" if has_app else "Recovery code"
        _say_code(self.fields["code"], label)

    def clean_code(self) -> str:
        _refuse_locked(self.user)
        code = str(self.cleaned_data["code"])
        try:
            self.authenticator = use_code(self.user, code, at=timezone.now())
        except CannotUseCode as error:
            self._emit_authentication_failed(app_of(self.user))  # type: ignore[attr-defined]
            _count_wrong(self.user)
            raise ValidationError(error.message, code=error.verdict.value) from error
        self.authenticator.user = self.user
        return code


def _refuse_locked(user: Any) -> None:
    """Refuse every code while too many wrong passwords or codes have locked the account."""
    until = lockout.locked_until(user.email, at=timezone.now())
    if until is not None:
        raise _locked(until)


def _count_wrong(user: Any) -> None:
    """Count a wrong code as a wrong password is counted. Raises when it was one too many."""
    at = timezone.now()
    until = lockout.count_failure(user.email, at=at, tried=lockout.Tried.CODE)
    if until is not None:
        lockouts.lock_reached(user.email, at=at, until=until)
        raise _locked(until)


def _locked(until: datetime) -> ValidationError:
    return ValidationError(LOCKED.format(until=time_of_day(until)), code="locked")


def _say_code(field: forms.Field, label: str) -> None:
    field.label = label
    field.error_messages["required"] = "Enter the code"
    field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class CodeForm(_TypedCode, base_forms.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class CodeAgainForm(_TypedCode, base_forms.ReauthenticateForm):  # type: ignore[misc]
    """A code before something that needs proof."""


class NewAppForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that is being set up."""

    step: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self.fields["code"], "Code that your app shows now")

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        try:
            self.step = check_new_app(self.secret, code, at=timezone.now())
        except CannotUseCode as error:
            raise ValidationError(error.message, code=error.verdict.value) from error
        return code


class RemoveAppForm(totp_forms.DeactivateTOTPForm):  # type: ignore[misc]
    """Asks nothing; says when the app may not be removed."""


# -- passkeys ------------------------------------------------------------------------------


def refuse_what_is_not_for_us(credential: Any) -> None:
    """Refuse an answer that was given to another site, or to an earlier question of ours.

    Raises ``ValidationError``. What else may be wrong with it is the library's to find.
    """
    try:
        said = json.loads(websafe_decode(credential["response"]["clientDataJSON"]))
        origin, challenge = str(said["origin"]), str(said["challenge"])
    except (*MALFORMED, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise get_adapter().validation_error("incorrect_code") from error
    here = f"{context.request.scheme}://{context.request.get_host()}"
    if origin != here:
        raise ValidationError(FOREIGN.format(here=here), code="foreign")
    asked = auth.get_state()
    if not asked or asked.get("challenge") != challenge:
        raise ValidationError(STALE, code="stale")


class _Passkey:
    """The answer of a passkey, which a script puts into a hidden field."""

    cleaned_data: dict[str, Any]
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages.update(
            required="Your browser sent nothing from a passkey. Try again",
            invalid="Your browser sent something that is not from a passkey. Try again",
        )

    def clean_credential(self) -> Any:
        refuse_what_is_not_for_us(self.cleaned_data["credential"])
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            raise
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeyForm(_Passkey, webauthn_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step of signing in."""


class PasskeySignInForm(_Passkey, webauthn_forms.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone to sign in: it checks who one is by itself."""

    def clean_credential(self) -> Any:
        """Refuse a key that did not check who holds it, whatever question it was asked.

        A session may still hold the question of a second step, which does not demand it.
        """
        sent = self.cleaned_data["credential"]
        passkey = super().clean_credential()
        answer = auth.parse_authentication_response(sent)
        if not answer.response.authenticator_data.is_user_verified():
            raise get_adapter().validation_error("incorrect_code")
        return passkey


class PasskeyAgainForm(_Passkey, webauthn_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something that needs proof."""


class NewPasskeyForm(webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, with a name to tell it by."""

    marks_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = "Name for this passkey"
        name.help_text = "So that you can tell it from others, like “work laptop”"
        alone = self.fields["passwordless"]
        alone.label = "Let me sign in with it alone, without my password"
        alone.help_text = "Leave this ticked unless your key has no PIN, fingerprint or face"
        alone.initial = True
        self.order_fields(["name", "passwordless", "credential"])

    def clean_name(self) -> str:
        return str(super().clean_name())[:LONGEST_NAME]

    def clean(self) -> Any:
        credential = self.cleaned_data.get("credential")
        if not credential:
            return self.cleaned_data
        refuse_what_is_not_for_us(credential)
        try:
            cleaned = super().clean()
        except (ValidationError, *MALFORMED) as error:
            alone = self.cleaned_data.get("passwordless") and not auth.get_state()
            raise ValidationError(NOT_CHECKED if alone else NOT_ADDED) from error
        if auth.get_authenticator_by_credential_id(
            self.user, websafe_decode(str(credential.get("id", "")))
        ):
            raise ValidationError(THERE_ALREADY)
        return cleaned


class PasskeyNameForm(webauthn_forms.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["name"]
        field.label = "Name for this passkey"
        field.error_messages["required"] = "Enter a name for this passkey"

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if len(name) > LONGEST_NAME:
            raise ValidationError(f"Name must be {LONGEST_NAME} letters or fewer")
        return name
