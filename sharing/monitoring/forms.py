"""What is asked about service levels, retention, plans and the toolkit. Forms save nothing."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from caseload.dropouts.queries import sources_of
from caseload.intake.source_models import Source
from ccis.authorities.models import Authority, SubRegion
from ccis.govuk.fields import (
    EmailField,
    FileField,
    HiddenField,
    NumberField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    TypedDateField,
)
from sharing.agreements.forms.agreeing import provider_named
from sharing.monitoring.actions.levels import SIDES, THEM
from sharing.monitoring.actions.registers import Given
from sharing.monitoring.errors import CannotDo
from sharing.monitoring.models import WithoutAgreement
from sharing.monitoring.reading import figure_of
from sharing.monitoring.rules import MEASURES, read_year

PROVIDER, AUTHORITY, UNIT = "provider", "authority", "unit"


def _days(label: str, hint: str = "", most: int = 60) -> NumberField:
    return NumberField(
        label=label,
        hint=hint,
        width="3",
        min_value=1,
        max_value=most,
        error_messages={
            "required": "Enter a number of days",
            "invalid": "Enter a whole number",
            "min_value": "Enter 1 or more",
            "max_value": f"Enter {most} or less",
        },
    )


def _text(label: str, required: str, hint: str = "", length: int = 100) -> TextField:
    return TextField(
        label=label, hint=hint, max_length=length, error_messages={"required": required}
    )


class ServiceLevelForm(forms.Form):
    """What a service level agreement says, and with whom it is (LDOR-07)."""

    side = RadiosField(
        label="With whom is it?",
        choices=[
            (PROVIDER, "A provider"),
            (AUTHORITY, "Another authority, for providers that are based there"),
            (UNIT, "A sub-regional unit, for providers in its area"),
        ],
        reveals={PROVIDER: "provider", AUTHORITY: "authority", UNIT: "unit"},
        error_messages={"required": "Select with whom it is"},
    )
    provider = TextField(
        label="Which provider?",
        hint="Its name as in the directory of providers, or its UKPRN, URN or DfE number",
        max_length=200,
        required=False,
    )
    authority = SelectField(label="Which authority?", choices=(), required=False)
    unit = SelectField(label="Which unit?", choices=(), required=False)
    due_day = _days(
        "By which day of the month after is a return due?",
        "For example 7. It stands before the day that the page of a source says",
        31,
    )
    their_days = _days("In how many working days do they answer a question of ours?")
    our_days = _days("In how many working days do we say what came of a notification?")
    they_name = _text(
        "Whom of theirs do we turn to when a return does not come?",
        "Enter whom of theirs we turn to",
    )
    they_job = _text("Their position", "Enter their position")
    they_email = EmailField(
        label="Their work email", error_messages={"required": "Enter their work email"}
    )
    we_name = _text("Whom of ours do they challenge?", "Enter whom of ours they challenge")
    we_job = _text("The position of ours", "Enter the position of ours")
    we_email = EmailField(
        label="The work email of ours", error_messages={"required": "Enter the work email of ours"}
    )
    how = TextareaField(
        label="How is a challenge settled?",
        hint="In steps, with days",
        rows=3,
        max_length=600,
        required=False,
    )
    starts_on = TypedDateField(
        label="When does it begin?", error_messages={"required": "Enter when it begins"}
    )
    review_on = TypedDateField(
        label="When is it reviewed?",
        prefer="future",
        error_messages={"required": "Enter when it is reviewed"},
    )

    marks_optional = False

    def __init__(self, *args: Any, mine: Authority, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Authority.objects.open_on(on).exclude(pk=mine.pk).order_by("name")
        self.authorities = {one.code: one for one in others}
        self.units = {one.ref: one for one in SubRegion.objects.all()}
        choose = ("", "Choose one")
        for name, choices in (
            ("authority", [(code, one.title) for code, one in self.authorities.items()]),
            ("unit", [(ref, one.name) for ref, one in self.units.items()]),
        ):
            self.fields[name].choices = [choose, *choices]  # type: ignore[attr-defined]

    def clean_provider(self) -> Any:
        named = self.cleaned_data["provider"]
        if self.cleaned_data.get("side") != PROVIDER:
            return None
        if not named:
            raise ValidationError("Enter which provider it is with")
        return provider_named(named)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        side = cleaned.get("side")
        for name, words in ((AUTHORITY, "authority"), (UNIT, "unit")):
            if side == name and not cleaned.get(name):
                self.add_error(name, f"Select which {words} it is with")
        starts, review = cleaned.get("starts_on"), cleaned.get("review_on")
        if starts and review and review <= starts:
            self.add_error("review_on", "The review must be after it begins")
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        """The answers as the agreement keeps them, from a form that is valid."""
        said = dict(self.cleaned_data)
        side, provider = said.pop("side"), said.pop("provider")
        authority, unit = said.pop("authority"), said.pop("unit")
        return said | {
            "provider": provider,
            "other_authority": self.authorities[authority] if side == AUTHORITY else None,
            "unit": self.units[unit] if side == UNIT else None,
        }


class SignForm(forms.Form):
    """Who signed for one side, and when."""

    side = RadiosField(
        label="Who signed?",
        choices=list(SIDES.items()),
        initial=THEM,
        inline=True,
        error_messages={"required": "Select who signed"},
    )
    signatory = _text("Name and position of who signed", "Enter who signed", length=150)
    signed_on = TypedDateField(
        label="When?", prefer="past", error_messages={"required": "Enter when they signed"}
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if day > self.today:
            raise ValidationError("The day that they signed must be today or earlier")
        return day


class ReviewForm(forms.Form):
    """That an agreement was reviewed and goes on."""

    reviewed_on = TypedDateField(
        label="When was it reviewed?",
        prefer="past",
        error_messages={"required": "Enter when it was reviewed"},
    )
    review_on = TypedDateField(
        label="When is it reviewed next?",
        prefer="future",
        error_messages={"required": "Enter when it is reviewed next"},
    )


class EndForm(forms.Form):
    """The last day of an agreement, and why it ends."""

    ended_on = TypedDateField(
        label="What is its last day?",
        hint="From the day after nobody is escalated to by it",
        error_messages={"required": "Enter its last day"},
    )
    why = _text("Why does it end?", "Enter why it ends", length=300)


class BaselineForm(forms.Form):
    """One figure of a provider's retention data."""

    source = SelectField(
        label="Which provider?",
        hint="One that is among your sources of drop-outs",
        choices=(),
        error_messages={"required": "Select a provider"},
    )
    year = _text("Which academic year?", "Enter an academic year", "For example, 2026/27", 12)
    measure = RadiosField(
        label="What does the figure say?",
        choices=list(MEASURES.items()),
        error_messages={"required": "Select what the figure says"},
    )
    figure = TextField(
        label="Figure",
        width="10",
        max_length=12,
        inputmode="decimal",
        error_messages={"required": "Enter the figure"},
    )
    origin = _text(
        "Where is it from?",
        "Enter where it is from",
        "For example, the college’s own retention report of July 2026",
        200,
    )

    def __init__(self, *args: Any, mine: Authority, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources: dict[str, Source] = {one.ref: one for one in sources_of(mine)}
        choices = [(ref, one.title) for ref, one in self.sources.items()]
        self.fields["source"].choices = [("", "Choose one"), *choices]  # type: ignore[attr-defined]

    def clean_year(self) -> int:
        year = read_year(self.cleaned_data["year"])
        if year is None:
            raise ValidationError("Academic year must be like 2026/27")
        return year

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("figure") and cleaned.get("measure"):
            try:
                cleaned["figure"] = figure_of(cleaned["figure"], cleaned["measure"])
            except CannotDo as error:
                self.add_error("figure", error.message)
        return cleaned

    @property
    def given(self) -> Given:
        """The figure, from a form that is valid."""
        said = self.cleaned_data
        source = self.sources[said["source"]]
        return Given(source, said["year"], said["measure"], said["figure"], said["origin"])


class LoadForm(forms.Form):
    """A file of such figures."""

    file = FileField(
        label="The file",
        hint="A CSV or an Excel workbook (.xlsx) with the columns below",
        accept=".csv,.xlsx",
        error_messages={"required": "Choose a file"},
    )


class PlanForm(forms.Form):
    """What is known and planned about a provider without an agreement (LDOR-07)."""

    standing = RadiosField(
        label="Is there a data sharing agreement with them?",
        choices=WithoutAgreement.Standing.choices,
        error_messages={"required": "Select what is known"},
    )
    words = TextareaField(
        label="What is planned?",
        hint="Or, where none is needed, why not",
        rows=4,
        max_length=600,
        error_messages={"required": "Enter what is planned, or why none is needed"},
    )
    owner = TextField(label="Who does it?", max_length=150, required=False)
    due_on = TypedDateField(label="By when?", prefer="future", required=False)

    marks_optional = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        standing = cleaned.get("standing")
        if standing and standing != WithoutAgreement.Standing.NOT_NEEDED:
            if not cleaned.get("owner"):
                self.add_error("owner", "Enter who does it")
            if not cleaned.get("due_on") and "due_on" not in self.errors:
                self.add_error("due_on", "Enter by when")
        return cleaned


class ToolkitForm(forms.Form):
    """What a council adds to the toolkit of its providers (LDOR-08)."""

    words = TextareaField(
        label="Why do you ask, in your own words?",
        hint="Stands under what every council says. An empty line begins a paragraph",
        rows=5,
        max_length=3000,
        required=False,
    )
    instructions = TextareaField(
        label="What do your providers need to know besides?",
        hint="For example, what you do with someone who is at risk of leaving. An empty line "
        "begins a paragraph, - an item of a list",
        rows=8,
        max_length=6000,
        required=False,
    )
    contact = _text("Whom should they ask?", "Enter whom they should ask", "A name or a team", 150)
    phone = TextField(label="Phone number", max_length=30, required=False)
    email = EmailField(label="Email address", error_messages={"required": "Enter an email address"})
    why = _text("Why do you change it?", "Enter why", "Kept with the version", 200)
    after = HiddenField()
