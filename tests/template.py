"""The database that each run of the tests copies, so that only the first of them migrates.

It is kept beside the tests' own databases, under a name made of what it was migrated by: when any
of the project's code changes, the next run makes another and removes the one before.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection

PROJECT = Path(__file__).parent.parent
APPS = ("ccis", "providers", "caseload", "optout", "sharing", "returns")
PREFIX = "template_ccis_"
LEFT_OUT = {"__pycache__", "locale", "views", "presenters", "forms"}
"""Parts of an app that no migration reads."""


def database_to_copy(lock: Path) -> str:
    """Return the name of a migrated database, made now unless there is one of the present code.

    Several processes may ask at once: ``lock`` is a file that they wait for.
    """
    name = PREFIX + _what_migrates()
    with _alone(lock), connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        there = {row[0] for row in cursor.fetchall()}
        if name not in there:
            for old in there:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
            cursor.execute(f'CREATE DATABASE "{name}_making"')
            _migrate(f"{name}_making")
            cursor.execute(f'ALTER DATABASE "{name}_making" RENAME TO "{name}"')
    return name


def _what_migrates() -> str:
    """What stands for all that a migration may read."""
    digest = hashlib.sha256()
    for app in APPS:
        for path in sorted((PROJECT / app).rglob("*")):
            if path.is_file() and not LEFT_OUT & set(path.relative_to(PROJECT).parts):
                digest.update(path.name.encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(name: str) -> None:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
