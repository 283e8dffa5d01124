"""The drop box as officers work it (LC-03)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from caseload.actions.sealing import seal_identity
from ccis.access.roles import Role
from optout.mailbox.models import Mail, Mailbox
from optout.models import Message, Request
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import NameFactory, complete_person
from tests.factories.mailbox import MailFactory
from tests.factories.optout import RequestFactory
from tests.personal import assert_trail_tells_nothing

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def officer(client, authority):
    user = member(Role.TRACKING_OFFICER, authority=authority)
    client.force_login(user)
    return user


ASKED = {
    "speaker": "own", "given": "Amara", "family": "Oduya", "kind": "opt-out", "whom": "all",
    "answer_by": "email", "answer_to": "amara@example.org", "sending": "one",
}  # fmt: skip


def test_a_message_becomes_a_request_acknowledged_by_email_and_late_from_when_it_came(
    client, officer, authority
):
    mail = MailFactory(authority=authority, subject="Stop", text="Stop sharing <b>me</b>.")
    queue = client.get("/requests/").content.decode()
    assert "1 message in the mailbox to read, 1 late" in queue
    listed = client.get("/messages/mailbox/").content.decode()
    assert "1 message to read, 1 late." in listed
    assert "Late by" in listed
    shown = client.get(f"/messages/mailbox/{mail.ref}/").content.decode()
    assert "Stop sharing &lt;b&gt;me&lt;/b&gt;." in shown

    form = client.get(f"/messages/mailbox/{mail.ref}/request/").content.decode()
    assert 'value="Amara"' in form
    assert 'value="amara@example.org"' in form
    for _ in range(2):  # pressed twice, it is one
        client.post(f"/messages/mailbox/{mail.ref}/request/", ASKED, follow=True)

    request = Request.objects.get()
    assert (request.channel, request.received_at) == ("email", mail.received_at)
    assert request.due_on == mail.due_on
    told = Message.objects.get()
    assert (told.kind, told.by, told.to) == ("acknowledgement", "email", "amara@example.org")
    assert told.sent_at is None
    assert request.ref[:4] in told.words
    assert "Amara" not in told.words
    mail.refresh_from_db()
    assert (mail.state, mail.request, mail.settled_by) == ("request", request, officer)
    assert f"/messages/mailbox/{mail.ref[:4]}" not in client.get("/requests/").content.decode()
    assert_trail_tells_nothing()


def test_a_colleague_was_first(client, officer, authority):
    mail = MailFactory(authority=authority)
    colleague = member(authority=authority)
    Mail.objects.filter(pk=mail.pk).update(
        state="not-request", settled_by=colleague, settled_at=timezone.now()
    )
    page = client.post(f"/messages/mailbox/{mail.ref}/request/", ASKED, follow=True)
    assert "dealt with this message already" in page.content.decode()
    assert not Request.objects.exists()


def test_not_a_request_needs_a_reason_and_can_be_put_back(client, officer, authority):
    mail = MailFactory(authority=authority)
    address = f"/messages/mailbox/{mail.ref}/"
    assert "Say why" in client.post(f"{address}not-a-request/", {"why": ""}).content.decode()
    client.post(f"{address}not-a-request/", {"why": "advertising"})
    assert "There is nothing to read" in client.get("/messages/mailbox/").content.decode()
    assert "advertising" in client.get(address).content.decode()

    client.post(f"{address}put-back/")
    assert Mail.objects.waiting().count() == 1


def test_without_a_mailbox_the_page_says_so_and_how_to_set_one(client, officer, authority):
    page = client.get("/messages/mailbox/").content.decode()
    assert "No mailbox is set for" in page
    assert f"{authority.code}=imaps://" in page


def test_the_page_says_what_stands_in_the_way_and_what_is_held_back(
    client, officer, authority, settings
):
    settings.MAILBOXES = {authority.code: "imaps://a:b@mail.example.org"}
    assert "has not been read yet" in client.get("/messages/mailbox/").content.decode()
    Mailbox.objects.create(authority=authority, trouble="refused", trouble_since=timezone.now())
    MailFactory(authority=authority, state="held", sender="many@example.org")
    page = client.get("/messages/mailbox/").content.decode()
    assert "refused the name or the password" in page
    assert "1 message held back" in page
    assert "many@example.org" not in page
    assert "Amara" in client.get("/messages/mailbox/?state=held").content.decode()


def test_an_administrator_reads_and_takes_no_request_and_others_messages_are_not_found(
    client, authority
):
    client.force_login(member(Role.ADMINISTRATOR, authority=authority))
    mail = MailFactory(authority=authority, due_on=timezone.localdate() + timedelta(days=1))
    page = client.get(f"/messages/mailbox/{mail.ref}/").content.decode()
    assert "Not a request" in page
    assert "Make a request of this" not in page
    assert client.get(f"/messages/mailbox/{mail.ref}/request/").status_code == 403

    elsewhere = MailFactory(authority=AuthorityFactory(code=BARNET))
    assert client.get(f"/messages/mailbox/{elsewhere.ref}/").status_code == 404


def test_what_may_name_an_identity_that_was_sealed_since_is_held_back(client, officer, authority):
    person = complete_person(lead_authority=authority)
    request = RequestFactory(authority=authority, person=person)
    settled = {"settled_by": officer, "settled_at": timezone.now()}
    mail = MailFactory(authority=authority, state="request", request=request, **settled)
    pages = ("/messages/mailbox/?state=request", f"/messages/mailbox/{mail.ref}/")
    assert all("Amara" in client.get(page).content.decode() for page in pages)

    rows = [NameFactory(person=person, kind="former", given="Zebedee", ends=date(2020, 1, 1))]
    seal_identity(
        person=person, rows=rows, why="adoption", named=[officer], by=officer, at=timezone.now()
    )
    for page in pages:
        said = client.get(page).content.decode()
        assert "Amara" not in said
        assert "held back" in said
