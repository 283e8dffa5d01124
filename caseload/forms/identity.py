"""Asking who someone is."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from caseload.forms import choices
from caseload.forms.facts import FactForm
from caseload.models import (
    EthnicityCode,
    GenderCode,
    Identifier,
    IdentifierKind,
    Name,
    Particulars,
)
from ccis.files.values import BadValue, parse_uln, parse_upn
from ccis.govuk.fields import (
    RadiosField,
    TextField,
    TypedDateField,
)

CHECK_RULES: dict[str, Callable[[str], str | None]] = {"upn": parse_upn, "uln": parse_uln}
"""Check-digit rules that a kind of identifier may name (``IdentifierKind.check_rule``)."""


class NameForm(FactForm):
    """A name that someone is or was known by."""

    model = Name
    kind = RadiosField(
        label="What kind of name is it?",
        choices=Name.Kind.choices,
        error_messages={"required": "Select what kind of name it is"},
    )
    given = TextField(label="First name", required=False, max_length=100, spellcheck=False)
    middle = TextField(label="Middle names", required=False, max_length=100, spellcheck=False)
    family = TextField(label="Family name", required=False, max_length=100, spellcheck=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("given") and not cleaned.get("family"):
            self.add_error("given", "Enter a first name or a family name")
        return cleaned


class IdentifierForm(FactForm):
    """A number that names someone elsewhere. The kinds are rows of data (USE-08)."""

    model = Identifier
    kind_id = RadiosField(
        label="What is it?",
        choices=choices.identifier_kinds,
        error_messages={"required": "Select what kind of number it is"},
    )
    value = TextField(
        label="Number",
        max_length=40,
        width="20",
        spellcheck=False,
        error_messages={"required": "Enter the number"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind_id, value = cleaned.get("kind_id"), cleaned.get("value")
        kind = IdentifierKind.objects.filter(code=kind_id).first() if kind_id else None
        if kind is not None and value:
            try:
                cleaned["value"] = read_identifier(kind, value)
            except forms.ValidationError as error:
                self.add_error("value", error)
        return cleaned


class ParticularsForm(FactForm):
    """Date of birth, gender and ethnicity."""

    model = Particulars
    date_of_birth = TypedDateField(
        label="Date of birth",
        required=False,
        prefer="past",
        hint="Day first, for example 27/3/2009 or 27 mar 2009",
    )
    gender_id = choices.CodeField(
        label="Gender", required=False, choices=choices.codes_of(GenderCode, "Not recorded")
    )
    ethnicity_id = choices.CodeField(
        label="Ethnic origin",
        required=False,
        choices=choices.codes_of(EthnicityCode, "Not recorded"),
    )

    def clean_date_of_birth(self) -> date | None:
        return check_birth(self.cleaned_data["date_of_birth"])


def read_identifier(kind: IdentifierKind, text: str) -> str:
    """An identifier as its kind has it: capitals, no spaces, pattern and check digit right."""
    value = "".join(text.split()).upper()
    check = CHECK_RULES.get(kind.check_rule)
    try:
        if check is not None:
            value = check(value) or value
    except BadValue as error:
        raise forms.ValidationError(error.message.rstrip(".")) from error
    if not re.fullmatch(kind.pattern, value):
        raise forms.ValidationError(kind.says_when_wrong)
    return value


def check_birth(born: date | None) -> date | None:
    """A date of birth that is not in the future."""
    if born is not None and born > timezone.localdate():
        raise forms.ValidationError("Date of birth must be in the past")
    return born
