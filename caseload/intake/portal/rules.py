"""How a file stands for whoever sent it, and when the at-risk review is: no database, no clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from caseload.intake.rules import FileState, Outcome
from ccis.authorities.policy import Policy
from ccis.calendar.words import day_in

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
class Term:
    """One review: which, from when, by when, and the day on which the next one opens."""

    name: str
    year: int
    opens: date
    due: date
    """The last day on which it is in time; a late answer is better than none."""
    until: date

    @property
    def slug(self) -> str:
        """As it stands in an address: ``2026-autumn``."""
        return f"{self.year}-{self.name}"

    @property
    def label(self) -> str:
        """As it stands on a page: ``autumn 2026``."""
        return f"{self.name} {self.year}"


def terms_of(year: int, policy: Policy) -> tuple[Term, Term]:
    """The two reviews of a year, by the days that an authority chose (docs/adr/0057)."""
    summer, autumn = policy.review_summer_opens, policy.review_autumn_opens
    opens, again, next_year = day_in(year, summer), day_in(year, autumn), day_in(year + 1, summer)
    return (
        Term("summer", year, opens, day_in(year, policy.review_summer_due), until=again),
        Term("autumn", year, again, day_in(year, policy.review_autumn_due), until=next_year),
    )


def term_on(day: date, policy: Policy) -> Term:
    """The review that is open on a day."""
    terms = [term for year in (day.year - 1, day.year) for term in terms_of(year, policy)]
    return next(term for term in terms if term.opens <= day < term.until)


def term_named(slug: str, policy: Policy) -> Term | None:
    """The review of an address; ``None`` for what is none."""
    year = slug.partition("-")[0]
    if not (year.isascii() and year.isdecimal() and 1900 <= int(year) <= 2199):
        return None
    return next((term for term in terms_of(int(year), policy) if term.slug == slug), None)
