"""Checking any supplier's file: every rule of an edition, asked of what the file says.

The records are copied, as they are read, into a table of this session alone, of the shape of the
return's own records; the rules are then asked of it as sets, by the very same SQL. Nothing of it
touches the caseload, and memory here stays the same whatever the size of the file. Rules need no
caseload: only the edition, the file's header and the list of English authorities.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from ccis.authorities.loading import codes_that_come_with_the_service
from ccis.authorities.models import Authority
from ccis.files.storage import Readable
from returns import checks, records
from returns.editions import record
from returns.editions.model import Edition, Header, Rule
from returns.reading import CannotRead, Fault, Reading, Record, ages

TABLE: Final = "pg_temp.returns_checked"
FOUND: Final = "pg_temp.returns_check_found"

_KEPT_OF_FILE: Final = record.KEYS + record.SENT + record.KEPT
_LOADED: Final = (
    "person_id",
    *(column.name for column in record.SENT),
    "year_group",
    "academic_age",
    "malformed",
)
_CODES_AT: Final = 1 + [column.name for column in record.SENT].index("characteristics")
_DOB_AT: Final = [column.name for column in record.SENT].index("dob")

_COLUMNS: Final = "place, young_persons_id, code, priority, element, value_present"

ROWS_AT_ONCE: Final = 20_000
"""Records of one COPY, which is a transaction of its own."""

LINES_AT_ONCE: Final = 500
NAMES_SHOWN: Final = 5

Tell = Callable[[str, int], None]
"""Told the step ("reading", "checking") and how many records were read so far."""

NO_MONTH: Final = "the header has no end of a month that can be read"
NO_LEAD: Final = "the header names no authority"
NO_DATABASE: Final = "the header names no database"

OF_MONTH: Final = frozenset(
    {
        "period_start",
        "period_end",
        "academic_year_start",
        "guarantee_year_11_group",
        "guarantee_year_12_group",
        "academic_age",
        "year_group",
    }
)
"""Parameters and columns that come of the month in the header."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found. ``place`` is the record's place in the file from 1; None for the file.

    ``value_present`` says whether the element named carries a value in the file, so that "missing"
    and "wrong" can be told apart without showing the value.
    """

    place: int | None
    young_persons_id: str | None
    code: str
    priority: int | None
    element: str
    value_present: bool
    message: str

    def as_json(self) -> dict[str, Any]:
        """As a line of ``check_return --json``."""
        return {
            "young_persons_id": self.young_persons_id,
            "code": self.code,
            "priority": self.priority,
            "element": self.element,
            "value_present": self.value_present,
            "record": self.place,
            "message": self.message,
        }


@dataclass
class Checked:
    """A file that was checked. Its findings can be asked for until the check is closed.

    ``unread`` says why reading ended before the end of the file; what was read until then was
    checked all the same. ``not_asked`` gives, for each reason, the rules that could not be asked.
    """

    edition: Edition
    header: Header
    root: str
    count: int
    unread: CannotRead | None
    of_file: tuple[Found, ...]
    not_asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def counts(self) -> list[tuple[str, int, int]]:
        """For each rule that found something: its code, the findings, and in how many records.

        Those of the file come first, with no records; then by priority and by code.
        """
        of_file: dict[str, int] = {}
        for one in self.of_file:
            of_file[one.code] = of_file.get(one.code, 0) + 1
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT code, count(*), count(DISTINCT place) FROM {FOUND}"  # noqa: S608
                " GROUP BY code, priority"
                " ORDER BY priority NULLS LAST, code ~ '^[0-9]', lpad(code, 10)"
            )
            rows = [(str(code), int(n), int(places)) for code, n, places in cursor.fetchall()]
        return [*((code, n, 0) for code, n in of_file.items()), *rows]

    def records_with_findings(self) -> int:
        """In how many records something was found."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(DISTINCT place) FROM {FOUND}")  # noqa: S608
            return int(cursor.fetchone()[0])

    def findings(self) -> Iterator[Found]:
        """Everything found: of the file first, then record by record, streamed."""
        yield from self.of_file
        rules = self.edition.rules
        known = frozenset(self.edition.layout.names)
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                f"SELECT {_COLUMNS}, malformed FROM {FOUND} ORDER BY place, number"  # noqa: S608
            )
            while rows := cursor.fetchmany(2_000):
                for place, yp, code, priority, element, present, malformed in rows:
                    message = message_of(rules[code], malformed, known)
                    yield Found(place, yp, code, priority, element, present, message)


def message_of(rule: Rule, malformed: Iterable[str] | None, known: frozenset[str]) -> str:
    """What is wrong, with the names of what does not belong in the record."""
    if rule.code != BELONGS_NOT or not malformed:
        return rule.message
    strange = [name for name in malformed if name not in known]
    more = len(strange) - NAMES_SHOWN
    names = ", ".join(strange[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"{rule.message}: {names}"


BELONGS_NOT: Final = "FILE-8"


@contextmanager
def check(
    source: Path | Readable, edition: Edition, *, tell: Tell = lambda *_: None
) -> Iterator[Checked]:
    """Check a file; what was found can be read inside the block, and is gone after it.

    Never raises for what is wrong with the file: that is a finding. Run it outside a transaction,
    so that a long file holds none open.
    """
    try:
        with connection.cursor() as cursor:
            _make_tables(cursor)
        reading = Reading(source, edition)
        unread = _load(reading, tell)
        tell("checking", reading.count)
        la_codes = _english_authorities()
        of_file = tuple(_of_file(reading, unread, la_codes))
        not_asked = _ask(reading, la_codes) if reading.count else {}
        yield Checked(
            edition=edition,
            header=reading.header,
            root=reading.root,
            count=reading.count,
            unread=unread,
            of_file=of_file,
            not_asked=not_asked,
        )
    finally:
        _drop_tables()


def _make_tables(cursor: CursorWrapper) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {TABLE}, {FOUND}")
    cursor.execute(f"CREATE TEMPORARY TABLE {_bare(TABLE)} ({record.definition(_KEPT_OF_FILE)})")
    cursor.execute(f"ALTER TABLE {TABLE} ALTER build_id SET DEFAULT 0")
    cursor.execute(
        f"CREATE TEMPORARY TABLE {_bare(FOUND)} (number bigserial, place bigint,"
        " young_persons_id text, code text, priority smallint, element text,"
        " value_present boolean, malformed text[])"
    )


def _bare(table: str) -> str:
    return table.partition(".")[2]


def _drop_tables() -> None:
    if connection.needs_rollback:
        return  # the transaction around it undoes them
    with suppress(Exception), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}, {FOUND}")
        cursor.execute("RESET work_mem")


def _english_authorities() -> frozenset[str]:
    """The codes of all English authorities, past and present.

    They come of the register that is part of the service where the database was not set up yet,
    so that a file can be checked with nothing else there.
    """
    if Authority._meta.db_table not in connection.introspection.table_names():
        return codes_that_come_with_the_service()
    return frozenset(Authority.objects.values_list("code", flat=True))


# The records, from the file into the table


def _load(reading: Reading, tell: Tell) -> CannotRead | None:
    """Copy every record that can be read; why the rest could not, if it could not."""
    stopped: list[CannotRead] = []
    lines = _lines(reading, stopped)
    tell("reading", 0)
    while some := list(islice(lines, LINES_AT_ONCE)):
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            written = 0
            for block in chain([some], iter(lambda: list(islice(lines, LINES_AT_ONCE)), [])):
                copy.write("".join(block))
                written += len(block)
                if written >= ROWS_AT_ONCE:
                    break
        tell("reading", reading.count)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {TABLE}")
    return stopped[0] if stopped else None


_COPY: Final = f"COPY {TABLE} ({', '.join(_LOADED)}) FROM STDIN (NULL '')"


def _lines(reading: Reading, stopped: list[CannotRead]) -> Iterator[str]:
    """A line of COPY for each record; ends, leaving word in ``stopped``, where reading does."""
    found = reading.records()
    while True:
        try:
            one = next(found)
        except StopIteration:
            return
        except CannotRead as error:
            stopped.append(error)
            return
        yield _line(one, reading.header.period_end)


_TABS: Final = len(_LOADED) - 1
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_PLAIN: Final = re.compile(r"[A-Za-z0-9_]+(?: twice)?", re.ASCII)


def _line(one: Record, period_end: date | None) -> str:
    academic, year = ages(one.values[_DOB_AT], period_end)
    fields = [
        str(one.place),
        *[value or "" for value in one.values],
        "" if year is None else str(year),
        "" if academic is None else str(academic),
        _array(one.malformed),
    ]
    fields[_CODES_AT] = _array(one.codes)
    line = "\t".join(fields)
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") != _TABS:
        line = "\t".join([field.translate(_ESCAPES) for field in fields])
    return line + "\n"


def _array(items: list[str]) -> str:
    """A list as PostgreSQL reads an array of texts."""
    if not items:
        return "{}"
    return "{" + ",".join(_quoted(item) for item in items) + "}"


def _quoted(item: str) -> str:
    if _PLAIN.fullmatch(item) and item.lower() != "null":
        return item
    escaped = item.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# The rules


def _ask(reading: Reading, la_codes: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Ask every rule that can be asked; why the others cannot."""
    edition, header = reading.edition, reading.header
    asked = checks.compile(edition)
    not_asked: dict[str, tuple[str, ...]] = {}
    for reason, missing in _missing(header).items():
        asked, codes = asked.without(missing)
        if codes:
            not_asked[reason] = codes
    values = asked.parameters(
        build_id=0,
        period_end=header.period_end or date(2000, 1, 31),  # asked of nothing when not known
        lead_codes=header.lead_codes,
        database_ids=header.database_ids,
        la_codes=la_codes,
    )
    of_records = asked.record_query(TABLE, with_malformed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, false)", [records.WORK_MEMORY])
        cursor.execute(f"INSERT INTO {FOUND} ({_COLUMNS}, malformed) {of_records}", values)
        for query in asked.set_queries(TABLE).values():
            cursor.execute(
                f"INSERT INTO {FOUND} ({_COLUMNS}) {query} ORDER BY person_id",
                values,
            )
    return not_asked


def _missing(header: Header) -> dict[str, frozenset[str]]:
    """What rules may lean on that the header does not give, by the reason in words."""
    missing: dict[str, frozenset[str]] = {}
    if header.period_end is None:
        missing[NO_MONTH] = OF_MONTH
    if not any(header.lead_codes):
        missing[NO_LEAD] = frozenset({"lead_codes"})
    if not any(header.database_ids):
        missing[NO_DATABASE] = frozenset({"database_ids"})
    return missing


# The file itself


def _of_file(
    reading: Reading, unread: CannotRead | None, la_codes: frozenset[str]
) -> Iterator[Found]:
    edition = reading.edition
    if unread is not None:
        yield _unread(edition, unread, reading.count)
        if not reading.root or unread.code == "FILE-7":
            return
    header = reading.header
    if unread is None or reading.count or "FileHeader" not in header.malformed:
        for one in checks.check_header(header, edition, la_codes=la_codes):
            yield _of_rule(edition, one.code, one.element, one.element in header.given)
    if unread is None and not reading.count:
        yield _of_rule(edition, "FILE-12", edition.layout.record, present=False)
    for fault in reading.faults.values():
        yield _of_fault(edition, fault)


def _of_rule(edition: Edition, code: str, element: str, present: bool, more: str = "") -> Found:
    rule = edition.rules[code]
    return Found(None, None, code, rule.priority, element, present, rule.message + more)


def _unread(edition: Edition, error: CannotRead, count: int) -> Found:
    where = f" at line {error.line:,}" if error.line else ""
    why = f": {error.why[0].lower()}{error.why[1:]}" if error.why else ""
    rule = edition.rules[error.code]
    message = f"The file cannot be read{where}{why}" if why else f"{rule.message}{where}"
    if count:
        many = f"The {count:,} records before it were" if count > 1 else "The record before it was"
        message += f". {many} checked"
    return Found(None, None, error.code, rule.priority, rule.elements[0], True, message)


def _of_fault(edition: Edition, fault: Fault) -> Found:
    first = f"first in record {fault.first:,}" if fault.first else "in the header"
    if fault.code == "FILE-14" and fault.first:
        first = f"first after record {fault.first:,}"
    times = f", {fault.count:,} times" if fault.count > 1 else ""
    return _of_rule(edition, fault.code, fault.element, True, f": {fault.element}, {first}{times}")
