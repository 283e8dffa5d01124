"""Questions to a provider, and about routes. Forms check answers and save nothing."""

import secrets
from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from caseload.dropouts.models import Route
from caseload.intake.kinds.ldor import NO_ADDRESS, NO_HOME, WHOLE_POSTCODE
from caseload.terms import read_phone
from ccis.authorities.models import Authority, SubRegion
from ccis.files.values import BadValue, parse_name, parse_postcode, parse_uln
from ccis.govuk.fields import (
    DateBoxesField,
    EmailField,
    FileField,
    HiddenField,
    ModelSelectField,
    RadiosField,
    ReadField,
    TextareaField,
    TextField,
)

REASONS = {
    "joiner": "They have joined us",
    "leaver": "They have left us before the end of their course",
    "at_risk": "They may drop out",
}
WHEN = {
    "joiner": "When did they start with you?",
    "leaver": "What was their last day with you?",
    "at_risk": "Since when may they drop out?",
}
DAY = {"joiner": "First day", "leaver": "Last day", "at_risk": "The day"}


def new_key() -> str:
    """What a form that sends something is known by: sent twice, it is sent once."""
    return secrets.token_hex(16)


class Step(forms.Form):
    """One question page. ``required`` are the columns that the council wants filled."""

    optional: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, *args: Any, required: Collection[str] = (), reason: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reason = reason
        for name in self.optional:
            self.fields[name].required = name in required

    @property
    def answers(self) -> dict[str, str]:
        """The answers as a session keeps them, from a form that is valid."""
        kept = {}
        for name, answer in self.cleaned_data.items():
            kept[name] = answer.isoformat() if isinstance(answer, date) else answer or ""
        return kept


class WhatStep(Step):
    """Joined, left, or may leave."""

    reason_is = RadiosField(
        label="What has happened?",
        heading=True,
        choices=list(REASONS.items()),
        error_messages={"required": "Select what has happened"},
    )

    def __init__(self, *args: Any, reasons: Collection[str] = REASONS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_is"].choices = [  # type: ignore[attr-defined]
            (key, words) for key, words in REASONS.items() if key in reasons
        ]


class WhoStep(Step):
    """Their name."""

    given = ReadField(
        read=parse_name,
        label="First name",
        max_length=100,
        width="20",
        error_messages={"required": "Enter their first name"},
    )
    family = ReadField(
        read=parse_name,
        label="Family name",
        max_length=100,
        width="20",
        error_messages={"required": "Enter their family name"},
    )


class BornStep(Step):
    """Date of birth and ULN."""

    optional = ("uln",)

    birth = DateBoxesField(
        label="Date of birth",
        hint="For example, 27 3 2009",
        error_messages={"required": "Enter their date of birth"},
    )
    uln = ReadField(
        read=parse_uln,
        label="ULN",
        hint="10 digits",
        width="10",
        inputmode="numeric",
        error_messages={"required": "Enter their ULN"},
    )

    def clean_birth(self) -> date:
        born: date = self.cleaned_data["birth"]
        today = timezone.localdate()
        if not 11 <= today.year - born.year <= 26:
            raise ValidationError("Date of birth must be of someone at school or college")
        return born


class WhenStep(Step):
    """The day, and of a leaver what comes next."""

    optional = ("destination",)

    day = DateBoxesField(
        label="The day",
        hint="For example, 27 3 2026",
        error_messages={"required": "Enter the day"},
    )
    destination = TextField(
        label="What do they do now?",
        hint="If you know. For example: apprenticeship, another college, looking for work",
        max_length=100,
        error_messages={"required": "Enter what they do now"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].label = DAY.get(self.reason, "The day")
        if self.reason != "leaver":
            del self.fields["destination"]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        today = timezone.localdate()
        if day > today:
            raise ValidationError("The day must be today or in the past")
        if (today - day).days > 366:
            raise ValidationError("The day must be within the past year")
        return day


class HomeStep(Step):
    """Where they live."""

    optional = ("address", "postcode")

    address = TextareaField(
        label="Address",
        rows=4,
        max_length=300,
        error_messages={"required": "Enter their address"},
    )
    postcode = TextField(
        label="Postcode",
        hint="Or the word none, if they have no address",
        width="10",
        error_messages={"required": WHOLE_POSTCODE},
    )

    def clean_address(self) -> str:
        lines = [" ".join(line.split()) for line in self.cleaned_data["address"].splitlines()]
        return ", ".join(line.strip(" ,") for line in lines if line.strip(" ,"))

    def clean_postcode(self) -> str:
        text = self.cleaned_data["postcode"].strip()
        if text.lower() in NO_ADDRESS:
            return NO_HOME
        try:
            return parse_postcode(text) or ""
        except BadValue:
            raise ValidationError(WHOLE_POSTCODE) from None


class ReachStep(Step):
    """How they are reached."""

    optional = ("email", "phone")

    email = EmailField(
        label="Their email",
        error_messages={"required": "Enter their email address"},
    )
    phone = TextField(
        label="Their phone number",
        width="20",
        inputmode="tel",
        error_messages={"required": "Enter their phone number"},
    )

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"].strip()
        if not text:
            return ""
        number = read_phone(text)
        if number is None:
            raise ValidationError("Enter a phone number with its area code, like 07700 900123")
        return str(number)


class KeyForm(forms.Form):
    """A button that sends: twice is once."""

    key = HiddenField(max_length=40)


class SeenForm(forms.Form):
    """A button about a workbook to mend: the one that was looked at, as another may come."""

    seen = HiddenField(max_length=8, required=False)


class NilForm(SeenForm, KeyForm):
    """Nothing to report, whatever the workbook that was looked at says."""


class WorkbookForm(KeyForm):
    """The month's workbook."""

    file = FileField(
        label="The workbook",
        hint="An Excel workbook (.xlsx) or a CSV",
        accept=".xlsx,.csv",
        error_messages={"required": "Choose a file"},
    )


# -- routes ----------------------------------------------------------------------------------------


class RouteForm(forms.Form):
    """One line of the matrix: to whom, and how it gets there."""

    home = TextField(
        label="Residents of which council?",
        hint="Its name, or its code of three digits",
        error_messages={"required": "Enter the council"},
    )
    to = RadiosField(
        label="Who gets what is about them?",
        choices=Route.To.choices,
        error_messages={"required": "Select who gets it"},
    )
    unit = ModelSelectField(
        label="Which sub-regional unit?", queryset=SubRegion.objects.none(), required=False
    )
    name = TextField(
        label="Contact’s name",
        max_length=100,
        error_messages={"required": "Enter the contact’s name"},
    )
    email = EmailField(
        label="Contact’s email",
        hint="They are told that there is something for them, and never about whom",
        error_messages={"required": "Enter the contact’s email"},
    )
    way = RadiosField(
        label="How does it get to them?",
        choices=Route.Way.choices,
        error_messages={"required": "Select how it gets to them"},
    )
    exchange = TextField(
        label="By which secure exchange, and to which address there?",
        hint="As in: the secure file exchange, mailbox NEET team. Never plain email",
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = SubRegion.objects.order_by("name")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean_home(self) -> Authority:
        text = self.cleaned_data["home"].strip()
        for field in ("code", "name__iexact", "council_name__iexact"):
            found = Authority.objects.filter(**{field: text}).order_by("-closed_on").last()
            if found is not None:
                return found
        raise ValidationError(f"“{text}” is not the name or the code of an authority")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("to") == Route.To.UNIT and not cleaned.get("unit"):
            self.add_error("unit", "Select which sub-regional unit")
        if cleaned.get("way") == Route.Way.EXCHANGE and not cleaned.get("exchange", "").strip():
            self.add_error("exchange", "Say by which secure exchange it goes")
        return cleaned

    @property
    def line(self) -> dict[str, Any]:
        """The line as it is kept, from a form that is valid."""
        answers = self.cleaned_data
        is_unit = answers["to"] == Route.To.UNIT
        by_exchange = answers["way"] == Route.Way.EXCHANGE
        return {
            "to": answers["to"],
            "unit": answers["unit"] if is_unit else None,
            "name": answers["name"],
            "email": answers["email"],
            "way": answers["way"],
            "exchange": answers["exchange"].strip() if by_exchange else "",
        }


class SentForm(forms.Form):
    """How a workbook was sent."""

    how = TextField(
        label="How was it sent?",
        hint="As in: by the secure exchange, receipt 4411; passphrase told by phone",
        max_length=200,
        error_messages={"required": "Say how it was sent"},
    )
