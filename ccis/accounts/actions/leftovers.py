"""Leave for single records that stayed with someone whose role has ended (USE-09)."""

from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet
from guardian.models import UserObjectPermissionBase

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority

GRANTS_REMOVED = "leave for records taken back"


def grants_of_authority(authority: Authority) -> Iterator[QuerySet[Model]]:
    """Leave for records that an authority leads, by kind of record; each names its ``user``."""
    for model in apps.get_models():
        if issubclass(model, UserObjectPermissionBase) and _is_led(model):
            yield model._default_manager.filter(content_object__lead_authority=authority)


def _is_led(model: type[Model]) -> bool:
    """Whether a kind of leave is for one kind of record, and that record has a lead authority."""
    fields = {field.name: field for field in model._meta.get_fields()}
    record = fields["content_object"].related_model if "content_object" in fields else None
    return record is not None and any(
        field.name == "lead_authority" for field in record._meta.get_fields()
    )


@transaction.atomic
def take_back_grants(user: User, *, authority: Authority, by: User, at: datetime) -> int:
    """Take back someone's leave for single records of an authority; return how many there were."""
    count = 0
    for grants in grants_of_authority(authority):
        removed, _ = grants.filter(user=user).delete()
        count += removed
    trail.record(GRANTS_REMOVED, by=by, at=at, authority=authority, subject=user, count=count)
    return count
