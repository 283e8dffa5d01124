"""One process that starts everything in order, keeps it up, and stops it in reverse.

database → broker → migrations → web → worker → beat. It holds the site's port itself, so that the
port is never lost while the web process starts again.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

import psycopg

from ccis.embedded import EmbeddedError, ensure_broker, ensure_database

HOST = "127.0.0.1"
SECONDS_TO_BE_READY = 120.0
SECONDS_TO_STOP_ALL = 8.0
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
PORTS_TO_TRY = 50
LIBC = ctypes.CDLL(None)  # loaded here, since a child between fork and exec may load nothing
SET_PARENT_DEATH_SIGNAL = 1
ROOT = Path(__file__).resolve().parents[2]


class Stopped(Exception):
    """Someone asked to stop while something was still starting."""


def say(text: str, out: TextIO | None = None) -> None:
    """Write a line to the terminal."""
    stream = out or sys.stdout
    stream.write(f"{text}\n")
    stream.flush()


def die_with_parent() -> None:
    """Ask Linux to end this child when the supervisor is killed outright."""
    if sys.platform == "linux":
        LIBC.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


@dataclass
class Child:
    """A process to keep up: how to start it, and how to tell that it is ready.

    ``ready_words`` are looked for in what it writes; ``ready`` is asked instead when given.
    ``before`` runs before each start. ``stop_signal`` asks it to end.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready_words: str = ""
    ready: Callable[[], bool] | None = None
    before: Callable[[], None] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    pass_fds: Sequence[int] = ()
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    restart_at: float | None = None
    pause: float = 1.0
    _is_ready: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start it, in a session of its own so that Ctrl-C reaches only the supervisor."""
        if self.before:
            self.before()
        self._is_ready.clear()
        self.restart_at = None
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            list(self.command),
            env=dict(self.environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=self.pass_fds,
            preexec_fn=die_with_parent,  # children are started from the main thread only
        )
        threading.Thread(target=self._pass_on, args=(self.process,), daemon=True).start()

    def _pass_on(self, process: subprocess.Popen[str]) -> None:
        stream = process.stdout
        if stream is None:
            return
        with suppress(ValueError, OSError), stream:
            for line in stream:
                if self.ready_words and self.ready_words in line:
                    self._is_ready.set()
                say(f"{self.name:>6} | {line.rstrip()}")

    def is_ready(self) -> bool:
        """Say whether it does its work yet."""
        if self.ready is not None:
            return self.ready()
        return not self.ready_words or self._is_ready.is_set()

    def ended(self) -> bool:
        """Say whether it was started and has ended."""
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it alone."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill(self) -> None:
        """End it and every process it has started."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=2)


class Supervisor:
    """Keeps children up until someone says stop, then stops them, the last started first."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self._stop = threading.Event()
        self._step: subprocess.Popen[str] | None = None

    def listen_for_stop(self) -> None:
        """Take Ctrl-C, a closed terminal and SIGTERM as the word to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def request_stop(self) -> None:
        """Say stop from within."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def run_step(self, what: str, command: Sequence[str], environment: Mapping[str, str]) -> str:
        """Run one command to its end and return what it wrote; its errors are seen at once.

        Raises EmbeddedError when it fails and Stopped when asked to stop meanwhile.
        """
        say(f"{what} …")
        began = time.monotonic()
        self._step = subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent,  # children are started from the main thread only
        )
        wrote: list[str] = []
        reader = threading.Thread(target=self._collect, args=(self._step, wrote), daemon=True)
        reader.start()
        while self._step.poll() is None:
            if self._stop.wait(0.05):
                self._end_step(self._step)
                raise Stopped
        reader.join(timeout=5)
        if self.stopping:
            raise Stopped
        if self._step.returncode:
            raise EmbeddedError(f"{what} failed (status {self._step.returncode}). {''.join(wrote)}")
        say(f"  {time.monotonic() - began:.1f} s")
        return "".join(wrote)

    @staticmethod
    def _collect(process: subprocess.Popen[str], wrote: list[str]) -> None:
        if process.stdout is not None:
            with process.stdout as stream:
                wrote.extend(stream)

    @staticmethod
    def _end_step(step: subprocess.Popen[str]) -> None:
        step.terminate()
        try:
            step.wait(timeout=3)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(step.pid, signal.SIGKILL)
            step.wait(timeout=2)

    def start(self, child: Child, *, within: float = SECONDS_TO_BE_READY) -> None:
        """Start a child and wait until it is ready.

        Raises EmbeddedError when it ends or is not ready in time, Stopped when asked to stop.
        """
        self.children.append(child)
        child.start()
        until = time.monotonic() + within
        while not child.is_ready():
            if child.ended():
                raise EmbeddedError(f"The {child.name} process ended before it was ready.")
            if time.monotonic() > until:
                raise EmbeddedError(f"The {child.name} process was not ready in {within:.0f} s.")
            if self._stop.wait(0.1):
                raise Stopped

    def watch(self) -> None:
        """Keep the children up until asked to stop; start one that ends again after a pause."""
        while not self._stop.wait(0.2):
            for child in self.children:
                self._look_after(child)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.restart_at is not None:
            if now >= child.restart_at:
                child.start()
        elif child.ended():
            if now - child.started_at > STEADY_AFTER:
                child.pause = 1.0
            status = child.process.returncode if child.process else None
            child.kill()  # whatever it left behind
            say(f"{child.name} ended ({status}); it starts again in {child.pause:.0f} s.")
            child.restart_at = now + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def stop_all(self, *, within: float = SECONDS_TO_STOP_ALL) -> None:
        """Stop the children, the last started first, each killed when its share of time is up."""
        until = time.monotonic() + within
        waiting = [child for child in self.children if child.process is not None]
        for place, child in enumerate(reversed(waiting)):
            say(f"Stopping {child.name} …")
            child.signal(child.stop_signal)
            share = (until - time.monotonic()) / (len(waiting) - place)
            process = child.process
            with suppress(subprocess.TimeoutExpired):
                if process is not None:
                    process.wait(timeout=max(share, 0.1))
            child.kill()
        self.children.clear()


def listening_socket(wanted: int) -> socket.socket:
    """Return a socket bound to the wanted port, or to the next free one after saying so."""
    for port in range(wanted, min(wanted + PORTS_TO_TRY, 65_536)):
        candidate = socket.socket(socket.AF_INET)
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((HOST, port))
            candidate.listen(64)
        except OSError:
            candidate.close()
            continue
        if port != wanted:
            say(f"Port {wanted} is taken; using {port}.")
        return candidate
    raise EmbeddedError(f"No port from {wanted} to {wanted + PORTS_TO_TRY - 1} is free.")


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Make sure that one supervisor at a time serves from a var folder.

    Raises EmbeddedError for the second.
    """
    var.mkdir(parents=True, exist_ok=True)
    with (var / "serve.lock").open("a") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError as error:
            raise EmbeddedError(
                f"The service is already running from {var}. Stop that one first (Ctrl-C), "
                "or set CCIS_VAR to another folder."
            ) from error
        yield


def environments(var: Path, *, demo: bool = False) -> dict[str, dict[str, str]]:
    """Start what is not given and return the environment of each role's processes.

    DATABASE_URL and REDIS_URL, when set, name servers, and nothing is started in their place.
    """
    common = {"DJANGO_SETTINGS_MODULE": "ccis.settings.local", **os.environ}
    common["PYTHONUNBUFFERED"] = "1"
    common["CCIS_VAR"] = str(var)
    if demo or (var / "demo").is_dir():  # what was made as a demo stays one
        common["CCIS_DEMO"] = "on"
        common.setdefault("CCIS_DEMO_WITHOUT_SECOND_FACTOR", "on")
        common.setdefault("CCIS_COUNCIL_NAME", "Northgate Council")
    roles = ("owner", "web", "worker")
    if os.environ.get("DATABASE_URL"):
        say("Using the database that DATABASE_URL names.")
        urls = dict.fromkeys(roles, os.environ["DATABASE_URL"])
        portal = os.environ.get("DATABASE_PORTAL_URL", "")
    else:
        say("Starting the database …")
        embedded = ensure_database(var, durable=True)
        urls = {role: embedded.for_role(role) for role in roles}
        portal = embedded.portal
        common["DATABASE_OWNER_URL"] = ""
    if os.environ.get("REDIS_URL"):
        say("Using the broker that REDIS_URL names.")
    else:
        say("Starting the broker …")
        common["REDIS_URL"] = ensure_broker(var)
    return {
        role: {
            **common,
            "CCIS_DATABASE_ROLE": role,
            "DATABASE_URL": urls[role],
            "DATABASE_OWNER_URL": common.get("DATABASE_OWNER_URL") or urls[role]
            if role == "owner"
            else "",
            "DATABASE_PORTAL_URL": portal if role == "web" else "",
        }
        for role in roles
    }


def give_back_unfinished_tasks(broker_url: str) -> None:
    """Hand out again at once what a killed worker had taken; it is the only worker of this broker.

    On a shared broker the visibility timeout does this later.
    """
    from kombu import Connection

    with Connection(broker_url, transport_options={"visibility_timeout": 0}) as connection:
        channel: Any = connection.default_channel  # the transport's own kind, which has this
        channel.qos.restore_visible(num=1_000, interval=1)


def serve(*, var: Path, port: int, demo: bool) -> int:
    """Run the whole service until Ctrl-C. Return the exit status for the shell."""
    supervisor = Supervisor()
    supervisor.listen_for_stop()
    try:
        with only_one(var):
            _serve(supervisor, var=var, port=port, demo=demo)
    except Stopped:
        pass
    except (EmbeddedError, OSError) as error:
        say(str(error), sys.stderr)
        return 1
    say("Stopped.")
    return 0


def _serve(supervisor: Supervisor, *, var: Path, port: int, demo: bool) -> None:
    try:
        listener = listening_socket(port)
        with listener:
            environment = environments(var, demo=demo)
            wrote = _prepare(supervisor, environment, demo=demo)
            _start_children(supervisor, environment, listener, var)
            for text in wrote:
                say(text.rstrip())
            say(f"\nThe service is at http://{HOST}:{listener.getsockname()[1]} (Ctrl-C stops it)")
            supervisor.watch()
    finally:
        supervisor.stop_all()
        _stop_embedded(var)


def _stop_embedded(var: Path) -> None:
    from ccis.embedded import broker, cluster

    if not os.environ.get("REDIS_URL"):
        broker(var).leave()
    if not os.environ.get("DATABASE_URL"):
        cluster(var, durable=True).leave()


def manage(*words: str) -> list[str]:
    """Return the command line of a Django command."""
    return [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), *words]


def _prepare(
    supervisor: Supervisor, environment: Mapping[str, Mapping[str, str]], *, demo: bool
) -> list[str]:
    owner, worker = environment["owner"], environment["worker"]
    supervisor.run_step("Migrating", manage("migrate", "--noinput", "--verbosity", "0"), owner)
    supervisor.run_step(
        "Collecting static files",
        manage("collectstatic", "--noinput", "--verbosity", "0"),
        worker,
    )
    if not demo:
        return []
    seeded = supervisor.run_step("Seeding the demo", manage("seed_demo"), worker)
    count_rows(owner["DATABASE_OWNER_URL"])
    return [
        seeded,
        supervisor.run_step("Making the month's return", manage("make_return", "--demo"), worker),
    ]


def count_rows(owner_url: str) -> None:
    """Have the database count what was just written, which it would otherwise do minutes later."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _start_children(
    supervisor: Supervisor,
    environment: Mapping[str, Mapping[str, str]],
    listener: socket.socket,
    var: Path,
) -> None:
    # Celery warns root at length; here nothing is unpickled, which is what the warning is about.
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser", "-m"]
    port = listener.getsockname()[1]
    redis = environment["worker"]["REDIS_URL"]
    beat = var / "beat"
    beat.mkdir(parents=True, exist_ok=True)
    sole_worker = not os.environ.get("REDIS_URL")
    web = Child(
        name="web",
        command=[
            *python, "gunicorn", "ccis.wsgi", "-c", "python:ccis.serving",
            "--bind", f"fd://{listener.fileno()}", "--graceful-timeout", "3",
        ],
        environment=environment["web"],
        ready=lambda: page_answers(port),
        pass_fds=(listener.fileno(),),
    )  # fmt: skip
    worker = Child(
        name="worker",
        command=[
            *python, "celery", "--quiet", "-A", "ccis", "worker",
            "--concurrency", "2", "--pool", "prefork", "--loglevel", "info",
            "--without-gossip", "--without-mingle",
        ],
        environment=environment["worker"],
        ready_words=" ready.",
        before=(lambda: give_back_unfinished_tasks(redis)) if sole_worker else None,
        stop_signal=signal.SIGQUIT,  # Celery's soft shutdown: unfinished tasks go back at once
    )  # fmt: skip
    clock = Child(
        name="beat",
        command=[
            *python, "celery", "--quiet", "-A", "ccis", "beat",
            "--schedule", str(beat / "schedule"), "--pidfile", "", "--loglevel", "info",
        ],
        environment=environment["worker"],
        ready_words="beat: Starting",
    )  # fmt: skip
    for child in (web, worker, clock):
        say(f"Starting {child.name} …")
        supervisor.start(child)


def page_answers(port: int) -> bool:
    """Say whether the site answers its health page."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(
                b"GET /health/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            )
            return b" 200 " in connection.recv(64)
    except OSError:
        return False
