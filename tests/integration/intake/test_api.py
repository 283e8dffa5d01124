"""The API by which a source's own software sends files in."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from caseload.intake import limits
from caseload.intake.actions import tokens
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.portal.rules import Standing
from caseload.intake.rules import FileState
from ccis.audit.models import TrailDetail, TrailEntry
from ccis.authorities.policy import adopt
from tests.factories.accounts import UserFactory
from tests.factories.dropouts import known, learner, workbook
from tests.factories.files import CENSUS_HEADER, csv_bytes, pupil
from tests.factories.intake import InboundFileFactory, SourceFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

CONTENT = csv_bytes(CENSUS_HEADER, [pupil(1), pupil(2, DoB="not a date", Surname="Bielik")] * 8)
SEND = "/api/files/"


@pytest.fixture(autouse=True)
def _directory():
    cache.clear()
    ProviderFactory(dfe_number="3064001", name="Kestrel School")
    yield
    cache.clear()


def a_token(*kinds, source=None, **values):
    now = timezone.now()
    return tokens.make(
        source=source or SourceFactory(),
        name="Its own system",
        kinds=kinds or ("school-census",),
        expires_on=timezone.localdate() + timedelta(days=30),
        by=UserFactory(),
        at=now,
    )


@pytest.fixture
def ask(client, django_capture_on_commit_callbacks):
    def call(secret, path=SEND, content=None, **headers):
        given = {"Authorization": f"Bearer {secret}", **headers}
        if content is None:
            return client.get(path, headers=given)
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(path, content, content_type="text/csv", headers=given)

    return call


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == response.status_code
    return told["detail"]


def test_a_file_is_sent_and_its_state_asked_for(ask):
    token, secret = a_token()

    sent = ask(secret, content=CONTENT)
    told = sent.json()
    file = InboundFile.objects.get()
    stands = ask(secret, path=told["status_url"].removeprefix("http://testserver"))

    assert (sent.status_code, sent["Location"]) == (201, told["status_url"])
    assert (file.source, file.came_by, file.kind) == (token.source, "api", "school-census")
    assert file.state == FileState.REFUSED  # half of its rows have errors
    answer = stands.json()
    assert answer["reference"] == told["reference"]
    assert answer["state"] == "refused"
    assert answer["refused_because"].startswith("8 of 16 rows have errors")
    assert (answer["rows"], answer["cannot_read"]) == (16, 8)
    assert "Bielik" not in stands.content.decode()


def test_without_a_broker_a_file_is_taken_all_the_same(ask, monkeypatch):
    def gone(**_):
        raise OperationalError

    monkeypatch.setattr("caseload.intake.tasks.work_on_file.delay", gone)
    _, secret = a_token()

    assert ask(secret, content=CONTENT).status_code == 201
    assert InboundFile.objects.get().state == FileState.RECEIVED


def test_every_call_is_on_the_trail_and_says_nothing_personal(ask):
    token, secret = a_token()
    ask(secret, content=CONTENT)
    ask("ccis_AAAA0000_wrong", content=CONTENT)

    calls = TrailEntry.objects.filter(verb="api called").order_by("id")
    details = list(
        TrailDetail.objects.filter(entry_id__in=calls.values("id"))
        .order_by("entry_id")
        .values_list("details", flat=True)
    )
    assert [(one["answer"], one["token"]) for one in details] == [(201, token.ref), (401, "")]
    token.refresh_from_db()
    assert token.used_at is not None


def test_the_same_file_again_changes_nothing(ask):
    _, secret = a_token()
    first = ask(secret, content=CONTENT[: CONTENT.index(b"Bielik")].rsplit(b"\n", 1)[0])
    again = ask(secret, content=CONTENT[: CONTENT.index(b"Bielik")].rsplit(b"\n", 1)[0])
    _, another = a_token()
    theirs = ask(another, content=CONTENT[: CONTENT.index(b"Bielik")].rsplit(b"\n", 1)[0])

    assert again.status_code == theirs.status_code == 409
    assert again.json()["reference"] == first.json()["reference"]
    assert "reference" not in theirs.json()
    assert InboundFile.objects.count() == 1


def test_a_token_lets_in_for_its_kinds_and_its_time_alone(ask):
    token, secret = a_token()

    assert problem(ask(secret, f"{SEND}?kind=starters-leavers", CONTENT)).startswith("Files of")
    assert ask(secret, f"{SEND}?kind=nothing", CONTENT).status_code == 400
    assert ask(secret, f"{SEND}?as-at=soon", CONTENT).status_code == 400
    assert ask("", content=CONTENT).status_code == 401
    assert ask(f"{secret}x", content=CONTENT).status_code == 401
    token.expires_on = timezone.localdate() - timedelta(days=1)
    token.save()
    assert ask(secret, content=CONTENT)["WWW-Authenticate"] == 'Bearer realm="files"'
    token.expires_on = timezone.localdate()
    token.save()
    tokens.revoke(token=token, by=UserFactory(), at=timezone.now())
    assert ask(secret, content=CONTENT).status_code == 401
    assert not InboundFile.objects.exists()


def test_a_file_of_another_source_does_not_exist(ask):
    _, secret = a_token()
    theirs = InboundFileFactory(source=SourceFactory())

    answer = ask(secret, reverse("intake:api-file", kwargs={"ref": theirs.ref}))

    assert answer.status_code == 404
    assert problem(answer) == "Check the reference. It must be of a file of your own."


def test_a_sender_is_not_told_whom_we_hold_unless_the_council_shows_it(ask):
    college = ProviderFactory(college=True)
    source = SourceFactory(provider=college, name="", key=f"provider:{college.ref}")
    known(1, college)
    _, secret = a_token("ldor", source=source)

    def answers():
        found = [
            ask(secret, reverse("intake:api-file", kwargs={"ref": file.ref})).json()
            for file in InboundFile.objects.order_by("pk")
        ]
        return [
            {key: told for key, told in one.items() if key not in ("reference", "received_at")}
            for one in found
        ]

    for serial in (1, 2):  # the first is held, the second is not
        assert ask(secret, content=workbook(learner(serial))).status_code == 201

    outcomes = InboundRow.objects.order_by("file_id").values_list("outcome", flat=True)
    assert list(outcomes) == ["will-change", "needs-person"]
    held, unknown = answers()
    assert held == unknown
    assert (held["state"], held["rows"], held["cannot_read"]) == ("received", 1, 0)
    adopt(
        authority=source.authority, by=None, at=timezone.now(), why="Open", dropouts_outcome_shown=1
    )
    InboundRow.objects.filter(outcome="will-change").update(outcome="unchanged")
    assert [(one["came_of_it"]["used"], one["came_of_it"]["waiting"]) for one in answers()] == [
        (1, 0),
        (0, 1),
    ]


def test_a_file_of_a_kind_that_is_not_the_tokens_does_not_exist(ask):
    source = SourceFactory()
    _, secret = a_token("school-census", source=source)
    for kind, status in (("school-census", 200), ("ldor", 404)):
        file = InboundFileFactory(source=source, kind=kind)
        found = ask(secret, reverse("intake:api-file", kwargs={"ref": file.ref}))
        assert found.status_code == status


def test_what_cannot_be_taken_is_said_in_words(ask, monkeypatch):
    _, secret = a_token()

    assert ask(secret, content=b"").status_code == 411
    assert problem(ask(secret, content=b"", **{"Content-Length": "0"})) == "This file is empty"
    assert ask(secret).status_code == 405
    with monkeypatch.context() as cut_off:
        cut_off.setattr("django.core.handlers.wsgi.WSGIRequest.read", lambda *_: CONTENT[:-1])
        assert problem(ask(secret, content=CONTENT)).startswith("The file did not come whole")
    monkeypatch.setattr("caseload.intake.actions.files.LARGEST", 10)
    assert ask(secret, content=CONTENT).status_code == 413
    assert not InboundFile.objects.exists()


def test_too_many_calls_are_refused_by_token_and_by_stranger(ask, monkeypatch):
    _, secret = a_token()
    monkeypatch.setattr("caseload.intake.views.api.SendByApi.limit", limits.Limit("uploads", 1, 60))
    monkeypatch.setattr("caseload.intake.views.api.STRANGERS", limits.Limit("strangers", 1, 60))

    statuses = [ask(secret, content=b"").status_code for _ in range(2)]
    strangers = [ask("nobody", content=b"") for _ in range(2)]

    assert statuses == [411, 429]
    assert [one.status_code for one in strangers] == [401, 429]
    assert strangers[1]["Retry-After"] == "60"


def test_its_description_has_every_address_and_every_answer():
    root = Path(__file__).resolve().parents[3]
    described = yaml.safe_load((root / "docs" / "api" / "files.yaml").read_text())
    states = described["components"]["schemas"]["File"]["properties"]["state"]["enum"]
    send = described["paths"]["/api/files/"]["post"]["responses"]
    status = described["paths"]["/api/files/{reference}/"]["get"]["responses"]

    assert set(send) == {*["201", "400", "401", "403", "409", "411", "413", "422", "429"]}
    assert set(status) == {*["200", "401", "404", "429"]}
    assert states == [one.value for one in Standing]
