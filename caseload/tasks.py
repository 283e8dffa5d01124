"""Work on the record by itself: thin, safe to do again."""

from celery import shared_task
from django.utils import timezone

from caseload.actions import places
from ccis.authorities.models import Authority
from ccis.authorities.placing import has_gazetteer


@shared_task
def check_addresses(**_: object) -> None:
    """Look up again what the gazetteer did not have (PIA-24). Run each night by beat."""
    for authority in Authority.objects.served():
        if has_gazetteer(authority.pk):
            places.check_addresses(authority, by=None, at=timezone.now())
