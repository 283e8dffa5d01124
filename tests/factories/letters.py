"""Templates, lists, batches and letters. All are invented."""

from datetime import UTC, date, datetime
from pathlib import Path

import factory

from optout.letters import rules
from optout.letters.models import Batch, Letter, ProviderList, Template, Version
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import AddressFactory, YoungPersonFactory

STANDARD_BODY = (Path(rules.__file__).parent / "standard.txt").read_text()
PLANNED = datetime(2026, 11, 2, 10, tzinfo=UTC)
"""A Monday."""


class ProviderListFactory(factory.django.DjangoModelFactory):
    """A version of a list; ``providers`` are on it."""

    class Meta:
        model = ProviderList
        skip_postgeneration_save = True

    authority = factory.SubFactory(AuthorityFactory)
    version = factory.Sequence(lambda n: n + 1)
    made_at = datetime(2026, 9, 1, 9, tzinfo=UTC)
    why = "made for a test"

    @factory.post_generation
    def providers(obj, create, extracted, **kwargs):
        for provider in extracted or ():
            obj.listed.create(provider=provider)


class TemplateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Template

    authority = factory.SubFactory(AuthorityFactory)
    name = factory.Sequence(lambda n: f"Letter {n}")


class VersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Version

    template = factory.SubFactory(TemplateFactory)
    number = 1
    body = STANDARD_BODY
    purpose = rules.SUPPORT
    columns = ["name", "address", "phone"]
    sender = "Northgate Council\n1 Guildhall Square\nNorthgate\nNG1 1AA"
    phone = "0115 496 0000"
    email = "choices@northgate.example"
    signed_by = "Priya Shah"
    team = "Northgate Futures"
    web_address = "https://choices.northgate.example"
    published_at = datetime(2026, 9, 1, 9, tzinfo=UTC)
    why = "made for a test"


class BatchFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Batch

    authority = factory.SubFactory(AuthorityFactory)
    template = factory.SubFactory(TemplateFactory, authority=factory.SelfAttribute("..authority"))
    provider_list = factory.SubFactory(
        ProviderListFactory, authority=factory.SelfAttribute("..authority")
    )
    rule = factory.LazyFunction(dict)
    dated_on = date(2026, 11, 3)
    sharing_from = date(2026, 11, 18)
    planned_by = factory.SubFactory(UserFactory)
    planned_at = PLANNED


class LetterFactory(factory.django.DjangoModelFactory):
    """A letter to someone; ``posted_on`` posts its batch."""

    class Meta:
        model = Letter

    class Params:
        posted_on = None

    person = factory.SubFactory(YoungPersonFactory)
    batch = factory.SubFactory(
        BatchFactory,
        authority=factory.SelfAttribute("..person.lead_authority"),
        state=factory.LazyAttribute(
            lambda o: "posted" if o.factory_parent.posted_on else "waiting"
        ),
        posted_on=factory.SelfAttribute("..posted_on"),
    )
    version = factory.SubFactory(VersionFactory, template=factory.SelfAttribute("..batch.template"))
    address = factory.LazyAttribute(
        lambda o: o.person.address_facts.first() or AddressFactory(person=o.person, kind="letters")
    )
