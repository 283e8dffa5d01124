"""Work on secure files: thin, by id, safe to do again."""

from contextlib import suppress
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from sharing.files import actions
from sharing.files.models import FileState, SecureFile

SEEN_WITHIN = timedelta(minutes=5)
"""A file that no worker was seen on for so long is given to another. One takes seconds."""


@shared_task
def make_file(*, file_id: int, **_: object) -> None:
    """Make a file. What stands in its way is written on it."""
    with suppress(Exception):
        actions.make(file_id, now=timezone.now)


@shared_task
def look_after_files(**_: object) -> None:
    """Destroy files that may not be read any more; go on with those left behind. Each minute."""
    now = timezone.now()
    actions.destroy_stale(at=now)
    left = SecureFile.objects.filter(state=FileState.MAKING, beat_at__lt=now - SEEN_WITHIN)
    for file_id in left.values_list("pk", flat=True):
        make_file.delay(file_id=file_id)
