"""Drop folders: what a source puts into its folder is taken in once, and taken away.

Each source that may has a folder of its name under ``settings.DROP_FOLDER``. A file is taken when
nobody has touched it for a while. It is stored encrypted first, then a receipt is written, then
it is deleted; whoever is killed in between finds it again, knows it by what it is and when it
was put there, and takes it no second time. A link is never followed, whatever it points to.
"""

import hashlib
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from caseload.intake.actions import files
from caseload.intake.errors import IntakeError
from caseload.intake.models import InboundFile
from caseload.intake.rules import Arrival
from caseload.intake.source_models import Source
from ccis.access.references import show_reference
from ccis.calendar.words import moment_in_words

logger = logging.getLogger(__name__)

UNTOUCHED = timedelta(seconds=20)
"""So long a file must have been left alone before it is taken to be whole."""

REFUSED_KEPT = timedelta(days=14)
"""So long what was refused stays in the folder, for its sender to look at."""

UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload")
"""How programs call what they have not finished writing; so do names that begin with a dot."""

DONE, REFUSED = "done", "refused"


@dataclass
class Taken:
    """What one look at the folders did."""

    received: list[int]
    """Ids of the files that came in, for a worker to read."""
    again: int = 0
    """Taken before, and only taken away now; or of the same content as an earlier file."""
    refused: int = 0
    waiting: int = 0
    """Not whole yet, or not a plain file."""


def look(root: Path, *, now: datetime, untouched: timedelta = UNTOUCHED) -> Taken:
    """Make the folders that are missing, and take what lies in any of them."""
    taken = Taken([])
    root.mkdir(mode=0o770, parents=True, exist_ok=True)
    for source in Source.objects.filter(has_folder=True).select_related("authority", "provider"):
        try:
            with _folder(root, source) as folder:
                for name in _names(folder):
                    _try(folder, name, source, taken, now=now, untouched=untouched)
                _forget_refused(folder, now=now)
        except OSError as error:
            logger.error("drop folder of source %s: %s", source.ref, type(error).__name__)
    return taken


@contextmanager
def _folder(root: Path, source: Source) -> Iterator[int]:
    """A source's folder, open: what is asked of it from here on cannot be led elsewhere."""
    path = root / source.folder
    path.mkdir(mode=0o770, exist_ok=True)
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for below in (DONE, REFUSED):
            with suppress(FileExistsError):
                os.mkdir(below, mode=0o770, dir_fd=folder)
        yield folder
    finally:
        os.close(folder)


def _names(folder: int) -> list[str]:
    return sorted(
        name
        for name in os.listdir(folder)
        if not name.startswith(".") and not name.lower().endswith(UNFINISHED)
    )


def _try(
    folder: int, name: str, source: Source, taken: Taken, *, now: datetime, untouched: timedelta
) -> None:
    """Take one file; what the folder will not let us do with it does not hold up the next."""
    try:
        _take(folder, name, source, taken, now=now, untouched=untouched)
    except OSError as error:
        taken.waiting += 1
        logger.error("a file of source %s stays: %s", source.ref, type(error).__name__)


def _take(
    folder: int, name: str, source: Source, taken: Taken, *, now: datetime, untouched: timedelta
) -> None:
    if name in (DONE, REFUSED):
        return
    try:
        found = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:  # a link, or gone, or not ours to read
        taken.waiting += 1
        return
    with os.fdopen(found, "rb") as content:
        about = os.fstat(content.fileno())
        changed = datetime.fromtimestamp(about.st_ctime, tz=now.tzinfo)
        if not stat.S_ISREG(about.st_mode) or now - changed < untouched:
            taken.waiting += 1
            return
        if about.st_size > files.LARGEST:
            most = files.LARGEST // 1_000_000
            _refuse(folder, name, f"This file is larger than {most} MB. Send it in parts", about)
            taken.refused += 1
            return
        data = content.read(files.LARGEST + 1)
        after = os.fstat(content.fileno())
    if (after.st_ctime_ns, after.st_size) != (about.st_ctime_ns, len(data)):
        taken.waiting += 1  # it was written to while it was read
        return
    _receive(folder, name, data, about, source, taken, now=now)


def _mark(data: bytes, about: os.stat_result) -> str:
    """By what this very file is known again: what it holds, and when it was put there."""
    return hashlib.sha256(f"{about.st_ctime_ns}:".encode() + data).hexdigest()


def _receive(
    folder: int,
    name: str,
    data: bytes,
    about: os.stat_result,
    source: Source,
    taken: Taken,
    *,
    now: datetime,
) -> None:
    mark = _mark(data, about)
    before = InboundFile.objects.filter(source=source, dropped_as=mark).first()
    if before is not None:  # the one who took it did not live to take it away
        _done(folder, name, before, about)
        taken.again += 1
        return
    try:
        receipt = files.receive(
            authority=source.authority,
            content=data,
            file_name=name.encode(errors="replace").decode(),
            source_name=source.title,
            provider=source.provider,
            kind=source.kinds[0] if len(source.kinds) == 1 else "",
            by=None,
            at=now,
            came_by=Arrival.FOLDER,
            dropped_as=mark,
        )
    except IntakeError as error:
        _refuse(folder, name, error.message, about)
        taken.refused += 1
        return
    _done(folder, name, receipt.file, about, again=not receipt.is_new)
    if receipt.is_new:
        taken.received.append(receipt.file.pk)
    else:
        taken.again += 1


# -- taking away ---------------------------------------------------------------------------------


def _is_still(folder: int, name: str, about: os.stat_result) -> bool:
    """Whether a name still is that of the file that was read, and nobody has put a newer there."""
    try:
        there = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return (there.st_ino, there.st_ctime_ns) == (about.st_ino, about.st_ctime_ns)


def _done(
    folder: int, name: str, file: InboundFile, about: os.stat_result, *, again: bool = False
) -> None:
    """Leave a receipt, then delete what was stored; a newer file of its name waits its turn."""
    when = moment_in_words(file.received_at)
    said = (
        f"This content was already sent on {when}. Nothing was changed."
        if again
        else f"Received on {when}. It is kept encrypted, and was deleted here."
    )
    reference = show_reference(file.ref)
    _write(folder, f"{DONE}/{reference}.txt", f"{reference}\n{said}\n")
    if _is_still(folder, name, about):
        os.unlink(name, dir_fd=folder)


def _refuse(folder: int, name: str, why: str, about: os.stat_result) -> None:
    """Put a file aside with the reason beside it; nothing of it was kept."""
    if not _is_still(folder, name, about):
        return
    _write(folder, f"{REFUSED}/{name}.why.txt", f"{why.rstrip('.')}.\n")
    os.rename(name, f"{REFUSED}/{name}", src_dir_fd=folder, dst_dir_fd=folder)


def _write(folder: int, path: str, text: str) -> None:
    below, _, name = path.partition("/")
    inside = os.open(below, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(name, flags, 0o660, dir_fd=inside), "w") as out:
            out.write(text)
    finally:
        os.close(inside)


def _forget_refused(folder: int, *, now: datetime) -> None:
    """Delete what was refused long ago: it is about people, and lies there in clear."""
    inside = os.open(REFUSED, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        for name in os.listdir(inside):
            about = os.stat(name, dir_fd=inside, follow_symlinks=False)
            if now.timestamp() - about.st_ctime > REFUSED_KEPT.total_seconds():
                with suppress(IsADirectoryError):
                    os.unlink(name, dir_fd=inside)
    finally:
        os.close(inside)
