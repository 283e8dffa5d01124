"""The file of a return: written, proved, kept, taken away (docs/nccis.md §1).

It is personal data: only the service's account may read it, and it is written beside its place
and moved there when it is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection

from returns import editions, records, xml
from returns.editions.model import Header
from returns.errors import CannotMake, FileNotKept
from returns.models import Build
from returns.write_part import READ_AT_ONCE, new_file

TWO_AT_ONCE_FROM = 300_000
"""From so many records on, two processes write; below, starting them takes longer than it saves."""

RANGES = 16
"""How many ranges such a file is written in: each is joined and hashed while the next are written,
so that only the last is waited for."""

PROVED_IN_TWO_FROM = 50_000
"""From so many records on, two processes prove a half each."""

Tell = Callable[[int], None]
"""Told how many records are done."""


@dataclass(frozen=True)
class Written:
    """A whole file beside its place."""

    sha256: str
    size: int


def path_of(build: Build) -> Path:
    """Where a build's file is. Raises ``FileNotKept`` when there is none."""
    if not build.file_name:
        raise FileNotKept
    path = Path(settings.RETURNS_FOLDER) / build.file_name
    if not path.exists():
        raise FileNotKept
    return path


def name_for(build: Build) -> str:
    """The name of a build's file, within the folder of returns."""
    month = build.period
    return f"{build.authority.code}/{month}/NCCIS_{build.authority.code}_{month}_{build.ref}.xml"


def draft_of(build: Build) -> Path:
    """Where a build's file is written before it is whole; its folder is made."""
    path = Path(settings.RETURNS_FOLDER) / name_for(build)
    folder = path.parent
    for one in (folder.parent.parent, folder.parent, folder):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.with_suffix(".draft")


def header_of(build: Build) -> Header:
    """The header of a build's file."""
    return Header(
        database_ids=tuple(build.database_ids),
        lead_codes=tuple(build.lead_codes),
        date_of_send=build.date_of_send,
        period_end=build.month.end,
        supplier_name=build.supplier_name,
        supplier_version=build.software_version,
        schema_version=build.schema_version,
    )


def blocks(build: Build, *, key: int, tell: Tell | None = None) -> Iterator[bytes]:
    """The whole file as bytes, from the records under ``key``. Needs a transaction of its own."""
    writer = xml.writer(editions.load(build.edition))
    yield writer.header(header_of(build))
    query = f"COPY ({writer.select(records.TABLE)}) TO STDOUT (NULL '')"
    values = {"build_id": key, "after": None, "up_to": None}
    with connection.cursor() as cursor, cursor.copy(query, values) as rows:
        yield from writer.records_from_copy(rows)
    if tell is not None:
        tell(build.record_count or 0)
    yield writer.footer()


def write(build: Build, *, tell: Tell) -> Written:
    """Write a build's file beside its place, and hash it.

    Raises ``CannotMake`` when a value cannot stand in XML.
    """
    discard(build)
    draft = draft_of(build)
    if (build.record_count or 0) >= TWO_AT_ONCE_FROM:
        return _write_in_two(build, draft, tell=tell)
    digest, size = hashlib.sha256(), 0
    try:
        with new_file(draft) as file:
            for block in blocks(build, key=build.pk, tell=tell):
                digest.update(block)
                file.write(block)
                size += len(block)
            file.flush()
            os.fsync(file.fileno())
    except xml.CannotWrite as error:
        raise CannotMake(f"The file cannot be written: {error}") from error
    return Written(sha256=digest.hexdigest(), size=size)


def prove(build: Build, written: Written) -> None:
    """Parse the finished file once from disk; raises ``CannotMake`` when it is not sound."""
    draft = draft_of(build)
    try:
        if (build.record_count or 0) < PROVED_IN_TWO_FROM:
            proof = xml.parse_proof(draft, editions.load(build.edition))
            if proof.sha256 != written.sha256:
                raise xml.ProofFailed("the bytes on disk are not those that were written")
            found = proof.records
        else:
            found = _prove_in_two(build, draft, written)
    except xml.ProofFailed as error:
        raise CannotMake(f"The file was not kept, because it is not sound: {error}") from error
    if found != build.record_count:
        raise CannotMake(
            f"The file was not kept: it holds {found:,} records and not {build.record_count:,}."
        )


def keep(build: Build) -> str:
    """Move a proved file into its place; returns its name within the folder of returns."""
    draft = draft_of(build)
    draft.replace(draft.with_suffix(".xml"))
    folder = os.open(draft.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return name_for(build)


def discard(build: Build) -> None:
    """Delete what was written of a file that did not come to be kept."""
    draft = draft_of(build)
    for part in draft.parent.glob(f"{draft.name}*"):
        part.unlink()


def take_away(build: Build) -> None:
    """Delete a build's file, if it is there."""
    if build.file_name:
        (Path(settings.RETURNS_FOLDER) / build.file_name).unlink(missing_ok=True)


def hash_again(build: Build, *, key: int) -> str:
    """The hash that the file would have, made from the records under ``key``."""
    digest = hashlib.sha256()
    for block in blocks(build, key=key):
        digest.update(block)
    return digest.hexdigest()


# Two at once


def _write_in_two(build: Build, draft: Path, *, tell: Tell) -> Written:
    """Two processes write every other range each, which are joined and hashed as they come."""
    writer = xml.writer(editions.load(build.edition))
    bounds = _ranges(build)
    paths = [draft.with_name(f"{draft.name}{number}") for number in range(len(bounds))]
    ranges = [
        {"path": str(path), "after": after, "up_to": up_to}
        for path, (after, up_to) in zip(paths, bounds, strict=True)
    ]
    common = {
        "do": "write",
        "edition": build.edition,
        "table": records.TABLE,
        "build_id": build.pk,
    }
    jobs = [{**common, "ranges": ranges[first::2]} for first in (0, 1)]
    with new_file(draft) as file:
        joined = _Joined(file, paths)
        joined.add(writer.header(header_of(build)))
        _run(jobs, tell=tell, meanwhile=joined.add_ready)
        joined.add(writer.footer())
        file.flush()
        os.fsync(file.fileno())
    return Written(sha256=joined.digest.hexdigest(), size=joined.size)


class _Joined:
    """A file that ranges are put into one after the other, and hashed, as soon as they are there.

    The ranges are written by two processes in turn: the first one's are the even places.
    """

    def __init__(self, file: BinaryIO, paths: list[Path]) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self._joined = 0
        self._file = file
        self._paths = paths

    def add(self, data: bytes) -> None:
        """Put bytes at the end."""
        self.digest.update(data)
        self._file.write(data)
        self.size += len(data)

    def add_ready(self, parts: list[_Part]) -> None:
        """Put in every range that is written and whose turn has come."""
        while self._joined < len(self._paths):
            place = self._joined
            if parts[place % 2].ranges_written <= place // 2:
                return
            with self._paths[place].open("rb") as part:
                while data := part.read(READ_AT_ONCE):
                    self.add(data)
            self._paths[place].unlink()
            self._joined += 1


def _ranges(build: Build) -> list[tuple[str | None, str | None]]:
    """Ranges of ids with about as many of a build's records each: after one, up to another."""
    count = build.record_count or 0
    places = [count * number // RANGES for number in range(1, RANGES)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
SELECT young_persons_id FROM (
    SELECT young_persons_id, row_number() OVER (ORDER BY young_persons_id COLLATE "C") AS place
    FROM {records.TABLE} WHERE build_id = %s
) AS numbered WHERE place = ANY(%s) ORDER BY place""",  # noqa: S608
            [build.pk, places],
        )
        bounds = [str(bound) for (bound,) in cursor.fetchall()]
    return list(zip([None, *bounds], [*bounds, None], strict=True))


def _prove_in_two(build: Build, draft: Path, written: Written) -> int:
    """Two processes parse a half each; returns how many records there are in both."""
    writer = xml.writer(editions.load(build.edition))
    header, footer = writer.header(header_of(build)), writer.footer()
    common = {
        "do": "prove",
        "edition": build.edition,
        "path": str(draft),
        "header": header.decode(),
        "footer": footer.decode(),
    }
    middle = _middle(draft, f"</{writer.layout.record}>\n".encode())
    first, second = _run(
        [
            {**common, "start": len(header), "end": middle},
            {**common, "start": middle, "end": written.size - len(footer)},
        ]
    )
    if not first["last"] < second["first"]:
        raise xml.ProofFailed("the halves overlap")
    return int(first["records"]) + int(second["records"])


def _middle(draft: Path, end_of_record: bytes) -> int:
    """Where a record ends, about half-way into a file that is much longer than one record."""
    with draft.open("rb") as file:
        place = file.seek(draft.stat().st_size // 2)
        found = file.read(READ_AT_ONCE).find(end_of_record)
    if found < 0:
        raise xml.ProofFailed("no record where one should be")
    return place + found + len(end_of_record)


class _Part:
    """A process with one job, and a thread that listens to it."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.so_far = self.ranges_written = 0
        self.done: dict[str, Any] = {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "returns.write_part"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=settings.BASE_DIR,
            env={**os.environ, **_libpq()},
        )
        if self.process.stdin is not None:
            with self.process.stdin as asked:
                asked.write(json.dumps(job))
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            if line.startswith("so far "):
                self.so_far = int(line.removeprefix("so far "))
            elif line.startswith("range written"):
                self.ranges_written += 1
            else:
                self.done = json.loads(line)

    def wait(self, seconds: float) -> bool:
        """Wait a little; whether it has ended."""
        self._listener.join(seconds)
        return not self._listener.is_alive()

    def result(self) -> dict[str, Any]:
        """What it did. Raises ``ProofFailed`` or ``CannotMake``."""
        if "failed" in self.done:
            raise xml.ProofFailed(self.done["failed"])
        if self.process.wait() != 0 or not self.done:
            raise CannotMake(
                "A process that worked on the file ended early. Carry on to try again."
            )
        return self.done

    def end(self) -> None:
        """See that the process is gone."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._listener.join()
        if self.process.stdout is not None:
            self.process.stdout.close()


def _run(
    jobs: list[dict[str, Any]],
    *,
    tell: Tell = lambda _: None,
    meanwhile: Callable[[list[_Part]], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Do jobs at once, each in a process; their results in order.

    ``meanwhile`` is called again and again, and once more when all is done. Raises ``ProofFailed``
    for a file that is not sound, ``CannotMake`` for anything else.
    """
    parts: list[_Part] = []
    told = 0
    try:
        for job in jobs:
            parts.append(_Part(job))
        while not all(part.wait(0.05) for part in parts):
            so_far = sum(part.so_far for part in parts)
            if so_far > told:
                told = so_far
                tell(so_far)
            meanwhile(parts)
        results = [part.result() for part in parts]
        meanwhile(parts)
        return results
    finally:
        for part in parts:
            part.end()


def _libpq() -> dict[str, str]:
    """How this process reaches its database, in libpq's environment variables."""
    database = connection.settings_dict
    values = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
        "PGSSLMODE": database["OPTIONS"].get("sslmode"),
        "PGSSLROOTCERT": database["OPTIONS"].get("sslrootcert"),
    }
    return {name: str(value) for name, value in values.items() if value}
