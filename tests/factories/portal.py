"""Who sits where in the portal."""

from datetime import UTC, datetime

import factory
from django.utils import timezone

from ccis.access.roles import Role
from ccis.accounts.models import Membership, User
from ccis.authorities.models import Authority
from providers.models import Provider
from providers.portal.models import Seat, SeatOffer
from tests.factories.accounts import InvitationFactory, MembershipFactory, UserFactory
from tests.factories.authorities import AuthorityFactory
from tests.factories.providers import ProviderFactory


class SeatFactory(factory.django.DjangoModelFactory):
    """An open seat. Its holder has no role by that: see ``seated``."""

    class Meta:
        model = Seat

    user = factory.SubFactory(UserFactory)
    provider = factory.SubFactory(ProviderFactory)
    authority = factory.SubFactory(AuthorityFactory)
    made_at = datetime(2026, 9, 1, 9, tzinfo=UTC)
    used_at = factory.LazyFunction(timezone.now)


class SeatOfferFactory(factory.django.DjangoModelFactory):
    """A seat that somebody was offered by an invitation that waits."""

    class Meta:
        model = SeatOffer

    invitation = factory.SubFactory(InvitationFactory, role=Role.NAMED_INDIVIDUAL.value)
    provider = factory.SubFactory(ProviderFactory)
    name = factory.SelfAttribute("invitation.name")
    role = factory.SelfAttribute("invitation.role")
    made_at = factory.SelfAttribute("invitation.sent_at")


def seated(
    role: Role = Role.NAMED_INDIVIDUAL,
    *,
    provider: Provider,
    authority: Authority,
    user: User | None = None,
    **fields: object,
) -> Seat:
    """A seat whose holder also has a role for the council, as they do in life."""
    user = user or UserFactory()
    if not Membership.objects.filter(user=user, authority=authority).exists():
        MembershipFactory(user=user, authority=authority, role=role.value)
    fields = {"role": role.value} | fields
    seat: Seat = SeatFactory(user=user, provider=provider, authority=authority, **fields)
    return seat
