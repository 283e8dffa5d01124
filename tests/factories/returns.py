"""Makings of a return, and what they found and sent."""

from datetime import UTC, date, datetime

import factory

from returns.models import Build, Finding, SentStatus
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import YoungPersonFactory


class BuildFactory(factory.django.DjangoModelFactory):
    """One that was asked for and has not begun."""

    class Meta:
        model = Build

    authority = factory.SubFactory(AuthorityFactory)
    period = "2026-10"
    edition = "2026-27"
    kind = "trial"
    date_of_send = date(2026, 11, 10)
    software_version = "0.1.0"
    supplier_name = "CCIS"
    schema_version = "1.0"
    asked_at = datetime(2026, 11, 10, 9, tzinfo=UTC)


class FindingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Finding

    build = factory.SubFactory(
        BuildFactory, authority=factory.SelfAttribute("..person.lead_authority")
    )
    person = factory.SubFactory(YoungPersonFactory)
    young_persons_id = factory.SelfAttribute("person.young_persons_id")
    code = "259"
    priority = 1
    element = "PredictedEndDate"
    value_present = False


class SentStatusFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SentStatus

    build = factory.SubFactory(
        BuildFactory, authority=factory.SelfAttribute("..person.lead_authority")
    )
    person = factory.SubFactory(YoungPersonFactory)
    young_persons_id = factory.SelfAttribute("person.young_persons_id")
    status = "C"
