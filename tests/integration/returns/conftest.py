"""What the tests of the return lean on: making one in place, and asking how someone stands."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from caseload.actions import facts
from caseload.models import YoungPerson
from ccis.access.roles import Role
from ccis.accounts.models import User
from ccis.audit.changes import fix_moment
from ccis.audit.models import Change
from ccis.authorities.models import Authority
from ccis.calendar.periods import Period
from returns import editions, lineage, records
from returns.actions import builds, making
from returns.cohort import AsAt
from returns.models import Build, BuildKind
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ChangeFactory
from tests.integration.returns.pages import TODAY

OCTOBER = Period.parse("2026-10")
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def returns_folder(settings: Any, tmp_path: Path) -> Path:
    settings.RETURNS_FOLDER = tmp_path / "returns"
    return settings.RETURNS_FOLDER


@pytest.fixture
def croydon(db: None) -> Authority:
    return AuthorityFactory()


def make(
    authority: Authority, period: Period | str = OCTOBER, kind: BuildKind = BuildKind.TRIAL
) -> Build:
    """A return made to the end."""
    month = Period.parse(period) if isinstance(period, str) else period
    at = max(NOW, datetime(month.end.year + 1, 1, 1, tzinfo=UTC))
    build = builds.ask(authority=authority, period=month, kind=kind, by=None, at=at)
    return making.make(build_id=build.pk, now=lambda: at)


def as_at(
    person: YoungPerson, period: Period | str = OCTOBER, *, baseline: Build | None = None
) -> AsAt:
    """What is known now of one person, for a month."""
    return AsAt(
        authority_id=person.lead_authority_id,
        lead_code=person.lead_authority.code,
        period=Period.parse(period) if isinstance(period, str) else period,
        moment=fix_moment(person.lead_authority),
        edition=editions.newest(),
        baseline_id=baseline.pk if baseline else None,
        people=(person.pk,),
    )


def standing(
    person: YoungPerson, period: Period | str = OCTOBER, *, baseline: Build | None = None
) -> tuple[str, str]:
    """Status ("" for out) and reason of one person, and that the record agrees."""
    asked = as_at(person, period, baseline=baseline)
    explained = lineage.explain_as_at(person, asked)
    row = records.of_people(asked).get(person.pk)
    assert (row["cohort_status"] if row else "") == explained.status
    return explained.status, explained.reason


def record_of(
    person: YoungPerson, period: Period | str = OCTOBER, **options: Any
) -> dict[str, Any]:
    """The record that one person has."""
    return records.of_people(as_at(person, period, **options))[person.pk]


def sent(build: Build) -> dict[int, str]:
    """Status by person of a finished final return."""
    return dict(build.sent.values_list("person_id", "status"))


def end(fact: Any, on: date) -> Any:
    """Say that a fact stopped being true after a day, as an officer would."""
    return facts.end(fact, change=change_of(fact), on=on)


def withdraw(fact: Any) -> Change:
    """Stop believing a fact."""
    change = change_of(fact)
    facts.supersede([fact], change=change)
    return change


def change_of(fact: Any) -> Change:
    return ChangeFactory(authority=fact.person.lead_authority, at=NOW)


Maker = Callable[..., Build]


@pytest.fixture
def november() -> Iterator[None]:
    """The day of the pages' tests: October is over, and its return is not due yet."""
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def manager(croydon: Authority) -> User:
    """A data manager of authority 306."""
    return member(Role.DATA_MANAGER, authority=croydon)


@pytest.fixture
def desk(manager: User) -> Client:
    """The data manager's browser."""
    client = Client()
    client.force_login(manager)
    return client
