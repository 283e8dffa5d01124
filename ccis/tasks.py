"""Work of the service itself, done at its hours."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def forget_old_sessions(**_: object) -> None:
    """Remove sessions that have ended. Run each night by beat."""
    call_command("clearsessions")
