"""What an organisation is asked about its agreement, on its own pages (LC-13).

Forms check answers and save nothing.
"""

from typing import Any

from django import forms
from django.utils import timezone

from ccis.govuk.fields import CheckboxField, FileField, TextField, TypedDateField
from sharing.agreements.forms.agreeing import AnnexForm
from sharing.agreements.forms.parts import PartyForm


class OwnAnnexForm(AnnexForm):
    """What the organisation will do with the information."""

    def prepare(self) -> None:
        fields = self.fields
        fields["description"].label = "What information will you hold?"
        fields["description"].help_text = "Describe the data that you ask for"
        fields["activities"].label = "What will you use it for?"
        fields["activities"].help_text = "Specific activities, such as calls, visits, mentoring"
        fields["contacts_people"].label = "Will you contact the young people?"
        fields["contacts_people"].error_messages["required"] = "Select whether you will"
        fields["legal_basis"].label = "What is your legal basis for receiving and using it?"
        fields["legal_basis"].error_messages["required"] = "Enter your legal basis"


class SafeguardsForm(PartyForm):
    """Who answers for the information there, and how it is kept safe."""

    NOT_ASKED = ("role_of_given", "role_of_reported", "signatory", "signatory_job")

    def prepare(self) -> None:
        for name in self.NOT_ASKED:
            del self.fields[name]
        labels = {
            "asset_owner": "Who answers for the information in your organisation?",
            "privacy_statement": "Address of your published privacy statement",
            "standard": "Which security standard do you keep to?",
            "standard_on": "When was that last confirmed?",
            "standard_evidence": "What shows it?",
            "retention_on": "When was your retention and disposal policy last confirmed?",
            "retention_evidence": "What shows it?",
            "training_on": "When was the training of your staff last confirmed?",
            "training_evidence": "What shows it?",
        }
        for name, label in labels.items():
            self.fields[name].label = label


class SignatoryForm(forms.Form):
    """Who signs for the organisation."""

    signatory = TextField(
        label="Your name", max_length=150, error_messages={"required": "Enter your name"}
    )
    job = TextField(
        label="Your position", max_length=150, error_messages={"required": "Enter your position"}
    )


class SignOnScreenForm(SignatoryForm):
    """The word of whoever signs."""

    sure = CheckboxField(
        label="I may sign for the organisation. We have read this agreement and keep to it",
        error_messages={"required": "Tick the box to say that you may sign, and keep to it"},
    )


class SendBackForm(SignatoryForm):
    """A copy that was signed on paper."""

    signatory = TextField(
        label="Who signed?", max_length=150, error_messages={"required": "Enter who signed"}
    )
    job = TextField(
        label="Their position",
        max_length=150,
        error_messages={"required": "Enter their position"},
    )
    signed_on = TypedDateField(
        label="When did they sign?",
        prefer="past",
        error_messages={"required": "Enter when they signed"},
    )
    copy = FileField(
        label="The signed agreement",
        hint="A PDF of up to 20 MB",
        accept=".pdf",
        error_messages={"required": "Choose the signed agreement"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("signed_on") and cleaned["signed_on"] > timezone.localdate():
            self.add_error("signed_on", "The day that they signed must be today or earlier")
        return cleaned


class CountersignForm(forms.Form):
    """When the council signed."""

    council = TypedDateField(
        label="When did the council sign?",
        prefer="past",
        error_messages={"required": "Enter when the council signed"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("council") and cleaned["council"] > timezone.localdate():
            self.add_error("council", "The day that they signed must be today or earlier")
        return cleaned
