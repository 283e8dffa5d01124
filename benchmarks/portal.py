"""``python -m benchmarks portal``: 200 named individuals at work at once (issue 7).

The served stack, as ``make run`` starts it: the processes of ``ccis.serving``, each role its own
login, the portal's own too. Each individual has signed in, has a list of 40, and every twenty
seconds or so looks at the list, opens somebody or logs a try. The floor is the health page, asked
as often by as many. What both cost the processor is told besides: a machine that others use too
makes the clock a poor witness.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode, urlsplit

from benchmarks.database import PROJECT, Bench, bench_of
from ccis.embedded import database_urls, ensure_broker, var_folder

PEOPLE = 200
AIM_MS = 300
PAUSE = 20.0
"""Seconds between two presses of one person, on average; between half and one and a half of it.

Who works a list telephones between two presses, or writes: nobody is quicker for long.
"""
LASTS = 120.0
"""Seconds that are measured."""

HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|acting_for)" value="([^"]+)"')
ROW = re.compile(r'id="row-([0-9A-Z]{8})"')
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Timings:
    """Milliseconds by what was asked, and answers that were not as they should be."""

    by_kind: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: int = 0

    def all(self) -> list[float]:
        """Every one of them."""
        return [one for many in self.by_kind.values() for one in many]


@dataclass(frozen=True)
class PortalBench(Bench):
    """A database of named individuals with lists."""

    @property
    def name(self) -> str:
        """The database's name."""
        return f"ccis_portal_{self.people}"


class Person:
    """One named individual and their browser."""

    def __init__(self, port: int, session: str, timings: Timings) -> None:
        self.port = port
        self.timings = timings
        self.cookies = {"sessionid": session}
        self.hidden: dict[str, str] = {}
        self.rows: list[str] = []
        self.random = random.Random(session)

    def open_list(self, kind: str = "list") -> None:
        """Look at the list; the first time the session of the portal begins, by redirects."""
        for _ in range(3):
            status, page = self.ask("GET", "/portal/list/", kind=kind)
            if status == 200:
                self.rows = ROW.findall(page)
                self.hidden = dict(HIDDEN.findall(page))
                return

    def work(self) -> None:
        """One press: mostly the list, now and then somebody's page, or a try and the list after."""
        die = self.random.random()
        row = self.random.choice(self.rows) if self.rows else ""
        if not row or die < 0.5:
            self.open_list()
        elif die < 0.75:
            self.ask("GET", f"/portal/list/{row[:4]}-{row[4:]}/", kind="person")
        else:
            said = self.hidden | {"how": "phone", "result": "no-answer"}
            self.ask("POST", f"/portal/list/{row[:4]}-{row[4:]}/attempts/", said, kind="try")
            self.open_list()

    def health(self) -> None:
        """The floor."""
        self.ask("GET", "/health/", kind="health")

    def ask(
        self, method: str, path: str, body: dict[str, str] | None = None, *, kind: str
    ) -> tuple[int, str]:
        """Ask as a browser does, and note how long the whole answer took."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        try:
            connection.request(method, path, urlencode(body) if body else None, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        except OSError:
            self.timings.wrong += 1
            return 0, ""
        finally:
            connection.close()
        self.timings.by_kind[kind].append((time.perf_counter() - begun) * 1000)
        for set_cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = set_cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status not in (200, 302) or "/sign-in/" in answer.headers.get("Location", ""):
            self.timings.wrong += 1
        return answer.status, page


def run(sizes: list[int], *, keep: bool, seconds: float = LASTS) -> None:
    """Measure each size and print a table."""
    for people in sizes:
        server = bench_of(people)
        bench = PortalBench(people, server.owner_url, server.worker_url)
        try:
            print(f"Making {people:,} named individuals, each with a list …", file=sys.stderr)
            sessions = _made(bench)
            with served(bench) as (port, pids):
                _measure(port, pids, sessions, seconds)
        finally:
            if not keep:
                bench.drop()


def _made(bench: Bench) -> list[str]:
    bench.run_as("worker", [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"])
    kept = bench.folder / "sessions"
    if not (bench.is_there() and kept.exists()):
        bench.folder.mkdir(parents=True, exist_ok=True)
        fill = f"{sys.executable} -m benchmarks.fill_portal {bench.people} > {kept}"
        bench.make(["sh", "-c", fill])
    return kept.read_text().split()


@contextmanager
def served(bench: Bench) -> Iterator[tuple[int, list[int]]]:
    """The site on a port of its own, as the supervisor starts it, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    python = [sys.executable, "-W", "ignore", "-m"]
    log = (bench.folder / "web.log").open("w")
    web = subprocess.Popen(
        [
            *python, "gunicorn", "ccis.wsgi", "-c", "python:ccis.serving",
            "--bind", f"127.0.0.1:{port}",
        ],
        cwd=PROJECT,
        env=_environment(bench),
        stdout=log,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        until = time.monotonic() + 300
        while _health(port) != 200:
            if web.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"The site did not start; see {log.name}")
            time.sleep(0.2)
        yield port, [web.pid, *_children(web.pid)]
    finally:
        web.terminate()
        web.wait(timeout=30)
        log.close()


def _environment(bench: Bench) -> dict[str, str]:
    urls = database_urls(var_folder(), durable=True)
    web = os.environ.get("DATABASE_URL") or urls.web
    portal = os.environ.get("DATABASE_PORTAL_URL") or urls.portal
    named = {
        name: urlsplit(url)._replace(path=f"/{bench.name}").geturl()
        for name, url in (("DATABASE_URL", web), ("DATABASE_PORTAL_URL", portal))
    }
    broker = os.environ.get("REDIS_URL") or ensure_broker(var_folder())
    return bench.environment("web") | named | {"REDIS_URL": broker, "DATABASE_OWNER_URL": ""}


def _health(port: int) -> int:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/health/")
        return connection.getresponse().status
    except OSError:
        return 0


# -- the load --------------------------------------------------------------------------------------


def _measure(port: int, pids: list[int], sessions: list[str], seconds: float) -> None:
    first = Timings()
    crowd = [Person(port, session, first) for session in sessions]
    for one in crowd:
        one.open_list("first opening")
    floor, floor_spent = _load(crowd, Person.health, seconds / 3, pids)
    work, spent = _load(crowd, Person.work, seconds, pids)
    _print(work, spent, floor, floor_spent, len(sessions), _memory(pids))


def _load(
    crowd: list[Person], press: Callable[[Person], None], seconds: float, pids: list[int]
) -> tuple[Timings, float]:
    """Everyone presses again and again with pauses; what was measured, and processor seconds."""
    timings, stop = Timings(), Event()

    def at_work(one: Person) -> None:
        one.timings = timings
        if stop.wait(one.random.uniform(0, PAUSE)):
            return
        while not stop.is_set():
            press(one)
            stop.wait(one.random.uniform(PAUSE / 2, PAUSE * 1.5))

    threads = [Thread(target=at_work, args=(one,)) for one in crowd]
    before = _processor(pids)
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return timings, _processor(pids) - before


# -- what the system tells -------------------------------------------------------------------------


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in told.split()]


def _processor(pids: list[int]) -> float:
    """Seconds that the web processes and the sessions of their database had a processor."""
    ours = {*pids, *_sessions()}
    return sum(_spent(pid) for pid in ours) / TICK


def _sessions() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if words.startswith(b"postgres: ccis_") and b"ccis_portal_" in words:
                yield int(entry.name)


def _spent(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _memory(pids: list[int]) -> float:
    """Megabytes that the web processes have of their own."""
    total = 0
    for pid in pids:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(re.search(r"^Pss:\s+(\d+)", told, re.M).group(1))  # type: ignore[union-attr]
    return total / 1024


def _print(
    work: Timings,
    spent: float,
    floor: Timings,
    floor_spent: float,
    people: int,
    memory: float,
) -> None:
    out = [
        f"## {people} named individuals at work in the portal",
        "",
        f"Milliseconds; load of the machine {os.getloadavg()[0]:.1f}.",
        "",
        "| Page | n | p50 | p95 | p99 | Aim |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    rows = {**work.by_kind, "all": work.all(), "floor: health": floor.all()}
    for kind, timed in rows.items():
        p50, p95, p99 = _parts(timed)
        aim = "" if kind.startswith("floor") else "reached" if p95 <= AIM_MS else "**not reached**"
        out.append(f"| {kind} | {len(timed)} | {p50:.0f} | {p95:.0f} | {p99:.0f} | {aim} |")
    each = 1000 * spent / max(len(work.all()), 1)
    least = 1000 * floor_spent / max(len(floor.all()), 1)
    ratio = _parts(work.all())[1] / max(_parts(floor.all())[1], 0.001)
    out += [
        "",
        f"- answers that were wrong: {work.wrong}",
        f"- p95 beside the floor's: {ratio:.1f} times",
        f"- processor for each answer, database with it: {each:.1f} ms; the floor's {least:.1f} ms",
        f"- memory of the web processes: {memory:.0f} MB",
    ]
    print("\n".join(out))


def _parts(timed: list[float]) -> tuple[float, float, float]:
    if len(timed) < 2:
        return 0.0, 0.0, 0.0
    cuts = statistics.quantiles(timed, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]
