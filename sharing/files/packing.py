"""A list as a workbook, and the workbook under a passphrase: nothing here reads or keeps anything.

The passphrase is of words, so that it can be said on the phone (LC-11).
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyzipper

from ccis.files.cells import ABOUT_SHEET, DATE_FORMAT, CellWriter, clean_text, new_workbook
from ccis.files.passphrases import WORDS, encrypted_workbook, new_passphrase
from sharing.template import ANSWERS, authority_headings

__all__ = [
    "WORDS",
    "Row",
    "Sheet",
    "encrypted_workbook",
    "encrypted_zip",
    "new_passphrase",
    "workbook",
]

ROWS_SHEET = "List"
_WIDE = {"Address": 34, "Name": 24, "Anything else": 34, "What happened": 28}


@dataclass(frozen=True)
class Row:
    """One line: its reference in this copy, and by column a text or several."""

    reference: str
    values: dict[str, str | list[str]]


@dataclass(frozen=True)
class Sheet:
    """A list as one named individual is given it."""

    reference: str
    mark: str
    columns: Sequence[str]
    rows: Sequence[Row]
    about: Sequence[tuple[str, str]]
    """What stands on its face: purpose, between whom, until when, what must not be done."""


def workbook(sheet: Sheet) -> bytes:
    """The list on the standard template: our columns, then those for the organisation to fill in.

    What we filled in is locked against slips; the copy's mark stands in every row and on each
    printed page.
    """
    out = io.BytesIO()
    headings = authority_headings(list(sheet.columns))
    with new_workbook(out, in_memory=True) as book:
        book.set_properties({"title": f"List {sheet.reference}", "comments": f"Copy {sheet.mark}"})
        page = book.add_worksheet(ROWS_SHEET)
        about = book.add_worksheet(ABOUT_SHEET)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
        ours = book.add_format({"text_wrap": True, "valign": "top"})
        cells = CellWriter(book, page)
        for column, heading in enumerate([*headings, *(one.heading for one in ANSWERS)]):
            page.write_string(0, column, heading, bold)
            page.set_column(column, column, _WIDE.get(heading, 16))
        for number, row in enumerate(sheet.rows, start=1):
            known = [sheet.reference, row.reference]
            known += [_text(row.values.get(name, "")) for name in sheet.columns]
            for column, value in enumerate(known):
                cells.write(number, column, value, ours)
        _answers(book, page, len(headings), len(sheet.rows))
        page.freeze_panes(1, 3)
        page.set_footer(f"&LList {sheet.reference}, copy {sheet.mark}&RPage &P of &N")
        page.set_landscape()
        page.repeat_rows(0)
        page.protect(options={"format_columns": True, "format_rows": True, "autofilter": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        about.set_column(0, 0, 28, book.add_format({"bold": True, "valign": "top"}))
        about.set_column(1, 1, 80, wrapped)
        for number, (heading, words) in enumerate(sheet.about):
            about.write_string(number, 0, clean_text(heading))
            about.write_string(number, 1, clean_text(words))
    return out.getvalue()


def _text(value: str | list[str]) -> str:
    return "\n".join(value) if isinstance(value, list) else value


def _answers(book: Any, page: Any, first: int, rows: int) -> None:
    text = book.add_format({"locked": False, "num_format": "@", "text_wrap": True})
    day = book.add_format({"locked": False, "num_format": DATE_FORMAT})
    for place, answer in enumerate(ANSWERS):
        column = first + place
        for number in range(1, rows + 1):
            page.write_blank(number, column, None, day if answer.is_date else text)
        if answer.choices and rows:
            page.data_validation(
                1, column, rows, column, {"validate": "list", "source": list(answer.choices)}
            )


def encrypted_zip(content: bytes, passphrase: str, *, name: str) -> bytes:
    """The same in a zip with AES-256; ``name`` can be read without the passphrase."""
    out = io.BytesIO()
    with pyzipper.AESZipFile(
        out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as package:
        package.setpassword(passphrase.encode())
        package.writestr(name, content)
    return out.getvalue()
