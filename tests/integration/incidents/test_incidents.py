"""Incidents: recorded, people found, told, decided and closed; reported in the portal."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.models import RestrictionLevel
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from sharing.actions import lists
from sharing.errors import CannotShare
from sharing.incidents import actions, alarms, queries, rules
from sharing.incidents.models import Alarm, Decision, Incident
from sharing.models import Disclosure
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import YoungPersonFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.sharing import AT, EmergencyFactory, ready

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _an_hour_later():
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield


def desk(user):
    client = Client()
    client.force_login(user)
    return client


def released(world, many=2):
    people = [world.person() for _ in range(many)]
    drafted = lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support",
        people=[one.pk for one in people], by=world.drafter, at=AT,
    ).list  # fmt: skip
    lists.release(drafted, by=world.releaser, at=AT)
    return drafted, people


def test_who_is_affected_is_worked_out_from_the_ledger_frozen_and_worked_out_again():
    world = ready()
    drafted, people = released(world)
    other = EmergencyFactory(person__lead_authority=world.authority, columns=["address"])
    unseen = YoungPersonFactory(lead_authority=world.authority)
    incident = IncidentFactory(authority=world.authority)
    who = {"by": world.releaser, "at": AT + timedelta(hours=1)}

    def found(**sought):
        made = actions.reckon(incident, queries.Sought(**sought), **who)
        return set(made.affected.values_list("person", flat=True))

    on_it = {one.pk for one in people}
    assert found(list=drafted.ref) == on_it
    assert found(provider=world.provider.ref, columns=("phone",)) == on_it
    assert found(columns=("address",)) == {other.person_id} | on_it
    assert found(provider=world.provider.ref, until=AT.date() - timedelta(days=1)) == set()
    assert found(list=drafted.ref, people=(unseen.ref,)) == on_it | {unseen.pk}
    with pytest.raises(CannotShare, match="No record here"):
        found(people=(YoungPersonFactory(lead_authority=AuthorityFactory(code=BARNET)).ref,))
    with pytest.raises(CannotShare, match="by what"):
        found()
    # What comes into the ledger later changes no answer; the newest one counts.
    EmergencyFactory(person__lead_authority=world.authority, provider=world.provider)
    assert {one.person_id for one in queries.affected(incident)} == on_it | {unseen.pk}
    assert [one.people for one in incident.reckonings.order_by("number")] == [2, 2, 3, 0, 3]


def test_an_incident_goes_from_found_to_closed_and_nothing_can_be_left_out(mailoutbox):
    world = ready()
    drafted, people = released(world)
    hidden = people[1]
    type(hidden).objects.filter(pk=hidden.pk).update(
        restriction_level=RestrictionLevel.PROTECTED_ADDRESS
    )
    client = desk(world.releaser)
    made = client.post(reverse("incidents:new"), {
        "kind": "onward", "title": "A list was passed on", "organisation": world.provider.ref,
        "finder": "organisation", "found_by": "Ines Okafor, centre manager",
        "aware_on": "today", "aware_time": "10:30am", "happened": "They sent it to a partner",
    })  # fmt: skip
    incident = Incident.objects.get()
    assert made.url == reverse("incidents:incident", args=[incident.ref])

    def post(name, *args, **data):
        address = reverse(f"incidents:{name}", args=[incident.ref, *args])
        return client.post(address, data, follow=True).content.decode()

    refused = post("decide", "regulator", answer="no", ground="unlikely", why="It is safe")
    assert "Work out first who is affected" in refused
    assert "2 people are affected" in post("find", list=drafted.ref)
    text = client.get(reverse("incidents:people", args=[incident.ref])).content.decode()
    assert "1 more is people whose record you may not open" in text
    assert "2 people assessed" in post("assess", all="yes", level="risk", why="Phone numbers")
    refused = post("decide", "regulator", answer="no", ground="unlikely", why="It is safe")
    assert "there is a risk for 2 people" in refused
    assert post("close").count("Still missing") == 1
    post("decide", "regulator", answer="yes", why="There is a risk", told_on="20/11/2026",
         told_time="10:59am", told_how="Online, reference 12-34")  # fmt: skip
    post("decide", "people", answer="no", ground="not-high", why="It was got back within the hour")
    for stage in ("data", "extent", "containment", "escalated", "lessons"):
        post("note", stage, words=f"What is known: {stage}")
    mailoutbox.clear()
    assert "told" in post("told")
    assert {one for each in mailoutbox for one in each.bcc} == {
        world.drafter.email, world.named.email,
    }  # fmt: skip
    for person in people:
        assert person.ref not in mailoutbox[0].subject + mailoutbox[0].body
    while left := [
        one for one in queries.to_notify(incident, on=AT.date())
        if not incident.notices.filter(key=one.key).exists()
    ]:  # fmt: skip
        assert left[0].key.startswith("signatory:")
        post("told-record", whom=left[0].key, how="phone", told_on="today")
    post("action-new", what="Train them", owner=world.drafter.ref, due_on="30/11/2026")
    assert "That every action is done" in post("close")
    post("action-done", incident.actions.get().ref, how="Trained on Monday")
    assert "Incident closed" in post("close")

    assert (
        "An organisation passed it on"
        in client.get(reverse("incidents:incidents")).content.decode()
    )
    assert "This incident is closed" in post("note", "data", words="More")
    post("reopen", why="More people are affected")
    incident.refresh_from_db()
    assert incident.closed_at is None
    verbs = set(TrailEntry.objects.values_list("verb", flat=True))
    assert {"incident recorded", "incident decided", "incident closed", "risk assessed"} <= verbs
    assert Decision.objects.filter(tell=False, why__startswith="It was got back").exists()


def test_the_clock_is_late_on_sharing_and_governance_is_written_to_once(
    django_capture_on_commit_callbacks, mailoutbox
):
    world = ready()
    running = IncidentFactory(
        authority=world.authority, aware_at=AT - timedelta(hours=72), recorded_at=AT
    )
    settled = IncidentFactory(
        authority=world.authority, aware_at=AT - timedelta(hours=90), recorded_at=AT
    )
    Decision.objects.create(
        incident=settled, about=rules.REGULATOR, tell=False, ground="unlikely", why="No",
        by=world.releaser, at=AT,
    )  # fmt: skip
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            alarms.watch_clocks(at=AT)

    assert list(Alarm.objects.values_list("incident", "kind")) == [(running.pk, "late")]
    assert [one.bcc for one in mailoutbox] == [[world.releaser.email]]
    page = desk(world.releaser).get(reverse("sharing:now")).content.decode()
    assert "Incidents late for the regulator" in page
    assert "Incidents" not in desk(world.drafter).get(reverse("sharing:now")).content.decode()
    # Decided that it is told after all: the clock runs again, as it is not told yet.
    Decision.objects.create(
        incident=settled, about=rules.REGULATOR, tell=True, why="Yes", by=world.releaser, at=AT
    )
    assert Incident.objects.late(AT).count() == 2


def test_an_organisation_reports_an_incident_and_governance_knows_at_once(
    django_capture_on_commit_callbacks,
):
    world = ready()
    client = desk(world.named)
    said = {
        "kind": "lost", "title": "A laptop was lost", "happened": "On a bus this morning",
        "details": "One list, 12 people", "phone": "020 7946 0000",
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("incidents:report"), said)

    assert response.status_code == 302
    incident = Incident.objects.get()
    assert (incident.provider, incident.reported) == (world.provider, True)
    assert incident.aware_at == incident.recorded_at
    assert [one.bcc for one in mail.outbox] == [[world.releaser.email]]
    # They see nothing of the register, nor does whoever has no seat or another part.
    assert client.get(reverse("incidents:incidents")).status_code == 403
    assert desk(world.drafter).get(reverse("incidents:incidents")).status_code == 403
    nowhere = member(Role.NAMED_INDIVIDUAL, authority=world.authority)
    assert desk(nowhere).get(reverse("incidents:report")).status_code == 404
    assert Disclosure.objects.count() == 0


def test_an_officer_reports_an_incident_from_any_page_and_governance_knows_at_once(
    django_capture_on_commit_callbacks,
):
    world = ready()
    client = desk(world.drafter)
    assert reverse("incidents:tell") in client.get(reverse("sharing:now")).content.decode()
    said = {
        "kind": "lost", "title": "A list was left on a train", "happened": "This morning",
        "details": "One list, 12 people", "phone": "020 7946 0000",
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("incidents:tell"), said)

    assert response.status_code == 302
    incident = Incident.objects.get()
    assert (incident.finder, incident.reported, incident.provider) == ("staff", True, None)
    assert [one.bcc for one in mail.outbox] == [[world.releaser.email]]
    assert client.post(reverse("incidents:tell"), said | {"kind": "onward"}).status_code == 200
    assert desk(world.named).get(reverse("incidents:tell")).status_code == 403


def test_a_no_lapses_when_more_is_found_and_the_clock_runs_again():
    world = ready()
    drafted, (first, _) = released(world)
    incident = IncidentFactory(authority=world.authority, aware_at=AT - timedelta(hours=70))

    def who(minutes):
        return {"by": world.releaser, "at": AT + timedelta(minutes=minutes)}

    actions.reckon(incident, queries.Sought(people=(first.ref,)), **who(1))
    actions.assess(incident, None, level="unlikely", why="It was encrypted", **who(2))
    for about, ground in ((rules.REGULATOR, "unlikely"), (rules.PEOPLE, "not-high")):
        actions.decide(
            incident, about, actions.Answer(tell=False, ground=ground, why="Nothing"), **who(3)
        )
    assert not Incident.objects.with_clock_running().exists()
    actions.assess(incident, [first.pk], level="risk", why="It was not", **who(4))
    standing = queries.standing(incident, on=AT.date())
    assert (standing.regulator, standing.people_told) == (None, rules.Decided(tell=False))
    # More are affected: nothing that was decided of fewer holds, and governance is written to.
    actions.reckon(incident, queries.Sought(list=drafted.ref), **who(5))
    actions.assess(incident, None, level="high", why="Addresses", **who(6))
    standing = queries.standing(incident, on=AT.date())
    assert (standing.regulator, standing.people_told) == (None, None)
    assert queries.clock_of(incident, AT + timedelta(minutes=7)).runs
    assert alarms.watch_clocks(at=AT + timedelta(minutes=7)) == 1


def test_whoever_is_found_later_is_told_later_and_what_was_recorded_stays():
    world = ready()
    drafted, (first, second) = released(world)
    incident = IncidentFactory(authority=world.authority)

    def who(minutes):
        return {"by": world.releaser, "at": AT + timedelta(minutes=minutes)}

    def told(minutes):
        said = actions.Answer(
            tell=True, why="The risk is high", told_at=AT + timedelta(minutes=minutes),
            told_how="By letter",
        )  # fmt: skip
        return actions.decide(incident, rules.PEOPLE, said, **who(minutes))

    actions.reckon(incident, queries.Sought(people=(first.ref,)), **who(1))
    actions.assess(incident, None, level="high", why="Addresses", **who(2))
    told(3)
    with pytest.raises(CannotShare, match="told already"):
        told(4)
    actions.reckon(incident, queries.Sought(list=drafted.ref), **who(5))

    client = desk(world.releaser)
    page = client.get(reverse("incidents:incident", args=[incident.ref])).content.decode()
    assert "1 to tell" in page
    for name, args in (("people", ()), ("decide", ("people",))):
        text = client.get(reverse(f"incidents:{name}", args=[incident.ref, *args]))
        assert "1 person was told, 1 not" in text.content.decode()
    waiting = queries.affected(incident).filter(were_told=False)
    assert [one.person_id for one in waiting] == [second.pk]
    # It is not closed before that is decided; a no is about those who were not told alone.
    assert queries.standing(incident, on=AT.date()).people_told is None
    actions.assess(incident, [second.pk], level="unlikely", why="Only a name", **who(6))
    no = actions.Answer(tell=False, ground="not-high", why="Only a name")
    actions.decide(incident, rules.PEOPLE, no, **who(7))
    told(8)
    assert not waiting.all().exists()
    decided = incident.decisions.filter(about=rules.PEOPLE)
    assert [one.tell for one in decided] == [True, False, True]
    with pytest.raises(CannotShare, match="told already"):
        told(9)


def test_an_alarm_that_cannot_be_sent_goes_later_or_until_an_officer_has_opened_it(
    django_capture_on_commit_callbacks, monkeypatch, mailoutbox
):
    world = ready()
    with monkeypatch.context() as meanwhile, django_capture_on_commit_callbacks(execute=True):
        meanwhile.setattr("sharing.incidents.telling.write", _no_network)
        for title in ("A laptop was lost", "A phone was lost"):
            found = actions.Found(
                kind="lost", title=title, finder="organisation", found_by="Ines Okafor",
                aware_at=AT, happened="On a bus", provider=world.provider,
            )  # fmt: skip
            actions.record(found, authority=world.authority, by=world.named, at=AT, reported=True)
    opened, not_opened = Incident.objects.order_by("pk")
    assert (Alarm.objects.count(), mailoutbox) == (0, [])
    client = desk(world.releaser)
    assert client.get(reverse("incidents:incident", args=[opened.ref])).status_code == 200

    assert alarms.watch_clocks(at=AT + timedelta(minutes=15)) == 1
    assert alarms.watch_clocks(at=AT + timedelta(minutes=30)) == 0

    assert [one.bcc for one in mailoutbox] == [[world.releaser.email]]
    assert not_opened.alarms.get().at == AT + timedelta(minutes=15)


def _no_network(*_args, **_more):
    raise OSError


def test_who_is_affected_and_how_many_is_one_answer():
    world = ready()
    drafted, _ = released(world)
    incident = IncidentFactory(authority=world.authority)

    with CaptureQueriesContext(connection) as asked:
        actions.reckon(incident, queries.Sought(list=drafted.ref), by=world.releaser, at=AT)

    assert sum("sharing_disclosure" in one["sql"] for one in asked) == 1
    made = incident.reckonings.get()
    assert (made.people, made.affected.count()) == (2, 2)
