"""``python -m benchmarks search`` and ``lists``: pages at 500,000 people of five authorities."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.database import Bench, bench_of

PEOPLE = 500_000
AIM_MS = 150
"""Of each family, 95 in 100 pages within this (issue 3)."""


@dataclass(frozen=True)
class Crowd(Bench):
    """A database filled by ``benchmarks.crowd``."""

    @property
    def name(self) -> str:
        """The database's name."""
        return f"ccis_crowd_{self.people}"

    def make(self) -> None:
        """Make it, migrate it and fill it, in place of one that was left half made."""
        self.drop()
        with psycopg.connect(self.owner_url, autocommit=True) as server:
            name = sql.Identifier(self.name)
            server.execute(sql.SQL("CREATE DATABASE {}").format(name))
            self.run_as("owner", [sys.executable, "manage.py", "migrate", "--verbosity=0"])
            self.run_as("owner", [sys.executable, "-m", "benchmarks.fill_crowd", str(self.people)])
            server.execute(sql.SQL("COMMENT ON DATABASE {} IS 'filled'").format(name))


def run(what: str, sizes: list[int], *, keep: bool) -> None:
    """Measure ``search`` or ``lists`` at each size and print a table."""
    for people in sizes:
        server = bench_of(people)
        crowd = Crowd(people=people, owner_url=server.owner_url, worker_url=server.worker_url)
        try:
            if not crowd.is_there():
                print(f"Making a database of {people:,} young people …", file=sys.stderr)
                crowd.make()
            parts = {"search": ("search", "recall", "rivals"), "lists": ("lists",)}[what]
            for part in parts:
                said = crowd.run_as("worker", [sys.executable, "-m", "benchmarks.reading", part])
                print(table(f"{part} of {people:,} young people", json.loads(said)))
        finally:
            if not keep:
                crowd.drop()


def table(title: str, measured: dict[str, Any]) -> str:
    """What was measured, as Markdown: by the wall, and worked."""
    families = measured.pop("families", {})
    measured.pop("all", None)
    rows = [f"## {title[0].upper()}{title[1:]}", ""]
    if families:
        rows += [
            f"Milliseconds; load of the machine {os.getloadavg()[0]:.1f}. *Worked* leaves out"
            " waiting for a processor that others use.",
            "",
            "| Family | n | p50 | p95 | p99 | worked p50 | worked p95 | Aim |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
        ]
        rows += [
            f"| {name} | {one['n']} | {one['p50']} | {one['p95']} | {one['p99']} |"
            f" {one['worked_p50']} | {one['worked_p95']} |"
            f" {'reached' if one['p95'] <= AIM_MS else '**not reached**'} |"
            for name, one in families.items()
        ]
        rows.append("")
    rows += [f"- {name}: {value}" for name, value in measured.items()]
    return "\n".join([*rows, ""])
