"""Policy documents of an authority."""

from datetime import UTC, date, datetime

import factory

from caseload.policies.models import PolicyDocument
from caseload.policies.rules import CONDITIONS
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory


class PolicyDocumentFactory(factory.django.DjangoModelFactory):
    """A document in force since long ago, that covers every condition."""

    class Meta:
        model = PolicyDocument
        django_get_or_create = ("authority", "title", "version")

    authority = factory.SubFactory(AuthorityFactory)
    title = "Policy on special category data"
    version = "1"
    conditions = factory.LazyFunction(lambda: list(CONDITIONS))
    covers = "What schools tell us, and circumstances of young people"
    kept_at = "The register of the council"
    starts_on = date(2020, 1, 1)
    review_on = date(2099, 1, 1)
    registered_by = factory.SubFactory(UserFactory)
    registered_at = datetime(2020, 1, 1, tzinfo=UTC)


def policy_of(authority: object) -> str:
    """The words of a document in force of an authority."""
    return PolicyDocumentFactory(authority=authority).words
