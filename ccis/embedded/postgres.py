"""The embedded PostgreSQL: made, started, stopped and looked after here.

It listens on a socket in a private folder and on no port. Each role signs in with a password of
its own that only this folder knows. ``ensure_database`` is the whole interface for most callers.
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from ccis.embedded import binaries, folders, identity, processes
from ccis.embedded.errors import EmbeddedError
from ccis.embedded.identity import Identity

DATABASE = "ccis"
SUPERUSER = "postgres"
OWNER = "ccis_owner"
SERVING_ROLES = ("ccis_web", "ccis_worker", "ccis_portal", "ccis_reporting")
SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 9.0
COPIES = Path("/var/tmp")  # noqa: S108 - only ever holds a folder of our own with mode 0700

COMMON_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "max_locks_per_transaction": "256",
    "jit": "off",
    "autovacuum_naptime": "10s",  # statistics soon after a large file came in
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A row's values must never reach the log: no statements, no parameters, no DETAIL lines.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
# Tests make their data again, so a lost write costs nothing and waiting for the disk costs much.
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class DatabaseUrls:
    """How each role reaches the database, as libpq URLs. They hold passwords: never log them."""

    owner: str
    web: str
    worker: str
    portal: str
    reporting: str

    def for_role(self, role: str) -> str:
        """Return the URL of ``owner``, ``web``, ``worker``, ``portal`` or ``reporting``."""
        return str(asdict(self)[role])


@dataclass
class Place:
    """Where one cluster lives and as whom it runs; kept in ``place.json`` of its home."""

    home: str
    data: str
    sockets: str
    programs: str
    prefix: list[str] = field(default_factory=list)
    user: int | None = None
    group: int | None = None
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        return Identity(prefix=tuple(self.prefix), user=self.user, group=self.group)

    def url(self, role: str, database: str = DATABASE) -> str:
        password = quote(self.passwords[role], safe="")
        return f"postgresql://{role}:{password}@/{database}?host={quote(self.sockets, safe='')}"


class Cluster:
    """One PostgreSQL in one folder. Any number of processes may use it; the last one stops it."""

    def __init__(self, var: Path, *, durable: bool) -> None:
        self.durable = durable
        self.home = var.resolve() / ("postgres" if durable else "postgres-test")
        self._users = folders.Users(self._file("users"))

    def _file(self, name: str) -> Path:
        return self.home.with_name(f"{self.home.name}.{name}")

    # -- where it is ---------------------------------------------------------------------------

    def place(self) -> Place:
        """Return where the cluster is or will be, deciding it the first time."""
        kept = self._file("place")
        self.home.parent.mkdir(parents=True, exist_ok=True)
        with folders.locked(self._file("lock")):
            return self._place(kept)

    def _place(self, kept: Path) -> Place:
        if kept.exists():
            place = Place(**json.loads(kept.read_text()))
            if place.home == str(self.home) and (Path(place.programs) / "postgres").exists():
                return place
            passwords = place.passwords
        else:
            passwords = {
                role: secrets.token_urlsafe(24) for role in (SUPERUSER, OWNER, *SERVING_ROLES)
            }
        place = self._decide(passwords)
        draft = kept.with_name(f"{kept.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(place)))
        draft.replace(kept)
        return place

    def _decide(self, passwords: dict[str, str]) -> Place:
        programs = binaries.postgres_programs()
        home = self.home
        chosen = Identity()
        if os.geteuid() == 0 and identity.namespaces_work():
            chosen = Identity(prefix=identity.UNSHARE)
        elif os.geteuid() == 0:
            chosen = identity.nobody()
            home, programs = _within_reach(chosen, home, programs)
        return Place(
            home=str(self.home),
            data=str(home / "data"),
            sockets=str(folders.socket_folder_for(home)),
            programs=str(programs),
            prefix=list(chosen.prefix),
            user=chosen.user,
            group=chosen.group,
            passwords=passwords,
        )

    def urls(self) -> DatabaseUrls:
        """Return how to reach the database. Starts nothing."""
        place = self.place()
        return DatabaseUrls(
            owner=place.url(OWNER), **{_short(role): place.url(role) for role in SERVING_ROLES}
        )

    # -- starting and stopping -----------------------------------------------------------------

    def start(self) -> DatabaseUrls:
        """Start the cluster, making it first where there is none, and use it from now on.

        Does nothing but join when it is running already. Raises EmbeddedError.
        """
        place = self.place()
        with folders.locked(self._file("lock")):
            self._users.join()
            if not self._answers(place):
                self._stop(place)  # one that runs and does not know us is no use to anyone here
                self._make(place)
                self._run(place)
                if not self._answers(place):
                    self._begin_again(place)
            self._make_roles(place)
        return self.urls()

    def _begin_again(self, place: Place) -> None:
        """Make the cluster again when it does not know our passwords and held only tests' data."""
        self._stop(place)
        if self.durable:
            raise EmbeddedError(
                f"The database in {place.data} does not know the passwords in "
                f"{self._file('place')}. Put back the file that belongs to it, or move both away."
            )
        shutil.rmtree(place.data)
        self._make(place)
        self._run(place)

    def leave(self) -> None:
        """Stop using the cluster; stop it when nobody else uses it."""
        if not self._file("place").exists():
            return
        place = self.place()
        with folders.locked(self._file("lock")):
            self._users.leave()
            if not self._users.any_left():
                self._stop(place)

    def stop(self) -> None:
        """Stop the cluster, whoever uses it."""
        if not self._file("place").exists():
            return
        place = self.place()
        with folders.locked(self._file("lock")):
            self._users.leave()
            self._stop(place)

    def running(self) -> bool:
        """Say whether the cluster answers."""
        return self._file("place").exists() and self._answers(self.place())

    def _answers(self, place: Place) -> bool:
        if not (Path(place.data) / "postmaster.pid").exists():
            return False
        try:
            with self._connect(place, SUPERUSER):
                return True
        except psycopg.OperationalError:
            return False

    def _connect(self, place: Place, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(place.url(SUPERUSER, database), autocommit=True, connect_timeout=5)

    def _make(self, place: Place) -> None:
        data = Path(place.data)
        owner = place.identity.owner
        folders.private_folder(data.parent, owner=owner)
        folders.private_folder(Path(place.sockets), owner=owner)
        major = binaries.postgres_major(Path(place.programs))
        if (data / "PG_VERSION").exists():
            made_by = int((data / "PG_VERSION").read_text())
            if made_by != major:
                raise EmbeddedError(
                    f"The database in {data} was made by PostgreSQL {made_by} and the programs "
                    f"here are PostgreSQL {major}. Set DATABASE_URL, or move that folder away."
                )
            return
        if data.exists():
            shutil.rmtree(data)  # a first start that was cut short
        self._initialise(place, major)

    def _initialise(self, place: Place, major: int) -> None:
        draft = Path(f"{place.data}.new")
        shutil.rmtree(draft, ignore_errors=True)
        password = draft.with_name("first-password")
        password.touch(mode=0o600)
        password.write_text(place.passwords[SUPERUSER])
        if place.user is not None:
            os.chown(password, place.user, -1)
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if major >= 17
            else ["--locale=C.UTF-8"]
        )
        made = place.identity.run(
            [
                f"{place.programs}/initdb",
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-instructions",
                *locale,
                *([] if self.durable else ["--no-sync"]),
            ]
        )
        password.unlink()
        if made.returncode != 0:
            raise EmbeddedError(f"The embedded database could not be made: {made.stderr.strip()}")
        draft.rename(place.data)

    def _run(self, place: Place) -> None:
        data, sockets = Path(place.data), Path(place.sockets)
        log_path = data.parent / "log"
        _clear_what_a_crash_left(data, sockets)
        settings = {
            **COMMON_SETTINGS,
            **({} if self.durable else THROWAWAY_SETTINGS),
            "unix_socket_directories": str(sockets),
        }
        command = [f"{place.programs}/postgres", "-D", str(data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        until = time.monotonic() + SECONDS_TO_START
        while True:
            log_path.touch(mode=0o600)
            with log_path.open("ab") as log:
                server = place.identity.start(command, log=log)
            if self._wait_until_ready(place, server, until):
                processes.let_go(server)
                return
            # Children of a server that was killed may still hold its memory for a moment.
            if time.monotonic() > until or not _shared_memory_was_held(log_path):
                raise EmbeddedError(
                    f"The embedded database did not start. The end of {log_path} says:\n"
                    + "\n".join(log_path.read_text(errors="replace").splitlines()[-5:])
                )
            time.sleep(0.5)

    def _wait_until_ready(
        self, place: Place, server: subprocess.Popen[bytes], until: float
    ) -> bool:
        pid_file = Path(place.data) / "postmaster.pid"
        while time.monotonic() < until:
            if server.poll() is not None:
                return False
            lines = _lines(pid_file)
            if (
                len(lines) >= 8
                and lines[0].strip() == str(server.pid)
                and lines[7].strip() == "ready"
            ):
                return True
            time.sleep(0.02)
        server.send_signal(signal.SIGQUIT)
        return False

    def _stop(self, place: Place) -> None:
        pid = _running_pid(Path(place.data))
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
        if not processes.ends(lambda: processes.alive(pid), SECONDS_TO_STOP):
            os.kill(pid, signal.SIGQUIT)
            processes.ends(lambda: processes.alive(pid), 2)
        folders.remove_if_short(Path(place.sockets))

    # -- roles ---------------------------------------------------------------------------------

    def _make_roles(self, place: Place) -> None:
        with self._connect(place, SUPERUSER) as connection:
            there = {
                str(row[0])
                for row in connection.execute(
                    "SELECT rolname FROM pg_roles"
                    " UNION ALL SELECT 'db ' || datname FROM pg_database"
                )
            }
            if f"db {DATABASE}" in there:
                return
            for role in (OWNER, *SERVING_ROLES):
                if role not in there:
                    connection.execute(
                        sql.SQL(
                            "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD {}"
                        ).format(
                            sql.Identifier(role),
                            sql.SQL("CREATEDB" if role == OWNER else "NOCREATEDB"),
                            sql.Literal(place.passwords[role]),
                        )
                    )
            for role in SERVING_ROLES:
                connection.execute(
                    sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(OWNER))
                )
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )


def _short(role: str) -> str:
    return role.removeprefix("ccis_")


def _within_reach(who: Identity, home: Path, programs: Path) -> tuple[Path, Path]:
    """Return a home and programs that ``nobody`` can reach, copying the programs if need be."""
    folder = COPIES / f"ccis-{folders.short_name(home)}"
    if not can_reach_parent(who, home):
        folders.private_folder(folder, owner=who.owner)
        home = folder / "cluster"
    if not identity.can_run(who, programs / "postgres"):
        folders.private_folder(folder, owner=who.owner)
        programs = _copied(programs, folder / "programs")
    return home, programs


def can_reach_parent(who: Identity, home: Path) -> bool:
    """Say whether the identity can enter the folder that a home will be made in."""
    return identity.can_reach(who, home.parent)


def _copied(programs: Path, target: Path) -> Path:
    inside = target / programs.parent.parent.name / programs.parent.name / programs.name
    if not (inside / "postgres").exists():
        draft = target.with_name(f"{target.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        for source in binaries.with_libraries(programs):
            # The libraries sit beside the package that holds the programs.
            within = (
                Path(programs.parent.parent.name, source.name)
                if source == programs.parent
                else Path(source.name)
            )
            shutil.copytree(source, draft / within, symlinks=True)
        draft.replace(target)
    return inside


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _serves(pid: int, data: Path) -> bool:
    """Say whether a process is the PostgreSQL of a data folder, as far as this system tells."""
    process = Path("/proc", str(pid))
    if process.exists():
        try:
            return process.joinpath("cwd").resolve(strict=True) == data.resolve()
        except OSError:
            command = process.joinpath("cmdline").read_bytes().partition(b"\0")[0]
    else:
        answer = subprocess.run(
            ["ps", "-o", "comm=", "-p", str(pid)],  # noqa: S607
            capture_output=True,
            check=False,
        )
        command = answer.stdout
    return Path(os.fsdecode(command.strip())).name == "postgres"


def _running_pid(data: Path) -> int | None:
    lines = _lines(data / "postmaster.pid")
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if processes.alive(pid) and _serves(pid, data) else None


def _clear_what_a_crash_left(data: Path, sockets: Path) -> None:
    """Remove a pid file and socket lock whose number now belongs to another program.

    PostgreSQL itself replaces those whose process is gone; it refuses when the number lives on
    in something else, as after a restart of the machine or a container.
    """
    pid_file = data / "postmaster.pid"
    lock = sockets / ".s.PGSQL.5432.lock"
    for file in (pid_file, lock):
        lines = _lines(file)
        number = lines[0].strip() if lines else ""
        if not file.exists():
            continue
        if not number.isdigit() or (
            processes.alive(int(number)) and not _serves(int(number), data)
        ):
            file.unlink()


def _shared_memory_was_held(log: Path) -> bool:
    tail = log.read_text(errors="replace")[-2000:]
    return "pre-existing shared memory block" in tail or "is another postmaster" in tail
