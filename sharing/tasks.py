"""What sharing does by itself: thin, and safe to do again."""

from celery import shared_task
from django.utils import timezone

from sharing.actions import portal


@shared_task
def forget_portal_sessions(**_: object) -> None:
    """Remove sessions of the portal that are over. Run each night by beat."""
    portal.forget_old(at=timezone.now())
