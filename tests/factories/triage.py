"""Strands and choices of invented people."""

import factory

from sharing.triage.models import Choice, Strand, StrandVersion
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import YoungPersonFactory
from tests.factories.providers import ProviderFactory
from tests.factories.sharing import AT


class StrandFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Strand

    authority = factory.SubFactory(AuthorityFactory)
    provider = factory.SubFactory(ProviderFactory)
    purpose = "support"
    name = "Ready for work"


class StrandVersionFactory(factory.django.DjangoModelFactory):
    """A version in use; ``of`` is the one row of its criteria."""

    class Meta:
        model = StrandVersion

    class Params:
        of = ("doing:education",)

    strand = factory.SubFactory(StrandFactory)
    number = 1
    criteria = factory.LazyAttribute(lambda o: [{"mode": "any", "of": list(o.of)}])
    made_by = factory.SubFactory(UserFactory)
    made_at = AT
    used_by = factory.SelfAttribute("made_by")
    used_at = AT


class ChoiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Choice

    person = factory.SubFactory(YoungPersonFactory)
    authority = factory.SelfAttribute("person.lead_authority")
    decision = "left"
    reason = "They start a course on Monday"
    decided_by = factory.SubFactory(UserFactory)
    decided_at = AT
