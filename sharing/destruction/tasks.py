"""What happens by itself once sharing has ended: thin, and safe to do again."""

from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from sharing.actions import life
from sharing.destruction import actions
from sharing.errors import CannotShare
from sharing.models import SharedList


@shared_task
def purge_what_ended(**_: object) -> None:
    """Destroy our own rows of all that has ended. Run each minute by beat."""
    life.purge(at=timezone.now())


@shared_task
def ask_to_destroy(*, on_list: int, **_: object) -> None:
    """Ask an organisation to destroy what has just ended on a list; one email for all is enough."""
    with suppress(CannotShare):  # asked since it ended, or confirmed meanwhile
        actions.chase(SharedList.objects.get(pk=on_list), by=None, at=timezone.now())


@shared_task
def chase_confirmations(**_: object) -> None:
    """Ask organisations that have not confirmed again. Run each morning by beat."""
    actions.chase_those_late(at=timezone.now())
