"""Between the writing of a text or email and its going much may happen (LC-03, LAW-06, USE-06)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from psycopg.types.range import DateRange

from caseload.actions import departures
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from optout.actions import requests
from optout.outbox.actions import outcomes, sending
from optout.outbox.models import Outgoing
from optout.outbox.notify import Known
from optout.outbox.queries import agreed_to_promotional
from tests.factories.accounts import member
from tests.factories.caseload import ConsentFactory, ContactPointFactory, complete_person
from tests.factories.letters import LetterFactory
from tests.factories.optout import MessageFactory, RequestFactory, StatementFactory
from tests.factories.outbox import MADE, MessageChoiceFactory, OutgoingFactory
from tests.integration.outbox.test_with_letters import Line

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 3, 11, tzinfo=UTC)
MOBILE = "07700900014"


def send(line, at=NOW):
    return sending.send_due(service=line, now=lambda: at)


def answered(person, *, by="text", to="", **more):
    """The answer of a request, which goes by text or email."""
    request = RequestFactory(
        person=person, authority=person.lead_authority, state="in-hand", outcome="done", **more
    )
    return MessageFactory(request=request, by=by, to=to, made_at=MADE)


def became(outgoing, status, at):
    outgoing.refresh_from_db()
    outcomes.note(outgoing.pk, Known(outgoing.service_id, outgoing.reference, status), at=at)


def stands(message):
    """State and outcome of the request that a message answers."""
    message.request.refresh_from_db()
    return message.request.state, message.request.outcome


def test_an_answer_that_did_not_arrive_for_now_goes_three_times_before_its_request_opens_again():
    person, line, at = complete_person(), Line(), NOW
    message = answered(person, to=MOBILE)
    for _ in range(3):
        assert send(line, at) == 1
        assert stands(message) == ("answered", "done")
        became(Outgoing.objects.get(message=message), "temporary-failure", at)
        at += timedelta(days=1, minutes=2)

    assert Outgoing.objects.get(message=message).state == "failed"
    assert stands(message) == ("in-hand", "")


def test_it_has_gone_is_said_of_what_an_officer_sends_and_not_of_what_goes_by_itself(settings):
    settings.NOTIFY_API_KEY = "set"
    person, line = complete_person(), Line()
    message = answered(person, to=MOBILE)
    posted = MessageFactory(request=message.request, kind="acknowledgement", by="letter")

    requests.mark_sent(message.request, by=member(authority=person.lead_authority), at=NOW)

    posted.refresh_from_db()
    assert posted.sent_at == NOW
    assert stands(message) == ("in-hand", "done")
    assert send(line) == 1
    assert stands(message) == ("answered", "done")


def test_nothing_goes_to_a_number_that_was_corrected_or_stopped_working_since():
    """The old number may be somebody else's, and a message may hold a personal code."""
    changed, ended, fine, withheld = (complete_person() for _ in range(4))
    line, rows = Line(), []
    for person in (changed, ended, fine, withheld):
        point = ContactPointFactory(person=person, kind="mobile", value=MOBILE)
        rows.append(
            OutgoingFactory(person=person, contact_point=point, message=answered(person), to=MOBILE)
        )
    changed.contactpoint_facts.update(value="07700900099")
    ended.contactpoint_facts.update(during=DateRange(date(2026, 9, 1), NOW.date()))
    ConsentFactory(person=withheld, answer="withdrawn", starts=date(2026, 11, 3))

    assert send(line) == 1

    assert [one.reference for one in line.sent] == [rows[2].ref]
    for row, why in ((0, "not on their record"), (1, "not on their record"), (3, "do not let us")):
        rows[row].refresh_from_db()
        assert rows[row].state == "stopped"
        assert why in rows[row].why
        assert stands(rows[row].message) == ("in-hand", "")  # somebody finds another way


def test_whoever_said_no_after_the_letter_is_not_told_how_to_say_no():
    letter, line = LetterFactory(posted_on=date(2026, 11, 2)), Line()
    outgoing = OutgoingFactory(person=letter.person, letter=letter)
    StatementFactory(person=letter.person, said_on=NOW.date())

    assert send(line) == 0
    outgoing.refresh_from_db()
    assert outgoing.why == "They said no to sharing meanwhile"


def test_an_answer_that_an_officer_stopped_can_be_written_anew(client):
    person, line = complete_person(), Line()
    message = answered(person, to=MOBILE)
    outgoing = OutgoingFactory(person=person, message=message)
    officer = member(authority=person.lead_authority)
    client.force_login(officer)

    client.post(reverse("outbox:stop", args=[outgoing.ref]))

    assert stands(message) == ("in-hand", "")
    page = client.get(reverse("optout:request", args=[message.request.ref])).content.decode()
    assert "Stopped" in page
    assert "It has gone" not in page
    assert "Answer them" in page
    line_left = TrailEntry.objects.get(verb="answer stopped")
    assert line_left.by_id == officer.pk
    requests.answer(
        message.request, outcome="done", words="Better words.", answered_by="text", to=MOBILE,
        by=officer, at=MADE,
    )  # fmt: skip
    assert send(line) == 1
    assert line.sent[0].words == "Better words."


def test_a_death_leaves_closed_what_it_closed_and_the_answer_to_whoever_complained():
    person, line = complete_person(), Line()
    own = answered(person, to=MOBILE)
    assert send(line) == 1
    complaint = answered(
        person, by="email", to="mum@example.com", kind="complaint", speaker="parent"
    )
    waiting = OutgoingFactory(person=person, message=complaint, by="email", to="mum@example.com")
    officer = member(Role.DATA_MANAGER, authority=person.lead_authority)
    departures.record(person=person, kind="D", on=date(2026, 11, 2), by=officer, at=NOW)

    became(Outgoing.objects.get(message=own), "permanent-failure", NOW)

    assert stands(own)[0] == "answered"  # nobody waits for it
    assert send(line) == 1
    assert line.sent[-1].reference == waiting.ref
    assert stands(complaint) == ("answered", "done")


def test_a_press_in_an_email_stops_whoever_else_pressed_from_the_same_address(client, settings):
    """An email service presses for all its people from one address."""
    settings.CHOICES_LIMITS = {**settings.CHOICES_LIMITS, "sending": 2}
    people = [complete_person() for _ in range(4)]
    for number, person in enumerate(people):
        MessageChoiceFactory(person=person)
        OutgoingFactory(person=person, kind="promotional", stop_key=f"{number}" * 43)

    for number in range(4):
        client.post(reverse("outbox:stop-messages", args=[f"{number}" * 43]))

    assert agreed_to_promotional([one.pk for one in people]) == set()
    guess = reverse("outbox:stop-messages", args=["n" * 43])
    elsewhere = {"REMOTE_ADDR": "203.0.113.77"}
    assert [client.post(guess, **elsewhere).status_code for _ in range(3)] == [200, 200, 429]
