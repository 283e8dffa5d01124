"""Rows of people: search results, recents, near matches."""

from datetime import date
from typing import Any

from django.urls import reverse

from caseload import rules
from caseload.presenters.header import activity_tag
from caseload.queries.search import Found
from caseload.queries.summaries import Summary
from caseload.terms import Terms
from ccis.access.references import show_reference
from ccis.calendar.words import short_date
from ccis.govuk.words import plural


def row(summary: Summary, on: date, reasons: list[str] | None = None) -> dict[str, Any]:
    """One person as a row of a table."""
    born = summary.date_of_birth
    return {
        "name": summary.sorted_name,
        "href": reverse("caseload:person", args=[summary.person.ref]),
        "reference": show_reference(summary.person.ref),
        "born": short_date(born) if born else "",
        "age": rules.age_in_words(born, on),
        "year": rules.year_in_words(born, on),
        "doing": doing(summary),
        "is_not_known": _is_not_known(summary),
        "since": _since(summary),
        "confirmed": short_date(summary.confirmed_on) if summary.confirmed_on else "",
        "review": _review(summary),
        "postcode": postcode_of(summary),
        "left": summary.departure.get_kind_display() if summary.departure else "",
        "tag": activity_tag(summary),
        "why": ", ".join(reasons or []),
    }


def postcode_of(summary: Summary) -> str:
    """Where they live, in a column; not of someone who does not let us contact them (PIA-08)."""
    if summary.home is None:
        return ""
    return "Held back" if summary.home.is_held_back else summary.home.postcode


def doing(summary: Summary) -> str:
    """What someone is doing, as its headline."""
    if summary.activity is None:
        return "Nothing recorded"
    return rules.headline(summary.activity.code_id, summary.activity.code.group)


def _is_not_known(summary: Summary) -> bool:
    return summary.activity is None or summary.activity.code.group == rules.NOT_KNOWN


def _since(summary: Summary) -> str:
    started = summary.activity.starts_on if summary.activity else None
    return short_date(started) if started else ""


def _review(summary: Summary) -> str:
    due = summary.activity.review_on if summary.activity else None
    return short_date(due) if due else ""


def sentence(found: Found, terms: Terms) -> str:
    """How many were found, by what, and what had to be let go to find them."""
    count = plural(len(found.hits), "person", "people")
    by = " and ".join(terms.kinds) or "anything we understood"
    if found.is_capped:
        return (
            f"The {len(found.hits)} nearest by {by}. Add a date of birth or a postcode to find "
            "fewer."
        )
    if found.loosened:
        return f"No one has both. {count} with a name like this and another {found.loosened}."
    return f"{count} found by {by}."
