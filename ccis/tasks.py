"""Work of the service itself, done at its hours."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from ccis.accounts import sign_ins
from ccis.accounts.actions import memberships


@shared_task
def forget_old_sessions(**_: object) -> None:
    """Remove sessions that have ended, and where those of long ago were. Run each night by beat."""
    call_command("clearsessions")
    sign_ins.forget_old(at=timezone.now())


@shared_task
def close_left_accounts(**_: object) -> int:
    """Close accounts whose last role has ended. Run just after midnight by beat."""
    return memberships.close_left_accounts(today=timezone.localdate(), at=timezone.now())
