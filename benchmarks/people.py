"""Invented people by the million, made by the database itself: one INSERT … SELECT a table.

They live in a database of their own. Nothing here is drawn one by one, so that all of England
takes minutes; the demo's people, which have histories, are made elsewhere.
"""

from datetime import date

from django.db import connection
from django.db.backends.utils import CursorWrapper

from ccis.authorities.models import Authority
from ccis.calendar.academic import academic_year_start
from ccis.files.values import CHECK_LETTERS

CONSTRAINTS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
              pg_get_constraintdef(oid))
FROM pg_constraint
WHERE contype IN ('f', 'x') AND conrelid::regclass::text LIKE 'caseload_%'
ORDER BY contype DESC, conname
"""
"""Exclusions and foreign keys, which cost most row by row."""

INDEXES = """
SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid::regclass::text LIKE 'caseload_%' AND NOT indisunique
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
ORDER BY indexrelid::regclass::text
"""

EVERYONE = "FROM generate_series(1, {number}) AS i"

SCHOOLS = 200
COLLEGES = 100

GIVEN = ["Amara", "Tomasz", "Leila", "Jonah", "Ravi", "Petra", "Ines", "Zoë", "Oscar"]
FAMILY = ["Oduya", "Bielik", "Pell", "Sand", "Novak", "Calder", "O'Malachy", "Marsh"]
ETHNICITY = ["WBRI", "BAFR", "AIND", "APKN", "MOTH"]
DOING = (
    ["210"] * 56
    + ["230"] * 29
    + ["220"] * 5
    + ["310"] * 2
    + ["330", "360", "410"]
    + ["619"] * 3
    + ["640", "810", "830"]
)
"""Codes of activities, as often as they come; one in a hundred each."""

# i is the person's number; h(k) a number that looks drawn, the same for the same person and k.
DRAWN = "(('x' || substr(md5(i::text || ':{k}'), 1, 7))::bit(28)::int)"


def drawn(k: int, below: int) -> str:
    """SQL for a number below ``below`` that looks drawn but depends on the person and ``k``."""
    return f"({DRAWN.format(k=k)} % {below})"


def one_of(k: int, values: list[str]) -> str:
    """SQL that picks one of some texts."""
    array = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"(ARRAY[{array}])[1 + {drawn(k, len(values))}]"


def _weighed(weights: range) -> str:
    """SQL for the sum of the last nine digits of ``i``, each by its weight."""
    return " + ".join(
        f"{weight} * (i / {10**power} % 10)"
        for weight, power in zip(weights, range(8, -1, -1), strict=True)
    )


def upn_of(authority: str) -> str:
    """SQL for the UPN of person ``i``: its letter agrees (docs/nccis.md §2.1)."""
    said = sum(weight * int(digit) for weight, digit in zip((2, 3, 4), authority, strict=True))
    place = f"({said} + {_weighed(range(5, 14))}) % 23"
    return f"substr('{CHECK_LETTERS}', 1 + {place}, 1) || '{authority}' || lpad(i::text, 9, '0')"


_REST = f"(10 + {_weighed(range(10, 1, -1))}) % 11"
ULN = (
    f"CASE {_REST} WHEN 0 THEN '2' || lpad(i::text, 8, '0') || '0'"
    f" ELSE '1' || lpad(i::text, 8, '0') || 10 - {_REST} END"
)
"""SQL for the ULN of person ``i``, whose last digit agrees. No ULN begins with some numbers:
those begin with 2, which takes the remainder from 0 to 10 (docs/nccis.md §2.1)."""


def _letter(k: int) -> str:
    """SQL for a letter that the end of a postcode may have."""
    return f"substr('ABDEFGHJLNPQRSTUWXYZ', 1 + {drawn(k, 20)}, 1)"


def make_people(number: int, *, authority: Authority, on: date) -> None:
    """Fill an empty caseload with ``number`` people of one authority, as at the day ``on``.

    Nineteen in twenty are in Years 12 and 13, the rest in Year 11 or older with an EHC plan. One
    activity in seven was corrected since it was first recorded. One in fifty lacks a gender, one in
    fifty an ethnicity, so that checks have something to find.
    Needs the owner's connection: constraints and indexes are dropped for the load and made after,
    as a first load may.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        later = _take_away(cursor, CONSTRAINTS) + _take_away(cursor, INDEXES)
        first, second = _change(cursor, authority), _change(cursor, authority)
        for statement in _statements(authority=authority, on=on, change=first, later=second):
            cursor.execute(statement.replace("{number}", str(number)))
        cursor.execute("ANALYZE")
        for statement in reversed(later):
            cursor.execute(statement)


def _take_away(cursor: CursorWrapper, query: str) -> list[str]:
    """Drop what a query lists; returns the statements that bring it back, last first."""
    cursor.execute(query)
    pairs = cursor.fetchall()
    for drop, _ in pairs:
        cursor.execute(drop)
    return [make for _, make in pairs]


def _change(cursor: CursorWrapper, authority: Authority) -> int:
    """The number of a new change, for rows to name."""
    cursor.execute(
        "INSERT INTO audit_change (authority_id, at, why, file_ref, source)"
        " VALUES (%s, now(), 'loaded for a measurement', '', '') RETURNING id",
        [authority.pk],
    )
    return int(cursor.fetchone()[0])


class _Sql:
    """Pieces of SQL about person ``i`` that several tables share."""

    def __init__(self, *, authority: Authority, on: date, change: int) -> None:
        self.authority = authority.pk
        self.authority_code = authority.code
        self.change = change
        self.y = y = academic_year_start(on).year
        kind = drawn(1, 40)  # 0 is Year 11, 1 has a plan and is 18 to 24, the rest Years 12 and 13
        self.kind = kind
        self.year = (
            f"(CASE {kind} WHEN 0 THEN 11 WHEN 1 THEN 14 + {drawn(2, 6)} ELSE 12 + i % 2 END)"
        )
        self.born = f"(make_date({y} - {self.year} - 5, 9, 1) + {drawn(3, 365)})"
        self.began_school = f"make_date({y} - {self.year} + 7, 9, 1)"
        self.left_school = f"make_date({y} - {self.year} + 12, 9, 1)"
        self.from_birth = f"daterange({self.born}, NULL)"
        self.since_school = f"daterange({self.began_school}, NULL)"
        self.this_year = f"daterange(make_date({y}, 9, 1), NULL)"
        self.at_school = f"(1 + {drawn(21, SCHOOLS)})"
        self.at_college = f"({1 + SCHOOLS} + {drawn(22, COLLEGES)})"
        self.doing = f"(CASE WHEN {kind} = 0 THEN '110' ELSE {one_of(4, DOING)} END)"

    def fact(
        self,
        table: str,
        during: str,
        values: dict[str, str],
        where: str = "",
        *,
        recorded: int | None = None,
        superseded: str = "NULL",
    ) -> str:
        """An INSERT of one fact about each person, or about those of whom ``where`` is true."""
        columns = ", ".join(["person_id", "during", "recorded_id", "superseded_id", *values])
        said = ", ".join(["i", during, str(recorded or self.change), superseded, *values.values()])
        some = f" WHERE {where}" if where else ""
        return f"INSERT INTO caseload_{table} ({columns}) SELECT {said} {EVERYONE}{some}"


def _statements(*, authority: Authority, on: date, change: int, later: int) -> list[str]:
    """The directory, the people, and what is known of them; ``{number}`` is to be filled in."""
    sql = _Sql(authority=authority, on=on, change=change)
    return [
        _providers(authority),
        "INSERT INTO caseload_youngperson (id, ref, lead_authority_id, young_persons_id,"
        f" restriction_level) SELECT i, upper(lpad(to_hex(i), 8, '0')), {authority.pk},"
        f" '{authority.database_id}' || lpad(i::text, 10, '0'), 0 {EVERYONE}",
        "SELECT setval('caseload_youngperson_id_seq', {number}),"
        " setval('caseload_person_number_seq', {number}),"
        " setval('caseload_spell_seq', {number} * 2)",
        *_about_them(sql),
        *_school(sql),
        *_activities(sql, later),
    ]


def _providers(authority: Authority) -> str:
    return (
        "INSERT INTO providers_provider (id, ref, name, kind, authority_id, dfe_number, urn, ukprn,"
        " address, postcode, email, phone) SELECT i, 'P' || lpad(i::text, 7, '0'),"
        f" CASE WHEN i > {SCHOOLS} THEN 'Kestrel College ' ELSE 'Castle Academy ' END || i,"
        f" CASE WHEN i > {SCHOOLS} THEN 'college' ELSE 'school' END, {authority.pk},"
        f" '{authority.code}' || (4000 + i), (100000 + i)::text, (10000000 + i)::text,"
        f" '', '', '', '' FROM generate_series(1, {SCHOOLS + COLLEGES}) AS i"
    )


def _about_them(sql: _Sql) -> list[str]:
    """Name, particulars, address, identifiers, needs and characteristics."""
    names = {
        "kind": "'legal'",
        "given": one_of(5, GIVEN),
        "middle": "''",
        "family": f"{one_of(6, FAMILY)} || chr(97 + {drawn(7, 26)}) || chr(97 + {drawn(8, 26)})",
    }
    particulars = {
        "date_of_birth": sql.born,
        "gender_id": f"CASE WHEN {drawn(18, 50)} > 0 THEN {one_of(9, ['F', 'M'])} END",
        "ethnicity_id": f"CASE WHEN {drawn(19, 50)} > 0 THEN {one_of(10, ETHNICITY)} END",
    }
    empty = ("line_2", "line_3", "line_4", "county", "uprn")
    address = {
        "kind": "'home'",
        "line_1": f"(1 + {drawn(11, 180)}) || ' Castle Street'",
        "town": "'Northgate'",
        "postcode": (
            f"'NG' || (1 + {drawn(12, 99)}) || ' ' || {drawn(13, 10)}"
            f" || {_letter(23)} || {_letter(24)}"
        ),
        "authority_id": str(sql.authority),
        **dict.fromkeys(empty, "''"),
    }
    uln = {"kind_id": "'uln'", "value": ULN}
    upn = {"kind_id": "'upn'", "value": upn_of(sql.authority_code)}
    plan = f"{sql.kind} = 1 OR {drawn(14, 20)} = 0"
    send = {"provision": f"CASE WHEN {plan} THEN 'E' ELSE 'K' END", "need": "''"}
    some = f"{sql.kind} = 1 OR {drawn(14, 20)} < 3"
    since = sql.since_school
    return [
        sql.fact("name", sql.from_birth, names),
        sql.fact("particulars", sql.from_birth, particulars),
        sql.fact("address", since, address),
        sql.fact("identifier", since, uln),
        sql.fact("identifier", since, upn),
        sql.fact("sendprovision", since, send, some),
        sql.fact("levelofneed", since, {"code_id": one_of(15, ["1", "2", "3", "3", "3"])}),
        sql.fact("characteristic", since, {"code_id": "'140'"}, f"{drawn(16, 60)} = 0"),
    ]


def _school(sql: _Sql) -> list[str]:
    """Where they were in Year 11, and the offers of the September Guarantee."""
    authority, y, year = str(sql.authority), sql.y, sql.year
    enrolled = {
        "provider_id": sql.at_school,
        "authority_id": authority,
        "outside_code": "''",
        "year_group": "11",
        "status": "'C'",
    }
    until = f"CASE WHEN {year} > 11 THEN {sql.left_school} END"
    first = {"for_year": "11", "status_id": "'110'", "authority_id": authority}
    second = {"for_year": "12", "status_id": "'114'", "authority_id": authority}
    offered = f"daterange(make_date({y} - {year} + 12, 8, 1), NULL)"
    offered_again = f"daterange(make_date({y}, 8, 1), NULL)"
    return [
        sql.fact("enrolment", f"daterange({sql.began_school}, {until})", enrolled),
        sql.fact("guarantee", offered, first, f"{year} > 11"),
        sql.fact("guarantee", offered_again, second, f"{year} = 13"),
    ]


def _activities(sql: _Sql, later: int) -> list[str]:
    """Year 11 until it ended, then what they do now, which one in seven was first thought not to.

    The second change, ``later``, brought what they do now.
    """
    y, doing = sql.y, sql.doing
    texts = dict.fromkeys(("establishment_name", "course", "course_level", "leaving_reason"), "''")
    school = {
        **texts,
        "spell": "i",
        "code_id": "'110'",
        "provider_id": sql.at_school,
        "ascertained_on": sql.began_school,
        "predicted_end_on": f"{sql.left_school} - 1",
    }
    thought = {
        **texts,
        "spell": "{number} + i",
        "code_id": "'810'",
        "ascertained_on": f"make_date({y}, 9, 1)",
    }
    learns = f"CASE WHEN {doing} = '110' THEN {sql.at_school} WHEN {doing} < '300'"
    works = f"CASE WHEN {doing} BETWEEN '300' AND '499' THEN 'Northgate & Sons' ELSE '' END"
    ends = f"CASE WHEN {doing} < '300' OR {doing} = '410' THEN make_date({y} + 1, 7, 31) END"
    now = {
        **texts,
        "spell": "{number} + i",
        "code_id": doing,
        "provider_id": f"{learns} THEN {sql.at_college} END",
        "establishment_name": works,
        "ascertained_on": f"make_date({y}, 9, 10)",
        "predicted_end_on": ends,
    }
    at_school = f"daterange({sql.began_school}, {sql.left_school})"
    corrected = f"{drawn(20, 7)} = 0"
    return [
        sql.fact("activity", at_school, school, f"{sql.year} > 11"),
        sql.fact("activity", sql.this_year, thought, corrected, superseded=str(later)),
        sql.fact("activity", sql.this_year, now, recorded=later),
        "INSERT INTO caseload_verification (person_id, spell, verified_on, recorded_id)"
        f" SELECT i, {{number}} + i, make_date({y}, 9, 12) + {drawn(17, 15)}, {later} {EVERYONE}",
    ]
