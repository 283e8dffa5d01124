"""A file from one state to the next, once, whoever else tries; and one worker at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeAlias

from django.db import connection

from caseload.intake.models import InboundFile
from caseload.intake.queries import counts_of
from caseload.intake.rules import CannotMove, FileState, check_step, state_after_work

Clock: TypeAlias = Callable[[], datetime]
"""Tells the moment: handed in by the edge, which alone reads the clock."""

LOCK_CLASS = 71_002
"""First key of the advisory lock of a file; the second is the file's id."""


def move(file: InboundFile, after: FileState, **values: Any) -> None:
    """Take a file on to another state, with other fields besides.

    Raises ``CannotMove`` when the step is not lawful, or someone else has moved it meanwhile.
    """
    before = FileState(file.state)
    check_step(before, after)
    values["state"] = after.value
    moved = InboundFile.objects.filter(pk=file.pk, state=before.value).update(**values)
    if not moved:
        raise CannotMove("Someone else has moved this file on meanwhile")
    for name, value in values.items():
        setattr(file, name, value)


def note_progress(file: InboundFile, *, at: datetime, **values: Any) -> None:
    """Say that a worker is at work on the file, and how far it has come."""
    values["beat_at"] = at
    InboundFile.objects.filter(pk=file.pk).update(**values)
    for name, value in values.items():
        setattr(file, name, value)


def settle(file: InboundFile, *, at: datetime) -> None:
    """Count the rows again and put the file where they say that it stands."""
    counts = counts_of(file)
    values: dict[str, Any] = {"counts": {outcome.value: n for outcome, n in counts.items()}}
    after = state_after_work(counts)
    if after == FileState.DONE:
        values["finished_at"] = at
    if after == FileState(file.state):
        InboundFile.objects.filter(pk=file.pk).update(**values)
        file.counts = values["counts"]
    else:
        move(file, after, **values)


@contextmanager
def only_worker(file_id: int) -> Iterator[bool]:
    """Whether this session has the file to itself; it lasts for the block or the connection.

    A worker that dies takes its connection with it, and so gives the file free.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, file_id])
        (ours,) = cursor.fetchone()
    try:
        yield bool(ours)
    finally:
        if ours and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, file_id])
