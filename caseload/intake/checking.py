"""Reading rows: from cells as sent to values, with everything that is wrong or odd in words."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from caseload.intake.directory import Given
from caseload.intake.kinds.base import Advice, Column, Kind, Level, Problem
from caseload.intake.rules import Outcome
from ccis.files.reading import column_letter
from ccis.files.values import BadValue, Cell, DateSystem, is_blank, parse_date

REMEMBERED_CELLS = 20_000
"""So many different cells of one column are read once and remembered."""

Answer = tuple[Any, tuple[str, str, Level] | None]
"""A value, and what is to be said of it: code, message, level."""


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
        self._columns = [
            (position, by_key[key], self._reader(by_key[key]))
            for position, key in sorted(columns.items())
        ]
        self._date_system = date_system

    def read(
        self, cells: Sequence[Cell], problem: str | None = None
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The values of a row by our column, and its problems as they are kept.

        ``problem`` is what already the reader of the file had to say against the row.
        """
        if problem:
            return {}, [self._kept(Problem("", "row not whole", problem))]
        values: dict[str, Any] = {}
        problems: list[dict[str, Any]] = []
        for position, column, reads in self._columns:
            value, said = reads(cells[position])
            if value is not None:
                values[column.key] = value
            if said is not None:
                problems.append(self._kept(Problem(column.key, *said)))
            elif value is None and column.filled:
                problems.append(
                    self._kept(Problem(column.key, f"no {column.called}", column.filled))
                )
        for found in self.kind.check(values, self.given):
            problems.append(self._kept(found))
        return values, problems

    def _reader(self, column: Column) -> Callable[[Cell], Answer]:
        known: dict[Cell, Answer] = {}

        def read(cell: Cell) -> Answer:
            if cell is None:
                return None, None
            answer = known.get(cell)
            if answer is None:
                answer = self._answer(column, cell)
                if len(known) < REMEMBERED_CELLS and isinstance(cell, str):
                    known[cell] = answer
            return answer

        return read

    def _answer(self, column: Column, cell: Cell) -> Answer:
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


def as_json(value: Any) -> str:
    """Cells, values and problems as they are kept: dates as ISO text."""
    return json.dumps(value, default=_iso, ensure_ascii=False, separators=(",", ":"))


def _iso(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"{type(value).__name__} is not something that a cell holds")
