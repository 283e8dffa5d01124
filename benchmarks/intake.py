"""One way of taking a file in, measured in a process of its own: ``python -m benchmarks.intake``.

``python -m benchmarks.intake ours 100000 1`` prints one line of JSON. The ways are about the same
invented file of starters and leavers, and each is undone before the next (``undo``, as owner).
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import django
from django.conf import settings

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.ways import Watch, peaks_in_mb  # noqa: E402
from caseload.intake.actions import files, work  # noqa: E402
from caseload.intake.models import InboundFile  # noqa: E402
from caseload.intake.rules import FileState  # noqa: E402
from caseload.models import FACT_MODELS  # noqa: E402
from ccis.accounts.models import User  # noqa: E402
from ccis.authorities.models import Authority  # noqa: E402

Measured = dict[str, Any]

DAY = date(2026, 10, 31)
"""The day of which the file tells."""

CONTENT = """
WITH chosen AS (
    SELECT k, 1 + (k::bigint * (%(people)s / %(rows)s) + %(turn)s) %% %(people)s AS i
    FROM generate_series(0, %(rows)s - 1) k
), said AS (
    SELECT k, i, n.given, n.family, b.date_of_birth AS birth, a.postcode, p.dfe_number AS at,
           CASE WHEN k %% 20 <> 19 AND k %% 50 <> 7 THEN u.value END AS upn,
           CASE WHEN k %% 20 <> 19 AND k %% 50 <> 7 AND k %% 3 = 0 THEN l.value END AS uln,
           CASE WHEN p.id IS NULL OR k %% 20 < 11 OR k %% 20 = 19 THEN 'starts'
                WHEN k %% 20 < 15 THEN 'leaves' ELSE 'is there' END AS does
    FROM chosen
    JOIN caseload_name n ON n.person_id = i AND n.superseded_id IS NULL
    JOIN caseload_particulars b ON b.person_id = i AND b.superseded_id IS NULL
    JOIN caseload_address a ON a.person_id = i AND a.superseded_id IS NULL
    JOIN caseload_identifier u
      ON u.person_id = i AND u.superseded_id IS NULL AND u.kind_id = 'upn'
    JOIN caseload_identifier l
      ON l.person_id = i AND l.superseded_id IS NULL AND l.kind_id = 'uln'
    JOIN caseload_activity v
      ON v.person_id = i AND v.superseded_id IS NULL AND upper_inf(v.during)
    LEFT JOIN providers_provider p ON p.id = v.provider_id
)
SELECT given AS "Forename",
       CASE WHEN k %% 50 = 7 THEN 'Quillfeather' ELSE family END AS "Surname",
       CASE WHEN k %% 70 = 9 THEN '31/02/2009' ELSE to_char(birth, 'DD/MM/YYYY') END AS "DOB",
       postcode AS "Postcode", upn AS "UPN", uln AS "ULN",
       CASE WHEN does = 'starts' THEN %(area)s || (4201 + (i + 50) %% 100) ELSE at END AS "DfENo",
       CASE does WHEN 'starts' THEN to_char(date '2026-10-05' + (i %% 19)::int, 'DD/MM/YYYY')
                 WHEN 'is there' THEN '01/09/2026' END AS "StartDate",
       CASE does WHEN 'leaves'
                 THEN to_char(date '2026-10-01' + (i %% 28)::int, 'DD/MM/YYYY') END AS "EndDate",
       CASE does WHEN 'starts' THEN 'Level ' || (1 + i %% 3) END AS "GoalLevel",
       CASE does WHEN 'starts' THEN
           (ARRAY['Hairdressing', 'Bricklaying', 'Animal care', 'Business'])[1 + i %% 4]
       END AS "GoalDescription",
       CASE WHEN does = 'leaves' AND k %% 2 = 0 THEN 'Apprenticeship' END AS "Destination"
FROM said ORDER BY k
"""
"""Seven in ten start somewhere, one in eight leaves, the others are there still; one in fifty is
somebody we do not know, one in seventy has no real date of birth, one in twenty no number."""


def content(rows: int, turn: int) -> bytes:
    """The file: a CSV of so many rows, about other people each turn."""
    authority = Authority.objects.get(is_served=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM caseload_youngperson")
        (people,) = cursor.fetchone()
        values = {"rows": rows, "people": people, "turn": turn, "area": authority.code}
        cursor.execute(CONTENT, values)
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([column.name for column in cursor.description])
        writer.writerows(cursor.fetchall())
    return out.getvalue().encode()


# -- our way ---------------------------------------------------------------------------------------


def ours(rows: int, turn: int) -> Measured:
    """The whole pipeline as the worker does it: received, read, checked, matched, applied."""
    sent = content(rows, turn)
    steps: dict[str, float] = {}
    measured: Measured = {"steps": steps, "rows": rows, "bytes": len(sent)}
    with longest_transaction() as longest, clocked(measured):
        began = time.monotonic()
        file = files.receive(
            authority=Authority.objects.get(is_served=True),
            content=sent,
            file_name="starters.csv",
            source_name="Kestrel College",
            by=None,
            at=timezone.now(),
            as_at=DAY,
        ).file
        steps["keep"] = time.monotonic() - began
        with _timed(steps):
            work.work_on(file.pk, now=timezone.now)
            file.refresh_from_db()
            files.approve(file=file, by=_approver(), at=timezone.now())
            work.work_on(file.pk, now=timezone.now)
    file.refresh_from_db()
    if sum(file.counts.values()) != rows:
        raise SystemExit(f"{rows} rows came in and {file.counts} is what became of them")
    return {**measured, "longest": longest[0], "outcomes": file.counts}


def _approver() -> User:
    return User.objects.order_by("pk")[0]


@contextmanager
def _timed(steps: dict[str, float]) -> Iterator[None]:
    def timed(state: FileState, does: Callable[..., None]) -> Callable[..., None]:
        def step(file: InboundFile, **values: Any) -> None:
            began = time.monotonic()
            does(file, **values)
            steps[state.value] = steps.get(state.value, 0) + time.monotonic() - began

        return step

    watched = {state: timed(state, does) for state, does in work.STEPS.items()}
    with mock.patch.object(work, "STEPS", watched):
        yield


@contextmanager
def longest_transaction() -> Iterator[list[float]]:
    """How long the longest outermost transaction of the block lasted, commit and all."""
    longest, began = [0.0], [0.0]
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__

    def entered(self: transaction.Atomic) -> None:
        if not connection.in_atomic_block:
            began[0] = time.monotonic()
        enter(self)

    def left(self: transaction.Atomic, *error: Any) -> None:
        leave(self, *error)
        if not connection.in_atomic_block:
            longest[0] = max(longest[0], time.monotonic() - began[0])

    with (
        mock.patch.object(transaction.Atomic, "__enter__", entered),
        mock.patch.object(transaction.Atomic, "__exit__", left),
    ):
        yield longest


# -- the floor -------------------------------------------------------------------------------------

MARK = "bench_mark"
TABLES = [model._meta.db_table for model in FACT_MODELS]


def mark(rows: int, turn: int) -> Measured:
    """As owner: note what is there before a file comes, so that it can be undone."""
    User.objects.get_or_create(email="bench@example.org")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {MARK}")
        cursor.execute(
            f"CREATE TABLE {MARK} AS SELECT coalesce(max(id), 0) AS change FROM audit_change"
        )
    return {}


def undo(rows: int, turn: int) -> Measured:
    """As owner: keep a copy of what our way wrote, for the floor, and take it back."""
    with connection.cursor() as cursor:
        since = f"(SELECT change FROM {MARK})"
        for table in TABLES:
            _keep(cursor, table, f"recorded_id > {since}")
            cursor.execute(f"DROP TABLE IF EXISTS kept_ended_{table}")
            cursor.execute(
                f"CREATE TABLE kept_ended_{table} AS SELECT id, superseded_id FROM {table}"
                f" WHERE superseded_id > {since} AND recorded_id <= {since}"
            )
            cursor.execute(f"GRANT SELECT ON kept_ended_{table} TO PUBLIC")
        _keep(cursor, "intake_inboundfile", "true")
        _keep(cursor, "intake_inboundrow", "true")
        _keep(cursor, "audit_trail_entry", f"change_id > {since}")
        cursor.execute("DROP TABLE IF EXISTS kept_audit_trail_detail")
        cursor.execute(
            "CREATE TABLE kept_audit_trail_detail AS SELECT d.* FROM audit_trail_detail d"
            " WHERE entry_id IN (SELECT id FROM kept_audit_trail_entry)"
        )
        cursor.execute("GRANT SELECT ON kept_audit_trail_detail TO PUBLIC")
    return take_back(rows, turn)


def _keep(cursor: Any, table: str, where: str) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS kept_{table}")
    cursor.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table} WHERE {where}")
    cursor.execute(f"GRANT SELECT ON kept_{table} TO PUBLIC")


def take_back(rows: int, turn: int) -> Measured:
    """As owner: everything as before the file, indexes tidied."""
    since = f"(SELECT change FROM {MARK})"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_candidate")
        cursor.execute("DELETE FROM intake_inboundrow")
        cursor.execute("DELETE FROM intake_inboundfile")
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table} WHERE recorded_id > {since}")
            cursor.execute(f"UPDATE {table} SET superseded_id = NULL WHERE superseded_id > {since}")
        for table in (*TABLES, "intake_inboundrow"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    return {}


def floor(rows: int, turn: int) -> Measured:
    """``COPY`` of the file in, and the same rows into the same indexed and constrained tables.

    What our way left behind, no more: rows as they ended, versions superseded and made, lines of
    the trail. Nothing is read, checked, matched or decided.
    """
    sent = content(rows, turn).partition(b"\r\n")[2]
    columns = ", ".join(f"c{number} text" for number in range(12))
    measured: Measured = {}
    with clocked(measured):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE sent ({columns})")
            with cursor.copy("COPY sent FROM STDIN (FORMAT csv)") as copy:
                copy.write(sent)
        with transaction.atomic(), connection.cursor() as cursor:
            _put_back(cursor, "intake_inboundfile")
            _put_back(cursor, "intake_inboundrow")
        with transaction.atomic(), connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(
                    f"UPDATE {table} t SET superseded_id = k.superseded_id"
                    f" FROM kept_ended_{table} k WHERE k.id = t.id"
                )
                _put_back(cursor, table)
        with transaction.atomic(), connection.cursor() as cursor:
            _put_back(cursor, "audit_trail_entry", fresh="audit_trail_entry_id_seq")
            cursor.execute(
                "INSERT INTO audit_trail_detail (entry_id, salt, details) SELECT"
                " nextval('audit_trail_entry_id_seq'), salt, details FROM kept_audit_trail_detail"
            )
    return measured


def _put_back(cursor: Any, table: str, *, fresh: str = "") -> None:
    """Insert the rows that were kept; with ``fresh`` under new numbers of that sequence."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = ''",
        [table],
    )
    columns = [f'"{name}"' for (name,) in cursor.fetchall()]
    values = [f"nextval('{fresh}')" if fresh and c == '"id"' else c for c in columns]
    override = "OVERRIDING SYSTEM VALUE" if not fresh else ""
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) {override}"
        f" SELECT {', '.join(values)} FROM kept_{table}"
    )


# -- what one would write first --------------------------------------------------------------------


def plain(rows: int, turn: int) -> Measured:
    """django-import-export, row by row; see ``benchmarks.importing``."""
    from benchmarks.importing import import_starters

    sent = content(rows, turn)
    measured: Measured = {"rows": rows}
    with clocked(measured):
        measured["outcomes"] = import_starters(sent.decode(), on=DAY, by=_approver())
    return measured


WAYS: dict[str, Callable[[int, int], Measured]] = {
    "ours": ours,
    "mark": mark,
    "undo": undo,
    "take-back": take_back,
    "floor": floor,
    "plain": plain,
}


def main(name: str, rows: int, turn: int) -> None:
    """Do one way and print what was measured."""
    Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
    watch = Watch()
    watch.start()
    measured = WAYS[name](rows, turn)
    measured["peaks"] = peaks_in_mb(watch)
    print(json.dumps(measured))


@contextmanager
def clocked(measured: Measured) -> Iterator[None]:
    """Note the seconds of the block by the clock and by the processors."""
    connection.ensure_connection()
    computed, began = _computed(), time.monotonic()
    yield
    measured["seconds"] = time.monotonic() - began
    measured["processor"] = _computed() - computed


def _computed() -> float:
    """Seconds that this process and its session of the database computed.

    The session's only where it is on this machine and the system tells.
    """
    seconds = time.process_time()
    try:
        stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    except OSError:
        return seconds
    ticks = stat.rpartition(")")[2].split()[11:13]
    return seconds + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
