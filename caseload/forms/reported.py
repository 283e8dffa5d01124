"""Forms for what a school reports: attendance, and signs that someone may become NEET."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from caseload.forms import choices
from caseload.forms.facts import FactForm
from caseload.models import Attendance, Fact, RiskIndicators
from ccis.govuk.fields import (
    NumberField,
    RadiosField,
    SelectField,
    TextField,
    TypedDateField,
)
from providers.models import Provider

MOST = 999
NOT_TOLD = "not-told"
YES_OR_NO = [("yes", "Yes"), ("no", "No"), (NOT_TOLD, "Not told")]
FLAGS = {"yes": True, "no": False, NOT_TOLD: None}
WORDS = {value: word for word, value in FLAGS.items()}


def sessions(label: str, **more: Any) -> NumberField:
    """How many sessions."""
    return NumberField(
        label=label,
        min_value=0,
        max_value=MOST,
        width="3",
        error_messages={"required": f"Enter {label[0].lower()}{label[1:]}, or 0"},
        **more,
    )


class AttendanceForm(FactForm):
    """Sessions at one school in some days."""

    model = Attendance
    provider_id = SelectField(
        label="School",
        choices=choices.places(
            "Choose a school", Provider.Kind.SCHOOL, Provider.Kind.COLLEGE, Provider.Kind.OTHER
        ),
        error_messages={"required": "Select the school"},
    )
    possible = sessions("Sessions possible")
    attended = sessions("Sessions attended")
    authorised = sessions("Authorised absence")
    unauthorised = sessions("Unauthorised absence")
    suspended = sessions("Of the authorised, suspended or excluded", initial=0)
    ended_on = TypedDateField(
        label="Until",
        prefer="past",
        hint="The last day of these sessions",
        error_messages={"required": "Enter the last day of these sessions"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        told = sum(cleaned.get(name) or 0 for name in ("attended", "authorised", "unauthorised"))
        possible = cleaned.get("possible")
        if possible is not None and told > possible:
            self.add_error("possible", "More sessions are told than were possible")
        suspended, authorised = cleaned.get("suspended"), cleaned.get("authorised")
        if suspended is not None and authorised is not None and suspended > authorised:
            self.add_error("suspended", "Enter no more than the authorised absence")
        return cleaned

    def values(self) -> dict[str, Any]:
        said = super().values()
        told = said["attended"] + said["authorised"] + said["unauthorised"]
        return {**said, "unclear": said["possible"] - told}


def flag(label: str) -> RadiosField:
    """Whether something is so, is not, or was not told."""
    return RadiosField(label=label, choices=YES_OR_NO, initial=NOT_TOLD, inline=True)


class RiskIndicatorsForm(FactForm):
    """Signs that someone may become NEET, as their school told them."""

    model = RiskIndicators
    judgement = RadiosField(
        label="How does the school judge the risk?",
        choices=[*RiskIndicators.Judgement.choices, (NOT_TOLD, "Not told")],
        initial=NOT_TOLD,
    )
    judged_because = SelectField(
        label="Why does the school judge so?",
        choices=[("", "Not told"), *RiskIndicators.Because.choices],
        required=False,
    )
    attendance_percent = TextField(
        label="Attendance, per cent", required=False, width="4", hint="For example, 84.5"
    )
    exclusions = NumberField(
        label="How often suspended or excluded?",
        required=False,
        min_value=0,
        max_value=99,
        width="2",
    )
    alternative_provision = flag("Do they learn in alternative provision?")
    english_additional = flag("Is English an additional language?")
    ehc_plan = flag("Do they have an EHC plan?")
    sen_support = flag("Do they have SEN support?")
    looked_after = flag("Are they looked after?")
    pregnant_or_parent = flag("Are they pregnant or a parent?")
    free_meals = flag("Do they have free school meals?")
    carer = flag("Are they a young carer?")
    youth_justice = flag("Are they known to youth justice?")
    comment = TextField(label="Comment", required=False, max_length=300)
    confirmed_by = TextField(label="Who at the school confirms it?", max_length=100)

    def said(self, fact: Fact) -> dict[str, Any]:
        said = super().said(fact)
        flags = {name: WORDS[said[name]] for name in self.flags()}
        return {**said, **flags, "judgement": said["judgement"] or NOT_TOLD}

    @classmethod
    def flags(cls) -> list[str]:
        """Names of the fields that ask whether something is so."""
        return [
            name
            for name, field in cls.base_fields.items()
            if isinstance(field, RadiosField) and name != "judgement"
        ]

    def stored(self, name: str, value: Any) -> Any:
        if name in self.flags():
            return FLAGS[value]
        return "" if value == NOT_TOLD else super().stored(name, value)

    def clean_attendance_percent(self) -> Decimal | None:
        text = self.cleaned_data["attendance_percent"].removesuffix("%").strip()
        if not text:
            return None
        try:
            share = Decimal(text)
        except InvalidOperation:
            share = Decimal(-1)
        if not 0 <= share <= 100:
            raise forms.ValidationError("Enter a percentage from 0 to 100, such as 84.5")
        return share.quantize(Decimal("0.1"))
