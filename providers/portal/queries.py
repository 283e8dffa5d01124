"""Which seats someone has, and who sits at an organisation."""

from datetime import datetime

from django.db.models import Q

from ccis.access.checks import memberships_of
from ccis.access.roles import PORTAL_ROLES, Role
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from providers.models import Provider
from providers.portal.models import Seat, SeatOffer


def seats_of(user: User, at: datetime) -> list[Seat]:
    """Someone's open seats, by council and organisation; none where their role has ended."""
    councils = {
        m.authority_id: m.authority for m in memberships_of(user) if Role(m.role) in PORTAL_ROLES
    }
    seats = Seat.objects.of(user).open(at).filter(authority__in=councils)
    found = list(seats.select_related("provider").order_by())
    for seat in found:  # what is known already is not read again: every page asks
        seat.user, seat.authority = user, councils[seat.authority_id]
    return sorted(found, key=lambda one: (one.authority.code, one.provider.name, one.pk))


def seats_at(provider: Provider, authority: Authority, at: datetime) -> list[Seat]:
    """The open seats at an organisation for a council, by name."""
    seats = Seat.objects.open(at).filter(provider=provider, authority=authority)
    found = seats.select_related("user", "provider", "authority", "reviewed_by")
    return list(found.order_by("user__name", "pk"))


def offers_at(provider: Provider, authority: Authority) -> list[SeatOffer]:
    """Seats there that somebody was offered and has not taken up, the oldest first."""
    offers = SeatOffer.objects.waiting().filter(provider=provider, invitation__authority=authority)
    return list(offers.select_related("invitation", "provider"))


def places_of(authority: Authority, at: datetime) -> list[Provider]:
    """Organisations where somebody has access for a council, or is invited; by name."""
    seated = Seat.objects.open(at).filter(authority=authority)
    offered = SeatOffer.objects.waiting().filter(invitation__authority=authority)
    ids = Q(pk__in=seated.values("provider")) | Q(pk__in=offered.values("provider"))
    return list(Provider.objects.filter(ids).order_by("name", "pk"))
