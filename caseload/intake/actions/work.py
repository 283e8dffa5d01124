"""Carrying a file forward: whatever its state asks of a worker, until it waits for people."""

import logging
from collections.abc import Callable

from caseload.intake.actions import applying, files, reading, staging
from caseload.intake.actions.states import Clock, move, only_worker
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile
from caseload.intake.rules import READY_OUTCOMES, FileState
from caseload.signals import stopped, worked_on

logger = logging.getLogger(__name__)

STEPS: dict[FileState, Callable[..., None]] = {
    FileState.READING: reading.read,
    FileState.CHECKING: reading.check,
    FileState.MATCHING: staging.match_and_stage,
    FileState.APPLYING: applying.apply,
}


def work_on(file_id: int, *, now: Clock) -> FileState | None:
    """Do what there is to do for a file; ``None`` when another worker has it.

    Safe to call at any time and again: each step goes on from what is in the rows. When a step
    fails the file is stopped, to be carried on by a person once the cause is mended.
    """
    with only_worker(file_id) as ours:
        if not ours:
            return None
        file = InboundFile.objects.select_related("authority", "provider").get(pk=file_id)
        if file.state == FileState.RECEIVED:
            move(file, FileState.READING, beat_at=now())
        while (state := _next_step(file, now)) in STEPS:
            try:
                STEPS[state](file, now=now)
            except Exception as error:
                logger.error("file %s stopped %s: %s", file.ref, state, type(error).__name__)
                _stop(file_id, state)
                raise
        worked_on.send(sender=InboundFile, file=file, at=now())
        return state


def _next_step(file: InboundFile, now: Clock) -> FileState:
    """Where the file stands; approved as it came, where its kind has it so (LDOR-04)."""
    if file.state == FileState.READY and file.approved_at is None and file.received_by is not None:
        is_ready = any(file.counts.get(outcome) for outcome in READY_OUTCOMES)
        if is_ready and kind_named(file.kind).applies_at_once(file):
            files.approve(file=file, by=file.received_by, at=now())
            file.refresh_from_db()
    return FileState(file.state)


def _stop(file_id: int, state: FileState) -> None:
    file = InboundFile.objects.get(pk=file_id)
    if file.state == state:
        move(file, FileState.STOPPED, stopped_in=state.value)
        stopped.send(sender=InboundFile, file=file)
