"""Questions about with whom an agreement is, what for, Annex A, and whom it names.

Forms check answers and save nothing.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ccis.govuk.fields import (
    CheckboxField,
    EmailField,
    ModelSelectField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
)
from providers.models import Provider
from providers.queries import found_by
from sharing.agreements import rules
from sharing.agreements.forms.parts import PartForm
from sharing.agreements.models import Agreement, Gateway

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
