"""Who may open which list now, as the database asks of the portal's login (LC-10; 0049, 0052).

A grant to open a list is never taken back. It holds while the list's own agreement names its
holder, approved, and they have a seat at its organisation for its council.
"""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from providers.portal.models import Seat
from sharing.agreements.models import NamedPerson
from sharing.models import ListGrant, ListState, SharedList

OPENS = "open_list"
"""Codename of the permission that a grant gives."""


def standing_grants() -> QuerySet[ListGrant]:
    """Grants to open a list that hold now."""
    named = _named(OuterRef("content_object__version__agreement"), Lower(OuterRef("user__email")))
    seated = Seat.objects.filter(
        user=OuterRef("user"),
        provider=OuterRef("content_object__provider"),
        authority=OuterRef("content_object__authority"),
        ended_at=None,
    )
    held: QuerySet[ListGrant] = ListGrant.objects.filter(
        Exists(named), Exists(seated), permission__codename=OPENS, user__is_active=True
    )
    return held


def lists_of(seat: Seat) -> QuerySet[SharedList]:
    """Released lists that somebody may open where they sit: of that organisation and council.

    The same rule as ``standing_grants``, asked of one seat: every page of the portal asks it.
    """
    named = _named(OuterRef("version__agreement"), seat.user.email.lower())
    granted = ListGrant.objects.filter(
        content_object=OuterRef("pk"), user=seat.user_id, permission__codename=OPENS
    )
    seated = Seat.objects.filter(pk=seat.pk, ended_at=None, user__is_active=True)
    return SharedList.objects.filter(
        Exists(named),
        Exists(granted),
        Exists(seated),
        provider=seat.provider_id,
        authority=seat.authority_id,
        state=ListState.RELEASED,
    )


def _named(agreement: Any, email: Any) -> QuerySet[NamedPerson]:
    return NamedPerson.objects.filter(
        agreement=agreement, email=email, approved_at__isnull=False, ended_at=None
    )
