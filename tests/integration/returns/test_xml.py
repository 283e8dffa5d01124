"""The file from a table of records and back: COPY to XML to records, the same in every value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper

from returns import checks, editions
from returns import xml as returns_xml
from returns.editions import record
from returns.editions.model import Header

NEWEST = editions.newest()
WRITER = returns_xml.writer(NEWEST)
SENT = [column.name for column in record.SENT]
PERIOD_END = date(2026, 10, 31)
HEADER = Header(
    database_ids=("306",),
    lead_codes=("306",),
    date_of_send=date(2026, 11, 4),
    period_end=PERIOD_END,
)


def person(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "person_id": number,
        "build_id": 7,
        "young_persons_id": f"306{number:010}",
        "cohort_status": "P",
        "given_name": "Ada",
        "family_name": "Okoro",
        "dob": date(2009, 3, 27),
        "characteristics": [],
        "malformed": [],
    } | changes


PEOPLE = [
    person(3, town="Tab\there", given_name="O'Hara \\N"),
    person(1, establishment_name="Arts & Sciences <College>", characteristics=["110", "160"]),
    person(10, family_name="Łucja \\ é", y11_guarantee_lea="306"),
    person(2, county="two\nlines\r", verified=date(2026, 9, 7)),
    person(99, build_id=8),
]


@contextmanager
def table_of(people: list[dict[str, Any]], name: str = "records") -> Iterator[CursorWrapper]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {name} ({record.definition()})")
        for values in people:
            cursor.execute(
                f"INSERT INTO {name} ({', '.join(values)})"
                f" VALUES ({', '.join(['%s'] * len(values))})",
                list(values.values()),
            )
        yield cursor
        cursor.execute(f"DROP TABLE {name}")


def copy_out(
    cursor: CursorWrapper, *, null: str, after: str | None = None, up_to: str | None = None
) -> bytes:
    """The records of a range of ids as XML, from the database's own COPY."""
    statement = f"COPY ({WRITER.select('records')}) TO STDOUT (NULL '{null}')"
    values = {"build_id": 7, "after": after, "up_to": up_to}
    with cursor.copy(statement, values) as rows:
        return b"".join(WRITER.records_from_copy(rows))


def whole(records: bytes) -> bytes:
    return WRITER.header(HEADER) + records + WRITER.footer()


@pytest.mark.django_db
@pytest.mark.parametrize("null", ["", "\\N"], ids=["nulls as nothing", "nulls marked"])
def test_a_table_written_and_read_back_is_the_same(null: str, tmp_path: Path) -> None:
    path = tmp_path / "return.xml"
    with table_of(PEOPLE) as cursor:
        path.write_bytes(whole(copy_out(cursor, null=null)))
        cursor.execute(
            f"SELECT {', '.join(SENT)} FROM records WHERE build_id = 7 ORDER BY person_id"
        )
        held = [dict(zip(SENT, values, strict=True)) for values in cursor.fetchall()]

    proof = returns_xml.parse_proof(path, NEWEST)
    assert (proof.records, proof.first_id, proof.last_id) == (
        4,
        "3060000000001",
        "3060000000010",
    )
    read = [{name: one[name] for name in SENT} for one in returns_xml.read_records(path)]
    for values in (*held, *read):  # space around a text is not kept by the reader
        values["county"] = (values["county"] or "").strip()
    assert read == held


@pytest.mark.django_db
def test_ranges_of_ids_join_to_the_whole_and_to_the_same_bytes_again() -> None:
    middle = "3060000000002"
    with table_of(PEOPLE) as cursor:
        all_at_once = copy_out(cursor, null="")
        halves = [
            copy_out(cursor, null="", up_to=middle),
            copy_out(cursor, null="\\N", after=middle),
        ]

        assert b"".join(halves) == all_at_once
        assert halves[0].count(b"<YoungPersonsRecord>") == 2
        assert copy_out(cursor, null="") == all_at_once


@pytest.mark.django_db
def test_a_file_read_into_a_table_is_faulted_like_the_table_it_was_written_from(
    tmp_path: Path,
) -> None:
    path = tmp_path / "return.xml"
    compiled = checks.compile(NEWEST)
    values = compiled.parameters(
        build_id=7,
        period_end=PERIOD_END,
        lead_codes=["306"],
        database_ids=["306"],
        la_codes=["306", "301"],
    )
    ages = {"academic_age": 17, "year_group": 13}

    def findings(cursor: CursorWrapper, table: str) -> list[tuple[Any, ...]]:
        queries = [compiled.record_query(table), *compiled.set_queries(table).values()]
        found = []
        for query in queries:
            cursor.execute(query, values)
            found += [finding[1:] for finding in cursor.fetchall()]
        return sorted(found, key=str)

    with table_of([one | ages for one in PEOPLE[:4]]) as cursor:
        path.write_bytes(whole(copy_out(cursor, null="")))
        ours = findings(cursor, "records")
    read = [one | {"build_id": 7} for one in returns_xml.read_records(path)]
    with table_of(read, "others") as cursor:
        assert findings(cursor, "others") == ours
    assert ours
