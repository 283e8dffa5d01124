"""Reading any supplier's return: a record at a time, in flat memory, trusting nothing.

Both root elements and both spellings of ``NEETStartDate`` are read. Nothing is fetched, no entity
is taken from the file, and no stretch of it between two records may be longer than ``LONGEST``,
so that neither a billion laughs nor a text without end takes more memory than a good file does.
docs/nccis.md §1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, cast

from lxml import etree

from ccis.calendar.academic import academic_age, year_group
from ccis.files.storage import Readable
from returns import editions
from returns.editions import record
from returns.editions.model import Edition, Element, Header, Layout

LONGEST: Final = 1 << 20
"""Bytes that one record, or whatever stands between two, may have. A real one has about 2,000."""

LONGEST_TEXT: Final = 255
"""Characters of one value; the Department's own limits are not known (docs/nccis.md §2)."""

FED_AT_ONCE: Final = 1 << 16
SHAPES_KEPT: Final = 2_000
NAME_SHOWN: Final = 100

SAFE: Final[dict[str, Any]] = {"resolve_entities": False, "load_dtd": False, "no_network": True}
"""No entities and nothing fetched."""

_STRICT: Final[dict[str, Any]] = {**SAFE, "remove_comments": True, "remove_pis": True}
"""Besides, libxml's own limits on depth and length stay in force."""


class CannotRead(ValueError):
    """A file is not a return that can be read.

    ``code`` is the check it fails (FILE-6 or FILE-7), ``line`` where, or 0 if that says nothing,
    ``why`` what is wrong in plain words that hold nothing of the file's content.
    """

    def __init__(self, code: str, line: int = 0, why: str = "") -> None:
        self.code = code
        self.line = line
        self.why = why
        super().__init__(f"{code} at line {line}" if line else code)


# The start of the file, before the parser sees it

ENCODINGS: Final = frozenset(
    {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "latin1", "windows-1252",
     "cp1252"}
)  # fmt: skip
"""What a file may declare, apart from UTF-16, which begins with a mark of its own."""

_MARKS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
_DECLARED: Final = re.compile(
    r"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']"""
)
_SKIPPED: Final = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE: Final = re.compile(r"<!DOCTYPE\s+[^\s\[<>]{1,100}\s*>")
_ROOT: Final = re.compile(r"<([^\s/>!?&<]{1,100})([^<>]*)>")

EMPTY = "The file is empty"
NOT_XML = "It is not XML: an XML file begins with <"
CUT_SHORT = "It is cut short: the end is missing"
ENTITIES = "It declares a document type with parts of its own, such as entities. These are not read"
ENCODING = "Its text is not in the encoding that it says it is in"
ODD_ENCODING = "It says it is in an encoding that is not read. Have it made in UTF-8"
NO_ROOT = "No element was found at its start"
NAMESPACE = "Its root element has a namespace, and the return has none"
TOO_LONG = "A record, or what stands between two records, is longer than 1 MB"
TOO_DEEP = "Elements lie too deep within each other"
CHARACTER = "It holds a character that XML cannot hold"
REFERENCE = "It refers to something with & that it does not say, or a bare & stands in it"
REFERENCE_OR_WORSE = "It is badly formed, or refers with & to something that it does not say"
SECOND_ROOT = "Something follows the end of the return, such as a second root"
BADLY_FORMED = "It is badly formed"


def _root_of(start: bytes, *, whole: bool) -> str:
    """The name of the root element; CannotRead for what the parser is not to be shown at all.

    ``whole`` says whether ``start`` is all that there is.
    """
    if not start.strip():
        raise CannotRead("FILE-6", 0, EMPTY)
    text = _as_text(start)
    at = 0
    while skipped := _SKIPPED.match(text, at):
        at = skipped.end()
    if text.startswith("<!DOCTYPE", at):
        doctype = _DOCTYPE.match(text, at)
        if doctype is None:
            raise CannotRead("FILE-6", text.count("\n", 0, at) + 1, ENTITIES)
        at = doctype.end()
    while skipped := _SKIPPED.match(text, at):
        at = skipped.end()
    line = text.count("\n", 0, at) + 1
    root = _ROOT.match(text, at)
    if root is None:
        rest = text[at : at + 1]
        if rest and rest != "<":
            raise CannotRead("FILE-6", line, NOT_XML)
        if text.startswith("<!DOCTYPE", at):
            raise CannotRead("FILE-6", line, ENTITIES)
        raise CannotRead("FILE-6", line, CUT_SHORT if whole else NO_ROOT)
    if re.search(r"\sxmlns\s*=", root[2]):
        raise CannotRead("FILE-7", line, NAMESPACE)
    return root[1]


def _as_text(start: bytes) -> str:
    """The start of the file as text; CannotRead for an encoding that is not read."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return start[len(mark) :].decode(encoding, errors="replace")
    text = start.decode("latin-1")
    if "\0" in text[:4]:
        raise CannotRead("FILE-6", 1, ODD_ENCODING)
    declared = _DECLARED.match(text)
    if declared is not None:
        said = declared[1].lower()
        if said.startswith("utf-16"):
            raise CannotRead("FILE-6", 1, ENCODING)
        if said not in ENCODINGS:
            raise CannotRead("FILE-6", 1, ODD_ENCODING)
    return text


_WHY: Final[dict[int, str]] = {
    etree.ErrorTypes.ERR_INVALID_CHAR: CHARACTER,
    etree.ErrorTypes.ERR_INVALID_CHARREF: CHARACTER,
    etree.ErrorTypes.ERR_INVALID_HEX_CHARREF: CHARACTER,
    etree.ErrorTypes.ERR_INVALID_DEC_CHARREF: CHARACTER,
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: REFERENCE,
    etree.ErrorTypes.ERR_NAME_REQUIRED: REFERENCE,
    etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING: REFERENCE,
    etree.ErrorTypes.ERR_INVALID_ENCODING: ENCODING,
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING: ODD_ENCODING,
    etree.ErrorTypes.ERR_DOCUMENT_END: SECOND_ROOT,
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED: CUT_SHORT,
    etree.ErrorTypes.ERR_GT_REQUIRED: CUT_SHORT,
    1: REFERENCE_OR_WORSE,
    6003: ENCODING,  # what libxml says when a conversion fails
    114: TOO_DEEP,  # its own limits, of which only depth is below ours
}


# One record


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the file says it.

    ``values`` are texts in the order of ``record.SENT``, None for no value; a date is there only if
    it is a real one. ``malformed`` names what is not known, stands twice, is missing, or holds a
    text that could not become its column's type.
    """

    place: int
    values: list[str | None]
    codes: list[str]
    malformed: list[str]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a record of one shape holds: which of its nodes fills which column."""

    texts: tuple[tuple[int, int], ...]
    dates: tuple[tuple[int, int, str], ...]
    codes: tuple[int, ...]
    malformed: tuple[str, ...]
    misplaced: tuple[str, ...]


_PLACES: Final = {column.name: place for place, column in enumerate(record.SENT)}
_SENT: Final = len(record.SENT)

_LOOSE: Final = etree.XPath("boolean(.//@* | .//text()[../*][normalize-space()])")
"""Whether a record has attributes, or text beside child elements: a return has neither."""


class _RecordReader:
    """Turns a record's tree into values, by the name of each element and of the block it is in.

    Most records of a file have one of a few shapes (the same elements in the same places), so what
    a shape means is worked out once.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._blocks = {name for element in layout.elements for name in element.path[:-1]}
        self._order = {element.name: place for place, element in enumerate(layout.elements)}
        self._by_name = {
            name: element
            for element in layout.elements
            for name in (element.name, *element.also_read)
        }
        self._plans: dict[tuple[object, ...], _Plan] = {}

    def read(self, node: etree._Element, place: int) -> tuple[Record, tuple[str, ...]]:
        """The values of one record, and the elements that stand where they should not."""
        nodes = list(node.iter())
        shape = (*[one.tag for one in nodes], *map(len, nodes))
        plan = self._plans.get(shape)
        if plan is None:
            plan = self._plan(nodes)
            if len(self._plans) < SHAPES_KEPT:
                self._plans[shape] = plan
        malformed = list(plan.malformed)
        values: list[str | None] = [None] * _SENT
        for at, column in plan.texts:
            text = nodes[at].text
            if text:
                said = text.strip()
                if len(said) > LONGEST_TEXT:
                    malformed.append(f"{nodes[at].tag} of more than {LONGEST_TEXT} characters")
                values[column] = said or None
        for at, column, name in plan.dates:
            text = nodes[at].text
            if text and (said := text.strip()):
                if is_date(said):
                    values[column] = said
                else:
                    malformed.append(name)
        codes = [said for at in plan.codes if (said := (nodes[at].text or "").strip())]
        if _LOOSE(node):
            malformed += _loose_in(nodes)
        return Record(place, values, codes, malformed), plan.misplaced

    def _plan(self, nodes: Sequence[etree._Element]) -> _Plan:
        texts: list[tuple[int, int]] = []
        dates: list[tuple[int, int, str]] = []
        codes: list[int] = []
        malformed: list[str] = []
        misplaced: list[str] = []
        met: set[str] = set()
        furthest = -1
        for at, node in enumerate(nodes[1:], start=1):
            name = str(node.tag)
            if name in self._blocks:
                if name in met:
                    malformed.append(f"{name} twice")
                met.add(name)
                continue
            element = self._by_name.get(name) or self._by_name.get(f"{_parent(node)}/{name}")
            if element is None:
                if name not in self._layout.ignored:
                    malformed.append(name[:NAME_SHOWN])
                continue
            order = self._order[element.name]
            if order < furthest or _path(node, nodes[0]) != element.path[:-1]:
                misplaced.append(element.name)
            furthest = max(furthest, order)
            if element.format == "codes":
                codes.append(at)
            elif element.name in met:
                malformed.append(f"{element.name} twice")
            elif element.format == "date":
                dates.append((at, _PLACES[element.column], element.name))
            else:
                texts.append((at, _PLACES[element.column]))
            met.add(element.name)
        malformed += sorted(self._layout.mandatory - met)
        return _Plan(tuple(texts), tuple(dates), tuple(codes), tuple(malformed), tuple(misplaced))


def _parent(node: etree._Element) -> str:
    parent = node.getparent()
    return "" if parent is None else str(parent.tag)


def _path(node: etree._Element, top: etree._Element) -> tuple[str, ...]:
    """The names of what a node lies in, from below the top."""
    names: list[str] = []
    parent = node.getparent()
    while parent is not None and parent is not top:
        names.append(str(parent.tag))
        parent = parent.getparent()
    return tuple(reversed(names))


def _loose_in(nodes: Sequence[etree._Element]) -> Iterator[str]:
    """What a record holds beside elements and their texts."""
    for node in nodes:
        name = str(node.tag)[:NAME_SHOWN]
        if node.attrib:
            yield f"attributes of {name}"
        loose = [node.text, *(child.tail for child in node)] if len(node) else []
        if any(text and text.strip() for text in loose):
            yield f"text between the elements of {name}"


_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@lru_cache(maxsize=1 << 15)
def read_date(text: str) -> date | None:
    """A date of ten characters, year first; None if it is not one."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_date(text: str) -> bool:
    """Whether a text is a real date of ten characters, year first."""
    return read_date(text) is not None


@lru_cache(maxsize=1 << 15)
def ages(dob: str | None, period_end: date | None) -> tuple[int | None, int | None]:
    """Academic age and year group at a month's end; None where either date is not known."""
    born = None if dob is None else read_date(dob)
    if born is None or period_end is None:
        return None, None
    return academic_age(born, period_end), year_group(born, period_end)


# The file


@dataclass(slots=True)
class Fault:
    """Something about the file as a whole: the check, the element, how often, and where first.

    ``first`` is the place of the first record that it concerns, from 1; 0 if it is the header.
    """

    code: str
    element: str
    first: int
    count: int = 1


NO_HEADER: Final = Header(
    database_ids=(),
    lead_codes=(),
    date_of_send=None,
    period_end=None,
    malformed=("FileHeader",),
)

MOST_FAULTS: Final = 200
"""So many kinds of fault of the file itself are told apart."""


@dataclass
class Reading:
    """One reading of a file, from its start to its end.

    Ask :meth:`records` once. ``header`` is there from the first record on; ``root``, ``faults``
    and ``count`` are whole when the last record has come.
    """

    source: Path | Readable
    edition: Edition = field(default_factory=editions.newest)
    root: str = ""
    header: Header = NO_HEADER
    count: int = 0
    faults: dict[tuple[str, str], Fault] = field(default_factory=dict)

    def records(self) -> Iterator[Record]:
        """Every record. CannotRead where the file turns out not to be XML, or not a return."""
        layout = self.edition.layout
        reader = _RecordReader(layout)
        for node in self.nodes():
            if node.tag == layout.header:
                self._take_header(node)
                continue
            self.count += 1
            found, misplaced = reader.read(node, self.count)
            for name in misplaced:
                self._fault("FILE-13", name)
            yield found

    def read_header(self) -> Header:
        """The header alone; one that says so when there is none before the first record."""
        for node in self.nodes():
            if node.tag == self.edition.layout.header:
                self._take_header(node)
            break
        return self.header

    def _take_header(self, node: etree._Element) -> None:
        layout = self.edition.layout
        if self.count or "FileHeader" not in self.header.malformed:
            self._fault("FILE-14", layout.header)
            return
        self.header = _header(layout, node)
        paths = {part.path for part in layout.header_elements}
        blocks = {path[:depth] for path in paths for depth in range(1, len(path))}
        met: set[tuple[str, ...]] = set()
        for one in node.iterdescendants():
            path = (*_path(one, node), str(one.tag))
            may_repeat = len(path) > 1
            if path not in paths | blocks or (path in met and not may_repeat):
                self._fault("FILE-14", path[-1][:NAME_SHOWN])
            met.add(path)

    def _fault(self, code: str, element: str) -> None:
        known = self.faults.get((code, element))
        if known is not None:
            known.count += 1
        elif len(self.faults) < MOST_FAULTS:
            self.faults[code, element] = Fault(code, element, self.count)

    # The parser

    def nodes(self) -> Iterator[etree._Element]:
        """The header and each record as trees, each forgotten once the next is asked for.

        For whoever wants what an edition does not know as well; :meth:`records` otherwise. What
        stands beside them is named in ``faults``. Raises CannotRead as that does.
        """
        layout = self.edition.layout
        if isinstance(self.source, Path):
            with self.source.open("rb") as opened:
                yield from self._fed(_Feed(cast("Readable", opened)), layout)
        else:
            yield from self._fed(_Feed(self.source), layout)

    def _fed(self, feed: _Feed, layout: Layout) -> Iterator[etree._Element]:
        self.root = _root_of(feed.start, whole=len(feed.start) < FED_AT_ONCE)
        if not re.fullmatch(self.edition.root_read, self.root):
            raise CannotRead("FILE-7")
        parser = etree.XMLPullParser(events=("end",), tag=[layout.header, layout.record], **_STRICT)
        events = cast("Iterator[tuple[str, etree._Element]]", parser.read_events())
        last: etree._Element | None = None
        for data in feed:
            failed = _try(parser.feed, data)
            for _, node in events:
                parent = node.getparent()
                if parent is None or parent.getparent() is not None:
                    continue
                self._look_before(node, last)
                feed.since = 0
                yield node
                _forget(node)
                last = node
            if failed is not None:
                raise self._unreadable(failed)
            if feed.since > LONGEST:
                raise CannotRead("FILE-6", feed.line, TOO_LONG)
        failed = _try(parser.close)
        if failed is not None:
            raise self._unreadable(failed)
        if last is not None:
            self._look_after(last)

    def _unreadable(self, error: etree.XMLSyntaxError) -> CannotRead:
        code = int(getattr(error, "code", 0) or 0)
        return CannotRead("FILE-6", error.lineno or 0, _WHY.get(code, BADLY_FORMED))

    def _look_before(self, node: etree._Element, last: etree._Element | None) -> None:
        """Note what stands between the record before, which is the last, and this one."""
        parent, before = node.getparent(), node.getprevious()
        if before is None:
            self._note_text(parent.text if parent is not None else None)
        while before is not None:
            self._note_text(before.tail)
            if before is not last:
                self._fault("FILE-14", str(before.tag)[:NAME_SHOWN])
            before = before.getprevious()

    def _look_after(self, last: etree._Element) -> None:
        self._note_text(last.tail)
        for node in last.itersiblings():
            self._fault("FILE-14", str(node.tag)[:NAME_SHOWN])
            self._note_text(node.tail)

    def _note_text(self, text: str | None) -> None:
        if text and text.strip():
            self._fault("FILE-14", self.root)


class _Feed:
    """A source a block at a time, counting lines and what came since the last record."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.start = source.read(FED_AT_ONCE)
        while 0 < len(self.start) < FED_AT_ONCE and (more := source.read(FED_AT_ONCE)):
            self.start += more
        self.since = 0
        self.line = 1

    def __iter__(self) -> Iterator[bytes]:
        data = self.start
        while data:
            self.since += len(data)
            yield data
            self.line += data.count(b"\n")
            data = self._source.read(FED_AT_ONCE)


def _try(act: Any, *given: bytes) -> etree.XMLSyntaxError | None:
    """Do it; the parser's complaint, if it has one."""
    try:
        act(*given)
    except etree.XMLSyntaxError as error:
        return error
    return None


def _forget(node: etree._Element) -> None:
    """Let go of a record that was looked at, and of all that stood before it."""
    cast("Any", node).clear(keep_tail=True)
    parent = node.getparent()
    if parent is not None:
        while node.getprevious() is not None:
            del parent[0]


def _header(layout: Layout, node: etree._Element) -> Header:
    values: dict[str, Any] = {}
    malformed: list[str] = []
    given: list[str] = []
    for element in layout.header_elements:
        said = [(one.text or "").strip() for one in node.findall("/".join(element.path))]
        name = element.path[-1]
        if any(said):
            given.append(name)
        if element.format == "date":
            values[element.value] = _header_date(said[0]) if said else None
            if values[element.value] is None:
                malformed.append(name)
        elif element.value in {"database_ids", "lead_codes"}:
            values[element.value] = tuple(said)
        else:
            values[element.value] = said[0] if said else ""
    return Header(**values, malformed=tuple(malformed), given=tuple(given))


def _header_date(text: str) -> date | None:
    """A date of this century, which any return's month and day of sending are."""
    found = read_date(text)
    return found if found is not None and 2000 <= found.year < 2100 else None


# As values of the record table


def read_header(source: Path | Readable, edition: Edition | None = None) -> Header:
    """The header of a file; CannotRead if it is not XML or not a return."""
    return Reading(source, edition or editions.newest()).read_header()


def read_records(
    source: Path | Readable, edition: Edition | None = None
) -> Iterator[dict[str, Any]]:
    """Every record of a file as values of the record table's columns, in flat memory.

    Any edition's root is taken, and both spellings of ``NEETStartDate``. ``person_id`` is the place
    in the file from 1; ages are worked out where the header has the month's end. What could not
    become a date, is not known, stands twice, or is a missing node, is named in ``malformed``.
    CannotRead where the file turns out not to be XML.
    """
    edition = edition or editions.newest()
    reading = Reading(source, edition)
    columns = _columns(edition)
    for found in reading.records():
        values: dict[str, Any] = {
            name: read_date(text) if is_day and text is not None else text
            for name, place, is_day in columns
            for text in (found.values[place],)
        }
        academic, year = ages(found.values[_PLACES["dob"]], reading.header.period_end)
        yield values | {
            "characteristics": found.codes,
            "malformed": found.malformed,
            "person_id": found.place,
            "academic_age": academic,
            "year_group": year,
        }


@cache
def _columns(edition: Edition) -> tuple[tuple[str, int, bool], ...]:
    elements: tuple[Element, ...] = edition.layout.elements
    return tuple(
        (one.column, _PLACES[one.column], one.format == "date")
        for one in elements
        if one.format != "codes"
    )
