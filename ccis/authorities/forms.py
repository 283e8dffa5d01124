"""Questions about settings. Forms check answers and save nothing."""

from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from ccis.authorities.choices import CHOICES
from ccis.authorities.models import Authority
from ccis.calendar.words import day_in, day_of_year
from ccis.govuk.dates import NotADate, read_date
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


A_YEAR = date(2001, 1, 1)
"""Of no leap year, so that its days are those of every year."""
NO_DAY = "Enter a day and a month that every year has, like 1 May"


class DayOfYearField(TextField):
    """A day of every year, typed most ways. Cleans to its words, such as ``1 May``."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return day_of_year(read_date(f"{typed} {A_YEAR.year}", today=A_YEAR))
        except NotADate as error:
            raise ValidationError(NO_DAY, code="invalid") from error


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
            if choice.is_day:
                self.fields[choice.name] = DayOfYearField(
                    label=choice.question,
                    hint=f"{choice.effect} For example, 1 May.",
                    width="10",
                    error_messages={"required": NO_DAY},
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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for before, after in pairwise(choice.name for choice in CHOICES if choice.is_day):
            if before in cleaned and after in cleaned:
                earlier, later = cleaned[before], cleaned[after]
                if day_in(A_YEAR.year, later) <= day_in(A_YEAR.year, earlier):
                    self.add_error(
                        after, f"Enter a day later in the year than {earlier}, the answer above"
                    )
        return cleaned

    @property
    def choices(self) -> dict[str, Any]:
        """The answers by the choice's name, from a form that is valid."""
        return {
            choice.name: answer if choice.options or choice.is_day else int(answer)
            for choice in CHOICES
            for answer in [self.cleaned_data[choice.name]]
        }

    @property
    def after(self) -> int:
        """The version that the answers were made from; 0 where it makes no sense."""
        version = self.cleaned_data["version"]
        return int(version) if version.isdecimal() else 0
