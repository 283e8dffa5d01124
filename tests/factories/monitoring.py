"""Service level agreements and retention figures of invented parties."""

from datetime import UTC, date, datetime

import factory

from sharing.monitoring.models import Baseline, ServiceLevel
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory
from tests.factories.intake import SourceFactory
from tests.factories.providers import ProviderFactory


class ServiceLevelFactory(factory.django.DjangoModelFactory):
    """One that both sides have signed."""

    class Meta:
        model = ServiceLevel

    authority = factory.SubFactory(AuthorityFactory)
    provider = factory.SubFactory(ProviderFactory)
    due_day = 7
    their_days = 5
    our_days = 10
    they_name = "Ines Okafor"
    they_job = "Vice principal"
    they_email = "ines@kestrel.test"
    we_name = "Dev Marsh"
    we_job = "Head of service"
    we_email = "dev@northgate.test"
    starts_on = date(2026, 1, 1)
    review_on = date(2027, 9, 1)
    our_signatory = "Dev Marsh"
    our_signed_on = date(2025, 12, 1)
    their_signatory = "Ines Okafor"
    their_signed_on = date(2025, 12, 2)
    made_by = factory.SubFactory(UserFactory)
    made_at = datetime(2025, 11, 1, 9, tzinfo=UTC)


class BaselineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Baseline

    source = factory.SubFactory(SourceFactory)
    year = 2026
    measure = "left-early"
    figure = 40
    origin = "Their report"
    by = factory.SubFactory(UserFactory)
    at = datetime(2026, 9, 1, 9, tzinfo=UTC)
