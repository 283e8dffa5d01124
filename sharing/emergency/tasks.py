"""What happens by itself with emergencies: thin, and safe to do again."""

from celery import shared_task
from django.utils import timezone

from sharing.emergency import telling


@shared_task
def tell_governance(**_: object) -> None:
    """Write again of emergencies where it could not be sent. Run each quarter of an hour."""
    telling.tell_of_those_waiting(at=timezone.now())
