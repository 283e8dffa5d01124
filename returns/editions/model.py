"""What an edition of the return is made of: plain, frozen values with no database behind them.

Everything here is read from the TOML files beside it (see :mod:`returns.editions.reading`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal


class EditionError(ValueError):
    """An edition's files contradict themselves or name something that does not exist."""


Group = Literal[
    "compulsory",
    "education",
    "employment",
    "training",
    "re-engagement",
    "neet-available",
    "neet-not-available",
    "custody",
    "not-known",
]
"""The headline group of an activity, docs/nccis.md §3.4."""

GROUP_LABELS: Final[dict[str, str]] = {
    "compulsory": "In compulsory education",
    "education": "In education",
    "employment": "In work",
    "training": "In training",
    "re-engagement": "Re-engagement",
    "neet-available": "NEET, available",
    "neet-not-available": "NEET, not available",
    "custody": "In custody",
    "not-known": "Not known",
}

PARTICIPATION: Final[tuple[str, ...]] = (
    "full-time education",
    "apprenticeship",
    "work-based learning",
    "part-time education",
    "employment with study",
    "other training",
)
"""The kinds of participating in education and training, docs/nccis.md §7.1."""

DUTY: Final[tuple[str, ...]] = ("yes", "no", "unsure", "")
GUARANTEE_GROUPS: Final[tuple[str, ...]] = (
    "offer made",
    "offer not appropriate",
    "no offer",
    "not recorded",
)


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a code list that has nothing but its label."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Activity(Code):
    """A current activity (CA01). ``participation`` and ``duty`` are empty where neither applies."""

    group: str
    participation: str = ""
    duty: str = ""
    needs_end: bool = False
    needs_review: bool = False
    needs_lapse: bool = False
    note: str = ""

    @property
    def neet(self) -> bool:
        """Whether someone doing this is NEET, docs/nccis.md §7.1."""
        return self.group.startswith("neet-")

    @property
    def compulsory(self) -> bool:
        """Whether this is only for those of compulsory school age (codes 110 to 150)."""
        return self.group == "compulsory"


@dataclass(frozen=True, slots=True)
class Ethnicity(Code):
    """An ethnicity and the group that published tables put it in."""

    group: str


@dataclass(frozen=True, slots=True)
class CohortStatus(Code):
    """Why a record is in the file, and whether it is sent each month or once.

    ``transfer`` says what ``TransferredToLACode`` must then be: an authority, a country, or
    nothing.
    """

    sent: Literal["monthly", "once"]
    transfer: Literal["", "authority", "country"] = ""


@dataclass(frozen=True, slots=True)
class Characteristic(Code):
    """An individual characteristic. ``sensitive`` is ours: hidden on pages until opened."""

    vulnerable: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class GuaranteeStatus(Code):
    """A September Guarantee status, and for which year groups it may be used."""

    group: str
    year_11: bool = False
    year_12: bool = False


@dataclass(frozen=True, slots=True)
class NonLA(Code):
    """A place that is no authority in England; ``country`` if someone may have left to go there."""

    country: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """The code lists of an edition, each by code and in the order of the file."""

    activity: Mapping[str, Activity]
    cohort_status: Mapping[str, CohortStatus]
    gender: Mapping[str, Code]
    ethnicity: Mapping[str, Ethnicity]
    level_of_need: Mapping[str, Code]
    characteristic: Mapping[str, Characteristic]
    intended_destination: Mapping[str, Code]
    guarantee_status: Mapping[str, GuaranteeStatus]
    non_la: Mapping[str, NonLA]


Format = Literal["text", "code", "codes", "flag", "digits", "date"]


@dataclass(frozen=True, slots=True)
class HeaderElement:
    """An element of the file header; ``value`` is the field of :class:`Header` that fills it."""

    path: tuple[str, ...]
    value: str
    format: Format
    length: int = 0


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a record: where it stands, its short name, and the column that fills it."""

    path: tuple[str, ...]
    name: str
    column: str
    format: Format
    length: int = 0
    also_read: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The file's elements, in the order in which they are written.

    ``mandatory`` nodes are in every record; ``omit`` are left out when nothing in them has a value;
    ``ignored`` are elements of older editions that are read past.
    """

    record: str
    header: str
    header_elements: tuple[HeaderElement, ...]
    elements: tuple[Element, ...]
    mandatory: frozenset[str]
    omit: frozenset[str]
    ignored: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the record table that are sent, in the order of the file."""
        return tuple(element.column for element in self.elements)

    @property
    def names(self) -> frozenset[str]:
        """Every name that a record of this layout may hold: nodes, leaves and short names."""
        nodes = {part for element in self.elements for part in element.path}
        return frozenset(nodes | {element.name for element in self.elements} | {self.record})


Basis = Literal["academic-year-end", "verified", "review", "none"]


@dataclass(frozen=True, slots=True)
class Period:
    """How long what is known of an activity is trusted, docs/nccis.md §4.

    ``months`` go with the basis "verified", ``days`` with "review". ``sure`` is how well the period
    is vouched for: "strong" or "medium", and never as the Department's own table.
    """

    code: str
    basis: Basis
    sure: str
    months: int = 0
    days: int = 0
    capped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Ages and seasons, docs/nccis.md §5: academic ages unless the name says birthday."""

    final_compulsory_age: int
    core_from_age: int
    core_to_age: int
    send_from_age: int
    send_to_age: int
    oldest_age: int
    adult_age: int
    neet_from_birthday: int
    work_programme_from_birthday: int
    guarantee_first_month: int
    guarantee_last_month: int

    def guarantee_year_groups(self, period_end: date) -> tuple[int, int]:
        """The year groups whose Year11 and whose Year12 block is due: 905 and 906.

        Years 11 and 12 from April to August; the same people are a year group on afterwards.
        """
        in_season = self.guarantee_first_month <= period_end.month <= self.guarantee_last_month
        return (11, 12) if in_season else (12, 13)


Kind = Literal["field", "record", "file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One check, docs/nccis.md §6.

    ``tests`` pairs an element with an SQL expression over the record's columns that is true of a
    record that fails. A check that compares records has ``same`` (expressions that two records
    share), ``where`` (which records are compared) and ``differs`` (what must not be the same)
    instead. A check of the file itself has neither: it is made where the file is read.
    ``priority`` is None where it is not known.
    """

    code: str
    priority: int | None
    kind: Kind
    elements: tuple[str, ...]
    message: str
    mend: str
    tests: tuple[tuple[str, str], ...] = ()
    same: tuple[str, ...] = ()
    where: str = ""
    differs: str = ""
    refuses_file: bool = False
    note: str = ""

    @property
    def numbered(self) -> bool:
        """Whether the code is the Department's number; the other ids are ours."""
        return self.code.isdigit()

    @property
    def words(self) -> str:
        """What is wrong, with the number after it: "No end date (259)"."""
        return f"{self.message} ({self.code})"

    @property
    def urgency(self) -> str:
        """What the priority asks of people."""
        return URGENCY.get(self.priority, "Priority not known")


URGENCY: Final[dict[int | None, str]] = {1: "Must mend", 2: "Should mend", 3: "To know"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A year's version of the return, whole: what it extends is already merged in.

    ``valid_to`` is None for the edition in force. ``root_read`` is a pattern for the whole name
    of the root element; ``gaps`` are the known gaps in plain words, for the page.
    """

    name: str
    label: str
    valid_from: date
    valid_to: date | None
    extends: str | None
    root_written: str
    root_read: str
    gaps: tuple[str, ...]
    codes: Codes
    layout: Layout
    periods: Mapping[str, Period]
    cohort: Cohort
    rules: Mapping[str, Rule]

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def neet_codes(self) -> tuple[str, ...]:
        """The activity codes of people who are NEET."""
        return tuple(code for code, activity in self.codes.activity.items() if activity.neet)

    def rule(self, code: str) -> Rule:
        """The check with this code; KeyError if the edition has none."""
        return self.rules[code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header of a file, ours or read from someone else's.

    In a file that was read, a date that is missing or cannot be read is None, and ``malformed``
    holds the names of such elements ("FileHeader" when there is no header at all); ``given`` the
    names of those that had any text.
    """

    database_ids: tuple[str, ...]
    lead_codes: tuple[str, ...]
    date_of_send: date | None
    period_end: date | None
    supplier_name: str = ""
    supplier_version: str = ""
    schema_version: str = "1.0"
    malformed: tuple[str, ...] = field(default=())
    given: tuple[str, ...] = field(default=(), compare=False)
