"""One way of doing a thing, measured in a process of its own: ``python -m benchmarks.ways lxml``.

Prints one line of JSON: seconds of the work alone (not of starting Python), the size of what was
written, and the most memory that this process, and any that it started, held at once.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import django
from django.conf import settings

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import rivals  # noqa: E402
from benchmarks.fill import MONTH  # noqa: E402
from ccis.authorities.models import Authority  # noqa: E402
from ccis.calendar.periods import Period  # noqa: E402
from returns import editions, records, xml  # noqa: E402
from returns.actions import builds, files, making  # noqa: E402
from returns.cohort import AsAt  # noqa: E402
from returns.models import Build, BuildKind  # noqa: E402

Measured = dict[str, Any]


def make() -> Measured:
    """The whole making of a final return, as the worker does it."""
    authority = Authority.objects.get(is_served=True)
    began = time.monotonic()
    build = builds.ask(
        authority=authority,
        period=Period.parse(MONTH),
        kind=BuildKind.FINAL,
        by=None,
        at=timezone.now(),
    )
    build = making.make(build_id=build.pk, now=timezone.now)
    took = time.monotonic() - began
    return {
        "seconds": took,
        "steps": build.seconds,
        "records": build.record_count,
        "bytes": build.size,
        "findings": sum(build.finding_counts.values()),
    }


def floor() -> Measured:
    """COPY of the columns of the file, in its order, from the typed records to a file of text."""
    build = _build()
    values = {"build_id": build.pk, "after": None, "up_to": None}
    return _copied(f"COPY ({_writer(build).select(records.TABLE)}) TO STDOUT", values)


def floor_from_facts() -> Measured:
    """COPY of the same columns straight from the facts, by the statement that makes the records."""
    build = _build()
    as_at = AsAt.of_build(build)
    columns = ", ".join(_writer(build).columns)
    made = records.record_sql(as_at)
    query = f"COPY (SELECT {columns} FROM ({made}) AS made ORDER BY young_persons_id) TO STDOUT"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, false)", [records.WORK_MEMORY])
        cursor.execute("SELECT set_config('enable_nestloop', 'off', false)")
    return _copied(query, records.parameters(as_at, key=build.pk))


def _copied(query: str, values: dict[str, Any]) -> Measured:
    path = _path("floor.txt")
    began = time.monotonic()
    with path.open("wb") as file, connection.cursor() as cursor:
        with cursor.copy(query, values) as rows:
            for row in rows:
                file.write(row)
        file.flush()
        os.fsync(file.fileno())
    return _written(began, path)


def one_process() -> Measured:
    """Our writer in one process, hashing as it goes."""
    return _ours(two_from=sys.maxsize)


def two_processes() -> Measured:
    """Our writer in two processes; the halves are joined and the whole is hashed."""
    return _ours(two_from=0)


def lxml_pass() -> Measured:
    """One pass of lxml, an element tree a record."""
    build, path = _build(), _path("lxml.xml")
    began = time.monotonic()
    rivals.with_lxml(build, path)
    return _written(began, path)


def plain() -> Measured:
    """Django's ORM with prefetched facts, and one ElementTree."""
    build, path = _build(), _path("plain.xml")
    began = time.monotonic()
    rivals.plainly(build, path)
    return _written(began, path)


WAYS: dict[str, Callable[[], Measured]] = {
    "make": make,
    "floor": floor,
    "facts": floor_from_facts,
    "one": one_process,
    "two": two_processes,
    "lxml": lxml_pass,
    "plain": plain,
}


def _build() -> Build:
    """The return that was made last, whose records are still there."""
    return Build.objects.select_related("authority").done().latest("id")


def _writer(build: Build) -> xml.Writer:
    return xml.writer(editions.load(build.edition))


def _path(name: str) -> Path:
    folder = Path(settings.VAR_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def _ours(*, two_from: int) -> Measured:
    build = _build()
    draft = files.draft_of(build)
    began = time.monotonic()
    with mock.patch.object(files, "TWO_AT_ONCE_FROM", two_from), transaction.atomic():
        files.write(build, tell=lambda _: None)
    return _written(began, draft)


def _written(began: float, path: Path) -> Measured:
    """How long it took and how much it wrote; what was written goes, unless it is to be kept."""
    measured = {"seconds": time.monotonic() - began, "bytes": path.stat().st_size}
    if kept := os.environ.get("BENCHMARK_KEEPS"):
        shutil.move(path, Path(kept) / f"{sys.argv[1]}.xml")
    else:
        path.unlink()
    return measured


# Memory


class Watch(threading.Thread):
    """Notes the most memory that the processes which this one starts ever hold, in kB each."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peaks: dict[int, int] = {}

    def run(self) -> None:
        """Look ten times a second; the kernel keeps each process's peak until it ends."""
        while True:
            for pid in _children():
                self.peaks[pid] = max(self.peaks.get(pid, 0), _peak_of(pid))
            time.sleep(0.1)


def _children() -> list[int]:
    """The processes that this one started and that are still there, where the system tells."""
    try:
        lists = [path.read_text() for path in Path("/proc/self/task").glob("*/children")]
    except OSError:
        return []
    return [int(pid) for pid in " ".join(lists).split()]


def _peak_of(pid: int | str) -> int:
    """The most memory in kB that a program held at once; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def peaks_in_mb(watch: Watch) -> list[float]:
    """The peak of this process, then of each that it started, greatest first."""
    own, others = _peak_of("self"), sorted(watch.peaks.values(), reverse=True)
    if not own:  # not Linux; what is inherited from the parent is in these
        scale = 1024 if sys.platform == "darwin" else 1
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // scale
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // scale
        others = [most] if most else []
    return [round(peak / 1024, 1) for peak in (own, *others)]


def main(name: str) -> None:
    """Do one way and print what was measured."""
    watch = Watch()
    watch.start()
    measured = WAYS[name]()
    measured["peaks"] = peaks_in_mb(watch)
    print(json.dumps(measured))


if __name__ == "__main__":
    main(sys.argv[1])
