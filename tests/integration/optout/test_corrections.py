"""Corrections: proposed by a request, decided by an officer, told (LC-05, LAW-09, LA-10)."""

import pytest
from django.core.cache import cache
from django.utils import timezone
from lxml import html

from caseload.models import Activity, Address, FoundWrong, RestrictionLevel
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from optout.models import Correction, Message, PersonalCode, Request
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ChangeFactory, complete_person
from tests.factories.optout import CorrectionFactory, PersonalCodeFactory, RequestFactory
from tests.personal import assert_trail_tells_nothing

pytestmark = pytest.mark.django_db

CODE = "K7MP3XQD9RTH"
TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def person(authority):
    person = complete_person(lead_authority=authority, code="610")
    PersonalCodeFactory(person=person, code=CODE)
    return person


@pytest.fixture
def officer(client, authority):
    user = member(Role.TRACKING_OFFICER, authority=authority)
    client.force_login(user)
    return user


def told(client, want: str, **detail: str) -> Correction:
    """What someone with a code sends by the public pages, and the correction that it becomes."""
    client.get(f"/choices/{CODE}/")
    client.post("/choices/what/", {"want": want})
    client.post(f"/choices/{want}/", detail)
    client.post("/choices/check/")
    return Correction.objects.latest("pk")


def accepting(client, correction: Correction, **changed: str) -> dict[str, str]:
    """The answers of the page that accepts, as it is first shown, with some changed."""
    page = client.get(f"/corrections/{correction.ref}/accept/").content.decode()
    (form,) = (one for one in html.fromstring(page).forms if "seen" in one.fields)
    return dict(form.form_values()) | changed


def test_an_address_told_with_a_code_is_accepted_and_the_record_says_so(client, officer, person):
    was = Address.objects.get(person=person)
    correction = told(client, "wrong", wrong="address", words="3 Elm Way, Northgate, ng2 1ab")

    assert (correction.part, correction.version) == ("addresses", was.pk)
    listed = client.get("/corrections/").content.decode()
    assert "1 correction to decide, 0 late." in listed
    page = client.get(f"/corrections/{correction.ref}/").content.decode()
    for words in ("3 Elm Way", "NG2 1AB", was.line_1, "their personal code", "Nobody was sent it"):
        assert words in page
    request = correction.request
    refused = client.post(
        f"/requests/{request.ref}/answer/", {"outcome": "done", "told_by": "phone", "words": "x"}
    )
    assert not Message.objects.filter(kind="answer").exists(), refused

    client.post(f"/corrections/{correction.ref}/accept/", accepting(client, correction))

    now = Address.objects.believed().on(TODAY()).get(person=person)
    assert (now.line_1, now.town, now.postcode) == ("3 Elm Way", "Northgate", "NG2 1AB")
    assert request.ref[:4] in now.recorded.source
    assert "the young person" in now.recorded.source
    correction.refresh_from_db()
    assert (correction.state, correction.decided_by) == ("accepted", officer)
    assert correction.change == now.recorded
    answer = Message.objects.get(kind="answer")
    assert "We had not sent what it said before to anyone else." in answer.words
    assert answer.sent_at is None
    decided = client.get(f"/corrections/{correction.ref}/").content.decode()
    assert "It says" in decided
    assert "3 Elm Way" in decided
    assert (
        "told by the young person"
        in client.get(f"/people/{person.ref}/details/addresses/").content.decode()
    )
    verbs = set(TrailEntry.objects.values_list("verb", flat=True))
    assert {"correction seen", "correction accepted", "address recorded"} <= verbs
    assert_trail_tells_nothing()
