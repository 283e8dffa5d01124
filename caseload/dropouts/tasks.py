"""Work on drop-outs: thin, by id, safe to do again."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import KombuError

from caseload.dropouts.actions import passing, sending, telling
from caseload.dropouts.queries import waiting_files
from caseload.intake.models import InboundFile

logger = logging.getLogger(__name__)


@shared_task
def tell_who_looks(*, file: int, **_: object) -> None:
    """Tell whoever the matrix names that something came. ``file`` is its id."""
    telling.tell(InboundFile.objects.select_related("authority").get(pk=file))


def hand_over(file: int) -> None:
    """Have a worker tell; without a broker nobody is told, and the pages show it all the same."""
    try:
        tell_who_looks.delay(file=file)
    except (OSError, KombuError) as error:
        logger.warning("file %s: nobody told: %s", file, type(error).__name__)


@shared_task
def pass_on_what_waits(**_: object) -> None:
    """Pass on what a line of the matrix drawn since lets go, do what a worker that was killed did
    not come to, and destroy what was made and not sent. Run each night by beat."""
    for sent in sending.say_what_was_sent():
        hand_over(sent)
    for file in waiting_files():
        passing.pass_on_here(file, at=timezone.now())
    passing.destroy_unsent(at=timezone.now())
