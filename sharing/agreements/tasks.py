"""Work on agreements at its hours: thin, safe to do again."""

from celery import shared_task
from django.utils import timezone

from sharing.agreements.actions import remind, steps


@shared_task
def keep_agreements(**_: object) -> None:
    """Say what expired, publish who is shared with, remind of what comes near.

    Run just after midnight by beat. Access ends by the day itself and waits for none of this.
    """
    at, on = timezone.now(), timezone.localdate()
    steps.expire(on=on, at=at)
    steps.publish_lists(at=at)
    remind.remind(on=on, at=at)
