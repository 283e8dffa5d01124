"""Filters of the list of people. Nothing personal may be one: they stand in the address."""

import re
from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from caseload import rules
from caseload.forms import choices
from caseload.models import Activity, Address, Particulars, Section72, SendProvision, YoungPerson
from caseload.queries.places import missing_in_gazetteer
from ccis.govuk.fields import CheckboxesField, SelectField, TextField
from ccis.govuk.lists import FilterForm

NOTHING = "none"
YEARS = [(str(year), f"Year {year}") for year in range(9, 15)]
OLDER = "older"
DISTRICT = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")


class PeopleFilters(FilterForm):
    """What they are doing, year group, SEND, postcode district, activity code."""

    doing = CheckboxesField(
        label="Doing now",
        required=False,
        small=True,
        choices=[*rules.HEADLINES.items(), (NOTHING, "Nothing recorded")],
    )
    year = CheckboxesField(
        label="Year group", required=False, small=True, choices=[*YEARS, (OLDER, "After Year 14")]
    )
    send = CheckboxesField(
        label="SEND",
        required=False,
        small=True,
        choices=[("E", "EHC plan"), ("K", "SEN support")],
    )
    review = SelectField(
        label="Review",
        required=False,
        choices=[("", "Any"), ("late", "Review is late"), ("none", "No review date")],
    )
    asked = SelectField(
        label="Section 72 instruction",
        required=False,
        choices=[("", "Any"), ("afresh", "A parent's, to be asked afresh at 16")],
    )
    home = SelectField(
        label="Home address",
        required=False,
        choices=[("", "Any"), ("missing", "Not in the gazetteer")],
    )
    code = SelectField(label="Activity", required=False, choices=choices.activity_codes)
    district = TextField(
        label="Postcode district",
        required=False,
        width="5",
        max_length=4,
        hint="The first part, like NG1",
        error_messages={"invalid": "Enter the first part of a postcode, like NG1"},
    )

    def __init__(
        self,
        *args: Any,
        on: date,
        sees_sensitive: bool = False,
        may_edit: bool = False,
        **kwargs: Any,
    ) -> None:
        self.on = on
        super().__init__(*args, **kwargs)
        if not may_edit:
            del self.fields["asked"]
        if not sees_sensitive:
            del self.fields["send"]

    def clean_district(self) -> str:
        district = str(self.cleaned_data["district"]).strip().upper()
        if district and not DISTRICT.fullmatch(district):
            raise forms.ValidationError("Enter the first part of a postcode, like NG1")
        return district

    def narrow(self, people: QuerySet[YoungPerson]) -> QuerySet[YoungPerson]:
        """The people who answer to every filter in force."""
        chosen = self.chosen
        if groups := chosen.get("doing"):
            people = people.filter(self._doing(groups))
        if code := chosen.get("code"):
            people = people.filter(Exists(self._now(Activity).filter(code=code)))
        if years := chosen.get("year"):
            people = people.filter(self._born(years))
        if send := chosen.get("send"):
            people = people.filter(Exists(self._now(SendProvision).filter(provision__in=send)))
        if review := chosen.get("review"):
            wanted = {"review_on__lt": self.on} if review == "late" else {"review_on": None}
            people = people.filter(Exists(self._now(Activity).filter(**wanted)))
        if chosen.get("asked"):
            people = people.filter(self._to_be_asked())
        if chosen.get("home"):
            homes = self._now(Address).filter(missing_in_gazetteer(), kind=Address.Kind.HOME)
            people = people.filter(Exists(homes))
        if district := chosen.get("district"):
            homes = self._now(Address).filter(
                kind=Address.Kind.HOME, postcode__startswith=f"{district} "
            )
            people = people.filter(Exists(homes))
        return people

    def _now(self, model: Any) -> Any:
        return model.objects.believed().on(self.on).filter(person=OuterRef("pk"))

    def _to_be_asked(self) -> Q:
        """Under a parent's instruction, though from 16 on it is their own to give (LAW-07)."""
        given = self._now(Section72).filter(given_by=Section72.GivenBy.PARENT)
        born = Particulars.objects.believed().filter(
            date_of_birth__lte=rules.born_by_age(16, self.on), person=OuterRef("pk")
        )
        return Q(Exists(given)) & Q(Exists(born))

    def _doing(self, groups: list[str]) -> Any:
        wanted = Exists(self._now(Activity).filter(code__group__in=groups))
        if NOTHING in groups:
            return wanted | ~Exists(self._now(Activity))
        return wanted

    def _born(self, years: list[str]) -> Any:
        born = Q(pk__in=[])
        for year in years:
            if year == OLDER:
                born |= Q(date_of_birth__lte=rules.born_in_year_group(15, self.on)[1])
            else:
                born |= Q(date_of_birth__range=rules.born_in_year_group(int(year), self.on))
        return Exists(Particulars.objects.believed().filter(born, person=OuterRef("pk")))


def sentence_parts(filters: PeopleFilters, total: int) -> list[str]:
    """The filters in words, each a part of the sentence above the list (pages §3.1)."""
    chosen = filters.chosen
    parts = []
    if groups := chosen.get("doing"):
        names = {**rules.HEADLINES, NOTHING: "With nothing recorded"}
        be = "is" if total == 1 else "are"
        parts.append(f"who {be} " + either([_small(names[group]) for group in groups]))
    if chosen.get("code"):
        parts.append(f"whose activity is {filters.chip_text('code', chosen['code'])}")
    if years := chosen.get("year"):
        names = dict(filters.fields["year"].choices)  # type: ignore[attr-defined]
        parts.append("in " + either([str(names[year]) for year in years]))
    if send := chosen.get("send"):
        words = dict(SendProvision.Provision.choices)
        parts.append(
            "with " + either([f"an {words[one]}" if one == "E" else words[one] for one in send])
        )
    if chosen.get("review"):
        parts.append(
            "whose review is late" if chosen["review"] == "late" else "with no review date"
        )
    if chosen.get("asked"):
        parts.append("to be asked afresh about a parent's section 72 instruction")
    if chosen.get("home"):
        parts.append("whose address is not in the gazetteer")
    if chosen.get("district"):
        parts.append(f"in {chosen['district']}")
    return parts


def either(words: list[str]) -> str:
    """``in work, in training or not known``."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _small(words: str) -> str:
    return words if words.startswith("NEET") else words[0].lower() + words[1:]
