"""One form for each part of a record; each names its fields as the model does."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils import timezone

from caseload import rules
from caseload.forms import choices
from caseload.models import (
    Activity,
    ActivityCode,
    Address,
    Characteristic,
    CharacteristicCode,
    ContactNeed,
    ContactPoint,
    DestinationCode,
    Enrolment,
    EthnicityCode,
    Fact,
    GenderCode,
    Guarantee,
    GuaranteeStatusCode,
    Identifier,
    IdentifierKind,
    IntendedDestination,
    LevelOfNeed,
    LevelOfNeedCode,
    Name,
    Particulars,
    Section72,
    SendProvision,
)
from caseload.terms import read_phone
from ccis.authorities.models import Ward
from ccis.files.values import BadValue, parse_postcode, parse_uln, parse_upn
from ccis.govuk.fields import (
    CheckboxField,
    HiddenField,
    NumberField,
    OfficerDateField,
    RadiosField,
    SelectField,
    TextField,
    TypedDateField,
)
from providers.models import Provider

CHECK_RULES: dict[str, Callable[[str], str | None]] = {"upn": parse_upn, "uln": parse_uln}
"""Check-digit rules that a kind of identifier may name (``IdentifierKind.check_rule``)."""

TAIL = ("started_on", "ended_on", "source", "version")
"""What every form asks besides what the fact says."""


class FactForm(forms.Form):
    """A fact, when it held, and who told us. ``version`` is the one that it was made from."""

    model: ClassVar[type[Fact]]

    started_on = OfficerDateField(
        label="From", error_messages={"required": "Enter the date it began"}
    )
    ended_on = TypedDateField(
        label="Until", required=False, hint="Leave it empty while it goes on", prefer="past"
    )
    source = TextField(
        label="Who told us",
        required=False,
        max_length=200,
        hint="For example, their mother, or Kestrel College",
    )
    version = HiddenField(required=False)

    def __init__(self, *args: Any, fact: Fact | None = None, **kwargs: Any) -> None:
        self.fact = fact
        if fact is not None:
            kwargs["initial"] = {**self.said(fact), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.order_fields([*self.content_names(), *TAIL])
        for name in self.content_names():
            field = self.fields[name]
            if isinstance(field, choices.CodeField) and fact is not None:
                code = getattr(fact, name)
                field.also(code, str(getattr(fact, name.removesuffix("_id")) if code else ""))

    def content_names(self) -> list[str]:
        """Names of the fields that say what the fact says."""
        return [name for name in self.fields if name not in TAIL]

    def said(self, fact: Fact) -> dict[str, Any]:
        """What a version says, as this form's initial answers."""
        names = [name for name in self.base_fields if name not in TAIL and hasattr(fact, name)]
        return {
            **{name: getattr(fact, name) for name in names},
            "started_on": fact.starts_on,
            "ended_on": fact.ends_on,
            "version": str(fact.pk),
        }

    def values(self) -> dict[str, Any]:
        """What was answered, as fields of the model."""
        return {
            name: self.stored(name, self.cleaned_data[name])
            for name in self.content_names()
            if self._is_a_column(name)
        }

    def _is_a_column(self, name: str) -> bool:
        return any(field.attname == name for field in self.model._meta.concrete_fields)

    def stored(self, name: str, value: Any) -> Any:
        """An answer as the model keeps it: nothing is ``None`` where a column may be empty."""
        column = next(f for f in self.model._meta.concrete_fields if f.attname == name)
        if value in (None, ""):
            return None if column.null else ""
        return int(value) if column.is_relation and str(value).isdigit() else value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("started_on"), cleaned.get("ended_on")
        if start and end and end < start:
            self.add_error("ended_on", "The end must be the same day as the start or later")
        return cleaned


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
    postcode = TextField(
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

    def clean_postcode(self) -> str:
        return read_postcode(self.cleaned_data["postcode"])

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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, value = cleaned.get("kind"), cleaned.get("value")
        if kind and value:
            try:
                cleaned["value"] = read_contact(kind, value)
            except forms.ValidationError as error:
                self.add_error("value", error)
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


class Section72Form(FactForm):
    """An instruction that institutions give us nothing but who someone is (LAW-07)."""

    model = Section72
    given_by = RadiosField(
        label="Who gave it?",
        choices=Section72.GivenBy.choices,
        hint="A parent until they are 16; from then on it is theirs to give, and asked afresh",
        error_messages={"required": "Select who gave it"},
    )


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


class ActivityForm(FactForm):
    """What someone is doing. Asks once more when the code does not fit their age.

    ``born`` is their date of birth, when it is known.
    """

    model = Activity
    code_id = choices.CodeField(
        label="What are they doing?",
        choices=choices.activity_codes,
        error_messages={"required": "Select what they are doing"},
    )
    provider_id = SelectField(
        label="Where", required=False, choices=choices.places("Not in the list, or nowhere")
    )
    establishment_name = TextField(
        label="Where, if it is not in the list", required=False, max_length=200
    )
    course = TextField(label="Course or job", required=False, max_length=200)
    course_level = TextField(label="Level", required=False, max_length=30, width="10")
    predicted_end_on = TypedDateField(
        label="Expected end",
        required=False,
        prefer="future",
        hint="The last day of the course or training, for example 31/7/2027",
    )
    review_on = TypedDateField(
        label="Review on", required=False, prefer="future", hint="When to look at it again"
    )
    leaving_reason = TextField(label="Reason for leaving", required=False, max_length=100)
    verified_on = TypedDateField(
        label="Confirmed on",
        required=False,
        prefer="past",
        hint="When they, or where they are, told us so: today, yesterday or a date",
    )
    accepts_warning = CheckboxField(
        label="It is right all the same", required=False, small=True, marks_optional=False
    )

    first_half = (
        "code_id",
        "accepts_warning",
        "provider_id",
        "establishment_name",
        "course",
        "course_level",
        "source",
    )
    """Fields of the left column, where there is room for two."""

    def __init__(
        self, *args: Any, born: date | None = None, is_new: bool = False, **kwargs: Any
    ) -> None:
        self.born = born
        super().__init__(*args, **kwargs)
        for name in () if is_new else ("verified_on",):
            del self.fields[name]
        if is_new:
            del self.fields["leaving_reason"]
        if not (self.is_bound and self.age_warning()):
            self.fields["accepts_warning"].widget = forms.HiddenInput()
        rest = ("started_on", "ended_on", "leaving_reason", "verified_on", "predicted_end_on")
        self.order_fields([*self.first_half, *rest, "review_on", "version"])

    def age_warning(self) -> str | None:
        """Why what was chosen may be wrong for their age, from what was sent."""
        code = ActivityCode.objects.filter(code=self.data.get("code_id", "")).first()
        if code is None:
            return None
        try:
            start = self.fields["started_on"].clean(
                self.fields["started_on"].widget.value_from_datadict(
                    self.data, {}, self.add_prefix("started_on")
                )
            )
        except forms.ValidationError:
            return None
        return rules.age_warning(code.group, self.born, start)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        warning = self.age_warning()
        if warning and not cleaned.get("accepts_warning"):
            self.add_error("code_id", f"{warning}. Choose another, or tick the box if it is right")
        start, confirmed = cleaned.get("started_on"), cleaned.get("verified_on")
        if start and confirmed and confirmed < start:
            self.add_error("verified_on", "It cannot be confirmed before the day it began")
        self._check_order(cleaned, "predicted_end_on", "Expected end")
        self._check_order(cleaned, "review_on", "Review date")
        return cleaned

    def _check_order(self, cleaned: dict[str, Any], name: str, called: str) -> None:
        start, day = cleaned.get("started_on"), cleaned.get(name)
        if start and day and day < start:
            self.add_error(name, f"{called} must be the same day as the start or later")


class ConfirmForm(forms.Form):
    """The day on which an activity was seen to go on."""

    verified_on = OfficerDateField(
        label="Confirmed on",
        prefer="past",
        error_messages={"required": "Enter the day on which it was confirmed"},
    )
    source = TextField(label="Who told us", required=False, max_length=200)
    version = HiddenField(required=False)

    def clean_verified_on(self) -> date:
        day: date = self.cleaned_data["verified_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Confirmed on must be today or in the past")
        return day


# -- reading what was typed, with the words for a form ---------------------------------------------


def read_postcode(text: str) -> str:
    """A postcode in capitals with its space, or nothing."""
    try:
        return parse_postcode(text) or ""
    except BadValue as error:
        raise forms.ValidationError(error.message.rstrip(".")) from error


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
