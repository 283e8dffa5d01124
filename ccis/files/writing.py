"""Writing tables that people download: safe CSV, workbooks, and templates to fill in.

Whatever a cell holds, a spreadsheet that opens it sees text, a number or a date, and never
runs anything.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Literal, TypeAlias

import xlsxwriter

from ccis.files.cells import (
    CHOICES_SHEET,
    DATE_FORMAT,
    MEANINGS_SHEET,
    MEND_HEADING,
    CellWriter,
    clean_text,
    csv_cell,
    new_workbook,
)
from ccis.files.marking import CellProblem, annotate_workbook

__all__ = [
    "MEND_HEADING",
    "CellProblem",
    "TemplateColumn",
    "annotate_workbook",
    "csv_cell",
    "stream_csv",
    "workbook_bytes",
    "write_template_workbook",
    "write_workbook",
]

_CSV_PIECE: Final = 64 * 1024
_ROWS_TO_FILL_IN: Final = 10_000

Holds: TypeAlias = Literal["text", "date", "number"]


def stream_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A CSV in UTF-8, a piece at a time, as Excel opens it: byte-order mark, CRLF.

    Cells that begin like a formula get ``'`` in front: see ``csv_cell``.
    """
    pending = io.StringIO(newline="")
    writer = csv.writer(pending)
    pending.write("\ufeff")
    writer.writerow([csv_cell(heading) for heading in header])
    for row in rows:
        writer.writerow([csv_cell(value) for value in row])
        if pending.tell() > _CSV_PIECE:
            yield pending.getvalue().encode()
            pending.seek(0)
            pending.truncate()
    yield pending.getvalue().encode()


def write_workbook(
    out: BinaryIO,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    sheet: str = "Rows",
) -> None:
    """Write rows to a workbook in memory that does not grow with them, and the file to ``out``.

    Text stays text, whatever it begins with; dates are dates, shown day first.
    """
    with new_workbook(out) as book:
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        cells = CellWriter(book, page)
        for column, heading in enumerate(header):
            page.set_column(column, column, _width(heading))
            cells.write(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                cells.write(number, column, value)


def workbook_bytes(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, sheet: str = "Rows"
) -> bytes:
    """The same, as bytes: for what is small."""
    out = io.BytesIO()
    write_workbook(out, header, rows, sheet=sheet)
    return out.getvalue()


@dataclass(frozen=True)
class TemplateColumn:
    """One column of a template: what it is headed, and what should stand in it."""

    heading: str
    meaning: str
    example: str = ""
    required: bool = False
    holds: Holds = "text"
    choices: Sequence[tuple[str, str]] = ()
    """Values to choose from, each with its meaning (empty where the value says it)."""


def write_template_workbook(columns: Sequence[TemplateColumn], *, sheet: str = "Rows") -> bytes:
    """A workbook to fill in: headings with notes, lists to choose from, and what they mean.

    The rows go in the first sheet. The next sheet says what each column means, with an example
    and whether it is needed; the one after that lists the choices. Cells for text are marked
    as text, so that noughts in front stay.
    """
    out = io.BytesIO()
    with new_workbook(out, in_memory=True) as book:
        page = book.add_worksheet(sheet)
        meanings = book.add_worksheet(MEANINGS_SHEET)
        _write_meanings(book, meanings, columns)
        places = _write_choices(book, columns)
        _write_headings(book, page, columns, places)
        page.activate()
    return out.getvalue()


def _write_headings(
    book: Any, page: Any, columns: Sequence[TemplateColumn], places: dict[str, str]
) -> None:
    styles = {
        "text": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": DATE_FORMAT}),
        "number": None,
    }
    look = {"bold": True, "text_wrap": True, "valign": "top", "border": 1}
    needed = book.add_format(look | {"bg_color": "#DDE7F0"})
    optional = book.add_format(look | {"bg_color": "#F3F2F1"})
    page.freeze_panes(1, 0)
    for position, column in enumerate(columns):
        heading = clean_text(column.heading)
        page.set_column(position, position, _width(heading), styles[column.holds])
        page.write_string(0, position, heading, needed if column.required else optional)
        page.write_comment(0, position, _note(column), {"author": "", "x_scale": 2, "y_scale": 2})
        if column.choices:
            page.data_validation(
                1,
                position,
                _ROWS_TO_FILL_IN,
                position,
                {
                    "validate": "list",
                    "source": places[column.heading],
                    "error_type": "warning",
                    "error_title": "Not in the list",
                    "error_message": f'The sheet "{CHOICES_SHEET}" has the list.',
                },
            )


def _note(column: TemplateColumn) -> str:
    needed = "Needed." if column.required else "May be left empty."
    example = f"For example: {column.example}" if column.example else ""
    return clean_text("\n".join(filter(None, [needed, column.meaning, example])))


def _write_meanings(book: Any, page: Any, columns: Sequence[TemplateColumn]) -> None:
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    headings = ("Column", "Needed?", "Meaning", "Example")
    for position, (heading, width) in enumerate(zip(headings, (28, 10, 70, 28), strict=True)):
        page.set_column(position, position, width)
        page.write_string(0, position, heading, bold)
    page.freeze_panes(1, 0)
    for row, column in enumerate(columns, start=1):
        needed = "Yes" if column.required else "No"
        for position, text in enumerate((column.heading, needed, column.meaning, column.example)):
            page.write_string(row, position, clean_text(text), wrapped)


def _write_choices(book: Any, columns: Sequence[TemplateColumn]) -> dict[str, str]:
    """Write the lists to a sheet, two columns each; give the place of each by its heading."""
    places: dict[str, str] = {}
    to_choose = [column for column in columns if column.choices]
    if not to_choose:
        return places
    page = book.add_worksheet(CHOICES_SHEET)
    bold = book.add_format({"bold": True})
    page.freeze_panes(1, 0)
    for index, column in enumerate(to_choose):
        at = index * 2
        page.set_column(at, at, 14)
        page.set_column(at + 1, at + 1, 40)
        page.write_string(0, at, clean_text(column.heading), bold)
        page.write_string(0, at + 1, "Meaning", bold)
        for row, (value, meaning) in enumerate(column.choices, start=1):
            page.write_string(row, at, clean_text(value))
            page.write_string(row, at + 1, clean_text(meaning))
        letters = xlsxwriter.utility.xl_col_to_name(at, True)
        places[column.heading] = f"={CHOICES_SHEET}!{letters}$2:{letters}${len(column.choices) + 1}"
    return places


def _width(heading: str) -> int:
    return min(max(len(heading) + 2, 12), 40)
