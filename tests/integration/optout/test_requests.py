"""Requests as officers work them: entered, matched, done, answered (LC-03, LC-31, PIA-19)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from ccis.access.roles import Role
from optout.actions import requests
from optout.errors import CannotDo
from optout.models import Request, Statement
from optout.queries import objection_covers
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import YoungPersonFactory, complete_person
from tests.factories.optout import RequestFactory, StatementFactory
from tests.personal import assert_trail_tells_nothing

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def person(authority):
    return complete_person(lead_authority=authority)


@pytest.fixture
def officer(client, authority):
    user = member(Role.TRACKING_OFFICER, authority=authority)
    client.force_login(user)
    return user


def said_by(person) -> dict[str, str]:
    name = person.name_facts.get()
    return {"given": name.given, "family": name.family, "postcode": "NG1 4AB"}


def caller(person, **changed: object) -> dict[str, object]:
    """A caller who opts out of all; no identity shown."""
    return {
        "channel": "phone", "received_on": "today", "speaker": "own", "kind": "opt-out",
        "whom": "all", "date_of_birth": "14/3/2009", "answer_by": "phone",
        **said_by(person), **changed,
    }  # fmt: skip


def test_a_callers_opt_out_is_entered_matched_in_force_and_answered(client, officer, person):
    taken = client.post("/requests/new/", caller(person), follow=True)
    request = Request.objects.get()
    page = taken.content.decode()
    assert f"/requests/{request.ref[:4]}-{request.ref[4:]}/" in taken.redirect_chain[0][0]
    assert "same date of birth" in page
    assert person.ref in page

    address = f"/requests/{request.ref}/"
    matched = client.post(f"{address}match/", {"ref": person.ref}, follow=True)
    assert "in force from now" in matched.content.decode()
    assert objection_covers(person, None, on=TODAY())

    form = client.get(f"{address}answer/").content.decode()
    assert "We have stopped." in form
    answer = {"outcome": "done", "told_by": "letter", "words": "We have stopped.", "to": ""}
    assert "To send" in client.post(f"{address}answer/", answer, follow=True).content.decode()
    assert Request.objects.get().state == "in-hand"
    client.post(f"{address}sent/")
    request.refresh_from_db()
    assert (request.state, request.outcome, request.answered_by) == ("answered", "done", officer)
    assert "answered already" in client.get(f"{address}answer/", follow=True).content.decode()
    assert_trail_tells_nothing()


def test_matched_to_someone_else_after_all_the_first_is_put_back(officer, authority, person):
    other = complete_person(lead_authority=authority)
    request = RequestFactory(authority=authority)
    at = timezone.now()
    requests.match(request, person=other, by=officer, at=at)
    requests.match(request, person=person, by=officer, at=at, instead_of=other.pk)

    assert not objection_covers(other, None, on=TODAY())
    assert objection_covers(person, None, on=TODAY())
    assert Statement.objects.count() == 2


def test_sharing_begins_again_only_for_someone_who_showed_who_they_are(
    client, officer, authority, person
):
    StatementFactory(person=person, said_on=date(2026, 1, 5))
    client.post("/requests/new/", caller(person, kind="share"))
    unproved = Request.objects.get()
    with pytest.raises(CannotDo, match="Nobody checked who this is"):
        requests.match(unproved, person=person, by=officer, at=timezone.now())

    shown = ["name", "born", "address"]
    client.post("/requests/new/", caller(person, kind="share", identity=shown))
    proved = Request.objects.latest("pk")
    requests.match(proved, person=person, by=officer, at=timezone.now())
    assert not objection_covers(person, None, on=TODAY())


def test_a_parent_gives_a_name_and_proof_and_from_16_does_not_speak_for_them(
    client, officer, authority, person
):
    StatementFactory(person=person, said_on=date(2026, 1, 5))
    wanting = client.post("/requests/new/", caller(person, speaker="parent"))
    assert "Enter the name of whoever asks" in wanting.content.decode()
    assert "Say what shows" in wanting.content.decode()

    given = {"speaker": "parent", "speaker_name": "B. Oduya", "proof": "on the record"}
    shown = ["name", "born", "address"]
    client.post("/requests/new/", caller(person, kind="share", identity=shown, **given))
    requests.match(Request.objects.get(), person=person, by=officer, at=timezone.now())

    assert Statement.objects.get(says="yes").said_by == "parent"
    assert objection_covers(person, None, on=TODAY())


def test_the_queue_shows_the_oldest_clock_first_and_what_is_late(client, officer, authority):
    assert "Nobody has asked" in client.get("/requests/").content.decode()
    late = RequestFactory(authority=authority, given="Late", due_on=TODAY() - timedelta(days=1))
    RequestFactory(authority=authority, given="Later", due_on=TODAY() + timedelta(days=1))
    RequestFactory(given="Elsewhere", authority=AuthorityFactory(code="302"))

    page = client.get("/requests/").content.decode()

    assert "2 requests to answer, 1 late." in page
    assert page.index("Late by") < page.index("Ends soon")
    assert f'href="/requests/{late.ref[:4]}-{late.ref[4:]}/"' in page
    assert "Elsewhere" not in page
    assert "No request matches" in client.get("/requests/?state=answered").content.decode()


def test_information_governance_hears_of_requests_that_it_may_not_open(client, authority):
    hidden = YoungPersonFactory(lead_authority=authority, restriction_level=2)
    RequestFactory(authority=authority, person=hidden)
    for role, says in ((Role.INFORMATION_GOVERNANCE, True), (Role.TRACKING_OFFICER, False)):
        client.force_login(member(role, authority=authority))
        page = client.get("/requests/").content.decode()
        assert ("1 request is about a record that you may not open" in page) is says
        assert "Nobody has asked" in page


def test_nobody_we_hold_is_an_answer_too(client, officer, authority):
    request = RequestFactory(authority=authority, kind="correction", said={"words": "my name"})
    address = f"/requests/{request.ref}/answer/"
    answer = {"outcome": "done", "told_by": "phone", "words": "Thank you.", "to": ""}
    assert "Say first who this is" in client.post(address, answer).content.decode()

    client.post(address, {**answer, "outcome": "nobody"})
    request.refresh_from_db()
    assert (request.state, request.outcome) == ("answered", "nobody")


def test_an_officer_records_a_choice_and_takes_out_a_mistake(client, officer, person):
    at = f"/people/{person.ref}/choices/"
    said = {
        "says": "no", "whom": "all", "said_by": "school", "channel": "file",
        "said_on": "today", "source": "Kestrel College",
    }  # fmt: skip
    client.post(f"{at}new/", said)
    page = client.post(f"{at}new/", {**said, "says": "yes"}, follow=True).content.decode()
    assert "Opted out of all" in page
    assert "Takes back no earlier no" in page
    assert "Not all say the same" in page

    assert "said no to all" in client.get(f"{at}1/take-out/").content.decode()
    StatementFactory(person=person, says="yes", said_by="school", said_on=timezone.localdate())
    client.post(f"{at}1/take-out/", {"why": "another young person"})
    page = client.get(at).content.decode()
    assert "No choice made" in page
    assert "another young person" in page
    made = client.post(f"{at}code/").content.decode()
    assert "shown this once" in made
