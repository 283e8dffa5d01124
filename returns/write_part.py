"""One range of a large return, written or proved in a process of its own.

``python -m returns.write_part`` reads a job as JSON from its standard input, says how far it is a
line at a time (``so far 20480``), and ends with what it did as one line of JSON. It signs in to the
database by libpq's own environment variables; it starts no Django, so it is up at once.
"""

import json
import os
import sys
from collections.abc import Iterator
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
    """Write the records of one range of ids to a file of their own."""
    writer = xml.writer(editions.load(job["edition"]))
    size = 0
    with psycopg.connect() as database, new_file(Path(job["path"])) as file:
        for block in records(database, writer, job):
            file.write(block)
            size += len(block)
    return {"size": size}


def records(
    database: psycopg.Connection[Any], writer: xml.Writer, job: dict[str, Any]
) -> Iterator[bytes]:
    """The bytes of the records of a range, saying now and then how many have been read."""
    parent, read, told = os.getppid(), 0, 0
    query = f"COPY ({writer.select(job['table'])}) TO STDOUT (NULL '')"
    values = {name: job[name] for name in ("build_id", "after", "up_to")}
    with psycopg.ClientCursor(database) as cursor, cursor.copy(query, values) as rows:

        def counted() -> Iterator[bytes]:
            nonlocal read, told
            for row in rows:
                read += 1
                if read - told >= TELL_EVERY:
                    told = read
                    sys.stdout.write(f"so far {read}\n")
                    sys.stdout.flush()
                    if os.getppid() != parent:
                        sys.exit(2)  # whoever asked for this is gone
                yield bytes(row)

        yield from writer.records_from_copy(counted())


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
