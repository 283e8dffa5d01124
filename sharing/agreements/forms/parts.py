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
    EmailField,
    ModelCheckboxesField,
    ModelSelectField,
    NumberField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    TypedDateField,
)
from providers.models import Provider
from providers.queries import found_by
from sharing.agreements import rules
from sharing.agreements.models import Agreement, Gateway, PrivacyNotice, Programme, Version

NOT_CHOSEN = ("", "Choose one")


def provider_named(text: str) -> Provider:
    """The one open organisation of this name or number. ``ValidationError`` in words."""
    typed = " ".join(text.split())
    open_ones = Provider.objects.filter(closed_on=None)
    found = list(open_ones.filter(name__iexact=typed)[:2])
    if not found and typed.replace("/", "").isdecimal():
        found = list(found_by(typed, open_ones)[:2])
    if len(found) > 1:
        raise ValidationError("Several are called that. Give the UKPRN instead")
    if not found:
        raise ValidationError(
            "It is not in the directory. Give its name as it stands there, or its number"
        )
    return found[0]


class NewAgreementForm(forms.Form):
    """With whom, and which way things go."""

    provider = TextField(
        label="Which organisation is it with?",
        hint="Its name as in the directory of providers, or its UKPRN, URN or DfE number",
        max_length=200,
        error_messages={"required": "Enter the organisation"},
    )
    kind = RadiosField(
        label="Who shares with whom?",
        choices=Agreement.Kind.choices,
        choice_hints={
            Agreement.Kind.PROVIDER: "The council gives it lists of young people. Reviewed within "
            "three years",
            Agreement.Kind.SCHOOL: "It gives the council data from its own systems. Reviewed every "
            "year",
        },
        error_messages={"required": "Select who shares with whom"},
    )
    title = TextField(
        label="What is the agreement called?",
        hint="Published, so without anybody’s name",
        max_length=150,
        error_messages={"required": "Enter what it is called"},
    )

    def clean_provider(self) -> Provider:
        return provider_named(self.cleaned_data["provider"])


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


class PurposeForm(PartForm):
    """One purpose, with what it rests on (LAW-01)."""

    purpose = SelectField(
        label="What is it for?",
        choices=[NOT_CHOSEN, *rules.PURPOSES.items()],
        error_messages={"required": "Select what it is for"},
    )
    basis = RadiosField(
        label="What is the lawful basis?",
        hint="Legitimate interests are not open to a public authority for its tasks",
        choices=list(rules.BASES.items()),
        choice_hints={rules.CONSENT: "Only where refusing has no consequence for the person"},
        reveals={rules.CONSENT: "freely_refused"},
        error_messages={"required": "Select the lawful basis"},
    )
    freely_refused = CheckboxField(
        label="Refusing has no consequence for the person", required=False
    )
    gateway = ModelSelectField(
        label="What is the legal gateway?",
        queryset=Gateway.objects.none(),
        empty_label="Choose one",
        error_messages={"required": "Select the legal gateway"},
    )

    def prepare(self) -> None:
        inwards = self.version.agreement.kind == Agreement.Kind.SCHOOL
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            NOT_CHOSEN,
            *(
                (code, words)
                for code, words in rules.PURPOSES.items()
                if (code == rules.TRACKING) == inwards
            ),
        ]
        open_ones = Gateway.objects.filter(usable=True, repealed_on=None)
        self.fields["gateway"].queryset = open_ones  # type: ignore[attr-defined]


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


class AnnexForm(PartForm):
    """What the organisation returned as Annex A (LC-13)."""

    description = TextareaField(
        label="Description of the data", error_messages={"required": "Enter the description"}
    )
    activities = TextareaField(
        label="What activities will the data be used for?",
        hint="Specific activities, as the organisation says them",
        error_messages={"required": "Enter the activities"},
    )
    contacts_people = RadiosField(
        label="Does it plan to contact the young people?",
        choices=[("yes", "Yes"), ("no", "No")],
        reveals={"yes": "contact_details"},
        error_messages={"required": "Select whether it plans to contact them"},
    )
    contact_details = TextareaField(label="How?", rows=3, required=False)
    legal_basis = TextareaField(
        label="Its legal basis for receiving and using the data",
        rows=3,
        error_messages={"required": "Enter its legal basis"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("contacts_people") == "yes" and not cleaned.get("contact_details"):
            self.add_error("contact_details", "Enter how it will contact them")
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        return super().said | {"contacts_people": self.cleaned_data["contacts_people"] == "yes"}


class PersonForm(forms.Form):
    """Somebody of the organisation who may see what is shared (LC-10)."""

    name = TextField(label="Name", max_length=150, error_messages={"required": "Enter their name"})
    job = TextField(
        label="Position", max_length=150, error_messages={"required": "Enter their position"}
    )
    email = EmailField(
        label="Work email address",
        hint="The address of the account that they sign in with",
        error_messages={"required": "Enter their work email address"},
    )
    phone = TextField(label="Phone number", max_length=30, required=False)
