"""Users and what they may do."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from ccis.access.roles import Role
from ccis.accounts.actions.invitations import digest_of
from ccis.accounts.models import Invitation, Membership, User
from tests.factories.authorities import AuthorityFactory


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"officer{n}@council.example")
    name = factory.Sequence(lambda n: f"Officer Number {n}")
    password = factory.django.Password("correct horse battery staple")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    authority = factory.SubFactory(AuthorityFactory)
    role = Role.TRACKING_OFFICER.value
    starts_on = date(2020, 1, 1)


class InvitationFactory(factory.django.DjangoModelFactory):
    """An invitation that waits; ``token`` is what its link holds."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence(lambda n: f"token-number-{n:020}")

    authority = factory.SubFactory(AuthorityFactory)
    email = factory.Sequence(lambda n: f"invited{n}@council.example")
    name = factory.Sequence(lambda n: f"Invited Number {n}")
    role = Role.TRACKING_OFFICER.value
    starts_on = factory.LazyFunction(timezone.localdate)
    invited_at = factory.LazyFunction(timezone.now)
    sent_at = factory.SelfAttribute("invited_at")
    expires_at = factory.LazyAttribute(lambda o: o.sent_at + timedelta(days=7))
    token_digest = factory.LazyAttribute(lambda o: digest_of(o.token))


def member(role: Role = Role.TRACKING_OFFICER, **fields: object) -> User:
    """A user with one current membership; ``authority`` and others may be given."""
    return MembershipFactory(role=role.value, **fields).user
