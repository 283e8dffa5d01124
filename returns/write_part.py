"""Some ranges of a large return, written or proved in a process of its own.

``python -m returns.write_part`` reads a job as JSON from its standard input, says how far it is a
line at a time (``so far 20480``, ``range written``), and ends with what it did as one line of JSON.
It signs in to the database by libpq's own environment variables; it starts no Django, so it is up
at once.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

from returns import editions, xml

TELL_EVERY = 20_000
READ_AT_ONCE = 1 << 20


def main() -> int:
    """Do one job; exit status 1 with the reason as JSON when the file is not sound."""
    job = json.load(sys.stdin)
    try:
        done = write(job) if job["do"] == "write" else prove(job)
    except (xml.CannotWrite, xml.ProofFailed) as error:
        done = {"failed": str(error)}
    sys.stdout.write(json.dumps(done) + "\n")
    return 1 if "failed" in done else 0


def write(job: dict[str, Any]) -> dict[str, Any]:
    """Write the records of each range of ids to a file of its own, one range after another."""
    writer = xml.writer(editions.load(job["edition"]))
    progress = Progress()
    with psycopg.connect() as database:
        for one in job["ranges"]:
            with new_file(Path(one["path"])) as file:
                for block in records(database, writer, {**job, **one}, progress):
                    file.write(block)
            progress.say("range written")
    return {"records": progress.read}


class Progress:
    """Says now and then how many records have been read."""

    def __init__(self) -> None:
        self.read = self._told = 0
        self._parent = os.getppid()

    def counted(self, rows: Iterable[xml.Piece]) -> Iterator[xml.Piece]:
        """The same rows, counted; ends the process when whoever asked for it is gone."""
        for row in rows:
            self.read += 1
            if self.read - self._told >= TELL_EVERY:
                self._told = self.read
                self.say(f"so far {self.read}")
                if os.getppid() != self._parent:
                    sys.exit(2)
            yield row

    @staticmethod
    def say(words: str) -> None:
        """Say a line to whoever asked."""
        sys.stdout.write(words + "\n")
        sys.stdout.flush()


def records(
    database: psycopg.Connection[Any], writer: xml.Writer, job: dict[str, Any], progress: Progress
) -> Iterator[bytes]:
    """The bytes of the records of one range."""
    query = f"COPY ({writer.select(job['table'])}) TO STDOUT (NULL '')"
    values = {name: job[name] for name in ("build_id", "after", "up_to")}
    with psycopg.ClientCursor(database) as cursor, cursor.copy(query, values) as rows:
        yield from writer.records_from_copy(progress.counted(rows))


def prove(job: dict[str, Any]) -> dict[str, Any]:
    """Parse one range of a finished file, between the header and the footer of the whole."""
    prover = xml.Prover(editions.load(job["edition"]))
    prover.feed(job["header"].encode())
    with Path(job["path"]).open("rb") as file:
        file.seek(job["start"])
        remaining = job["end"] - job["start"]
        while remaining and (data := file.read(min(READ_AT_ONCE, remaining))):
            prover.feed(data)
            remaining -= len(data)
    prover.feed(job["footer"].encode())
    proof = prover.close()
    return {"records": proof.records, "first": proof.first_id, "last": proof.last_id}


def new_file(path: Path) -> BinaryIO:
    """A new file that only this account may read; ``FileExistsError`` when it is there."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


if __name__ == "__main__":
    sys.exit(main())
