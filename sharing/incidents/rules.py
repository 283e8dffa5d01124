"""Decisions about an incident: its clock, who must be told, what closing waits for (LAW-04).

No database and no clock. The law asked here is the UK GDPR, Articles 33 and 34.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ccis.calendar.words import local_date

ALLOWED = timedelta(hours=72)
"""From the moment that we became aware; nights, weekends and holidays count (Article 33(1))."""
SOON = timedelta(hours=12)

HAPPENED, DATA, EXTENT, CONTAINMENT = "happened", "data", "extent", "containment"
ESCALATED, LESSONS = "escalated", "lessons"

STAGES: Mapping[str, str] = {
    HAPPENED: "What happened",
    DATA: "What data it is about",
    EXTENT: "How far it went",
    CONTAINMENT: "What was done to contain it",
    ESCALATED: "To whom it was escalated",
    LESSONS: "What we learned",
}
"""Facts of an incident by stage, in the order in which they are found out."""

UNLIKELY, RISK, HIGH = "unlikely", "risk", "high"
RISKS: Mapping[str, str] = {
    UNLIKELY: "A risk is unlikely",
    RISK: "There is a risk",
    HIGH: "The risk is high",
}

REGULATOR, PEOPLE = "regulator", "people"

BECAUSE_UNLIKELY, NOT_HIGH = "unlikely", "not-high"
GROUNDS: Mapping[str, Mapping[str, str]] = {
    REGULATOR: {BECAUSE_UNLIKELY: "A risk to anybody is unlikely"},
    PEOPLE: {
        NOT_HIGH: "The risk is not high for anybody",
        "unreadable": "Nobody else can read the data, as where it is encrypted",
        "averted": "What we did since makes a high risk unlikely",
        "public": "To tell each of them is too much effort, so it is made known publicly",
    },
}
"""Why not, by decision: the only reasons that the law knows (Articles 33(1) and 34(3))."""


class Pace(StrEnum):
    """Where the clock of the regulator stands, with its words for a tag."""

    RUNS = "On time"
    SOON = "Ends soon"
    TODAY = "Ends today"
    LATE = "Late"
    TOLD = "Told in time"
    TOLD_LATE = "Told late"
    NOT_NEEDED = "Not to be told"


@dataclass(frozen=True)
class Clock:
    """The 72 hours: when they end, where they stand, and how long from then or until then."""

    ends_at: datetime
    pace: Pace
    by: timedelta = timedelta(0)
    """Time left; where it is late, or was told late, by how much; told in time, after how long."""

    @property
    def runs(self) -> bool:
        """Whether something is still to be decided or done."""
        return self.pace in (Pace.RUNS, Pace.SOON, Pace.TODAY, Pace.LATE)


def clock(
    aware_at: datetime, *, at: datetime, told_at: datetime | None = None, not_needed: bool = False
) -> Clock:
    """Where the clock stands at a moment, by when the regulator was told, or that it need not be.

    To decide that it must be told does not stop it; only telling does.
    """
    ends_at = aware_at + ALLOWED
    if told_at is not None:
        if told_at > ends_at:
            return Clock(ends_at, Pace.TOLD_LATE, told_at - ends_at)
        return Clock(ends_at, Pace.TOLD, told_at - aware_at)
    if not_needed:
        return Clock(ends_at, Pace.NOT_NEEDED)
    left = ends_at - at
    if left <= timedelta(0):
        return Clock(ends_at, Pace.LATE, -left)
    if local_date(ends_at) == local_date(at):
        return Clock(ends_at, Pace.TODAY, left)
    return Clock(ends_at, Pace.SOON if left <= SOON else Pace.RUNS, left)


@dataclass(frozen=True)
class Decided:
    """What was decided about telling the regulator, or the people."""

    tell: bool
    done: bool = False
    """Whether they were told."""


@dataclass(frozen=True)
class Standing:
    """What is there of an incident, as far as closing it and the decisions ask."""

    stages: frozenset[str] = frozenset()
    counted: bool = False
    """Whether the people affected were worked out."""
    people: int = 0
    risks: Mapping[str, int] | None = None
    """How many people of those affected stand at each risk; the rest are not assessed."""
    told: int = 0
    """People of those affected who were told; whoever was found later was not."""
    high_told: int = 0
    """Of those, at a high risk."""
    to_notify: int = 0
    """Signatories and data managers who have not been told."""
    regulator: Decided | None = None
    people_told: Decided | None = None
    actions: int = 0
    """Actions that are not done."""

    @property
    def not_assessed(self) -> int:
        """People affected whose risk nobody has weighed."""
        return self.people - sum((self.risks or {}).values())

    @property
    def not_told(self) -> int:
        """People affected who were not told."""
        return self.people - self.told

    def at(self, *levels: str) -> int:
        """How many people stand at some risks."""
        return sum((self.risks or {}).get(level, 0) for level in levels)


def why_not_decided(about: str, *, tell: bool, ground: str, standing: Standing) -> str | None:
    """What forbids a decision as things stand, in words; ``None`` when it may be taken.

    A no needs a reason that the law knows, and must agree with the risk that was assessed.
    """
    if tell:
        return None
    if ground not in GROUNDS[about]:
        return "Select why they are not told"
    if not standing.counted:
        return "Work out first who is affected"
    if standing.not_assessed:
        return "Assess first the risk to everyone affected"
    at_risk, high = standing.at(RISK, HIGH), standing.at(HIGH) - standing.high_told
    if about == REGULATOR and at_risk:
        return (
            f"You said that there is a risk for {_people(at_risk)}, so the regulator must be "
            "told. If that is wrong, assess it again"
        )
    if about == PEOPLE and ground == NOT_HIGH and high:
        return f"You said that the risk is high for {_people(high)}. Select another reason"
    return None


def missing(standing: Standing) -> list[str]:
    """What an incident still waits for before it can be closed, a sentence each."""
    wants = [
        (STAGES[HAPPENED], HAPPENED in standing.stages),
        (STAGES[DATA], DATA in standing.stages),
        (STAGES[EXTENT], EXTENT in standing.stages),
        (STAGES[CONTAINMENT], CONTAINMENT in standing.stages),
        ("Who is affected", standing.counted),
        ("The risk to everyone affected", standing.counted and not standing.not_assessed),
        ("That signatories and data managers are told", not standing.to_notify),
        (STAGES[ESCALATED], ESCALATED in standing.stages),
        ("Whether the regulator is told", standing.regulator is not None),
        ("That the regulator was told", _done(standing.regulator)),
        ("Whether the people are told", standing.people_told is not None),
        ("That the people were told", _done(standing.people_told)),
        ("That every action is done", not standing.actions),
        (STAGES[LESSONS], LESSONS in standing.stages),
    ]
    return [words for words, is_there in wants if not is_there]


def _done(decided: Decided | None) -> bool:
    """Whether nothing is left to do of a decision; that it is missing is said elsewhere."""
    return decided is None or not decided.tell or decided.done


def _people(count: int) -> str:
    return f"{count} {'person' if count == 1 else 'people'}"
