"""Questions about what letters say, and about the list that they point to."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ccis.govuk.fields import (
    CheckboxesField,
    CheckboxField,
    EmailField,
    HiddenField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
)
from optout.letters import rules, texts
from optout.letters.printing import missing
from optout.outbox.rules import KINDS, PROMOTIONAL, SERVICE


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
        choice_hints={rules.ENROLMENT: rules.WHERE_IT_IS_TURNED_ON},
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
    text = TextareaField(
        label="What a text says that goes with the letter",
        hint="Leave it empty to send none. It must say {choices address}, {code} and {phone}",
        rows=4,
        required=False,
        max_length=texts.LONGEST_TEXT,
    )
    email_subject = TextField(
        label="Subject of an email that goes with the letter",
        hint="The email says what the letter says. Leave it empty to send none. It may hold "
        "{council} and {team}, and nothing about the person",
        max_length=150,
        required=False,
    )
    kind = RadiosField(
        label="What are its text and email?",
        choices=list(KINDS.items()),
        choice_hints={
            SERVICE: "About their record, their choices or what they asked",
            PROMOTIONAL: "About courses, events or open days: they go only to those who agreed, "
            "with a way to stop them",
        },
        initial=SERVICE,
        required=False,
        marks_optional=False,
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

    def clean_text(self) -> str:
        text = " ".join(self.cleaned_data["text"].split())
        wrong = texts.problems_of_text(text)
        if wrong:
            raise ValidationError(wrong)
        return text

    def clean_email_subject(self) -> str:
        subject = str(self.cleaned_data["email_subject"]).strip()
        wrong = texts.problems_of_subject(subject)
        if wrong:
            raise ValidationError(wrong)
        return subject

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or SERVICE

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
