"""How one person stands in a return, in words."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse

from caseload.models import YoungPerson
from ccis.access.references import show_reference
from ccis.authorities.models import Authority
from ccis.calendar.periods import Period
from ccis.govuk.lists import address
from ccis.govuk.navigation import leads_somewhere
from ccis.govuk.words import short_date
from returns.editions import Edition, record
from returns.editions.model import Rule
from returns.lineage import ElementValue, Explanation, Source
from returns.models import Finding
from returns.presenters.errors import (
    ADDRESS,
    HELD_BACK,
    HELD_FOR_RETURN,
    MENDED_AT,
    page_of_record,
)
from returns.presenters.words import link, status_words, urgency_tag

LISTS: Final = {
    "cohort_status": "cohort_status",
    "gender": "gender",
    "ethnicity": "ethnicity",
    "level_of_need": "level_of_need",
    "characteristics": "characteristic",
    "activity_code": "activity",
    "intended_destination": "intended_destination",
    "y11_guarantee_status": "guarantee_status",
    "y12_guarantee_status": "guarantee_status",
}
"""The code list that explains a column's value."""

AUTHORITIES: Final = frozenset(
    {
        "lead_lea", "educated_lea", "transferred_to", "lea_at_year_11",
        "y11_guarantee_lea", "y12_guarantee_lea",
    }
)  # fmt: skip
"""Columns whose value is the code of an authority."""

YES_NO: Final = {"Y": "yes", "N": "no"}


def verdict(found: Explanation, edition: Edition) -> dict[str, Any]:
    """In or out, and why, with the status that is sent."""
    return {
        "is_in": found.is_in,
        "sentence": f"{found.sentence}.",
        "status": status_words(edition, found.status) if found.status else "",
    }


def facts(found: Explanation, *, may_see_files: bool) -> list[dict[str, Any]]:
    """The facts that decided, each with where it came from."""
    return [
        {
            "words": fact.words,
            "source": _source(fact.source, may_see_files) if fact.source else None,
        }
        for fact in found.facts
    ]


def _source(source: Source, may_see_files: bool) -> dict[str, Any]:
    """Where a fact came from; a link to the row of the file where there is one to see."""
    if not source.file_ref or source.row is None or not may_see_files:
        return link(source.words)
    row = f"/files/{show_reference(source.file_ref)}/rows/{source.row}/"
    return link(source.words, row if leads_somewhere(row) else "")


def values(
    found: Explanation,
    edition: Edition,
    *,
    is_open: bool,
    open_href: str,
    may_see_files: bool,
    hides_address: bool = False,
) -> list[dict[str, Any]]:
    """Every element with its value in words, its sources and its rule.

    Sensitive values stand behind ``open_href`` until they are opened. ``hides_address`` says that
    the address is sent, and shown to nobody but those who make the return.
    """
    names = _authority_names(found.values)
    hidden = ADDRESS if hides_address else frozenset()
    return [
        {
            "element": one.element,
            "value": HELD_FOR_RETURN if one.value and one.column in hidden else one.value,
            "words": "" if one.column in hidden else _in_words(one, edition, names),
            "sources": _sources(one, may_see_files),
            "rule": one.rule,
            "held_back": one.column in HELD_BACK and bool(one.value) and not is_open,
            "open_href": open_href,
        }
        for one in found.values
    ]


def _sources(value: ElementValue, may_see_files: bool) -> list[dict[str, Any]]:
    """Each source once, though several facts came by it."""
    distinct = {source.words: source for source in value.sources}
    return [_source(source, may_see_files) for source in distinct.values()]


def _authority_names(found: Sequence[ElementValue]) -> dict[str, str]:
    codes = {one.value for one in found if one.column in AUTHORITIES and one.value}
    if not codes:
        return {}
    return dict(Authority.objects.filter(code__in=codes).values_list("code", "name"))


def _in_words(value: ElementValue, edition: Edition, names: dict[str, str]) -> str:
    """What a code or a date says to a person; empty where the value says it itself."""
    if not value.value:
        return ""
    if value.column in LISTS:
        known = getattr(edition.codes, LISTS[value.column])
        codes = value.value.split(", ")
        return ", ".join(known[code].label for code in codes if code in known)
    if value.column in AUTHORITIES:
        place = edition.codes.non_la.get(value.value)
        return names.get(value.value, place.label if place else "")
    if value.value in YES_NO and len(value.value) == 1:
        return YES_NO[value.value]
    return _date_in_words(value)


def _date_in_words(value: ElementValue) -> str:
    if record.BY_NAME[value.column].sql_type != "date":
        return ""
    return short_date(date.fromisoformat(value.value))


def opening(query: QueryDict) -> str:
    """The address of the page with sensitive values opened."""
    return address(query, show="sensitive")


def errors(
    found: Sequence[tuple[Finding, Rule | None]], person: YoungPerson
) -> list[dict[str, Any]]:
    """What the checks found, with what to do and where."""
    return [
        {
            "text": rule.words if rule else f"Rule {finding.code}",
            "element": finding.element,
            "tag": urgency_tag(finding.priority),
            "mend": rule.mend if rule else "",
            "href": _mended_at(finding, person),
        }
        for finding, rule in found
    ]


def _mended_at(finding: Finding, person: YoungPerson) -> str:
    column = record.BY_ELEMENT.get(finding.element)
    name = MENDED_AT.get(column.name, "") if column else ""
    return page_of_record(name or "caseload:person", person)


def months(person: YoungPerson, made: Sequence[Period], current: Period) -> list[dict[str, Any]]:
    """Links to the other months of which there is a return."""
    page = reverse("returns:person", args=[person.ref])
    return [
        {"text": month.label, "href": f"{page}?period={month}", "current": month == current}
        for month in made
    ]
