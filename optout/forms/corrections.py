"""What officers are asked of a correction: what it is about, what becomes of it, what is told."""

from datetime import date
from typing import Any

from django import forms

from caseload.forms.facts import FactForm
from caseload.forms.parts import Part
from caseload.models import Fact
from ccis.govuk.fields import (
    CheckboxesField,
    HiddenField,
    OfficerDateField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    TypedDateField,
)
from ccis.govuk.lists import FilterForm
from optout import proposals
from optout.actions.corrections import How
from optout.models import Correction, Message

NOBODY = "nobody"
"""There is nobody to tell."""

SAME_DAY = "The same day as the record has"


class CorrectionFilters(FilterForm):
    """Which corrections to show."""

    state = CheckboxesField(
        label="State", choices=Correction.State.choices, required=False, small=True
    )


class AboutForm(forms.Form):
    """Which part of the record is meant. ``places`` are groups of ``(slug:place, words)``."""

    about = SelectField(
        label="What is it about?",
        hint="One thing that the record says, or something that it does not say yet",
        error_messages={"required": "Choose what it is about"},
    )

    def __init__(self, *args: Any, places: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", "Choose"), *places]  # type: ignore[attr-defined]


class ToldForm(forms.Form):
    """How whoever asked hears of it."""

    told_by = RadiosField(
        label="How do they hear of it?",
        small=True,
        choices=[(value, label) for value, label in Message.By.choices if value != "screen"],
        error_messages={"required": "Choose how they hear of it"},
    )
    to = TextField(
        label="Number or address, if it is not the one on record",
        max_length=254,
        required=False,
        marks_optional=False,
    )

    def offer_nobody(self) -> None:
        """Let it stay untold."""
        field = self.fields["told_by"]
        field.choices = [*field.choices, (NOBODY, "There is nobody to tell")]  # type: ignore[attr-defined]


class DeclineForm(ToldForm):
    """Why the record stays as it is; they read it."""

    reason = TextareaField(
        label="Why is it not done?",
        hint="They read this, with how to complain and the reference. Say what you checked.",
        max_length=2_000,
        rows=4,
        error_messages={"required": "Say why it is not done. They read it"},
    )
    field_order = ("reason", "told_by", "to")


class WithWords(ToldForm):
    """What they are told, and how."""

    words = TextareaField(
        label="What we tell them",
        max_length=4_000,
        rows=8,
        error_messages={"required": "Write what we tell them"},
    )
    seen = HiddenField(required=False)


class NotThereForm(WithWords):
    """Someone said that a letter is not for them: do they live there?"""

    how = RadiosField(
        label="Do they live there?",
        small=True,
        choices=[
            (How.LEFT, "They lived there, and do not any more"),
            (How.NEVER, "They never lived there"),
        ],
        error_messages={"required": "Choose whether they ever lived there"},
    )
    ended_on = TypedDateField(
        label="Last day there, if they did",
        required=False,
        marks_optional=False,
        prefer="past",
        hint="When nobody knows: the day that we were told",
    )
    field_order = ("how", "ended_on", "told_by", "to", "words", "seen")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said_when = cleaned.get("ended_on") or "ended_on" in self.errors
        if cleaned.get("how") == How.LEFT and not said_when:
            self.add_error("ended_on", "Enter their last day there")
        if cleaned.get("told_by") == NOBODY:
            self.errors.pop("words", None)
        return cleaned


class AcceptMixin(WithWords):
    """What the record is to say, in the fields of the part's own form, and what they are told."""

    what_was_wrong = RadiosField(
        label="What was wrong with it?",
        small=True,
        choices=[
            (How.CHANGED, "Nothing: it was so, and is so no longer"),
            (How.WRONG, "It was never so"),
        ],
        error_messages={"required": "Choose whether it was ever so"},
    )
    started_on = OfficerDateField(
        label="From", required=False, marks_optional=False, no_date=SAME_DAY, prefer="past"
    )
    ended_on = TypedDateField(
        label="Until",
        required=False,
        marks_optional=False,
        hint="Leave it empty while it goes on",
        prefer="past",
    )

    record_fields: list[str]
    """What the fact says: the fields of the left column."""
    tail = ("what_was_wrong", "started_on", "ended_on", "told_by", "to", "words")
    """What stands after what the fact says."""

    def settle(self, *, fact: Fact | None, part: Part) -> None:
        """Ask only what can be answered: of what is new, or of what there is one of, not how."""
        del self.fields["source"]
        if fact is None or part.is_single or part.is_event:
            del self.fields["what_was_wrong"]
        elif part.slug == proposals.ACTIVITIES:
            radios: Any = self.fields["what_was_wrong"]
            radios.choices = [
                (How.CHANGED, "They did it until now, and do something else"),
                (How.SAME, "Nothing: they say what the record says, so confirm it"),
                (How.WRONG, "It was never so"),
            ]
        if part.is_event:
            del self.fields["ended_on"]
        if fact is None or part.is_event:
            self.fields["started_on"] = OfficerDateField(
                label="From", error_messages={"required": "Enter the date it began"}
            )
        self.record_fields = [
            name for name in self.fields if name not in (*self.tail, "version", "seen")
        ]
        self.order_fields([*self.record_fields, *self.tail, "version", "seen"])

    @property
    def became(self) -> How:
        """What became of the fact: chosen, or plain where nothing was asked."""
        if "what_was_wrong" in self.fields:
            return How(self.cleaned_data["what_was_wrong"])
        return How.CHANGED if self.fact is None else How.WRONG  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("what_was_wrong") == How.SAME:
            for name in set(self.errors) & set(self.content_names()) - {"words", "told_by"}:  # type: ignore[attr-defined]
                del self.errors[name]
            return cleaned
        fact: Fact | None = self.fact  # type: ignore[attr-defined]
        asked = "what_was_wrong" in self.fields
        if fact is None or {"started_on", "what_was_wrong"} & set(self.errors):
            return cleaned
        start: date | None = cleaned.get("started_on")
        if self.became is How.CHANGED and start is None:
            self.add_error("started_on", "Enter the day from which it is so")
        later = asked and start and fact.starts_on and start > fact.starts_on
        if self.became is How.WRONG and later and self.model._meta.model_name != "activity":  # type: ignore[attr-defined]
            self.add_error("started_on", f"If it was never so, choose “{SAME_DAY}”")
        return cleaned

    def is_as_asked(self, proposed: dict[str, str]) -> bool:
        """Whether what is saved is just what their words proposed."""
        return bool(proposed) and all(
            str(self.cleaned_data.get(name) or "") == value for name, value in proposed.items()
        )


def accept_form(part: Part) -> type[FactForm]:
    """The form that accepts a correction of one part."""
    return type(f"Accept{part.form.__name__}", (AcceptMixin, part.form), {})


def first_answers(
    *,
    part: Part,
    fact: Fact | None,
    proposed: dict[str, str],
    told_on: date,
) -> dict[str, Any]:
    """What the form says at first: the record, with what their words propose in its place.

    ``told_on`` is the day on which they told us: from then on it is so, unless they said when.
    """
    first: dict[str, Any] = dict(proposed)
    if part.slug == proposals.ADDRESSES and proposed:
        first["ward_code"] = ""  # looked up afresh
    if part.slug == proposals.ACTIVITIES:
        blank = dict.fromkeys(("predicted_end_on", "review_on"), None)
        words = ("code_id", "provider_id", "establishment_name", "course", "course_level")
        first |= {**blank, **dict.fromkeys(words, ""), "verified_on": told_on}
    if part.is_single and fact is not None:
        return {**first, "started_on": None}
    if part.slug in (proposals.NAMES, proposals.PARTICULARS) and fact is not None:
        return {**first, "what_was_wrong": How.WRONG, "started_on": None}
    if part.is_event and fact is not None:
        return {**first, "started_on": fact.starts_on}
    return {**first, "what_was_wrong": How.CHANGED, "started_on": told_on, "ended_on": None}
