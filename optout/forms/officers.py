"""What officers are asked: choices that someone told them, requests, whom they are about."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from ccis.files.values import parse_postcode
from ccis.govuk.dates import NotADate, read_date
from ccis.govuk.fields import (
    CheckboxesField,
    CheckboxField,
    OfficerDateField,
    RadiosField,
    ReadField,
    TextareaField,
    TextField,
)
from ccis.govuk.lists import FilterForm
from optout.models import Channel, Message, Request, Statement
from providers.models import Provider

ALL, SOME = "all", "some"

PARTS_OF_IDENTITY = {
    "name": "Name",
    "born": "Date of birth",
    "address": "Address",
    "contact": "Mobile number or email that we hold (when in doubt)",
}
"""What is asked before anything is told by phone (PIA-19)."""

ALL_THREE = "all"
THE_THREE = ("name", "born", "address")
"""What must agree before anything is told; one tick says so of all."""

CHANNELS = [
    (value, label) for value, label in Channel.choices if value not in (Channel.WEB, Channel.FILE)
]


class WhichOnes(forms.Form):
    """All organisations, or some: those that we share with, or one of the directory by its name."""

    whom = RadiosField(
        label="Which organisations?",
        small=True,
        inline=True,
        choices=[(ALL, "All of them"), (SOME, "Some of them")],
        initial=ALL,
        required=False,
        marks_optional=False,
    )
    providers = CheckboxesField(
        label="Which of them?", small=True, required=False, marks_optional=False
    )
    named = TextField(
        label="Another organisation",
        hint="Its name or UKPRN, as in the directory of providers",
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, organisations: list[Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["providers"]
        field.choices = [(one.ref, one.name) for one in organisations]  # type: ignore[attr-defined]
        if not organisations:
            del self.fields["providers"]

    def clean_named(self) -> Provider | None:
        text = self.cleaned_data["named"].strip()
        if not text:
            return None
        wanted = {"ukprn": text} if text.isdigit() else {"name__iexact": text}
        found = list(Provider.objects.filter(**wanted)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                "More than one organisation has this name. Give its UKPRN"
                if found
                else "No organisation of the directory has this name or UKPRN"
            )
        return found[0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("whom") == SOME and not self.errors and not self.chosen(cleaned):
            self.add_error("whom", "Choose at least one organisation, or all of them")
        return cleaned

    def chosen(self, cleaned: dict[str, Any]) -> list[str]:
        """References of the organisations that were named."""
        named = cleaned.get("named")
        return [*(cleaned.get("providers") or []), *([named.ref] if named else [])]

    @property
    def providers_named(self) -> list[str] | None:
        """The references, or ``None`` for all."""
        if self.cleaned_data.get("whom") != SOME:
            return None
        return self.chosen(self.cleaned_data)


class ChoiceForm(WhichOnes):
    """What somebody said about sharing someone's details."""

    says = RadiosField(
        label="What was said?",
        small=True,
        choices=Statement.Says.choices,
        error_messages={"required": "Choose what was said"},
    )
    said_by = RadiosField(
        label="Who said it?",
        small=True,
        choices=Statement.SaidBy.choices,
        choice_hints={
            Statement.SaidBy.SCHOOL: "A yes that a school reports does not take back an earlier no",
            Statement.SaidBy.PARENT: "From 16 the young person's own word goes before theirs",
        },
        error_messages={"required": "Choose who said it"},
    )
    lacks_capacity = CheckboxField(
        label="It is recorded that the young person lacks capacity to decide this",
        required=False,
        marks_optional=False,
    )
    channel = RadiosField(
        label="How did we hear?",
        small=True,
        choices=[*CHANNELS, (Channel.FILE, Channel.FILE.label)],
        error_messages={"required": "Choose how we heard"},
    )
    said_on = OfficerDateField(
        label="When was it said?",
        prefer="past",
        error_messages={"required": "Enter the day on which it was said"},
    )
    source = TextField(
        label="Who told us, and what shows it",
        max_length=200,
        required=False,
        hint="For example, their mother, letter of 3 November seen",
    )

    field_order = (
        "says",
        "whom",
        "providers",
        "named",
        "said_by",
        "lacks_capacity",
        "channel",
        "said_on",
        "source",
    )


class TakeOutForm(forms.Form):
    """Why a statement was recorded by mistake."""

    why = TextField(
        label="Why should it not stand on this record?",
        max_length=200,
        error_messages={"required": "Say why it should not stand on this record"},
    )


class TakeRequestForm(WhichOnes):
    """What someone asks by phone, email, post or in person, and who they are."""

    sending = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    channel = RadiosField(
        label="How did they get in touch?",
        small=True,
        initial=Channel.PHONE,
        choices=CHANNELS,
        inline=True,
        error_messages={"required": "Choose how they got in touch"},
    )
    received_on = OfficerDateField(
        label="When?",
        prefer="past",
        error_messages={"required": "Enter the day on which they got in touch"},
    )
    speaker = RadiosField(
        label="Who is asking?",
        small=True,
        inline=True,
        initial=Request.Speaker.OWN,
        choices=Request.Speaker.choices,
        error_messages={"required": "Choose who is asking"},
    )
    speaker_name = TextField(label="Name of whoever asks for them", max_length=200, required=False)
    proof = TextField(
        label="What shows that they may speak for the young person",
        max_length=200,
        required=False,
        hint="For example, named as parent on the record, or a signed letter",
    )
    lacks_capacity = CheckboxField(
        label="It is recorded that the young person lacks capacity to decide this",
        required=False,
        marks_optional=False,
    )
    given = TextField(
        label="Young person's first name",
        max_length=100,
        error_messages={"required": "Enter the young person's first name"},
    )
    family = TextField(label="Young person's family name", max_length=100, required=False)
    date_of_birth = TextField(
        label="Date of birth", width="10", max_length=40, required=False, hint="Any way, day first"
    )
    postcode = ReadField(
        read=parse_postcode, label="Postcode", width="10", max_length=10, required=False
    )
    identity = CheckboxesField(
        label="Which of these did they tell you, and did it agree with the record?",
        small=True,
        choices=[
            (ALL_THREE, "Name, date of birth and address: all three agreed"),
            *PARTS_OF_IDENTITY.items(),
        ],
        required=False,
        marks_optional=False,
        hint=(
            "Let them say it; do not read it out. All three before you tell them anything. To "
            "say no to sharing they need show nothing."
        ),
    )
    kind = RadiosField(
        label="What do they want?",
        small=True,
        choices=Request.Kind.choices,
        error_messages={"required": "Choose what they want"},
    )
    words = TextareaField(
        label="What they said, in their words",
        max_length=2_000,
        rows=3,
        required=False,
        hint="For a correction: what is wrong, and what it should be",
    )
    answer_by = RadiosField(
        label="How do they want to be answered?",
        small=True,
        initial=Request.Answer.PHONE,
        choices=Request.Answer.choices,
        inline=True,
        error_messages={"required": "Choose how they want to be answered"},
    )
    answer_to = TextField(
        label="Number or address, if it is not the one on record", max_length=254, required=False
    )

    field_order = (
        "channel",
        "received_on",
        "speaker",
        "speaker_name",
        "proof",
        "lacks_capacity",
        "given",
        "family",
        "date_of_birth",
        "postcode",
        "identity",
        "kind",
        "whom",
        "providers",
        "named",
        "words",
        "answer_by",
        "answer_to",
    )
    first_half = field_order[:11]
    """What stands in the first column of the page."""

    def clean_date_of_birth(self) -> date | None:
        typed = self.cleaned_data["date_of_birth"]
        if not typed:
            return None
        today = timezone.localdate()
        try:
            born = read_date(typed, today=today, prefer="past")
        except NotADate as error:
            raise forms.ValidationError(
                "Date of birth must be a real date, like 27 3 2009"
            ) from error
        if born >= today:
            raise forms.ValidationError("Date of birth must be in the past")
        return born

    def clean_identity(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["identity"]
        agreed = {*ticked, *(THE_THREE if ALL_THREE in ticked else ())}
        return [part for part in PARTS_OF_IDENTITY if part in agreed]

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("The day must be today or earlier")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        on_behalf = cleaned.get("speaker") not in (None, Request.Speaker.OWN)
        for name, words in (
            ("speaker_name", "Enter the name of whoever asks for them"),
            ("proof", "Say what shows that they may speak for the young person, or “none seen”"),
        ):
            if on_behalf and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, words)
        if cleaned.get("kind") == Request.Kind.CORRECTION and not cleaned.get("words"):
            self.add_error("words", "Enter what is wrong, and what it should be")
        return cleaned

    def said(self) -> dict[str, Any]:
        """What was asked, as a request keeps it."""
        said: dict[str, Any] = {}
        if self.cleaned_data["words"]:
            said["words"] = self.cleaned_data["words"]
        about_sharing = (Request.Kind.OPT_OUT, Request.Kind.SHARE)
        if self.cleaned_data["kind"] in about_sharing and self.providers_named is not None:
            said["providers"] = self.providers_named
        return said


class MatchForm(forms.Form):
    """Whom a request is about: one of those shown, or the reference of another record."""

    ref = TextField(label="Reference of their record", required=False, width="10", max_length=9)


class ToldForm(forms.Form):
    """What someone is told, and how they hear of it."""

    told_by = RadiosField(
        label="How do they hear of it?",
        choices=[(value, label) for value, label in Message.By.choices if value != "screen"],
        error_messages={"required": "Choose how they hear of it"},
    )
    to = TextField(
        label="Number or address, if it is not the one on record", max_length=254, required=False
    )
    words = TextareaField(
        label="What we tell them",
        max_length=4_000,
        rows=8,
        error_messages={"required": "Write what we tell them"},
    )


class AnswerForm(ToldForm):
    """What was done, and how the person hears of it."""

    outcome = RadiosField(
        label="What was done?",
        choices=Request.Outcome.choices,
        error_messages={"required": "Choose what was done"},
    )

    field_order = ("outcome", "told_by", "to", "words")

    def __init__(self, *args: Any, outcomes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]


class RequestFilters(FilterForm):
    """Which requests to show."""

    kind = CheckboxesField(
        label="What they want", choices=Request.Kind.choices, required=False, small=True
    )
    state = CheckboxesField(
        label="State", choices=Request.State.choices, required=False, small=True
    )
