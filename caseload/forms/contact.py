"""Asking where someone is, how to reach them, and how they want to be written to."""

from typing import Any

from django import forms
from django.db.models import Q

from caseload.forms.facts import FactForm
from caseload.models import Address, ContactNeed, ContactPoint
from caseload.terms import read_phone
from ccis.authorities.models import Ward
from ccis.files.values import parse_postcode
from ccis.govuk.fields import (
    CheckboxField,
    RadiosField,
    ReadField,
    SelectField,
    TextField,
    TypedDateField,
)


class AddressForm(FactForm):
    """Where someone lives or is written to."""

    model = Address
    kind = RadiosField(
        label="What is it for?",
        choices=Address.Kind.choices,
        initial=Address.Kind.HOME,
        error_messages={"required": "Select what the address is for"},
    )
    line_1 = TextField(label="Address line 1", required=False, max_length=100)
    line_2 = TextField(label="Address line 2", required=False, max_length=100)
    line_3 = TextField(label="Address line 3", required=False, max_length=100)
    town = TextField(label="Town", required=False, max_length=60, width="20")
    county = TextField(label="County", required=False, max_length=60, width="20")
    postcode = ReadField(
        read=parse_postcode,
        label="Postcode",
        required=False,
        width="10",
        hint="Leave it empty if they have no fixed address",
    )
    ward_code = TextField(
        label="Ward",
        required=False,
        max_length=100,
        width="20",
        hint="Its name or code. Left empty: the one in which the address lies",
    )

    def clean_ward_code(self) -> str:
        said = str(self.cleaned_data["ward_code"]).strip()
        if not said or (self.fact is not None and said == getattr(self.fact, "ward_code", "")):
            return said
        found = Ward.objects.filter(Q(code=said.upper()) | Q(name__iexact=said))
        codes = list(found.values_list("code", flat=True)[:2])
        if len(codes) > 1:
            raise forms.ValidationError("Several wards have this name. Enter its code")
        if not codes:
            raise forms.ValidationError("Enter the name or the code of a ward")
        return str(codes[0])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        parts = ("line_1", "line_2", "line_3", "town", "county", "postcode")
        if not any(cleaned.get(part) for part in parts) and not self.errors:
            self.add_error("line_1", "Enter the address")
        return cleaned


class ContactPointForm(FactForm):
    """A phone number or email address."""

    model = ContactPoint
    kind = RadiosField(
        label="What is it?",
        choices=ContactPoint.Kind.choices,
        error_messages={"required": "Select what it is"},
    )
    value = TextField(
        label="Number or address",
        max_length=254,
        width="two-thirds",
        error_messages={"required": "Enter the phone number or email address"},
    )
    whose = RadiosField(
        label="Whose is it?",
        choices=ContactPoint.Whose.choices,
        initial=ContactPoint.Whose.OWN,
        error_messages={"required": "Select whose it is"},
    )
    note = TextField(label="Note", required=False, max_length=100, hint="Whom to ask for, or when")
    undelivered_on = TypedDateField(
        label="Does not work since",
        hint="Nothing is sent to it then. Leave it empty when it works",
        required=False,
        prefer="past",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, value = cleaned.get("kind"), cleaned.get("value")
        if kind and value:
            try:
                cleaned["value"] = read_contact(kind, value)
            except forms.ValidationError as error:
                self.add_error("value", error)
        held = self.fact
        if isinstance(held, ContactPoint) and cleaned.get("value") != held.value:
            marked = cleaned.get("undelivered_on")
            if marked == held.undelivered_on:  # it was said of the number before
                cleaned["undelivered_on"] = None
        return cleaned


class ContactNeedForm(FactForm):
    """How someone is to be written to, and spoken with (LAW-12)."""

    model = ContactNeed
    format = RadiosField(
        label="How do they want to be written to?",
        choices=ContactNeed.Format.choices,
        error_messages={"required": "Select how they want to be written to"},
    )
    language = SelectField(
        label="In which language?",
        choices=ContactNeed.Language.choices,
        error_messages={"required": "Select a language"},
    )
    needs_interpreter = CheckboxField(label="They need an interpreter", required=False)
    note = TextField(
        label="Anything else",
        required=False,
        max_length=100,
        hint="For example, which other language, or that large print must be yellow",
    )


def read_contact(kind: str, value: str) -> str:
    """A phone number in digits, or an email address in lower case."""
    if kind == ContactPoint.Kind.EMAIL:
        return str(
            forms.EmailField(
                error_messages={
                    "invalid": "Enter an email address in the right form, like name@example.com"
                }
            ).clean(value)
        ).lower()
    number = read_phone(value)
    if number is None:
        raise forms.ValidationError("Enter a phone number with its area code, like 07700 900 014")
    return number
