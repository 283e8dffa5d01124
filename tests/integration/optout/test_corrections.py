"""Corrections: proposed by a request, decided by an officer, told (LC-05, LAW-09, LA-10)."""

import pytest
from django.core.cache import cache
from django.utils import timezone
from lxml import html

from caseload.actions import details
from caseload.errors import ChangedMeanwhile
from caseload.models import (
    Activity,
    Address,
    ContactPoint,
    FoundWrong,
    RestrictionLevel,
    Verification,
)
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from optout.actions import corrections, requests
from optout.errors import CannotDo
from optout.letters.choosing import stops
from optout.models import Correction, Message, PersonalCode, Request
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ChangeFactory, complete_person
from tests.factories.letters import LetterFactory
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


def test_a_letter_waits_for_the_decision_and_not_for_the_answer_to_be_sent(client, officer, person):
    def held_back() -> set[int]:
        return dict(stops([person.pk], user=officer, on=TODAY()))["correction"]

    for want, detail in (
        ("wrong", {"wrong": "name", "words": "Zoë Ōduya"}),
        ("doing", {"doing": "working", "words": "at a bakery"}),
        ("reach", {"reach": "no-offers"}),
    ):
        client.get(f"/choices/{CODE}/")
        client.post("/choices/what/", {"want": want})
        client.post(f"/choices/{want}/", detail)
        client.post("/choices/check/")
        assert held_back() == {person.pk}
        Request.objects.update(outcome="done")  # answered; the letter that says so has not gone
        assert not held_back()
    wish = Request.objects.get(kind="reach")
    assert not Correction.objects.filter(request=wish).exists()  # it proposes no change


def test_not_for_me_is_written_to_nobody_there_and_gives_no_notice(client, officer, person):
    address = Address.objects.get(person=person)
    letter = LetterFactory(person=person, address=address, posted_on=TODAY())
    correction = told(client, "wrong", wrong="not-for-me", words="")
    assert correction.version == address.pk
    page = client.get(f"/corrections/{correction.ref}/").content.decode()
    assert "Find out whether the young person lives there" in page
    assert "Whoever opened our letter there" in page
    done = client.get("/choices/done/").content.decode()
    assert "check where this person lives" in done
    assert client.post("/choices/check/")["Location"] == "/choices/done/"  # sent twice, it is one
    assert client.get("/choices/what/")["Location"] == "/choices/"  # they are somebody else
    other = RequestFactory(authority=person.lead_authority, person=person, kind="help")
    by_letter = {"outcome": "done", "told_by": "letter", "words": "We can help."}
    said = client.post(f"/requests/{other.ref}/answer/", by_letter).content.decode()
    assert "letters to their address are not for them" in said

    left = accepting(client, correction, how="left")
    assert "words" not in left  # whoever opened it heard on the page what happens
    client.post(f"/corrections/{correction.ref}/accept/", left)

    assert Address.objects.believed().get(person=person).ends_on == TODAY()
    letter.refresh_from_db()
    assert letter.returned_on == TODAY()
    assert not PersonalCode.objects.filter(ended_at=None).exists()
    assert Request.objects.get(pk=correction.request_id).state == "answered"
    assert not Message.objects.filter(kind="answer").exists()


def test_two_officers_decide_once_and_nothing_is_overwritten(client, officer, person):
    correction = told(client, "wrong", wrong="contact", words="my number is 07700 900 123 now")
    assert (correction.part, correction.version) == ("contact-points", None)
    answers = accepting(client, correction)
    colleague = member(Role.TRACKING_OFFICER, authority=person.lead_authority)
    details.add(
        ContactPoint, person=person, started_on=TODAY(), by=colleague, at=timezone.now(),
        kind="mobile", value="07700900999",
    )  # fmt: skip

    page = f"/corrections/{correction.ref}/accept/"
    stale = client.post(page, answers).content.decode()
    assert "Someone changed this part of the record" in stale
    assert "07700900123" in stale
    assert not ContactPoint.objects.filter(value="07700900123").exists()

    client.post(page, accepting(client, correction))
    assert ContactPoint.objects.believed().get(value="07700900123").whose == "own"
    again = client.post(page, answers, follow=True).content.decode()
    assert "This is decided already" in again
    with pytest.raises(CannotDo, match="decided this on"):
        corrections.decline(correction, reason="no", tell=None, by=colleague, at=timezone.now())
    assert Message.objects.filter(kind="answer").count() == 1


def test_what_a_colleague_writes_while_it_is_saved_undoes_the_whole(officer, person, monkeypatch):
    correction = CorrectionFactory(person=person, part="contact-points")
    number = {"kind": "mobile", "whose": "own", "note": ""}
    write = corrections._write

    def with_a_colleague(*args, **kwargs):
        details.add(
            ContactPoint, person=person, started_on=TODAY(), by=officer, at=timezone.now(),
            value="07700900999", **number,
        )  # fmt: skip
        return write(*args, **kwargs)

    monkeypatch.setattr(corrections, "_write", with_a_colleague)
    put_right = corrections.PutRight(
        how=corrections.How.CHANGED,
        seen=0,
        started_on=TODAY(),
        values={"value": "07700900123", **number},
    )
    tell = corrections.Tell(words="Done.", by="phone")
    with pytest.raises(ChangedMeanwhile):
        corrections.accept(
            correction, put_right=put_right, tell=tell, by=officer, at=timezone.now()
        )
    assert not ContactPoint.objects.exists()
    assert not Message.objects.exists()
    correction.refresh_from_db()
    assert correction.state == "open"


def test_declined_needs_a_reason_and_the_reason_is_sent(client, officer, person):
    correction = told(client, "wrong", wrong="other", words="You have my exam results wrong")
    assert correction.part == ""
    assert client.get(f"/corrections/{correction.ref}/accept/").status_code == 302
    page = f"/corrections/{correction.ref}/decline/"
    assert "Say why it is not done" in client.post(page, {"told_by": "email"}).content.decode()

    client.post(page, {"told_by": "email", "to": "z@example.com", "reason": "We hold no exams."})

    correction.refresh_from_db()
    assert (correction.state, correction.request.outcome) == ("declined", "declined")
    answer = Message.objects.get(kind="answer")
    assert "We hold no exams." in answer.words
    assert "Information Commissioner" in answer.words
    assert answer.to == "z@example.com"


def test_a_file_that_told_it_wrong_is_to_be_told_and_an_officer_says_what_is_meant(
    client, officer, authority, person
):
    was = Address.objects.get(person=person)
    change = ChangeFactory(authority=authority, file_ref="7F3KQ29M", source="Kestrel College")
    Address.objects.filter(pk=was.pk).update(recorded=change)
    request = RequestFactory(
        authority=authority, kind="correction", said={"words": "Not Castle Street but Hill Road"}
    )
    requests.match(request, person=person, by=officer, at=timezone.now())
    correction = request.correction
    place = f"/corrections/{correction.ref}"
    client.post(f"{place}/about/", {"about": "addresses:1"})
    correction.refresh_from_db()
    assert correction.version == was.pk

    never = accepting(
        client, correction, what_was_wrong="wrong", line_1="14 Hill Road", told_by="phone",
        **{"started_on": "none", "started_on-typed": ""},
    )  # fmt: skip
    client.post(f"{place}/accept/", never)

    now = Address.objects.believed().get(person=person)
    assert (now.line_1, now.starts_on) == ("14 Hill Road", was.starts_on)
    correction.refresh_from_db()
    assert correction.state == "changed"  # their words could not be read into fields
    found = FoundWrong.objects.get()
    assert (found.came_by, found.told_at) == (change, None)
    assert "the file from Kestrel College" in client.get(f"{place}/").content.decode()
    assert Request.objects.get(pk=request.pk).state == "answered"


def test_what_they_are_doing_now_begins_an_activity_or_confirms_it(client, officer, person):
    correction = told(client, "doing", doing="working", words="at the bakery on Mill Lane")
    client.post(
        f"/corrections/{correction.ref}/accept/",
        accepting(client, correction, code_id="330", establishment_name="Mill Lane bakery"),
    )
    now = Activity.objects.believed().on(TODAY()).get(person=person)
    assert (now.code_id, now.starts_on, now.ascertained_on) == ("330", TODAY(), TODAY())
    assert Verification.objects.filter(spell=now.spell, verified_on=TODAY()).exists()

    again = told(client, "doing", doing="working", words="still there")
    client.post(
        f"/corrections/{again.ref}/accept/",
        accepting(client, again, what_was_wrong="same", code_id=""),
    )
    again.refresh_from_db()
    assert again.state == "accepted"
    assert Activity.objects.believed().on(TODAY()).get(person=person) == now


@pytest.mark.parametrize("level", [RestrictionLevel.PROTECTED_ADDRESS, RestrictionLevel.DECEASED])
def test_of_whom_an_officer_may_not_know_nothing_is_found(client, officer, person, level):
    correction = CorrectionFactory(person=person)
    type(person).objects.filter(pk=person.pk).update(restriction_level=level)
    assert "Nothing is to be decided." in client.get("/corrections/").content.decode()
    for page in ("", "about/", "accept/", "decline/"):
        assert client.get(f"/corrections/{correction.ref}/{page}").status_code == 404
        assert client.post(f"/corrections/{correction.ref}/{page}").status_code in (404, 405)


def test_a_correction_goes_to_the_record_that_stays(client, officer, person):
    was = Address.objects.get(person=person)
    correction = CorrectionFactory(person=person, version=was.pk)
    stays = complete_person(lead_authority=person.lead_authority)
    Request.objects.filter(pk=correction.request_id).update(person=stays)  # as a merge does
    type(person).objects.filter(pk=person.pk).update(merged_into=stays)

    client.post(f"/corrections/{correction.ref}/accept/", accepting(client, correction))

    assert Address.objects.believed().on(TODAY()).get(person=stays).line_1 == "3 Elm Way"
    assert Address.objects.get(person=person) == was


def test_a_record_merged_during_a_visit_is_the_one_that_stays(client, person):
    client.get(f"/choices/{CODE}/")
    stays = complete_person(lead_authority=person.lead_authority)
    type(person).objects.filter(pk=person.pk).update(merged_into=stays)
    client.post("/choices/what/", {"want": "stop-all"})

    assert client.post("/choices/check/").status_code == 302
    assert Request.objects.get().person == stays
