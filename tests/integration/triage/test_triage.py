"""Strands and triage over records: who fits, what is proposed, decided, drafted, never told."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from caseload.policies import actions as policies
from caseload.policies.models import PolicyDocument
from ccis.access.roles import Role
from ccis.audit.models import TrailDetail, TrailEntry
from sharing.actions import lists
from sharing.errors import CannotShare
from sharing.models import DisclosedRow, SharedList
from sharing.triage import actions
from sharing.triage.models import Choice, Strand
from sharing.triage.queries import counts, held_by, weigh
from sharing.triage.rules import Row, Standing
from tests.factories.accounts import member
from tests.factories.caseload import (
    AddressFactory,
    CharacteristicFactory,
    RiskIndicatorsFactory,
    SendProvisionFactory,
    YoungPersonFactory,
    complete_person,
)
from tests.factories.optout import StatementFactory
from tests.factories.policies import PolicyDocumentFactory, policy_of
from tests.factories.sharing import AT, ready
from tests.factories.triage import StrandVersionFactory

pytestmark = pytest.mark.django_db

CARE = Row("any", ("characteristic:160",), condition="g-6", document="Care leavers, version 2")


@pytest.fixture(autouse=True)
def _an_hour_later():
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def world():
    return ready()


def strand(world, *of, **fields):
    wanted = {"strand__authority": world.authority, "strand__provider": world.provider}
    return StrandVersionFactory(**{**wanted, "of": of or ("doing:education",), **fields})


def look(world):
    return {one.person: one for one in weigh(world.drafter, world.authority, at=AT)}


def desk(user):
    client = Client()
    client.force_login(user)
    return client


def test_what_is_held_is_found_for_all_in_a_question_a_kind(world, django_assert_num_queries):
    person = complete_person(lead_authority=world.authority)
    CharacteristicFactory(person=person, code_id="160")
    RiskIndicatorsFactory(person=person)
    SendProvisionFactory(person=person)
    other = YoungPersonFactory(lead_authority=world.authority)
    AddressFactory(person=other, ward_code="E05009999")
    wanted = [
        *("doing:education", "characteristic:160", "risk:carer", "risk:high", "risk:below_90"),
        *("risk:below_50", "send:E", "send:K", "ward:E05009999"),
    ]
    everyone = type(person).objects.of(world.authority)

    with django_assert_num_queries(5):
        held = held_by(everyone, wanted, on=AT.date())

    assert held == {
        person.pk: {
            *("doing:education", "characteristic:160", "risk:carer", "risk:high"),
            *("risk:below_90", "send:E"),
        },
        other.pk: {"ward:E05009999"},
    }


def test_a_strand_is_written_tried_and_put_in_use_in_versions(world):
    made = actions.begin(
        authority=world.authority, provider=world.provider, purpose="support",
        name="Leaving care", by=world.drafter, at=AT,
    )  # fmt: skip
    person = world.person()
    CharacteristicFactory(person=person, code_id="160")
    world.person()

    with pytest.raises(CannotShare, match="condition"):
        actions.add_row(made, Row("any", CARE.of), by=world.drafter, at=AT)
    with pytest.raises(CannotShare, match="policy document"):
        actions.add_row(made, Row("any", CARE.of, condition="g-6"), by=world.drafter, at=AT)
    offence = Row("any", ("risk:youth_justice",), condition="g-6", document="One")
    with pytest.raises(CannotShare, match="criminal offence"):
        actions.add_row(made, offence, by=world.drafter, at=AT)
    with pytest.raises(CannotShare, match="No policy document in force"):
        actions.add_row(made, CARE, by=world.drafter, at=AT)
    policy = PolicyDocumentFactory(
        authority=world.authority, title="Care leavers", version="2", conditions=["g-6"]
    )
    version = actions.add_row(made, CARE, by=world.drafter, at=AT)

    of_all = counts(version, user=world.drafter, authority=world.authority, on=AT.date())
    assert (version.number, of_all) == (2, (2, 1, [1]))
    with pytest.raises(CannotShare, match="right"):
        actions.use(made, places=1, note="", number=2, by=world.drafter, at=AT)
    policies.end(policy, on=AT.date() - timedelta(days=1), by=world.releaser, at=AT)
    with pytest.raises(CannotShare, match="No policy document in force"):
        actions.use(made, places=1, note="They asked for it", number=2, by=world.drafter, at=AT)
    PolicyDocument.objects.filter(pk=policy.pk).update(ends_on=None)
    assert look(world) == {}
    actions.use(made, places=1, note="They asked for it", number=2, by=world.drafter, at=AT)
    assert set(look(world)) == {person.pk}
    actions.remove_row(made, 1, by=world.drafter, at=AT)
    assert set(look(world)) == {person.pk}, "the version in use stays in use"
    actions.stop(made, by=world.drafter, at=AT)
    assert look(world) == {}


def test_triage_says_who_can_who_waits_and_who_cannot(world):
    strand(world, places=1)
    first, second = world.person(), world.person()
    waits = complete_person(lead_authority=world.authority)
    world.letter(waits, posted_on=AT.date())
    objects = world.person()
    StatementFactory(person=objects)
    strand(world, "ward:nowhere", places=0)

    found = look(world)

    assert {pk: one.standing for pk, one in found.items()} == {
        first.pk: Standing.NOW,
        second.pk: Standing.FULL,
        waits.pk: Standing.WAITING,
        objects.pk: Standing.CANNOT,
    }
    assert found[first.pk].proposal.option.provider == world.provider.pk


def test_a_person_decides_a_list_is_drafted_and_nothing_of_why_is_told(world):
    strand(world, *CARE.of, strand__name="Leaving care", note="Asked", places=5)
    person, left = world.person(), world.person()
    for one in (person, left):
        CharacteristicFactory(person=one, code_id="160")
    triage = reverse("triage:triage")
    officer = desk(member(Role.TRACKING_OFFICER, authority=world.authority))
    drafter = desk(world.drafter)

    text = officer.get(triage).content.decode()
    assert "2 can be shared now" in text
    assert "would tell" in text
    assert "Accept ticked" in text
    decide = reverse("triage:decide")
    asked = officer.post(decide, {"do": "leave", "person": left.ref}).content.decode()
    assert "Say why" not in asked
    said = {"do": "leave", "person": left.ref, "confirmed": "yes"}
    assert "Say why" in officer.post(decide, said).content.decode()
    officer.post(decide, {**said, "reason": "They begin on Monday"})
    officer.post(decide, {"do": "accept", "person": person.ref})
    officer.post(decide, {"do": "accept", "person": person.ref})

    accepted, kept = Choice.objects.order_by("decision")
    assert (accepted.person_id, accepted.provider_id) == (person.pk, world.provider.pk)
    assert "only organisation" in accepted.proposed_because
    assert (kept.person_id, kept.reason, kept.provider) == (left.pk, "They begin on Monday", None)
    assert look(world)[left.pk].standing is Standing.LEFT
    said = {"provider": world.provider.ref, "purpose": "support"}
    assert officer.post(reverse("triage:prepare"), said).status_code == 403
    assert "1 person accepted" in drafter.get(triage).content.decode()
    drafter.post(reverse("triage:prepare"), said)
    drafted = SharedList.objects.get()
    assert [one.person_id for one in drafted.entries.all()] == [person.pk]
    assert "No one can be shared today" in drafter.get(triage).content.decode()
    lists.release(drafted, by=world.releaser, at=AT)

    told = json.dumps([one.values for one in DisclosedRow.objects.all()])
    told += json.dumps([one.verb for one in TrailEntry.objects.all()])
    told += json.dumps([one.details for one in TrailDetail.objects.all()])
    told += desk(world.releaser).get(reverse("sharing:list", args=[drafted.ref])).content.decode()
    for word in ("care leaver", "leaving care", "characteristic"):
        assert word not in told.lower()


def test_who_cannot_go_any_more_lapses_and_no_list_is_made(world):
    strand(world)
    person = world.person()
    actions.accept([person.pk], authority=world.authority, by=world.drafter, at=AT)
    StatementFactory(person=person)

    made = actions.prepare(
        authority=world.authority, provider=world.provider, purpose="support",
        by=world.drafter, at=AT,
    )  # fmt: skip

    assert made is None
    assert Choice.objects.get().lapsed_at == AT
    assert look(world)[person.pk].standing is Standing.CANNOT


def test_whoever_meets_no_strand_any_more_is_not_released(world):
    strand(world, "doing:education")
    goes_on, stops = world.person(), world.person()
    by = {"authority": world.authority, "by": world.drafter, "at": AT}
    actions.accept([goes_on.pk, stops.pk], **by)
    drafted = actions.prepare(provider=world.provider, purpose="support", **by)
    stops.activity_facts.all().delete()

    text = desk(world.releaser).get(reverse("sharing:list", args=[drafted.ref])).content.decode()
    assert "They do not fit what this organisation is for any more" in text
    (made,) = lists.release(drafted, by=world.releaser, at=AT)

    assert made.person == goes_on
    assert drafted.entries.get(person=stops).dropped == ["NOT_MEANT"]


def test_whoever_was_accepted_by_mistake_can_be_left_out_and_comes_off_the_draft(world):
    strand(world)
    wrong, right, waits = world.person(), world.person(), world.person()
    by = {"authority": world.authority, "by": world.drafter, "at": AT}
    actions.accept([wrong.pk, right.pk], **by)
    drafted = actions.prepare(provider=world.provider, purpose="support", **by)
    actions.accept([waits.pk], **by)
    client = desk(world.drafter)
    page = client.get(reverse("triage:triage"), {"show": "chosen"}).content.decode()
    assert f'value="{wrong.ref}"' in page
    assert "Accept ticked" not in page

    said = {"do": "leave", "person": [wrong.ref, waits.ref], "confirmed": "yes"}
    client.post(reverse("triage:decide"), said | {"reason": "They move away"})

    found = look(world)
    assert {one.standing for one in (found[wrong.pk], found[waits.pk])} == {Standing.LEFT}
    assert found[right.pk].standing is Standing.CHOSEN
    assert drafted.entries.get(person=wrong).dropped == ["DECIDED_AGAIN"]
    # Chosen afresh for somebody, and once more: the last choice counts alone.
    for _ in range(2):
        actions.change([wrong.pk], provider=world.provider.pk, reason="They stay", **by)
    assert Choice.objects.chosen().filter(person=wrong).count() == 1
    # Who has gone is decided of no more.
    (made,) = lists.release(drafted, by=world.releaser, at=AT)
    assert made.person == right
    assert actions.leave([right.pk], reason="Too late", **by) == []


def test_every_test_is_shown_with_its_fact(world):
    strand(world, "doing:education", "age:17")
    person = world.person()
    StatementFactory(person=person)

    text = desk(world.drafter).get(reverse("triage:why", args=[person.ref])).content.decode()

    for words in ("They said no to this organisation", "They were told in time", "Lives here",
                  "Any of: In education; Aged 17", "Nothing is proposed"):  # fmt: skip
        assert words in text


def test_a_strand_is_written_on_the_pages(world):
    client = desk(world.drafter)
    said = {"name": "Ready", "provider": world.provider.ref, "purpose": "support"}
    client.post(reverse("triage:strand-new"), said)
    ref = Strand.objects.get().ref
    row = reverse("triage:strand-row", args=[ref])
    wrong = client.post(row, {"mode": "at-least"}).content.decode()
    assert "Enter how many must be so" in wrong
    assert "Tick at least one" in wrong
    guarded = {"mode": "any", "characteristic": "characteristic:160"}
    assert "Select a condition" in client.post(row, guarded).content.decode()
    client.post(row, {"mode": "any", "age": ["age:16"]})
    client.post(row, guarded | {"condition": "g-6",
                                "document": policy_of(world.authority)})  # fmt: skip
    shown = client.get(reverse("triage:strand", args=[ref]), {"try": "yes"}).content.decode()
    assert "Aged 16" in shown
    assert "Care leaver" in shown
    assert "of the caseload fit it today" in shown
    use = reverse("triage:strand-use", args=[ref])
    assert "would tell" in client.get(use).content.decode()
    client.post(use, {"places": "4", "note": "They asked", "number": "3"})
    assert "In use" in client.get(reverse("triage:strands")).content.decode()
