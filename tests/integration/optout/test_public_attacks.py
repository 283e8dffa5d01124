"""Young people's pages under attack, on odd phones, and with whatever is typed (LC-02, LC-03)."""

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ccis.authorities import policy
from optout.letters import rules
from optout.models import PersonalCode, Request
from optout.models.codes import digest_of
from optout.queries import objection_covers
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import complete_person
from tests.factories.letters import (
    BatchFactory,
    LetterFactory,
    ProviderListFactory,
    VersionFactory,
)
from tests.factories.optout import PersonalCodeFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

CODE = "K7MP3XQD9RTH"
TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def person():
    person = complete_person(lead_authority=AuthorityFactory())
    PersonalCodeFactory(person=person, code=CODE)
    return person


def page(client: Client, path: str, **posted: object) -> str:
    """The page that a form, or a link, ends at."""
    asked = client.post(path, posted, follow=True) if posted else client.get(path, follow=True)
    return re.sub(r'nonce="[^"]+"|csrfmiddlewaretoken" value="[^"]+"', "", asked.content.decode())


def test_a_complaint_sent_twice_is_one_and_a_second_one_is_another(client, person):
    said = {"words": "You wrote twice", "name": "A. Oduya", "answer_to": "a@home.example"}
    assert 'name="sending" value="0"' in page(client, "/complain/")
    first = page(client, "/complain/", **said, sending="0")
    assert page(client, "/complain/", **said, sending="0") == first
    assert Request.objects.count() == 1

    assert 'name="sending" value="1"' in page(client, "/complain/")
    page(client, "/complain/", **said, sending="1")
    assert Request.objects.count() == 2


def test_too_many_complaints_keep_what_was_typed(client, person, settings):
    settings.CHOICES_LIMITS = {**settings.CHOICES_LIMITS, "sending": 0}
    said = {"words": "You wrote twice", "name": "A. Oduya", "answer_to": "a@home.example"}
    refused = client.post("/complain/", said)
    assert refused.status_code == 429
    assert "You wrote twice" in refused.content.decode()
    assert "Try again in an hour" in refused.content.decode()


def test_a_phone_that_keeps_no_cookie_and_a_page_that_fails_are_told_so_in_plain_words(person):
    refused = Client(enforce_csrf_checks=True).post("/choices/", {"code": CODE})
    assert refused.status_code == 403
    words = refused.content.decode()
    assert "Your phone kept no cookie from us" in words
    assert "role" not in words.split("<main", 1)[1].split("</main>")[0].replace('role="main"', "")
    assert "no-store" in refused["Cache-Control"]

    missing = Client().get(f"/choices/{'x' * 61}/")
    assert (missing.status_code, "your work" in missing.content.decode()) == (404, False)
    assert "Your choices" in missing.content.decode()
    long = Client().post("/complain/", {"words": "x" * 3_000_000})
    assert (long.status_code, "too long" in long.content.decode()) == (400, True)


@pytest.mark.parametrize("typed", ["K7MP3XQD9RTH", "k7mp-3xqd-9rth", "K7MP 3XQD 9RTH/"])
def test_the_link_works_as_people_type_it_and_no_browser_keeps_it(person, typed):
    client = Client()
    opened = client.get(f"/choices/{typed}")
    assert (opened.status_code, opened["Location"]) == (302, "/choices/what/")
    assert opened["Referrer-Policy"] == "no-referrer"
    assert "no-store" in opened["Cache-Control"]
    other = client.get("/choices/K7MP3XQD9RT/")
    assert other["Location"] == "/choices/?not-right"


def test_ipv6_is_counted_by_the_network_that_one_customer_has(person, settings):
    settings.CHOICES_LIMITS = {**settings.CHOICES_LIMITS, "wrong-code": 2}
    for last in (1, 2):
        Client(REMOTE_ADDR=f"2001:db8:1:2::{last}").post("/choices/", {"code": "C" * 12})
    for address, works in (("2001:db8:1:2:9:9:9:9", False), ("2001:db8:1:3::1", True)):
        tried = Client(REMOTE_ADDR=address).post("/choices/", {"code": CODE})
        assert (tried.status_code == 302) is works, address


@pytest.mark.parametrize("typed", ["\0", "x" * 5_000, "' OR 1=1 --", "<script>alert(1)</script>"])
def test_whatever_is_typed_is_answered_in_our_words_and_never_run(client, person, typed):
    client.get(f"/choices/{CODE}/")
    for path, posted in (
        ("/choices/", {"code": typed}),
        ("/choices/what/", {"want": typed}),
        ("/choices/wrong/", {"wrong": typed, "words": typed}),
        ("/choices/no-code/", {"given": typed, "family": typed}),
        ("/choices/no-code/born/", {"date_of_birth": typed}),
        ("/choices/no-code/postcode/", {"postcode": typed}),
        ("/choices/answer/", {"answer_by": typed, "answer_to": typed}),
        ("/complain/", {"words": typed, "name": typed, "answer_to": typed * 100}),
    ):
        answered = client.post(path, posted)
        words = answered.content.decode()
        assert answered.status_code in (200, 302), path
        assert "Select a valid choice" not in words, path
        assert "Ensure this value" not in words, path
        assert "<script>alert" not in words, path
    assert client.get("/choices/", headers={"host": "evil.example"}).status_code == 400
    away = client.post("/choices/language/", {"language": "en-gb", "from": "//evil.example/"})
    assert away["Location"] == "/choices/"


def test_names_of_any_script_and_length_reach_the_officer_as_they_were_typed(client, person):
    for given, family in (
        ("Ọmọ́lará", "Ní Dhomhnaill"),
        ("محمد", ""),
        ("张", "伟"),
        ("🙂", "é"),
    ):
        page(client, "/choices/no-code/", given=given, family=family)
        page(client, "/choices/no-code/born/", date_of_birth="27th of March, 2009")
        page(client, "/choices/no-code/postcode/", postcode="none")
        page(client, "/choices/what/", want="stop-all")
        page(client, "/choices/answer/", answer_by="letter")
        assert given in page(client, "/choices/check/")
        page(client, "/choices/check/", send="1")
        request = Request.objects.latest("pk")
        assert (request.given, request.family) == (given, family)
        assert request.date_of_birth == date(2009, 3, 27)


def test_known_and_unknown_ask_the_same_of_the_database(person):
    """So that the time tells no more than the words."""
    name, born = person.name_facts.get(), person.particulars_facts.get().date_of_birth
    asked = []
    for given, family in ((name.given, name.family), ("Nobody", "Here")):
        client = Client()
        with CaptureQueriesContext(connection) as made:
            page(client, "/choices/no-code/", given=given, family=family)
            page(client, "/choices/no-code/born/", date_of_birth=f"{born:%d/%m/%Y}")
            page(client, "/choices/no-code/postcode/", postcode="NG1 4AB")
            page(client, "/choices/what/", want="stop-all")
            page(client, "/choices/answer/", answer_by="letter")
            page(client, "/choices/check/", send="1")
        asked.append([query["sql"].split(" WHERE ")[0].split(" VALUES ")[0] for query in made])
    assert [len(one) for one in asked] == [len(asked[0])] * 2
    assert {one for one in asked[0] if "SAVEPOINT" not in one} == {
        one for one in asked[1] if "SAVEPOINT" not in one
    }


def test_what_may_go_to_whom_is_what_their_own_letter_said(client, person):
    council = person.lead_authority
    old, new = ProviderFactory(name="Harbour Lane Skills"), ProviderFactory(name="Northway")
    batch = BatchFactory(
        authority=council,
        state="posted",
        posted_on=TODAY() - timedelta(days=9),
        provider_list=ProviderListFactory(authority=council, version=1, providers=[old]),
    )
    LetterFactory(
        person=person,
        batch=batch,
        version=VersionFactory(template=batch.template, columns=["name", "email"]),
    )
    ProviderListFactory(authority=council, version=2, providers=[old, new])
    VersionFactory(
        template__authority=council,
        columns=["name", "phone", "gender"],
        purpose=rules.SCHOOL,
        published_at=timezone.now(),
    )

    client.get(f"/choices/{CODE}/")
    theirs = page(client, "/choices/what/")
    assert "to 1 organisation that offers free help" in theirs
    assert "your email address" in theirs
    assert "Harbour Lane Skills" in theirs
    for other in ("your phone number", "your gender", "Northway", "your address</strong>"):
        assert other not in theirs, other
    page(client, "/choices/what/", want="stop-some")
    assert "Choose one of these" in page(client, "/choices/stop/", providers=[new.ref])
    page(client, "/choices/stop/", providers=[old.ref])
    page(client, "/choices/check/", send="1")
    assert objection_covers(person, old, on=TODAY())
    assert "said no to these" in page(client, "/choices/what/")

    page(client, "/choices/finish/", send="1")
    page(client, "/choices/no-code/", given="Nobody", family="Here")
    page(client, "/choices/no-code/born/", date_of_birth="1 1 2010")
    anyones = page(client, "/choices/no-code/postcode/", postcode="none")
    assert "one of 2 organisations." in anyones
    assert "your gender" in anyones
    assert "your email address" not in anyones


def test_where_consent_comes_first_the_page_asks_for_a_yes(client, person):
    council = person.lead_authority
    policy.adopt(authority=council, by=None, at=timezone.now(), why="a test", consent_first=1)
    ProviderListFactory(authority=council, version=1, providers=[ProviderFactory(name="Northway")])
    client.get(f"/choices/{CODE}/")
    asked = page(client, "/choices/what/")
    assert "We only do this if you say yes." in asked
    assert 'value="yes"' in asked
    assert 'value="share"' not in asked
    page(client, "/choices/what/", want="yes")
    assert "We have noted it" in page(client, "/choices/check/", send="1")
    statement = person.statements.get()
    assert (statement.says, statement.lifts, statement.said_by) == ("yes", True, "own")

    page(client, "/choices/what/", want="stop-all")
    page(client, "/choices/check/", send="1")
    again = page(client, "/choices/what/")
    assert 'value="share"' in again
    assert 'value="yes"' not in again


def test_a_code_stands_nowhere_in_clear(client, person, caplog):
    client.get(f"/choices/{CODE}/")
    client.get(f"/choices/{CODE[:-1]}/")
    client.post("/choices/", {"code": CODE})
    assert CODE[:8] not in caplog.text
    assert PersonalCode.objects.get().digest == digest_of(CODE)
