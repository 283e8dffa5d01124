"""Questions about letters. Forms check answers and save nothing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from caseload.models import CharacteristicCode
from ccis.authorities.models import Authority
from ccis.govuk.fields import (
    CheckboxesField,
    CheckboxField,
    EmailField,
    HiddenField,
    ModelRadiosField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    TypedDateField,
)
from optout.letters import rules
from optout.letters.choosing import ALL, AT_RISK, CHANGED, NONE, SINCE, Rule
from optout.letters.models import Template


class PlanForm(forms.Form):
    """Whom to write to, with which template, dated when."""

    template = ModelRadiosField(
        label="Which letter?",
        queryset=Template.objects.none(),
        error_messages={"required": "Select a template"},
    )
    neet = CheckboxField(label="Everyone who is NEET", required=False)
    not_known = RadiosField(
        label="And those whose activity is not known",
        choices=[
            (ALL, "All of them"),
            (AT_RISK, "Only those at risk of becoming NEET"),
            (NONE, "None of them"),
        ],
        reveals={AT_RISK: "risk_codes"},
        error_messages={"required": "Select who of those not known"},
    )
    risk_codes = CheckboxesField(
        label="Whose circumstances are",
        hint="Your authority’s indicators. Someone with any of these is at risk",
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
        codes = CharacteristicCode.objects.filter(last_edition="")
        self.fields["risk_codes"].choices = [  # type: ignore[attr-defined]
            (one.code, one.label) for one in codes
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("neet") and cleaned.get("not_known") == NONE:
            self.add_error("neet", "Select whom to write to")
        if cleaned.get("not_known") == AT_RISK and not cleaned.get("risk_codes"):
            self.add_error("risk_codes", "Select at least one circumstance")
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
            written=answers["written"],
            since=since.isoformat() if since else "",
        )


class PostedForm(forms.Form):
    """When the letters went out."""

    on = TypedDateField(
        label="When were they posted?",
        prefer="past",
        error_messages={"required": "Enter the day that they were posted"},
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


class TemplateNameForm(forms.Form):
    """What a new template is called."""

    name = TextField(
        label="What is this letter called?",
        hint="For example, Letter about free local help. Young people do not see it",
        max_length=100,
        error_messages={"required": "Enter a name"},
    )


class VersionForm(forms.Form):
    """All that a version of a template says."""

    language = SelectField(label="Language", choices=list(rules.LANGUAGES.items()))
    purpose = RadiosField(
        label="What is sharing for?",
        choices=list(rules.PURPOSES.items()),
        error_messages={"required": "Select what sharing is for"},
    )
    columns = CheckboxesField(
        label="What does the letter announce that you may share?",
        hint="Nothing else goes to anyone, whatever an agreement allows",
        choices=[
            (name, words[5:].capitalize() if words.startswith("your ") else words.capitalize())
            for name, words in rules.COLUMNS.items()
        ],
        error_messages={"required": "Select at least one"},
    )
    asks_consent = CheckboxField(
        label="It asks for consent: nothing is shared unless they say yes", required=False
    )
    body = TextareaField(
        label="What the letter says",
        hint="An empty line begins a paragraph, # a heading, - an item of a list; ** stands "
        "before and after bold words. The code and the square to scan stand above it by "
        "themselves",
        rows=28,
        error_messages={"required": "Enter what the letter says"},
    )
    sender = TextareaField(
        label="The council’s name and address",
        hint="Stands at the top right, one line each",
        rows=5,
        error_messages={"required": "Enter the council’s name and address"},
    )
    phone = TextField(
        label="Phone number to ring",
        max_length=30,
        error_messages={"required": "Enter a phone number"},
    )
    email = EmailField(
        label="Email address to write to",
        error_messages={"required": "Enter an email address"},
    )
    signed_by = TextField(
        label="Who signs", max_length=100, error_messages={"required": "Enter who signs"}
    )
    team = TextField(
        label="Their team", max_length=100, error_messages={"required": "Enter the team"}
    )
    web_address = TextField(
        label="Web address of the pages for young people",
        hint="Without a path, like https://choices.northgate.example",
        max_length=120,
        error_messages={"required": "Enter the web address"},
    )
    says_wrong = CheckboxField(
        label="It says how to tell us that the record is wrong",
        error_messages={"required": "It must say how to tell us that the record is wrong"},
    )
    why = TextField(
        label="Why this version?",
        hint="Kept with it",
        max_length=200,
        error_messages={"required": "Enter why you are publishing this version"},
    )
    after = HiddenField()

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].replace("\r\n", "\n")
        wrong = rules.problems(body)
        if wrong:
            raise ValidationError(wrong)
        return body

    def clean_sender(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["sender"].splitlines()]
        return "\n".join(line for line in lines if line)

    def clean_web_address(self) -> str:
        typed: str = self.cleaned_data["web_address"].strip().rstrip("/")
        host = typed.removeprefix("https://")
        if not typed.startswith("https://") or not host or set("/?# ") & set(host):
            raise ValidationError("Enter an address that begins with https:// and has no path")
        return typed

    @property
    def said(self) -> dict[str, Any]:
        """What the version says, as its columns."""
        left = ("says_wrong", "after")
        return {name: value for name, value in self.cleaned_data.items() if name not in left}

    @property
    def made_after(self) -> int:
        """The number of the version that it was written from; 0 where it makes no sense."""
        text = self.cleaned_data["after"]
        return int(text) if text.isdecimal() else 0
