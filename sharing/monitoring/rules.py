"""Decisions of the council about drop-out returns: no database, no clock (LDOR-05, LDOR-07)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ccis.calendar.periods import Period
from ccis.calendar.words import date_in_words
from ccis.calendar.working_days import add_working_days

# -- academic years --------------------------------------------------------------------------------

SEPTEMBER = 9


def year_of(month: Period) -> int:
    """The academic year of a month, by the calendar year in which it begins."""
    return month.year if month.month >= SEPTEMBER else month.year - 1


def months_of_year(year: int, *, until: Period | None = None) -> list[Period]:
    """The months of an academic year, September first, as far as ``until``."""
    months, month = [], Period(year, SEPTEMBER)
    while year_of(month) == year and (until is None or month <= until):
        months.append(month)
        month = month.next()
    return months


def year_before(month: Period) -> Period:
    """The same month a year earlier."""
    return Period(month.year - 1, month.month)


def year_in_words(year: int) -> str:
    """``2026 to 2027``."""
    return f"{year} to {year + 1}"


def read_year(text: str) -> int | None:
    """The first year of an academic year as people write it; ``None`` for what is none.

    ``2026``, ``2026/27``, ``2026-2027`` and ``2026 to 2027`` are all the same.
    """
    found = re.fullmatch(r"(20\d\d)(?:\s*(?:/|-|–|to)\s*(?:20)?(\d\d))?", text.strip())
    if found is None:
        return None
    year = int(found[1])
    return year if found[2] is None or int(found[2]) == (year + 1) % 100 else None


# -- returns due and made --------------------------------------------------------------------------


class Standing(StrEnum):
    """How the return of one provider for one month stands with the council."""

    MADE = "Sent"
    NIL = "Nothing to report"
    MADE_LATE = "Sent late"
    MISSING = "Not sent"
    DUE = "Due"
    NOT_ASKED = "Not asked for"


MADE = frozenset({Standing.MADE, Standing.NIL, Standing.MADE_LATE})
ASKED = frozenset(Standing) - {Standing.NOT_ASKED}


def standing(
    *, due_on: date | None, sent_on: date | None, is_nil: bool, is_late: bool, today: date
) -> Standing:
    """How a return stands on a day. One that nobody asked for counts when it came all the same."""
    if sent_on is not None:
        if is_late:
            return Standing.MADE_LATE
        return Standing.NIL if is_nil else Standing.MADE
    if due_on is None:
        return Standing.NOT_ASKED
    return Standing.MISSING if today > due_on else Standing.DUE


def why_not_remind(now: Standing, *, reminded: date | None, today: date) -> str:
    """What stands in the way of a reminder; empty when nothing does."""
    if now not in (Standing.DUE, Standing.MISSING):
        return "Nothing is awaited from them for this month"
    if reminded == today:
        return "They were reminded today already"
    return ""


def why_not_escalate(
    now: Standing,
    *,
    reminded: date | None,
    escalated: date | None,
    their_days: int | None,
    today: date,
) -> str:
    """What stands in the way of escalating; empty when nothing does.

    A return is escalated once its day is over and a reminder did not help in ``their_days``, the
    working days of the service level agreement in force, to whom that names; ``None`` where there
    is none (LDOR-05, LDOR-07).
    """
    if now is not Standing.MISSING:
        return "Only a return whose day is over, and that has not come, is escalated"
    if reminded is None:
        return "Remind them first. It is escalated when that does not help"
    if their_days is None:
        return "No service level agreement in force names whom to escalate to"
    until = add_working_days(reminded, their_days)
    if today <= until:
        return f"They have until {date_in_words(until)} to answer the reminder"
    if escalated == today:
        return "It was escalated today already"
    return ""


# -- service level agreements ----------------------------------------------------------------------


class LevelState(StrEnum):
    """Where a service level agreement stands."""

    TO_SIGN = "To be signed"
    SIGNED = "Signed"
    IN_FORCE = "In force"
    TO_REVIEW = "Under review"
    ENDED = "Ended"


BINDING = frozenset({LevelState.IN_FORCE, LevelState.TO_REVIEW})
"""One whose review is due binds until it is ended."""


@dataclass(frozen=True)
class LevelDays:
    """The days of a service level agreement that say where it stands."""

    ours: date | None
    theirs: date | None
    starts_on: date
    review_on: date
    ended_on: date | None = None

    @property
    def binds_from(self) -> date | None:
        """The day from which it binds both sides; ``None`` before both have signed."""
        if self.ours is None or self.theirs is None:
            return None
        return max(self.starts_on, self.ours, self.theirs)


def level_state(days: LevelDays, *, on: date) -> LevelState:
    """Where it stands on a day. Its last day is the one on which it was ended."""
    if days.ended_on is not None and on > days.ended_on:
        return LevelState.ENDED
    if days.ours is None or days.theirs is None:
        return LevelState.TO_SIGN
    if on < days.starts_on:
        return LevelState.SIGNED
    return LevelState.TO_REVIEW if on >= days.review_on else LevelState.IN_FORCE


# -- retention -------------------------------------------------------------------------------------

LEARNERS, LEFT_EARLY, RETENTION, NOTIFIED = "learners", "left-early", "retention", "notified"
MEASURES: Mapping[str, str] = {
    LEARNERS: "Learners at the start of the year",
    LEFT_EARLY: "Learners who left before the end",
    RETENTION: "Retention, as a percentage",
    NOTIFIED: "Leavers notified to the council",
}
"""What retention data say of a provider's year (seed: scope and baseline)."""


def wrong_figure(measure: str, figure: Decimal) -> str:
    """What is wrong with a figure; empty when it may be."""
    if figure < 0:
        return "Enter 0 or more"
    if measure == RETENTION:
        return "" if figure <= 100 else "Enter a percentage, from 0 to 100"
    return "" if figure == figure.to_integral_value() else "Enter a whole number of people"


def expected_leavers(known: Mapping[str, Decimal]) -> int | None:
    """How many leave early in a year, by what retention data say; ``None`` where they do not.

    A count that was given stands before one that is worked out from the learners.
    """
    if LEFT_EARLY in known:
        return int(known[LEFT_EARLY])
    if LEARNERS in known and RETENTION in known:
        return round(known[LEARNERS] * (100 - known[RETENTION]) / 100)
    return None


# -- how much of drop-out was told -----------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """Of those who left a provider early, by their records: how many it told us of, how soon."""

    left: int = 0
    told: int = 0
    days: float | None = None
    """The median of days from someone's last day until we were told."""

    @property
    def counts(self) -> dict[str, int]:
        """What adds up: whoever left was told of, or not."""
        return {"left": self.left, "told": self.told, "untold": self.left - self.told}

    @property
    def share(self) -> float | None:
        """Of a hundred; ``None`` of nobody."""
        return 100 * self.told / self.left if self.left else None
