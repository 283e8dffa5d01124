"""Lists in words: where each stands, who is on it, who dropped out and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from ccis.access.references import show_reference
from ccis.calendar.words import date_in_words, local_date
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.words import number, plural, short_date
from sharing.agreements.rules import DELIVERY
from sharing.models import Disclosure, ListEntry, ListState, SharedList
from sharing.presenters.disclosures import Tag, tags
from sharing.rules import ONE_DAY, Answer, Reason, headings, in_words, term_ends_at

COLOURS = {ListState.DRAFTED: "yellow", ListState.RELEASED: "blue", ListState.WITHDRAWN: "grey"}


def with_counts(lists: QuerySet[SharedList], at: datetime) -> QuerySet[SharedList]:
    """Lists with how many were drafted, went, and are live."""
    return lists.select_related("provider").annotate(
        drafted=Count("entries", distinct=True),
        went=Count("disclosures", distinct=True),
        live=Count("disclosures", filter=Q(disclosures__ends_at__gt=at), distinct=True),
    )


def tag(shared: Any) -> Tag:
    """Where a list stands; one of which nothing is live any more has ended."""
    if shared.state == ListState.RELEASED and shared.live == 0:
        return {"text": "Ended", "colour": "grey"}
    state = ListState(shared.state)
    return {"text": state.label, "colour": COLOURS[state]}


def row(shared: Any) -> dict[str, Any]:
    """One list of the table."""
    waits = shared.state == ListState.DRAFTED
    return {
        "provider": shared.provider.name,
        "href": reverse("sharing:list", args=[shared.ref]),
        "purpose": shared.get_purpose_display(),
        "tag": tag(shared),
        "people": number(shared.drafted if waits else shared.went),
        "live": number(shared.live),
        "on": short_date(shared.released_at or shared.drafted_at),
    }


def details(shared: SharedList, people: int) -> dict[str, Any]:
    """What a list is, on its face (LC-26)."""
    version = shared.version
    rows = [
        summary_row("For", shared.provider.name),
        summary_row("Purpose", shared.get_purpose_display()),
        summary_row("Columns", headings(shared.columns)),
        summary_row("People", number(people)),
        summary_row("Time to reach them", how_long(shared)),
        summary_row("Agreement", f"{version.agreement.title}, version {version.number}"),
        summary_row("Prepared", f"{short_date(shared.drafted_at)} by {shared.drafted_by.name}"),
    ]
    if shared.released_by is not None:
        words = f"{short_date(shared.released_at)} by {shared.released_by.name}"
        rows.append(summary_row("Released", words))
    rows.append(summary_row("Reference", show_reference(shared.ref)))
    return summary(rows)


def how_long(shared: SharedList) -> str:
    """The term of a list's agreement, and from when it counts."""
    version = shared.version
    since = (
        "from the day of release"
        if version.clock == DELIVERY
        else "from the first time that somebody there opens the list"
    )
    return f"{plural(version.term_days, 'working day')} {since}"


def released(shared: SharedList, made: Sequence[Disclosure], at: datetime) -> str:
    """What is said when a list has gone (pages §5.3)."""
    people = plural(len(made), "person is", "people are")
    version = shared.version
    term = f"They have {plural(version.term_days, 'working day')}"
    if version.clock == DELIVERY:
        ends = term_ends_at(
            local_date(at), working_days=version.term_days, period_ends_on=version.ends_on
        )
        until = f"to the end of {date_in_words(local_date(ends) - ONE_DAY)}"
    else:
        until = (
            "from the first time that somebody there opens the list. If nobody opens it by then, "
            "it ends as well"
        )
    return (
        f"{people} now on the list of {shared.provider.name}. {term}, {until}. "
        "You cannot undo this, but you can recall anyone"
    )


# -- who is on it ----------------------------------------------------------------------------------


def drafted_row(entry: ListEntry, name: str, answer: Answer) -> dict[str, Any]:
    """Someone on a draft: what of them would go today, or why they would not."""
    return {
        **_person(entry, name),
        "state": {"text": "May go", "colour": "green"}
        if answer.may
        else {"text": "Dropped out", "colour": "purple"},
        "words": [f"{in_words(answer.columns)}".capitalize()]
        if answer.may
        else [found.words for found in answer.why_not],
    }


def gone_row(
    entry: ListEntry, name: str, disclosure: Disclosure | None, at: datetime
) -> dict[str, Any]:
    """Someone on a list that was released, or who dropped out then, and why."""
    if disclosure is None:
        return {
            **_person(entry, name),
            "state": {"text": "Dropped out", "colour": "purple"},
            "words": [Reason[reason].value for reason in entry.dropped if reason in REASONS],
        }
    return {
        **_person(entry, name),
        "href": reverse("sharing:person", args=[entry.person.ref]),
        "state": tags(disclosure, at)[0],
        "words": [in_words(disclosure.columns).capitalize()],
    }


REASONS = Reason.__members__


def _person(entry: ListEntry, name: str) -> dict[str, Any]:
    return {"name": name, "href": reverse("sharing:person", args=[entry.person.ref])}


def left_out(found: Sequence[Answer]) -> list[list[str]]:
    """How many dropped out for each reason, commonest first; someone with two is in both."""
    held: dict[str, int] = {}
    for answer in found:
        for why in answer.why_not:
            held[why.words] = held.get(why.words, 0) + 1
    return [[words, number(many)] for words, many in sorted(held.items(), key=lambda one: -one[1])]


def withdrawn_row(entry: ListEntry, name: str) -> dict[str, Any]:
    """Someone on a draft that was given up."""
    return {**_person(entry, name), "state": {"text": "Not shared", "colour": "grey"}, "words": []}
