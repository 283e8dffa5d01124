"""Texts and emails by GOV.UK Notify, through its own client (LC-03, LAW-06, USE-05, USE-06)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from caseload.actions import departures
from caseload.models import ContactPoint, SealedIdentity, Task
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from optout.actions import requests
from optout.errors import CannotDo
from optout.outbox.actions import outcomes, sending, writing
from optout.outbox.models import Outgoing
from optout.outbox.notify import Notify
from optout.outbox.queries import agreed_to_promotional, reach
from tests import notify_server
from tests.factories.accounts import member
from tests.factories.caseload import (
    ChangeFactory,
    ContactNeedFactory,
    ContactPointFactory,
    complete_person,
)
from tests.factories.optout import MessageFactory, RequestFactory
from tests.factories.outbox import MADE, MessageChoiceFactory, OutgoingFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 3, 11, tzinfo=UTC)
MOBILE = "07700900014"


@pytest.fixture(scope="module")
def fake_server():
    with notify_server.running() as fake:
        yield fake


@pytest.fixture
def fake(fake_server):
    fake_server.sent.clear()
    fake_server.refuse = None
    return fake_server


@pytest.fixture
def notify(fake):
    return Notify(
        key=notify_server.KEY, address=fake.address, text_template="t-1", email_template="e-1"
    )


def send(notify, at=NOW):
    return sending.send_due(service=notify, now=lambda: at)


def answered(person=None, by="text", to="", **more):
    """A request whose answer is to go by text or email."""
    request = RequestFactory(
        person=person, state="in-hand", outcome="done", answer_by=by,
        **({"authority": person.lead_authority} if person else {}),
    )  # fmt: skip
    return MessageFactory(request=request, by=by, to=to, made_at=MADE, **more)


def own_mobile(person, value=MOBILE):
    return ContactPointFactory(person=person, kind="mobile", value=value)


def test_an_answer_goes_once_to_the_number_on_record_and_closes_its_request(fake, notify):
    person = complete_person()
    own_mobile(person)
    message = answered(person)
    by_email = answered(by="email", to="amara@example.com", kind="acknowledgement")

    assert send(notify, MADE) == 0  # two minutes to stop it
    assert send(notify) == 2
    assert send(notify) == 0

    email, text = sorted(fake.sent, key=lambda one: one["type"])
    assert text["phone_number"] == MOBILE
    assert text["template_id"] == "t-1"
    assert text["personalisation"] == {"message": "We have stopped."}
    assert email["email_address"] == "amara@example.com"
    assert email["personalisation"]["subject"].startswith("Acknowledgement from ")
    assert "one_click_unsubscribe_url" not in email
    assert fake.headers["Authorization"].startswith("Bearer ")
    message.request.refresh_from_db()
    assert message.request.state == "answered"
    by_email.request.refresh_from_db()
    assert by_email.request.state == "in-hand"  # an acknowledgement is no answer

    outgoing = Outgoing.objects.get(message=message)
    fake.became(outgoing.reference, "delivered")
    assert outcomes.ask(notify, at=NOW + timedelta(minutes=5)) == 1
    outgoing.refresh_from_db()
    assert outgoing.state == "delivered"
    assert TrailEntry.objects.filter(verb="message sent").count() == 2


class Killed(BaseException):
    """The worker is gone."""


def test_one_killed_after_it_sent_is_found_again_by_its_reference(fake, notify, monkeypatch):
    went, never = OutgoingFactory(), OutgoingFactory()
    real = notify.send

    def send_and_die(wanted):
        if wanted.reference == went.ref:
            real(wanted)
        raise Killed

    monkeypatch.setattr(notify, "send", send_and_die)
    for _ in range(2):
        with pytest.raises(Killed):
            send(notify)
    monkeypatch.undo()
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"sending"}

    assert send(notify, NOW + timedelta(minutes=1)) == 0  # the service may still be at it
    later = NOW + timedelta(minutes=3)
    send(notify, later)
    send(notify, later + timedelta(minutes=2))

    assert sorted(one["reference"] for one in fake.sent) == sorted([went.ref, never.ref])
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"sent"}


def test_a_number_that_is_none_is_marked_once_and_makes_one_task(fake, notify):
    person = complete_person()
    point = own_mobile(person)
    first, second = answered(person), answered(person)
    send(notify)
    for one in fake.sent:
        one["status"] = "permanent-failure"

    assert outcomes.ask(notify, at=NOW) == 2

    believed = ContactPoint.objects.believed().get(person=person, value=MOBILE)
    assert believed.pk != point.pk
    assert believed.undelivered_on == NOW.date()
    (task,) = Task.objects.filter(person=person)
    assert task.what.startswith("Find another way to reach them")
    assert reach([person.pk], way="text", promotional=False, on=NOW.date()).counts == {
        "no-contact": 1
    }
    for message in (first, second):
        message.request.refresh_from_db()
        assert (message.request.state, message.request.outcome) == ("in-hand", "")
    officer = member(authority=person.lead_authority)
    requests.answer(
        first.request, outcome="done", words="Told.", answered_by="phone", to="",
        by=officer, at=NOW,
    )  # fmt: skip
    # A third has no number left to go to, and says so.
    third = answered(person)
    send(notify)
    assert Outgoing.objects.get(message=third).state == "failed"


@pytest.mark.parametrize(
    ("refusal", "state", "marked"),
    [
        ((400, "ValidationError", "phone_number Not a valid phone number"), "failed", True),
        ((400, "BadRequestError", "Missing personalisation: message"), "failed", False),
        ((403, "AuthError", "Invalid token"), "waiting", False),
        ((429, "RateLimitError", "Exceeded rate limit"), "waiting", False),
        ((500, "Exception", "Internal server error"), "sending", False),
    ],
)
def test_a_refusal_ends_it_or_is_tried_again(fake, notify, refusal, state, marked):
    person = complete_person()
    point = own_mobile(person)
    outgoing = OutgoingFactory(person=person, contact_point=point)
    fake.refuse = refusal

    send(notify)

    outgoing.refresh_from_db()
    assert outgoing.state == state
    believed = ContactPoint.objects.believed().get(person=person, value=MOBILE)
    assert (believed.undelivered_on is not None) is marked
    fake.refuse = None
    send(notify, NOW + timedelta(minutes=3))
    send(notify, NOW + timedelta(minutes=5))
    assert len(fake.sent) == (0 if state == "failed" else 1)


def test_a_service_that_stays_away_is_given_up_and_one_that_is_not_set_keeps_everything(
    fake, notify
):
    outgoing = OutgoingFactory()
    fake.refuse = (500, "Exception", "Internal server error")
    at = NOW
    for _ in range(40):
        send(notify, at)
        at += timedelta(hours=3)
    outgoing.refresh_from_db()
    assert (outgoing.state, fake.sent) == ("failed", [])

    message = answered(to=MOBILE)
    send(None)
    kept = Outgoing.objects.get(message=message)
    assert kept.state == "kept"
    message.refresh_from_db()
    assert message.sent_at is None  # an officer tells them, and says so


def test_what_did_not_arrive_for_now_is_sent_again_a_day_later(fake, notify):
    outgoing = OutgoingFactory()
    at, references = NOW, []
    for _ in range(3):
        send(notify, at)
        references.append(fake.sent[0]["reference"])
        fake.sent[0]["status"] = "temporary-failure"
        outcomes.ask(notify, at=at + timedelta(minutes=1))
        at += timedelta(days=1, minutes=2)
    outgoing.refresh_from_db()
    assert references == [outgoing.ref, f"{outgoing.ref}-2", f"{outgoing.ref}-3"]
    assert (outgoing.state, outgoing.why) == (
        "failed",
        "The phone was off, or the inbox full, for days",
    )


def test_promotional_ones_go_to_those_who_agreed_with_a_way_to_stop(fake, notify):
    yes, no, never, call = (complete_person() for _ in range(4))
    for person in (yes, no, never, call):
        own_mobile(person)
    MessageChoiceFactory(person=yes)
    MessageChoiceFactory(person=no)
    MessageChoiceFactory(person=no, agrees=False)
    MessageChoiceFactory(person=call)
    ContactNeedFactory(person=call, format="call")
    people = [one.pk for one in (yes, no, never, call)]

    found = reach(people, way="either", promotional=True, on=NOW.date())

    assert set(found.at) == {yes.pk}
    assert found.counts == {"consent": 2, "call": 1}
    sent, stopped = writing.write(
        OutgoingFactory.build(
            person=yes, authority=yes.lead_authority, kind="promotional",
            contact_point=found.at[yes.pk], site="https://choices.northgate.example",
            made_at=made,
        )
        for made in (MADE, NOW)
    )  # fmt: skip
    send(notify)
    (one,) = fake.sent
    address = f"https://choices.northgate.example/stop-messages/{sent.stop_key}/"
    assert one["personalisation"]["message"].endswith(f"To stop messages like this: {address}")

    writing.say(person=yes, agrees=False, said_on=NOW.date(), channel="web", by=None, at=NOW)
    stopped.refresh_from_db()
    assert stopped.state == "stopped"
    assert agreed_to_promotional([yes.pk]) == set()


def test_a_death_stops_what_is_unsent_in_its_transaction(fake, notify):
    person = complete_person()
    waiting = OutgoingFactory(person=person)
    officer = member(Role.DATA_MANAGER, authority=person.lead_authority)

    departures.record(person=person, kind="D", on=date(2026, 11, 2), by=officer, at=NOW)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.why) == ("stopped", "They have died")
    send(notify)
    assert fake.sent == []


def test_what_may_name_an_identity_that_was_sealed_does_not_go(fake, notify):
    outgoing = OutgoingFactory()
    change = ChangeFactory(authority=outgoing.authority, at=NOW)
    SealedIdentity.objects.create(person=outgoing.person, why="adoption", change=change)
    send(notify)
    outgoing.refresh_from_db()
    assert (outgoing.state, fake.sent) == ("stopped", [])


def test_one_is_stopped_before_it_goes_and_not_after(fake, notify):
    outgoing = OutgoingFactory()
    officer = member(authority=outgoing.authority)
    writing.stop(outgoing, by=officer, at=NOW)
    send(notify)
    assert fake.sent == []
    with pytest.raises(CannotDo):
        writing.stop(outgoing, by=officer, at=NOW)
