"""Work on files that arrived: thin, by id, safe to do again."""

import logging
from contextlib import suppress
from datetime import date

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import KombuError

from caseload.intake.actions import destroying, files
from caseload.intake.actions.work import work_on
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.portal import reminding
from caseload.intake.rules import STALLED_AFTER, WORKING, FileState, Outcome

logger = logging.getLogger(__name__)


@shared_task
def work_on_file(*, file: int, **_: object) -> None:
    """Take a file as far as it goes without anyone deciding. ``file`` is its id.

    What fails has been logged by its kind and has stopped the file; the error itself goes no
    further, since a database's words may hold what a row says.
    """
    with suppress(Exception):
        work_on(file, now=timezone.now)


def hand_over(file: int) -> None:
    """Give a worker a file, by its id; without a broker it is taken up in some minutes."""
    try:
        work_on_file.delay(file=file)
    except (OSError, KombuError) as error:
        logger.warning("file %s waits for a worker: %s", file, type(error).__name__)


@shared_task
def resume_stalled_files(**_: object) -> None:
    """Take up files that no worker has been seen on for a while. Run each minute by beat."""
    before = timezone.now() - STALLED_AFTER
    waiting = InboundFile.objects.filter(state=FileState.RECEIVED, received_at__lt=before)
    working = InboundFile.objects.filter(state__in=WORKING)
    stalled = working.filter(beat_at__lt=before) | working.filter(beat_at=None)
    for pk in sorted(
        {*stalled.values_list("pk", flat=True), *waiting.values_list("pk", flat=True)}
    ):
        work_on_file.delay(file=pk)


@shared_task
def bring_back_waiting_rows(*, on: str | None = None, **_: object) -> None:
    """Look again at rows whose waiting time is over (PIA-02). Run each night by beat."""
    day = timezone.localdate() if on is None else date.fromisoformat(on)
    due = InboundRow.objects.filter(outcome=Outcome.WAITS, wait_until__lte=day)
    for file in InboundFile.objects.filter(pk__in=due.values("file")):
        if files.bring_back(file=file, on=day, at=timezone.now()):
            work_on_file.delay(file=file.pk)


@shared_task
def remind_senders(**_: object) -> None:
    """Tell those who send files in the portal what is due. Run each morning by beat."""
    reminding.remind_senders(at=timezone.now())


@shared_task
def destroy_old_originals(**_: object) -> None:
    """Destroy originals whose time is over (design §4). Run each night by beat."""
    today, now = timezone.localdate(), timezone.now()
    old = InboundFile.objects.filter(keep_original_until__lt=today).exclude(stored_id="")
    for file in old.exclude(state__in=WORKING | {FileState.RECEIVED}):
        files.destroy_original(file=file, at=now)


@shared_task
def destroy_rows_elsewhere(**_: object) -> None:
    """Destroy what other authorities sent about nobody of ours (LA-04). Run each night by beat."""
    today, now = timezone.localdate(), timezone.now()
    for file in destroying.with_something_to_destroy():
        destroying.destroy_elsewhere(file=file, on=today, at=now)
