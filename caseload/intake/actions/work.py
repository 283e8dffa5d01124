"""Carrying a file forward: whatever its state asks of a worker, until it waits for people."""

import logging
from collections.abc import Callable

from caseload.intake.actions import applying, reading, staging
from caseload.intake.actions.states import Clock, move, only_worker
from caseload.intake.models import InboundFile
from caseload.intake.rules import FileState

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
        while (state := FileState(file.state)) in STEPS:
            try:
                STEPS[state](file, now=now)
            except Exception as error:
                logger.error("file %s stopped %s: %s", file.ref, state, type(error).__name__)
                _stop(file_id, state)
                raise
        return FileState(file.state)


def _stop(file_id: int, state: FileState) -> None:
    file = InboundFile.objects.get(pk=file_id)
    if file.state == state:
        move(file, FileState.STOPPED, stopped_in=state.value)
