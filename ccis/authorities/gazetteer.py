"""Where places lie: the national postcode directory, ward names, an authority's own gazetteer.

Each loader reads a stream, writes a set at a time, and only what differs: a newer file may be
loaded at any moment and the same file twice changes nothing. Nothing is deleted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection, transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority, GazetteerAddress, Postcode, Ward
from ccis.files.reference import NotThatFile, Problem, ReferenceTable, open_reference
from ccis.files.values import BadValue, parse_postcode

AT_ONCE = 50_000
"""Rows of one transaction: well under two seconds each."""

POSTCODE_SPELLINGS = ("pcds", "pcd8", "pcd7", "pcd2", "pcd")
DISTRICT_SPELLINGS = ("oslaua", "laua", r"lad\d\dcd", r"laua\d\dcd")
COUNTY_SPELLINGS = ("oscty", "cty", r"cty\d\dcd")
WARD_SPELLINGS = ("osward", "ward", r"wd\d\dcd", "ward_?code")
WARD_NAME_SPELLINGS = (r"wd\d\dnm", "ward_?name")
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}")
_MONTH = re.compile(r"([0-9]{4})-?(0[1-9]|1[0-2])")
_AREA = re.compile(r"[A-Z][0-9]{8}")
_COUNTY_COUNCIL = "E10"
_NOWHERE = "99999999"

T = TypeVar("T")


@dataclass
class Loaded:
    """What a file held and what became of it."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    gone: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Rows that were not used."""
        return len({problem.row for problem in self.problems})

    @property
    def unchanged(self) -> int:
        """Rows that said what was known, or said it twice."""
        return self.rows - self.added - self.changed - self.refused

    def counts(self) -> dict[str, int]:
        """For the trail and the screen; rows = added + changed + unchanged + refused."""
        return {
            "rows": self.rows,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "gone": self.gone,
            "refused": self.refused,
        }


# --- Postcodes ------------------------------------------------------------------------------


def load_postcodes(path: Path, *, by: User | None, at: datetime, at_once: int = AT_ONCE) -> Loaded:
    """Load a directory of postcodes, as ONSPD or NSPL is published, by whichever edition's names.

    In a county the authority is the county council, else the district. Raises ``NotThatFile``.
    """
    loaded = Loaded()
    with open_reference(path) as table:
        try:
            for some in _batches(_postcode_rows(table, loaded), at_once):
                _upsert(POSTCODES, some, loaded)
        except NotThatFile:
            _broke_off("postcodes", loaded, by=by, at=at)
            raise
        loaded.problems = table.problems
    loaded.rows += sum(1 for problem in loaded.problems if not problem.column)
    trail.record(
        "postcodes loaded", by=by, at=at, authority=None, counts=loaded.counts()
    )  # fmt: skip
    return loaded


def _broke_off(
    what: str,
    loaded: Loaded,
    *,
    by: User | None,
    at: datetime,
    authority: Authority | None = None,
) -> None:
    """Leave a line about what was loaded before a file turned out to be broken."""
    if loaded.added or loaded.changed:
        trail.record(
            f"{what} loaded in part",
            by=by,
            at=at,
            authority=authority,
            subject=authority,
            added=loaded.added,
            changed=loaded.changed,
        )


def _postcode_rows(table: ReferenceTable, loaded: Loaded) -> Iterator[tuple[Any, ...]]:
    at = table.need("pcds", *POSTCODE_SPELLINGS)
    district = table.need("oslaua, laua or lad…cd", *DISTRICT_SPELLINGS)
    county, ward = table.find(*COUNTY_SPELLINGS), table.find(*WARD_SPELLINGS)
    introduced, ended = table.find("dointr"), table.find("doterm")
    authorities = _authorities_by_area()
    for number, cells in table.rows():
        loaded.rows += 1
        postcode = _postcode(table, number, at, cells[at])
        if postcode is None:
            continue
        dates = [_month(table, number, place, cells) for place in (introduced, ended)]
        if _BAD in dates:
            continue
        area = _area(cells, district, county)
        yield (
            postcode,
            authorities.get(area),
            area,
            _code(cells[ward]) if ward is not None else "",
            *dates,
        )


def _authorities_by_area() -> dict[str, int]:
    """The authority of each national code; where an old and a new one share it, the new."""
    known = Authority.objects.exclude(ons_code="").order_by("closed_on").values_list(
        "ons_code", "pk", "closed_on"
    )  # fmt: skip
    closed = {code: pk for code, pk, closed_on in known if closed_on}
    return closed | {code: pk for code, pk, closed_on in known if not closed_on}


_BAD = date.min


def _month(table: ReferenceTable, row: int, place: int | None, cells: list[str]) -> date | None:
    if place is None or not cells[place]:
        return None
    found = _MONTH.fullmatch(cells[place])
    if found is None:
        table.problem(row, place, "Give a year and month, like 201904")
        return _BAD
    return date(int(found[1]), int(found[2]), 1)


def _postcode(table: ReferenceTable, row: int, place: int, cell: str) -> str | None:
    if _POSTCODE.fullmatch(cell):
        return cell
    try:
        postcode = parse_postcode(cell)
    except BadValue as error:
        table.problem(row, place, error.message)
        return None
    if postcode is None:
        table.problem(row, place, "Give the postcode")
    return postcode


def _code(cell: str) -> str:
    return cell if _AREA.fullmatch(cell) and not cell.endswith(_NOWHERE) else ""


def _area(cells: list[str], district: int, county: int | None) -> str:
    over = _code(cells[county]) if county is not None else ""
    return over if over.startswith(_COUNTY_COUNCIL) else _code(cells[district])


def load_ward_names(path: Path, *, by: User | None, at: datetime) -> Loaded:
    """Load the names of wards, as they are published beside the directory (``WD…CD, WD…NM``)."""
    loaded = Loaded()
    with open_reference(path) as table:
        code, name = table.need("WD…CD", *WARD_SPELLINGS), table.need("WD…NM", *WARD_NAME_SPELLINGS)
        _upsert(WARDS, list(_ward_rows(table, loaded, code, name)), loaded)
        loaded.problems = table.problems
    loaded.rows += sum(1 for problem in loaded.problems if not problem.column)
    trail.record("ward names loaded", by=by, at=at, authority=None, counts=loaded.counts())
    return loaded


def _ward_rows(
    table: ReferenceTable, loaded: Loaded, code: int, name: int
) -> Iterator[tuple[str, str]]:
    for number, cells in table.rows():
        loaded.rows += 1
        if not _AREA.fullmatch(cells[code]):
            table.problem(number, code, "Give a ward's code, like E05000123")
        elif not 0 < len(cells[name]) <= 100:
            table.problem(number, name, "Give the ward's name, of 100 letters at most")
        else:
            yield cells[code], cells[name]


# --- An authority's gazetteer ---------------------------------------------------------------

PART_SPELLINGS = {
    "saon": (r"saon", r"sao_text", r"sao"),
    "paon": (r"paon", r"pao_text", r"pao"),
    "street": (r"street", r"street_?desc(ript(ion|or))?", r"thoroughfare", r"street_?name"),
    "locality": (r"locality(_?name)?",),
    "town": (r"town(_?name)?", r"post_?town"),
    "postcode": (r"postcode", r"postcode_?locator", *POSTCODE_SPELLINGS),
    "ward": WARD_SPELLINGS,
    "classification": (r"class", r"blpu_?class", r"classification(_?code)?"),
}
LONGEST = {"saon": 100, "paon": 100, "street": 110, "locality": 60, "town": 60}


def load_gazetteer(
    path: Path,
    *,
    authority: Authority,
    by: User | None,
    at: datetime,
    whole: bool = False,
    at_once: int = AT_ONCE,
) -> Loaded:
    """Load an authority's gazetteer (PIA-24): UPRN, number or name, street, town, postcode, ward.

    Number and name may stand in one column (PAON, SAON) or in the parts of the national standard
    (PAO_START_NUMBER, PAO_TEXT and so on). With ``whole``, a property that the file does not
    have any more is marked as gone, unless rows were refused. Raises ``NotThatFile``.
    """
    loaded, seen = Loaded(), set[str]()
    with open_reference(path) as table:
        try:
            for some in _batches(_gazetteer_rows(table, loaded, authority), at_once):
                seen.update(row[1] for row in some)
                _upsert(GAZETTEER, some, loaded)
        except NotThatFile:
            _broke_off("gazetteer", loaded, by=by, at=at, authority=authority)
            raise
        loaded.problems = table.problems
    loaded.rows += sum(1 for problem in loaded.problems if not problem.column)
    if whole and not loaded.problems and seen:
        loaded.gone = _mark_gone(authority, seen, at.date())
    trail.record(
        "gazetteer loaded",
        by=by,
        at=at,
        authority=authority,
        subject=authority,
        counts=loaded.counts(),
    )
    return loaded


def _mark_gone(authority: Authority, seen: Iterable[str], on: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE authorities_gazetteeraddress t SET gone_on = %s
            WHERE authority_id = %s AND gone_on IS NULL
              AND NOT EXISTS (SELECT FROM unnest(%s::text[]) AS s (uprn) WHERE s.uprn = t.uprn)
            """,
            [on, authority.pk, sorted(seen)],
        )
        return int(cursor.rowcount)


def _gazetteer_rows(
    table: ReferenceTable, loaded: Loaded, authority: Authority
) -> Iterator[tuple[Any, ...]]:
    uprn = table.need("UPRN", "uprn")
    table.need("postcode", *PART_SPELLINGS["postcode"])
    table.need("street", *PART_SPELLINGS["street"])
    places = {part: table.find(*spellings) for part, spellings in PART_SPELLINGS.items()}
    numbers = {part: _number_places(table, part[:3]) for part in ("saon", "paon")}
    for number, cells in table.rows():
        loaded.rows += 1
        if not re.fullmatch(r"0*[1-9][0-9]{0,11}", cells[uprn]):
            table.problem(number, uprn, "Give a UPRN of 1 to 12 digits")
            continue
        said = {part: cells[at] if at is not None else "" for part, at in places.items()}
        for part, four in numbers.items():
            said[part] = " ".join(filter(None, (said[part], _numbers(cells, four))))
        too_long = next((part for part, most in LONGEST.items() if len(said[part]) > most), None)
        if too_long is not None:
            table.problem(number, places[too_long] or uprn, f"Give {LONGEST[too_long]} letters")
            continue
        postcode_at = places["postcode"] or 0
        postcode = (
            _postcode(table, number, postcode_at, said["postcode"]) if said["postcode"] else ""
        )
        if postcode is None:
            continue
        yield (
            authority.pk, cells[uprn].lstrip("0"), said["saon"], said["paon"], said["street"],
            said["locality"], said["town"], postcode, _code(said["ward"]),
            said["classification"][:10], None,
        )  # fmt: skip


def _number_places(table: ReferenceTable, which: str) -> list[int | None]:
    ends = ("start_number", "start_suffix", "end_number", "end_suffix")
    return [table.find(f"{which}_{end}") for end in ends]


def _numbers(cells: list[str], places: list[int | None]) -> str:
    """``12A-14`` of the parts of the national standard."""
    start, suffix, end, end_suffix = (cells[at] if at is not None else "" for at in places)
    last = f"{end}{end_suffix}"
    return f"{start}{suffix}-{last}" if last else f"{start}{suffix}"


# --- Writing a set --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Into:
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def staging(self) -> str:
        return f"staged_{self.table}"


POSTCODES = _Into(
    "authorities_postcode",
    ("postcode",),
    ("postcode", "authority_id", "area_code", "ward_code", "introduced_on", "ended_on"),
)
WARDS = _Into("authorities_ward", ("code",), ("code", "name"))
GAZETTEER = _Into(
    "authorities_gazetteeraddress",
    ("authority_id", "uprn"),
    (
        "authority_id", "uprn", "saon", "paon", "street", "locality", "town", "postcode",
        "ward_code", "classification", "gone_on",
    ),
)  # fmt: skip


def _batches(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    while some := list(islice(rows, size)):
        yield some


@transaction.atomic
def _upsert(into: _Into, rows: Sequence[tuple[Any, ...]], loaded: Loaded) -> None:
    """Put rows into a table by ``COPY`` and one statement; of two with one key the last holds."""
    if not rows:
        return
    columns = ", ".join(into.columns)
    others = [column for column in into.columns if column not in into.key]
    key = ", ".join(into.key)
    new = ", ".join(f"EXCLUDED.{column}" for column in others)
    old = ", ".join(f"t.{column}" for column in others)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {into.staging} ON COMMIT DROP AS "  # noqa: S608 - as below
            f"SELECT {columns}, 0 AS place FROM {into.table} WITH NO DATA"
        )
        with cursor.copy(f"COPY {into.staging} ({columns}, place) FROM STDIN") as copy:
            for place, row in enumerate(rows):
                copy.write_row((*row, place))
        cursor.execute(
            f"INSERT INTO {into.table} AS t ({columns}) "  # noqa: S608 - names of ours
            f"SELECT DISTINCT ON ({key}) {columns} FROM {into.staging} ORDER BY {key}, place DESC "
            f"ON CONFLICT ({key}) DO UPDATE SET ({', '.join(others)}) = ROW ({new}) "
            f"WHERE ROW ({old}) IS DISTINCT FROM ROW ({new}) RETURNING t.xmax = 0"
        )
        added = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"DROP TABLE {into.staging}")
    loaded.added += sum(added)
    loaded.changed += len(added) - sum(added)


# --- Asking ---------------------------------------------------------------------------------


def _known(postcode: str) -> Postcode | None:
    try:
        asked = parse_postcode(postcode)
    except BadValue:
        return None
    known = Postcode.objects.select_related("authority")
    return known.filter(postcode=asked).first() if asked else None


def authority_of_postcode(postcode: str) -> Authority | None:
    """The authority in whose area a postcode lies, or lay when it ended; none if not known."""
    known = _known(postcode)
    return known.authority if known else None


def ward_of_postcode(postcode: str) -> Ward | None:
    """The ward of a postcode, with its name where that was loaded; none if not known."""
    known = _known(postcode)
    if known is None or not known.ward_code:
        return None
    named = Ward.objects.filter(code=known.ward_code).first()
    return named or Ward(code=known.ward_code, name="")


def find_in_gazetteer(
    *, authority: Authority, lines: Sequence[str], postcode: str
) -> list[GazetteerAddress]:
    """Properties that an address as written may be, the likeliest first; none means not found.

    They have its postcode, and every word of their number or name, and of the part of the
    building, stands in the address: "Flat 2, 14 High St" is never number 4 or flat 1.
    """
    try:
        asked = parse_postcode(postcode)
    except BadValue:
        return []
    if not asked:
        return []
    written = _words(" ".join(lines))
    there = GazetteerAddress.objects.filter(authority=authority, postcode=asked, gone_on=None)
    fitting = [
        (len(own), one) for one in there if (own := _words(f"{one.saon} {one.paon}")) <= written
    ]
    fitting = [(words, one) for words, one in fitting if words]
    fitting.sort(key=lambda found: (-found[0], found[1].uprn))
    return [one for _, one in fitting]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[A-Z0-9]+", text.upper()))
