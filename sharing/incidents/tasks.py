"""Work on incidents at its hours: thin, safe to do again."""

from celery import shared_task
from django.utils import timezone

from sharing.incidents import alarms


@shared_task
def watch_clocks(**_: object) -> None:
    """Write to governance of what is reported and of clocks, again where it could not be sent.

    Run each quarter of an hour.
    """
    alarms.watch_clocks(at=timezone.now())
