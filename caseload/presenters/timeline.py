"""The story of a person as items of the timeline component (pages §3.3)."""

from datetime import date
from typing import Any

from django.urls import reverse

from caseload.models import YoungPerson
from caseload.presenters import facts
from caseload.queries.timeline import Event
from ccis.calendar.academic import academic_year_start
from ccis.calendar.words import date_in_words, short_date

ON_A_PAGE = 30
KIND_WORDS = {
    "": "all",
    "activities": "activities",
    "details": "details",
    "education": "education and support",
    "choices": "choices",
    "leaving": "leaving",
}


def item(event: Event, person: YoungPerson) -> dict[str, Any]:
    """One event as the component draws it."""
    change = event.fact.recorded
    made: dict[str, Any] = {
        "date": short_date(event.on),
        "year": academic_year(event.on),
        "sentence": _sentence(event),
        "who": facts.who(change),
        "source": facts.source(change, event.fact.source_row),
        "note": _note(event),
    }
    if event.is_corrected:
        made["corrected"] = facts.corrected(event.fact.superseded)
    if event.is_sensitive:
        made["sensitive"] = True
        made["open_href"] = reverse("caseload:education", args=[person.ref]) + "?show=sensitive"
        made["sentence"] = made["note"] = made["corrected"] = ""
    return made


def _sentence(event: Event) -> str:
    if event.what == "confirmed":
        doing = facts.value_of(event.activity) if event.activity else "what they are doing"
        return f"Confirmed: {doing}"
    if event.what == "ended":
        return f"Left: {facts.value_of(event.fact)}. Reason: {event.fact.leaving_reason}"
    return facts.sentence(event.fact)


def _note(event: Event) -> str:
    if event.what != "recorded":
        return ""
    ends_on = event.fact.ends_on
    return f"Until {date_in_words(ends_on)}" if ends_on else ""


def academic_year(on: date) -> str:
    """``2026 to 2027``: the academic year of a day."""
    first = academic_year_start(on).year
    return f"{first} to {first + 1}"


def kinds(person: YoungPerson, chosen: str) -> list[dict[str, Any]]:
    """Links that show one part of the story."""
    story = reverse("caseload:person", args=[person.ref])
    return [
        {
            "text": words,
            "href": f"{story}?show={kind}" if kind else story,
            "current": kind == chosen,
        }
        for kind, words in KIND_WORDS.items()
    ]
