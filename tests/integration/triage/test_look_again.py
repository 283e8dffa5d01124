"""A young person asks a person to look again at what was decided about them (LAW-05)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from optout.actions import requests
from optout.models import Message, Request
from sharing.actions import lists
from sharing.models import Disclosure
from sharing.triage import actions
from sharing.triage.models import Choice
from sharing.triage.queries import weigh
from sharing.triage.rules import Standing
from tests.factories.optout import PersonalCodeFactory
from tests.factories.sharing import AT, ready
from tests.factories.triage import StrandVersionFactory

pytestmark = pytest.mark.django_db

CODE = "K7MP3XQD9RTH"
AGAIN = "Ask a person to look again"


@pytest.fixture(autouse=True)
def _an_hour_later():
    cache.clear()
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield
    cache.clear()


def test_what_was_decided_is_decided_afresh_by_a_person_and_nothing_goes_meanwhile():
    world = ready()
    person, left = world.person(), world.person()
    PersonalCodeFactory(person=person, code=CODE)
    StrandVersionFactory(
        strand__authority=world.authority, strand__provider=world.provider, of=("doing:education",)
    )
    by = {"authority": world.authority, "by": world.drafter, "at": AT}
    actions.accept([person.pk], **by)
    actions.leave([left.pk], reason="They start on Monday", **by)

    def standing(one):
        weighed = weigh(world.drafter, world.authority, at=AT, only=[one.pk])
        return weighed[0].standing

    assert (standing(person), standing(left)) == (Standing.CHOSEN, Standing.LEFT)
    nobody = Client()
    nobody.post("/choices/no-code/", {"given": "Amara", "family": "Oduya"})
    nobody.post("/choices/no-code/born/", {"date_of_birth": "14/3/2009"})
    assert AGAIN not in nobody.get("/choices/what/").content.decode()
    client = Client()
    client.get(f"/choices/{CODE}/")
    assert AGAIN in client.get("/choices/what/").content.decode()
    client.post("/choices/what/", {"want": "again"})
    page = client.get("/choices/again/").content.decode()
    assert "A person looks at all of it again" in page
    client.post("/choices/again/", {"words": "I start an apprenticeship"})
    client.post("/choices/check/")

    request = Request.objects.get()
    assert (request.kind, request.person, request.state) == ("review", person, "new")
    assert request.due_on > AT.date()
    assert Choice.objects.get(person=person).lapsed_at is not None
    assert Choice.objects.get(person=left).lapsed_at is None
    assert standing(person) is Standing.CANNOT
    requests.answer(
        request, outcome="done", words="We looked again", answered_by=Message.By.PHONE, to="",
        by=world.drafter, at=AT + timedelta(hours=1),
    )  # fmt: skip
    assert standing(person) is Standing.NOW
    # Whoever was left out is weighed afresh too, when they ask.
    actions.reopen([left.pk], at=AT)
    assert standing(left) is Standing.NOW


def test_whoever_asks_comes_off_the_draft_and_stays_off_once_they_are_answered():
    world = ready()
    asks, stays = world.person(), world.person()
    StrandVersionFactory(
        strand__authority=world.authority, strand__provider=world.provider, of=("doing:education",)
    )
    by = {"authority": world.authority, "by": world.drafter, "at": AT}
    actions.accept([asks.pk, stays.pk], **by)
    drafted = actions.prepare(provider=world.provider, purpose="support", **by)

    assert actions.reopen([asks.pk], at=AT + timedelta(hours=1)) == 1

    client = Client()
    client.force_login(world.releaser)
    page = client.get(reverse("sharing:list", args=[drafted.ref])).content.decode()
    assert "1 of 2 dropped out since this was prepared" in page
    assert "They asked us to look again at what was decided" in page
    release = reverse("sharing:release", args=[drafted.ref])
    assert "Release 1 person" in client.get(release).content.decode()
    client.post(release)
    assert [one.person for one in Disclosure.objects.all()] == [stays]
    assert drafted.entries.get(person=asks).dropped == ["ASKED_AGAIN"]
    # Decided afresh, they go on a list of their own.
    actions.accept([asks.pk], **by)
    again = actions.prepare(provider=world.provider, purpose="support", **by)
    (made,) = lists.release(again, by=world.releaser, at=AT + timedelta(hours=2))
    assert made.person == asks
    # What has gone is not called back by asking.
    assert actions.reopen([asks.pk], at=AT + timedelta(hours=3)) == 0
    assert again.entries.get().dropped == []
