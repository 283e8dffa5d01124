"""Closing a record: moved away, left England, died."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from caseload.actions import departures
from caseload.errors import CannotRecord
from caseload.models import Departure, RestrictionLevel
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.caseload import complete_person

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TO_BARNET = {"kind": "T", "authority": "302", "on": "yesterday"}
ABROAD = {"kind": "E", "place": "003", "on": "yesterday"}
DIED = {"on": "yesterday", "source": "the school"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager(signed_in):
    return signed_in(Role.DATA_MANAGER)


@pytest.fixture
def amara(db):
    return complete_person()


def url(name, person):
    return reverse(f"caseload:{name}", args=[person.ref])


@pytest.mark.parametrize("name", ["move", "death"])
@pytest.mark.parametrize("role", [Role.TRACKING_OFFICER, Role.ADMINISTRATOR, Role.READ_ONLY])
def test_only_a_data_manager_closes_records(signed_in, amara, name, role):
    client = signed_in(role)

    assert client.get(url(name, amara)).status_code == 403
    assert client.post(url(name, amara), {**DIED, "confirmed": "yes"}).status_code == 403
    assert not Departure.objects.exists()


@pytest.mark.parametrize(("name", "answers"), [("move", TO_BARNET), ("death", DIED)])
def test_what_will_happen_is_listed_before_it_is_done(manager, amara, name, answers):
    text = manager.post(url(name, amara), answers).content.decode()

    assert "What will happen" in text
    assert "23 November 2026" in text
    assert not Departure.objects.exists()


@pytest.mark.parametrize(
    ("answers", "kind", "to_code"), [(TO_BARNET, "T", "302"), (ABROAD, "E", "003")]
)
def test_a_move_is_recorded_on_the_second_press(manager, amara, answers, kind, to_code):
    response = manager.post(url("move", amara), {**answers, "confirmed": "yes"})

    assert response.url == url("person", amara)
    departure = Departure.objects.get()
    assert (departure.kind, departure.to_code, departure.starts_on) == (
        kind,
        to_code,
        date(2026, 11, 23),
    )
    assert "Moved to another authority" in manager.get(url("person", amara)).content.decode() or (
        kind == "E"
    )
    assert TrailEntry.objects.filter(verb="move recorded", subject_id=amara.pk).count() == 1


def test_the_answers_can_be_changed_before_the_second_press(manager, amara):
    text = manager.post(url("move", amara), {**TO_BARNET, "change": "yes"}).content.decode()

    assert "Where did they go?" in text
    assert not Departure.objects.exists()


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"on": "today"}, "Select where they went"),
        ({"kind": "T", "on": "today"}, "Select the authority that they moved to"),
        ({"kind": "E", "on": "today"}, "Select the code of the place"),
        ({"kind": "T", "authority": "302"}, "Enter the date on which they moved"),
        (
            {"kind": "T", "authority": "302", "on": "2026-11-25"},
            "The day must be today or in the past",
        ),
        (
            {"kind": "T", "authority": "306", "on": "today", "confirmed": "yes"},
            "keeps this record already",
        ),
    ],
)
def test_a_move_that_cannot_be_is_refused(manager, amara, answers, message):
    assert message in manager.post(url("move", amara), answers).content.decode()
    assert not Departure.objects.exists()


def test_nobody_leaves_twice(manager, amara):
    manager.post(url("move", amara), {**TO_BARNET, "confirmed": "yes"})

    text = manager.post(url("move", amara), {**ABROAD, "confirmed": "yes"}).content.decode()

    assert "This record was closed on 23 November 2026" in text
    assert Departure.objects.count() == 1


def test_after_a_death_only_the_administrator_finds_the_record(manager, signed_in, amara):
    response = manager.post(url("death", amara), {**DIED, "confirmed": "yes"})

    assert response.url == reverse("caseload:people")
    amara.refresh_from_db()
    assert amara.restriction_level == RestrictionLevel.DECEASED
    assert Departure.objects.get().kind == "D"
    assert manager.get(url("person", amara)).status_code == 404
    administrator = signed_in(Role.ADMINISTRATOR)
    assert "Restricted: deceased" in administrator.get(url("person", amara)).content.decode()


def test_a_death_needs_to_be_told_by_someone(manager, amara):
    text = manager.post(url("death", amara), {"on": "today"}).content.decode()

    assert "Enter who told us" in text


@pytest.mark.parametrize("to_code", ["004", "999", ""])
def test_nobody_is_transferred_to_a_place_that_is_not_known(amara, officer, to_code):
    with pytest.raises(CannotRecord, match="Select the authority"):
        departures.record(person=amara, kind="T", to_code=to_code, on=date(2026, 11, 1),
                          by=officer, at=NOW)  # fmt: skip
