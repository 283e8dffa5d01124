"""Complaints: acknowledged, told how they stand, answered with where else to go (LAW-03)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from ccis.access.roles import Role
from optout.actions import requests, sent
from optout.models import Message, Request
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.optout import MessageFactory, RequestFactory
from tests.personal import assert_trail_tells_nothing

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
TAKEN = {
    "channel": "post", "received_on": "today", "speaker": "own", "kind": "complaint",
    "given": "Amara", "words": "You wrote to my old address.", "answer_by": "letter",
    "answer_to": "1 Quay Road", "sending": "one",
}  # fmt: skip


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def officer(client, authority):
    user = member(Role.INFORMATION_GOVERNANCE, authority=authority)
    client.force_login(user)
    return user


def test_every_step_is_on_the_request_and_each_begins_the_clock_anew(client, authority):
    client.force_login(member(Role.TRACKING_OFFICER, authority=authority))
    client.post("/requests/new/", TAKEN)
    request = Request.objects.get()
    address = f"/requests/{request.ref}/"
    assert request.due_on == TODAY() + timedelta(days=30)
    page = client.get(address).content.decode()
    assert "A complaint is acknowledged within 30 days." in page
    acknowledged = Message.objects.get()
    assert (acknowledged.kind, acknowledged.by) == ("acknowledgement", "letter")
    client.post(f"{address}sent/")
    assert "Last told on" in client.get(address).content.decode()
    assert Request.objects.get().state == "new"

    told = {"told_by": "phone", "to": "", "words": "We asked the printer."}
    page = client.post(f"{address}progress/", told, follow=True).content.decode()
    assert "We asked the printer." in page
    assert "How it stands" in page

    form = client.get(f"{address}answer/").content.decode()
    assert "ico.org.uk/make-a-complaint" in form
    assert "Wycliffe House" in form
    outcome = {"outcome": "done", "told_by": "phone", "to": "", "words": "We were wrong."}
    refused = client.post(f"{address}answer/", outcome).content.decode()
    assert "Say how they can complain to the Information Commissioner" in refused
    outcome["words"] += " ico.org.uk/make-a-complaint"
    client.post(f"{address}answer/", outcome)
    assert [one.kind for one in Message.objects.order_by("pk")] == [
        "acknowledgement", "progress", "answer",
    ]  # fmt: skip
    assert Request.objects.get().state == "answered"
    assert "nothing more to tell" in client.get(f"{address}progress/", follow=True).content.decode()
    assert_trail_tells_nothing()


def test_a_complaint_is_late_when_nothing_was_told_for_30_days(client, authority):
    request = RequestFactory(
        authority=authority, kind="complaint", received_at=datetime(2026, 9, 1, 9, tzinfo=UTC),
        due_on=date(2026, 10, 1),
    )  # fmt: skip
    message = MessageFactory(request=request, kind="acknowledgement", by="email", to="a@b.org")
    sent.gone(message, at=datetime(2026, 9, 20, 9, tzinfo=UTC))
    request.refresh_from_db()
    assert str(request.due_on) == "2026-10-20"

    sent.did_not_arrive(message, at=datetime(2026, 9, 21, 9, tzinfo=UTC))
    request.refresh_from_db()
    assert str(request.due_on) == "2026-10-01"
    with time_machine.travel(datetime(2026, 10, 2, 9, tzinfo=UTC), tick=False):
        client.force_login(member(Role.TRACKING_OFFICER, authority=authority))
        assert "1 request to answer, 1 late." in client.get("/requests/").content.decode()


def test_a_request_that_is_no_complaint_keeps_its_day(officer, authority):
    request = RequestFactory(authority=authority, kind="help")
    MessageFactory(request=request, kind="acknowledgement")
    requests.mark_sent(request, by=officer, at=timezone.now())
    request.refresh_from_db()
    assert (request.state, request.due_on) == ("new", RequestFactory.due_on)


@pytest.mark.parametrize(
    "address",
    [
        "/choices/",
        "/choices/no-code/",
        "/complain/",
        "/who-we-share-with/",
        "/privacy/",
        "/cookies/",
        "/accessibility/",
    ],
)
def test_every_public_page_says_how_to_complain(client, address):
    AuthorityFactory(is_served=True)
    assert 'href="/complain/"' in client.get(address).content.decode()
