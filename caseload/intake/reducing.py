"""What may be taken of a school's file, before any of it is kept (ISA-04, ISA-09, PIA-33).

A school information system sends more than an authority may hold. While a file is received,
and before it is stored, logged or put into a table, it is written afresh with less in it:

- only rows of year groups that are switched on;
- of those only fields that are switched on, each with its purpose;
- of parents and carers only those with responsibility and not barred by a court;
- of someone under an instruction of section 72 only name, address, date of birth and parent.

What is left out is counted and nothing more. Headings, columns and row numbers stay where they
were, so that what is said of the file afterwards fits the sender's own copy of it.
"""

import csv
import io
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from caseload.intake.barring import (
    Barred,
    HeldOfParents,
    Key,
    barred_contact,
    day,
    keys_said,
)
from caseload.intake.columns import recognise
from caseload.intake.kinds import Kind
from caseload.intake.taking import Taken
from ccis.calendar.academic import year_group
from ccis.files.reading import Heading, Row, Table
from ccis.files.values import (
    BadValue,
    Cell,
    as_text,
    is_blank,
    parse_bool,
    parse_date,
)

RECEPTION = 0


@dataclass
class Dropped:
    """What was left out of a file: how much, and never what."""

    cells: Counter[str] = field(default_factory=Counter)
    """Filled cells of columns that are not switched on, by heading."""
    rows: int = 0
    """Rows of year groups that are not switched on."""
    rows_without_year: int = 0
    contacts: int = 0
    """Parents and carers without responsibility, or barred by a court."""
    withheld: int = 0
    """Rows under an instruction of section 72."""
    not_whole: int = 0
    """Rows of which no telling which cell belongs to which column."""
    kept: int = 0
    ends: dict[int, list[int]] = field(default_factory=dict)
    """By row, ids of what we hold of a parent whom it bars: numbers of ours, nothing of theirs."""

    def as_data(self, *, version: int, notices: Sequence[str]) -> dict[str, Any]:
        """As it is kept with the file; ``version`` is that of the switches."""
        return {
            "version": version,
            "notices": list(notices),
            "cells": dict(self.cells),
            "rows": self.rows,
            "rows_without_year": self.rows_without_year,
            "contacts": self.contacts,
            "withheld": self.withheld,
            "not_whole": self.not_whole,
            "ends": {str(number): ids for number, ids in self.ends.items()},
        }


@dataclass(frozen=True)
class Instructed:
    """By what to know the people under an instruction of section 72 again."""

    keys: frozenset[Key] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.keys)

    def has(self, said: Mapping[str, Cell]) -> bool:
        """Whether a row, by our column, is about one of them."""
        return not self.keys.isdisjoint(keys_said(said))


class Reducer:
    """Leaves out of each row of one file what may not be kept, and counts it."""

    def __init__(
        self,
        kind: Kind,
        header: Sequence[Heading],
        *,
        taken: Taken,
        instructed: Instructed,
        as_at: date,
        parents: HeldOfParents | None = None,
        counts_from_1904: bool = False,
    ) -> None:
        self.dropped = Dropped()
        self._kind = kind
        self._taken = taken
        self._instructed = instructed
        self._as_at = as_at
        self._parents = parents or HeldOfParents()
        self._counts_from_1904 = counts_from_1904
        self._headings = [heading.text for heading in header]
        columns = recognise(kind, self._headings).columns
        self._place = {key: position for position, key in columns.items()}
        on = taken.columns_of(kind)
        self._on = [position for position, key in columns.items() if key in on]
        self._unknown = [
            position
            for position, heading in enumerate(self._headings)
            if position not in columns and taken.has_on(kind, kind.field_of(heading))
        ]
        kept = {*self._on, *self._unknown}
        self._off = [at for at in range(len(header)) if at not in kept]
        self._not_identity = [
            *(at for at in self._on if columns[at] not in kind.identity),
            *self._unknown,
        ]
        self._dates = [at for at in self._on if kind.column(columns[at]).is_date]
        self._contacts = [
            places
            for contact in kind.contacts
            if (places := [self._place[key] for key in contact if key in self._place])
        ]

    def reduce(self, row: Row) -> list[Cell] | None:
        """The cells that may be kept of a row; ``None`` when it is left out whole."""
        if row.problem:
            self.dropped.not_whole += 1
            return [*[None] * len(self._headings), row.problem]
        if not self._is_of_a_year_taken(row.cells):
            return None
        self.dropped.kept += 1
        cells: list[Cell] = [None] * len(self._headings)
        for at in self._on:
            cells[at] = row.cells[at]
        for at in self._unknown:
            cells[at] = row.cells[at] if is_count(row.cells[at]) else None
        for at in (*self._off, *self._unknown):
            if cells[at] is None and not is_blank(row.cells[at]):
                self.dropped.cells[self._headings[at] or "no heading"] += 1
        barred = self._strip_contacts(cells, row.cells)
        if barred and (ends := self._parents.ended_by(keys_said(self._said(row.cells)), barred)):
            self.dropped.ends[row.number] = ends
        if self._is_instructed(row.cells):
            self.dropped.withheld += 1
            for at in self._not_identity:
                cells[at] = None
        if self._counts_from_1904:
            self._read_dates(cells)
        return cells

    def _cell(self, cells: Sequence[Cell], key: str) -> Cell:
        place = self._place.get(key)
        return None if place is None else cells[place]

    def _is_of_a_year_taken(self, cells: Sequence[Cell]) -> bool:
        year = year_said(self._cell(cells, "year"))
        if year is None and (born := day(self._cell(cells, "birth"))):
            year = year_group(date.fromisoformat(born), self._as_at)
        if year is None:
            self.dropped.rows_without_year += 1
            return False
        if year not in self._taken.years:
            self.dropped.rows += 1
            return False
        return True

    def _strip_contacts(self, cells: list[Cell], sent: Sequence[Cell]) -> list[Barred]:
        """Leave out whoever is not known to have responsibility, or may be barred.

        Gives those of whom the row says that they have none, or that they are or may be barred.
        """
        barred = []
        for number, places in enumerate(self._contacts, start=1):
            if all(is_blank(cells[at]) for at in places):
                continue
            responsible = self._cell(sent, f"contact_{number}_responsible")
            order_place = self._place.get(f"contact_{number}_barred")
            may_be_barred = order_place is not None and not is_no_or_blank(sent[order_place])
            if is_yes(responsible) and order_place is not None and not may_be_barred:
                continue
            self.dropped.contacts += 1
            if may_be_barred or not (is_blank(responsible) or is_yes(responsible)):
                barred.append(self._contact(sent, number))
            for at in places:
                cells[at] = None
        return barred

    def _contact(self, sent: Sequence[Cell], number: int) -> Barred:
        parts = ("given", "family", "mobile", "email")
        return barred_contact(
            {part: self._cell(sent, f"contact_{number}_{part}") for part in parts}
        )

    def _said(self, cells: Sequence[Cell]) -> dict[str, Cell]:
        return {key: cells[at] for key, at in self._place.items()}

    def _is_instructed(self, cells: Sequence[Cell]) -> bool:
        if not is_no_or_blank(self._cell(cells, "section_72")):
            return True
        return bool(self._instructed) and self._instructed.has(self._said(cells))

    def _read_dates(self, cells: list[Cell]) -> None:
        """Serial numbers of a workbook that counts from 1904, as the days that they mean."""
        for at in self._dates:
            cell = cells[at]
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                try:
                    cells[at] = parse_date(cell, date_system=1904)
                except BadValue:
                    continue


def year_said(cell: Cell) -> int | None:
    """A National Curriculum year, 0 for Reception and -1 for nursery; ``None`` for none."""
    text = as_text(cell).upper().removeprefix("YEAR").strip()
    if text in ("R", "RECEPTION"):
        return RECEPTION
    if text.startswith("N"):
        return -1
    return int(text) if text.isdecimal() and int(text) <= 14 else None


def is_count(cell: Cell) -> bool:
    """Whether a cell is a whole number: under a heading that nobody knows nothing else is kept."""
    return as_text(cell).isdecimal()


def is_yes(cell: Cell) -> bool:
    """Whether a cell says yes, and nothing else."""
    try:
        return parse_bool(cell) is True
    except BadValue:
        return False


def is_no_or_blank(cell: Cell) -> bool:
    """Whether a cell is empty or says no: what we do not understand might be a yes."""
    try:
        return not parse_bool(cell)
    except BadValue:
        return False


def protected_heading(header: Collection[Heading], kind: Kind) -> str:
    """A heading of a file that no other kind of file may have, since only this one leaves out
    what it must; empty when there is none."""
    keys = (*(key for contact in kind.contacts for key in contact), *kind.protected)
    known = {normal for key in keys for normal in kind.column(key).known_as}
    return next((heading.text for heading in header if heading.normal in known), "")


def rewritten(table: Table, reducer: Reducer) -> bytes:
    """The file as it is kept: a CSV in UTF-8 with the headings and rows where they were."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    line = 1
    for _ in range(line, table.header_row):
        writer.writerow([])
    writer.writerow([heading.text for heading in table.header])
    line = table.header_row
    for row in table.rows:
        cells = reducer.reduce(row)
        if cells is None:
            continue
        for _ in range(line + 1, row.number):
            writer.writerow([])
        writer.writerow([_written(cell) for cell in cells])
        line = row.number
    return out.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return as_text(cell)


def in_words(dropped: Mapping[str, Any]) -> list[str]:
    """What was left out of a file, as sentences for its review. Numbers and headings only."""
    if not dropped:
        return []
    said = []
    rows, without = dropped["rows"], dropped["rows_without_year"]
    if rows:
        said.append(f"{_rows(rows)} of year groups that are not switched on: dropped unread")
    if without:
        said.append(f"{_rows(without)} without a year group or date of birth: dropped unread")
    if dropped["cells"]:
        listed = ", ".join(f"{name} ({n:,})" for name, n in sorted(dropped["cells"].items()))
        said.append(f"Fields that are not switched on were dropped unread: {listed}")
    if contacts := dropped["contacts"]:
        people = "1 contact" if contacts == 1 else f"{contacts:,} contacts"
        said.append(
            f"{people} without parental responsibility, or barred by a court order: dropped"
        )
    if ends := sum(len(ids) for ids in dropped.get("ends", {}).values()):
        points = "1 phone or email" if ends == 1 else f"{ends:,} phones and emails"
        said.append(f"{points} that we hold of such a contact: ended once the row is accepted")
    if withheld := dropped["withheld"]:
        said.append(
            f"{_rows(withheld)} under a section 72 instruction: all but name, address, date of "
            "birth and parent dropped"
        )
    if broken := dropped["not_whole"]:
        said.append(f"{_rows(broken)} with more cells than headings: what they held was dropped")
    return said


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"
