"""When someone was tried; what became of them: six outcomes, then one page of details.

Forms save nothing (LC-09).
"""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from ccis.calendar.words import date_in_words
from ccis.govuk.fields import (
    DateBoxesField,
    OfficerDateField,
    RadiosField,
    TextareaField,
    TextField,
)
from sharing.outcomes.rules import (
    CONFIRMED,
    DOING,
    ENDS,
    ENGAGED,
    LONGEST_NOTES,
    LONGEST_WHERE,
    NO_CONTACT,
    NOT_REACHED,
    REFUSED,
    SELECT_DOING,
    WRONG_DETAILS,
    Said,
    wrong_with,
)
from sharing.template import OUTCOMES

LEAVES = "They leave your list when you save"
HINTS = {
    ENGAGED: "They stay on your list, and you tell us how it goes",
    CONFIRMED: "You tell us where, and since when",
    NOT_REACHED: LEAVES,
    REFUSED: LEAVES,
    WRONG_DETAILS: f"{LEAVES}, and we look for the right ones",
    NO_CONTACT: f"{LEAVES}, and we share them with you no more",
}

FACTS_ONLY = "Facts only. Nothing about health, family or offences"


class TriedForm(forms.Form):
    """The day of a try, which is today unless they say otherwise; never before ``since``."""

    tried_on = OfficerDateField(
        label="When did you try to reach them?",
        initial=timezone.localdate,
        required=False,
        marks_optional=False,
        prefer="past",
        error_messages={
            "required": "Enter the day",
            "not_real": "Enter a real day, like 27 9 2026",
        },
    )

    def __init__(self, *args: Any, since: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since = since

    def clean_tried_on(self) -> date | None:
        day: date | None = self.cleaned_data["tried_on"]
        if day is not None and day > timezone.localdate():
            raise ValidationError("The day must be today or earlier")
        if day is not None and day < self.since:
            received = date_in_words(self.since)
            raise ValidationError(f"The day must be {received}, when you received them, or later")
        return day


class OutcomeForm(forms.Form):
    """Which of the six."""

    outcome = RadiosField(
        label="What happened?",
        heading=True,
        choices=list(OUTCOMES.items()),
        choice_hints=HINTS,
        error_messages={"required": "Select what happened"},
    )


class DetailsForm(forms.Form):
    """What one outcome asks besides; ``outcome`` is settled by the page's address."""

    notes = TextareaField(
        label="Anything else",
        hint=FACTS_ONLY,
        required=False,
        max_length=LONGEST_NOTES,
        rows=3,
    )
    order: ClassVar[list[str]] = ["doing", "where", "since", "notes"]

    def __init__(self, *args: Any, outcome: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome = outcome
        if outcome == WRONG_DETAILS:
            self.fields["notes"].label = "Which details are wrong?"
        self.order_fields(self.order)

    @property
    def ends(self) -> bool:
        """Whether saving takes them off the list."""
        return self.outcome in ENDS

    @property
    def said(self) -> Said:
        """What was typed, once it has been found right."""
        given = self.cleaned_data
        return Said(
            outcome=self.outcome,
            where=given.get("where", ""),
            since=given.get("since"),
            doing=given.get("doing", ""),
            notes=given["notes"].strip(),
        )

    def clean(self) -> None:
        """Ask the one rule, about fields that are right by themselves."""
        given = super().clean() or {}
        if self.errors:
            return
        self.cleaned_data = given
        for wrong in wrong_with(self.said, today=timezone.localdate()):
            self.add_error(wrong.field if wrong.field in self.fields else None, wrong.message)


class ConfirmedForm(DetailsForm):
    """Where someone is who is in learning or work already."""

    doing = RadiosField(
        label="What are they doing?",
        choices=list(DOING.items()),
        error_messages={"required": SELECT_DOING},
        inline=True,
    )
    where = TextField(
        label="Where?",
        hint="The name of the school, college, training provider or employer",
        max_length=LONGEST_WHERE,
        error_messages={"required": "Enter where they are"},
    )
    since = DateBoxesField(
        label="Since when?",
        hint="For example, 27 9 2026",
        error_messages={"required": "Enter the day on which it began"},
    )


def details_form(outcome: str) -> type[DetailsForm]:
    """The form of an outcome's page of details."""
    return ConfirmedForm if outcome == CONFIRMED else DetailsForm
