"""What happens by itself once sharing has ended: thin, and safe to do again."""

from celery import shared_task
from django.utils import timezone

from sharing.actions import life
from sharing.destruction import actions


@shared_task
def purge_what_ended(**_: object) -> None:
    """Destroy our own rows of all that has ended. Run each minute by beat."""
    life.purge(at=timezone.now())


@shared_task
def chase_confirmations(**_: object) -> None:
    """Ask organisations that have not confirmed again. Run each morning by beat."""
    actions.chase_those_late(at=timezone.now())
