"""Invented people by the million, made by the database itself: one INSERT … SELECT a table.

They live in a database of their own. Nothing here is drawn one by one, so that all of England
takes minutes; the demo's people, which have histories, are made elsewhere.
"""

from datetime import date

from django.db import connection

from ccis.authorities.models import Authority
from ccis.calendar.academic import academic_year_start

CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'x' AND conrelid::regclass::text LIKE 'caseload_%'
"""

# i is the person's number; h(k) a number that looks drawn, the same for the same person and k.
DRAWN = "(('x' || substr(md5(i::text || ':{k}'), 1, 7))::bit(28)::int)"


def drawn(k: int, below: int) -> str:
    """SQL for a number from 0 to ``below`` - 1 that looks random but depends on person and ``k``."""
    return f"({DRAWN.format(k=k)} % {below})"


def one_of(k: int, values: list[str]) -> str:
    """SQL that picks one of some texts."""
    array = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"(ARRAY[{array}])[1 + {drawn(k, len(values))}]"


def make_people(number: int, *, authority: Authority, on: date) -> None:
    """Fill an empty caseload with ``number`` people of one authority, as at the day ``on``.

    Nineteen in twenty are in Years 12 and 13, the rest in Year 11 or older with an EHC plan.
    Needs the owner's connection: exclusion constraints are dropped for the load and added after,
    as a first load may.
    """
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS)
        constraints = cursor.fetchall()
        for table, name, _ in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(
            "INSERT INTO audit_change (authority_id, at, why, file_ref, source)"
            " VALUES (%s, now(), 'loaded for a measurement', '', '') RETURNING id",
            [authority.pk],
        )
        change = cursor.fetchone()[0]
        for statement in _statements(authority=authority, on=on, change=change):
            cursor.execute(statement.replace("{number}", str(number)))
        for table, name, definition in constraints:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute("ANALYZE")


def _statements(*, authority: Authority, on: date, change: int) -> list[str]:
    """One statement a table, ``{number}`` to be filled in."""
    start = academic_year_start(on)
    y = start.year
    source = "FROM generate_series(1, {number}) AS i"
    kind = drawn(1, 40)  # 0 is Year 11, 1 has a plan and is 18 to 24, the rest Years 12 and 13
    year = f"(CASE {kind} WHEN 0 THEN 11 WHEN 1 THEN 14 + {drawn(2, 6)} ELSE 12 + i % 2 END)"
    born = f"(make_date({y} - {year} - 5, 9, 1) + {drawn(3, 365)})"
    fact = "person_id, during, recorded_id, superseded_id"
    school = f"make_date({y} - {year} + 7, 9, 1)"
    since = f"daterange({school}, NULL)"
    known = f"i, {{during}}, {change}, NULL"
    doing = (
        f"(CASE WHEN {kind} = 0 THEN '110' ELSE "
        + one_of(
            4,
            ["210"] * 56 + ["230"] * 29 + ["220"] * 5 + ["310"] * 2 + ["330", "360", "410"]
            + ["619"] * 3 + ["640", "810", "830"],
        )
        + " END)"
    )  # fmt: skip
    given = one_of(5, ["Amara", "Tomasz", "Leila", "Jonah", "Ravi", "Petra", "Ines", "Zoë", "Oscar"])
    family = one_of(6, ["Oduya", "Bielik", "Pell", "Sand", "Novak", "Calder", "O'Malachy", "Marsh"])
    return [
        "INSERT INTO caseload_youngperson (id, ref, lead_authority_id, young_persons_id,"
        f" restriction_level) SELECT i, upper(lpad(to_hex(i), 8, '0')), {authority.pk},"
        f" '{authority.database_id}' || lpad(i::text, 10, '0'), 0 {source}",
        "SELECT setval('caseload_youngperson_id_seq', {number}),"
        " setval('caseload_person_number_seq', {number}), setval('caseload_spell_seq', {number} * 2)",
        f"INSERT INTO caseload_name ({fact}, kind, given, middle, family)"
        f" SELECT {known.format(during=f'daterange({born}, NULL)')}, 'legal', {given}, '',"
        f" {family} || chr(97 + {drawn(7, 26)}) || chr(97 + {drawn(8, 26)}) {source}",
        f"INSERT INTO caseload_particulars ({fact}, date_of_birth, gender_id, ethnicity_id)"
        f" SELECT {known.format(during=f'daterange({born}, NULL)')}, {born},"
        f" {one_of(9, ['F', 'M'])}, {one_of(10, ['WBRI', 'BAFR', 'AIND', 'APKN', 'MOTH'])} {source}",
        f"INSERT INTO caseload_address ({fact}, kind, line_1, line_2, line_3, line_4, town, county,"
        f" postcode, uprn, authority_id) SELECT {known.format(during=since)}, 'home',"
        f" (1 + {drawn(11, 180)}) || ' Castle Street', '', '', '', 'Northgate', '',"
        f" 'NG' || (1 + {drawn(12, 9)}) || ' ' || {drawn(13, 9)} || 'AB', '', {authority.pk} {source}",
        f"INSERT INTO caseload_identifier ({fact}, kind_id, value)"
        f" SELECT {known.format(during=since)}, 'uln', (1000000000 + i::bigint)::text {source}",
        f"INSERT INTO caseload_identifier ({fact}, kind_id, value)"
        f" SELECT {known.format(during=since)}, 'upn', 'A' || lpad(i::text, 12, '0') {source}",
        f"INSERT INTO caseload_sendprovision ({fact}, provision, need)"
        f" SELECT {known.format(during=since)}, CASE WHEN {kind} = 1 OR {drawn(14, 20)} = 0"
        f" THEN 'E' ELSE 'K' END, '' {source} WHERE {kind} = 1 OR {drawn(14, 20)} < 3",
        f"INSERT INTO caseload_levelofneed ({fact}, code_id)"
        f" SELECT {known.format(during=since)}, {one_of(15, ['1', '2', '3', '3', '3'])} {source}",
        f"INSERT INTO caseload_characteristic ({fact}, code_id)"
        f" SELECT {known.format(during=since)}, '140' {source} WHERE {drawn(16, 60)} = 0",
        f"INSERT INTO caseload_guarantee ({fact}, for_year, status_id, authority_id)"
        f" SELECT {known.format(during=f'daterange(make_date({y} - {year} + 12, 8, 1), NULL)')},"
        f" 11, '110', {authority.pk} {source} WHERE {year} > 11",
        f"INSERT INTO caseload_guarantee ({fact}, for_year, status_id, authority_id)"
        f" SELECT {known.format(during=f'daterange(make_date({y}, 8, 1), NULL)')},"
        f" 12, '114', {authority.pk} {source} WHERE {year} = 13",
        f"INSERT INTO caseload_enrolment ({fact}, provider_id, authority_id, outside_code,"
        f" year_group, status) SELECT {known.format(during=f'daterange({school}, CASE WHEN {year} > 11 THEN make_date({y} - {year} + 12, 9, 1) END)')},"
        f" NULL, {authority.pk}, '', 11, 'C' {source}",
        f"INSERT INTO caseload_activity ({fact}, spell, code_id, provider_id, establishment_name,"
        " course, course_level, ascertained_on, review_on, predicted_end_on, leaving_reason)"
        f" SELECT {known.format(during=f'daterange({school}, make_date({y} - {year} + 12, 9, 1))')},"
        f" i, '110', NULL, 'Castle Academy', '', '', {school}, NULL,"
        f" make_date({y} - {year} + 12, 8, 31), '' {source} WHERE {year} > 11",
        f"INSERT INTO caseload_activity ({fact}, spell, code_id, provider_id, establishment_name,"
        " course, course_level, ascertained_on, review_on, predicted_end_on, leaving_reason)"
        f" SELECT {known.format(during=f'daterange(make_date({y}, 9, 1), NULL)')},"
        f" {{number}} + i, {doing}, NULL, 'Kestrel College', '', '', make_date({y}, 9, 10), NULL,"
        f" CASE WHEN {doing} < '300' OR {doing} = '410' THEN make_date({y} + 1, 7, 31) END, ''"
        f" {source}",
        "INSERT INTO caseload_verification (person_id, spell, verified_on, recorded_id)"
        f" SELECT i, {{number}} + i, make_date({y}, 9, 12) + {drawn(17, 15)}, {change} {source}",
    ]
