"""Telling by word: in an emergency in spite of an opt-out, and whoever asks outside the portal."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from guardian.shortcuts import assign_perm

from caseload.models import RestrictionLevel
from caseload.models.people import OPEN_RESTRICTED
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from sharing.actions import lists
from sharing.emergency import telling
from sharing.emergency.models import Criteria, Emergency, Enquiry
from sharing.models import DisclosedRow, Disclosure
from tests.factories.accounts import member
from tests.factories.optout import StatementFactory
from tests.factories.sharing import AT, EmergencyReasonFactory, EnquiryFactory, ready

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _an_hour_later():
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def world():
    return ready()


@pytest.fixture
def adviser(world):
    return member(Role.ADVISER, authority=world.authority)


def desk(user):
    client = Client()
    client.force_login(user)
    return client


def said(**changed):
    return {
        "sent_key": "one-sending", "met": "0", "why": "Missing since this morning",
        "recipient": "Northgate Police", "told_to": "Sergeant Lena Marsh",
        "checked": "Called back on 101", "how": "phone", "columns": ["name", "phone"],
        "why-name": "To look for them", "why-phone": "To call them", "basis": "vital-interests",
        "decided_by": "Priya Nair, duty manager",
    } | changed  # fmt: skip


def test_one_person_goes_to_one_recipient_in_spite_of_a_no_and_is_looked_at_again(
    world, adviser, django_capture_on_commit_callbacks, mailoutbox
):
    person = world.person()
    StatementFactory(person=person, said_on=AT.date())
    address = reverse("emergency:share", args=[person.ref])
    client = desk(adviser)
    assert "life is in danger" in client.get(address).content.decode()
    text = client.post(address, said(columns=["name", "email"])).content.decode()
    assert "Say why they need: email" in text
    text = client.post(address, said()).content.decode()
    assert "They said no to sharing. It is shared in spite of that" in text
    assert not Disclosure.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        told = client.post(address, said(confirmed="yes"))

    text = told.content.decode()
    assert "Tell them this now" in text
    assert "no-store" in told["Cache-Control"]
    one = Emergency.objects.get()
    made = one.disclosure
    assert (made.kind, made.columns, made.basis) == (
        "emergency", ["name", "phone"], "vital-interests",
    )  # fmt: skip
    assert (one.despite, made.ends_at, made.provider.name) == (
        True, made.released_at, "Northgate Police",
    )  # fmt: skip
    assert not DisclosedRow.objects.exists()
    assert [each.bcc for each in mailoutbox] == [[world.releaser.email]]
    # Sent again it is shown no more, and nothing leaves twice.
    again = client.post(address, said(confirmed="yes"), follow=True).content.decode()
    assert "is shown once" in again
    assert Disclosure.objects.count() == 1
    governance = desk(world.releaser)
    assert "Emergencies to look at again" in governance.get(reverse("sharing:now")).content.decode()
    assert "1 told by word" in governance.get(reverse("sharing:ledger")).content.decode()
    review = reverse("emergency:emergency", args=[made.ref])
    governance.post(review, {"outcome": "right", "found": "It helped to find them"})
    one.refresh_from_db()
    assert (one.outcome, one.reviewed_by) == ("right", world.releaser)
    assert {"shared in an emergency", "emergency reviewed"} <= set(
        TrailEntry.objects.values_list("verb", flat=True)
    )


def test_governance_is_written_to_until_it_goes_or_somebody_there_has_opened_it(
    world, adviser, django_capture_on_commit_callbacks, mailoutbox, monkeypatch
):
    client, addresses = desk(adviser), []
    with monkeypatch.context() as meanwhile, django_capture_on_commit_callbacks(execute=True):
        meanwhile.setattr("sharing.incidents.telling.write", no_network)
        for key in ("first", "second"):
            person = world.person()
            address = reverse("emergency:share", args=[person.ref])
            client.post(address, said(confirmed="yes", sent_key=key))
            made = person.disclosures.get()
            addresses.append(reverse("emergency:emergency", args=[made.ref]))
    assert (Emergency.objects.waiting_to_be_told().count(), mailoutbox) == (2, [])
    assert desk(world.releaser).get(addresses[0]).status_code == 200

    assert telling.tell_of_those_waiting(at=AT + timedelta(minutes=15)) == 1
    assert telling.tell_of_those_waiting(at=AT + timedelta(minutes=30)) == 0

    assert [each.bcc for each in mailoutbox] == [[world.releaser.email]]


def no_network(*_args, **_more):
    raise OSError


def test_who_may_not_share_in_an_emergency(world, adviser):
    person = world.person()
    address = reverse("emergency:share", args=[person.ref])
    assert desk(world.drafter).get(address).status_code == 403
    leads = member(Role.TRACKING_OFFICER, authority=world.authority, leads_team=True)
    assert desk(leads).get(address).status_code == 200
    type(person).objects.filter(pk=person.pk).update(
        restriction_level=RestrictionLevel.PROTECTED_ADDRESS
    )
    assert desk(adviser).get(address).status_code == 404
    for user in (adviser, world.releaser):
        assign_perm(OPEN_RESTRICTED, user, person)
    assert "record is restricted" in desk(adviser).post(address, said()).content.decode()
    assert "Share now" in desk(world.releaser).post(address, said()).content.decode()
    # Whoever shared it does not look at it again, whatever asks.
    own = EmergencyReasonFactory(disclosure__person=world.person(), by=world.releaser)
    review = reverse("emergency:emergency", args=[own.disclosure.ref])
    data = {"outcome": "right", "found": "Fine"}
    assert "somebody else must look" in desk(world.releaser).post(review, data).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Emergency.objects.filter(pk=own.pk).update(
            outcome="right", reviewed_by=world.releaser, reviewed_at=AT
        )


def test_an_organisation_without_an_agreement_is_checked_recorded_and_refused(world, adviser):
    person, client = world.person(), desk(adviser)
    asks = {
        "channel": "phone", "asker": "Owen Field, clerk", "organisation": "another",
        "asks": "Where they live", "person": person.ref, "checks": "called-back",
        "checked": "Called back on the number of its website",
    }  # fmt: skip
    new = reverse("emergency:enquiry-new")
    assert "Enter the name of the organisation" in client.post(new, asks).content.decode()

    page = client.post(new, asks | {"another": "Quayside Lettings"}, follow=True).content.decode()

    one = Enquiry.objects.get()
    assert (one.provider.name, one.state, one.person) == ("Quayside Lettings", "checked", person)
    assert "they can only be refused" in page
    assert "Tell them" not in page
    tell = {"purpose": "support", "columns": "name", "why": "To find them"}
    client.post(reverse("emergency:tell", args=[one.ref]), tell)
    client.post(reverse("emergency:refuse", args=[one.ref]), {"why": "No agreement"})
    one.refresh_from_db()
    assert (one.state, one.disclosure) == ("refused", None)
    assert not Disclosure.objects.exists()


def test_what_waits_comes_first_and_the_rest_is_in_reach(world, adviser):
    person, hour = world.person(), timedelta(hours=1)
    waits = EnquiryFactory(person=person, provider=world.provider)
    done = {"state": "refused", "answered_by": adviser, "answered_at": AT, "why": "Not known"}
    EnquiryFactory.create_batch(
        25, person=person, provider=world.provider, at=AT + hour, asker="Answered", **done
    )
    to_review = EmergencyReasonFactory(disclosure__person=person)
    looked = {"outcome": "right", "reviewed_by": world.releaser, "reviewed_at": AT}
    EmergencyReasonFactory.create_batch(25, disclosure__person=world.person(), **looked)

    for user, name, own, ref in (
        (adviser, "enquiries", "emergency:enquiry", waits.ref),
        (world.releaser, "emergencies", "emergency:emergency", to_review.disclosure.ref),
    ):
        address, client = reverse(f"emergency:{name}"), desk(user)
        page = client.get(address, {"rows": "25"})
        listed = page.context_data["listed"]
        assert (len(listed.rows), listed.total) == (25, 26)
        assert listed.rows[0]["href"] == reverse(own, args=[ref])
        rest = client.get(f"{address}{listed.next}").context_data["listed"]
        assert len(rest.rows) == 1
        assert rest.rows[0]["href"] not in [one["href"] for one in listed.rows]


def test_the_written_criteria_are_versions(world, adviser):
    client = desk(world.releaser)
    address = reverse("emergency:criteria")
    page = {"lines": "A life is in danger\n\nA child is missing", "why": "Reviewed", "after": "0"}
    assert client.post(address, page).status_code == 302
    assert "published meanwhile" in client.post(address, page).content.decode()
    person = world.person()
    text = desk(adviser).get(reverse("emergency:share", args=[person.ref])).content.decode()
    assert Criteria.objects.get().lines == ["A life is in danger", "A child is missing"]
    assert "A child is missing" in text
    assert desk(adviser).get(address).status_code == 403


def test_somebody_who_asks_is_told_only_when_known_and_what_the_rule_lets_go(world, adviser):
    person = world.person()
    drafted = lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support", people=[person.pk],
        by=world.drafter, at=AT,
    ).list  # fmt: skip
    lists.release(drafted, by=world.releaser, at=AT)
    client = desk(adviser)
    asks = {
        "channel": "phone", "asker": "Ines Okafor, manager", "organisation": world.provider.ref,
        "asks": "Their number", "person": person.ref, "checks": "known", "checked": "She said so",
    }  # fmt: skip
    client.post(reverse("emergency:enquiry-new"), asks)
    refused = Enquiry.objects.get()
    assert (refused.state, refused.why) == ("refused", "They did not show who they are")
    response = client.post(reverse("emergency:enquiry-new"), asks | {"checks": "called-back"})
    one = Enquiry.objects.get(state="checked")
    assert response.url == reverse("emergency:enquiry", args=[one.ref])
    tell = reverse("emergency:tell", args=[one.ref])
    text = client.post(tell, {"purpose": "support", "columns": "history", "why": "x"}).content
    assert "Select a valid choice" in text.decode()
    told = client.post(tell, {"purpose": "support", "columns": "phone", "why": "To call them"})
    assert "Tell them this now" in told.content.decode()
    one.refresh_from_db()
    made = one.disclosure
    assert (one.state, made.kind, made.columns) == ("told", "told", ["phone"])
    assert made.letter_id is not None
    assert "Told when asked" in desk(world.releaser).get(reverse("sharing:ledger")).content.decode()
    # Somebody who opted out is told of to nobody who asks.
    other = world.person()
    StatementFactory(person=other, said_on=AT.date())
    waits = EnquiryFactory(person=other, provider=world.provider)
    page = reverse("emergency:enquiry", args=[waits.ref])
    text = client.get(page).content.decode()
    assert "They said no to this organisation" in text
    assert "Tell them" not in text
    client.post(reverse("emergency:refuse", args=[waits.ref]), {"why": "They opted out"})
    waits.refresh_from_db()
    assert (waits.state, waits.disclosure) == ("refused", None)
    assert desk(world.drafter).get(page).status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        EnquiryFactory(person=other, checks=["known"])
