"""Files that left, in words."""

from typing import Any

from django.urls import NoReverseMatch

from ccis.access.references import show_reference
from ccis.govuk.words import date_and_time, number
from ccis.leaving.kinds import kind_of
from ccis.leaving.models import LeftFile
from sharing.queries.left import OfKind


def row(one: LeftFile) -> dict[str, Any]:
    """One file: what it was, with the way to what it is a file of, who took it, when and why."""
    kind = kind_of(one.kind)
    try:
        href = kind.address(one.of) if one.of else ""
    except NoReverseMatch:
        href = ""
    return {
        "kind": kind.words,
        "href": href,
        "reference": show_reference(one.ref),
        "when": date_and_time(one.at),
        "by": one.by.email if one.by else "By a command",
        "why": one.why,
        "people": "Not counted" if one.people is None else number(one.people),
        "sha256": one.sha256,
    }


def counts(counted: list[OfKind]) -> list[dict[str, str]]:
    """Each kind with its number, which leads to its files."""
    return [
        {"text": f"{number(one.count)} {one.kind.words}", "href": f"?kind={one.kind.name}"}
        for one in counted
    ]
