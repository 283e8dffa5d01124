"""What is asked before anything is told by word. Forms check answers and save nothing."""

from collections.abc import Iterable
from typing import Any

from django import forms

from ccis.govuk.fields import (
    CheckboxesField,
    HiddenField,
    RadiosField,
    ReferenceField,
    SelectField,
    TextareaField,
    TextField,
)
from providers.models import Provider
from sharing.emergency import rules
from sharing.emergency.actions import Wanted
from sharing.emergency.models import Emergency, How
from sharing.rules import HEADINGS

WHY = "why-"
"""Before a column's name: the field that asks why it is needed."""

ANOTHER = "another"
"""An organisation without an agreement in force, which is asked for by name."""


class EmergencyForm(forms.Form):
    """What is told in an emergency, to whom, why, and who decided."""

    marks_optional = False

    sent_key = HiddenField(max_length=64)
    met = CheckboxesField(
        label="Which of the criteria are met?",
        error_messages={"required": "Select which of the criteria are met"},
    )
    why = TextareaField(
        label="What is the emergency?",
        max_length=2_000,
        rows=3,
        error_messages={"required": "Say what the emergency is"},
    )
    recipient = TextField(
        label="Which organisation is told?",
        hint="One, by its name. For example: Northgate Police",
        max_length=200,
        error_messages={"required": "Enter the organisation"},
    )
    told_to = TextField(
        label="Who there?",
        hint="Their name and position",
        max_length=150,
        error_messages={"required": "Enter the name of whoever is told"},
    )
    checked = TextField(
        label="How did you check who they are?",
        hint="For example: called back on the switchboard’s number",
        max_length=200,
        error_messages={"required": "Say how you checked who they are"},
    )
    how = RadiosField(
        label="How are they told?",
        small=True,
        inline=True,
        choices=How.choices,
        error_messages={"required": "Select how they are told"},
    )
    columns = CheckboxesField(
        label="What do they need to be told?",
        hint="Only what is needed. Say of each why",
        choices=[*HEADINGS.items()],
        reveals={column: f"{WHY}{column}" for column in HEADINGS},
        error_messages={"required": "Select what they need to be told"},
    )
    basis = RadiosField(
        label="What is the lawful basis?",
        small=True,
        choices=[*rules.BASES.items()],
        error_messages={"required": "Select the lawful basis"},
    )
    decided_by = TextField(
        label="Who decided this?",
        hint="Their name and position",
        max_length=150,
        error_messages={"required": "Enter who decided this"},
    )

    def __init__(self, *args: Any, criteria: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = tuple(criteria)
        numbered = [(str(place), line) for place, line in enumerate(self.criteria)]
        self.fields["met"].choices = numbered  # type: ignore[attr-defined]
        for column, words in HEADINGS.items():
            self.fields[f"{WHY}{column}"] = TextField(
                label=f"Why do they need this: {words.lower()}?", max_length=200, required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for column in cleaned.get("columns", []):
            if not cleaned.get(f"{WHY}{column}"):
                self.add_error(f"{WHY}{column}", f"Say why they need: {HEADINGS[column].lower()}")
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """What is to be told."""
        given = self.cleaned_data
        plain = ("recipient", "told_to", "checked", "how", "why", "basis", "decided_by", "sent_key")
        return Wanted(
            **{name: given[name] for name in plain},
            met=tuple(self.criteria[int(place)] for place in given["met"]),
            whys={column: given[f"{WHY}{column}"] for column in given["columns"]},
        )


class ReviewForm(forms.Form):
    """Whether it was right."""

    outcome = RadiosField(
        label="Was it right?",
        choices=Emergency.Outcome.choices,
        error_messages={"required": "Select whether it was right"},
    )
    found = TextareaField(
        label="What did you find?",
        max_length=2_000,
        rows=4,
        error_messages={"required": "Say what you found"},
    )


class CriteriaForm(forms.Form):
    """The written criteria, a line each."""

    after = HiddenField(required=False)
    lines = TextareaField(
        label="Criteria, one a line",
        rows=8,
        max_length=2_400,
        error_messages={"required": "Write at least one criterion"},
    )
    why = TextField(
        label="Why do they change?",
        max_length=200,
        error_messages={"required": "Say why they change"},
    )


class EnquiryForm(forms.Form):
    """Who asks outside the portal, about whom, and how it was checked who they are."""

    channel = RadiosField(
        label="How do they ask?",
        small=True,
        inline=True,
        choices=How.choices,
        error_messages={"required": "Select how they ask"},
    )
    asker = TextField(
        label="Who asks?",
        hint="Their name and position",
        max_length=150,
        error_messages={"required": "Enter who asks"},
    )
    organisation = SelectField(
        label="For which organisation?",
        error_messages={"required": "Select the organisation"},
    )
    another = TextField(
        label="Name of another organisation",
        hint="One that we have no agreement with is recorded, and can only be refused",
        max_length=200,
        required=False,
    )
    asks = TextareaField(
        label="What do they ask, and what for?",
        max_length=2_000,
        rows=3,
        error_messages={"required": "Say what they ask, and what for"},
    )
    person = ReferenceField(
        label="Reference of the young person’s record",
        hint="Such as 7F3K-Q29M. Leave it empty where we hold nobody like this. Do not tell them",
        max_length=9,
        required=False,
    )
    checks = CheckboxesField(
        label="How did they show who they are?",
        hint="Tell them nothing before this, not even whether we know the young person",
        choices=[*rules.PROOFS.items()],
        error_messages={"required": "Select how they showed who they are"},
    )
    checked = TextareaField(
        label="What did you do to check, and what did it show?",
        max_length=1_000,
        rows=3,
        error_messages={"required": "Say what you did to check"},
    )

    def __init__(self, *args: Any, organisations: Iterable[Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {one.ref: one for one in organisations}
        named = [(ref, one.name) for ref, one in self.organisations.items()]
        chosen: Any = self.fields["organisation"]
        chosen.choices = [("", "Select one"), *named, (ANOTHER, "Another organisation")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_another = cleaned.get("organisation") == ANOTHER
        if is_another and not cleaned.get("another") and "another" not in self.errors:
            self.add_error("another", "Enter the name of the organisation")
        return cleaned


class TellForm(forms.Form):
    """What whoever asks is told."""

    purpose = RadiosField(label="What for?", error_messages={"required": "Select what it is for"})
    columns = CheckboxesField(
        label="What are they told?",
        hint="Only what they need to answer what they ask",
        choices=[*HEADINGS.items()],
        error_messages={"required": "Select what they are told"},
    )
    why = TextField(
        label="Why do they need it?",
        max_length=300,
        error_messages={"required": "Say why they need it"},
    )

    def __init__(self, *args: Any, purposes: Any, columns: frozenset[str], **kw: Any) -> None:
        super().__init__(*args, **kw)
        fields: Any = self.fields
        fields["purpose"].choices = purposes
        fields["columns"].choices = [(one, HEADINGS[one]) for one in HEADINGS if one in columns]


class RefuseForm(forms.Form):
    """Why whoever asks is told nothing."""

    why = TextareaField(
        label="Why are they told nothing?",
        rows=3,
        max_length=1_000,
        error_messages={"required": "Say why they are told nothing"},
    )
