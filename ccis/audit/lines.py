"""Lines of the trail as the database gives them, in the order in which they are sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from ccis.audit.seals import Line, Numbering, Place


class Row(NamedTuple):
    """A line of the trail with its details; these are ``None`` where they are gone."""

    line: Line
    salt: bytes | None
    details: str | None
    erased_by: int | None


@lru_cache(maxsize=4096)
def canonical(details: str) -> bytes:
    """Details as they were hashed: JSON with sorted keys, no spaces, ASCII."""
    return json.dumps(json.loads(details), sort_keys=True, separators=(",", ":")).encode()


COLUMNS = """
e.id, e.tx, timestamptz_send(e.at), e.verb, e.by_id, e.authority_id,
e.subject_kind, e.subject_id, e.change_id, e.request_reference, e.digest,
d.salt, d.details::text, d.erased_by
"""
TYPES = [
    "int8", "int8", "bytea", "text", "int8", "int8", "text", "int8", "int8", "text", "bytea",
    "bytea", "text", "int8",
]  # fmt: skip
ROWS = f"""
COPY (
    SELECT {COLUMNS}
    FROM public.audit_trail_entry e
    LEFT JOIN public.audit_trail_detail d ON d.entry_id = e.id
    WHERE e.tx >= %(tx)s AND (e.tx, e.id) > (%(tx)s, %(id)s) AND e.id > %(after_id)s
      AND (%(to_tx)s::bigint IS NULL OR
           (e.tx <= %(to_tx)s AND (e.tx, e.id) <= (%(to_tx)s, %(to_id)s)))
      AND (%(end)s::bigint IS NULL OR e.id <= %(end)s)
    ORDER BY e.tx, e.id
) TO STDOUT (FORMAT binary)
"""  # noqa: S608 - only our own words are put in


@contextmanager
def stream(
    numbering: Numbering, end: int | None, after: Place, upto: Place | None
) -> Iterator[Iterator[Row]]:
    """Lines of a numbering after one place and up to another, in order, with their details."""
    given = {
        "tx": after.tx,
        "id": after.id,
        "after_id": numbering.after_id,
        "to_tx": upto.tx if upto else None,
        "to_id": upto.id if upto else None,
        "end": end,
    }
    with connection.cursor() as cursor, cursor.copy(ROWS, given) as copy:
        copy.set_types(TYPES)
        yield (_row(row) for row in copy.rows())


def _row(row: tuple[Any, ...]) -> Row:
    number, tx, at = row[:3]
    return Row(Line(number, tx, int.from_bytes(at, "big", signed=True), *row[3:11]), *row[11:])
