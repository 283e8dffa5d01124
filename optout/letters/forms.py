"""Questions about letters. Forms check answers and save nothing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from caseload.models import CharacteristicCode
from caseload.risk import indicators_in_words
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.govuk.fields import (
    CheckboxesField,
    CheckboxField,
    ModelRadiosField,
    RadiosField,
    TextareaField,
    TextField,
    TypedDateField,
)
from optout.letters import texts
from optout.letters.choosing import ALL, AT_RISK, CHANGED, NONE, SINCE, Rule
from optout.letters.models import Template

MOST_LINES = 500
"""Letters that may be recorded as returned at once."""


BY_POST = "post"
"""The answer that no text or email goes with the letters."""


class PlanForm(forms.Form):
    """Whom to write to, with which template, dated when."""

    template = ModelRadiosField(
        label="Which letter?",
        queryset=Template.objects.none(),
        error_messages={"required": "Select a template"},
    )
    neet = CheckboxField(label="Everyone who is NEET", required=False)
    learning = CheckboxField(
        label="Everyone in learning",
        hint="For a letter about telling a school or college who enrols there",
        required=False,
    )
    not_known = RadiosField(
        label="And those whose activity is not known",
        choices=[
            (ALL, "All of them"),
            (AT_RISK, "Only those at risk by your authority’s indicators"),
            (NONE, "None of them"),
        ],
        reveals={AT_RISK: "risk_codes"},
        error_messages={"required": "Select who of those not known"},
    )
    risk_codes = CheckboxesField(
        label="Those with any of these circumstances as well",
        required=False,
        small=True,
    )
    written = RadiosField(
        label="Who was written to before",
        choices=[
            (SINCE, "Leave out who was written to since a day"),
            (CHANGED, "Only those written to before, whose letter says less than this one"),
        ],
        choice_hints={
            CHANGED: "When the list, what is shared or the purpose has changed since. Until they "
            "are written to again, nothing new is shared"
        },
        reveals={SINCE: "since"},
        error_messages={"required": "Select who of those written to before"},
    )
    since = TypedDateField(label="Written to since", required=False, prefer="past")
    also_by = RadiosField(
        label="How does it go out?",
        hint="A text or email goes with the letter once it is posted. It never takes its place: "
        "only the posted letter gives notice",
        choices=[(way or BY_POST, words) for way, words in texts.ALSO_BY.items()],
        initial=BY_POST,
        required=False,
        marks_optional=False,
    )
    dated_on = TypedDateField(
        label="The date on the letters",
        prefer="future",
        error_messages={"required": "Enter the date that stands on the letters"},
    )

    marks_optional = False

    def __init__(self, *args: Any, authority: Authority, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        templates = Template.objects.filter(authority=authority, versions__isnull=False)
        self.fields["template"].queryset = templates.distinct()  # type: ignore[attr-defined]
        policy = policy_of(authority)
        if not policy.enrolment_sharing:
            del self.fields["learning"]
        hints = self.fields["not_known"].drawing.choice_hints  # type: ignore[attr-defined]
        hints[AT_RISK] = indicators_in_words(policy)
        codes = CharacteristicCode.objects.filter(last_edition="")
        self.fields["risk_codes"].choices = [  # type: ignore[attr-defined]
            (one.code, one.label) for one in codes
        ]

    def clean_also_by(self) -> str:
        way: str = self.cleaned_data["also_by"]
        return texts.POST if way == BY_POST else way

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        anyone = cleaned.get("neet") or cleaned.get("learning")
        if not anyone and cleaned.get("not_known") == NONE:
            self.add_error("neet", "Select whom to write to")
        if (
            cleaned.get("written") == SINCE
            and not cleaned.get("since")
            and "since" not in self.errors
        ):
            self.add_error("since", "Enter the day from which on nobody is written to again")
        return cleaned

    @property
    def rule(self) -> Rule:
        """The answers as a rule, from a form that is valid."""
        answers = self.cleaned_data
        at_risk = answers["not_known"] == AT_RISK
        since = answers["since"] if answers["written"] == SINCE else None
        return Rule(
            neet=answers["neet"],
            not_known=answers["not_known"],
            risk_codes=tuple(answers["risk_codes"]) if at_risk else (),
            learning=answers.get("learning", False),
            written=answers["written"],
            since=since.isoformat() if since else "",
        )


class PostedForm(forms.Form):
    """When the letters went out, and whether those that may not be sent any more stayed here."""

    taken_out = RadiosField(
        label="Did you take these letters out?",
        choices=[("yes", "Yes, they stayed here"), ("no", "No, they went out with the others")],
        error_messages={"required": "Select whether you took these letters out"},
    )
    on = TypedDateField(
        label="When were they posted?",
        prefer="past",
        error_messages={"required": "Enter the day that they were posted"},
    )

    def __init__(self, *args: Any, asks_taken_out: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_taken_out:
            del self.fields["taken_out"]

    @property
    def stayed_here(self) -> bool | None:
        """Whether letters were taken out; ``None`` where that was not asked."""
        said = self.cleaned_data.get("taken_out")
        return None if said is None else said == "yes"


class DownloadForm(forms.Form):
    """Why someone needs a file that says where people live (USE-07)."""

    reason = TextField(
        label="Why do you need the file?",
        hint="Kept in the trail with its hash. For example, to print and post",
        max_length=200,
        error_messages={"required": "Enter why you need the file"},
    )


class ReturnedForm(forms.Form):
    """When a letter came back, and what stood on it."""

    on = TypedDateField(
        label="When did it come back?",
        prefer="past",
        error_messages={"required": "Enter the day that it came back"},
    )
    why = TextField(
        label="What does it say?",
        hint="For example, gone away, or not known at this address",
        max_length=200,
        required=False,
    )


class ManyReturnedForm(ReturnedForm):
    """Letters that came back together, each by what shows in its window or by its code."""

    letters = TextareaField(
        label="Which letters came back?",
        hint="One on each line, typed or scanned: the reference under the address, such as "
        "7F3K-Q29M, or the code of an opened letter",
        rows=10,
        error_messages={"required": "Enter the letters that came back, one on each line"},
    )

    field_order = ("letters", "on", "why")

    def clean_letters(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["letters"].splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > MOST_LINES:
            raise ValidationError(f"Enter at most {MOST_LINES} letters at once")
        return lines
