"""What an organisation may say of someone on its list, and when it is due: no database, no clock.

Shared by the pages, the workbook that comes back, and the actions (LC-09, LC-18, LC-19).
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ccis.calendar.words import local_date
from sharing import template
from sharing.rules import start_of
from sharing.template import HOW, OUTCOMES

ENGAGED, CONFIRMED = "engaged", "confirmed"
NOT_REACHED, REFUSED, WRONG_DETAILS = "not-reached", "refused", "wrong-details"
NO_CONTACT = "no-contact"

ENDS = frozenset({NOT_REACHED, REFUSED, WRONG_DETAILS, NO_CONTACT})
"""What ends the sharing at once; the organisation destroys what it has (LC-18)."""

HOWS = {one.lower(): one for one in HOW}
"""How somebody was tried, by the word that is kept."""

RESULTS = {"no-answer": "No answer", "message": "Left a message", "spoke": "Spoke to them"}
"""What came of a try."""

DOING = {one.lower(): one for one in template.DOING}
"""What someone does who was confirmed, where the organisation says it."""

SELECT_DOING = "Select education, training or work"

LONGEST_WHERE, LONGEST_NOTES = 200, 500
MOST_TRIES = 99

OVER = "This person is no longer on your list"
CHANGED = "A colleague has answered meanwhile"
TWICE = "This person is there more than once. Leave one of them"


@dataclass(frozen=True)
class Said:
    """What an organisation says became of someone. ``tries`` is how often it tried, as told."""

    outcome: str
    where: str = ""
    since: date | None = None
    doing: str = ""
    notes: str = ""
    tries: int | None = None


@dataclass(frozen=True)
class Wrong:
    """Something about what was said, and the field that it is in."""

    field: str
    message: str


def wrong_with(said: Said, *, today: date) -> list[Wrong]:
    """Everything that is wrong with an answer, in words for whoever gives it."""
    return list(_wrong(said, today))


def _wrong(said: Said, today: date) -> Iterable[Wrong]:
    if said.outcome not in OUTCOMES:
        yield Wrong("outcome", "Select what happened")
    if said.doing and said.doing not in DOING:
        yield Wrong("doing", SELECT_DOING)
    if said.outcome == CONFIRMED:
        if not said.where:
            yield Wrong("where", "Enter where they are")
        if said.since is None:
            yield Wrong("since", "Enter the day on which it began")
    elif said.where or said.since or said.doing:
        field = "where" if said.where else "since" if said.since else "doing"
        words = f"Leave this empty, or choose “{OUTCOMES[CONFIRMED]}”"
        yield Wrong(field, words)
    if said.since is not None:
        if said.since > today:
            yield Wrong("since", "The day must be today or earlier")
        elif said.since < date(today.year - 20, 1, 1):
            yield Wrong("since", "Check the year")
    if len(said.where) > LONGEST_WHERE:
        yield Wrong("where", f"Use {LONGEST_WHERE} characters or fewer")
    if len(said.notes) > LONGEST_NOTES:
        yield Wrong("notes", f"Use {LONGEST_NOTES} characters or fewer")
    if said.tries is not None and not 0 <= said.tries <= MOST_TRIES:
        yield Wrong("tries", f"Give a number from 0 to {MOST_TRIES}")


# -- updates ---------------------------------------------------------------------------------------

DAYS = {"weekly": 7, "fortnightly": 14}
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


def due_after(day: date, frequency: str) -> date:
    """The last day for the next word about someone, by the agreement's frequency (LC-19).

    A month after 31 January is the last day of February.
    """
    if frequency in DAYS:
        return day + timedelta(days=DAYS[frequency])
    months = day.month - 1 + MONTHS[frequency]
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def next_word(
    *,
    frequency: str,
    ends_at: datetime,
    received_at: datetime,
    engaged_at: datetime | None,
    answered_at: datetime | None,
    tried_on: date | None,
) -> date | None:
    """The last day for the next word about someone; ``None`` where their days end sooner."""
    since = last_word(
        received_on=local_date(received_at),
        engaged_on=local_date(engaged_at) if engaged_at else None,
        answered_on=local_date(answered_at) if answered_at else None,
        tried_on=tried_on,
    )
    due_on = due_after(since, frequency)
    return due_on if start_of(due_on) < ends_at else None


def last_word(
    *, received_on: date, engaged_on: date | None, answered_on: date | None, tried_on: date | None
) -> date:
    """The day from which the time to the next word counts.

    While they try to reach someone, a try is a word; once they work together only an answer is.
    """
    days = [received_on, engaged_on, answered_on, None if engaged_on else tried_on]
    return max(day for day in days if day is not None)
