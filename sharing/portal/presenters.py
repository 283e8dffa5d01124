"""People on a list as their organisation sees them: days left, tries, answers (pages §4.10)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from ccis.access.references import addresses, show_reference
from ccis.calendar.words import date_in_words, local_date
from ccis.calendar.working_days import BankHolidaysNotKnown, working_days_between
from ccis.govuk import tags
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.words import plural, short_date, time_of_day
from optout.letters.rules import PURPOSES
from sharing.models import SharedList
from sharing.outcomes.rules import DOING, HOWS, RESULTS, next_word
from sharing.portal.queries import Clock
from sharing.portal.reading import Given, Row, Try
from sharing.presenters.disclosures import SOON
from sharing.rules import HEADINGS, in_words
from sharing.template import OUTCOMES

REACHED_BY = ("phone", "email", "address")
"""Columns that are shown by a press alone, here, where somebody may look over a shoulder."""

WEEK = timedelta(days=7)
UNDONE_WITHIN = timedelta(hours=24)

CHECKED = "The council is checking their details"
"""Of somebody whose name is withheld."""

SHORT_RESULTS = {"no-answer": "No answer", "message": "Left message", "spoke": "Spoke"}
"""The words of the buttons."""


def purpose_in_words(purpose: str) -> str:
    """What a list is for, on its face."""
    return f"{PURPOSES[purpose]}. Not to be passed on."


# -- how long --------------------------------------------------------------------------------------


def clock(held: Clock, at: datetime) -> dict[str, Any]:
    """How much of the term is left (pages §3.10)."""
    last = local_date(held.ends_at - timedelta(microseconds=1))
    if held.engaged_at is not None:
        return {"left": "Working with you", "ends": f"at the end of {short_date(last)}"}
    today = local_date(at)
    try:
        left = working_days_between(today, last)
    except BankHolidaysNotKnown:
        return {"left": f"Until {date_in_words(last)}", "ends": ""}
    return {
        "left": f"{left} of {plural(held.term_days, 'working day')} left",
        "ends": f"at the end of {short_date(last)}",
        "tag": _tag(left, ends_today=last == today),
    }


def _tag(left: int, *, ends_today: bool) -> dict[str, str]:
    if ends_today:
        return {"text": "Ends today", "colour": "orange"}
    if left <= SOON:
        return {"text": "Ends soon", "colour": "yellow"}
    return {"text": "On time", "colour": "grey"}


def due_on(row: Row, held: Clock) -> date | None:
    """By when the next word about somebody is due, where one is (LC-19)."""
    if held.received_at is None:
        return None
    tried = (one.tried_on for one in row.tries if one.undone_at is None)
    return next_word(
        frequency=held.frequency,
        ends_at=held.ends_at,
        received_at=held.received_at,
        engaged_at=held.engaged_at,
        answered_at=row.answer.at if row.answer else None,
        tried_on=max(tried, default=None),
    )


def update(due: date | None, at: datetime) -> dict[str, str] | None:
    """By when they are to say how somebody is getting on; ``None`` where nothing is owed."""
    if due is None:
        return None
    if due < local_date(at):
        return {"text": "Update late", "colour": tags.LATE}
    return {"text": f"Update due {short_date(due)}", "colour": ""}


def end_this_week(rows: Iterable[Row], clocks: Mapping[int, Clock], at: datetime) -> int:
    """Of how many the days end within a week; a clock that has just started counts."""
    ends = (
        clocks[row.disclosure].ends_at if row.disclosure in clocks else row.ends_at for row in rows
    )
    return sum(one <= at + WEEK for one in ends)


# -- tries and answers -----------------------------------------------------------------------------


def tries(row: Row, at: datetime, *, user: int) -> dict[str, Any]:
    """How often they were tried and how last, with the way back from a slip of the finger.

    What was logged last may be of an earlier day than the last try: then the way back says which.
    """
    standing = [one for one in row.tries if one.undone_at is None]
    if not standing:
        return {"count": "none", "last": "", "undo": ""}
    last = standing[0]
    newest = max(standing, key=lambda one: one.at)
    mine = newest.by_id == user and at - newest.at <= UNDONE_WITHIN
    apart = newest is not last
    return {
        "count": plural(len(standing), "try", "tries"),
        "last": f"{_day(last, at)}: {_what(last)}",
        "undo": reverse("mylist:undo", args=[row.ref, newest.ref]) if mine else "",
        "undone": _what(newest) + (f", {short_date(newest.tried_on)}" if apart else ""),
        "apart": apart,
    }


def _day(one: Try, at: datetime) -> str:
    if one.tried_on == local_date(at):
        return f"today, {time_of_day(one.at)}" if local_date(one.at) == one.tried_on else "today"
    return short_date(one.tried_on)


def _what(one: Try) -> str:
    by = HOWS[one.how].lower()
    return f"{RESULTS[one.result].lower()}, by {by}" if one.result else f"tried by {by}"


def tried(row: Row) -> list[dict[str, Any]]:
    """Each try, newest first; one that was taken back stays, struck through."""
    return [
        {
            "day": short_date(one.tried_on),
            "what": f"{RESULTS.get(one.result, 'Tried')}, by {HOWS[one.how].lower()}",
            "who": one.by_name,
            "undone": one.undone_at is not None,
        }
        for one in row.tries
    ]


def noted(how: str, result: str) -> str:
    """What has just been logged."""
    return f"Noted: {RESULTS[result].lower()}, by {HOWS[how].lower()}"


def said(given: Given) -> list[str]:
    """The last answer, a line each."""
    lines = [OUTCOMES[given.outcome]]
    if given.where:
        doing = f"{DOING[given.doing]}: " if given.doing else ""
        lines.append(f"{doing}{given.where}, since {short_date(given.since)}")
    if given.notes:
        lines.append(given.notes)
    return [*lines, f"{given.by_name}, {short_date(given.at)}"]


# -- the list --------------------------------------------------------------------------------------


def on_list(ref: str) -> str:
    """Where somebody stands on the list, on whatever page of it: their name has the focus there."""
    return f"{reverse('mylist:list')}?{urlencode({'at': show_reference(ref)})}#name-{ref}"


def groups(
    rows: Sequence[Row],
    lists: Mapping[int, SharedList],
    clocks: Mapping[int, Clock],
    at: datetime,
    *,
    user: int,
    shown: str,
) -> list[dict[str, Any]]:
    """People by what their list is for, each with what may be done; ``shown`` has been pressed."""
    found: dict[str, list[dict[str, Any]]] = {}
    person, attempts = addresses("mylist:person"), addresses("mylist:attempts")
    outcomes = {text: addresses("mylist:details", word) for word, text in OUTCOMES.items()}
    for row in rows:
        line = _line(row, clocks[row.disclosure], at, user=user, shown=row.ref == shown)
        line |= {
            "due": update(due_on(row, clocks[row.disclosure]), at),
            "href": person(row.ref),
            "attempts": attempts(row.ref),
            "outcomes": [{"text": text, "href": of(row.ref)} for text, of in outcomes.items()],
        }
        found.setdefault(lists[row.on_list].purpose, []).append(line)
    return [
        {"purpose": purpose_in_words(purpose), "rows": lines} for purpose, lines in found.items()
    ]


def _line(row: Row, held: Clock, at: datetime, *, user: int, shown: bool) -> dict[str, Any]:
    there = [name for name in REACHED_BY if row.values.get(name)]
    return {
        "ref": row.ref,
        "name": row.name,
        "checked": CHECKED if not row.called else "",
        "contact": in_words(there),
        "shown": reached(row) if shown else [],
        "clock": clock(held, at),
        "tries": tries(row, at, user=user),
        "said": OUTCOMES[row.answer.outcome] if row.answer else "",
    }


def reached(row: Row) -> list[dict[str, str]]:
    """How to reach them: each with what a phone or a mail program opens, where there is such."""
    opens = {"phone": "tel:", "email": "mailto:"}
    found = []
    for name in REACHED_BY:
        value = row.values.get(name) or []
        if name == "address":
            value = ", ".join(value) if isinstance(value, list) else value
        for text in value if isinstance(value, list) else [value]:
            link = f"{opens[name]}{text.replace(' ', '')}" if name in opens and text else ""
            found.append({"text": text, "href": link})
    return [one for one in found if one["text"]]


# -- one person ------------------------------------------------------------------------------------


def details(row: Row) -> dict[str, Any]:
    """The agreed columns that say something, in the catalogue's order."""
    return summary(
        summary_row(words, row.values[name])
        for name, words in HEADINGS.items()
        if row.values.get(name)
    )
