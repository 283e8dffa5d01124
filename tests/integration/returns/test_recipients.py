"""Who was sent a fact: the Department, by the final returns that named the person (LAW-09)."""

from datetime import UTC, date, datetime

import pytest

from caseload.models import Address, ContactPoint
from optout.recipients import sent_to
from returns.recipients import returns_with
from tests.factories.caseload import ContactPointFactory, complete_person
from tests.factories.returns import BuildFactory, SentStatusFactory

pytestmark = pytest.mark.django_db


def final(person, *, period: str, moment: int):
    build = BuildFactory(
        authority=person.lead_authority, period=period, kind="final", state="done", moment=moment,
        finished_at=datetime(2026, 11, 10, tzinfo=UTC), record_count=1, size=1, sha256="a" * 64,
    )  # fmt: skip
    SentStatusFactory(build=build, person=person)


def test_a_return_was_sent_what_was_believed_when_it_was_made_and_true_in_its_month():
    person = complete_person()
    address = Address.objects.get(person=person)
    final(person, period="2026-10", moment=address.recorded_id)
    final(person, period="2026-09", moment=address.recorded_id - 1)  # made before we held it
    before = date(address.starts_on.year - 1, 1, 1)
    final(person, period=f"{before:%Y-%m}", moment=address.recorded_id)  # not true yet

    (only,) = sent_to(person, [address])

    assert (only.who, only.how) == ("the Department for Education", "The return of October 2026")
    assert not only.is_the_person
    ContactPointFactory(person=person)
    assert returns_with(person, list(ContactPoint.objects.filter(person=person))) == []
