"""Reading rows: from cells as sent to values, with everything that is wrong or odd in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeAlias

from caseload.intake.directory import Given
from caseload.intake.kinds.base import Advice, Column, Kind, Level, Problem
from caseload.intake.rules import Outcome
from ccis.files.reading import column_letter
from ccis.files.values import BadValue, Cell, DateSystem, is_blank, parse_date

REMEMBERED_CELLS = 20_000
"""So many different cells of one column are read once and remembered."""

Said: TypeAlias = tuple[str, str, Level]
"""What is to be said of a cell: code, message, level."""


class Answer(NamedTuple):
    """What was read of a cell: its value, what is to be said of it, and it as it is kept."""

    value: Any
    said: Said | None
    kept: str
    """``"key":value`` as JSON, put together with the others of its row."""


class RowRead(NamedTuple):
    """A row as it is kept: its values and its problems as JSON, and where that leaves it."""

    values: str
    problems: str
    outcome: Outcome


@dataclass(slots=True)
class _Place:
    """A column of ours, where it stands in the file, and the cells of it that were read."""

    position: int
    column: Column
    known: dict[str, Answer] = field(default_factory=dict)


class RowReader:
    """Reads the rows of one file: knows its columns, and remembers cells that come again."""

    def __init__(
        self,
        kind: Kind,
        columns: Mapping[int, str],
        header: Sequence[str],
        given: Given,
        *,
        date_system: DateSystem = 1900,
    ) -> None:
        self.kind = kind
        self.given = given
        self._header = header
        self._places = {key: position for position, key in columns.items()}
        by_key = {column.key: column for column in kind.columns}
        self._columns = [_Place(position, by_key[key]) for position, key in sorted(columns.items())]
        self._date_system = date_system

    def read(self, cells: Sequence[Cell], problem: str | None = None) -> RowRead:
        """Read one row by our columns and check it.

        ``problem`` is what already the reader of the file had to say against the row.
        """
        if problem:
            return self._row([], [Problem("", "row not whole", problem)])
        values: dict[str, Any] = {}
        kept: list[str] = []
        problems: list[Problem] = []
        for place in self._columns:
            cell = cells[place.position]
            answer = place.known.get(cell) if type(cell) is str else None
            if answer is None:
                answer = self._read_cell(place, cell)
            value, said, text = answer
            key = place.column.key
            if value is not None:
                values[key] = value
                kept.append(text)
            if said is not None:
                problems.append(Problem(key, *said))
            elif value is None and place.column.filled:
                called = place.column.called
                problems.append(Problem(key, f"no {called}", place.column.filled))
        unread = {problem.column for problem in problems if problem.level == Level.HARD}
        found = self.kind.check(values, self.given)
        problems.extend(problem for problem in found if problem.column not in unread)
        return self._row(kept, problems)

    def _row(self, kept: Sequence[str], problems: Sequence[Problem]) -> RowRead:
        values = f"{{{','.join(kept)}}}"
        if not problems:
            return RowRead(values, "[]", Outcome.UNDECIDED)
        said = [self._kept(problem) for problem in problems]
        return RowRead(values, as_json(said), first_outcome(said))

    def _read_cell(self, place: _Place, cell: Cell) -> Answer:
        value, said = (None, None) if cell is None else self._answer(place.column, cell)
        text = f"{as_json(place.column.key)}:{as_json(value)}" if value is not None else ""
        answer = Answer(value, said, text)
        if type(cell) is str and len(place.known) < REMEMBERED_CELLS:
            place.known[cell] = answer
        return answer

    def _answer(self, column: Column, cell: Cell) -> tuple[Any, Said | None]:
        if is_blank(cell):
            return None, None
        if self._date_system == 1904 and isinstance(cell, int | float):
            cell = self._as_date_of_1904(column, cell)
        try:
            return column.reads(cell, self.given), None
        except BadValue as error:
            return None, (error.code, error.message, Level.HARD)
        except Advice as advice:
            return advice.value, (advice.code, advice.message, advice.level)

    def _as_date_of_1904(self, column: Column, cell: Cell) -> Cell:
        """A serial number of a workbook that counts from 1904, in a column of dates."""
        if not column.is_date:
            return cell
        try:
            return parse_date(cell, date_system=1904)
        except BadValue:
            return cell

    def _kept(self, problem: Problem) -> dict[str, Any]:
        position = self._places.get(problem.column)
        return {
            "column": problem.column,
            "position": position,
            "letter": column_letter(position) if position is not None else "",
            "heading": self._header[position] if position is not None else "",
            "code": problem.code,
            "message": problem.message,
            "level": problem.level.value,
        }


def first_outcome(problems: Sequence[Mapping[str, Any]]) -> Outcome:
    """Where a row stands once it has been read."""
    hard = any(problem["level"] == Level.HARD for problem in problems)
    return Outcome.CANNOT_READ if hard else Outcome.UNDECIDED


def _iso(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"{type(value).__name__} is not something that a cell holds")


as_json = json.JSONEncoder(default=_iso, ensure_ascii=False, separators=(",", ":")).encode
"""Cells, values and problems as they are kept: dates as ISO text. Made once: that is costly."""
