"""One clock for a story of weeks: that of the served site and that of its database.

The served site runs in the process of the tests, so ``time_machine`` moves it. What the portal's
login may read is decided by the database, by a clock of its own: here it asks a function instead,
which is that clock and how far the story is ahead of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

ITS_OWN, THE_STORYS = "statement_timestamp()", "moment_of_the_story()"
FUNCTIONS = """
SELECT pg_get_functiondef(oid) FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND strpos(prosrc, %s) > 0
"""
POLICIES = "SELECT tablename, policyname, qual FROM pg_policies WHERE strpos(qual, %s) > 0"


class Clock:
    """What time it is in the story."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def set(self, at: datetime) -> None:
        """Let it be ``at``, here and in the database; from there time goes on."""
        self._traveller.move_to(at, tick=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            ahead = timezone.now() - cursor.fetchone()[0]
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {THE_STORYS} RETURNS timestamptz LANGUAGE sql STABLE"
                " RETURN pg_catalog.statement_timestamp()"
                f" + interval '{ahead.total_seconds():.6f} seconds'"
            )


@contextmanager
def clock_of_a_story(at: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Inside, the site and its database go by a clock that begins at ``at`` and can be set."""

    def now(self: Now, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template=THE_STORYS, **extra)

    with time_machine.travel(at, tick=True) as traveller:
        clock = Clock(traveller)
        clock.set(at)
        monkeypatch.setattr(Now, "as_postgresql", now)
        _ask(THE_STORYS, instead_of=ITS_OWN)
        try:
            yield clock
        finally:
            _ask(ITS_OWN, instead_of=THE_STORYS)
            monkeypatch.undo()
            with connection.cursor() as cursor:
                cursor.execute(f"DROP FUNCTION {THE_STORYS}")


def _ask(clock: str, *, instead_of: str) -> None:
    """Let the database's own functions and policies ask another clock."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS, [instead_of])
        for (made,) in cursor.fetchall():
            cursor.execute(made.replace(instead_of, clock))
        cursor.execute(POLICIES, [instead_of])
        policies = cursor.fetchall()
        assert policies, "nothing in the database asks for the time"
        for table, policy, rule in policies:
            asks = rule.replace(instead_of, clock)
            cursor.execute(f'ALTER POLICY "{policy}" ON "{table}" USING ({asks})')
