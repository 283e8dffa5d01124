"""Makings of a return, and what they found and sent."""

from datetime import UTC, date, datetime, timedelta

import factory
from django.utils import timezone

from returns.models import Build, Difference, FileCheck, Finding, Reconciliation, SentStatus
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import YoungPersonFactory
from tests.factories.intake import InboundFileFactory


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


class ReconciliationFactory(factory.django.DjangoModelFactory):
    """One that was compared, in which nothing differs."""

    class Meta:
        model = Reconciliation

    file = factory.SubFactory(
        InboundFileFactory, kind="ccis-extract", as_at=date(2026, 10, 31), row_count=1
    )
    authority = factory.SelfAttribute("file.authority")
    build = factory.SubFactory(
        BuildFactory, authority=factory.SelfAttribute("..authority"), state="stopped"
    )
    made_at = datetime(2026, 11, 10, 9, tzinfo=UTC)
    compared_at = datetime(2026, 11, 10, 9, 5, tzinfo=UTC)
    counts = factory.LazyFunction(
        lambda: {
            "there": {"records": 1, "status": {"P": 1}, "activity": {"230": 1}, "age": {"17": 1}},
            "here": {"records": 1, "status": {"P": 1}, "activity": {"230": 1}, "age": {"17": 1}},
            "same": 1,
            "rows": {"added": 1},
        }
    )


class DifferenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Difference

    class Params:
        of = factory.SubFactory(YoungPersonFactory)

    reconciliation = factory.SubFactory(ReconciliationFactory)
    what = "value"
    element = "DueToLapseDate"
    reason = "worked-out"
    person = factory.SelfAttribute("of")
    young_persons_id = factory.SelfAttribute("person.young_persons_id")
    row_number = 2


class FileCheckFactory(factory.django.DjangoModelFactory):
    """Someone's file, checked and clean; nothing is stored of it."""

    class Meta:
        model = FileCheck

    authority = factory.SubFactory(AuthorityFactory)
    edition = "2026-27"
    state = "done"
    file_name = "theirs.xml"
    size = 2_000
    sha256 = "0" * 64
    stored_id = "0" * 32
    asked_by = factory.SubFactory(UserFactory)
    asked_at = factory.LazyFunction(timezone.now)
    keep_until = factory.LazyAttribute(lambda check: check.asked_at + timedelta(days=1))
    was_read = True
