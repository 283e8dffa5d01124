"""The audit's page says how the trail stands, and a check runs each night."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from ccis.access.database import WORKER, acting_as
from ccis.access.roles import Role
from ccis.audit import checking, sealing, trail
from ccis.audit.models import TrailEntry
from ccis.audit.tasks import check_trail
from ccis.celery import BEAT_SCHEDULE
from tests.factories.accounts import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outside", "clock", "settled")]

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def settled(monkeypatch):
    monkeypatch.setattr(sealing, "_server", lambda: ("this server", 2**60, 2**60))


def words(client, role=Role.INFORMATION_GOVERNANCE):
    client.force_login(member(role))
    response = client.get("/governance/audit/")
    assert response.status_code == 200
    return " ".join(re.sub(r"<.*?>", " ", response.content.decode()).split())


def write(at=NOW):
    trail.record("thing done", by=None, at=at, authority=None)


def test_before_the_first_seal(client):
    shown = words(client)

    assert "Sealed Nothing yet" in shown
    assert "Last checked Not yet" in shown


def test_up_to_where_it_is_sealed_and_what_its_check_found(client):
    write()
    sealing.seal_trail(at=NOW)
    assert check_trail() == 0

    shown = words(client)
    assert "Up to seal 1, made 24 Nov 2026, 9:30am" in shown
    assert "24 Nov 2026, 9:30am: 1 line of the last days, no fault" in shown


def test_a_sealer_that_stands_still_is_told(client):
    write(at=NOW - timedelta(minutes=11))

    assert "Sealing stands still: tell whoever runs the service." in words(client)


def test_faults_are_told(client, caplog):
    write()
    sealing.seal_trail(at=NOW)
    TrailEntry.objects.filter(verb="thing done").update(verb="Amara Oduya")

    with acting_as(WORKER):
        assert check_trail() == 1

    assert "1 fault" in words(client)
    assert "Seal 1: 1 line that are not as they were" in caplog.text
    assert "Amara" not in caplog.text
    checked = checking.last_checked()
    assert checked is not None
    assert not checked.whole


def test_it_stands_in_the_navigation_of_information_governance(client):
    client.force_login(member(Role.INFORMATION_GOVERNANCE))

    assert '/governance/audit/"' in client.get("/people/").content.decode()


@pytest.mark.parametrize("role", [Role.TRACKING_OFFICER, Role.READ_ONLY, Role.NAMED_INDIVIDUAL])
def test_who_has_no_business_there_is_refused(client, role):
    client.force_login(member(role))

    assert client.get("/governance/audit/").status_code == 403


def test_it_is_checked_every_night():
    assert "ccis.audit.tasks.check_trail" in {entry["task"] for entry in BEAT_SCHEDULE.values()}
