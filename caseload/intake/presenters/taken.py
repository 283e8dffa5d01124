"""What is taken of a kind of file, in words."""

from typing import Any

from django.urls import reverse

from caseload.intake.kinds import Kind
from caseload.intake.kinds.base import Field
from caseload.intake.models import TakenFields
from caseload.intake.switch_forms import year_words
from caseload.intake.taking import Taken
from caseload.policies.rules import CONDITIONS
from ccis.govuk.words import date_and_time

LAWS = {"": "", "special": "Special category", "offence": "Criminal offence"}


def years_in_words(taken: Taken) -> str:
    """The year groups that are taken, as a list."""
    words = [year_words(year) for year in sorted(taken.years)]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else "none"


def rows(kind: Kind, taken: Taken) -> list[dict[str, Any]]:
    """Every field with whether it is on and what for."""
    return [_row(kind, field, taken) for field in kind.fields]


def _row(kind: Kind, field: Field, taken: Taken) -> dict[str, Any]:
    use = taken.fields.get(field.key)
    is_on = taken.is_on(field)
    purpose = "To know who it is" if field.core else use.purpose if use and is_on else ""
    right = f"{CONDITIONS[use.condition]}. {use.document}" if use and is_on and field.law else ""
    return {
        "label": field.label,
        "law": LAWS[field.law],
        "is_on": is_on,
        "state": "Always on" if field.core else "On" if is_on else "Off",
        "purpose": purpose,
        "right": right,
        "href": ""
        if field.core
        else reverse("intake:taken-field", kwargs={"kind": kind.name, "field": field.key}),
    }


def versions(kept: list[TakenFields]) -> list[dict[str, str]]:
    """Every version before and now: what changed, who, when."""
    return [
        {
            "version": str(one.version),
            "why": one.why,
            "who": one.made_by.name,
            "when": date_and_time(one.made_at),
        }
        for one in kept
    ]
