"""What is asked about an incident. Forms check answers and save nothing."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from ccis.access.references import read_reference
from ccis.accounts.models import User
from ccis.calendar.words import LONDON
from ccis.govuk.fields import (
    CheckboxesField,
    ModelSelectField,
    OfficerDateField,
    RadiosField,
    ReferenceField,
    SelectField,
    TextareaField,
    TextField,
    TypedDateField,
)
from providers.models import Provider
from sharing.incidents import rules
from sharing.incidents.actions import Answer, Found
from sharing.incidents.models import Incident, Notice
from sharing.incidents.queries import Sought
from sharing.rules import HEADINGS

CLOCK_TIME = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?$")
NO_NAMES = "Name no young person here"


def read_time(typed: str) -> time | None:
    """A time of day as people type it: 14:30, 2.30pm, 9am. ``None`` for what is none."""
    found = CLOCK_TIME.match(typed.strip().lower())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif found[2] is None:
        return None
    return time(hour, minute) if hour < 24 and minute < 60 else None


def moment(on: date, typed: str) -> datetime:
    """A day and a time typed, as a moment in England. Raises ``ValidationError``."""
    clock = read_time(typed)
    if clock is None:
        raise forms.ValidationError("Enter a time, like 2:30pm")
    return datetime.combine(on, clock, tzinfo=LONDON)


class RecordForm(forms.Form):
    """An incident as it is first known."""

    kind = RadiosField(
        label="What kind of incident is it?",
        small=True,
        choices=Incident.Kind.choices,
        error_messages={"required": "Select what kind of incident it is"},
    )
    title = TextField(
        label="In a few words",
        hint=f"For example: a list sent to the wrong address. {NO_NAMES}",
        max_length=120,
        error_messages={"required": "Say in a few words what it is"},
    )
    organisation = SelectField(
        label="Organisation that it happened at, or that has the data", required=False
    )
    finder = RadiosField(
        label="Who found it?",
        small=True,
        choices=Incident.Finder.choices,
        error_messages={"required": "Select who found it"},
    )
    found_by = TextField(
        label="Their name and position",
        max_length=150,
        error_messages={"required": "Enter the name of whoever found it"},
    )
    aware_on = OfficerDateField(
        label="On which day did we become aware?",
        hint="The 72 hours to tell the regulator run from that moment",
        prefer="past",
        error_messages={"required": "Enter the day on which we became aware"},
    )
    aware_time = TextField(
        label="At what time?",
        hint="For example, 2:30pm",
        width="5",
        max_length=8,
        error_messages={"required": "Enter the time at which we became aware"},
    )
    happened = TextareaField(
        label="What happened?",
        hint=NO_NAMES,
        max_length=4_000,
        rows=4,
        error_messages={"required": "Say what happened"},
    )

    def __init__(self, *args: Any, organisations: Iterable[Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {one.ref: one for one in organisations}
        named = [(ref, one.name) for ref, one in self.organisations.items()]
        self.fields["organisation"].choices = [("", "None"), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("aware_on") and cleaned.get("aware_time"):
            try:
                cleaned["aware_at"] = moment(cleaned["aware_on"], cleaned["aware_time"])
            except forms.ValidationError as error:
                self.add_error("aware_time", error)
        return cleaned

    @property
    def found(self) -> Found:
        """What is known of it."""
        given = self.cleaned_data
        plain = ("kind", "title", "finder", "found_by", "aware_at", "happened")
        return Found(
            **{name: given[name] for name in plain},
            provider=self.organisations.get(given["organisation"]),
        )


class NoteForm(forms.Form):
    """What was found out."""

    words = TextareaField(
        label="What was found out?",
        hint=NO_NAMES,
        max_length=4_000,
        rows=6,
        error_messages={"required": "Write what was found out"},
    )


class SoughtForm(forms.Form):
    """By what the people affected are found."""

    list = ReferenceField(label="List", hint="Its reference, such as 7F3K-Q29M", required=False)
    file = ReferenceField(label="File", hint="The reference of a secure file", required=False)
    provider = SelectField(label="Organisation", required=False)
    since = TypedDateField(label="Live on or after", required=False, prefer="past")
    until = TypedDateField(label="Released on or before", required=False, prefer="past")
    columns = CheckboxesField(
        label="Any of these was shared", choices=[*HEADINGS.items()], required=False, small=True
    )
    people = TextareaField(
        label="Others who are affected",
        hint="References of records, one a line, where no line of the ledger tells of them",
        required=False,
        rows=3,
        max_length=2_000,
    )

    def __init__(self, *args: Any, organisations: Iterable[Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(one.ref, one.name) for one in organisations]
        self.fields["provider"].choices = [("", "Any"), *named]  # type: ignore[attr-defined]

    def clean_people(self) -> tuple[str, ...]:
        typed = [line.strip() for line in self.cleaned_data["people"].splitlines()]
        found = []
        for line in (one for one in typed if one):
            reference = read_reference(line)
            if reference is None:
                raise forms.ValidationError("Enter references of eight letters and digits")
            found.append(reference)
        return tuple(dict.fromkeys(found))

    @property
    def sought(self) -> Sought:
        """By what they are found."""
        given = self.cleaned_data
        return Sought(**given | {"columns": tuple(given["columns"])})


class RiskForm(forms.Form):
    """What the incident may do to somebody."""

    level = RadiosField(
        label="What is the risk to them?",
        hint="To their rights and freedoms: harm, fear, fraud, being found or known",
        choices=list(rules.RISKS.items()),
        error_messages={"required": "Select what the risk is"},
    )
    why = TextField(
        label="Why?", max_length=300, error_messages={"required": "Say why the risk is that"}
    )


class ToldForm(forms.Form):
    """That somebody was told by another way than this service."""

    whom = RadiosField(label="Who was told?", error_messages={"required": "Select who was told"})
    how = RadiosField(
        label="How?",
        choices=[(one.value, one.label) for one in Notice.How if one.value != "service"],
        error_messages={"required": "Select how they were told"},
    )
    told_on = OfficerDateField(
        label="When?", prefer="past", error_messages={"required": "Enter the day"}
    )

    def __init__(self, *args: Any, whom: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whom"].choices = whom  # type: ignore[attr-defined]


YES, NO = "yes", "no"


class DecideForm(forms.Form):
    """Whether the regulator, or the people, are told; the words depend on which."""

    answer = RadiosField(
        label="",
        choices=[(YES, "Yes"), (NO, "No")],
        error_messages={"required": "Select whether they are told"},
        reveals={NO: "ground"},
    )
    ground = RadiosField(label="On what ground not?", required=False, small=True)
    why = TextareaField(
        label="Why is that right?",
        hint="Kept with the decision, also of a no",
        rows=3,
        max_length=4_000,
        error_messages={"required": "Say why that is right"},
    )
    told_on = TypedDateField(
        label="If they were told already: on which day?", required=False, prefer="past"
    )
    told_time = TextField(
        label="At what time?", hint="For example, 2:30pm", required=False, width="5", max_length=8
    )
    told_how = TextField(label="How were they told?", required=False, max_length=200)
    why_late = TextareaField(
        label="Why it took longer than 72 hours, if it did",
        required=False,
        rows=2,
        max_length=1_000,
    )

    def __init__(self, *args: Any, about: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["ground"].choices = list(rules.GROUNDS[about].items())
        if about == rules.REGULATOR:
            fields["answer"].label = "Must the regulator be told?"
            fields["told_how"].help_text = "For example: its form online, and its reference"
        else:
            fields["answer"].label = "Are the people affected told?"
            del self.fields["why_late"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == NO and not cleaned.get("ground"):
            self.add_error("ground", "Select on what ground they are not told")
        if cleaned.get("answer") == YES and cleaned.get("told_on"):
            try:
                cleaned["told_at"] = moment(cleaned["told_on"], cleaned.get("told_time") or "")
            except forms.ValidationError as error:
                self.add_error("told_time", error)
        return cleaned

    @property
    def decided(self) -> Answer:
        """What was decided."""
        given = self.cleaned_data
        return Answer(
            tell=given["answer"] == YES,
            why=given["why"],
            ground=given["ground"],
            told_at=given.get("told_at"),
            told_how=given["told_how"],
            why_late=given.get("why_late", ""),
        )


class ActionForm(forms.Form):
    """What somebody is to do."""

    what = TextField(
        label="What is to be done?",
        hint=NO_NAMES,
        max_length=200,
        error_messages={"required": "Say what is to be done"},
    )
    owner = ModelSelectField(
        queryset=User.objects.none(),
        label="Who does it?",
        to_field_name="ref",
        empty_label="Select somebody",
        error_messages={"required": "Select who does it"},
    )
    due_on = TypedDateField(
        label="By when?",
        hint="For example, 9/12/26",
        prefer="future",
        error_messages={"required": "Enter the day by which it is to be done"},
    )

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError("The day must be today or later")
        return day


class DoneForm(forms.Form):
    """What was done."""

    how = TextField(
        label="What was done?", max_length=200, error_messages={"required": "Say what was done"}
    )


class WhyForm(forms.Form):
    """Why a closed incident is opened again."""

    why = TextareaField(
        label="What was found out since?",
        hint=NO_NAMES,
        max_length=4_000,
        rows=4,
        error_messages={"required": "Say what was found out since"},
    )


class ReportForm(forms.Form):
    """What an organisation says of an incident of its own."""

    marks_optional = False

    kind = RadiosField(
        label="What kind of incident is it?",
        choices=Incident.Kind.choices,
        error_messages={"required": "Select what kind of incident it is"},
    )
    title = TextField(
        label="In a few words",
        hint="Name no young person",
        max_length=120,
        error_messages={"required": "Say in a few words what it is"},
    )
    happened = TextareaField(
        label="What happened, when, and what have you done since?",
        hint="Name no young person. The council asks you for whose details it is",
        max_length=4_000,
        rows=6,
        error_messages={"required": "Say what happened"},
    )
    details = TextareaField(
        label="Which details is it about, and of about how many people?",
        hint="For example: names and phone numbers of one list, 12 people",
        max_length=1_000,
        rows=3,
        error_messages={"required": "Say which details it is about"},
    )
    phone = TextField(
        label="A number on which the council can reach you now",
        max_length=30,
        width="20",
        error_messages={"required": "Enter a phone number"},
    )
