"""The return's file: written as joined strings, judged and read with lxml.

The writer is compiled from an edition's layout. Values come as rows of PostgreSQL's ``COPY`` in
text form, or as tuples, in the order of :attr:`Writer.columns`; they leave as UTF-8 bytes, one
record a line. The same rows give the same bytes. docs/nccis.md §1.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice, takewhile
from pathlib import Path
from typing import IO, Any, Final, cast

from lxml import etree

from returns.editions.model import Edition, Element, Header, Layout
from returns.reading import SAFE
from returns.reading import CannotRead as CannotRead  # read where it is written
from returns.reading import read_header as read_header
from returns.reading import read_records as read_records

Value = str | date | Sequence[str] | None
"""One value of a row that is given as a tuple."""

Piece = bytes | bytearray | memoryview
"""Some bytes as a COPY sends them."""

ROWS_AT_ONCE: Final = 512
BYTES_AT_ONCE: Final = 1 << 20
PROVED_AT_ONCE: Final = 1 << 16


class CannotWrite(ValueError):
    """A value cannot stand in XML. Says which element of which record, never the value."""

    def __init__(self, element: str, young_persons_id: str) -> None:
        self.element = element
        self.young_persons_id = young_persons_id
        super().__init__(f"{element} of {young_persons_id} holds a character that XML cannot hold")


class ProofFailed(ValueError):
    """A finished file is not what it should be; the message holds counts and line numbers only."""


# Escaping

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold at all."""

_MARKS: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ESCAPES: Final = str.maketrans(_MARKS)

_SUSPECT: Final = bytes({*range(0x20)} - {0x09, 0x0A})
"""Bytes that no row of COPY holds unless a value does; tab and newline part values and rows."""


def escape(text: str) -> str:
    """Text as it stands in an element; ValueError if XML 1.0 cannot hold it."""
    if _FORBIDDEN.search(text):
        raise ValueError("a character that XML cannot hold")
    return text.translate(_ESCAPES)


def _is_suspect(block: bytes) -> bool:
    """Whether any row of a block needs to be looked at value by value."""
    return (
        b"\\" in block
        or len(block.translate(None, _SUSPECT)) != len(block)
        or b"\xef\xbf\xbe" in block
        or b"\xef\xbf\xbf" in block
    )


_COPY_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_COPY_LETTERS: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def from_copy(field: bytes) -> str:
    """The text of one field of COPY's text form; the null mark gives an empty text."""
    if field == b"\\N":
        return ""
    return _COPY_ESCAPE.sub(
        lambda found: _COPY_LETTERS.get(found[1], found[1]), field.decode("utf-8")
    )


# Writing


@dataclass(frozen=True, slots=True)
class _Block:
    """Values that share a block which is left out when none of them has a value."""

    places: slice
    whole: bytes
    """The block with a mark for each value."""


@dataclass(frozen=True, slots=True)
class _Codes:
    """A list of codes, each its own element, in a block that is left out when there are none."""

    place: int
    before: bytes
    each: tuple[bytes, bytes]
    after: bytes

    def written(self, codes: bytes) -> bytes:
        """The elements of a list as PostgreSQL writes it: {110,120}."""
        if codes in (b"{}", b""):
            return b""
        start, end = self.each
        inside = codes.strip(b"{}").split(b",")
        return self.before + b"".join(start + code + end for code in inside) + self.after


def _between(pieces: Sequence[bytes], values: Sequence[bytes]) -> list[bytes]:
    """Pieces and values in turn; there is one piece more than there are values."""
    parts = [b""] * (len(pieces) + len(values))
    parts[0::2] = pieces
    parts[1::2] = values
    return parts


class Writer:
    """Turns rows into the bytes of records, after one edition's layout.

    A file is :meth:`header`, then records, then :meth:`footer`. Records of ranges of ids may be
    written apart and joined in order, since nothing in a record depends on another.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.layout: Layout = edition.layout
        self.columns: tuple[str, ...] = self.layout.columns
        self._id = self.columns.index("young_persons_id")
        self._pieces, self._blocks, self._lists = _compiled(self.layout)

    def select(self, table: str) -> str:
        """The SELECT whose rows are this writer's, in the order of the file.

        It takes the parameters ``build_id``, ``after`` and ``up_to`` (ids; null for no bound), so
        that ranges can be read apart: an id belongs to one range if it is after its lower bound and
        not after its upper. Wrap it as ``COPY (…) TO STDOUT (NULL '')``.
        """
        if not re.fullmatch(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?", table):
            raise ValueError("not the name of a table")
        key = 'young_persons_id COLLATE "C"'
        return (
            f"SELECT {', '.join(self.columns)} FROM {table}"  # noqa: S608 - columns are ours
            " WHERE build_id = %(build_id)s"
            f" AND (%(after)s::text IS NULL OR {key} > %(after)s::text)"
            f" AND (%(up_to)s::text IS NULL OR {key} <= %(up_to)s::text)"
            f" ORDER BY {key}, person_id"
        )

    def header(self, header: Header) -> bytes:
        """The start of the file: declaration, root, and the file's header."""
        parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{self.edition.root_written}>\n']
        parts.append(_header_text(self.layout, header))
        return "".join(parts).encode("utf-8")

    def footer(self) -> bytes:
        """The end of the file."""
        return f"</{self.edition.root_written}>\n".encode()

    def records_from_copy(self, blocks: Iterable[Piece]) -> Iterator[bytes]:
        """The records of rows in COPY's text form, some hundreds at a time.

        ``blocks`` may break anywhere. Nulls may be written as COPY's default or as nothing.
        CannotWrite if a value cannot stand in XML, ValueError if a row is not this writer's.
        """
        for block in _whole_rows(blocks):
            yield b"".join(self._block(block))

    def records(self, rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
        """The records of rows given as tuples, some hundreds at a time."""
        remaining = iter(rows)
        while some := list(islice(remaining, ROWS_AT_ONCE)):
            rows_of_text = ([_text(value) for value in row] for row in some)
            yield b"".join(self._joined(map(self._escaped, rows_of_text)))

    # One block of rows

    def _block(self, block: bytes) -> list[bytes]:
        """The records of a block of whole rows. Only rows that need it are looked at closely."""
        if b"\\" in block and block.count(b"\\") == block.count(b"\\N"):
            block = block.replace(b"\\N", b"")
        if _is_suspect(block):
            rows = [self._looked_at(row) for row in block.split(b"\n")]
        else:
            for mark, stands_for in ((b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;")):
                if mark in block:
                    block = block.replace(mark, stands_for)
            rows = [row.split(b"\t") for row in block.split(b"\n")]
        return self._joined(rows)

    def _looked_at(self, row: bytes) -> list[bytes]:
        """The values of one row, each decoded, checked and escaped."""
        return self._escaped([from_copy(field) for field in row.split(b"\t")])

    def _escaped(self, fields: list[str]) -> list[bytes]:
        """Each value escaped and encoded; CannotWrite if one cannot stand in XML."""
        self._expect(len(fields))
        written = []
        for place, field in enumerate(fields):
            if _FORBIDDEN.search(field):
                raise CannotWrite(self.layout.elements[place].name, fields[self._id])
            written.append(field.translate(_ESCAPES).encode("utf-8"))
        return written

    def _expect(self, count: int) -> None:
        if count != len(self.columns):
            raise ValueError(f"a row of {count} values, where {len(self.columns)} are written")

    def _joined(self, rows: Iterable[list[bytes]]) -> list[bytes]:
        """A record for each row of values that are already escaped."""
        expected = len(self.columns)
        parts = _between(self._pieces, [b""] * expected)
        records = []
        for values in rows:
            if len(values) != expected:
                self._expect(len(values))
            for block in self._blocks:
                held = values[block.places]
                if any(held):
                    values[block.places] = [block.whole % tuple(held)] + [b""] * (len(held) - 1)
            for codes in self._lists:
                values[codes.place] = codes.written(values[codes.place])
            parts[1::2] = values
            records.append(b"".join(parts))
        return records


def _text(value: Value) -> str:
    """A value of a tuple as COPY would have sent it, but for its escapes."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return "{" + ",".join(value) + "}"


def _whole_rows(blocks: Iterable[Piece]) -> Iterator[bytes]:
    """The same bytes in blocks of some hundred whole rows, without the newline after the last."""
    held: list[bytes] = []
    for block in blocks:
        held.append(bytes(block))
        if len(held) >= ROWS_AT_ONCE or len(held[-1]) >= BYTES_AT_ONCE:
            rows, newline, rest = b"".join(held).rpartition(b"\n")
            held = [rest] if rest else []
            if newline:
                yield rows
    if rest := b"".join(held):
        yield rest.removesuffix(b"\n")


def _header_text(layout: Layout, header: Header) -> str:
    """The file's header as XML: an element for each value, blocks opened and closed around."""
    opened: list[str] = []
    parts = [f"<{layout.header}>"]
    for element in layout.header_elements:
        parts += _moved(opened, element.path[:-1])
        value = getattr(header, element.value)
        for one in value if isinstance(value, tuple) else (value,):
            try:
                said = escape(_text(one))
            except ValueError:
                raise CannotWrite(element.path[-1], "the file's header") from None
            parts.append(f"<{element.path[-1]}>{said}</{element.path[-1]}>")
    parts += _moved(opened, ())
    parts.append(f"</{layout.header}>\n")
    return "".join(parts)


def _moved(opened: list[str], path: tuple[str, ...]) -> list[str]:
    """The tags that close and open blocks on the way to another; ``opened`` is changed."""
    shared = 0
    while shared < min(len(opened), len(path)) and opened[shared] == path[shared]:
        shared += 1
    tags = [f"</{name}>" for name in reversed(opened[shared:])]
    tags += [f"<{name}>" for name in path[shared:]]
    opened[shared:] = path[shared:]
    return tags


def _compiled(layout: Layout) -> tuple[list[bytes], tuple[_Block, ...], tuple[_Codes, ...]]:
    """What stands around the values of a record, and the blocks and lists that may be left out.

    There is one piece more than there are values. The values of a block that may be left out have
    nothing between them: the block brings its own pieces.
    """
    opened: list[str] = []
    pieces = [f"<{layout.record}>"]
    blocks: list[_Block] = []
    lists: list[_Codes] = []
    place = 0
    while place < len(layout.elements):
        depth, members = _members(layout, place)
        pieces[-1] += "".join(_moved(opened, members[0].path[:depth]))
        if members[0].format == "codes":
            lists.append(_codes(members[0], depth, place))
        elif depth < len(members[0].path) - 1:
            blocks.append(_block(members, depth, place))
        else:
            pieces[-1] += f"<{members[0].path[-1]}>"
            pieces.append(f"</{members[0].path[-1]}>")
            place += 1
            continue
        pieces += [""] * len(members)
        place += len(members)
    pieces[-1] += "".join(_moved(opened, ())) + f"</{layout.record}>\n"
    return [piece.encode() for piece in pieces], tuple(blocks), tuple(lists)


def _members(layout: Layout, place: int) -> tuple[int, tuple[Element, ...]]:
    """The elements from here that are written together, and how deep their block lies.

    One element by itself, in its own parent, unless it lies in a block that may be left out.
    """
    element = layout.elements[place]
    block = _optional_block(layout, element)
    if block is None:
        return len(element.path) - 1, (element,)
    members = takewhile(lambda one: _optional_block(layout, one) == block, layout.elements[place:])
    return len(block) - 1, tuple(members)


def _optional_block(layout: Layout, element: Element) -> tuple[str, ...] | None:
    """The path of the block around an element that may be left out, if there is one."""
    for depth, name in enumerate(element.path[:-1], start=1):
        if name in layout.omit:
            return element.path[:depth]
    return None


def _codes(element: Element, depth: int, place: int) -> _Codes:
    opened: list[str] = []
    before = "".join(_moved(opened, element.path[depth:-1]))
    after = "".join(_moved(opened, ()))
    start, end = f"<{element.path[-1]}>", f"</{element.path[-1]}>"
    return _Codes(place, before.encode(), (start.encode(), end.encode()), after.encode())


def _block(members: Sequence[Element], depth: int, place: int) -> _Block:
    opened: list[str] = []
    whole = ""
    for element in members:
        whole += "".join(_moved(opened, element.path[depth:-1]))
        whole += f"<{element.path[-1]}>%b</{element.path[-1]}>"
    whole += "".join(_moved(opened, ()))
    return _Block(slice(place, place + len(members)), whole.encode())


# The judge: the same file by lxml, and a reading of the finished file


def write_with_lxml(
    rows: Iterable[Sequence[Value]], header: Header, edition: Edition, out: IO[bytes]
) -> None:
    """The same file, made another way, to hold the writer against. Slow; for tests.

    Knows nothing of pieces: it builds each record as a tree and lets lxml escape and refuse
    (ValueError) what it will.
    """
    layout = edition.layout
    with etree.xmlfile(out, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(edition.root_written):
            file.write(_header_tree(layout, header))
            for row in rows:
                file.write(_record_tree(layout, row))


def _header_tree(layout: Layout, header: Header) -> etree._Element:
    root = etree.Element(layout.header)
    for element in layout.header_elements:
        value = getattr(header, element.value)
        for one in value if isinstance(value, tuple) else (value,):
            _below(root, element.path[:-1]).append(_leaf(element.path[-1], _text(one)))
    return root


def _record_tree(layout: Layout, row: Sequence[Value]) -> etree._Element:
    root = etree.Element(layout.record)
    for element, value in zip(layout.elements, row, strict=True):
        block = _optional_block(layout, element)
        if block is not None and not _block_has_value(layout, block, row):
            _below(root, block[:-1])  # the block is left out, but not what it lies in
            continue
        for one in _each(value) if element.format == "codes" else [_text(value)]:
            _below(root, element.path[:-1]).append(_leaf(element.path[-1], one))
    return root


def _each(value: Value) -> list[str]:
    """The codes of a list; none for no value."""
    return [] if value is None or isinstance(value, str | date) else list(value)


def _block_has_value(layout: Layout, block: tuple[str, ...], row: Sequence[Value]) -> bool:
    return any(
        value
        for element, value in zip(layout.elements, row, strict=True)
        if _optional_block(layout, element) == block
    )


def _below(root: etree._Element, path: tuple[str, ...]) -> etree._Element:
    """The node at a path, made where it is not there yet."""
    node = root
    for name in path:
        found = node.find(name)
        node = etree.SubElement(node, name) if found is None else found
    return node


def _leaf(name: str, text: str) -> etree._Element:
    leaf = etree.Element(name)
    leaf.text = text
    return leaf


@dataclass(frozen=True, slots=True)
class Proof:
    """What a reading of a finished file found: how many records, and the first and last id."""

    records: int
    first_id: str
    last_id: str
    sha256: str


class Prover:
    """Reads a finished file as it is fed to it, in flat memory, and hashes the same bytes.

    The file must be one tree: the edition's root, one header, then records and nothing else. Each
    record's id must be greater, byte by byte, than the one before, so that ids are in order and
    none comes twice.

    The parser is given some records at a time with the root around them, which proves the same as
    the whole at once, whose parts must each be whole, and takes less than half as long.
    """

    def __init__(self, edition: Edition) -> None:
        self._layout = edition.layout
        self._root = edition.root_written
        self._parser = etree.XMLParser(**_SAFE, collect_ids=False)
        path = self._layout.elements[0].path
        self._path = "/".join(path)
        steps = "/".join(f"{name}[1]" for name in path)
        self._ids = etree.XPath(f"{self._layout.record}/{steps}/text()", smart_strings=False)
        self._count = etree.XPath(f"count({self._layout.record})")
        self._end_of_record = f"</{self._layout.record}>".encode()
        self._held = bytearray()
        self._lines = 0
        self._begun = False
        self._hash = hashlib.sha256()
        self._records = self._others = 0
        self._before = self._first = self._last = ""

    def feed(self, data: bytes) -> None:
        """Take the next bytes; ProofFailed as soon as they show that the file is not sound."""
        self._hash.update(data)
        for start in range(0, len(data), PROVED_AT_ONCE):
            self._held += data[start : start + PROVED_AT_ONCE]
            end = self._held.rfind(self._end_of_record)
            if end >= 0 and len(self._held) >= PROVED_AT_ONCE:
                end += len(self._end_of_record)
                self._look(bytes(self._held[:end]), last=False)
                del self._held[:end]

    def close(self) -> Proof:
        """What was found, once all bytes were fed; ProofFailed if the file is not whole."""
        self._look(bytes(self._held), last=True)
        last = self._layout.record if self._records else self._layout.header
        if self._before != last or self._others != 1:
            raise ProofFailed("something besides a header and records")
        return Proof(self._records, self._first, self._last, self._hash.hexdigest())

    def _look(self, part: bytes, *, last: bool) -> None:
        """Parse the next part of the file and look at each record in it."""
        start = b"" if not self._begun else f"<{self._root}>".encode()
        end = b"" if last else f"</{self._root}>".encode()
        try:
            root = etree.fromstring(start + part + end, self._parser)
        except etree.XMLSyntaxError as error:
            raise ProofFailed(f"not XML at line {self._lines + (error.lineno or 0)}") from None
        if root.tag != self._root:
            raise ProofFailed("another root than the edition's")
        self._begun = True
        self._lines += part.count(b"\n")
        ids = cast("list[str]", self._ids(root))
        if self._before == self._layout.record and len(ids) == len(root) == self._count(root):
            self._take(ids)  # as in all parts but the first and the last
        else:
            for node in root:
                self._look_at(node)

    def _look_at(self, node: etree._Element) -> None:
        """Look at one child of the root: the header, a record, or what should not be there."""
        tag = str(node.tag)
        if tag == self._layout.record:
            wanted = self._layout.record if self._records else self._layout.header
            if self._before != wanted:
                raise ProofFailed(f"record {self._records + 1}: does not follow a {wanted}")
            self._take([node.findtext(self._path) or ""])
        else:
            self._others += 1
        self._before = tag

    def _take(self, ids: Iterable[str]) -> None:
        """Count records by their ids, which must go on rising."""
        last = self._last
        for found in ids:
            self._records += 1
            if found <= last:
                raise ProofFailed(f"record {self._records}: its id does not follow the one before")
            last = found
            self._first = self._first or found
        self._last = last


def parse_proof(path: Path, edition: Edition) -> Proof:
    """Read a finished file from end to end, as :class:`Prover` does."""
    prover = Prover(edition)
    with path.open("rb") as file:
        while data := file.read(BYTES_AT_ONCE):
            prover.feed(data)
    return prover.close()


_SAFE: Final[dict[str, Any]] = {**SAFE, "huge_tree": True}
"""Our own file, in parts of a known size: no limit of the parser's is in the way."""


@cache
def writer(edition: Edition) -> Writer:
    """The writer of an edition, compiled once."""
    return Writer(edition)
