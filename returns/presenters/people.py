"""Rows of young people in the lists of the return."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from caseload.models import YoungPerson
from caseload.queries.people import in_order
from caseload.queries.summaries import Summary, summaries_of
from ccis.access.references import show_reference
from ccis.govuk.lists import FilterForm, Sort
from ccis.govuk.words import plural
from returns import people
from returns.editions import Edition
from returns.editions.model import GROUP_LABELS
from returns.models import Build
from returns.presenters.places import to_build
from returns.presenters.words import not_shown, status_words
from returns.rules import headline

__all__ = ["SORTS", "by_name", "not_shown", "of_build", "row", "rows_of", "sentence"]

SORTS = (Sort("name", "Name", ("family_sorted", "given_sorted")),)


def by_name(seen: QuerySet[YoungPerson]) -> QuerySet[YoungPerson]:
    """People with the columns of the one order that these lists have."""
    return in_order(seen, "name", timezone.localdate())


def row(summary: Summary, build: Build | None) -> dict[str, Any]:
    """What stands of a person in each of these lists."""
    person = summary.person
    return {
        "name": summary.sorted_name,
        "href": reverse("caseload:person", args=[person.ref]),
        "reference": show_reference(person.ref),
        "explain": to_build(build, "explain", person.ref) if build else "",
    }


def rows_of(
    shown: Sequence[YoungPerson], build: Build | None, more: Callable[[YoungPerson], dict[str, Any]]
) -> list[dict[str, Any]]:
    """A row for each person of a page, with what ``more`` adds to it."""
    summaries = summaries_of(shown, timezone.localdate())
    return [row(summaries[person.pk], build) | more(person) for person in shown]


def of_build(shown: Sequence[YoungPerson], build: Build, edition: Edition) -> list[dict[str, Any]]:
    """Rows of the people in a build, with what the return says of them."""
    found = people.rows_of(build, [person.pk for person in shown])
    return rows_of(shown, build, lambda person: _record(found.get(person.pk, {}), edition))


def _record(values: dict[str, Any], edition: Edition) -> dict[str, Any]:
    year = values.get("year_group")
    return {
        "year": f"Year {year}" if year is not None and year <= 13 else _age(values),
        "status": status_words(edition, values.get("cohort_status") or ""),
        "activity": activity_words(values, edition),
    }


def _age(values: dict[str, Any]) -> str:
    age = values.get("academic_age")
    return "not known" if age is None else f"aged {age}"


def activity_words(values: dict[str, Any], edition: Edition) -> str:
    """An activity as the return counts it: "In education (230)", "lapsed" where it has."""
    code = values.get("activity_code")
    lapsed = values.get("currency_lapsed") == "Y"
    group = headline(code, lapsed=lapsed, edition=edition)
    if code is None:
        return f"{GROUP_LABELS[group]}, no activity"
    told = f"{GROUP_LABELS[group]} ({code})"
    return f"{told}, lapsed" if lapsed else told


def count_of(total: int) -> SafeString:
    """ "214 young people."."""
    return format_html("<strong>{}</strong>.", plural(total, "young person", "young people"))


def sentence(total: int, filters: FilterForm) -> SafeString:
    """ "214 young people: NEET, Academic age 16"."""
    said = [filters.chip_text(name, one) for name, one in _values(filters)]
    count = plural(total, "young person", "young people")
    return format_html("<strong>{}</strong>{}{}.", count, ": " if said else "", ", ".join(said))


def _values(filters: FilterForm) -> list[tuple[str, Any]]:
    return [
        (name, one)
        for name, value in filters.chosen.items()
        for one in (value if isinstance(value, list) else [value])
    ]
