"""Codes of attendance and exclusion as data by year, and what a pupil's marks come to (ISA-12).

A list is a TOML file that says from which day it holds and by what source; a mark that the list
of the time does not have counts nowhere.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, NamedTuple, TypeVar

ATTENDED, AUTHORISED, UNAUTHORISED, NOT_POSSIBLE = (
    "attended",
    "authorised",
    "unauthorised",
    "not possible",
)
COUNTS = frozenset({ATTENDED, AUTHORISED, UNAUTHORISED, NOT_POSSIBLE})


class MarksNotSound(Exception):
    """A list of marks that came with the service cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of a register: what it means, and as what a session with it counts."""

    means: str
    counts: str
    suspended: bool = False


@dataclass(frozen=True)
class Marks:
    """The marks in use from a day on."""

    name: str
    valid_from: date
    source: str
    marks: Mapping[str, Mark]


@dataclass(frozen=True)
class Exclusions:
    """The codes of suspensions and exclusions in use from a day on: what each means."""

    name: str
    valid_from: date
    source: str
    types: Mapping[str, str]
    reasons: Mapping[str, str]


class Sums(NamedTuple):
    """Sessions of one pupil. ``unclear`` are those with no mark that the list has."""

    possible: int
    attended: int
    authorised: int
    unauthorised: int
    suspended: int
    unclear: int


@cache
def lists() -> tuple[Marks, ...]:
    """Every list of marks, oldest first. Raises ``MarksNotSound``."""
    return tuple(sorted(map(_marks, _files("marks")), key=lambda one: one.valid_from))


def _files(folder: str) -> Iterator[dict[str, Any]]:
    for file in (resources.files(__name__) / folder).iterdir():
        if file.name.endswith(".toml"):
            yield tomllib.loads(file.read_text(encoding="utf-8"))


def _marks(said: dict[str, Any]) -> Marks:
    marks = {mark: Mark(**values) for mark, values in said["marks"].items()}
    wrong = [mark for mark, what in marks.items() if what.counts not in COUNTS]
    if wrong:
        raise MarksNotSound(f"{said['name']}: {', '.join(wrong)} count as nothing known")
    return Marks(said["name"], said["from"], said["source"], marks)


@cache
def exclusion_lists() -> tuple[Exclusions, ...]:
    """Every list of codes of exclusion, oldest first."""
    read = [
        Exclusions(said["name"], said["from"], said["source"], said["types"], said["reasons"])
        for said in _files("exclusions")
    ]
    return tuple(sorted(read, key=lambda one: one.valid_from))


def marks_on(day: date) -> Marks:
    """The list in use on a day; the oldest for days before all of them."""
    return _in_use(lists(), day)


def exclusions_on(day: date) -> Exclusions:
    """The codes of exclusion in use on a day; the oldest for days before all of them."""
    return _in_use(exclusion_lists(), day)


ListT = TypeVar("ListT", Marks, Exclusions)


def _in_use(lists: Sequence[ListT], day: date) -> ListT:
    in_use = [one for one in lists if one.valid_from <= day]
    return in_use[-1] if in_use else lists[0]


def every_mark() -> list[str]:
    """Each mark of each list once, those in use now first."""
    return list(dict.fromkeys(mark for one in reversed(lists()) for mark in one.marks))


def sums_of(counts: Mapping[str, int], possible: int | None, on: date) -> Sums:
    """What the counts of marks come to, by the list in use on a day.

    Without ``possible`` it is the sessions whose mark says that they were.
    """
    known = marks_on(on).marks

    def those(*ways: str) -> int:
        return sum(n for mark, n in counts.items() if mark in known and known[mark].counts in ways)

    told = those(ATTENDED, AUTHORISED, UNAUTHORISED)
    possible = told if possible is None else possible
    return Sums(
        possible=possible,
        attended=those(ATTENDED),
        authorised=those(AUTHORISED),
        unauthorised=those(UNAUTHORISED),
        suspended=sum(n for mark, n in counts.items() if mark in known and known[mark].suspended),
        unclear=possible - told,
    )


# -- terms ---------------------------------------------------------------------------------------

DAY = timedelta(days=1)


def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian reckoning."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    week = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * week) // 451
    month, day = divmod(epact + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def term_starts(year: int) -> tuple[date, date, date]:
    """First days of the spring, summer and autumn term of a calendar year, as wide as can be.

    Schools set their own days within: the summer term begins after Easter, or in April.
    """
    return date(year, 1, 1), max(date(year, 4, 1), easter(year) + DAY), date(year, 9, 1)


def term_of(day: date) -> date:
    """The first day of the term in which a day lies."""
    return max(start for start in term_starts(day.year) if start <= day)


def last_term_end(day: date) -> date:
    """The last day of the term before the one in which a day lies."""
    return term_of(day) - DAY
