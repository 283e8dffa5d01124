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
from optout.letters.printing import missing
from providers.models import Provider
from providers.queries import found_by

MOST_LINES = 500
"""Letters that may be recorded as returned at once."""


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
        hints = self.fields["not_known"].drawing.choice_hints  # type: ignore[attr-defined]
        hints[AT_RISK] = indicators_in_words(policy)
        codes = CharacteristicCode.objects.filter(last_edition="")
        self.fields["risk_codes"].choices = [  # type: ignore[attr-defined]
            (one.code, one.label) for one in codes
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("neet") and cleaned.get("not_known") == NONE:
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


class TemplateNameForm(forms.Form):
    """What a new template is called."""

    name = TextField(
        label="What is this letter called?",
        hint="For example, Letter about free local help. Young people do not see it",
        max_length=100,
        error_messages={"required": "Enter a name"},
    )


IN_ITS_LANGUAGE = {
    "columns_said": "Enter what you may share in the letter’s language",
    "code_said": "Enter “Your code:” in the letter’s language",
}
"""What a letter in another language than English must say in it."""


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
    columns_said = TextField(
        label="The same in the letter’s language",
        hint="Only for a letter that is not in English. It takes the place of {columns}",
        max_length=300,
        required=False,
    )
    code_said = TextField(
        label="“Your code:” in the letter’s language",
        hint="Only for a letter that is not in English. It stands before the code",
        max_length=60,
        required=False,
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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, words in IN_ITS_LANGUAGE.items():
            if cleaned.get("language") == "en":
                cleaned[name] = ""
            elif not cleaned.get(name) and name not in self.errors:
                self.add_error(name, words)
        for name in ("body", "columns_said", "code_said", "sender", "signed_by", "team"):
            lacks = missing(cleaned.get(name) or "")
            if lacks:
                self.add_error(name, f"We cannot print these characters: {' '.join(lacks)}")
        return cleaned

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


class ListForm(forms.Form):
    """The organisations of a new version of the list."""

    providers = TextareaField(
        label="Which organisations are on the list?",
        hint="One on each line: its name as in the directory, or its UKPRN, URN or DfE number",
        rows=12,
        required=False,
    )
    why = TextField(
        label="What changed?",
        hint="Kept with the new version",
        max_length=200,
        error_messages={"required": "Enter what changed"},
    )
    after = HiddenField()

    def clean_providers(self) -> list[Provider]:
        found, wrong = {}, []
        for number, raw in enumerate(self.cleaned_data["providers"].splitlines(), start=1):
            line = " ".join(raw.split())
            if not line:
                continue
            providers = _called(line)
            if len(providers) == 1:
                found[providers[0].pk] = providers[0]
            elif providers:
                wrong.append(f"Line {number}: several are called “{line}”. Give the UKPRN instead")
            else:
                wrong.append(f"Line {number}: “{line}” is not in the directory")
        if wrong:
            raise ValidationError(wrong)
        return list(found.values())

    @property
    def made_after(self) -> int:
        """The version that it was made from; 0 where it makes no sense."""
        text = self.cleaned_data["after"]
        return int(text) if text.isdecimal() else 0


def _called(line: str) -> list[Provider]:
    open_ones = Provider.objects.filter(closed_on=None)
    named = list(open_ones.filter(name__iexact=line)[:2])
    return named or (
        list(found_by(line, open_ones)[:2]) if line.replace("/", "").isdecimal() else []
    )
