"""Reading a table that somebody sent: a CSV or an Excel workbook, row by row.

What a file is, is told by its content; its name only helps to say so when the two disagree.
Whatever is wrong with a file as a whole raises ``CannotRead``, in words for the person who sent
it. What is odd but can be read is a notice. What is wrong with one row goes with that row.

Nothing here knows what the columns mean: see ``ccis.files.values`` for single cells.
"""

import csv
import io
import json
import re
import selectors
import struct
import subprocess
import sys
import weakref
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Final, Self, TypeAlias, cast

from ccis.files import workbook_process
from ccis.files.cells import OUR_SHEETS
from ccis.files.storage import Readable
from ccis.files.values import Cell, DateSystem, as_text, is_blank, normalise_header

CSV_KIND: Final = "CSV"
EXCEL_KIND: Final = "Excel workbook"

NOT_A_TABLE: Final = "This is {type}. Send an Excel workbook (.xlsx) or a CSV"
EMPTY: Final = "This file is empty"
PASSWORD: Final = "This workbook has a password. Take it off and send it again"  # noqa: S105
UNSAFE: Final = "This file opens to more than we can read safely"
UNREADABLE_LETTERS: Final = (
    'We cannot read the letters in this file. Save it as "CSV UTF-8" and send it again'
)
DAMAGED: Final = "This workbook is damaged. Open it in Excel, save it again and send that"
UNSAFE_PARTS: Final = (
    "This workbook has parts that we cannot read safely. "
    "Copy its rows to a new workbook and send that"
)


class CannotRead(Exception):
    """The file as a whole cannot be read. The words are for whoever sent it."""


@dataclass(frozen=True)
class Limits:
    """How much we are ready to read of one file."""

    file_bytes: int = 100_000_000
    unpacked_bytes: int = 400_000_000
    """Of a workbook, which is packed: all its parts together as they unpack."""
    ratio: int = 100
    """The most that a workbook may unpack to, as a multiple of its size, once it is large."""
    entries: int = 2_000
    rows: int = 1_000_000
    columns: int = 500
    cell_characters: int = 32_767
    """What Excel allows."""
    memory_bytes: int = 2_500_000_000
    """Of address space, for the process that reads a workbook."""
    seconds: int = 60
    """Of processor time, for the same; and the longest wait for its next rows."""


USUAL_LIMITS: Final = Limits()


@dataclass(frozen=True)
class Heading:
    """One heading as it stands in the file. ``position`` counts columns from nought."""

    text: str
    position: int

    @property
    def letter(self) -> str:
        """The column as a spreadsheet letters it: A, B … Z, AA."""
        return column_letter(self.position)

    @property
    def normal(self) -> str:
        """The heading to compare by: without case, spacing and punctuation."""
        return normalise_header(self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file that is not empty."""

    number: int
    """As the spreadsheet counts: the first line is 1. In a CSV, lines inside quotes are one."""
    cells: list[Cell]
    """As read, one for each heading at least. Empty cells are ``None``."""
    problem: str | None = None
    """Why the row cannot be taken as it is, in words; its cells are then only to be shown."""


Numbered: TypeAlias = tuple[int, Sequence[Cell], str | None]


@dataclass
class Table:
    """The headings of a file and its rows. Use it in a ``with``, or ``close`` it."""

    kind: str
    """``CSV_KIND`` or ``EXCEL_KIND``."""
    header: tuple[Heading, ...]
    header_row: int
    """The number of the row that the headings stand in."""
    rows: Iterator[Row]
    """Read as they are asked for, once. ``CannotRead`` may still be raised between two rows."""
    notices: list[str]
    """What was odd, in words; complete once the rows have been read to the end."""
    sheet: str | None = None
    date_system: DateSystem = 1900
    """For serial dates in cells that are not marked as dates: see ``values.parse_date``."""
    encoding: str | None = None
    delimiter: str | None = None
    above: tuple[Sequence[Cell], ...] = ()
    """Rows above the headings, such as guidance or who sends it, as read."""
    _source: "_Workbook | None" = field(default=None, repr=False)

    def column(self, *names: str) -> Heading | None:
        """The first heading that is one of these, case and spacing ignored."""
        wanted = {normalise_header(name) for name in names}
        return next((heading for heading in self.header if heading.normal in wanted), None)

    def close(self) -> None:
        """End the reading, wherever it has come to."""
        if self._source:
            self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_table(
    source: Path | str | bytes | Readable,
    *,
    filename: str,
    sheet: str | None = None,
    limits: Limits = USUAL_LIMITS,
    headings: Collection[str] = (),
) -> Table:
    """Read the headings of a CSV or Excel workbook, and its rows as they are asked for.

    ``source`` is a path, the content, or an open file. ``filename`` is what the sender called
    it. ``sheet`` names the visible sheet to read; without it, the first visible sheet with
    anything in it. Empty rows above the headings and between the rows are skipped; so are other
    rows above them, such as guidance, where ``headings`` (normalised) are those to look for.
    """
    content = _content(source, limits)
    if content.startswith(b"PK\x03\x04"):
        return _read_workbook(content, filename, sheet, limits, headings)
    _refuse_other_types(content)
    return _read_csv(content, filename, limits, headings)


def column_letter(position: int) -> str:
    """The letters of a column, from its place counted from nought.

    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    position += 1
    while position:
        position, letter = divmod(position - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _content(source: Path | str | bytes | Readable, limits: Limits) -> bytes:
    if isinstance(source, bytes):
        content = source
    elif isinstance(source, Path | str):
        with Path(source).open("rb") as opened:
            content = opened.read(limits.file_bytes + 1)
    else:
        content = source.read(limits.file_bytes + 1)
    if len(content) > limits.file_bytes:
        most = limits.file_bytes // 1_000_000
        raise CannotRead(f"This file is larger than {most} MB. Send it in parts")
    if not content.strip(b"\r\n\t ,;\x00" + BOM_UTF8 + BOM_UTF16_LE):
        raise CannotRead(EMPTY)
    return content


# --- What it is, if it is neither ----------------------------------------------------------

_SIGNATURES: Final = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a rich text document (.rtf)"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"PK\x07\x08", "a zip file in parts"),
    (b"\x1f\x8b", "a packed file (.gz)"),
    (b"7z\xbc\xaf\x27\x1c", "a packed file (.7z)"),
    (b"Rar!", "a packed file (.rar)"),
    (b"BZh", "a packed file (.bz2)"),
    (b"\xfd7zXZ", "a packed file (.xz)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"MIME-Version", "a saved web page"),
)
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_OFFICE_TYPES: Final = (
    ("Workbook", "an older Excel workbook (.xls)"),
    ("Book", "an older Excel workbook (.xls)"),
    ("WordDocument", "a Word document"),
    ("PowerPoint Document", "a PowerPoint presentation"),
    ("__substg1.0_", "an email (.msg)"),
)


def _refuse_other_types(content: bytes) -> None:
    if content.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise CannotRead(PASSWORD)
        named = (kind for name, kind in _OLD_OFFICE_TYPES if name.encode("utf-16-le") in content)
        raise _not_a_table(next(named, "an older Office document"))
    for signature, kind in _SIGNATURES:
        if content.startswith(signature) and not (signature == b"MZ" and b"\0" not in content):
            raise _not_a_table(kind)
    beginning = content[:1024].removeprefix(BOM_UTF8).lstrip().lower()
    if beginning.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        raise _not_a_table("a web page")
    if beginning.startswith((b"<?xml", b"<!--", b"<!doctype")) or re.match(rb"<[a-z]", beginning):
        raise _not_a_table("an XML file")
    if re.match(rb'(\[\s*)?\{\s*"|\[\s*[\["]', beginning):
        raise _not_a_table("a JSON file")


def _not_a_table(kind: str) -> CannotRead:
    return CannotRead(NOT_A_TABLE.format(type=kind))


# --- Headings and rows, of either kind -----------------------------------------------------


LOOKED_THROUGH = 20
"""Rows that are not empty in which the headings are looked for: the one that has most of them."""

ENOUGH_HEADINGS = 2
"""Cells with a heading that is looked for by which a row is one of headings."""


def _table(
    rows: Iterable[Numbered], about: Table, limits: Limits, headings: Collection[str]
) -> Table:
    """Find the headings, and tidy the rest."""
    numbered = iter(rows)
    looked = list(_first_filled(numbered, LOOKED_THROUGH if headings else 1))
    filled = [at for at, row in enumerate(looked) if not _is_empty(row[1])]
    if not filled:
        raise CannotRead(EMPTY)
    at = max(filled, key=lambda at: (_known(looked[at][1], headings), -at))
    (number, cells, _), rest = looked[at], looked[at + 1 :]
    header = _header(cells, limits)
    if number > 1:
        empty = "empty " if at == filled[0] else ""
        above = f"the {empty}row" if number == 2 else f"{number - 1} {empty}rows"
        about.notices.append(f"We skipped {above} above the headings")
    about.notices.extend(_header_notices(header))
    return replace(
        about,
        header=header,
        header_row=number,
        above=tuple(row for _, row, _ in looked[:at]),
        rows=_rows(chain(rest, numbered), len(header), about.notices, limits),
    )


def _first_filled(rows: Iterator[Numbered], most: int) -> Iterator[Numbered]:
    """Rows until so many that are not empty have come."""
    filled = 0
    while filled < most and (row := next(rows, None)) is not None:
        yield row
        filled += not _is_empty(row[1])


def _known(cells: Sequence[Cell], headings: Collection[str]) -> int:
    """How many of the headings that are looked for a row has; too few are none."""
    found = {text for cell in cells if (text := normalise_header(as_text(cell))) in headings}
    return len(found) if len(found) >= ENOUGH_HEADINGS else 0


def _header(cells: Sequence[Cell], limits: Limits) -> tuple[Heading, ...]:
    texts = [" ".join(as_text(cell).replace("\ufeff", "").split()) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    if len(texts) > limits.columns:
        raise _too_many_columns(len(texts), limits)
    return tuple(Heading(text, position) for position, text in enumerate(texts))


def _header_notices(header: Sequence[Heading]) -> Iterator[str]:
    places: dict[str, list[Heading]] = {}
    for heading in header:
        if heading.text:
            places.setdefault(heading.normal, []).append(heading)
        else:
            yield f"Column {heading.letter} has no heading"
    for same in places.values():
        if len(same) > 1:
            letters = _listed([heading.letter for heading in same])
            yield f'The heading "{same[0].text}" is there more than once, in columns {letters}'


def _rows(
    rows: Iterator[Numbered], width: int, notices: list[str], limits: Limits
) -> Iterator[Row]:
    read, skipped, empty = 0, 0, 0
    for number, cells, problem in rows:
        if number > limits.rows:
            raise _too_many_rows(number, limits)
        if not problem and _is_empty(cells):
            empty += 1
            continue
        read, skipped, empty = read + 1, skipped + empty, 0
        yield _row(number, cells, problem, width, limits)
    if not read:
        notices.append("This file has headings and no rows")
    elif skipped:
        notices.append(
            f"We skipped {_count(skipped, 'empty row', 'empty rows')} between the others"
        )


def _row(
    number: int, cells: Sequence[Cell], problem: str | None, width: int, limits: Limits
) -> Row:
    kept = list(cells)
    while len(kept) > width and is_blank(kept[-1]):
        kept.pop()
    if len(kept) > width:
        problem = problem or (
            f"This row has {_count(len(kept), 'cell', 'cells')} "
            f"and there are {_count(width, 'heading', 'headings')}."
        )
    elif len(kept) < width:
        kept.extend([None] * (width - len(kept)))
    for position, cell in enumerate(kept):
        if isinstance(cell, str) and len(cell) > limits.cell_characters:
            kept[position] = cell[: limits.cell_characters]
            problem = problem or (
                f"Column {column_letter(position)} has more than "
                f"{limits.cell_characters:,} characters."
            )
    return Row(number, kept, problem)


def _is_empty(cells: Sequence[Cell]) -> bool:
    return all(is_blank(cell) for cell in cells)


def _too_many_rows(number: int, limits: Limits) -> CannotRead:
    return CannotRead(
        f"This sheet goes down to row {number:,}, and we can read {limits.rows:,}. "
        "Delete what is below your last row, or send it in parts"
    )


def _too_many_columns(columns: int, limits: Limits) -> CannotRead:
    return CannotRead(
        f"This sheet has {columns:,} columns, and we can read {limits.columns:,}. "
        "Delete what is to the right of your last column"
    )


def _count(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


# --- CSV -----------------------------------------------------------------------------------

_ENCODING_NAMES: Final = {"cp1252": "Windows-1252", "utf-16": "UTF-16"}
_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright bars"}
_TWICE_ENCODED: Final = re.compile(rb"[\xc2\xc3][\x80-\xbf]")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_END_OF_FILE: Final = b"\x1a"
"""What very old programs put last."""
_SAMPLE_BYTES: Final = 256_000
_SAMPLE_RECORDS: Final = 20
_SEPARATOR_LINE: Final = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_OPEN_QUOTE: Final = (
    'A quotation mark (") is opened in this row and not closed, '
    "so what follows was read as one row."
)


def _read_csv(content: bytes, filename: str, limits: Limits, headings: Collection[str]) -> Table:
    encoding = _encoding(content)
    text = io.TextIOWrapper(
        io.BytesIO(content.removesuffix(_END_OF_FILE)), encoding=encoding, newline=""
    )
    beginning = text.read(_SAMPLE_BYTES).removeprefix("\ufeff")
    named = _SEPARATOR_LINE.match(beginning)
    delimiter = named[1] if named else _delimiter(beginning)
    text.seek(0)
    if named:
        text.readline()

    about = Table(
        kind=CSV_KIND,
        header=(),
        header_row=0,
        rows=iter(()),
        notices=_csv_notices(encoding, filename),
        encoding=encoding,
        delimiter=delimiter,
    )
    return _table(_csv_rows(text, delimiter), about, limits, headings)


def _csv_notices(encoding: str, filename: str) -> list[str]:
    notices = []
    if filename.lower().endswith((".xlsx", ".xls", ".xlsm")):
        notices.append("This file is named as an Excel workbook and is a CSV. We read it as one")
    for name, shown in _ENCODING_NAMES.items():
        if encoding.startswith(name):
            notices.append(
                f"We read the letters of this file as {shown}. Look at names with accents"
            )
    return notices


def _encoding(content: bytes) -> str:
    """Byte-order mark, then UTF-8, then Windows-1252; UTF-16 only with a mark or with NULs."""
    for mark, encoding in (
        (BOM_UTF8, "utf-8-sig"),
        (BOM_UTF16_LE, "utf-16"),
        (BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _decodable(content, encoding)
    if b"\0" in content:
        sample = content[: _SAMPLE_BYTES & ~1]
        first, second = sample[0::2].count(0), sample[1::2].count(0)
        if max(first, second) > len(sample) // 4 and min(first, second) * 20 < max(first, second):
            return _decodable(content, "utf-16-le" if second > first else "utf-16-be")
        raise CannotRead(UNREADABLE_LETTERS)
    if len(_CONTROLS.findall(content)) * 1_000 > len(content):
        raise CannotRead(UNREADABLE_LETTERS)
    try:
        return _decodable(content, "utf-8")
    except CannotRead:
        if _TWICE_ENCODED.search(content):  # partly UTF-8: as Windows-1252 it would be garbled
            raise
        return _decodable(content, "cp1252")


def _decodable(content: bytes, encoding: str) -> str:
    decoder = getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(content), 1 << 20):
            decoder.decode(content[at : at + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise CannotRead(UNREADABLE_LETTERS) from None
    return encoding


def _delimiter(beginning: str) -> str:
    """The mark that parts the headings into the most columns; a comma if none does."""
    return max(_DELIMITERS, key=lambda delimiter: _columns_with(delimiter, beginning))


def _columns_with(delimiter: str, beginning: str) -> tuple[int, int]:
    reader = csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter)
    widths: list[int] = []
    with suppress(csv.Error):
        for cells in reader:
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
            if len(widths) == _SAMPLE_RECORDS:
                break
    return (widths[0], sorted(widths)[len(widths) // 2]) if widths else (0, 0)


class _Lines:
    """The lines of a text, remembering those that make up the record being read."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self.taken.append(line)
            yield line


def _csv_rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[Numbered]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise CannotRead(
                f"Row {number:,} has a cell too long to read. "
                'Look there for a quotation mark (") that is not closed'
            ) from None
        if cells is None:
            return
        problem = None
        if len(lines.taken) > 1 and "".join(lines.taken).count('"') % 2:
            problem = _OPEN_QUOTE
        lines.taken.clear()
        yield number, [cell or None for cell in cells], problem


# --- Excel workbooks -----------------------------------------------------------------------

_MOST_BYTES_OF_A_FRAME: Final = 256_000_000


def _read_workbook(
    content: bytes, filename: str, sheet: str | None, limits: Limits, headings: Collection[str]
) -> Table:
    workbook = _Workbook(content, sheet, limits)
    try:
        described = workbook.described()
        about = Table(
            kind=EXCEL_KIND,
            header=(),
            header_row=0,
            rows=iter(()),
            notices=list(_workbook_notices(described, filename)),
            sheet=described["name"],
            date_system=1904 if described["dates_from_1904"] else 1900,
            _source=workbook,
        )
        return _table(workbook.rows(), about, limits, headings)
    except BaseException:
        workbook.close()
        raise


def _workbook_notices(sheet: dict[str, Any], filename: str) -> Iterator[str]:
    if not filename.lower().endswith(".xlsx"):
        yield "This file is not named as an Excel workbook and is one. We read it as one"
    for name in sheet["hidden"]:
        yield f'The sheet "{name}" is hidden, so we did not read it'
    not_read = [f'"{name}"' for name in sheet["others"] if name not in OUR_SHEETS]
    if not_read:
        others = _listed(not_read)
        yield f'We read the sheet "{sheet["name"]}" and not {others}'
    for letter in sheet["formulas"]:
        yield f"Column {letter} has formulas. We used the results last saved"
    for letter in sheet["formulas_without_results"]:
        yield (
            f"Column {letter} has formulas with no result saved, which we read as empty. "
            "Open the workbook in Excel, save it and send it again"
        )
    for letter in sheet["errors"]:
        yield f"Column {letter} has formulas in error, like #N/A. We read them as empty"
    if sheet["merged"]:
        shown = _listed([area.replace(":", " to ") for area in sheet["merged"][:5]])
        more = " and more" if len(sheet["merged"]) > 5 else ""
        yield f"Cells {shown}{more} are merged. Only the first cell of each holds its value"
    if sheet["hidden_rows"]:
        yield "Some rows are hidden or filtered out. We read them as well"


class _Workbook:
    """A workbook being read by a process of its own (``workbook_process``)."""

    def __init__(self, content: bytes, sheet: str | None, limits: Limits) -> None:
        self._limits = limits
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", workbook_process.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            close_fds=True,
        )
        self._end = weakref.finalize(self, _end, self._process)
        self._answers = cast(io.BufferedReader, self._process.stdout)
        self._received = bytearray()
        request = {
            "sheet": sheet,
            "entries": limits.entries,
            "unpacked_bytes": limits.unpacked_bytes,
            "ratio": limits.ratio,
            "rows": limits.rows,
            "columns": limits.columns,
            "cell_characters": limits.cell_characters,
            "memory_bytes": limits.memory_bytes,
            "seconds": limits.seconds,
        }
        with suppress(BrokenPipeError), self._process.stdin as sending:  # type: ignore[union-attr]
            sending.write(json.dumps(request).encode() + b"\n")
            sending.write(content)

    def described(self) -> dict[str, Any]:
        """What the workbook says of the sheet that is read: the first frame."""
        described: dict[str, Any] = self._frame()["sheet"]
        return described

    def rows(self) -> Iterator[Numbered]:
        """Rows with their numbers, until the process says that it has come to the end."""
        while "rows" in (frame := self._frame()):
            for number, cells in enumerate(frame["rows"], start=frame["first"]):
                yield number, [_cell(c) if type(c) is list else c for c in cells], None
        self.close()

    def close(self) -> None:
        """End the process, wherever it has come to; what it has sent and nobody read is gone."""
        self._end()
        self._received.clear()

    def _frame(self) -> dict[str, Any]:
        try:
            (size,) = struct.unpack(">I", self._bytes(4))
            if size > _MOST_BYTES_OF_A_FRAME:
                raise CannotRead(UNSAFE)
            frame: dict[str, Any] = json.loads(self._bytes(size))
        except EOFError:
            self.close()
            raise CannotRead(UNSAFE) from None
        if "error" in frame:
            self.close()
            raise self._refusal(frame)
        return frame

    def _bytes(self, size: int) -> bytes:
        """The next bytes from the process. ``EOFError`` if it ended or keeps us waiting."""
        while len(self._received) < size:
            more = self._answers.read1(1 << 20) if self._is_answering() else b""
            if not more:
                raise EOFError
            self._received += more
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    def _is_answering(self) -> bool:
        if self._answers.closed:
            return False
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._answers, selectors.EVENT_READ)
            return bool(waiting.select(self._limits.seconds))

    def _refusal(self, frame: dict[str, Any]) -> CannotRead:
        match frame["error"]:
            case "kind":
                return _not_a_table(frame["kind"])
            case "password":
                return CannotRead(PASSWORD)
            case "empty":
                return CannotRead(EMPTY)
            case "damaged":
                return CannotRead(DAMAGED)
            case "unsafe parts":
                return CannotRead(UNSAFE_PARTS)
            case "no visible sheet":
                return CannotRead("Every sheet of this workbook is hidden. Show the one to read")
            case "no such sheet":
                return CannotRead("This workbook has no sheet of that name that is not hidden")
            case "rows":
                return _too_many_rows(frame["row"], self._limits)
            case "columns":
                return _too_many_columns(frame["columns"], self._limits)
            case _:
                return CannotRead(UNSAFE)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stdout:
        process.stdout.close()


def _cell(marked: list[Any]) -> Cell:
    kind, value = marked
    match kind:
        case "d":
            return date.fromisoformat(value)
        case "m":
            return datetime.fromisoformat(value)
        case "t":
            return time.fromisoformat(value)
        case _:
            return timedelta(seconds=value)
