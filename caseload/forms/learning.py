"""Asking about schools, needs, the September Guarantee and what comes next."""

from typing import Any

from caseload.forms import choices
from caseload.forms.facts import FactForm
from caseload.models import (
    Characteristic,
    CharacteristicCode,
    DestinationCode,
    Enrolment,
    Guarantee,
    GuaranteeStatusCode,
    IntendedDestination,
    LevelOfNeed,
    LevelOfNeedCode,
    SendProvision,
)
from ccis.govuk.fields import (
    NumberField,
    RadiosField,
    SelectField,
    TextField,
)
from providers.models import Provider


class CharacteristicForm(FactForm):
    """An individual circumstance, such as being in care."""

    model = Characteristic
    code_id = choices.CodeField(
        label="Circumstance",
        choices=choices.codes_of(CharacteristicCode, "Choose a circumstance"),
        error_messages={"required": "Select the circumstance"},
    )


class SendForm(FactForm):
    """Special educational needs."""

    model = SendProvision
    provision = RadiosField(
        label="What support is there?",
        choices=SendProvision.Provision.choices,
        error_messages={"required": "Select what support there is"},
    )
    need = TextField(
        label="Kind of need", required=False, max_length=10, width="10", hint="For example, SEMH"
    )


class LevelOfNeedForm(FactForm):
    """How much support someone needs."""

    model = LevelOfNeed
    code_id = choices.CodeField(
        label="Level of need",
        choices=choices.codes_of(LevelOfNeedCode, "Choose a level"),
        error_messages={"required": "Select the level of need"},
    )


class GuaranteeForm(FactForm):
    """September Guarantee status of Year 11 or Year 12."""

    model = Guarantee
    for_year = RadiosField(
        label="For which year?",
        choices=[("11", "Year 11"), ("12", "Year 12")],
        inline=True,
        error_messages={"required": "Select the year"},
    )
    status_id = choices.CodeField(
        label="Status",
        choices=choices.codes_of(GuaranteeStatusCode, "Choose a status"),
        error_messages={"required": "Select the status"},
    )
    authority_id = SelectField(
        label="Authority that leads on the offer", required=False, choices=choices.authorities()
    )

    def clean_for_year(self) -> int:
        return int(self.cleaned_data["for_year"])


class IntendedDestinationForm(FactForm):
    """What someone in Year 11 means to do next."""

    model = IntendedDestination
    code_id = choices.CodeField(
        label="What do they mean to do next?",
        choices=choices.codes_of(DestinationCode, "Choose a destination"),
        error_messages={"required": "Select what they mean to do next"},
    )


class EnrolmentForm(FactForm):
    """On the roll of a school."""

    model = Enrolment
    provider_id = SelectField(
        label="School",
        required=False,
        choices=choices.places(
            "Not in the list", Provider.Kind.SCHOOL, Provider.Kind.COLLEGE, Provider.Kind.OTHER
        ),
    )
    authority_id = SelectField(
        label="Or the authority it is in",
        required=False,
        choices=choices.authorities(),
        hint="When all that is known is the area",
    )
    year_group = NumberField(
        label="Year group", required=False, min_value=0, max_value=14, width="2"
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        said_where = cleaned.get("provider_id") or cleaned.get("authority_id")
        if not said_where and not getattr(self.fact, "outside_code", ""):
            self.add_error("provider_id", "Select the school, or the authority it is in")
        return cleaned

    def values(self) -> dict[str, Any]:
        values = super().values()
        provider = Provider.objects.filter(pk=values["provider_id"] or 0).first()
        if provider is not None and provider.authority_id is not None:
            values["authority_id"] = provider.authority_id
        return values
