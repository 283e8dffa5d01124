"""Giving people their own workbook back with what to mend marked in it."""

import io
import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import openpyxl
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.comments import Comment
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.writer.excel import ExcelWriter

from ccis.files.cells import (
    ABOUT_SHEET,
    DATE_FORMAT,
    MEND_HEADING,
    CellWriter,
    clean_text,
    new_workbook,
)
from ccis.files.reading import EXCEL_KIND, Heading, Table, read_table
from ccis.files.values import as_text, normalise_header

MOST_CELLS_IN_PLACE: Final = 200_000
MOST_BYTES_IN_PLACE: Final = 60_000_000
"""Unpacked. Larger workbooks are given back as a plain copy of their rows."""

_AUTHOR: Final = "What to mend"
_MUST_FILL: Final = "FFF4C7C3"
_CHECK_FILL: Final = "FFFCE8B2"
_OUR_FILLS: Final = frozenset({_MUST_FILL, _CHECK_FILL})


@dataclass(frozen=True)
class CellProblem:
    """One thing to mend: where, and in what words."""

    row: int
    """The number of the row in the file, as read."""
    position: int | None
    """The column in the file, counted from nought; ``None`` if the whole row is meant."""
    message: str
    must_mend: bool = True
    """``False`` for what the sender should look at and may leave as it is."""

    @property
    def note(self) -> str:
        """The message, and whether it must be done."""
        return f"{'Must mend' if self.must_mend else 'Please check'}: {self.message}"


def annotate_workbook(
    original: bytes,
    problems: Iterable[CellProblem],
    *,
    filename: str,
    sheet: str | None = None,
    leave_out: Collection[str] = (),
    headings: Collection[str] = (),
) -> bytes:
    """The sender's own workbook with a first column "What to mend" and red cells with notes.

    Nothing else in it is touched: formats, formulas, other sheets and the numbers of the rows
    stay. A CSV, or a workbook too large to change in place, comes back as a new workbook with
    the same rows. Sent in again once mended, the first column is passed over; marked again, it
    is made afresh. Columns headed as in ``leave_out`` come back with nothing in them, other
    sheets then do not come back at all, and a sheet "About this file" says so. ``headings`` are
    those to look for below other rows, as in ``read_table``.

    ``CannotRead`` if the original cannot be read.
    """
    by_row: dict[int, list[CellProblem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    with read_table(original, filename=filename, sheet=sheet, headings=headings) as table:
        rows = sum(1 for _ in table.rows)
    empty = {normalise_header(name) for name in leave_out}
    left_out = [heading for heading in table.header if heading.normal in empty]

    if table.kind == EXCEL_KIND and _is_small(original, rows, len(table.header)):
        book = _opened(original)
        if book is not None:
            return _marked_in_place(book, table, by_row, left_out)
    with read_table(original, filename=filename, sheet=sheet, headings=headings) as again:
        return _marked_copy(again, by_row, left_out)


def _is_small(original: bytes, rows: int, columns: int) -> bool:
    with zipfile.ZipFile(io.BytesIO(original)) as package:
        unpacked = sum(entry.file_size for entry in package.infolist())
    return rows * columns <= MOST_CELLS_IN_PLACE and unpacked <= MOST_BYTES_IN_PLACE


def _opened(original: bytes) -> Any:
    try:
        with warnings.catch_warnings():  # of features that it does not carry over
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(original))
    except Exception:  # it is stricter than Excel, in many ways: a copy will do
        return None


def _about(table: Table, by_row: Mapping[int, object], left_out: Sequence[Heading]) -> list[str]:
    lines = [
        f'The first column, "{MEND_HEADING}", says what to mend in each row; '
        "the cells it means are red, or yellow where you should only check them.",
        f"Rows to look at: {len(by_row):,}.",
        "Mend them and send this workbook again. You need not take the column out.",
    ]
    if left_out:
        names = ", ".join(f'"{heading.text}"' for heading in left_out)
        lines.append(f"We left out what was in these columns, which we may not keep: {names}.")
        if table.kind == EXCEL_KIND:
            lines.append("For the same reason we left out the other sheets.")
    return lines


# --- In place ----------------------------------------------------------------------------


def _marked_in_place(
    book: Any,
    table: Table,
    by_row: Mapping[int, Sequence[CellProblem]],
    left_out: Sequence[Heading],
) -> bytes:
    sheet = book[table.sheet or ""]
    marked_before = table.header[0].normal == normalise_header(MEND_HEADING)
    if left_out:
        _empty_columns(book, sheet, table, left_out)
    if marked_before:
        _unmark(sheet, table.header_row)
    else:
        _insert_first_column(book, sheet)
    _mark(sheet, table, by_row, shift=0 if marked_before else 1)
    _add_about(book, _about(table, by_row, left_out))
    return _saved(book)


def _mark(
    sheet: Any, table: Table, by_row: Mapping[int, Sequence[CellProblem]], *, shift: int
) -> None:
    heading = sheet.cell(table.header_row, 1)
    _write_text(heading, MEND_HEADING)
    heading.font = Font(bold=True)
    sheet.column_dimensions["A"].width = 60
    for number, problems in by_row.items():
        summary = sheet.cell(number, 1)
        _write_text(summary, _summary(table, problems))
        summary.alignment = Alignment(wrap_text=True, vertical="top")
        by_position: dict[int, list[CellProblem]] = defaultdict(list)
        for problem in problems:
            if problem.position is not None:
                by_position[problem.position].append(problem)
        for position, together in by_position.items():
            cell = sheet.cell(number, position + 1 + shift)
            if not isinstance(cell, SheetCell):  # inside a merged area: only its first cell shows
                continue
            must = any(problem.must_mend for problem in together)
            cell.fill = PatternFill("solid", fgColor=_MUST_FILL if must else _CHECK_FILL)
            note = "\n".join(problem.note for problem in together)
            cell.comment = Comment(clean_text(note), _AUTHOR, width=280, height=120)


def _summary(table: Table, problems: Sequence[CellProblem]) -> str:
    headings = {heading.position: heading.text for heading in table.header}
    lines = []
    for problem in sorted(problems, key=lambda problem: not problem.must_mend):
        named = headings.get(problem.position) if problem.position is not None else None
        lines.append(f"{named}. {problem.note}" if named else problem.note)
    return "\n".join(lines)


def _unmark(sheet: Any, header_row: int) -> None:
    for (row, column), cell in list(sheet._cells.items()):
        if not isinstance(cell, SheetCell):
            continue
        if column == 1 and row > header_row:
            cell.value = None
        if cell.comment and cell.comment.author == _AUTHOR:
            cell.comment = None
        if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in _OUR_FILLS:
            cell.fill = PatternFill()


def _empty_columns(book: Any, sheet: Any, table: Table, left_out: Sequence[Heading]) -> None:
    columns = {heading.position + 1 for heading in left_out}
    for (row, column), cell in sheet._cells.items():
        if column in columns and row != table.header_row and isinstance(cell, SheetCell):
            cell.value, cell.comment, cell.hyperlink = None, None, None
    for other in book.sheetnames:
        if other != sheet.title:
            del book[other]
    sheet._pivots.clear()
    book.defined_names.clear()
    book._external_links.clear()


def _add_about(book: Any, lines: Sequence[str]) -> None:
    if ABOUT_SHEET in book.sheetnames:
        del book[ABOUT_SHEET]
    page = book.create_sheet(ABOUT_SHEET)
    page.column_dimensions["A"].width = 100
    for number, line in enumerate(lines, start=1):
        cell = page.cell(number, 1)
        _write_text(cell, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _write_text(cell: Any, text: str) -> None:
    """Text, also when it begins with ``=`` because a heading in the file does."""
    cell.value = clean_text(text)
    cell.data_type = "s"


# --- A new first column, with everything that points at columns moved along ----------------

_REFERENCE: Final = re.compile(r"(?<![\w.$])(\$?)([A-Z]{1,3})(\$?\d+)(?![\w(.])")
_WHOLE_COLUMNS: Final = re.compile(r"(?<![\w.$])(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})(?![\w(.])")
_LAST_COLUMN: Final = 16_384


def _insert_first_column(book: Any, sheet: Any) -> None:
    moved = {}
    for (row, column), cell in sheet._cells.items():
        cell.column = column + 1
        moved[row, column + 1] = cell
        if isinstance(cell, SheetCell) and cell.hyperlink:
            cell.hyperlink.ref = cell.coordinate
    sheet._cells = moved
    _move_widths(sheet)
    _move_areas(sheet)
    for other in book.worksheets:
        for cell in other._cells.values():
            if isinstance(cell, SheetCell) and cell.data_type == "f":
                _move_formula(cell, sheet.title, here=other is sheet)


def _move_widths(sheet: Any) -> None:
    widths = list(sheet.column_dimensions.values())
    sheet.column_dimensions.clear()
    for width in widths:
        width.reindex()
        width.min, width.max = width.min + 1, min(width.max + 1, _LAST_COLUMN)
        width.index = get_column_letter(width.min)
        sheet.column_dimensions[width.index] = width


def _move_areas(sheet: Any) -> None:
    for merged in list(sheet.merged_cells.ranges):
        sheet.merged_cells.ranges.discard(merged)
        merged.shift(col_shift=1)
        sheet.merged_cells.ranges.add(merged)
    for validation in sheet.data_validations.dataValidation:
        validation.sqref = _moved_areas(validation.sqref)
        validation.formula1 = _moved_rule(validation.formula1, sheet.title)
        validation.formula2 = _moved_rule(validation.formula2, sheet.title)
    formats = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            moved = copy(rule)
            moved.formula = [_moved_rule(text, sheet.title) or "" for text in rule.formula]
            formats.add(str(_moved_areas(area.sqref)), moved)
    sheet.conditional_formatting = formats
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _moved_references(sheet.auto_filter.ref)
    for table in sheet.tables.values():
        table.ref = _moved_references(table.ref)
        if table.autoFilter and table.autoFilter.ref:
            table.autoFilter.ref = _moved_references(table.autoFilter.ref)
    if sheet.print_area:
        areas = [area.rpartition("!")[2] for area in sheet.print_area.split(",")]
        sheet.print_area = [_moved_references(area) for area in areas]
    if sheet.freeze_panes and not sheet.freeze_panes.startswith("A"):
        sheet.freeze_panes = _moved_references(sheet.freeze_panes)


def _moved_areas(areas: MultiCellRange) -> MultiCellRange:
    return MultiCellRange(_moved_references(str(areas)))


def _moved_rule(text: str | None, title: str) -> str | None:
    if not text or text.startswith('"'):
        return text
    return _moved_formula(f"={text}", title, here=True)[1:]


def _move_formula(cell: SheetCell, title: str, *, here: bool) -> None:
    formula = cell.value
    if isinstance(formula, ArrayFormula):
        if here:
            formula.ref = _moved_references(formula.ref)
        formula.text = _moved_formula(formula.text or "", title, here=here)
    elif isinstance(formula, str):
        cell.value = _moved_formula(formula, title, here=here)


def _moved_formula(formula: str, title: str, *, here: bool) -> str:
    """A formula after a column was put before the others in the sheet called ``title``."""
    try:
        tokens = Tokenizer(formula)
    except (TokenizerError, IndexError):
        return formula
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            named, mark, area = token.value.rpartition("!")
            points_here = named.strip("'").replace("''", "'") == title if mark else here
            if points_here and "[" not in area:
                token.value = f"{named}{mark}{_moved_references(area)}"
    return "=" + "".join(token.value for token in tokens.items)


def _moved_references(text: str) -> str:
    text = _WHOLE_COLUMNS.sub(
        lambda found: f"{found[1]}{_next(found[2])}:{found[3]}{_next(found[4])}", text
    )
    return _REFERENCE.sub(lambda found: f"{found[1]}{_next(found[2])}{found[3]}", text)


def _next(letters: str) -> str:
    column = column_index_from_string(letters)
    return get_column_letter(min(column + 1, _LAST_COLUMN))


# --- Saving without working files on disk --------------------------------------------------


class _InMemoryWriter(ExcelWriter):
    """Writes sheets straight into the package; the library would put them on disk in clear."""

    def write_worksheet(self, ws: Any) -> None:
        archive: zipfile.ZipFile = self._archive  # type: ignore[attr-defined]
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts = ws._charts
        ws._drawing.images = ws._images
        out = io.BytesIO()
        writer: Any = WorksheetWriter(ws, out)
        writer.write()
        ws._rels = writer._rels
        archive.writestr(ws.path[1:], out.getvalue())
        self.manifest.append(ws)


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _InMemoryWriter(book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)).save()
    return out.getvalue()


# --- A copy ------------------------------------------------------------------------------


def _marked_copy(
    table: Table, by_row: Mapping[int, Sequence[CellProblem]], left_out: Sequence[Heading]
) -> bytes:
    """The same rows at the same numbers in a new workbook: text of a CSV, values of a workbook."""
    marked_before = table.header[0].normal == normalise_header(MEND_HEADING)
    skipped = 1 if marked_before else 0
    empty = {heading.position for heading in left_out}
    out = io.BytesIO()
    with new_workbook(out) as book:
        page = book.add_worksheet((table.sheet or "Rows")[:31])
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        fills = {
            (must, is_date): book.add_format({"bg_color": f"#{fill[2:]}", **shown})
            for must, fill in ((True, _MUST_FILL), (False, _CHECK_FILL))
            for is_date, shown in ((True, {"num_format": DATE_FORMAT}), (False, {}))
        }
        cells = CellWriter(book, page)
        page.set_column(0, 0, 60)
        page.set_column(1, len(table.header), 16)
        page.write_string(table.header_row - 1, 0, MEND_HEADING, bold)
        for heading in table.header[skipped:]:
            at = heading.position - skipped + 1
            page.write_string(table.header_row - 1, at, clean_text(heading.text), bold)
        for row in table.rows:
            problems = by_row.get(row.number, ())
            if problems:
                summary = clean_text(_summary(table, problems))
                page.write_string(row.number - 1, 0, summary, wrapped)
            notes: dict[int, list[CellProblem]] = defaultdict(list)
            for problem in problems:
                if problem.position is not None:
                    notes[problem.position].append(problem)
            for position, value in enumerate(row.cells[skipped:], start=skipped):
                together = notes.get(position, [])
                must = any(problem.must_mend for problem in together)
                style = fills[must, isinstance(value, date)] if together else None
                shown = None if position in empty else value
                cells.write(row.number - 1, position - skipped + 1, shown, style)
            for position, together in notes.items():
                note = clean_text("\n".join(problem.note for problem in together))
                at = position - skipped + 1
                page.write_comment(row.number - 1, at, note, {"author": _AUTHOR})
        about = book.add_worksheet(ABOUT_SHEET)
        about.set_column(0, 0, 100)
        lines = _about(table, by_row, left_out)
        if table.kind == EXCEL_KIND:
            lines.append(
                f'This is a copy of the rows of the sheet "{as_text(table.sheet)}", '
                "without their formats."
            )
        for number, line in enumerate(lines):
            about.write_string(number, 0, clean_text(line), wrapped)
    return out.getvalue()
