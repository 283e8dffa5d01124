"""Users and what they may do."""

from datetime import date

import factory

from ccis.access.roles import Role
from ccis.accounts.models import Membership, User
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


def member(role: Role = Role.TRACKING_OFFICER, **fields: object) -> User:
    """A user with one current membership; ``authority`` and others may be given."""
    return MembershipFactory(role=role.value, **fields).user
