"""The national return as XML, read as a table: one row a record, headed as an extract is flattened.

What the file says is kept as texts, also of elements that no edition has, so that the rows of an
XML and of a CSV go the same way from here on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from lxml import etree

from caseload.intake.opening import register_opener
from ccis.files.reading import CannotRead, Heading, Row, Table
from ccis.files.storage import Readable
from ccis.files.values import Cell
from returns import editions, reading
from returns.editions.model import Layout
from returns.moving.columns import COLUMNS, KEY_OF_ELEMENT, MARKS_KEY, OTHER_KEY

XML_KIND: Final = "National return as XML"

_OTHER_ROOT: Final = re.compile(rb"<(html|table|meta|workbook|!doctype\s+html)", re.IGNORECASE)
_BEGINS: Final = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!DOCTYPE|<[A-Za-z])")
_UTF_16: Final = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")

WRONG_ROOT: Final = (
    "This XML begins with “{root}”. The return of another CCIS begins with “NCCIS”, or with "
    "“NCCIS” and a year"
)
NO_HEADER: Final = "The file has no FileHeader, so it does not say of which month it tells"

_PLACES: Final = {column.key: place for place, column in enumerate(COLUMNS)}


@register_opener
def open_return(beginning: bytes, source: Readable) -> Table | None:
    """A return as a table; ``None`` for what is not XML, or is a web page or an office file."""
    if not (_BEGINS.match(beginning) or beginning.startswith(_UTF_16)):
        return None
    if _OTHER_ROOT.search(beginning):
        return None
    notices: list[str] = []
    rows = _read(source, notices)
    header = next(rows)  # so that a file that cannot be read at all says so at once
    notices += _notices(header)
    return Table(
        kind=XML_KIND,
        header=tuple(Heading(column.heading, at) for at, column in enumerate(COLUMNS)),
        header_row=1,
        rows=_numbered(rows, header, notices),
        notices=notices,
    )


def _numbered(
    rows: Iterator[dict[str, str]], header: dict[str, str], notices: list[str]
) -> Iterator[Row]:
    """Records as rows, numbered as in the workbook that is given back: the headings are row 1."""
    unknown: defaultdict[str, int] = defaultdict(int)
    for number, said in enumerate(rows, start=2):
        cells: list[Cell] = [None] * len(COLUMNS)
        for key, text in {**header, **said}.items():
            cells[_PLACES[key]] = text or None
        for part in filter(None, said.get(OTHER_KEY, "").split("; ")):
            unknown[part.partition(" = ")[0]] += 1
        yield Row(number, cells)
    for name, count in sorted(unknown.items()):
        notices.append(f"{count:,} × {name}: no edition has it. It is kept with the rows, not used")


def _notices(header: dict[str, str]) -> list[str]:
    """What is odd about the header, in words."""
    return [] if header.get("period_end") else [NO_HEADER]


def _read(source: Readable, notices: list[str]) -> Iterator[dict[str, str]]:
    """The header and then each record, as texts by our key; to ``notices`` what lay beside them."""
    edition = editions.newest()
    found = reading.Reading(source, edition)
    layout = edition.layout
    header: dict[str, str] | None = None
    records = _Records(layout)
    try:
        for node in found.nodes():
            if node.tag == layout.header:
                if header is None:
                    header = _header(node, layout)
                    yield header
                continue
            if header is None:
                header = {}
                yield header
            yield records.read(node)
    except reading.CannotRead as error:
        raise CannotRead(_in_words(error, found.root)) from None
    if header is None:
        yield {}
    notices += [
        f"{fault.count:,} × {fault.element} beside the records: not read, with all that is in it"
        for fault in found.faults.values()
    ]


def _in_words(error: reading.CannotRead, root: str) -> str:
    if error.code == "FILE-7" and not error.why:
        return WRONG_ROOT.format(root=root[:60])
    at = f", at line {error.line:,}" if error.line else ""
    return f"We cannot read this XML{at}. {error.why}".strip()


def _header(node: etree._Element, layout: Layout) -> dict[str, str]:
    said: dict[str, str] = {}
    for element in layout.header_elements:
        texts = [(one.text or "").strip() for one in node.findall("/".join(element.path))]
        said[element.value] = ",".join(filter(None, texts))
    return said


class _Records:
    """Turns a record's tree into texts by our key."""

    def __init__(self, layout: Layout) -> None:
        self._blocks = {name for element in layout.elements for name in element.path[:-1]}
        self._keys = {
            name: KEY_OF_ELEMENT[element.name]
            for element in layout.elements
            for name in (element.name, *element.also_read)
        }

    def read(self, record: etree._Element) -> dict[str, str]:
        """The texts of one record; what is not known, or stands twice, under ``OTHER_KEY``."""
        said: dict[str, str] = {}
        marks: list[str] = []
        other: list[str] = []
        for node in record.iterdescendants():
            name = str(node.tag)
            if name in self._blocks:
                continue
            text = " ".join((node.text or "").split("\0")).strip()
            parent = node.getparent()
            within = f"{parent.tag}/{name}" if parent is not None else name
            key = self._keys.get(name) or self._keys.get(within)
            if key == MARKS_KEY:
                marks.append(text)
            elif key is None or key in said:
                other.append(f"{name[:60]} = {text[:200]}")
            else:
                said[key] = text
        said[MARKS_KEY] = ",".join(filter(None, marks))
        said[OTHER_KEY] = "; ".join(other)
        return said
