"""The sealed trail: what sealing and checking cost, and what a request pays for them.

``python -m benchmarks audit`` makes a database of its own for each size, fills its trail with
invented lines by SQL, and measures in processes of their own, signed in as the worker:

- sealing all of it, beside its floor, ``COPY`` of the same columns out with one SHA-256 over it;
- checking all of it, details too, beside the same floor for lines and details;
- requests that leave a line each, four at a time: with nothing sealing, with the sealer at work
  every quarter of a second, and as one would do instead: a chain in each transaction, whose head
  is locked, or an entry of django-auditlog.

``python -m benchmarks.audit WAY`` is one way in such a process; it prints one JSON object.
"""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.database import Bench, bench_of
from ccis.embedded import var_folder

SIZES = (100_000, 1_000_000)
A_TRANSACTION = 5_000
REQUESTS, AT_ONCE = 4_000, 4
WAYS = ("floor", "seal", "floor-checking", "check", "alone", "sealing", "chained", "auditlog")

FILL = """
WITH made AS (
    INSERT INTO audit_trail_entry (
        at, verb, by_id, authority_id, subject_kind, subject_id, change_id, request_reference,
        digest
    )
    SELECT now() - interval '1 minute', 'person seen', n %% 300, 1, 'caseload.youngperson',
           n %% 40000, NULL, upper(substr(md5(n::text), 1, 8)),
           sha256(decode(md5(n::text), 'hex') || convert_to('{"page":"story"}', 'UTF8'))
    FROM generate_series(%(from)s::bigint, %(to)s::bigint) n
    RETURNING id
)
INSERT INTO audit_trail_detail (entry_id, salt, details)
SELECT id, decode(md5((row_number() OVER (ORDER BY id) + %(from)s - 1)::text), 'hex'),
       '{"page": "story"}'
FROM made
"""


@dataclass(frozen=True)
class TrailBench(Bench):
    """A database whose trail has ``people`` lines."""

    @property
    def name(self) -> str:
        """The database's name."""
        return f"ccis_bench_trail_{self.people}"

    def make(self) -> None:
        """Make it, migrate it and fill its trail."""
        self.drop()
        with psycopg.connect(self.owner_url, autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        self.run_as("owner", [sys.executable, "manage.py", "migrate", "--verbosity=0"])
        with psycopg.connect(self.url("owner"), autocommit=True) as database:
            for first in range(1, self.people + 1, A_TRANSACTION):
                last = min(first + A_TRANSACTION - 1, self.people)
                database.execute(FILL, {"from": first, "to": last})
            database.execute("VACUUM ANALYZE audit_trail_entry, audit_trail_detail")
            database.execute("CREATE TABLE bench_head (hash bytea NOT NULL)")
            database.execute("INSERT INTO bench_head VALUES ('')")
            database.execute("GRANT SELECT, UPDATE ON bench_head TO ccis_worker")


def run(sizes: list[int], *, keep: bool) -> None:
    """Measure each size, print the tables, keep them in the var folder."""
    measured: dict[int, dict[str, Any]] = {}
    for lines in sizes:
        like = bench_of(lines)
        bench = TrailBench(lines, like.owner_url, like.worker_url)
        try:
            bench.make()
            measured[lines] = {}
            for way in WAYS:
                said = bench.run_as("worker", [sys.executable, "-m", "benchmarks.audit", way])
                measured[lines][way] = json.loads(said)
                print(f"  {lines:,} {way}: {said.strip()}", file=sys.stderr, flush=True)
        finally:
            shutil.rmtree(bench.folder, ignore_errors=True)
            if not keep:
                bench.drop()
    folder = var_folder() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "audit.json").write_text(json.dumps(measured, indent=2) + "\n")
    print(page(measured))


def page(measured: dict[int, dict[str, Any]]) -> str:
    """The tables, in Markdown."""
    said = [
        "| Lines | Seal | COPY out + SHA-256 (floor) | | Check | its floor | | Peak |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for lines, ways in measured.items():
        seal, floor = ways["seal"]["seconds"], ways["floor"]["seconds"]
        check, least = ways["check"]["seconds"], ways["floor-checking"]["seconds"]
        said.append(
            f"| {lines:,} | {seal:.2f} s | {floor:.2f} s | {seal / floor:.1f} × "
            f"| {check:.2f} s | {least:.2f} s | {check / least:.1f} × "
            f"| {max(ways['seal']['peak_mb'], ways['check']['peak_mb'])} MB |"
        )
    said += ["", "| Lines | Requests, four at a time | a second | p50 | p95 |"]
    said.append("| ---: | --- | ---: | ---: | ---: |")
    for lines, ways in measured.items():
        for way, words in WORDS.items():
            one = ways[way]
            said.append(
                f"| {lines:,} | {words} | {one['a_second']:,.0f} "
                f"| {one['p50_ms']:.2f} ms | {one['p95_ms']:.2f} ms |"
            )
    return "\n".join(said)


WORDS = {
    "alone": "A line each, nothing sealing",
    "sealing": "A line each, the sealer at work all the time",
    "chained": "Instead: a chain in each transaction, its head locked",
    "auditlog": "Instead: an entry of django-auditlog each",
}


# -- one way ---------------------------------------------------------------------------------------


def main(way: str) -> None:
    """Measure one way and print what was measured."""
    import django

    django.setup()
    ways: dict[str, Callable[[], dict[str, Any]]] = {
        "floor": lambda: _timed(lambda: _copied(LINES)),
        "seal": lambda: _timed(_sealed),
        "floor-checking": lambda: _timed(lambda: _copied(LINES_AND_DETAILS)),
        "check": lambda: _timed(_checked),
        "alone": lambda: _requests(_record),
        "sealing": _requests_while_sealing,
        "chained": lambda: _requests(_record_chained),
        "auditlog": lambda: _requests(_record_in_auditlog),
    }
    measured = ways[way]()
    measured["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(measured))


LINES = """
COPY (
    SELECT id, tx, at, verb, by_id, authority_id, subject_kind, subject_id, change_id,
           request_reference, digest
    FROM audit_trail_entry ORDER BY tx, id
) TO STDOUT (FORMAT binary)
"""
LINES_AND_DETAILS = """
COPY (
    SELECT e.*, d.* FROM audit_trail_entry e
    LEFT JOIN audit_trail_detail d ON d.entry_id = e.id ORDER BY e.tx, e.id
) TO STDOUT (FORMAT binary)
"""


def _timed(work: Callable[[], Any]) -> dict[str, Any]:
    began = time.perf_counter()
    result = work()
    return {"seconds": time.perf_counter() - began, "result": result}


def _copied(statement: str) -> str:
    from django.db import connection

    hashed = hashlib.sha256()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            hashed.update(block)
    return hashed.hexdigest()


def _sealed() -> int:
    from django.utils import timezone

    from ccis.audit.sealing import seal_trail

    return seal_trail(at=timezone.now()).rows


def _checked() -> dict[str, int]:
    from ccis.audit import published
    from ccis.audit.findings import Outcome
    from ccis.audit.verifying import verify

    outcome = Outcome()
    found = verify(outcome, published=published.read_published(), keys=published.public_keys())
    return {"faults": sum(1 for _ in found), "rows": outcome.rows}


def _requests(work: Callable[[int], None]) -> dict[str, Any]:
    """So many transactions, some at once; how many a second, and how long each took."""
    from django.db import connections, transaction

    took: list[float] = []

    def some(first: int) -> None:
        with transaction.atomic():
            work(0)
        for number in range(first, REQUESTS, AT_ONCE):
            began = time.perf_counter()
            with transaction.atomic():
                work(number)
            took.append(time.perf_counter() - began)
        connections.close_all()

    threads = [threading.Thread(target=some, args=[first]) for first in range(AT_ONCE)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    took.sort()
    return {
        "a_second": len(took) / seconds,
        "p50_ms": took[len(took) // 2] * 1000,
        "p95_ms": took[len(took) * 95 // 100] * 1000,
    }


def _requests_while_sealing() -> dict[str, Any]:
    with _sealer():
        return _requests(_record)


@contextmanager
def _sealer() -> Iterator[None]:
    """A sealer in a process of its own, as the worker's is, much busier than in life."""
    sealer = subprocess.Popen([sys.executable, "-m", "benchmarks.audit", "seal-for-ever"])
    time.sleep(3)
    try:
        yield
    finally:
        sealer.terminate()
        sealer.wait()


def seal_for_ever() -> None:
    """Seal every quarter of a second, until ended."""
    import django

    django.setup()
    while True:
        _sealed()
        time.sleep(0.25)


def _record(number: int) -> None:
    from django.utils import timezone

    from ccis.audit import trail

    trail.record_many(
        "person seen", [number], kind="caseload.youngperson", by=None, at=timezone.now(),
        authority=None, page="story",
    )  # fmt: skip


def _record_chained(number: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM bench_head FOR UPDATE")
        (before,) = cursor.fetchone()
    _record(number)
    hashed = hashlib.sha256(bytes(before) + str(number).encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bench_head SET hash = %s", [hashed])


def _record_in_auditlog(number: int) -> None:
    from auditlog.models import LogEntry
    from django.contrib.contenttypes.models import ContentType

    from caseload.models import YoungPerson

    LogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(YoungPerson),
        object_pk=str(number),
        object_id=number,
        object_repr=f"young person {number}",
        action=LogEntry.Action.ACCESS,
        changes={},
        additional_data={"page": "story"},
    )


if __name__ == "__main__":
    if sys.argv[1] == "seal-for-ever":
        seal_for_ever()
    else:
        main(sys.argv[1])
