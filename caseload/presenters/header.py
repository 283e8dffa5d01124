"""The strip at the head of a person's pages (pages §3.2)."""

from datetime import date
from typing import Any

from django.urls import reverse

from caseload import rules
from caseload.models import SendProvision
from caseload.queries.summaries import Summary
from ccis.access.checks import permissions_of
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.accounts.models import User
from ccis.calendar.words import short_date

GREY, GREEN, YELLOW, PURPLE = "grey", "green", "yellow", "purple"


def strip(summary: Summary, user: User, on: date) -> dict[str, Any]:
    """What the component ``person_strip`` draws for one person."""
    person = summary.person
    may = permissions_of(user, person.lead_authority)
    return {
        "name": summary.full_name,
        "known_as": summary.known_as_words,
        "age": rules.age_in_words(summary.date_of_birth, on) or None,
        "year": rules.year_in_words(summary.date_of_birth, on),
        "reference": show_reference(person.ref),
        "href": reverse("caseload:person", args=[person.ref]),
        "tags": tags(summary, on, sees_sensitive=Permission.SEE_SENSITIVE in may),
        "actions": _actions(person.ref, may),
        "more": _more(summary, may),
    }


def tags(summary: Summary, on: date, *, sees_sensitive: bool) -> list[dict[str, str]]:
    """What holds now, in fixed places: leaving, activity, confirmed, SEND, choices, restriction.

    SEND only for those who may see what is sensitive (ISA-01).
    """
    made = []
    if summary.departure:
        left = short_date(summary.departure.starts_on or on)
        made.append({"text": f"{summary.departure.get_kind_display()}, {left}", "colour": GREY})
    made.append(activity_tag(summary))
    if summary.confirmed_on:
        made.append({"text": f"Confirmed {short_date(summary.confirmed_on)}", "colour": GREY})
    if summary.activity and summary.activity.review_on:
        late = summary.activity.review_on < on
        words = f"Review {'was due ' if late else ''}{short_date(summary.activity.review_on)}"
        made.append({"text": words, "colour": YELLOW if late else GREY})
    if sees_sensitive and summary.send and summary.send.provision != SendProvision.Provision.NONE:
        made.append({"text": summary.send.get_provision_display(), "colour": GREY})
    if summary.no_contact:
        made.append({"text": "Do not contact", "colour": PURPLE})
    if summary.no_survey:
        made.append({"text": "Do not survey", "colour": PURPLE})
    if summary.is_restricted:
        words = summary.person.get_restriction_level_display().lower()
        made.append({"text": f"Restricted: {words}", "colour": PURPLE})
    return made


def activity_tag(summary: Summary) -> dict[str, str]:
    """What they are doing and since when; yellow while it is not known."""
    activity = summary.activity
    if activity is None:
        return {"text": "Nothing recorded", "colour": YELLOW}
    words = rules.headline(activity.code_id, activity.code.group)
    since = f" since {short_date(activity.starts_on)}" if activity.starts_on else ""
    colour = YELLOW if activity.code.group == rules.NOT_KNOWN else GREY
    return {"text": f"{words}{since}", "colour": colour}


def _actions(ref: str, may: frozenset[Permission]) -> list[dict[str, str]]:
    if Permission.EDIT_PEOPLE not in may:
        return []
    return [{"text": "Record activity", "href": reverse("caseload:activity-new", args=[ref])}]


def _more(summary: Summary, may: frozenset[Permission]) -> list[dict[str, str]]:
    ref, made = summary.person.ref, []
    if Permission.CLOSE_RECORDS in may and not summary.departure:
        made = [
            {"text": "Moved away", "href": reverse("caseload:move", args=[ref])},
            {"text": "Record a death", "href": reverse("caseload:death", args=[ref])},
        ]
    if Permission.MERGE_PEOPLE in may:
        text = "Compare with another record of this person"
        made.append({"text": text, "href": reverse("merging:name", args=[ref])})
    return made
