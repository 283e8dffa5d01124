"""Work of the service itself, done at its hours."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from ccis.accounts import sign_ins


@shared_task
def forget_old_sessions(**_: object) -> None:
    """Remove sessions that have ended, and where those of long ago were. Run each night by beat."""
    call_command("clearsessions")
    sign_ins.forget_old(at=timezone.now())
