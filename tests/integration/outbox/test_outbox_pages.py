"""The pages of messages out: the outbox, one message, one person's, and the one that stops them."""

import io
from datetime import date

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import ContactPoint
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from optout.outbox.models import MessageChoice
from optout.outbox.queries import agreed_to_promotional
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ContactPointFactory, complete_person
from tests.factories.optout import MessageFactory, RequestFactory
from tests.factories.outbox import MessageChoiceFactory, OutgoingFactory

pytestmark = pytest.mark.django_db

KEY = "s" * 43


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def person(authority):
    return complete_person(lead_authority=authority)


def test_the_outbox_shows_what_would_go_stops_it_and_tells_what_became_of_it(
    client, authority, person
):
    waiting = OutgoingFactory(person=person, words="See {code} now", by="text")
    OutgoingFactory(person=person, state="failed", why="There is no such number or address")
    client.force_login(member(authority=authority))

    page = client.get(reverse("outbox:outbox")).content.decode()
    assert "nothing leaves" in page
    assert "2 messages: 1 waiting, 1 did not arrive." in page
    assert "There is no such number or address" in page
    assert (
        "1 message: 1 did not arrive."
        in client.get(reverse("outbox:outbox"), {"state": "failed"}).content.decode()
    )

    address = reverse("outbox:message", args=[waiting.ref])
    page = client.get(address).content.decode()
    assert "See [their code] now" in page
    assert TrailEntry.objects.filter(verb="message out seen").count() == 1
    client.post(reverse("outbox:stop", args=[waiting.ref]))
    waiting.refresh_from_db()
    assert waiting.state == "stopped"
    assert (
        "gone already, or was stopped before"
        in client.post(reverse("outbox:stop", args=[waiting.ref]), follow=True).content.decode()
    )


def test_an_administrator_sees_that_an_answer_went_and_not_what_it_says(client, authority, person):
    request = RequestFactory(authority=authority, person=person)
    message = MessageFactory(request=request, by="text", words="Something private")
    outgoing = OutgoingFactory(person=person, message=message, words=message.words)
    client.force_login(member(Role.ADMINISTRATOR, authority=authority))

    page = client.get(reverse("outbox:message", args=[outgoing.ref])).content.decode()

    assert "Something private" not in page
    assert "You may see that it went" in page


def test_someones_messages_and_what_they_said_about_promotional_ones(client, authority, person):
    OutgoingFactory(person=person, state="delivered", sent_at=timezone.now())
    client.force_login(member(authority=authority))
    address = reverse("outbox:person", args=[person.ref])
    page = client.get(address).content.decode()
    assert "Delivered" in page
    assert "No choice made" in page

    form = reverse("outbox:choice", args=[person.ref])
    assert "Select whether they agreed" in client.post(form, {}).content.decode()
    client.post(form, {"agrees": "yes", "said_on": "today", "channel": "phone"})
    assert agreed_to_promotional([person.pk]) == {person.pk}
    assert "Agreed" in client.get(address).content.decode()


def test_a_way_to_stop_asks_one_thing_and_says_nothing_about_anyone(client, person):
    MessageChoiceFactory(person=person)
    OutgoingFactory(person=person, kind="promotional", stop_key=KEY)
    address = reverse("outbox:stop-messages", args=[KEY])
    nobodys = reverse("outbox:stop-messages", args=["n" * 43])

    asked = client.get(address)
    assert asked.status_code == 200
    assert agreed_to_promotional([person.pk])  # a link that is only fetched stops nothing
    for where in (address, address, nobodys):
        assert "We have stopped" in client.post(where).content.decode()
    assert agreed_to_promotional([person.pk]) == set()
    assert MessageChoice.objects.filter(person=person, agrees=False).count() == 1


def test_an_answer_by_letter_is_printed_one_by_one_and_one_that_goes_by_itself_is_not_asked_for(
    client, authority, person, settings
):
    by_letter, by_text = (
        RequestFactory(authority=authority, person=person, state="in-hand", outcome="done")
        for _ in range(2)
    )
    MessageFactory(request=by_letter, words="We have stopped.\n\nReference 7F3K-Q29M")
    message = MessageFactory(request=by_text, by="text")
    OutgoingFactory(person=person, message=message)
    client.force_login(member(authority=authority))

    page = client.get(reverse("optout:request", args=[by_letter.ref])).content.decode()
    address = reverse("letters:answer", args=[by_letter.ref])
    assert address in page
    assert "It has gone" in page
    content = client.get(address).content
    with pikepdf.open(io.BytesIO(content)) as made:
        assert len(made.pages) == 1
    assert TrailEntry.objects.filter(verb="answer printed").count() == 1

    settings.NOTIFY_API_KEY = "set"
    page = client.get(reverse("optout:request", args=[by_text.ref])).content.decode()
    assert "Being sent" in page
    assert "It has gone" not in page
    refused = client.get(reverse("letters:answer", args=[by_text.ref]), follow=True)
    assert "There is no letter to print" in refused.content.decode()


def test_details_shows_a_number_that_does_not_work_until_another_takes_its_place(
    client, authority, person
):
    point = ContactPointFactory(
        person=person, kind="mobile", value="07700900014", undelivered_on=date(2026, 11, 3)
    )
    client.force_login(member(authority=authority))
    page = client.get(reverse("caseload:details", args=[person.ref])).content.decode()
    assert "Does not work since 3 Nov 2026" in page

    address = reverse("caseload:contact-points-correct", args=[person.ref, 1])
    assert "Nothing is sent to it" in client.get(address).content.decode()
    said = {"kind": "mobile", "whose": "own", "started_on": "1 9 2026", "version": point.pk}
    client.post(address, {**said, "undelivered_on": "3 11 2026", "value": "07700 900 015"})
    believed = ContactPoint.objects.believed().get(person=person, kind="mobile")
    assert (believed.value, believed.undelivered_on) == ("07700900015", None)
