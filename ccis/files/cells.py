"""What goes into cells that we write: never a formula, never a character that XML cannot hold."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final

import xlsxwriter

from ccis.calendar.words import LONDON

MEND_HEADING: Final = "What to mend"
"""Heads the first column of a marked workbook; whoever reads it back passes over it."""

ABOUT_SHEET: Final = "About this file"
MEANINGS_SHEET: Final = "What the columns mean"
CHOICES_SHEET: Final = "Choices"
OUR_SHEETS: Final = frozenset({ABOUT_SHEET, MEANINGS_SHEET, CHOICES_SHEET})
"""Sheets that we add beside the rows, so that nobody need be told that they were not read."""

DATE_FORMAT: Final = "dd/mm/yyyy"
MOMENT_FORMAT: Final = "dd/mm/yyyy hh:mm"
MOST_CHARACTERS: Final = 32_767
_MOST_DIGITS: Final = 15
"""Excel keeps no more of a number."""

MEMORY_FOLDER: Final = Path("/dev/shm")  # noqa: S108 - memory, in folders only we can open
_ROOM_NEEDED: Final = 2_000_000_000

_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def clean_text(text: str) -> str:
    """Text as a workbook can hold it, its lines ended as a workbook ends them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_IN_XML.sub("", text)[:MOST_CHARACTERS]


def csv_cell(value: object) -> str:
    """A value as text for a CSV that a spreadsheet may open without running anything.

    Text that begins like a formula gets ``'`` in front. Dates come day first, truth values as
    Yes and No, nothing as nothing.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = value.replace("\0", "")
        return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return f"{_local(value):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | float):
        return str(value)
    return csv_cell(str(value))


class CellWriter:
    """Writes values into one sheet of an xlsxwriter workbook, text always as text."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._sheet = sheet
        self._formats = {
            kind: book.add_format({"num_format": shown})
            for kind, shown in (
                ("date", DATE_FORMAT),
                ("moment", MOMENT_FORMAT),
                ("time", "hh:mm"),
                ("length", "[h]:mm"),
            )
        }

    def write(self, row: int, column: int, value: object, style: Any = None) -> None:
        """Write one value; ``row`` and ``column`` count from nought."""
        sheet = self._sheet
        match value:
            case None | "":
                if style is not None:
                    sheet.write_blank(row, column, None, style)
            case bool():
                sheet.write_boolean(row, column, value, style)
            case int() | float() if len(str(value).strip("-")) <= _MOST_DIGITS:
                sheet.write_number(row, column, value, style)
            case datetime():
                sheet.write_datetime(row, column, _local(value), style or self._formats["moment"])
            case date():
                sheet.write_datetime(row, column, value, style or self._formats["date"])
            case time():
                sheet.write_datetime(row, column, value, style or self._formats["time"])
            case timedelta():
                sheet.write_datetime(row, column, value, style or self._formats["length"])
            case _:
                sheet.write_string(row, column, clean_text(str(value)), style)


@contextmanager
def new_workbook(out: BinaryIO, *, in_memory: bool = False) -> Iterator[Any]:
    """An xlsxwriter workbook whose working files, if it needs any, are in memory, not on disk."""
    options: dict[str, object] = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    if in_memory or not _has_room(MEMORY_FOLDER):
        with xlsxwriter.Workbook(out, options | {"in_memory": True}) as book:
            yield book
        return
    with (
        tempfile.TemporaryDirectory(dir=MEMORY_FOLDER) as folder,
        xlsxwriter.Workbook(out, options | {"constant_memory": True, "tmpdir": folder}) as book,
    ):
        yield book


def _has_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free > _ROOM_NEEDED
    except OSError:
        return False


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(LONDON).replace(tzinfo=None)
