"""A request sent twice, worked by two officers, or for one authority by another's officer."""

from datetime import date

import pytest
from django.utils import timezone

from caseload.actions import departures
from caseload.models import Departure
from ccis.access.roles import Role
from optout.actions import requests
from optout.errors import CannotDo
from optout.models import Message, Request, Statement
from optout.queries import objection_covers
from tests.factories.accounts import MembershipFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import complete_person
from tests.factories.optout import RequestFactory

pytestmark = pytest.mark.django_db

CALLER = {
    "channel": "phone", "received_on": "today", "speaker": "own", "kind": "opt-out",
    "whom": "all", "given": "Amara", "answer_by": "phone", "sending": "one",
}  # fmt: skip


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def officer(client, authority):
    user = member(Role.TRACKING_OFFICER, authority=authority)
    client.force_login(user)
    return user


def test_a_form_sent_twice_is_one_request_and_one_for_another_caller_is_another(client, officer):
    first = client.post("/requests/new/", CALLER)
    again = client.post("/requests/new/", CALLER)
    assert (first.url, Request.objects.count()) == (again.url, 1)

    client.post("/requests/new/", {**CALLER, "given": "Ravi"})  # the back button, and a new caller
    assert Request.objects.count() == 2
    told = Message.objects.filter(kind="acknowledgement")
    assert {(one.by, one.sent_by) for one in told} == {("phone", officer)}


def test_one_tick_says_that_all_three_agreed_and_nobody_is_born_tomorrow(client, officer):
    client.post("/requests/new/", {**CALLER, "identity": ["all", "contact"]})
    assert Request.objects.get().identity == ["name", "born", "address", "contact"]
    page = client.post("/requests/new/", {**CALLER, "date_of_birth": "1/1/2090"})
    assert "Date of birth must be in the past" in page.content.decode()


def test_who_said_meanwhile_that_it_is_someone_else_is_not_overruled(client, officer, authority):
    theirs, ours = (complete_person(lead_authority=authority) for _ in range(2))
    request = RequestFactory(authority=authority)
    colleague = member(authority=authority, user__name="Priya Nair")
    requests.match(request, person=theirs, by=colleague, at=timezone.now())

    page = client.post(f"/requests/{request.ref}/match/", {"ref": ours.ref, "was": ""}, follow=True)
    assert "Priya Nair said meanwhile who this is" in page.content.decode()
    assert objection_covers(theirs, None, on=timezone.localdate())

    client.post(f"/requests/{request.ref}/match/", {"ref": ours.ref, "was": theirs.ref})
    assert objection_covers(ours, None, on=timezone.localdate())
    assert not objection_covers(theirs, None, on=timezone.localdate())


def test_nobody_is_named_once_an_answer_is_written(officer, authority):
    request = RequestFactory(authority=authority)
    told = {"words": "We hold nobody.", "answered_by": "letter", "to": "1 Quay Road"}
    requests.answer(request, outcome="nobody", by=officer, at=timezone.now(), **told)
    with pytest.raises(CannotDo, match="answered already"):
        requests.match(
            request,
            person=complete_person(lead_authority=authority),
            by=officer,
            at=timezone.now(),
        )
    assert not Statement.objects.exists()


def test_an_answer_sent_twice_says_that_it_was_given(client, officer, authority):
    request = RequestFactory(authority=authority, kind="help")
    answer = {"outcome": "done", "told_by": "phone", "words": "Thank you.", "to": ""}
    for _ in range(2):
        page = client.post(f"/requests/{request.ref}/answer/", answer, follow=True)
    assert "answered already" in page.content.decode()
    assert Message.objects.count() == 1


def test_an_answer_needs_somewhere_to_go(client, officer, authority):
    request = RequestFactory(authority=authority)
    answer = {"outcome": "nobody", "told_by": "email", "words": "Thank you.", "to": ""}
    page = client.post(f"/requests/{request.ref}/answer/", answer).content.decode()
    assert "enter where to send it" in page
    assert not Message.objects.exists()


def test_a_part_played_elsewhere_opens_no_request_here(client, officer, authority):
    """The permission is asked of the authority chosen; the request has to be of the same."""
    barnet = AuthorityFactory(code=BARNET)
    MembershipFactory(user=officer, authority=barnet, role=Role.READ_ONLY.value)
    request = RequestFactory(authority=barnet)
    for address in ("", "answer/", "match/", "progress/"):
        method = client.post if address == "match/" else client.get
        assert method(f"/requests/{request.ref}/{address}").status_code == 404


def test_a_death_closes_what_nobody_could_answer_any_more_but_a_complaint(officer, authority):
    person = complete_person(lead_authority=authority)
    RequestFactory(authority=authority, kind="help", person=person)
    RequestFactory(authority=authority, kind="complaint", person=person)
    at, day = timezone.now(), date(2026, 11, 1)
    departures.record(person=person, kind=Departure.Kind.DECEASED, on=day, by=officer, at=at)
    states = dict(Request.objects.values_list("kind", "state"))
    assert states == {"help": "answered", "complaint": "new"}
