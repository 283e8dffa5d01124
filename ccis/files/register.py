"""The register of purges: what was destroyed, by id alone, kept outside the database (PIA-29).

``settings.PURGES_FOLDER`` holds two files that are only ever added to: ``rows.txt``, what was
destroyed in the database, and ``keys.txt``, the stored files whose keys were destroyed. A backup
knows nothing of what was destroyed after it; the register does, so what a backup brings back is
destroyed in it again before anybody sees it.

A line is its number, when, the kind of what was destroyed, the ids, and the SHA-256 of the line
before and this one: a line that is changed, left out or put in is noticed. It is safe on disk
before what it names is destroyed.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings

from ccis.embedded.folders import locked

ROWS: Final = "rows"
KEYS: Final = "keys"
BEGUN_AGAIN: Final = "begun-again"
"""The kind of a line that names nothing: the register was lost before it, and goes on there."""

IDS_IN_A_LINE = 1_000
_TAIL = 128 * 1024
"""Bytes from the end of a file that hold its last line: ids have at most 32 characters."""

_ID = re.compile(r"[0-9A-Za-z-]{1,32}", re.ASCII)
_KIND = re.compile(r"[a-z-]{1,20}", re.ASCII)


class RegisterBroken(Exception):
    """A register is not as it was written; ``str`` says where, in words."""


@dataclass(frozen=True)
class Line:
    """What was destroyed at one moment: ``ids`` of a ``kind``."""

    number: int
    at: datetime
    kind: str
    ids: tuple[str, ...]
    digest: str

    @property
    def place(self) -> "Place":
        """How far a register is with this line."""
        return Place(self.number, self.digest)


@dataclass(frozen=True)
class Place:
    """How far a register goes: the number and digest of a line; nought before the first."""

    number: int = 0
    digest: str = ""


BEGINNING = Place()


def end_of(name: str) -> Place:
    """The last line of a register."""
    last = last_line(name)
    return last.place if last else BEGINNING


def last_line(name: str) -> Line | None:
    """The last line of a register, if it has one."""
    try:
        with _path(name).open("rb") as file:
            return _last(file)
    except FileNotFoundError:
        return None


def append(name: str, kind: str, ids: Iterable[str], *, at: datetime) -> Place:
    """Write down what is about to be destroyed, safe on disk; the place of its last line."""
    with adding(name):
        return write(name, kind, ids, at=at)


@contextmanager
def adding(name: str) -> Iterator[None]:
    """Let nobody else add to a register meanwhile."""
    folder = Path(settings.PURGES_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(folder / f"{name}.lock"):
        yield


def begin_again(name: str, *, after: int, at: datetime) -> Place:
    """Go on with a register that was lost, from the number that was the last (see BEGUN_AGAIN)."""
    with adding(name):
        return write(name, BEGUN_AGAIN, ["-"], at=at, number=after + 1)


def read(name: str, *, after: int = 0) -> Iterator[Line]:
    """The lines of a register beyond a number, all before them checked too.

    Raises ``RegisterBroken``. What a stop half-way left of a line is passed over.
    """
    path = _path(name)
    if not path.exists():
        return
    before = BEGINNING
    with path.open("rb") as lines:
        for place, text in enumerate(lines, 1):
            line = _parse(text, before.digest)
            if line is None:
                if _looks_whole(text):
                    raise RegisterBroken(f"{path.name}, line {place}, is not as it was written")
                continue
            if line.number != before.number + 1 and line.kind != BEGUN_AGAIN:
                raise RegisterBroken(f"{path.name}, line {place}, does not follow the one before")
            before = line.place
            if line.number > after:
                yield line


# -- lines -----------------------------------------------------------------------------------------


def write(
    name: str, kind: str, ids: Iterable[str], *, at: datetime, number: int | None = None
) -> Place:
    """Add lines to a register that the caller holds by ``adding``; on, or from a number."""
    if not _KIND.fullmatch(kind):
        raise ValueError(f"{kind!r} is not a kind")
    path = _path(name)
    is_new = not path.exists()
    with path.open("a+b") as file:
        last, rest = _last(file), iter(ids)
        place = last.place if last else BEGINNING
        if file.tell() and not _ends_a_line(file):
            file.write(b"\n")
        while some := tuple(islice(rest, IDS_IN_A_LINE)):
            place = Place(number or place.number + 1, place.digest)
            text = _text(place.number, at, kind, some)
            place = Place(place.number, _digest(place.digest, text))
            file.write(f"{text} {place.digest}\n".encode())
            number = None
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        _flush_folder(path.parent)
    return place


def _text(number: int, at: datetime, kind: str, ids: Sequence[str]) -> str:
    for one in ids:
        if not _ID.fullmatch(one):
            raise ValueError("An id has letters, digits and hyphens")
    return f"{number} {at.isoformat()} {kind} {','.join(ids)}"


def _digest(before: str, text: str) -> str:
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def _parse(raw: bytes, before: str | None) -> Line | None:
    """A line; ``None`` when it is none, or does not follow ``before`` where that is known."""
    text, _, digest = raw.decode(errors="replace").rstrip("\n").rpartition(" ")
    words = text.split(" ")
    if len(words) != 4 or len(digest) != 64:
        return None
    if before is not None and _digest(before, text) != digest:
        return None
    try:
        number, at = int(words[0]), datetime.fromisoformat(words[1])
    except ValueError:
        return None
    ids = () if words[2] == BEGUN_AGAIN else tuple(words[3].split(","))
    return Line(number, at, words[2], ids, digest)


def _looks_whole(raw: bytes) -> bool:
    """Whether a line that is none was not simply cut short: it ends in a digest."""
    return re.search(rb" [0-9a-f]{64}\n?$", raw) is not None


def _last(file: BinaryIO) -> Line | None:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    found = (_parse(raw, None) for raw in reversed(file.read().splitlines()))
    return next(filter(None, found), None)


def _ends_a_line(file: BinaryIO) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


# -- the folder ------------------------------------------------------------------------------------


def _path(name: str) -> Path:
    return Path(settings.PURGES_FOLDER) / f"{name}.txt"


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
