"""A no is never lost by merging two records (PIA-14)."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from caseload.errors import CannotRecord
from caseload.merging.actions import merge, undo
from ccis.access.database import acting_as
from ccis.access.roles import Role
from optout.models import Statement
from optout.queries import objection_covers
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import NameFactory, ParticularsFactory, YoungPersonFactory
from tests.factories.optout import PersonalCodeFactory, RequestFactory, StatementFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture
def manager():
    return member(Role.DATA_MANAGER, authority=AuthorityFactory())


@pytest.fixture
def two():
    people = YoungPersonFactory(), YoungPersonFactory()
    for person in people:
        NameFactory(person=person)
        ParticularsFactory(person=person)
    return people


def test_what_was_said_and_asked_is_of_the_record_that_stays(two, manager):
    stays, goes = two
    said = StatementFactory(person=goes)
    code, asked = PersonalCodeFactory(person=goes), RequestFactory(person=goes)

    with acting_as("ccis_web"):
        made = merge(stays=stays, goes=goes, by=manager, at=NOW)

    assert objection_covers(stays, None, on=NOW.date())
    for one in (said, code, asked):
        one.refresh_from_db()
        assert one.person_id == stays.pk
    with acting_as("ccis_web"):
        undo(merged=made, places={}, by=manager, at=LATER)
    assert objection_covers(goes, None, on=NOW.date())
    assert not objection_covers(stays, None, on=NOW.date())


@pytest.mark.parametrize("who", [0, 1], ids=["the one that stays", "the one that goes"])
def test_a_no_and_a_later_yes_are_settled_before_the_merge(two, manager, who):
    said_no, said_yes = two[who], two[1 - who]
    StatementFactory(person=said_no, said_on=date(2026, 11, 1))
    StatementFactory(person=said_yes, said_on=date(2026, 11, 2))
    StatementFactory(person=said_yes, said_on=date(2026, 11, 3), says="yes")

    with time_machine.travel(NOW), pytest.raises(CannotRecord) as refused:
        merge(stays=two[0], goes=two[1], by=manager, at=NOW)

    assert "Ask the young person" in str(refused.value.message)
    assert Statement.objects.filter(person=said_no).count() == 1
