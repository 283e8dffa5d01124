"""A database of its own for a measurement: made, filled once, dropped.

It lies in the embedded server of the var folder, or on the server that DATABASE_OWNER_URL and
DATABASE_URL name. Nothing here starts Django: what needs it runs in a process of its own, so that
this one stays small and does not blur what the others use.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from ccis.embedded import ensure_database, var_folder

PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Bench:
    """One database of ``people`` young people, and a folder for the files that are written."""

    people: int
    owner_url: str
    worker_url: str

    @property
    def name(self) -> str:
        """The database's name."""
        return f"ccis_bench_{self.people}"

    @property
    def folder(self) -> Path:
        """Where files are written; emptied by the measurement itself."""
        return var_folder() / "bench" / self.name

    def url(self, role: str) -> str:
        """How ``owner`` or ``worker`` reaches it."""
        url = self.owner_url if role == "owner" else self.worker_url
        return urlsplit(url)._replace(path=f"/{self.name}").geturl()

    def environment(self, role: str) -> dict[str, str]:
        """What a process that measures as ``owner`` or ``worker`` needs in its environment."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "ccis.settings.local",
            "CCIS_DATABASE_ROLE": role,
            "CCIS_VAR": str(self.folder),
            "DATABASE_URL": self.url("worker"),
            "DATABASE_OWNER_URL": self.url("owner"),
        }

    # -- making and dropping ---------------------------------------------------------------------

    def is_there(self) -> bool:
        """Whether it was filled to the end before."""
        with psycopg.connect(self.owner_url) as server:
            found = server.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
                [self.name],
            ).fetchone()
        return found is not None and found[0] == "filled"

    def make(self, fill: Sequence[str] = ()) -> None:
        """Make it, migrate it and fill it, in place of one that was left half made.

        ``fill`` is the command that fills it, where it is not ``benchmarks.fill``.
        """
        self.drop()
        with psycopg.connect(self.owner_url, autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        self.run_as("owner", [sys.executable, "manage.py", "migrate", "--verbosity=0"])
        usual = (sys.executable, "-m", "benchmarks.fill", str(self.people))
        self.run_as("owner", list(fill or usual))
        with psycopg.connect(self.owner_url, autocommit=True) as server:
            server.execute(
                sql.SQL("COMMENT ON DATABASE {} IS 'filled'").format(sql.Identifier(self.name))
            )

    def drop(self) -> None:
        """Drop it, if it is there."""
        with psycopg.connect(self.owner_url, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(self.name)))

    def run_as(self, role: str, command: list[str]) -> str:
        """Run a command of the project as a role; returns what it printed.

        Ends the measurement with what the command complained of when it fails.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            command,
            cwd=PROJECT,
            env=self.environment(role),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command[1:4])} failed for {self.name}; see above.")
        return done.stdout


def bench_of(people: int) -> Bench:
    """The database for so many people, on the server named or the embedded one, which is started.

    A named server needs both logins: the owner's, who may make databases, and the worker's.
    """
    owner, worker = os.environ.get("DATABASE_OWNER_URL"), os.environ.get("DATABASE_URL")
    if not owner and not worker:
        urls = ensure_database(var_folder(), durable=True)
        owner, worker = urls.owner, urls.worker
    if not owner or not worker:
        raise SystemExit("Set DATABASE_OWNER_URL and DATABASE_URL (the worker's), or neither.")
    return Bench(people=people, owner_url=owner, worker_url=worker)


def server_version(bench: Bench) -> str:
    """The version of PostgreSQL, such as "18.6"."""
    with psycopg.connect(bench.owner_url) as server:
        found = server.execute("SHOW server_version").fetchone()
    return str(found[0]).split()[0] if found else ""
