"""Forgetting what was kept, when its time is over."""

from celery import shared_task
from django.utils import timezone

from ccis.idle import actions


@shared_task
def forget_held_forms(**_: object) -> int:
    """Forget forms that nobody came back for. Run each minute by beat; return how many."""
    return actions.forget_old(at=timezone.now())
