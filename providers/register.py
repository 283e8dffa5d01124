"""The published register of establishments (GIAS, ``edubasealldata``) into the directory.

Each load compares the file with what the register said last, a set at a time: what differs is a
new version of the entry beside the old one, and the directory takes it over by URN. Nothing is
deleted: a school that the file does not have any more stays as it was last known.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.files.reference import Problem, ReferenceTable, open_reference
from ccis.files.values import BadValue, parse_date, parse_postcode
from providers.models import Provider, RegisterEntry, RegisterLoad

COLUMNS = {
    "urn": ("urn",),
    "name": ("establishmentname",),
    "status": (r"establishmentstatus ?\(name\)",),
    "authority": (r"la ?\(code\)",),
    "number": ("establishmentnumber",),
    "type": (r"typeofestablishment ?\(name\)",),
    "phase": (r"phaseofeducation ?\(name\)",),
    "opened": ("opendate",),
    "closed": ("closedate",),
    "from_age": ("statutorylowage",),
    "to_age": ("statutoryhighage",),
    "street": ("street",),
    "locality": ("locality",),
    "address3": ("address3",),
    "town": ("town",),
    "county": (r"county ?\(name\)",),
    "postcode": ("postcode",),
    "ukprn": ("ukprn",),
}
"""How the register's columns are spelled, by what we call them."""

NEEDED = ("urn", "name", "status", "authority", "number", "opened", "closed")
YOUNGEST_LEAVER = 14
"""Of establishments that all leave before this age nothing is kept, unless asked for."""

CLOSED, PROPOSED = "Closed", "Proposed to open"
_COLLEGES = ("college", "sixth form", "16 plus", "further education")


@dataclass
class LoadedRegister:
    """What a file of the register held and what became of it."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    left_out: int = 0
    proposed: int = 0
    """Entries kept, whose establishments are not in the directory before they open."""
    gone: int = 0
    """Known by URN, and not in this file: they stay as they were."""
    given_a_day: int = 0
    """Closed without a day in the file: closed on the day of the load, or as known before."""
    problems: list[Problem] = field(default_factory=list)
    urns: set[str] = field(default_factory=set)
    """Those of every row that was read, used or not."""

    @property
    def refused(self) -> int:
        """Rows that were not used."""
        return len({problem.row for problem in self.problems})

    def counts(self) -> dict[str, int]:
        """For the trail and the screen; the next six add up to the rows."""
        used = self.added + self.changed + self.left_out + self.refused + self.proposed
        return {
            "rows": self.rows,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.rows - used,
            "left out": self.left_out,
            "not open yet": self.proposed,
            "refused": self.refused,
            "closed without a day": self.given_a_day,
            "not in this file": self.gone,
        }


@transaction.atomic
def load(path: Path, *, by: User | None, at: datetime, every_age: bool = False) -> LoadedRegister:
    """Load the register from its CSV, whole or in part. Raises ``NotThatFile``."""
    loaded = LoadedRegister()
    made = RegisterLoad.objects.create(loaded_at=at, loaded_by=by, file_name=path.name[:200])
    with connection.cursor() as cursor:
        cursor.execute(STAGING)
        authorities = dict(Authority.objects.values_list("code", "pk"))
        with open_reference(path) as table:
            read = _rows(table, loaded, authorities, on=at.date(), every_age=every_age)
            with cursor.copy(COPY) as copy:
                for row in read:
                    copy.write_row(row)
            loaded.problems = table.problems
            loaded.rows += sum(1 for problem in loaded.problems if not problem.column)
            _refuse(cursor, table, TWICE, "This URN stands in the file more than once")
            cursor.execute(KNOWN_DAY)
            clash = "Another open establishment has this authority and number"
            _refuse(cursor, table, CLASHES, clash, column="number")
        for statement in (SUPERSEDE, ADD_VERSIONS):
            cursor.execute(statement, [made.pk])
        cursor.execute(ADOPT)
        loaded.added, loaded.changed = _into_directory(cursor)
        loaded.proposed = _count(cursor, "SELECT count(*) FROM staged_register WHERE proposed")
        loaded.given_a_day = _count(
            cursor, "SELECT count(*) FROM staged_register WHERE closed_by_us"
        )
        loaded.gone = _count(cursor, GONE, sorted(loaded.urns))
        cursor.execute("DROP TABLE staged_register")
    made.counts = loaded.counts()
    made.save(update_fields=["counts"])
    trail.record(
        "register loaded", by=by, at=at, authority=None, subject=made, counts=made.counts
    )  # fmt: skip
    return loaded


def _count(cursor: Any, statement: str, *given: Any) -> int:
    cursor.execute(statement, given or None)
    return int(cursor.fetchone()[0])


def _refuse(
    cursor: Any, table: ReferenceTable, which: str, message: str, *, column: str = "urn"
) -> None:
    """Take rows out of the staging table, and say so of each."""
    place = table.need(column, *COLUMNS[column])
    cursor.execute(which)
    for (row,) in sorted(cursor.fetchall()):
        table.problem(row, place, message)


# --- Reading --------------------------------------------------------------------------------


def _rows(
    table: ReferenceTable,
    loaded: LoadedRegister,
    authorities: dict[str, int],
    *,
    on: date,
    every_age: bool,
) -> Iterator[tuple[Any, ...]]:
    places = {name: table.find(*spellings) for name, spellings in COLUMNS.items()}
    for name in NEEDED:
        table.need(name, *COLUMNS[name])
    for number, cells in table.rows():
        loaded.rows += 1
        said = {name: cells[at] if at is not None else "" for name, at in places.items()}
        loaded.urns.add(said["urn"])
        read = _Row(table, number, places, said)
        entry = read.entry(authorities, on)
        if entry is None:
            continue
        if not every_age and _all_leave_young(said):
            loaded.left_out += 1
            continue
        yield entry


def _all_leave_young(said: dict[str, str]) -> bool:
    oldest = said["to_age"]
    return "children's centre" in said["type"].lower() or (
        oldest.isdecimal() and 0 < int(oldest) < YOUNGEST_LEAVER
    )


def kind_of(type_name: str, phase: str) -> str:
    """The directory's kind of an establishment, from the register's type and phase."""
    words = f"{type_name} {phase}".lower()
    if "higher education" in words or "children's centre" in words:
        return Provider.Kind.OTHER
    school = "school" in type_name.lower() or "academy" in type_name.lower()
    if any(word in words for word in _COLLEGES) and not school:
        return Provider.Kind.COLLEGE
    return Provider.Kind.SCHOOL


@dataclass(frozen=True)
class _Row:
    table: ReferenceTable
    number: int
    places: dict[str, int | None]
    said: dict[str, str]

    def wrong(self, name: str, message: str) -> None:
        self.table.problem(self.number, self.places[name] or 0, message)

    def entry(self, authorities: dict[str, int], on: date) -> tuple[Any, ...] | None:
        """The row as it is staged; ``None`` when something in it was wrong."""
        said, before = self.said, len(self.table.problems)
        self._check()
        opened, closed = self._date("opened"), self._date("closed")
        if opened and closed and closed < opened:
            self.wrong("closed", "It closed before it opened")
        if len(self.table.problems) > before:
            return None
        status, by_us = said["status"], False
        if status == CLOSED and closed is None:
            closed, by_us = max(on, opened or on), True
        code, number = said["authority"], said["number"]
        ukprn = said["ukprn"]
        return (
            self.number, said["urn"], said["name"], status[:60], said["type"][:100],
            said["phase"][:40], kind_of(said["type"], said["phase"]), authorities.get(code),
            f"{code}{number:0>4}" if number and number != "0" else "",
            ukprn if len(ukprn) == 8 and ukprn.startswith("1") else "", self._address(),
            self._postcode(), opened, closed, by_us, status == PROPOSED,
            self._age("from_age"), self._age("to_age"),
        )  # fmt: skip

    def _check(self) -> None:
        said = self.said
        if not (said["urn"].isdecimal() and len(said["urn"]) in (5, 6)):
            self.wrong("urn", "Give a URN of 5 or 6 digits")
        if not 0 < len(said["name"]) <= 200:
            self.wrong("name", "Give the name, of 200 letters at most")
        if not said["status"]:
            self.wrong("status", "Say whether it is open")
        if not (said["authority"].isdecimal() and len(said["authority"]) == 3):
            self.wrong("authority", "Give the authority's code of 3 digits")
        if said["number"] and not (said["number"].isdecimal() and len(said["number"]) <= 4):
            self.wrong("number", "Give a number of 4 digits")

    def _date(self, name: str) -> date | None:
        try:
            return parse_date(self.said[name])
        except BadValue as error:
            self.wrong(name, error.message)
            return None

    def _age(self, name: str) -> int | None:
        text = self.said[name]
        return int(text) if text.isdecimal() and int(text) < 100 else None

    def _postcode(self) -> str:
        """In its form; nothing where the register has none that we can read, as abroad."""
        try:
            return parse_postcode(self.said["postcode"]) or ""
        except BadValue:
            return ""

    def _address(self) -> str:
        parts = ("street", "locality", "address3", "town", "county")
        lines = (self.said[part] for part in parts)
        return "\n".join(line for line in lines if line and line != "Not recorded")[:300]


# --- Statements -----------------------------------------------------------------------------

_FACTS = (
    "name", "status", "type_name", "phase", "kind", "authority_id", "dfe_number", "ukprn",
    "address", "postcode", "opened_on", "closed_on", "from_age", "to_age",
)  # fmt: skip
_LIST = ", ".join(_FACTS)

STAGING = """
CREATE TEMPORARY TABLE staged_register (
    number integer, urn text, name text, status text, type_name text, phase text,
    kind text, authority_id bigint, dfe_number text, ukprn text, address text, postcode text,
    opened_on date, closed_on date, closed_by_us boolean, proposed boolean,
    from_age smallint, to_age smallint
) ON COMMIT DROP
"""

COPY = """
COPY staged_register (number, urn, name, status, type_name, phase, kind, authority_id, dfe_number,
    ukprn, address, postcode, opened_on, closed_on, closed_by_us, proposed, from_age, to_age)
FROM STDIN
"""

TWICE = """
DELETE FROM staged_register WHERE urn IN (
    SELECT urn FROM staged_register GROUP BY urn HAVING count(*) > 1
) RETURNING number
"""

KNOWN_DAY = """
UPDATE staged_register s SET closed_on = e.closed_on, closed_by_us = false
FROM providers_registerentry e
WHERE e.urn = s.urn AND e.superseded_id IS NULL AND s.closed_by_us AND e.status = s.status
  AND e.closed_on IS NOT NULL
"""
"""A file that never says when it closed says nothing new the second time."""

CLASHES = """
WITH open_then AS (
    SELECT s.number, s.dfe_number FROM staged_register s
    WHERE s.dfe_number <> '' AND s.closed_on IS NULL AND NOT s.proposed
    UNION ALL
    SELECT NULL, p.dfe_number FROM providers_provider p
    WHERE p.dfe_number <> '' AND p.closed_on IS NULL AND p.urn <> ''
      AND NOT EXISTS (SELECT FROM staged_register s WHERE s.urn = p.urn)
    UNION ALL
    SELECT NULL, p.dfe_number FROM providers_provider p
    JOIN staged_register s ON s.dfe_number = p.dfe_number
    JOIN providers_provider o ON o.urn = s.urn
    WHERE p.urn = '' AND p.dfe_number <> '' AND p.closed_on IS NULL
), twice AS (
    SELECT dfe_number FROM open_then GROUP BY dfe_number HAVING count(*) > 1
)
DELETE FROM staged_register s USING twice t
WHERE s.dfe_number = t.dfe_number AND s.closed_on IS NULL AND NOT s.proposed
RETURNING s.number
"""

SUPERSEDE = f"""
UPDATE providers_registerentry e SET superseded_id = %s
FROM staged_register s
WHERE e.urn = s.urn AND e.superseded_id IS NULL
  AND ROW (e.{", e.".join(_FACTS)}) IS DISTINCT FROM ROW (s.{", s.".join(_FACTS)})
"""  # noqa: S608 - names of ours

ADD_VERSIONS = f"""
INSERT INTO providers_registerentry (urn, {_LIST}, recorded_id)
SELECT s.urn, s.{", s.".join(_FACTS)}, %s FROM staged_register s
WHERE NOT EXISTS (
    SELECT FROM providers_registerentry e WHERE e.urn = s.urn AND e.superseded_id IS NULL
)
"""  # noqa: S608 - names of ours

ADOPT = """
UPDATE providers_provider p SET urn = s.urn
FROM staged_register s
WHERE p.urn = '' AND p.dfe_number = s.dfe_number AND s.dfe_number <> '' AND p.closed_on IS NULL
  AND s.closed_on IS NULL AND NOT s.proposed
  AND NOT EXISTS (SELECT FROM providers_provider o WHERE o.urn = s.urn)
"""
"""Someone put it into the directory by hand before: it is the same."""

_TAKEN = ("name", "kind", "authority_id", "dfe_number", "ukprn", "address", "postcode",
          "opened_on", "closed_on")  # fmt: skip

CLOSE_FIRST = """
UPDATE providers_provider p SET closed_on = greatest(s.closed_on, p.opened_on)
FROM staged_register s
WHERE p.urn = s.urn AND p.closed_on IS NULL AND s.closed_on IS NOT NULL AND NOT s.proposed
"""
"""Before its successor takes its number over."""

FREE_NUMBERS = """
UPDATE providers_provider p SET dfe_number = ''
FROM staged_register s
WHERE p.urn = s.urn AND p.closed_on IS NULL AND p.dfe_number <> s.dfe_number AND NOT s.proposed
"""
"""Two that change numbers with each other never have the same one."""

CHANGED = f"""
SELECT p.id FROM providers_provider p JOIN staged_register s ON s.urn = p.urn
WHERE NOT s.proposed
  AND ROW (p.{", p.".join(_TAKEN)}) IS DISTINCT FROM ROW (s.{", s.".join(_TAKEN)})
"""  # noqa: S608 - names of ours

UPDATE = f"""
UPDATE providers_provider p SET ({", ".join(_TAKEN)}) = ROW (s.{", s.".join(_TAKEN)})
FROM staged_register s WHERE p.urn = s.urn AND p.id = ANY (%s)
"""  # noqa: S608 - names of ours

NEW = """
SELECT s.urn, s.name, s.kind, s.authority_id, s.dfe_number, s.ukprn, s.address, s.postcode,
    s.opened_on, s.closed_on
FROM staged_register s
WHERE NOT s.proposed AND NOT EXISTS (SELECT FROM providers_provider p WHERE p.urn = s.urn)
ORDER BY s.urn
"""

GONE = """
SELECT count(*) FROM providers_registerentry e
WHERE e.superseded_id IS NULL
  AND NOT EXISTS (SELECT FROM unnest(%s::text[]) AS read (urn) WHERE read.urn = e.urn)
"""


def _into_directory(cursor: Any) -> tuple[int, int]:
    """Take what is new and what differs over into the directory: how many of each."""
    cursor.execute(CHANGED)
    changed = [pk for (pk,) in cursor.fetchall()]
    cursor.execute(CLOSE_FIRST)
    cursor.execute(FREE_NUMBERS)
    cursor.execute(UPDATE, [changed])
    cursor.execute(NEW)
    fields = ("urn", *_TAKEN)
    new = [Provider(**dict(zip(fields, row, strict=True))) for row in cursor.fetchall()]
    Provider.objects.bulk_create(new, batch_size=2_000)
    return len(new), len(changed)


def history_of(urn: str) -> list[RegisterEntry]:
    """What the register has said of an establishment, the newest first."""
    entries = RegisterEntry.objects.filter(urn=urn).select_related("recorded", "superseded")
    return list(entries.order_by("-recorded_id", "-pk"))
