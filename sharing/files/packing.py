"""A list as a workbook, and the workbook under a passphrase: nothing here reads or keeps anything.

The passphrase is of words, so that it can be said on the phone (LC-11).
"""

import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyzipper
from msoffcrypto.format.ooxml import OOXMLFile
from xkcdpass import xkcd_password

from ccis.files.cells import ABOUT_SHEET, DATE_FORMAT, CellWriter, clean_text, new_workbook
from sharing.template import ANSWERS, authority_headings

WORDS = 6
"""Words of a passphrase, of some 6,000 each: 75 bits."""

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


def new_passphrase() -> str:
    """Words chosen by the system's own source of chance, with hyphens between."""
    return "-".join(secrets.choice(_words()) for _ in range(WORDS))


@cache
def _words() -> tuple[str, ...]:
    found = xkcd_password.generate_wordlist(
        wordfile=xkcd_password.locate_wordfile(), min_length=4, max_length=8
    )
    return tuple(sorted(set(found)))


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


def encrypted_workbook(content: bytes, passphrase: str) -> bytes:
    """A workbook as Excel and LibreOffice open it with the passphrase alone (AES-256)."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(passphrase, out)
    return out.getvalue()


def encrypted_zip(content: bytes, passphrase: str, *, name: str) -> bytes:
    """The same in a zip with AES-256; ``name`` can be read without the passphrase."""
    out = io.BytesIO()
    with pyzipper.AESZipFile(
        out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as package:
        package.setpassword(passphrase.encode())
        package.writestr(name, content)
    return out.getvalue()
