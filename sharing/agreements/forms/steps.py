"""Questions about the steps of an agreement, reviews and audits; and the registers."""

from typing import Any

from django import forms
from django.utils import timezone

from ccis.govuk.fields import (
    CheckboxField,
    FileField,
    HiddenField,
    RadiosField,
    TextareaField,
    TextField,
    TypedDateField,
)
from providers.models import Provider
from sharing.agreements.forms.agreeing import provider_named
from sharing.agreements.models import Party, Review

SIDES = Party.Side.choices


class WhyForm(forms.Form):
    """Why a step is taken: it is kept with it."""

    why = TextareaField(
        label="Why?",
        hint="Kept with the agreement. Name no young person",
        rows=4,
        max_length=1000,
        error_messages={"required": "Enter why"},
    )


class SignForm(forms.Form):
    """The signed copy, and when each side signed."""

    copy = FileField(label="The signed copy", hint="A PDF of up to 20 MB", accept=".pdf")
    council = TypedDateField(
        label="When did the council sign?",
        prefer="past",
        error_messages={"required": "Enter when the council signed"},
    )
    organisation = TypedDateField(
        label="When did the organisation sign?",
        prefer="past",
        error_messages={"required": "Enter when the organisation signed"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for side in ("council", "organisation"):
            if cleaned.get(side) and cleaned[side] > timezone.localdate():
                self.add_error(side, "The day that they signed must be today or earlier")
        return cleaned


class AskReviewForm(WhyForm):
    """Who asks for a review, and whether it is out of turn (LC-20)."""

    asked_for_by = RadiosField(
        label="Who asks for it?",
        choices=SIDES,
        inline=True,
        error_messages={"required": "Select who asks for the review"},
    )
    extraordinary = CheckboxField(
        label="It is extraordinary: before its time, as either side may ask", required=False
    )
    field_order = ("asked_for_by", "extraordinary", "why")


class CloseReviewForm(forms.Form):
    """What a review came to."""

    held_on = TypedDateField(
        label="When was it held?",
        prefer="past",
        error_messages={"required": "Enter when it was held"},
    )
    found = TextareaField(
        label="What was found?", error_messages={"required": "Enter what was found"}
    )
    outcome = RadiosField(
        label="What did it come to?",
        choices=Review.Outcome.choices,
        choice_hints={Review.Outcome.ENDED: "Access ends at once"},
        error_messages={"required": "Select what it came to"},
    )
    next_on = TypedDateField(label="Next review by", required=False, prefer="future")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        goes_on = cleaned.get("outcome") not in (None, Review.Outcome.ENDED)
        if goes_on and not cleaned.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", "Enter the day by which it is reviewed next")
        return cleaned


class AuditForm(forms.Form):
    """A check of how an agreement is kept (LC-29)."""

    held_on = TypedDateField(
        label="When was it held?", prefer="past", error_messages={"required": "Enter when"}
    )
    held_by = RadiosField(
        label="Who held it?",
        choices=SIDES,
        inline=True,
        error_messages={"required": "Select who held it"},
    )
    scope = TextareaField(
        label="What was looked at?",
        rows=3,
        error_messages={"required": "Enter what was looked at"},
    )
    conclusion = TextareaField(
        label="What was concluded?",
        rows=3,
        error_messages={"required": "Enter what was concluded"},
    )


class FindingForm(forms.Form):
    """What an audit found, and what is to be done."""

    finding = TextareaField(
        label="Finding", rows=3, error_messages={"required": "Enter what was found"}
    )
    action = TextareaField(
        label="What is to be done?", rows=3, error_messages={"required": "Enter what is to be done"}
    )
    owner = TextField(
        label="Who does it?", max_length=150, error_messages={"required": "Enter who does it"}
    )
    due_on = TypedDateField(
        label="By when?", prefer="future", error_messages={"required": "Enter by when"}
    )


class FindingDoneForm(forms.Form):
    """What was done about a finding."""

    done_on = TypedDateField(
        label="When was it done?", prefer="past", error_messages={"required": "Enter when"}
    )
    done_how = TextareaField(
        label="What was done?", rows=3, error_messages={"required": "Enter what was done"}
    )


# -- registers -------------------------------------------------------------------------------------


class NoticeForm(forms.Form):
    """A version of a privacy notice (LC-32)."""

    provider = TextField(
        label="Whose notice is it?",
        hint="The school’s, college’s or organisation’s name or number. Leave it empty for the "
        "council’s own",
        max_length=200,
        required=False,
    )
    title = TextField(label="Title", max_length=150, error_messages={"required": "Enter its title"})
    version = TextField(
        label="Version",
        hint="As the notice says it: a number or a date",
        max_length=30,
        error_messages={"required": "Enter its version"},
    )
    address = TextField(label="Address of the notice", max_length=200, required=False)
    given_from = TypedDateField(
        label="Given from", prefer="past", error_messages={"required": "Enter from when"}
    )
    says = TextareaField(
        label="What does it say about sharing?",
        error_messages={"required": "Enter what it says about sharing"},
    )

    def clean_provider(self) -> Provider | None:
        typed = self.cleaned_data["provider"].strip()
        return provider_named(typed) if typed else None

    def clean_address(self) -> str:
        typed: str = self.cleaned_data["address"].strip()
        if typed and not typed.startswith(("https://", "http://")):
            raise forms.ValidationError("Enter an address that begins with https://")
        return typed


class ProgrammeForm(forms.Form):
    """A funder or programme that vouches for organisations (LC-12)."""

    name = TextField(label="Name", max_length=150, error_messages={"required": "Enter its name"})
    starts_on = TypedDateField(label="Started", required=False, prefer="past")
    ends_on = TypedDateField(label="Last day", required=False)
    source = TextField(
        label="Where is this written?",
        max_length=300,
        error_messages={"required": "Enter where this is written"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "The last day must be the same day as the start or later")
        return cleaned


class GatewayForm(forms.Form):
    """A provision of law by which something may be shared (LAW-01)."""

    name = TextField(
        label="Act and section",
        max_length=150,
        error_messages={"required": "Enter the act and section"},
    )
    says = TextareaField(
        label="What is it about?",
        rows=3,
        max_length=300,
        error_messages={"required": "Enter what it is about"},
    )
    starts_on = TypedDateField(label="In force from", required=False, prefer="past")
    source = TextField(
        label="Where is this written?",
        max_length=300,
        error_messages={"required": "Enter where this is written"},
    )


class DayForm(forms.Form):
    """The day on which a programme or gateway ends."""

    on = TypedDateField(label="On which day?", error_messages={"required": "Enter the day"})


class WordingForm(forms.Form):
    """The words that agreements are made of."""

    body = TextareaField(
        label="The words",
        hint="# begins a heading, - an item of a list; two stars stand before and after bold words",
        rows=30,
        error_messages={"required": "Enter the words"},
    )
    why = TextField(
        label="Why this version?",
        hint="Kept with it",
        max_length=200,
        error_messages={"required": "Enter why you are publishing this version"},
    )
    after = HiddenField()

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        return body.replace("\r\n", "\n")

    @property
    def made_after(self) -> int:
        """The number of the version that it was written from; 0 where it makes no sense."""
        text = self.cleaned_data["after"]
        return int(text) if text.isdecimal() else 0
