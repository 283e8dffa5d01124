"""Who may open which list now (LC-10)."""

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from providers.portal.models import Seat
from sharing.agreements.models import NamedPerson
from sharing.models import ListGrant


def standing_grants() -> QuerySet[ListGrant]:
    """Grants to open a list that hold now, as the database asks of the portal's login (0049, 0052).

    A grant is never taken back. It holds while the list's own agreement names its holder, approved,
    and they have a seat at its organisation for its council.
    """
    named = NamedPerson.objects.filter(
        agreement=OuterRef("content_object__version__agreement"),
        email=Lower(OuterRef("user__email")),
        approved_at__isnull=False,
        ended_at=None,
    )
    seated = Seat.objects.filter(
        user=OuterRef("user"),
        provider=OuterRef("content_object__provider"),
        authority=OuterRef("content_object__authority"),
        ended_at=None,
    )
    held: QuerySet[ListGrant] = ListGrant.objects.filter(
        Exists(named), Exists(seated), permission__codename="open_list", user__is_active=True
    )
    return held
