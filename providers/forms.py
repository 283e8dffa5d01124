"""Questions about providers. Forms check answers and save nothing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from ccis.authorities.models import Authority
from ccis.files.values import parse_dfe_number, parse_postcode, parse_ukprn
from ccis.govuk.fields import (
    CheckboxField,
    EmailField,
    ModelSelectField,
    OfficerDateField,
    RadiosField,
    ReadField,
    SearchField,
    SelectField,
    TextareaField,
    TextField,
    TypedDateField,
)
from ccis.govuk.lists import FilterForm
from providers.models import Provider
from providers.queries import found_by, holder_of

OPEN, CLOSED = "open", "closed"


def _authorities() -> QuerySet[Authority]:
    return Authority.objects.order_by("name", "code")


def _with_providers() -> list[tuple[str, str]]:
    """The authorities that have a provider in the directory, by code, to choose from."""
    having = _authorities().filter(providers__isnull=False).distinct()
    return [("", "Any"), *having.values_list("code", "name")]


class ProviderFilters(FilterForm):
    """Which part of the directory to show."""

    find = SearchField(label="Name or number", required=False)
    kind = SelectField(label="Kind", choices=[("", "Any"), *Provider.Kind.choices], required=False)
    authority = SelectField(label="Authority", choices=_with_providers, required=False)
    state = SelectField(
        label="Open or closed",
        choices=[("", "Either"), (OPEN, "Open"), (CLOSED, "Closed")],
        required=False,
    )

    def narrow(self, providers: QuerySet[Provider]) -> QuerySet[Provider]:
        """The providers that answer to the filters."""
        chosen = self.chosen
        if "find" in chosen:
            providers = found_by(chosen["find"], providers)
        if "kind" in chosen:
            providers = providers.filter(kind=chosen["kind"])
        if "authority" in chosen:
            providers = providers.filter(authority__code=chosen["authority"])
        if chosen.get("state") == OPEN:
            providers = providers.open_on(timezone.localdate())  # type: ignore[attr-defined]
        elif chosen.get("state") == CLOSED:
            providers = providers.filter(closed_on__lt=timezone.localdate())
        return providers

    def chip_text(self, name: str, value: Any) -> str:
        return f"“{value}”" if name == "find" else super().chip_text(name, value)


class ProviderForm(forms.Form):
    """An entry of the directory, new or changed."""

    name = TextField(
        label="Name", max_length=200, error_messages={"required": "Enter the provider's name"}
    )
    kind = RadiosField(
        label="Kind",
        choices=Provider.Kind.choices,
        small=True,
        error_messages={"required": "Select what kind of provider it is"},
    )
    authority = ModelSelectField(
        label="Authority",
        hint="In whose area it is. Left empty, it is taken from the DfE number",
        queryset=Authority.objects.none(),
        empty_label="Not known",
        required=False,
    )
    dfe_number = ReadField(
        read=parse_dfe_number,
        label="DfE number",
        hint="7 digits: the authority's code and the establishment number, like 306/4001",
        required=False,
        width="10",
        inputmode="numeric",
    )
    urn = TextField(
        label="URN",
        hint="5 or 6 digits, in the national register of schools and colleges",
        required=False,
        width="10",
        inputmode="numeric",
    )
    ukprn = ReadField(
        read=parse_ukprn,
        label="UKPRN",
        hint="8 digits that begin with 1, in the register of learning providers",
        required=False,
        width="10",
        inputmode="numeric",
    )
    is_another_site = CheckboxField(
        label="This is another site of an organisation that is in the directory already",
        hint="Several sites of one organisation have the same UKPRN",
        required=False,
        marks_optional=False,
    )
    address = TextareaField(label="Address", max_length=300, required=False, rows=3)
    postcode = ReadField(read=parse_postcode, label="Postcode", required=False, width="10")
    email = EmailField(label="Email", required=False)
    phone = TextField(label="Phone", max_length=30, required=False, width="20")
    opened_on = TypedDateField(
        label="Opened", hint="The first day, if it is known", required=False, prefer="past"
    )

    def __init__(self, *args: Any, provider: Provider | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = provider
        self.fields["authority"].queryset = _authorities()  # type: ignore[attr-defined]

    def clean_dfe_number(self) -> str:
        return self._free("dfe_number", self.cleaned_data["dfe_number"], "DfE number")

    def clean_urn(self) -> str:
        number = "".join(self.cleaned_data["urn"].split())
        if number and not (number.isdecimal() and number.isascii() and len(number) in (5, 6)):
            raise ValidationError("URN must be 5 or 6 digits")
        return self._free("urn", number, "URN")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        holder = holder_of("ukprn", cleaned.get("ukprn", ""), other_than=self.provider)
        if holder is not None and not cleaned.get("is_another_site"):
            self.add_error(
                "ukprn",
                f"{holder.name} has this UKPRN. Check it, or say below that this is another site",
            )
        if not cleaned.get("authority") and cleaned.get("dfe_number"):
            code = cleaned["dfe_number"][:3]
            cleaned["authority"] = Authority.objects.filter(code=code).first()
        return cleaned

    @property
    def fields_to_save(self) -> dict[str, Any]:
        """What the actions take, from a form that is valid."""
        return {k: v for k, v in self.cleaned_data.items() if k != "is_another_site"}

    def _free(self, field: str, number: str, called: str) -> str:
        holder = holder_of(field, number, other_than=self.provider)
        if holder is not None:
            raise ValidationError(f"{holder.name} has this {called}. Check it")
        return number


class CloseProviderForm(forms.Form):
    """When a provider closed."""

    closed_on = OfficerDateField(
        label="What was the last day that it was open?",
        prefer="past",
        error_messages={"required": "Enter the last day that it was open"},
    )
