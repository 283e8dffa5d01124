"""Files that arrived, and their rows."""

from datetime import UTC, date, datetime

import factory

from caseload.intake.models import InboundFile, InboundRow, RowDestruction
from caseload.intake.source_models import Source, SourceToken
from caseload.matching.estimating import SHIPPED
from caseload.matching.models import Answer, Candidate, MatchModel
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory


class InboundFileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = InboundFile

    authority = factory.SubFactory(AuthorityFactory)
    kind = "school-census"
    source_name = "Kestrel School"
    file_name = "roll.csv"
    size = 1024
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    keep_original_until = date(2027, 1, 1)
    as_at = date(2026, 10, 1)
    received_by = factory.SubFactory(UserFactory)
    received_at = datetime(2026, 10, 1, 9, tzinfo=UTC)


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source

    authority = factory.SubFactory(AuthorityFactory)
    name = factory.Sequence(lambda n: f"Kestrel School {n}")
    key = factory.LazyAttribute(lambda o: o.name.lower())


class SourceTokenFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SourceToken

    source = factory.SubFactory(SourceFactory)
    name = "The school's own system"
    digest = "0" * 64
    kinds = factory.LazyFunction(lambda: ["school-census"])
    made_by = factory.SubFactory(UserFactory)
    made_at = datetime(2026, 10, 1, 9, tzinfo=UTC)
    expires_on = date(2027, 9, 30)


class InboundRowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = InboundRow

    file = factory.SubFactory(InboundFileFactory)
    number = factory.Sequence(lambda n: n + 2)
    sent = factory.LazyFunction(lambda: ["Oduya", "Amara"])


class AnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Answer

    row = factory.SubFactory(InboundRowFactory)
    authority = factory.SelfAttribute("row.file.authority")
    person = factory.SelfAttribute("row.person")
    is_same = True
    by = factory.SubFactory(UserFactory)
    at = datetime(2026, 10, 1, 10, tzinfo=UTC)


class RowDestructionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RowDestruction

    file = factory.SubFactory(InboundFileFactory)
    at = datetime(2026, 12, 1, 4, 25, tzinfo=UTC)
    why = RowDestruction.Why.DONE
    numbers = factory.LazyFunction(lambda: [2, 3])
    original = True


class MatchModelFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MatchModel
        django_get_or_create = ("kind", "version")

    kind = "school-census"
    version = 1
    parameters = factory.LazyFunction(SHIPPED.as_json)


class CandidateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Candidate

    row = factory.SubFactory(InboundRowFactory)
    model = factory.SubFactory(MatchModelFactory)
    weight = 9.5
    probability = 0.9
    steps = factory.LazyFunction(list)
    band = "ask"
