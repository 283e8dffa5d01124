"""Asking what someone chose about their information, and what they were told of it."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from caseload.forms.facts import FactForm
from caseload.models import (
    Consent,
    ConsentAttempt,
    ConsentOverride,
    DoNotSurvey,
    How,
    NoticeGiven,
    Section72,
    Speaker,
    YoungPerson,
)
from ccis.accounts.models import User
from ccis.govuk.fields import OfficerDateField, RadiosField, SelectField, TextareaField, TextField

WHO_SAID = {"required": "Select who said so"}
NOT_SAID = [("", "Not recorded")]


class ChoiceForm(FactForm):
    """What was said on a day, which is today or earlier."""

    def clean_started_on(self) -> date | None:
        day: date | None = self.cleaned_data["started_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError("The day must be today or earlier")
        return day


class EventForm(ChoiceForm):
    """What was done on one day."""

    started_on = OfficerDateField(label="When", error_messages={"required": "Enter the day"})
    ended_on = None  # type: ignore[assignment]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["ended_on"] = cleaned.get("started_on")
        return cleaned


class Section72Form(FactForm):
    """An instruction that institutions give us nothing but who someone is (LAW-07)."""

    model = Section72
    given_by = RadiosField(
        label="Who gave it?",
        choices=Section72.GivenBy.choices,
        hint="A parent until they are 16; from then on it is theirs to give, and asked afresh",
        error_messages={"required": "Select who gave it"},
    )


class DoNotSurveyForm(ChoiceForm):
    """That someone does not want to be surveyed (PIA-08)."""

    model = DoNotSurvey
    said_by = RadiosField(
        label="Who said so?",
        choices=Speaker.choices,
        initial=Speaker.OWN,
        error_messages=WHO_SAID,
    )
    how = SelectField(label="How did we hear?", required=False, choices=[*NOT_SAID, *How.choices])


class ConsentForm(ChoiceForm):
    """Whether someone lets us contact them (PIA-08)."""

    model = Consent
    answer = RadiosField(
        label="What did they say about being contacted?",
        choices=Consent.Answer.choices,
        choice_hints={
            Consent.Answer.GIVEN: "We may write, ring and visit",
            Consent.Answer.REFUSED: "They were asked, and said no",
            Consent.Answer.WITHDRAWN: (
                "They said yes before, and take it back. It counts as an opt-out from sharing too"
            ),
        },
        error_messages={"required": "Select what they said"},
    )
    said_by = RadiosField(
        label="Who said so?",
        choices=Speaker.choices,
        initial=Speaker.OWN,
        error_messages=WHO_SAID,
    )
    how = SelectField(label="How did we hear?", required=False, choices=[*NOT_SAID, *How.choices])


class AttemptForm(EventForm):
    """That someone was asked for consent, and what came of it (LC-16)."""

    model = ConsentAttempt
    about = RadiosField(
        label="What were they asked about?",
        choices=ConsentAttempt.About.choices,
        error_messages={"required": "Select what they were asked about"},
    )
    how = SelectField(
        label="How were they asked?",
        choices=[("", "Select how"), *How.choices],
        error_messages={"required": "Select how they were asked"},
    )
    outcome = RadiosField(
        label="What came of it?",
        choices=ConsentAttempt.Outcome.choices,
        hint="An answer is recorded as their choice at once",
        error_messages={"required": "Select what came of it"},
    )
    said_by = SelectField(
        label="Who answered?", required=False, choices=[("", "Nobody"), *Speaker.choices]
    )
    asked_by = TextField(
        label="Who asked?", max_length=100, error_messages={"required": "Enter who asked"}
    )

    @classmethod
    def first_answers(cls, person: YoungPerson, *, on: date, by: User) -> dict[str, Any]:
        return {**super().first_answers(person, on=on, by=by), "asked_by": by.name}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        answered = cleaned.get("outcome") in ("given", "refused")
        if answered and not cleaned.get("said_by"):
            self.add_error("said_by", "Select who answered")
        if cleaned.get("outcome") == ConsentAttempt.Outcome.NOT_REACHED:
            cleaned["said_by"] = ""
        return cleaned


class NoticeForm(EventForm):
    """That someone was told how their information is used (PIA-12)."""

    model = NoticeGiven
    notice = TextField(
        label="Which notice, and which version?",
        max_length=150,
        hint="For example, Privacy notice for young people, version 3",
        error_messages={"required": "Enter which notice, and its version"},
    )
    how = SelectField(
        label="How were they told?",
        choices=[("", "Select how"), *How.choices],
        error_messages={"required": "Select how they were told"},
    )
    given_to = RadiosField(
        label="Who was told?",
        choices=Speaker.choices,
        initial=Speaker.OWN,
        error_messages={"required": "Select who was told"},
    )

    @classmethod
    def first_answers(cls, person: YoungPerson, *, on: date, by: User) -> dict[str, Any]:
        """With the notice that the authority gave last."""
        given = NoticeGiven.objects.believed().filter(recorded__authority=person.lead_authority)
        last = given.order_by("-pk").values_list("notice", flat=True).first()
        return {**super().first_answers(person, on=on, by=by), "notice": last or ""}


class OverrideForm(ChoiceForm):
    """That a refusal of consent is set aside by law (LA-07)."""

    model = ConsentOverride
    ground = RadiosField(
        label="On which ground?",
        choices=ConsentOverride.Ground.choices,
        error_messages={"required": "Select the ground"},
    )
    law = TextField(
        label="Which law?",
        max_length=200,
        hint="For example, Education and Skills Act 2008, section 77",
        error_messages={"required": "Enter the law, with its section"},
    )
    reason = TextareaField(
        label="Why is it needed?",
        max_length=500,
        rows=3,
        error_messages={"required": "Enter why it is needed"},
    )
    decided_by = TextField(
        label="Who decided?",
        max_length=100,
        hint="Name and post",
        error_messages={"required": "Enter who decided"},
    )
