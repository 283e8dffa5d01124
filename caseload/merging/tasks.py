"""Looking for people held twice, each night: one task an authority, safe to do again."""

from celery import shared_task
from django.utils import timezone

from caseload.merging import pairs
from caseload.models import YoungPerson
from ccis.authorities.models import Authority


@shared_task
def look_for_duplicates(**_: object) -> None:
    """Have every authority that keeps records looked through. Run each night by beat."""
    keeping = YoungPerson.objects.order_by().values_list("lead_authority", flat=True).distinct()
    for authority in keeping:
        look_through.delay(authority=authority)


@shared_task
def look_through(*, authority: int, **_: object) -> int:
    """Look for people whom an authority holds twice. ``authority`` is its id."""
    return pairs.look(Authority.objects.get(pk=authority), at=timezone.now())
