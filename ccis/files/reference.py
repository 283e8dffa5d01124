"""Reading published reference files, whatever their size: registers, directories, gazetteers.

They are CSVs of our own choosing, not something that a stranger sent: read as a stream, in UTF-8
or, as the older ones are written, Windows-1252. Columns are found by the ways in which editions
spell them. For files that people send in, see ``ccis.files.reading``.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ccis.files.reading import column_letter

_OLD_LETTERS = "ccis-windows-1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", errors="replace"), error.end


codecs.register_error(_OLD_LETTERS, _as_windows_1252)


class NotThatFile(Exception):
    """The file is not what it should be; ``str`` says why, in words for whoever chose it."""


@dataclass(frozen=True)
class Problem:
    """A row that was not used, or a cell of it: where it stands and what to do."""

    row: int
    """As a spreadsheet numbers it: the headings are row 1."""
    column: str
    """Its letters, or nothing for the whole row."""
    heading: str
    message: str

    def __str__(self) -> str:
        where = f", column {self.column} ({self.heading})" if self.column else ""
        return f"Row {self.row}{where}: {self.message}"


class ReferenceTable:
    """The headings of a file, and its rows as they are asked for."""

    def __init__(self, header: Sequence[str], rows: Iterator[list[str]]) -> None:
        self.header = list(header)
        self._rows = rows
        self.problems: list[Problem] = []

    def find(self, *spellings: str) -> int | None:
        """The place of the first column of these spellings: patterns, case ignored."""
        for spelling in spellings:
            for place, heading in enumerate(self.header):
                if re.fullmatch(spelling, heading, re.IGNORECASE):
                    return place
        return None

    def need(self, name: str, *spellings: str) -> int:
        """The place of a column that must be there. Raises ``NotThatFile`` when it is not."""
        place = self.find(*spellings)
        if place is None:
            raise NotThatFile(f"Row 1 should have the headings. We did not find {name}")
        return place

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row's number and cells; one of another length is a problem and is passed over."""
        width = len(self.header)
        number = 1
        while True:
            number += 1
            try:
                cells = next(self._rows)
            except StopIteration:
                return
            except csv.Error as error:
                raise NotThatFile(f"Row {number} cannot be read: {error}") from error
            if len(cells) == width:
                yield number, [cell.replace("\0", "").strip() for cell in cells]
            elif any(cell.strip() for cell in cells):
                words = f"This row has {len(cells)} cells and there are {width} headings"
                self.problems.append(Problem(number, "", "", words))

    def problem(self, row: int, place: int, message: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(Problem(row, column_letter(place), self.header[place], message))


@contextmanager
def open_reference(path: Path) -> Iterator[ReferenceTable]:
    """Open a reference CSV. Raises ``NotThatFile`` when there is no table in it."""
    try:
        opened = path.open(encoding="utf-8-sig", errors=_OLD_LETTERS, newline="")
    except OSError as error:
        raise NotThatFile(f"We cannot open {path.name}: {error.strerror}") from error
    with opened:
        rows = csv.reader(opened)
        try:
            header = next(rows, None)
        except csv.Error as error:
            raise NotThatFile(f"Row 1 cannot be read: {error}") from error
        if not header or not any(heading.strip() for heading in header):
            raise NotThatFile("This file is empty")
        if header[0].startswith("PK\x03\x04"):
            raise NotThatFile("This is a workbook or a zip file. Unpack it and give the CSV in it")
        yield ReferenceTable([heading.strip() for heading in header], rows)
