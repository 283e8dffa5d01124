"""The pages of sharing: lists, the ledger, who has had someone's data, recalling."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from sharing.actions import lists
from sharing.models import Disclosure, EndedBecause, SharedList
from tests.factories.accounts import member
from tests.factories.authorities import BARNET
from tests.factories.caseload import YoungPersonFactory
from tests.factories.optout import StatementFactory
from tests.factories.sharing import AT, EmergencyFactory, ready

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _an_hour_later():
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def world():
    return ready()


def desk(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def drafter(world):
    return desk(world.drafter)


@pytest.fixture
def releaser(world):
    return desk(world.releaser)


@pytest.fixture
def drafted(world):
    people = [world.person(), world.person()]
    return lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support",
        people=[one.pk for one in people], by=world.drafter, at=AT,
    ).list  # fmt: skip


def page(client, name, **kwargs):
    response = client.get(
        reverse(f"sharing:{name}", kwargs=kwargs) if kwargs else reverse(f"sharing:{name}")
    )
    assert response.status_code == 200
    return response.content.decode()


def test_a_list_says_its_purpose_and_its_drafter_may_not_release_it(drafter, drafted):
    text = page(drafter, "list", list=drafted.ref)

    assert "Help for someone who is not in education, training or work" in text
    assert "You prepared this, so someone else must release it." in text
    assert "Date of birth" in text
    assert reverse("sharing:release", args=[drafted.ref]) not in text
    assert drafter.post(reverse("sharing:release", args=[drafted.ref])).status_code == 403


def test_a_second_person_sees_who_dropped_out_and_releases_the_rest(world, releaser, drafted):
    out = drafted.entries.first().person
    StatementFactory(person=out, said_on=AT.date())

    text = page(releaser, "list", list=drafted.ref)
    assert "1 of 2 dropped out since this was prepared" in text
    assert "They said no to this organisation" in text
    text = page(releaser, "release", list=drafted.ref)
    assert "Release 1 person" in text
    assert "You cannot undo this" in text
    address = reverse("sharing:release", args=[drafted.ref])
    text = releaser.post(address, follow=True).content.decode()

    assert (
        f"1 person is now on the list of {world.provider.name}. They have 15 working days" in text
    )
    assert "Dropped out" in text
    assert Disclosure.objects.count() == 1
    assert releaser.get(address).status_code == 404
    text = releaser.post(address, follow=True).content.decode()
    assert "does not wait for release" in text
    assert TrailEntry.objects.filter(verb="shared people seen").exists()


def test_a_draft_can_be_withdrawn(drafter, drafted):
    text = drafter.post(
        reverse("sharing:withdraw", args=[drafted.ref]), follow=True
    ).content.decode()

    assert "Withdrawn. Nobody was shared" in text
    assert SharedList.objects.get().state == "withdrawn"
    assert "Not shared" in text


def test_the_ledger_adds_up_and_is_searched(world, releaser, drafted):
    first, second = lists.release(drafted, by=world.releaser, at=AT)
    closed = YoungPersonFactory(lead_authority=world.authority, restriction_level=2)
    EmergencyFactory(person=closed)
    Disclosure.objects.filter(pk=second.pk).update(ends_at=AT)

    text = page(releaser, "ledger")
    assert [words in text for words in ("2 disclosures", "1 live now", "0 destroyed")] == [True] * 3
    assert "1 ended, destruction not confirmed" in text
    assert "1 more is about people whose record you may not open" in text

    def found(**query):
        text = releaser.get(reverse("sharing:ledger"), query).content.decode()
        return {
            one.ref
            for one in (first, second)
            if reverse("sharing:disclosure", args=[one.ref]) in text
        }

    assert found(person=f"{first.person.ref[:4]}-{first.person.ref[4:]}") == {first.ref}
    assert found(organisation=world.provider.ref, column="phone") == {first.ref, second.ref}
    assert found(column="gender") == set()
    assert found(show="waiting") == {second.ref}
    assert found(since="21/11/2026") == {first.ref}
    assert found(until="19/11/2026") == set()


def test_who_has_had_someones_data_is_one_click_away_with_what_it_rests_on(
    world, releaser, drafted
):
    made, _ = lists.release(drafted, by=world.releaser, at=AT)

    text = page(releaser, "person", ref=made.person.ref)

    for words in (
        world.provider.name, "Released", "Public task: UK GDPR, Article 6(1)(e)", "Sent 1 Oct 2026",
        "Privacy notice", "Nobody there has opened the list", world.drafter.name,
    ):  # fmt: skip
        assert words in text, words
    text = releaser.get(
        reverse("sharing:person", args=[made.person.ref]), {"may": "yes"}
    ).content.decode()
    assert "They are shared with an organisation already" in text
    empty = page(
        desk(member(Role.READ_ONLY, authority=world.authority)), "person", ref=world.person().ref
    )
    assert "Not shared with anyone" in empty
    assert "Recall" not in empty


def test_recalling_asks_why_says_what_happens_and_is_done_on_the_second_press(
    world, drafter, drafted
):
    made, _ = lists.release(drafted, by=world.releaser, at=AT)
    address = reverse("sharing:recall", args=[made.ref])

    assert "Say why" in drafter.post(address, {"why": ""}).content.decode()
    text = drafter.post(address, {"why": "On the wrong list"}).content.decode()
    assert "can no longer see this person, from this moment" in text
    made.refresh_from_db()
    assert made.ended_because == ""
    text = drafter.post(
        address, {"why": "On the wrong list", "confirmed": "yes"}, follow=True
    ).content.decode()

    made.refresh_from_db()
    assert made.ended_because == EndedBecause.RECALLED
    assert "Recalled" in text
    assert "On the wrong list" in text
    assert drafter.get(address).status_code == 302


def test_what_is_shared_now_leads_to_its_rows(world, drafter, drafted):
    text = page(drafter, "now")
    assert "Lists waiting for release" in text
    assert "Nothing is shared like this" in text
    lists.release(drafted, by=world.releaser, at=AT)

    text = page(drafter, "now")

    assert world.provider.name in text
    assert "Live now" in text
    assert f'href="{reverse("sharing:ledger")}"' not in text  # not for data managers
    assert world.provider.name in page(drafter, "lists")


def test_every_page_of_someone_says_who_has_them_and_moving_them_says_what_ends(
    world, drafter, drafted
):
    lists.release(drafted, by=world.releaser, at=AT)
    person = Disclosure.objects.first().person
    who = f"Shared with {world.provider.name}"

    assert who in drafter.get(reverse("caseload:details", args=[person.ref])).content.decode()
    move = reverse("caseload:move", args=[person.ref])
    checked = drafter.post(move, {"kind": "T", "authority": BARNET, "on": "19 11 2026"})
    assert f"{world.provider.name} can no longer see them." in checked.content.decode()
    Disclosure.objects.filter(person=person).update(ends_at=AT)
    assert who not in drafter.get(reverse("caseload:person", args=[person.ref])).content.decode()
