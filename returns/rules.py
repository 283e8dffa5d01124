"""Decisions about a return and the arithmetic of its figures: no database, no clock.

Counts are whole people. Shares are exact fractions of 100; they are rounded once, at the end, by
:func:`percent`. docs/nccis.md §5 and §7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ccis.calendar.academic import academic_age, year_group
from ccis.small_numbers import SMALL, suppress, suppress_parts
from returns.editions.model import (
    GROUP_LABELS,
    GUARANTEE_GROUPS,
    PARTICIPATION,
    Edition,
)

__all__ = [
    "SMALL",
    "GuaranteeCounts",
    "Mean",
    "Movement",
    "Spell",
    "Tally",
    "academic_age",
    "change",
    "guarantee_counts",
    "headline",
    "is_vulnerable",
    "mean_of_months",
    "movement",
    "neet_start",
    "percent",
    "sen_group",
    "share",
    "sql_academic_age",
    "suppress",
    "suppress_parts",
    "tally",
    "year_group",
]


# Ages


def sql_academic_age(dob: str = "dob", on: str = "%(period_end)s") -> str:
    """``academic_age`` as an SQL expression of type integer; the year group is 4 less.

    The arguments are SQL for each value, our own and never anyone's input.
    """
    return (
        f"(extract(year FROM {on}::date)::int - (extract(month FROM {on}::date) < 9)::int"
        f" - extract(year FROM {dob})::int - (extract(month FROM {dob}) >= 9)::int)"
    )


# Activities


def headline(code: str | None, *, lapsed: bool, edition: Edition) -> str:
    """The headline group that someone is counted in: a key of ``GROUP_LABELS``.

    Lapsed information counts as not known, but someone NEET stays NEET, and someone in custody is
    out of the base whatever its currency. No activity, or one the edition has not, is not known.
    """
    activity = edition.codes.activity.get(code or "")
    if activity is None:
        return "not-known"
    if lapsed and not activity.neet and activity.group != "custody":
        return "not-known"
    return activity.group


@dataclass(frozen=True, slots=True)
class Spell:
    """An activity from one day until another, the day after its last; None for not ended."""

    code: str
    start: date
    end: date | None


def neet_start(spells: Iterable[Spell], *, on: date, edition: Edition) -> date | None:
    """The day that someone NEET on a date entered the NEET group; None if they are not NEET then.

    The start of the unbroken run of NEET activities around that date. Moving from one NEET code to
    another does not break it; anything else does, and so does a day of which nothing is held.
    """
    neet = set(edition.neet_codes)
    latest_first = sorted(
        (spell for spell in spells if spell.start <= on),
        key=lambda spell: spell.start,
        reverse=True,
    )
    entered: date | None = None
    for spell in latest_first:
        reaches = spell.end is None or (spell.end > on if entered is None else spell.end >= entered)
        if spell.code not in neet or not reaches:
            break
        entered = spell.start
    return entered


def is_vulnerable(characteristics: Iterable[str], edition: Edition) -> bool:
    """Whether someone is in the Department's vulnerable group."""
    known = edition.codes.characteristic
    return any(known[code].vulnerable for code in characteristics if code in known)


def sen_group(send_flag: str | None, sen_support_flag: str | None) -> str:
    """Which of the published SEN groups someone is in. A plan comes before support."""
    if send_flag == "Y":
        return "EHC plan"
    return "SEN support" if sen_support_flag == "Y" else "No SEN"


# Shares


def share(part: int | Fraction, whole: int | Fraction) -> Fraction | None:
    """A part of a whole in per cent, exact; None of nothing."""
    return Fraction(part) * 100 / Fraction(whole) if whole else None


def percent(exact: Fraction | None) -> Decimal | None:
    """A share as it is shown: one decimal, halves up, away from zero."""
    if exact is None:
        return None
    tenths = Decimal(exact.numerator * 10) / Decimal(exact.denominator)
    return tenths.quantize(Decimal(1), ROUND_HALF_UP) / 10


def change(now: Fraction | None, before: Fraction | None) -> Fraction | None:
    """Percentage points from one time to another, of unrounded shares."""
    return None if now is None or before is None else now - before


# Counts of one month


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people of academic age 16 and 17 are in each group at a month's end.

    ``groups`` has every headline group, ``participation`` every kind of participating. The base of
    rates is the cohort without those in custody (710).
    """

    groups: Mapping[str, int]
    participation: Mapping[str, int]

    @property
    def cohort(self) -> int:
        """Everyone."""
        return sum(self.groups.values())

    @property
    def base(self) -> int:
        """Everyone whom the rates are rates of."""
        return self.cohort - self.groups["custody"]

    @property
    def neet(self) -> int:
        """People who are NEET, available or not."""
        return self.groups["neet-available"] + self.groups["neet-not-available"]

    @property
    def not_known(self) -> int:
        """People whose activity is not known, or was known and has lapsed."""
        return self.groups["not-known"]

    @property
    def neet_or_not_known(self) -> int:
        """The headline since 2016."""
        return self.neet + self.not_known

    @property
    def participating(self) -> int:
        """People participating in education and training."""
        return sum(self.participation.values())

    def share_of_base(self, count: int) -> Fraction | None:
        """A count as a share of the base."""
        return share(count, self.base)


def tally(counted: Iterable[tuple[str | None, bool, int]], edition: Edition) -> Tally:
    """Add up (activity code, whether it has lapsed, how many people)."""
    groups = dict.fromkeys(GROUP_LABELS, 0)
    participation = dict.fromkeys(PARTICIPATION, 0)
    for code, lapsed, count in counted:
        group = headline(code, lapsed=lapsed, edition=edition)
        groups[group] += count
        activity = edition.codes.activity.get(code or "")
        if activity is not None and activity.participation and group == activity.group:
            participation[activity.participation] += count
    return Tally(groups, participation)


# The year's figure


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of months: of the counts, and of the cohorts, each apart."""

    count: Fraction
    cohort: Fraction

    @property
    def share(self) -> Fraction | None:
        """The mean count as a share of the mean cohort."""
        return share(self.count, self.cohort)


def mean_of_months(months: Sequence[tuple[int, int]]) -> Mean:
    """The mean of (count, cohort) of December, January and February; ValueError for no month.

    The published figure is the mean of the counts over the mean of the cohorts, which is not the
    mean of the months' shares.
    """
    if not months:
        raise ValueError("a mean of no months")
    counts, cohorts = zip(*months, strict=True)
    return Mean(Fraction(sum(counts), len(months)), Fraction(sum(cohorts), len(months)))


# September Guarantee


@dataclass(frozen=True, slots=True)
class GuaranteeCounts:
    """How many of a guarantee cohort are in each group; every group is there."""

    groups: Mapping[str, int]

    @property
    def cohort(self) -> int:
        """Everyone whom the guarantee covers."""
        return sum(self.groups.values())

    @property
    def shares(self) -> Mapping[str, Fraction | None]:
        """Each group's share; they add up to exactly 100 unless the cohort is empty."""
        return {group: share(count, self.cohort) for group, count in self.groups.items()}


def guarantee_counts(counted: Mapping[str | None, int], edition: Edition) -> GuaranteeCounts:
    """Add up people by status; no status, or one the edition has not, is "not recorded"."""
    groups = dict.fromkeys(GUARANTEE_GROUPS, 0)
    for code, count in counted.items():
        status = edition.codes.guarantee_status.get(code or "")
        groups["not recorded" if status is None else status.group] += count
    return GuaranteeCounts(groups)


# From one month to the next


@dataclass(frozen=True, slots=True)
class Movement:
    """Who joined and left the NEET group between two months.

    ``arrived`` and ``departed`` were in the base of one month only; they are neither.
    """

    joiners: frozenset[int] = field(default=frozenset())
    leavers: frozenset[int] = field(default=frozenset())
    arrived: frozenset[int] = field(default=frozenset())
    departed: frozenset[int] = field(default=frozenset())


def movement(before: Mapping[int, bool], now: Mapping[int, bool]) -> Movement:
    """Compare two months, each of everyone in its base with whether they were NEET."""
    both = before.keys() & now.keys()
    return Movement(
        joiners=frozenset(person for person in both if now[person] and not before[person]),
        leavers=frozenset(person for person in both if before[person] and not now[person]),
        arrived=frozenset(now.keys() - both),
        departed=frozenset(before.keys() - both),
    )
