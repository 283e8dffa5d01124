"""A part of the record as the rows of a table: what holds, what held, what was corrected."""

from datetime import date
from typing import Any

from django.urls import reverse

from caseload.forms.parts import Part
from caseload.models import Address, ContactPoint, Name, YoungPerson
from caseload.presenters import facts
from caseload.presenters.marks import marked, marks_of
from caseload.queries.lineage import Lineage
from caseload.queries.places import is_missing, ward_in_words
from ccis.govuk.words import short_date


def part_of_page(
    part: Part,
    lineage: Lineage,
    person: YoungPerson,
    *,
    on: date,
    born: date | None,
    may_edit: bool,
    with_history: bool = False,
) -> dict[str, Any]:
    """One part: its heading, its rows, and the addresses at which it is changed."""
    held = lineage.current
    marks = marks_of(person) if part.model is Address else {}
    shown = (
        held
        if with_history or part.is_event
        else [fact for fact in held if _holds(fact, on)] or held[:1]
    )
    return {
        "title": part.many,
        "note": part.note,
        "one": part.one,
        "id": part.slug,
        "href": reverse(f"caseload:{part.slug}", args=[person.ref]),
        "may_edit": may_edit,
        "add": reverse(f"caseload:{part.slug}-new", args=[person.ref])
        if may_edit and not (part.is_single and held)
        else "",
        "rows": [
            _row(part, fact, lineage, person, on, born, may_edit) | {"marks": marked(fact, marks)}
            for fact in shown
        ],
        "past": len(held) - len(shown),
        "corrected": [_corrected(fact, born) for fact in lineage.corrected] if with_history else [],
        "corrections": len(lineage.corrected),
    }


def _holds(fact: Any, on: date) -> bool:
    return fact.ends_on is None or fact.ends_on >= on


def _row(
    part: Part,
    fact: Any,
    lineage: Lineage,
    person: YoungPerson,
    on: date,
    born: date | None,
    may_edit: bool,
) -> dict[str, Any]:
    place = [person.ref, lineage.place_of(fact)]
    may_edit = may_edit and not getattr(fact, "is_held_back", False)
    return {
        "kind": kind_of(fact),
        "value": value_of(fact),
        **_place(fact, is_past=not _holds(fact, on)),
        "days": facts.days(fact, from_birth=born) or "from birth",
        "is_past": not part.is_event and not _holds(fact, on),
        "whence": facts.whence(fact),
        "correct": reverse(f"caseload:{part.slug}-correct", args=place) if may_edit else "",
        "end": reverse(f"caseload:{part.slug}-end", args=place)
        if may_edit and fact.ends_on is None and not part.is_single
        else "",
        "wrong": reverse(f"caseload:{part.slug}-wrong", args=place)
        if may_edit and fact.recorded.file_ref
        else "",
    }


def _place(fact: Any, *, is_past: bool) -> dict[str, str]:
    """Of an address its ward, and whether it is missing in the gazetteer (PIA-24); of a number or
    email whether it does not work (USE-06).
    """
    if isinstance(fact, ContactPoint) and fact.undelivered_on and not is_past:
        return {"flag": f"Does not work since {short_date(fact.undelivered_on)}"}
    if not isinstance(fact, Address) or fact.is_held_back:
        return {}
    return {
        "ward": ward_in_words(fact.ward_code) if fact.ward_code else "",
        "flag": "Not in the gazetteer" if not is_past and is_missing(fact) else "",
    }


def _corrected(fact: Any, born: date | None) -> dict[str, str]:
    return {
        "value": f"{kind_of(fact)}: {value_of(fact)}" if kind_of(fact) else value_of(fact),
        "days": facts.days(fact, from_birth=born),
        "whence": facts.whence(fact),
        "corrected": facts.corrected(fact.superseded),
    }


def kind_of(fact: Any) -> str:
    """Which of its kind a fact is: legal name, home address, UPN."""
    if isinstance(fact, Name | Address | ContactPoint):
        return str(fact.get_kind_display())
    return str(fact.kind) if hasattr(fact, "kind") else ""


def value_of(fact: Any) -> str:
    """What a fact says, without the kind that stands beside it."""
    words = str(fact.value) if hasattr(fact, "kind_id") else facts.value_of(fact)
    return words[:1].upper() + words[1:]
