"""Questions about settings. Forms check answers and save nothing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from ccis.authorities.choices import CHOICES
from ccis.authorities.models import Authority
from ccis.govuk.fields import (
    CheckboxesField,
    EmailField,
    HiddenField,
    NumberField,
    RadiosField,
    SearchField,
    SelectField,
    TextareaField,
    TextField,
)
from ccis.govuk.lists import FilterForm

HERE, NOW, PAST = "here", "now", "past"


def _regions() -> list[tuple[str, str]]:
    named = Authority.objects.exclude(region="").order_by("region")
    return [
        ("", "Any"),
        *((name, name) for name in named.values_list("region", flat=True).distinct()),
    ]


class AuthorityFilters(FilterForm):
    """Which of the authorities to show."""

    find = SearchField(label="Name or code", required=False)
    region = SelectField(label="Region", choices=_regions, required=False)
    state = SelectField(
        label="Which",
        choices=[("", "All"), (HERE, "Kept here"), (NOW, "Present"), (PAST, "Past")],
        required=False,
    )

    def narrow(self, authorities: QuerySet[Authority]) -> QuerySet[Authority]:
        """The authorities that answer to the filters."""
        chosen, today = self.chosen, timezone.localdate()
        if "find" in chosen:
            text = chosen["find"]
            authorities = authorities.filter(
                Q(name__icontains=text) | Q(council_name__icontains=text) | Q(code=text)
            )
        if "region" in chosen:
            authorities = authorities.filter(region=chosen["region"])
        if chosen.get("state") == HERE:
            authorities = authorities.filter(is_served=True)
        elif chosen.get("state") == NOW:
            authorities = authorities.filter(Q(closed_on=None) | Q(closed_on__gte=today))
        elif chosen.get("state") == PAST:
            authorities = authorities.filter(closed_on__lt=today)
        return authorities

    def chip_text(self, name: str, value: Any) -> str:
        return f"“{value}”" if name == "find" else super().chip_text(name, value)


class SubRegionForm(forms.Form):
    """A unit that several authorities share."""

    name = TextField(
        label="Name", max_length=100, error_messages={"required": "Enter the sub-region's name"}
    )
    contact_name = TextField(label="Whom to ask there", max_length=100, required=False)
    contact_email = EmailField(label="Their email", required=False)
    authorities = TextareaField(
        label="Which authorities share it?",
        hint="One on each line: its name, or its code of three digits",
        rows=10,
        error_messages={"required": "Enter the authorities that share it"},
    )

    def clean_authorities(self) -> list[Authority]:
        lines = [line.strip() for line in self.cleaned_data["authorities"].splitlines()]
        known = {}
        for authority in Authority.objects.order_by("closed_on"):  # those of today last, to win
            for called in (authority.code, authority.name, authority.council_name):
                known[called.casefold()] = authority
        unknown = [line for line in lines if line and line.casefold() not in known]
        if unknown:
            raise ValidationError(
                [f"“{line}” is not the name or the code of an authority" for line in unknown]
            )
        found = {known[line.casefold()] for line in lines if line}
        return sorted(found, key=lambda authority: authority.code)


class PolicyForm(forms.Form):
    """Every choice of a policy on one page, and why they are made."""

    why = TextField(
        label="Why are you changing this?",
        hint="Kept with the new version",
        max_length=200,
        error_messages={"required": "Enter why you are changing this"},
    )
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for choice in CHOICES:
            if choice.options:
                self.fields[choice.name] = CheckboxesField(
                    label=choice.question,
                    hint=choice.effect,
                    choices=choice.options,
                    required=False,
                    marks_optional=False,
                )
                continue
            if choice.answers:
                self.fields[choice.name] = RadiosField(
                    label=choice.question,
                    hint=choice.effect,
                    choices=[(str(at), words) for at, words in enumerate(choice.answers)],
                    error_messages={"required": "Select one"},
                )
                continue
            between = f"between {choice.least} and {choice.most}"
            self.fields[choice.name] = NumberField(
                label=choice.question,
                hint=choice.effect,
                min_value=choice.least,
                max_value=choice.most,
                suffix=choice.unit[1],
                width="4",
                inputmode="numeric",
                error_messages={
                    "required": f"Enter a number {between}",
                    "invalid": f"Enter a number {between}",
                    "min_value": f"Enter a number {between}",
                    "max_value": f"Enter a number {between}",
                },
            )
        self.order_fields([*(choice.name for choice in CHOICES), "why"])

    @property
    def choices(self) -> dict[str, Any]:
        """The answers by the choice's name, from a form that is valid."""
        answers = {choice.name: self.cleaned_data[choice.name] for choice in CHOICES}
        return {
            name: answer if isinstance(answer, list) else int(answer)
            for name, answer in answers.items()
        }

    @property
    def after(self) -> int:
        """The version that the answers were made from; 0 where it makes no sense."""
        version = self.cleaned_data["version"]
        return int(version) if version.isdecimal() else 0
