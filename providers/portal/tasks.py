"""Work on access at its hours: thin, safe to do again."""

from celery import shared_task
from django.utils import timezone

from providers.portal.actions import hours


@shared_task
def look_after_access(**_: object) -> None:
    """End access that nobody used, and tell who is to look at access again. Run daily by beat."""
    hours.daily(at=timezone.now())
