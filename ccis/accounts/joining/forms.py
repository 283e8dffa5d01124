"""What someone who was invited is asked."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from ccis.accounts.forms import ADVICE
from ccis.accounts.models import User
from ccis.govuk.fields import CheckboxField, PasswordField


class AcceptForm(forms.Form):
    """Whether they accept the terms."""

    terms = CheckboxField(
        label="I will keep to these terms",
        error_messages={"required": "Tick the box to say that you will keep to these terms"},
    )


class JoinForm(AcceptForm):
    """A password of their own, and the terms. Paste and password managers work."""

    password = PasswordField(
        label="Choose a password",
        hint=ADVICE,
        autocomplete="new-password",
        error_messages={"required": "Enter a password"},
    )
    field_order = ["password", "terms"]

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password
