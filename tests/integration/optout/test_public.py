"""Pages for young people: what they do, and what they give away (LC-02, LC-03, LAW-03)."""

import gzip
import posixpath
import re
from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from optout import queries
from optout.actions import requests
from optout.models import Message, Request, Statement
from optout.queries import objection_covers
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import complete_person
from tests.factories.optout import PersonalCodeFactory
from tests.factories.providers import ProviderFactory
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
def person():
    person = complete_person(lead_authority=AuthorityFactory())
    PersonalCodeFactory(person=person, code=CODE)
    return person


@pytest.fixture
def shares(monkeypatch):
    """Two organisations that the council shares with."""
    both = [ProviderFactory(name="Harbour Lane Skills"), ProviderFactory(name="Northway")]
    monkeypatch.setattr(queries, "_shared_with", [lambda authority, on: both])
    return both


def go(client: Client, path: str, **posted: object):
    """Post one page of the journey, and follow."""
    return client.post(f"/choices/{path}", posted, follow=True)


def page_of(response) -> str:
    """What a page says, without what differs each time."""
    text = response.content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"', "", text)


def test_with_a_code_an_opt_out_is_in_force_in_three_presses(client, person):
    opened = client.get(f"/choices/{CODE}/")
    assert (opened.status_code, opened["Location"]) == (302, "/choices/what/")
    assert opened["Referrer-Policy"] == "no-referrer"

    checked = go(client, "what/", want="stop-all")
    assert "Stop sharing my details with all of them" in page_of(checked)
    done = go(client, "check/")

    request = Request.objects.get()
    assert "We have stopped" in page_of(done)
    assert f"{request.ref[:4]}-{request.ref[4:]}" in page_of(done)
    assert "The law says that we must keep a record" in page_of(done)
    assert objection_covers(person, None, on=TODAY())
    assert (request.state, request.outcome, request.person) == ("answered", "done", person)
    message = Message.objects.get()
    assert message.by == "screen"
    assert message.sent_at is not None
    assert "We will not give your details" in message.words
    assert_trail_tells_nothing()


def test_sent_twice_or_after_going_back_it_is_one(client, person):
    client.get(f"/choices/{CODE}/")
    go(client, "what/", want="stop-all")
    earlier = client.cookies["choices"].value
    first = go(client, "check/")

    assert page_of(go(client, "check/")) == page_of(first)
    assert page_of(client.get("/choices/check/", follow=True)) == page_of(first)
    assert client.cookies["choices"].value == earlier
    assert Request.objects.count() == Statement.objects.count() == 1


def test_some_organisations_can_be_named_and_the_mind_changed(client, person, shares):
    harbour, northway = shares
    client.get(f"/choices/{CODE}/")
    assert "one of 2 organisations" in page_of(client.get("/choices/what/"))
    go(client, "what/", want="stop-some")
    assert "Choose at least one" in page_of(go(client, "stop/"))
    assert "Harbour Lane Skills" in page_of(go(client, "stop/", providers=[harbour.ref]))
    go(client, "check/")
    assert objection_covers(person, harbour, on=TODAY())
    assert not objection_covers(person, northway, on=TODAY())

    go(client, "what/", want="share")
    assert "We have noted it" in page_of(go(client, "check/"))
    assert not objection_covers(person, harbour, on=TODAY())


def test_without_a_code_known_and_unknown_hear_the_same(person):
    name, born = person.name_facts.get(), person.particulars_facts.get().date_of_birth
    answers = []
    for given, family in ((name.given, name.family), ("Nobody", "Здравко")):
        client = Client()
        assert "Family name" in page_of(client.get("/choices/no-code/"))
        go(client, "no-code/", given=given, family=family)
        go(client, "no-code/born/", date_of_birth=f"{born:%-d %B %Y}")
        go(client, "no-code/postcode/", postcode="ng\u0661\u0664ab")
        asked = go(client, "what/", want="stop-all")
        assert "How should we answer you?" in page_of(asked)
        checked = go(client, "answer/", answer_by="text", answer_to="07700 900982")
        assert f"{born:%-d %B %Y}" in page_of(checked)
        done = page_of(go(client, "check/"))
        request = Request.objects.latest("pk")
        answers.append(done.replace(f"{request.ref[:4]}-{request.ref[4:]}", ""))
        assert (request.given, request.family, request.postcode) == (given, family, "NG1 4AB")
        assert (request.person, request.state) == (None, "new")

    assert answers[0] == answers[1]
    assert "If we hold a record for this person" in answers[0]
    assert not Statement.objects.exists()
    assert_trail_tells_nothing()


def test_a_correction_with_a_code_waits_for_an_officer(client, person):
    client.get(f"/choices/{CODE}/")
    go(client, "what/", want="wrong")
    assert "Tell us what it should be" in page_of(go(client, "wrong/", wrong="name"))
    go(client, "wrong/", wrong="name", words="Amara Ọdụya 李")
    go(client, "check/")

    request = Request.objects.get()
    assert (request.kind, request.state, request.person) == ("correction", "new", person)
    assert request.said == {"choice": "name", "words": "Amara Ọdụya 李"}
    assert request.due_on > TODAY()


def test_wrong_old_and_worn_out_codes_are_told_apart_by_nothing(person, settings):
    PersonalCodeFactory(person=person, code="A" * 12, expires_on=TODAY() - timedelta(days=1))
    PersonalCodeFactory(person=person, code="B" * 12, ended_at=timezone.now())
    pages, asked = set(), set()
    for typed in ("AAAA AAAA AAAA", "bbbb-bbbb-bbbb", "CCCC CCCC CCCC", "nothing like a code"):
        with CaptureQueriesContext(connection) as queries_made:
            pages.add(page_of(Client().post("/choices/", {"code": typed})).replace(typed, ""))
        selects = [query["sql"] for query in queries_made if "FROM" in query["sql"]]
        asked.add(tuple(sql.split(" WHERE ")[0] for sql in selects))
    assert len(pages) == len(asked) == 1
    assert "That code does not work." in pages.pop()
    gone = Client().get(f"/choices/{'C' * 12}/", follow=True)
    assert "That code does not work." in page_of(gone)

    settings.CHOICES_LIMITS = {**settings.CHOICES_LIMITS, "wrong-code": 0}
    worn = Client().post("/choices/", {"code": CODE})
    assert "That code does not work." in page_of(worn)
    settings.CHOICES_LIMITS = {"wrong-code": 5, "opening": 0, "sending": 5}
    assert "That code does not work." in page_of(Client().post("/choices/", {"code": CODE}))


def test_forms_without_a_code_and_complaints_are_throttled_by_address(client, person, settings):
    settings.CHOICES_LIMITS = {**settings.CHOICES_LIMITS, "sending": 1}
    said = {"words": "You wrote to me twice", "name": "A. Oduya", "answer_to": "a@home.example"}
    client.get("/complain/")
    done = client.post("/complain/", said, follow=True)
    assert "Information Commissioner" in page_of(done)
    request = Request.objects.get()
    assert (request.kind, request.due_on) == ("complaint", TODAY() + timedelta(days=30))

    assert Client().post("/complain/", said).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.9").post("/complain/", said).status_code == 302


def test_someone_with_a_code_can_always_say_no_and_ask_only_so_often(client, person, settings):
    settings.CHOICES_LIMITS = {**settings.CHOICES_LIMITS, "sending": 0}
    client.get(f"/choices/{CODE}/")
    go(client, "what/", want="help")
    go(client, "help/", words="a course")
    assert client.post("/choices/check/").status_code == 429
    go(client, "what/", want="stop-all")

    assert "We have stopped" in page_of(go(client, "check/"))


def test_a_form_that_is_sent_twice_at_once_is_one_request(person):
    asked = requests.Asked(kind="opt-out", said={})
    sent = {"authority": person.lead_authority, "person": person, "sent_key": "one", "words": "x"}
    first = requests.receive(asked, at=timezone.now(), **sent)

    assert requests.receive(asked, at=timezone.now(), **sent) == first
    assert Statement.objects.count() == Message.objects.count() == 1


FETCHED = re.compile(r'<(?:link|script|img)\b[^>]*?(?:href|src)="([^"]+)"')
IMPORTED = re.compile(r'from "([^"]+)"')


def fetched_for(client: Client, page: str) -> int:
    """What a phone that keeps nothing fetches for a page, in bytes, as the service sends it."""
    root, sum_of, todo = django_settings.BASE_DIR, {}, set(FETCHED.findall(page))
    while todo:
        address = todo.pop()
        assert address.startswith("/"), f"{address} is not ours"
        if address in sum_of:
            continue
        if not address.startswith("/static/"):
            sum_of[address] = len(client.get(address).content)
            continue
        file = root / address[1:]
        sum_of[address] = len(gzip.compress(file.read_bytes()))
        if file.suffix == ".js":
            folder = posixpath.dirname(address)
            found = IMPORTED.findall(file.read_text())
            todo |= {posixpath.normpath(posixpath.join(folder, one)) for one in found}
    return len(page.encode()) + sum(sum_of.values())


def test_no_page_weighs_more_than_a_weak_signal_carries(client, person, shares):
    client.get(f"/choices/{CODE}/")
    go(client, "what/", want="stop-some")
    pages = {
        name: client.get(f"/{name}/").content.decode()
        for name in (
            "choices", "choices/no-code", "choices/no-code/born", "choices/no-code/postcode",
            "choices/what", "choices/stop", "choices/wrong", "choices/doing", "choices/reach",
            "choices/help", "choices/answer", "choices/language", "choices/finished", "complain",
            "who-we-share-with",
        )
    }  # fmt: skip
    go(client, "stop/", providers=[shares[0].ref])
    pages["check"] = client.get("/choices/check/").content.decode()
    pages["done"] = go(client, "check/").content.decode()
    client.cookies["choices-language"] = "bn"
    pages["missing"] = client.get(f"/choices/{'x' * 61}/").content.decode()

    assert all("</html>" in page for page in pages.values())
    weights = {name: fetched_for(client, page) for name, page in pages.items()}
    assert max(weights.values()) < 60_000, weights


def test_nothing_is_left_on_a_shared_phone(client, person):
    client.get(f"/choices/{CODE}/")
    key = client.cookies["choices"]
    assert (key["httponly"], key["max-age"]) == (True, 20 * 60)
    assert client.get("/choices/what/")["Cache-Control"] == "no-store, private"

    finished = client.post("/choices/finish/")
    assert finished["Clear-Site-Data"] == '"cache"'
    assert client.cookies["choices"].value == ""
    assert "Nothing about you is left" in page_of(client.get(finished["Location"]))
    client.cookies["choices"] = key.value
    assert client.get("/choices/what/")["Location"] == "/choices/"


def test_steps_are_taken_in_order(client, person):
    for page in ("what", "stop", "wrong", "doing", "reach", "help", "answer", "check", "done"):
        assert client.get(f"/choices/{page}/")["Location"] == "/choices/", page
    client.get(f"/choices/{CODE}/")
    assert client.get("/choices/check/")["Location"] == "/choices/what/"
    assert client.get("/choices/stop/")["Location"] == "/choices/what/"


def test_where_several_councils_share_it_is_asked_which(client, person):
    AuthorityFactory(code=BARNET)
    go(client, "no-code/", given="Amara", family="")
    go(client, "no-code/born/", date_of_birth="14032009")
    asked = go(client, "no-code/postcode/", postcode="none")
    assert "Which council?" in page_of(asked)
    go(client, "no-code/council/", authority=BARNET)
    go(client, "what/", want="help")
    go(client, "help/", words="")
    go(client, "answer/", answer_by="letter")
    go(client, "check/")

    request = Request.objects.get()
    assert (request.authority.code, request.kind) == (BARNET, "help")
    assert request.date_of_birth == date(2009, 3, 14)
