"""How a file stands for whoever sent it, and when the at-risk review is: no database, no clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from caseload.intake.rules import FileState, Outcome

OF_SCHOOLS: frozenset[str] = frozenset(
    {
        "school-census",
        "school-feed",
        "attendance",
        "risk-return",
        "starters-leavers",
        "guarantee-offers",
    }
)
OF_COLLEGES: frozenset[str] = frozenset(
    {"college-enrolments", "starters-leavers", "guarantee-offers"}
)
SENT_HERE: frozenset[str] = OF_SCHOOLS | OF_COLLEGES
"""Kinds of file that are sent on these pages. Drop-outs have pages of their own; the others come
from authorities and departments."""


def kinds_here(agreed: Collection[str], *, is_school: bool) -> frozenset[str]:
    """The kinds that an organisation sends here: those agreed with it, or else the usual ones."""
    usual = OF_SCHOOLS if is_school else OF_COLLEGES
    return SENT_HERE.intersection(agreed) if agreed else usual


class Standing(StrEnum):
    """Where a file stands, as its sender is told: nothing of it rests on what we hold."""

    READING = "reading"
    COUNCIL = "council"
    MEND = "mend"
    RECEIVED = "received"
    REFUSED = "refused"
    ASIDE = "aside"

    @property
    def label(self) -> str:
        """The words of its tag."""
        return STANDING_LABELS[self]


STANDING_LABELS: dict[Standing, str] = {
    Standing.READING: "Being read",
    Standing.COUNCIL: "With the council",
    Standing.MEND: "Rows to mend",
    Standing.RECEIVED: "Received",
    Standing.REFUSED: "Refused",
    Standing.ASIDE: "Not used",
}

_AS_IT_IS: dict[FileState, Standing] = {
    FileState.NEEDS_COLUMNS: Standing.COUNCIL,
    FileState.REFUSED: Standing.REFUSED,
    FileState.SET_ASIDE: Standing.ASIDE,
    FileState.WITH_SENDER: Standing.MEND,
}

_UNDER_WAY: frozenset[FileState] = frozenset(
    {
        FileState.RECEIVED,
        FileState.READING,
        FileState.CHECKING,
        FileState.MATCHING,
        FileState.STOPPED,
    }
)


def is_first_read(state: FileState, *, has_counts: bool) -> bool:
    """Whether a file is still read for the first time; what is done with it later is ours."""
    return state in _UNDER_WAY and not has_counts


def standing_of(state: FileState, counts: Mapping[str, int]) -> Standing:
    """Where a file stands for its sender, by its state and its rows by outcome."""
    if state in _AS_IT_IS:
        return _AS_IT_IS[state]
    if is_first_read(state, has_counts=bool(counts)):
        return Standing.READING
    return Standing.MEND if counts.get(Outcome.CANNOT_READ) else Standing.RECEIVED


# -- the at-risk review ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Season:
    """One of the times of a year at which schools are asked: days as (month, day)."""

    name: str
    opens: tuple[int, int]
    due: tuple[int, int]


SEASONS: tuple[Season, ...] = (
    Season("summer", opens=(5, 1), due=(6, 15)),
    Season("autumn", opens=(10, 1), due=(11, 30)),
)
"""Twice a year, in the order of the calendar year (docs/adr/0057). A review stays open until the
next one opens: a late answer is better than none."""


@dataclass(frozen=True)
class Term:
    """One review: which, from when, by when, and the day before which it may still be answered."""

    season: Season
    year: int

    @property
    def slug(self) -> str:
        """As it stands in an address: ``2026-autumn``."""
        return f"{self.year}-{self.season.name}"

    @property
    def label(self) -> str:
        """As it stands on a page: ``autumn 2026``."""
        return f"{self.season.name} {self.year}"

    @property
    def opens(self) -> date:
        """The first day on which it may be answered."""
        return date(self.year, *self.season.opens)

    @property
    def due(self) -> date:
        """The last day on which it is in time."""
        return date(self.year, *self.season.due)

    @property
    def until(self) -> date:
        """The day on which the next one opens."""
        at = SEASONS.index(self.season) + 1
        return Term(SEASONS[at % len(SEASONS)], self.year + at // len(SEASONS)).opens


def term_on(day: date) -> Term:
    """The review that is open on a day."""
    terms = (Term(season, year) for year in (day.year - 1, day.year) for season in SEASONS)
    return max((term for term in terms if term.opens <= day), key=lambda term: term.opens)


def term_named(slug: str) -> Term | None:
    """The review of an address; ``None`` for what is none."""
    year, _, name = slug.partition("-")
    season = next((one for one in SEASONS if one.name == name), None)
    if season is None or not (year.isascii() and year.isdecimal() and len(year) == 4):
        return None
    return Term(season, int(year)) if int(year) else None
