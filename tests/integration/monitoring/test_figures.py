"""What is said of months that are over: when they were due, and what may be told of them."""

from datetime import date

import pytest

from caseload.dropouts.queries import months_of
from ccis.calendar.periods import Period
from sharing.monitoring import queries
from sharing.monitoring.rules import Standing
from tests.factories.authorities import AuthorityFactory
from tests.factories.intake import SourceFactory
from tests.factories.monitoring import ServiceLevelFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

JULY, AUGUST = Period(2026, 7), Period(2026, 8)


@pytest.fixture
def authority():
    return AuthorityFactory()


def college(authority, **fields):
    """A college that is asked for drop-outs."""
    provider = ProviderFactory(college=True, authority=authority)
    key = f"provider:{provider.ref}"
    return SourceFactory(
        authority=authority, provider=provider, name="", key=key, kinds=["ldor"], **fields
    )


# -- when months were due --------------------------------------------------------------------------


def agreed(source, **fields):
    return ServiceLevelFactory(authority=source.authority, provider=source.provider, **fields)


def ended(level, on):
    level.ended_on, level.ended_by, level.ended_why = on, level.made_by, "A new one follows"
    level.save()


def due(source, month, today):
    (told,) = months_of(source, [month], today=today)
    return told.due_on


def test_an_agreement_that_was_renewed_leaves_the_months_before_as_they_were_due(authority):
    source, today = college(authority), date(2026, 9, 15)
    ended(agreed(source, due_day=12), date(2026, 8, 31))
    renewed = agreed(source, due_day=5, starts_on=date(2026, 9, 1))

    (line,) = queries.calendar_of(authority, [JULY, AUGUST], today=today)

    assert [(cell.told.due_on, cell.standing) for cell in line.cells] == [
        (date(2026, 8, 12), Standing.MISSING),
        (date(2026, 9, 5), Standing.MISSING),
    ]
    assert queries.level_for(authority, source.provider, on=today) == renewed
    ended(renewed, today)
    later = date(2026, 11, 20)
    assert queries.level_for(authority, source.provider, on=later) is None
    assert due(source, JULY, later) == date(2026, 8, 12)
    assert due(source, Period(2026, 9), later) is None, "nothing was in force in October"


def test_an_agreement_that_is_signed_late_makes_no_month_before_it_late(authority):
    source, today = college(authority), date(2026, 9, 15)
    level = agreed(source, due_day=12, their_signed_on=date(2026, 9, 10))

    assert due(source, JULY, today) is None
    assert due(source, AUGUST, today) == date(2026, 9, 12)
    level.their_signed_on, level.their_signatory = None, ""
    level.save()
    assert due(source, AUGUST, today) is None
