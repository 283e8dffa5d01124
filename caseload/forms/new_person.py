"""Adding a person: who it is, then the least that a record needs (PIA-25)."""

from datetime import date
from typing import Any

from django import forms

from caseload.forms import choices
from caseload.forms.contact import read_contact
from caseload.forms.identity import check_birth
from caseload.models import ContactPoint, EthnicityCode, GenderCode
from ccis.files.values import parse_postcode
from ccis.govuk.fields import ReadField, SelectField, TextField, TypedDateField
from providers.models import Provider


class WhoForm(forms.Form):
    """Name and date of birth, by which we look for whom we have already."""

    given = TextField(
        label="First name",
        max_length=100,
        spellcheck=False,
        error_messages={"required": "Enter their first name"},
    )
    family = TextField(
        label="Family name",
        max_length=100,
        spellcheck=False,
        error_messages={"required": "Enter their family name"},
    )
    date_of_birth = TypedDateField(
        label="Date of birth",
        required=False,
        prefer="past",
        hint="Day first, for example 27/3/2009. Leave it empty only if nobody knows it",
    )

    def clean_date_of_birth(self) -> date | None:
        return check_birth(self.cleaned_data["date_of_birth"])


class MinimumForm(forms.Form):
    """Address, phone, school, gender and ethnic origin."""

    middle = TextField(label="Middle names", required=False, max_length=100, spellcheck=False)
    line_1 = TextField(label="Address line 1", required=False, max_length=100)
    line_2 = TextField(label="Address line 2", required=False, max_length=100)
    town = TextField(label="Town", required=False, max_length=60, width="20")
    postcode = ReadField(
        read=parse_postcode,
        label="Postcode",
        required=False,
        width="10",
        hint="Leave the address empty if they have none",
    )
    phone = TextField(label="Phone number", required=False, max_length=30, width="20")
    school = SelectField(
        label="School or college",
        required=False,
        choices=choices.places("None, or not known", *[
            Provider.Kind.SCHOOL, Provider.Kind.COLLEGE, Provider.Kind.TRAINING
        ]),
    )  # fmt: skip
    gender_id = SelectField(
        label="Gender",
        choices=choices.codes_of(GenderCode, "Choose"),
        error_messages={"required": "Select their gender, or that it is not known"},
    )
    ethnicity_id = SelectField(
        label="Ethnic origin",
        choices=choices.codes_of(EthnicityCode, "Choose"),
        error_messages={"required": "Select their ethnic origin, or that it was not obtained"},
    )

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        return read_contact(ContactPoint.Kind.MOBILE, phone) if phone else ""

    def address(self) -> dict[str, Any]:
        """Fields of an address, or nothing when none was given."""
        return address_in(self.cleaned_data)


def address_in(answers: dict[str, Any]) -> dict[str, Any]:
    """The fields of an address among answers, or nothing when they are all empty."""
    parts = {name: answers.get(name, "") for name in ("line_1", "line_2", "town", "postcode")}
    return parts if any(parts.values()) else {}
