"""What every kind of file is made of: columns, checks, and what accepting a row means.

A kind is registered once, by the app that owns its meaning (design §3)::

    @register
    class SchoolCensus(Kind):
        name = "school-census"
        ...
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias, TypeVar

from caseload.intake.directory import Given
from caseload.intake.holdings import Held
from caseload.intake.models import InboundFile
from caseload.intake.planning import Instruction
from caseload.intake.rules import Outcome, Reason
from caseload.models import Task
from ccis.authorities.policy import Policy
from ccis.files.values import Cell, as_text, normalise_header


class Level(StrEnum):
    """How much a problem matters (pages §3.6)."""

    HARD = "hard"
    """Must mend: the row is not used."""
    SOFT = "soft"
    """Please check: the row waits until someone accepts it with a reason."""
    NOTE = "note"
    """To know: the row goes on."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a row. ``column`` is our key, empty for the row as a whole."""

    column: str
    code: str
    message: str
    level: Level = Level.HARD

    def of_whole_row(self) -> dict[str, Any]:
        """As it is kept with a row about which looking at the record raised it."""
        return {
            "column": "",
            "position": None,
            "letter": "",
            "heading": "",
            "code": self.code,
            "message": self.message,
            "level": self.level.value,
            "asked": True,
        }


class Advice(Exception):
    """A cell that is read, if only as nothing, and that something is to be said about."""

    def __init__(
        self, message: str, code: str, level: Level = Level.NOTE, value: Any = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.level = level
        self.value = value


Reader: TypeAlias = Callable[[Cell, Given], Any]
Read: TypeAlias = Mapping[str, Any]
"""What was read of one row: our column and its value, left out when the cell is empty.
Dates are ``date`` while a row is checked, and ISO text once it has been kept."""


def plain_text(cell: Cell, given: Given) -> str | None:
    """Any text, as it would be typed."""
    return as_text(cell) or None


@dataclass(frozen=True)
class Column:
    """One column that a kind knows: how it is headed, what it means, how it is read."""

    key: str
    heading: str
    meaning: str
    example: str = ""
    aliases: tuple[str, ...] = ()
    reads: Reader = plain_text
    required: bool = False
    """The file must have the column."""
    filled: str = ""
    """What to say of a row where it is empty; empty when it may be."""
    sensitive: bool = False
    """Special category data, which only those with a need see (ISA-01)."""
    is_date: bool = False
    kept: bool = True
    """Whether the service uses what it says. The cell as sent is kept all the same."""

    @property
    def called(self) -> str:
        """What it is called in a sentence: the first words of what it means."""
        return self.meaning.split(",")[0][:1].lower() + self.meaning.split(",")[0][1:]

    @property
    def known_as(self) -> frozenset[str]:
        """Every heading by which it is recognised, normalised."""
        return frozenset(map(normalise_header, (self.heading, self.key, *self.aliases)))


@dataclass(frozen=True)
class Field:
    """Something that an authority may take of a kind or leave, with the columns that say it.

    A field of the ``core`` is always taken. ``law`` is ``special`` for special category data and
    ``offence`` for criminal offence data, which want a condition and a policy document (LAW-02).
    """

    key: str
    label: str
    columns: tuple[str, ...]
    core: bool = False
    law: str = ""


@dataclass(slots=True)
class Staged:
    """Where a row stands after looking at it, and what accepting it would write."""

    outcome: Outcome
    reason: Reason | None = None
    why: str = ""
    instructions: list[Instruction] = field(default_factory=list)
    wait_until: date | None = None
    problems: list[dict[str, Any]] | None = None
    """The row's problems as they now are, where looking at the record changed them."""


class NeedsPerson(Exception):
    """Only a person can say what a row means."""

    def __init__(self, reason: Reason, why: str) -> None:
        super().__init__(why)
        self.reason = reason
        self.why = why


class Kind:
    """A kind of file. Subclasses fill the class variables and answer the questions below."""

    name: ClassVar[str]
    label: ClassVar[str]
    meaning: ClassVar[str]
    accepting: ClassVar[tuple[str, ...]]
    """What accepting a row does, in sentences."""
    columns: ClassVar[tuple[Column, ...]]
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Of each of these sets of columns the file must have one, unless its sender is known."""
    unique: ClassVar[tuple[str, ...]] = ("upn", "uln")
    """Identifiers that two people cannot share."""
    creates: ClassVar[bool] = False
    """Whether a row that is about nobody we know makes a new record, after review."""
    keeps_ids: ClassVar[bool] = False
    """Whether the ``young_persons_id`` of a row becomes that of the person it adds."""
    is_roll: ClassVar[bool] = False
    """Whether a file has everyone of its schools, so that who is not in it is not on the roll."""
    seeks_family: ClassVar[bool] = False
    """Whether those at the same postcode are shown beside a row about nobody we know (PIA-15)."""
    destroys_elsewhere: ClassVar[bool] = False
    """Whether rows about nobody of ours are destroyed once the rest is done (LA-04)."""
    passes_on: ClassVar[bool] = False
    """Whether a row about someone of another authority is sent on to it (LDOR-03)."""
    gives_work: ClassVar[str] = ""
    """What is to be done about each person whose row was accepted; empty for nothing."""
    work_where: ClassVar[tuple[str, ...]] = ()
    """Columns of which one must say something for a row to be such work; empty for every row."""
    work_kind: ClassVar[str] = Task.Kind.CONTACT
    """What sort of task it is."""
    work_within: ClassVar[int] = 5
    """Working days in which it is to be done, from the day on which the row was accepted."""
    is_made_here: ClassVar[bool] = False
    """Whether the service writes such files itself, so that none is what a source sends."""
    asks_school: ClassVar[bool] = False
    """Whether a row that is about nobody we know is a question for the school that sent it, whose
    answer alone makes a new record (ISA-03)."""
    fields: ClassVar[tuple[Field, ...]] = ()
    """What may be switched on; of a kind that has any, the rest is dropped before it is kept."""
    core_suffices: ClassVar[bool] = True
    """Whether a file is worth keeping while none but its core fields are switched on."""
    contacts: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Columns of each parent or carer, who may be none that we may keep (ISA-04)."""
    identity: ClassVar[frozenset[str]] = frozenset()
    """Columns that stay under an instruction of section 72 (LAW-07)."""
    protected: ClassVar[tuple[str, ...]] = ()
    """Columns that no file of another kind may have, since only this one heeds them."""
    facts: ClassVar[tuple[type[Any], ...]]
    """Tables that planning looks at. When one has changed since, the row is looked at again."""

    speaks_as: ClassVar[str] = ""
    """Whose word a yes or no to sharing in a row is: ``school`` or ``authority`` (LC-06)."""

    keeps_unknown: ClassVar[str] = ""
    """Under which headings that nobody knows numbers are kept, in words; see ``field_of``."""

    def default_as_at(self, received_on: date) -> date:
        """The day of which a file tells when nobody says."""
        return received_on

    def tells_of(self, first: Mapping[str, Cell]) -> date | None:
        """The day of which a file says itself that it tells, by the cells of its first row."""
        return None

    def why_refused(self, file: InboundFile, above: Sequence[Sequence[Cell]]) -> str:
        """Why nothing of a file is used, by the rows above its headings; empty where it is."""
        return ""

    def gather(self, file: InboundFile) -> None:
        """Look at the rows together, once each has been read: join some, refuse others."""

    def is_taken_by(self, came_by: str, policy: Policy) -> bool:
        """Whether a file of this kind may come by a way, as the authority's policy has it."""
        return True

    def waits_for_sender(self, file: InboundFile) -> bool:
        """Whether a file with rows to mend stays with its sender, who says what of it to send."""
        return False

    def applies_at_once(self, file: InboundFile) -> bool:
        """Whether the rows that are ready are applied as whoever sent the file would have it."""
        return False

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """What is wrong with a row beyond its single cells."""
        return ()

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """What the row changes for the person it is about. Raises ``NeedsPerson``."""
        raise NotImplementedError

    def plan_new(self, read: Read, given: Given) -> Staged:
        """What becomes of a row about nobody we know."""
        return Staged(
            Outcome.NEEDS_PERSON,
            Reason.NO_MATCH,
            "We hold nobody with this UPN, ULN, date of birth and name, or postcode and name",
        )

    def to_review(
        self, read: Read, held: Held | None, instructions: list[Instruction], given: Given
    ) -> Iterable[Problem]:
        """What a person has to look at before what was worked out is used.

        ``held`` is what we hold of whom the row is about, nothing of somebody new. Each is kept
        with the row as something to check, and goes on once it was accepted with a reason.
        """
        return ()

    def work_of(self, read: Read) -> str:
        """What is to be done about the person of an accepted row; empty for nothing."""
        if self.work_where and not any(read.get(key) for key in self.work_where):
            return ""
        return self.gives_work

    def field_of(self, heading: str) -> str:
        """The field that a column of a heading that nobody knows belongs to; empty for none.

        It is kept with the rows and not used, where the field is switched on.
        """
        return ""

    def column(self, key: str) -> Column:
        """The column with a key. ``KeyError`` when there is none."""
        return next(c for c in self.columns if c.key == key)

    @classmethod
    def headings(cls) -> Iterator[tuple[str, Column]]:
        """Every heading that is recognised, normalised, with its column."""
        for column in cls.columns:
            for known in column.known_as:
                yield known, column


KINDS: dict[str, Kind] = {}

KindT = TypeVar("KindT", bound=type[Kind])


def register(kind: KindT) -> KindT:
    """Add a kind to those that files may be of."""
    KINDS[kind.name] = kind()
    return kind


def kind_named(name: str) -> Kind:
    """The kind of a name. ``KeyError`` when no app has registered it."""
    return KINDS[name]
