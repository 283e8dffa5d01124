"""Reads one workbook in a process of its own, within limits of memory and time.

A workbook comes from outside and is read by a large library, so this is run as a program, apart
from the service: it is given no settings and no secrets, and if it is led to take too much
memory or time, or to crash, only it ends. ``ccis.files.reading`` starts it and says in words
what it found. It imports nothing of the project.

In: a line of JSON with the limits, then the workbook. Out: frames, each four bytes of length and
then JSON: ``{"sheet": ...}`` once, ``{"first": n, "rows": [...]}`` as often as needed, then
``{"end": true}``; or ``{"error": ...}`` instead of any of them. Values that JSON has no form for
are lists: ``["d", "2009-03-27"]`` a date, ``["m", ...]`` a date with time, ``["t", ...]`` a time,
``["s", 3600.0]`` a length of time in seconds.
"""

import contextlib
import io
import json
import os
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from posixpath import join, normpath
from typing import Any, BinaryIO, NoReturn
from xml.etree import ElementTree

import python_calamine

ROWS_IN_A_FRAME = 500
CHUNK = 1 << 20
PACKED_STEP = 1 << 16
OVERLAP = 2048
SMALL_PART = 20_000_000
"""The most that a workbook's own list of sheets may unpack to, in bytes."""

MOST_MERGES_TOLD = 20


class Refused(Exception):
    """The workbook is not read. ``error`` names the reason for the process that asked."""

    def __init__(self, error: str, **details: object) -> None:
        super().__init__(error)
        self.frame = {"error": error, **details}


def main() -> None:
    """Read the request and the workbook from standard input; answer on standard output."""
    limits = json.loads(sys.stdin.buffer.readline())
    hold_to(memory=limits["memory_bytes"], seconds=limits["seconds"])
    out = sys.stdout.buffer
    try:
        answer(sys.stdin.buffer.read(), limits, out)
    except Refused as refused:
        send(out, refused.frame)
    except MemoryError:
        send(out, {"error": "unsafe"})
    except BrokenPipeError:
        leave()
    except BaseException:  # the library gave up, in whatever way
        send(out, {"error": "damaged"})
    with contextlib.suppress(BrokenPipeError):
        out.flush()
        return
    leave()


def leave() -> NoReturn:
    """Nobody listens any more: end without a word."""
    os._exit(0)


def hold_to(*, memory: int, seconds: int) -> None:
    """Take no more memory or processor time than this, where the system can hold us to it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in wanted.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def answer(content: bytes, limits: dict[str, Any], out: BinaryIO) -> None:
    """Send the first visible sheet that has anything in it, or the one asked for."""
    package = Package(content, limits)
    book = package.book()
    workbook = opened(content)
    chosen = None
    for sheet in book.to_try(limits["sheet"]):
        seen = package.look_through(sheet.part)
        rows = read_sheet(workbook, sheet.name, limits, seen)
        first = next(rows, None)
        if first is not None:
            chosen = sheet
            break
    if chosen is None or first is None:
        raise Refused("empty")

    send(out, {"sheet": book.described(chosen) | seen.described()})
    number, batch = first[0], [first[1]]
    for row_number, cells in rows:
        while number + len(batch) < row_number:
            batch.append([])
        batch.append(cells)
        if len(batch) >= ROWS_IN_A_FRAME:
            send(out, {"first": number, "rows": batch})
            number, batch = row_number + 1, []
    if batch:
        send(out, {"first": number, "rows": batch})
    send(out, {"end": True})


def send(out: BinaryIO, frame: dict[str, object]) -> None:
    """Write one frame."""
    payload = json.dumps(frame, separators=(",", ":"), default=without_json_form).encode()
    out.write(struct.pack(">I", len(payload)))
    out.write(payload)


def without_json_form(value: object) -> list[object]:
    """Dates, times and lengths of time, as two-part lists."""
    if isinstance(value, datetime):
        return ["m", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, time):
        return ["t", value.isoformat()]
    if isinstance(value, timedelta):
        return ["s", value.total_seconds()]
    raise TypeError(type(value).__name__)


# --- The package: a zip of XML parts ------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """One sheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Book:
    """What a workbook says of itself."""

    sheets: list[Sheet]
    dates_from_1904: bool

    def to_try(self, wanted: str | None) -> list[Sheet]:
        """The sheets to look for rows in, in order."""
        visible = [sheet for sheet in self.sheets if not sheet.hidden]
        if wanted is None:
            if not visible:
                raise Refused("no visible sheet")
            return visible
        named = [sheet for sheet in visible if sheet.name == wanted]
        if not named:
            raise Refused("no such sheet")
        return named

    def described(self, chosen: Sheet) -> dict[str, object]:
        """For the process that asked."""
        return {
            "name": chosen.name,
            "hidden": [sheet.name for sheet in self.sheets if sheet.hidden],
            "others": [s.name for s in self.sheets if not s.hidden and s is not chosen],
            "dates_from_1904": self.dates_from_1904,
        }


@dataclass
class Seen:
    """What was noticed in a sheet's XML that its values do not tell."""

    formulas: set[str] = field(default_factory=set)
    formulas_without_results: set[str] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    hidden_rows: bool = False
    last_row: int = 0

    def described(self) -> dict[str, object]:
        """For the process that asked."""
        return {
            "formulas": sorted(self.formulas, key=column_order),
            "formulas_without_results": sorted(self.formulas_without_results, key=column_order),
            "errors": sorted(self.errors, key=column_order),
            "merged": self.merged,
            "hidden_rows": self.hidden_rows,
        }


def column_order(letters: str) -> tuple[int, str]:
    """Sorts A, B … Z, AA."""
    return len(letters), letters


FORMULA = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\sr="([A-Z]{1,3})\d+"[^<>]*>\s*<(?:\w+:)?f[\s/>]')
FORMULA_ALONE = re.compile(
    rb'<(?:\w+:)?c\b[^<>]*?\sr="([A-Z]{1,3})\d+"[^<>]*>\s*'
    rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>\s*)?</(?:\w+:)?c>"
)
ERROR = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\sr="([A-Z]{1,3})\d+"[^<>]*\st="e"')
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*ref="([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)"')
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^<>]*\shidden="(?:1|true)"')
ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\b[^<>]*?\sr="(\d{1,9})"')


class Package:
    """The zip that a workbook is, looked at before any library opens it."""

    def __init__(self, content: bytes, limits: dict[str, Any]) -> None:
        self.content = content
        self.limits = limits
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
            raise Refused("damaged") from None
        self.entries = {entry.filename: entry for entry in self.zip.infolist()}
        self.unpacked = 0
        self._refuse_other_kinds()
        self._refuse_what_is_declared_too_large()

    def _refuse_other_kinds(self) -> None:
        names = self.entries.keys()
        kind = None
        if "xl/vbaProject.bin" in names:
            kind = "an Excel workbook with macros (.xlsm)"
        elif "xl/workbook.bin" in names:
            kind = "a binary Excel workbook (.xlsb)"
        elif "word/document.xml" in names:
            kind = "a Word document"
        elif "ppt/presentation.xml" in names:
            kind = "a PowerPoint presentation"
        elif "mimetype" in names and "content.xml" in names:
            kind = "an OpenDocument file (.ods)"
        elif any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
            kind = "a Numbers spreadsheet"
        elif "xl/workbook.xml" not in names:
            kind = "a zip file"
        if kind:
            raise Refused("kind", kind=kind)

    def _refuse_what_is_declared_too_large(self) -> None:
        entries = self.zip.infolist()
        if len(entries) > self.limits["entries"] or len(self.entries) != len(entries):
            raise Refused("unsafe")
        unpacked = sum(entry.file_size for entry in entries)
        packed = max(sum(entry.compress_size for entry in entries), 1)
        too_dense = unpacked > SMALL_PART and unpacked / packed > self.limits["ratio"]
        if unpacked > self.limits["unpacked_bytes"] or too_dense:
            raise Refused("unsafe")

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's content as it truly unpacks, whatever the zip declares, within the limit."""
        entry = self.entries.get(name)
        if entry is None:
            raise Refused("damaged")
        if entry.flag_bits & 0x1:
            raise Refused("password")
        at = entry.header_offset
        if self.content[at : at + 4] != b"PK\x03\x04":
            raise Refused("damaged")
        name_size, extra_size = struct.unpack("<HH", self.content[at + 26 : at + 30])
        start = at + 30 + name_size + extra_size
        packed = memoryview(self.content)[start : start + entry.compress_size]
        unpacked = 0
        for chunk in inflated(packed, entry.compress_type):
            unpacked += len(chunk)
            self.unpacked += len(chunk)
            if self.unpacked > self.limits["unpacked_bytes"] or unpacked > entry.file_size:
                raise Refused("unsafe")
            yield chunk

    def safe_chunks(self, name: str) -> Iterator[bytes]:
        """The same, each with the end of the one before it, once nothing unsafe was seen."""
        before = b""
        for chunk in self.chunks(name):
            if not before and (chunk[:2] in (b"\xfe\xff", b"\xff\xfe") or b"\0" in chunk[:256]):
                raise Refused("unsafe parts")
            both = before + chunk
            if b"<!DOCTYPE" in both or b"<!ENTITY" in both:
                raise Refused("unsafe parts")
            yield both
            before = both[-OVERLAP:]

    def small_part(self, name: str) -> ElementTree.Element:
        """A part of the workbook that is not a sheet, parsed."""
        for _ in self.safe_chunks(name):
            pass
        content = bytearray()
        for chunk in self.chunks(name):
            content += chunk
            if len(content) > SMALL_PART:
                raise Refused("unsafe")
        try:
            return ElementTree.fromstring(bytes(content))  # noqa: S314 - checked just above
        except ElementTree.ParseError:
            raise Refused("damaged") from None

    def book(self) -> Book:
        """The sheets of the workbook, whether hidden, and where each lies."""
        targets = {
            local(relation.attrib, "Id"): normpath(join("/xl", target)).lstrip("/")
            for relation in self.small_part("xl/_rels/workbook.xml.rels")
            if local(relation.attrib, "Type").endswith("/worksheet")
            and (target := local(relation.attrib, "Target"))
        }
        for shared in ("xl/sharedStrings.xml", "xl/styles.xml"):
            if shared in self.entries:
                for _ in self.safe_chunks(shared):
                    pass
        sheets, dates_from_1904 = [], False
        for element in self.small_part("xl/workbook.xml").iter():
            tag = element.tag.rpartition("}")[2]
            if tag == "workbookPr":
                dates_from_1904 = element.get("date1904") in ("1", "true")
            elif tag == "sheet" and (part := targets.get(relation_of(element.attrib))):
                hidden = element.get("state", "visible") != "visible"
                sheets.append(Sheet(element.get("name", ""), part, hidden))
        return Book(sheets, dates_from_1904)

    def look_through(self, part: str) -> Seen:
        """Unpack a sheet within the limits, and notice what its values will not tell."""
        seen = Seen()
        merged: dict[str, None] = {}
        for chunk in self.safe_chunks(part):
            if b"<f" in chunk or b":f" in chunk:
                seen.formulas.update(letters(FORMULA, chunk))
                seen.formulas_without_results.update(letters(FORMULA_ALONE, chunk))
            if b't="e"' in chunk:
                seen.errors.update(letters(ERROR, chunk))
            if b"mergeCell " in chunk:
                merged.update(dict.fromkeys(letters(MERGE, chunk)))
            if b'hidden="' in chunk and not seen.hidden_rows:
                seen.hidden_rows = bool(HIDDEN_ROW.search(chunk))
            seen.last_row = max(seen.last_row, last_row_number(chunk))
        seen.merged = list(merged)[:MOST_MERGES_TOLD]
        return seen


def last_row_number(chunk: bytes) -> int:
    """The number of the last row that begins in a chunk, or nought."""
    name = max(chunk.rfind(b"<row "), chunk.rfind(b":row "))
    found = ROW_NUMBER.match(chunk, chunk.rfind(b"<", 0, name + 1)) if name >= 0 else None
    return int(found[1]) if found else 0


def letters(pattern: re.Pattern[bytes], chunk: bytes) -> set[str]:
    """What a pattern's first group finds in a chunk, each once."""
    return {found.decode() for found in set(pattern.findall(chunk))}


def local(attributes: dict[str, str], name: str) -> str:
    """An attribute by its name without a namespace."""
    return next((v for key, v in attributes.items() if key.rpartition("}")[2] == name), "")


def relation_of(attributes: dict[str, str]) -> str:
    """A sheet's ``r:id``, which is another thing than its ``sheetId``."""
    return next((v for key, v in attributes.items() if key.endswith("}id")), "")


def inflated(packed: memoryview, method: int) -> Iterator[bytes]:
    """Unpack in bounded steps, so that a bomb is counted before it is held."""
    if method == zipfile.ZIP_STORED:
        for at in range(0, len(packed), CHUNK):
            yield bytes(packed[at : at + CHUNK])
        return
    if method != zipfile.ZIP_DEFLATED:
        raise Refused("unsafe parts")
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), PACKED_STEP):
            pending: bytes | memoryview = packed[at : at + PACKED_STEP]
            while pending and not unpacker.eof:
                yield unpacker.decompress(pending, CHUNK)
                pending = unpacker.unconsumed_tail
    except zlib.error:
        raise Refused("damaged") from None
    if not unpacker.eof:
        raise Refused("damaged")


# --- The sheet ----------------------------------------------------------------------------

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def opened(content: bytes) -> python_calamine.CalamineWorkbook:
    """Hand the workbook to the library that reads it."""
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError:
        raise Refused("password") from None
    except (python_calamine.CalamineError, OSError, ValueError):
        raise Refused("damaged") from None


def read_sheet(
    workbook: python_calamine.CalamineWorkbook, name: str, limits: dict[str, Any], seen: Seen
) -> Iterator[tuple[int, list[Any]]]:
    """Numbered rows of a sheet, from the first that is not empty."""
    if seen.last_row > limits["rows"]:
        raise Refused("rows", row=seen.last_row)
    try:
        sheet = workbook.get_sheet_by_name(name)
    except (python_calamine.CalamineError, OSError, ValueError):
        raise Refused("damaged") from None
    if sheet.start is None or sheet.end is None:
        return
    columns = sheet.end[1] + 1
    if columns > limits["columns"]:
        raise Refused("columns", columns=columns)
    most = limits["cell_characters"] + 1
    left_of_it: list[Any] = [None] * sheet.start[1]
    started = False
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = left_of_it + [plain(cell, most) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        started = started or bool(cells)
        if started:
            yield number, cells


def plain(cell: Any, most: int) -> Any:
    """A cell as it goes into a frame: nothing for empty text, whole numbers whole."""
    kind = type(cell)
    if kind is str:
        if "_x" in cell:
            cell = ESCAPED.sub(unescaped, cell)
        return cell[:most] or None
    if kind is float and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell


def unescaped(found: re.Match[str]) -> str:
    """A character that Excel wrote as ``_x000D_``; control characters are dropped."""
    code = int(found[1], 16)
    if code in (9, 10) or (code >= 32 and not 0xD800 <= code <= 0xDFFF and code < 0xFFFE):
        return chr(code)
    return ""


if __name__ == "__main__":
    main()
