"""Which seats someone has, and which of them they sit on now."""

from datetime import datetime

from ccis.access.checks import memberships_of
from ccis.access.roles import PORTAL_ROLES, Role
from ccis.accounts.models import User
from providers.portal.models import Seat


def seats_of(user: User, at: datetime) -> list[Seat]:
    """Someone's open seats, by council and organisation; none where their role has ended."""
    councils = [m.authority_id for m in memberships_of(user) if Role(m.role) in PORTAL_ROLES]
    seats = Seat.objects.of(user).open(at).filter(authority__in=councils)
    seats = seats.select_related("authority", "provider", "user")
    return list(seats.order_by("authority__code", "provider__name", "pk"))
