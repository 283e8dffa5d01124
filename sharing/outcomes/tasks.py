"""What happens by itself with outcomes: thin, and safe to do again."""

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)


def hand_over(task: Any, **given: Any) -> None:
    """Give a worker something to do; without a broker, beat does it later."""
    try:
        task.delay(**given)
    except (OSError, KombuError) as error:
        logger.warning("%s waits for a worker: %s", task.name, type(error).__name__)


@shared_task
def feed_the_record(**_: object) -> None:
    """Give intake what was confirmed and is not there yet. Each minute by beat, and at once."""
    from sharing.outcomes.actions import feeding

    feeding.feed(at=timezone.now())


@shared_task
def chase_updates(**_: object) -> None:
    """Ask whoever owes an update about people on its list. Each morning by beat."""
    from sharing.outcomes.actions import chasing

    chasing.chase_those_late(at=timezone.now())


@shared_task
def write_to_those_asked(**_: object) -> None:
    """Write to organisations that were asked for something and not written to. Each minute."""
    from sharing.destruction import asking
    from sharing.destruction.models import Chase
    from sharing.outcomes.models import Reminder

    asking.send_waiting(Chase, at=timezone.now())
    asking.send_waiting(Reminder, at=timezone.now())


@shared_task
def work_on_workbook(*, workbook: int, **_: object) -> None:
    """Read or take a completed workbook, by its id. What fails has stopped it and is logged."""
    from sharing.outcomes.actions import workbooks

    try:
        workbooks.work_on(workbook, now=timezone.now)
    except Exception as error:
        logger.error("workbook %s stopped: %s", workbook, type(error).__name__)


@shared_task
def look_after_workbooks(**_: object) -> None:
    """Take up workbooks whose worker is gone; destroy those kept long enough. Each minute."""
    from sharing.outcomes.actions import workbooks

    for pk in workbooks.look_after(at=timezone.now()):
        hand_over(work_on_workbook, workbook=pk)
