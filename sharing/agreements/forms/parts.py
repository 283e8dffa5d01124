"""Questions about each part of an agreement. Forms check answers and save nothing.

A field has the name of the column that it is kept in.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ccis.authorities.models import Authority
from ccis.govuk.fields import (
    CheckboxesField,
    CheckboxField,
    ModelCheckboxesField,
    ModelSelectField,
    NumberField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    TypedDateField,
)
from sharing.agreements import rules
from sharing.agreements.models import PrivacyNotice, Programme, Version


class PartForm(forms.Form):
    """A part of a version: it is told which, and begins with what is there."""

    marks_optional = False

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        self.version = version
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Whatever depends on the version."""

    @property
    def said(self) -> dict[str, Any]:
        """What was answered, by column; a tick not set and a text left out are there too."""
        return dict(self.cleaned_data)


class AboutForm(PartForm):
    """Its title, what the organisation does, and the question on health data."""

    title = TextField(
        label="What is the agreement called?",
        max_length=150,
        error_messages={"required": "Enter what it is called"},
    )
    does = TextField(
        label="What does the organisation do?",
        hint="One sentence for young people. It stands on the public page",
        max_length=200,
        required=False,
    )
    national_opt_out = RadiosField(
        label="Was the National Data Opt-Out applied?",
        hint="For personal health or care data that is used for planning or research",
        choices=list(rules.NATIONAL_OPT_OUT.items()),
        error_messages={"required": "Select whether the National Data Opt-Out was applied"},
    )

    def prepare(self) -> None:
        if self.version.state != rules.State.DRAFT:
            del self.fields["national_opt_out"]


class PeriodForm(PartForm):
    """From when to when, and by when it is reviewed."""

    starts_on = TypedDateField(
        label="When does it start?", error_messages={"required": "Enter the day it starts"}
    )
    ends_on = TypedDateField(
        label="What is its last day?",
        prefer="future",
        error_messages={"required": "Enter its last day"},
    )
    review_on = TypedDateField(
        label="By when is it reviewed?",
        prefer="future",
        error_messages={"required": "Enter the day by which it is reviewed"},
    )

    def prepare(self) -> None:
        years = self.version.review_years
        self.fields["review_on"].help_text = (
            "Within a year of its start" if years == 1 else f"Within {years} years of its start"
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends, review = (cleaned.get(name) for name in ("starts_on", "ends_on", "review_on"))
        if starts and ends and ends < starts:
            self.add_error("ends_on", "The last day must be the same day as the start or later")
        if starts and review:
            latest = rules.latest_review(starts, self.version.review_years)
            if not starts <= review <= latest:
                self.add_error(
                    "review_on",
                    f"The review must be by {latest.day}/{latest.month}/{latest.year}, "
                    "and not before the start",
                )
        return cleaned


class DataForm(PartForm):
    """Which columns, for how long, and how often the organisation reports."""

    columns = CheckboxesField(
        label="What may be shared?",
        hint="A column goes only when the person’s own letter named it too",
        choices=list(rules.COLUMNS.items()),
        error_messages={"required": "Select what may be shared"},
    )
    term_days = NumberField(
        label="How many working days has the organisation to reach someone?",
        width="3",
        min_value=1,
        max_value=260,
        error_messages={
            "required": "Enter a number of working days",
            "invalid": "Enter a number of working days, like 15",
            "min_value": "It must be 1 working day or more",
            "max_value": "It must be 260 working days or fewer",
        },
    )
    clock = RadiosField(
        label="From when do they count?",
        choices=list(rules.CLOCKS.items()),
        error_messages={"required": "Select from when they count"},
    )
    calendar = SelectField(
        label="Which days are not working days, besides weekends?",
        choices=list(rules.CALENDARS.items()),
    )
    frequency = SelectField(
        label="How often does the organisation report on everyone on its list?",
        choices=list(rules.FREQUENCIES.items()),
    )
    files_allowed = CheckboxField(
        label="A list may leave the portal as an encrypted file",
        hint="Only where the council’s policy allows files at all",
        required=False,
    )

    def clean_columns(self) -> list[str]:
        chosen = set(self.cleaned_data["columns"])
        if "name" not in chosen:
            raise ValidationError("A list needs the name at least")
        return [name for name in rules.COLUMNS if name in chosen]


class PartyForm(PartForm):
    """A party's part for each set of data, its safeguards with dates and evidence, who signs."""

    role_of_given = RadiosField(
        label="For what the council shares, it is",
        choices=list(rules.ROLES.items()),
        inline=True,
        error_messages={"required": "Select what it is for what the council shares"},
    )
    role_of_reported = RadiosField(
        label="For what the organisation reports back, it is",
        choices=list(rules.ROLES.items()),
        inline=True,
        error_messages={"required": "Select what it is for what is reported back"},
    )
    asset_owner = TextField(
        label="Who answers for the information?",
        hint="The information asset owner: a position rather than a name",
        max_length=150,
        required=False,
    )
    privacy_statement = TextField(
        label="Address of its published privacy statement", max_length=200, required=False
    )
    standard = SelectField(
        label="Which security standard does it keep to?",
        choices=[("", "Not confirmed yet"), *rules.STANDARDS.items()],
        required=False,
    )
    standard_on = TypedDateField(label="Standard confirmed on", required=False, prefer="past")
    standard_evidence = TextareaField(
        label="Evidence of the standard",
        hint="Such as a certificate’s number and who looked at it. It is not published",
        rows=2,
        required=False,
    )
    retention_on = TypedDateField(
        label="Written retention and disposal policy confirmed on", required=False, prefer="past"
    )
    retention_evidence = TextareaField(label="Evidence of the policy", rows=2, required=False)
    training_on = TypedDateField(
        label="Training of its staff confirmed on", required=False, prefer="past"
    )
    training_evidence = TextareaField(label="Evidence of training", rows=2, required=False)
    signatory = TextField(label="Who signs?", max_length=150, required=False)
    signatory_job = TextField(label="Their position", max_length=150, required=False)

    def prepare(self) -> None:
        if self.version.state != rules.State.DRAFT:
            del self.fields["role_of_given"], self.fields["role_of_reported"]

    def clean_privacy_statement(self) -> str:
        typed: str = self.cleaned_data["privacy_statement"].strip()
        if typed and not typed.startswith(("https://", "http://")):
            raise ValidationError("Enter an address that begins with https://")
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("standard", "retention", "training"):
            there = cleaned.get(f"{name}_on"), cleaned.get(f"{name}_evidence")
            if any(there) and not all(there) and f"{name}_on" not in self.errors:
                missing = f"{name}_evidence" if there[0] else f"{name}_on"
                self.add_error(
                    missing,
                    "Say what shows it" if there[0] else "Enter the day that it was confirmed",
                )
        return cleaned


class AssuranceForm(PartForm):
    """Why the organisation counts as quality assured, and that it is free (LC-12)."""

    free = RadiosField(
        label="Is it free to the young person?",
        choices=[("yes", "Yes"), ("no", "No")],
        inline=True,
        error_messages={"required": "Select whether it is free"},
    )
    programme = ModelSelectField(
        label="Which funder or programme vouches for it?",
        hint="One that has ended vouches for nobody any more",
        queryset=Programme.objects.all(),
        empty_label="None",
        required=False,
    )
    checked_how = TextareaField(
        label="Or how is it held to the same quality and financial checks?",
        rows=3,
        required=False,
    )
    checked_until = TypedDateField(label="Those checks hold until", required=False, prefer="future")
    assurance_evidence = TextareaField(
        label="Evidence",
        hint="Such as the number of the contract, or a report",
        rows=3,
        error_messages={"required": "Enter the evidence"},
    )

    def prepare(self) -> None:
        self.fields["programme"].label_from_instance = _programme  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("checked_how") and not cleaned.get("checked_until"):
            self.add_error("checked_until", "Enter until when those checks hold")
        if not cleaned.get("programme") and not cleaned.get("checked_how"):
            self.add_error("programme", "Select a programme, or say how it is held to the same")
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        return super().said | {"free": self.cleaned_data["free"] == "yes"}


def _programme(programme: Programme) -> str:
    ends = programme.ends_on
    return f"{programme} (ended {ends.day}/{ends.month}/{ends.year})" if ends else str(programme)


class NoticesForm(PartForm):
    """Which registered privacy notices it relies on (LC-32)."""

    notices = ModelCheckboxesField(
        label="Which privacy notices does it rely on?",
        queryset=PrivacyNotice.objects.none(),
        error_messages={"required": "Select at least one notice"},
    )

    def prepare(self) -> None:
        authority: Authority = self.version.agreement.authority
        given = PrivacyNotice.objects.filter(authority=authority, given_until=None)
        self.fields["notices"].queryset = given  # type: ignore[attr-defined]
