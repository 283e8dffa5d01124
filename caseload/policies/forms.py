"""What is asked of a policy document. Forms check answers and save nothing."""

from typing import Any

from django import forms

from caseload.policies.rules import CONDITIONS
from ccis.govuk.fields import CheckboxesField, TextareaField, TextField, TypedDateField


class DocumentForm(forms.Form):
    """A version of a document."""

    title = TextField(label="Title", max_length=150, error_messages={"required": "Enter its title"})
    version = TextField(
        label="Version",
        max_length=30,
        width="10",
        error_messages={"required": "Enter its version"},
    )
    conditions = CheckboxesField(
        label="Which conditions of the law does it cover?",
        choices=[*CONDITIONS.items()],
        small=True,
        error_messages={"required": "Select at least one condition"},
    )
    covers = TextareaField(
        label="What data does it cover, and how is that protected and erased?",
        rows=4,
        max_length=4_000,
        error_messages={"required": "Say what data it covers"},
    )
    kept_at = TextField(
        label="Where is it kept?",
        max_length=300,
        error_messages={"required": "Say where it is kept"},
    )
    starts_on = TypedDateField(
        label="In force from", error_messages={"required": "Enter from when it is in force"}
    )
    review_on = TypedDateField(
        label="To be reviewed by",
        prefer="future",
        error_messages={"required": "Enter by when it is reviewed"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, review = cleaned.get("starts_on"), cleaned.get("review_on")
        if starts and review and review <= starts:
            self.add_error("review_on", "The review must be after it begins")
        return cleaned


class EndForm(forms.Form):
    """The last day of a version."""

    on = TypedDateField(
        label="Its last day in force", error_messages={"required": "Enter its last day"}
    )
