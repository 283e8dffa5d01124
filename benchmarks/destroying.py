"""Destroying what has ended: a hundred thousand disclosures that are due, in one purge.

``python -m benchmarks.destroying fill 100000`` makes them in a migrated, empty database, with a
quarter as many that are live and must stay; ``purge`` destroys them as the worker does each minute,
register and trail included, and prints one JSON object. ``benchmarks.sharing`` runs both.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from psycopg import sql

from benchmarks.database import Bench, bench_of

DUE = 100_000
LIVE_BESIDE = 4
"""One that is live to so many that are due."""

PEOPLE = """
INSERT INTO caseload_youngperson (id, ref, lead_authority_id, young_persons_id, restriction_level)
SELECT i, upper(lpad(to_hex(i), 8, '0')), %(authority)s, %(database)s || lpad(i::text, 10, '0'), 0
FROM generate_series(1001, 1000 + %(number)s) i
"""
DISCLOSURES = """
INSERT INTO sharing_disclosure (
    ref, kind, authority_id, person_id, provider_id, on_list_id, purpose, columns, version_id,
    basis, gateway, letter_id, notices, made_id, released_at, received_at, ends_at, ended_because
)
SELECT upper(lpad(to_hex(i), 8, '0')), 'list', s.authority_id, i, s.provider_id, s.id, s.purpose,
       s.columns, s.version_id, 'public-task', '', %(letter)s, '{}', %(change)s,
       %(at)s - interval '20 days', %(at)s - interval '19 days',
       CASE WHEN i %% %(each)s = 0 THEN %(at)s + interval '1 day'
            ELSE %(at)s - interval '1 minute' END, ''
FROM generate_series(1001, 1000 + %(number)s) i, sharing_sharedlist s WHERE s.id = %(list)s
"""
ROWS = """
INSERT INTO sharing_disclosedrow (
    disclosure_id, ref, on_list_id, values, given_before, released_at, ends_at
)
SELECT id, 'R' || substr(ref, 2), on_list_id,
       jsonb_build_object('name', 'Amara' || id || ' Oduya', 'phone', '07700 900123'), '{}',
       released_at, ends_at
FROM sharing_disclosure
"""


@dataclass(frozen=True)
class PurgeBench(Bench):
    """A database with ``people`` disclosures that are due, and some that are not."""

    @property
    def name(self) -> str:
        """The database's name."""
        return f"ccis_bench_purge_{self.people}"


def measure(due: int = DUE, *, keep: bool = False) -> dict[str, float]:
    """Make a database, purge it, drop it; what the purge took."""
    like = bench_of(due)
    bench = PurgeBench(due, like.owner_url, like.worker_url)
    try:
        bench.make([sys.executable, "-m", "benchmarks.destroying", "fill", str(due)])
        command = [sys.executable, "-m", "benchmarks.destroying", "purge"]
        measured: dict[str, float] = json.loads(bench.run_as("worker", command))
        return measured
    finally:
        if not keep:
            with psycopg.connect(bench.owner_url, autocommit=True) as server:
                server.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(bench.name))
                )


# -- in a process of its own -----------------------------------------------------------------------


def fill(due: int) -> None:
    """So many that are due and a quarter as many that are not, with all that they rest on."""
    from django.db import connection, transaction
    from django.utils import timezone

    from tests.factories.caseload import ChangeFactory
    from tests.factories.sharing import SharedListFactory, ready

    number, at = due * (LIVE_BESIDE + 1) // LIVE_BESIDE, timezone.now()
    with transaction.atomic():
        world = ready()
        letter = world.letter(world.person())
        shared = SharedListFactory(authority=world.authority, version=world.version)
        given = {
            "number": number,
            "authority": world.authority.pk,
            "database": world.authority.database_id,
            "letter": letter.pk,
            "change": ChangeFactory(authority=world.authority).pk,
            "list": shared.pk,
            "each": LIVE_BESIDE + 1,
            "at": at,
        }
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, given)
        # Row by row they ask whether someone may go, which is not what is measured.
        cursor.execute("ALTER TABLE sharing_disclosure DISABLE TRIGGER may_go")
        cursor.execute(DISCLOSURES, given)
        cursor.execute("ALTER TABLE sharing_disclosure ENABLE TRIGGER may_go")
        cursor.execute(ROWS)
        cursor.execute("VACUUM (ANALYZE)")


def purge() -> dict[str, float]:
    """Purge once, and once more; raises ``SystemExit`` where not exactly what was due is gone."""
    from django.utils import timezone

    from benchmarks.reading import Clock
    from ccis.files import register
    from sharing.actions import life
    from sharing.models import DisclosedRow, Disclosure

    at: datetime = timezone.now()
    due, live = Disclosure.objects.over(at).count(), Disclosure.objects.live(at).count()
    clock = Clock()
    clock.start()
    done = life.purge(at=at)
    wall, worked = clock.stop()
    clock.start()
    again = life.purge(at=at + timedelta(seconds=1))
    wall_again, _ = clock.stop()
    written = sum(len(line.ids) for line in register.read(register.ROWS))
    if (done, again, written) != (due, 0, due) or DisclosedRow.objects.count() != live:
        raise SystemExit("Not exactly what was due is gone and written down.")
    return {
        "due": due,
        "stayed": live,
        "seconds": wall / 1000,
        "worked": worked / 1000,
        "again": wall_again / 1000,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "load": os.getloadavg()[0],
    }


def main(words: list[str]) -> None:
    """Fill, or purge and print what was measured."""
    import django

    django.setup()
    if words[0] == "fill":
        fill(int(words[1]))
    else:
        print(json.dumps(purge()))


if __name__ == "__main__":
    main(sys.argv[1:])
