"""What is asked about access. Forms check answers and save nothing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ccis.accounts.errors import CannotChangeAccess
from ccis.govuk.fields import CheckboxField, EmailField, RadiosField, TextField
from providers.models import Provider
from providers.portal.models import Seat
from providers.queries import found_by


class ActForForm(forms.Form):
    """One of the seats that somebody has."""

    seat = RadiosField(
        label="Which organisation do you act for?",
        error_messages={"required": "Select the organisation that you act for"},
        heading=True,
    )

    def __init__(self, *args: Any, seats: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = {one.ref: one for one in seats}
        self.fields["seat"].choices = [  # type: ignore[attr-defined]
            (ref, f"{one.provider.name} for {one.authority.title}")
            for ref, one in self.seats.items()
        ]

    @property
    def chosen(self) -> Seat:
        """The seat that was chosen."""
        return self.seats[self.cleaned_data["seat"]]


class ColleagueForm(forms.Form):
    """Whom to invite to one's own organisation."""

    name = TextField(
        label="Their name", max_length=150, error_messages={"required": "Enter their name"}
    )
    email = EmailField(
        label="Their work email address",
        hint="The link goes there, and they sign in with it",
        max_length=254,
        error_messages={"required": "Enter their work email address"},
    )
    may_manage = CheckboxField(
        label="They look after access too",
        hint="They may invite colleagues and end their access",
        required=False,
    )


class InviteForm(ColleagueForm):
    """Whom to invite, and to which organisation."""

    provider = TextField(
        label="Which school or college?",
        hint="Its name as in the directory of providers, or its UKPRN, URN or DfE number",
        max_length=200,
        error_messages={"required": "Enter the school or college"},
    )
    field_order = ["provider", "name", "email", "may_manage"]

    def clean_provider(self) -> Provider:
        typed = " ".join(self.cleaned_data["provider"].split())
        there = Provider.objects.filter(closed_on=None)
        found = list(there.filter(name__iexact=typed)[:2])
        if not found and typed.replace("/", "").isdecimal():
            found = list(found_by(typed, there)[:2])
        if len(found) != 1:
            raise ValidationError(
                "Several are called that. Give the URN or UKPRN instead"
                if found
                else "It is not in the directory. Give its name as it stands there, or its number"
            )
        return found[0]


def refuse(form: forms.Form, error: CannotChangeAccess) -> None:
    """Say why an answer is refused, at the field that it is about where the form has it."""
    form.add_error(error.field if error.field in form.fields else None, error.message)
