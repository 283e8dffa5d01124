"""Work on letters: thin, by id, safe to do again."""

from contextlib import suppress
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from optout.letters.actions import batches, making
from optout.letters.models import Batch, BatchState

SEEN_WITHIN = timedelta(minutes=6)
"""A batch that no worker was seen on for so long is given to another. A part takes seconds."""


@shared_task
def make_batch(*, batch_id: int, **_: object) -> None:
    """Make a batch's letters, or carry on. What stands in its way is written on the batch."""
    with suppress(Exception):
        making.make(batch_id=batch_id, now=timezone.now)


@shared_task
def resume_stalled_batches(**_: object) -> None:
    """Give every batch that no worker is seen on to a worker. Run each minute by beat."""
    unseen = timezone.now() - SEEN_WITHIN
    stalled = Batch.objects.filter(state=BatchState.MAKING, beat_at__lt=unseen)
    for batch_id in stalled.values_list("pk", flat=True):
        make_batch.delay(batch_id=batch_id)


@shared_task
def destroy_old_files(**_: object) -> None:
    """Destroy the files of letters posted long ago. Run each night by beat."""
    batches.destroy_old_files(on=timezone.localdate(), at=timezone.now())
