"""A crowd for measuring search and lists: several authorities, names as often as names come.

Half the surnames and four in five first names are among a few hundred, the most common of them
much more often than the rest; the others are put together from syllables. Nobody here exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from benchmarks import people
from benchmarks.people import drawn, one_of
from ccis.authorities.models import Authority

SHARES = (40, 24, 16, 12, 8)
"""Of a hundred people, how many each authority has, the largest first."""

GIVEN = (
    "Muhammad Oliver Olivia Jack Amelia Harry Isla George Ava Noah Emily Charlie Sophie Jacob Grace"
    " Mohammed Mia Alfie Poppy Freddie Ella Oscar Lily Leo Evie Logan Charlotte Archie Jessica Theo"
    " Sophia Thomas Aisha James Fatima Joshua Isabella Henry Freya William Chloe Max Daisy Lucas"
    " Alice Ethan Phoebe Arthur Maisie Isaac Hannah Harrison Megan Teddy Erin Finley Zara Daniel"
    " Ruby Riley Matilda Edward Millie Alexander Florence Joseph Holly Samuel Lucy Adam Zoë Łukasz"
    " Siân José Chloé Seán Renée Tomasz Leila Amara Ravi Petra Ines Jonah Ibrahim Yusuf Maryam"
    " Khadija Abdul Hamza Zainab Omar Layla Priya Arjun Ananya Kai Ty Jo Bo Al Wei Li"
)
FAMILY = (
    "Smith Jones Taylor Khan Brown Williams Patel Wilson Johnson Davies Hussain Ali Robinson Wright"
    " Thompson Evans Walker White Roberts Green Ahmed Hall Wood Jackson Clarke Singh Begum Hughes"
    " Edwards Hill Moore Clark Harrison Scott Young Morris Mahmood Ward Turner Carter Phillips"
    " Mitchell Anderson Allen Cooper King Campbell Parker Martin Adams Kaur Bennett Shah Murphy"
    " Stewart Kelly Cook Murray Rogers Reid Nowak O'Neill O'Brien Kowalski Müller Fernández Żółć"
    " Smyth Philips Stevens Stephens McDonald MacDonald Ng Le Oduya Bielik Pell Novak Calder Marsh"
)
FIRST = "Bar Cal Dan El Fen Gar Hol In Jor Kes Lan Mar Nor Os Pen Quin Ros Sel Tar Wel"
MIDDLE = "a e i o an en in on ar er il ol"
LAST = "by ton ley wick ham ford stone well brook trel mond sey dale gate more low"


def _common(k: int, words: str) -> str:
    """SQL that picks one of some words, the first ones much more often than the last."""
    values = words.split()
    array = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    place = f"floor({len(values)} * power({drawn(k, 100_000)} / 100000.0, 1.5))::int"
    return f"(ARRAY[{array}])[1 + {place}]"


def _made_up(k: int) -> str:
    parts = [one_of(k + at, words.split()) for at, words in enumerate((FIRST, MIDDLE, LAST))]
    return f"({' || '.join(parts)})"


def _family(k: int) -> str:
    """A family name: common, made up, or two with a hyphen."""
    common, rare = _common(k, FAMILY), _made_up(k + 1)
    one = f"CASE WHEN {drawn(k + 4, 100)} < 55 THEN {common} ELSE {rare} END"
    return f"CASE WHEN {drawn(k + 5, 25)} = 0 THEN {rare} || '-' || {common} ELSE {one} END"


def _given(k: int) -> str:
    common, rare = _common(k, GIVEN), _made_up(k + 1)
    return f"CASE WHEN {drawn(k + 4, 100)} < 85 THEN {common} ELSE {rare} END"


class _Crowd(people._Sql):
    """The pieces of SQL, for several authorities: whose someone is depends on their number."""

    def __init__(self, *, authorities: Sequence[Authority], on: date, change: int) -> None:
        super().__init__(authority=authorities[0], on=on, change=change)
        self.authority = _by_share([str(one.pk) for one in authorities])  # type: ignore[assignment]
        self.database = _by_share([f"'{one.database_id}'" for one in authorities])


def _by_share(values: Sequence[str]) -> str:
    said, up_to = "", 0
    for value, share in zip(values[:-1], SHARES, strict=False):
        up_to += share
        said += f" WHEN {drawn(90, 100)} < {up_to} THEN {value}"
    return f"(CASE{said} ELSE {values[-1]} END)" if said else values[0]


def make_crowd(number: int, *, authorities: Sequence[Authority], on: date) -> None:
    """Fill an empty caseload with ``number`` people of up to five authorities, as at a day.

    Each has a legal name, one in ten another that they go by, one in eight a former one; two
    addresses, a phone, an email, two identifiers, activities as ``benchmarks.people`` gives them,
    and one in 500 is restricted. Needs the owner's connection: constraints and indexes are dropped
    for the load and made after.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        later = people._take_away(cursor, people.CONSTRAINTS)
        later += people._take_away(cursor, people.INDEXES)
        change, second = (people._change(cursor, authorities[0]) for _ in range(2))
        sql = _Crowd(authorities=authorities, on=on, change=change)
        for statement in _statements(sql, authorities[0], second):
            cursor.execute(statement.replace("{number}", str(number)))
        cursor.execute("ANALYZE")
        for statement in reversed(later):
            cursor.execute(statement)


def _statements(sql: _Crowd, first: Authority, second: int) -> list[str]:
    return [
        people._providers(first),
        "INSERT INTO caseload_youngperson (id, ref, lead_authority_id, young_persons_id,"
        f" restriction_level) SELECT i, upper(lpad(to_hex(i), 8, '0')), {sql.authority},"
        f" {sql.database} || lpad(i::text, 10, '0'),"
        f" CASE WHEN {drawn(91, 500)} = 0 THEN 3 ELSE 0 END {people.EVERYONE}",
        "SELECT setval('caseload_youngperson_id_seq', {number}),"
        " setval('caseload_person_number_seq', {number}),"
        " setval('caseload_spell_seq', {number} * 2)",
        *people._about_them(sql)[1:],
        *_names(sql),
        *_reached(sql),
        *people._school(sql),
        *people._activities(sql, second),
        "UPDATE caseload_activity SET review_on = date '2026-08-01' + (person_id % 300)::int"
        " WHERE person_id % 3 = 0 AND superseded_id IS NULL",
    ]


def _names(sql: _Crowd) -> list[str]:
    legal = {"kind": "'legal'", "given": _given(30), "middle": "''", "family": _family(40)}
    known = {"kind": "'known-as'", "given": _given(50), "middle": "''", "family": "''"}
    former = {"kind": "'former'", "given": _given(30), "middle": "''", "family": _family(60)}
    return [
        sql.fact("name", sql.from_birth, legal),
        sql.fact("name", sql.since_school, known, f"{drawn(70, 10)} = 0"),
        sql.fact("name", sql.from_birth, former, f"{drawn(71, 8)} = 0"),
    ]


def _reached(sql: _Crowd) -> list[str]:
    empty = dict.fromkeys(("line_2", "line_3", "line_4", "county", "uprn"), "''")
    before = {
        "kind": "'home'",
        "line_1": f"(1 + {drawn(72, 180)}) || ' Harbour Road'",
        "town": "'Southport'",
        "postcode": f"'NG' || (1 + {drawn(73, 30)}) || ' ' || {drawn(74, 9)} || 'CD'",
        "authority_id": str(sql.authority),
        **empty,
    }
    mobile = {
        "kind": "'mobile'",
        "value": f"'07700' || lpad(({drawn(75, 1_000_000)})::text, 6, '0')",
        "whose": "'own'",
        "note": "''",
    }
    email = {
        "kind": "'email'",
        "value": "'person' || i || '@example.org'",
        "whose": "'own'",
        "note": "''",
    }
    until = f"daterange({sql.born}, {sql.began_school})"
    return [
        sql.fact("address", until, before),
        sql.fact("contactpoint", sql.since_school, mobile),
        sql.fact("contactpoint", sql.since_school, email, f"{drawn(76, 2)} = 0"),
    ]
