"""Twenty idle minutes: the session ends, what was typed is kept and offered again (PIA-13)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as given
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from lxml import html

from ccis.access.database import WEB, WORKER, acting_as
from ccis.access.roles import Role
from ccis.accounts.models import User
from ccis.audit.models import TrailEntry
from ccis.celery import BEAT_SCHEDULE
from ccis.files import storage
from ccis.idle import actions
from ccis.idle.models import HeldForm
from ccis.idle.tasks import forget_held_forms
from providers.models import Provider
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAGE = "/settings/providers/new/"
TYPED = {"name": "Harbour Lane Skills", "kind": "training", "dfe_number": "", "ukprn": "10012345"}
HERE = {"headers": {"referer": f"http://testserver{PAGE}"}}
BY_SCRIPT = {"headers": {"accept": "application/json"}}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NINE, tick=False) as moved:
        yield moved


@pytest.fixture
def officer() -> User:
    return member(Role.ADMINISTRATOR, authority=AuthorityFactory())


@pytest.fixture
def desk(clock: Any, client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def minutes(clock: time_machine.Traveller, n: float) -> None:
    clock.shift(timedelta(minutes=n))


def late(desk: Client, clock: time_machine.Traveller, **typed: str) -> Any:
    """Send the form 25 minutes after the page was opened."""
    desk.get(PAGE)
    minutes(clock, 25)
    return desk.post(PAGE, TYPED | typed, **HERE)


def form_on(client: Client, path: str = PAGE) -> Any:
    page = html.fromstring(client.get(path).content)
    (form,) = [one for one in page.forms if "name" in one.fields]
    return form


# -- the end -----------------------------------------------------------------------------------


def test_a_session_lasts_while_its_person_works(desk, clock):
    for _ in range(6):
        minutes(clock, 19)
        assert desk.get(PAGE).status_code == 200


def test_after_twenty_idle_minutes_the_server_ends_it_whatever_the_browser_does(
    desk, clock, officer
):
    minutes(clock, 20)

    response = desk.get(PAGE)

    assert response.status_code == 302
    assert response["Location"] == f"/signed-out/?next={PAGE}"
    assert "_auth_user_id" not in desk.session
    entry = TrailEntry.objects.latest("pk")
    assert (entry.verb, entry.by_id) == ("session ended", officer.pk)


def test_an_old_copy_of_the_cookie_opens_nothing_after_the_end(desk, clock):
    cookie = desk.cookies["sessionid"].value
    minutes(clock, 20)
    desk.get(PAGE)

    copied = Client()
    copied.cookies["sessionid"] = cookie
    assert copied.get(PAGE)["Location"] == f"/sign-in/?next={PAGE}"


def test_after_twelve_hours_it_ends_however_busy_they_were(desk, clock):
    for _ in range(48):
        minutes(clock, 15)
        response = desk.get(PAGE)

    assert response["Location"].startswith("/signed-out/")
    assert "after 12 hours" in desk.get(response["Location"]).content.decode()


def test_asking_how_far_work_has_come_is_not_being_there(desk, clock):
    for _ in range(4):
        minutes(clock, 4)
        assert desk.get("/still-there/", **BY_SCRIPT).status_code == 200
    minutes(clock, 4)

    response = desk.get("/still-there/", **BY_SCRIPT)

    assert response.status_code == 401
    assert response.json()["to"].startswith("/signed-out/")


def test_staying_is_a_post_and_gives_twenty_minutes_more(desk, clock):
    minutes(clock, 18)
    assert desk.get("/still-there/", **BY_SCRIPT).json() == {"left": 120, "last": False}

    told = desk.post("/still-there/", {"_page": PAGE}, **BY_SCRIPT).json()

    assert told == {"left": 1200, "last": False}
    minutes(clock, 19)
    assert desk.get(PAGE).status_code == 200


def test_staying_without_scripts_leads_back_to_the_page(desk):
    assert desk.post("/still-there/", {"_page": PAGE})["Location"] == PAGE
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:x"):
        assert desk.post("/still-there/", {"_page": elsewhere})["Location"] == "/"


def test_every_page_says_when_one_will_be_signed_out(desk, clock):
    assert "at <span data-session-ends>9:20am</span>" in desk.get(PAGE).content.decode()


def test_requests_close_together_write_once(desk, django_assert_num_queries, clock):
    def writes() -> int:
        with connection.execute_wrapper(count):
            seen.clear()
            desk.get(PAGE)
        return len(seen)

    seen: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE") and "django_session" in sql:
            seen.append(sql)
        return execute(sql, *rest)

    assert writes() == 0  # signing in was noted
    clock.shift(timedelta(seconds=16))
    assert writes() == 1


def test_an_ended_session_opens_what_anyone_may_open(desk, clock):
    minutes(clock, 25)

    assert desk.get("/privacy/").status_code == 200
    assert desk.get(PAGE)["Location"].startswith("/sign-in/")


def test_the_page_of_the_end_leads_only_to_this_site(client):
    page = client.get("/signed-out/?next=https://elsewhere.example/").content.decode()

    assert "elsewhere" not in page


# -- what was typed ----------------------------------------------------------------------------


def test_a_form_that_comes_late_is_kept_and_not_acted_on(desk, clock, officer):
    response = late(desk, clock)

    assert response["Location"] == f"/signed-out/?next={PAGE}"
    assert not Provider.objects.exists()
    held = HeldForm.objects.get()
    assert (held.person, held.page, held.action) == (officer, PAGE, PAGE)
    assert "kept until 9:55am" in desk.get(response["Location"]).content.decode()


def test_what_is_kept_is_not_in_clear_anywhere(desk, clock):
    late(desk, clock)

    held = HeldForm.objects.get()
    assert b"Harbour" not in Path(given.FILES_FOLDER, f"{held.stored}.sealed").read_bytes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(h)::text FROM idle_heldform h")
        assert "Harbour" not in cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(details::text, '') FROM audit_trail_detail")
        assert "Harbour" not in cursor.fetchone()[0]


def test_it_is_offered_again_to_its_person_on_its_page_and_not_applied(desk, clock, officer):
    late(desk, clock)
    desk.force_login(officer)

    form = form_on(desk)

    assert form.fields["name"] == "Harbour Lane Skills"
    assert form.fields["kind"] == "training"
    assert "What you typed is back" in desk.get(PAGE).content.decode()
    assert not Provider.objects.exists()
    assert "What you typed is back" not in desk.get("/settings/providers/").content.decode()


def test_sending_it_is_the_end_of_it(desk, clock, officer, django_capture_on_commit_callbacks):
    late(desk, clock)
    stored = HeldForm.objects.get().stored
    desk.force_login(officer)
    with django_capture_on_commit_callbacks(execute=True):
        response = desk.post(PAGE, TYPED, **HERE)

    assert response.status_code == 302
    assert Provider.objects.get().name == "Harbour Lane Skills"
    assert not HeldForm.objects.exists()
    assert storage.is_destroyed(stored)
    assert "What you typed is back" not in desk.get(PAGE).content.decode()


def test_its_person_may_have_it_forgotten(desk, clock, officer):
    late(desk, clock)
    desk.force_login(officer)

    response = desk.post("/still-there/forget/", {"_page": PAGE})

    assert response["Location"] == PAGE
    assert not HeldForm.objects.exists()
    assert form_on(desk).fields["name"] == ""


def test_another_person_who_signs_in_on_that_browser_never_sees_it(desk, clock, officer):
    late(desk, clock)
    other = member(Role.ADMINISTRATOR, authority=officer.memberships.get().authority)
    desk.force_login(other)

    assert form_on(desk).fields["name"] == ""
    assert desk.post("/still-there/forget/", {"_page": PAGE}).status_code == 302
    assert HeldForm.objects.get().person == officer
    with pytest.raises(ValueError, match="another person's"):
        actions.give_back(HeldForm.objects.get(), by=other, at=NINE)


def test_after_thirty_minutes_it_is_not_offered_and_then_it_is_gone(
    desk, clock, officer, django_capture_on_commit_callbacks
):
    late(desk, clock)
    stored = HeldForm.objects.get().stored
    minutes(clock, 29)
    assert forget_held_forms() == 0
    minutes(clock, 1)
    desk.force_login(officer)
    assert form_on(desk).fields["name"] == ""

    with django_capture_on_commit_callbacks(execute=True):
        assert forget_held_forms() == 1

    assert storage.is_destroyed(stored)
    assert "ccis.idle.tasks.forget_held_forms" in {one["task"] for one in BEAT_SCHEDULE.values()}


def test_a_second_tab_that_comes_later_still_is_kept_as_well(desk, clock, officer):
    late(desk, clock)
    minutes(clock, 5)

    desk.post("/settings/providers/new/?from=list", TYPED | {"name": "Other tab"})

    assert [held.person for held in HeldForm.objects.all()] == [officer]
    assert actions.give_back(HeldForm.objects.get(), by=officer, at=NINE)["name"] == ["Other tab"]


def test_what_a_script_sends_at_the_end_is_kept(desk, clock, officer):
    desk.get(PAGE)
    minutes(clock, 20)

    sent = TYPED | {"_page": f"{PAGE}?from=list", "_action": PAGE}
    response = desk.post("/still-there/end/", sent, **BY_SCRIPT)

    assert response.status_code == 401
    assert response.json() == {"to": f"/signed-out/?next={PAGE}%3Ffrom%3Dlist"}
    desk.force_login(officer)
    assert form_on(desk).fields["name"] == "Harbour Lane Skills"


def test_a_page_whose_clock_runs_ahead_ends_nothing(desk, clock):
    minutes(clock, 19)

    response = desk.post("/still-there/end/", {"_page": PAGE}, **BY_SCRIPT)

    assert response.json() == {"left": 60, "last": False}
    assert desk.get(PAGE).status_code == 200
    assert not HeldForm.objects.exists()


def test_a_second_ahead_is_near_enough_to_end_it(desk, clock):
    clock.shift(timedelta(minutes=19, seconds=58))

    sent = TYPED | {"_page": PAGE, "_action": PAGE}
    told = desk.post("/still-there/end/", sent, **BY_SCRIPT).json()

    assert told == {"to": f"/signed-out/?next={PAGE}"}
    assert HeldForm.objects.count() == 1
    assert "kept until" in desk.get(told["to"]).content.decode()


# -- what is not kept --------------------------------------------------------------------------


def test_a_form_that_we_did_not_draw_in_that_session_is_not_kept(clock, officer):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer)
    page = html.fromstring(strict.get(PAGE).content)
    (token, *_) = page.xpath("//main//input[@name='csrfmiddlewaretoken']/@value")
    minutes(clock, 25)

    strict.post(PAGE, TYPED)
    strict.post(PAGE, TYPED | {"csrfmiddlewaretoken": "x" * 64})
    strict.post(
        PAGE,
        TYPED | {"csrfmiddlewaretoken": token},
        headers={"origin": "https://elsewhere.example"},
    )
    assert not HeldForm.objects.exists()

    strict.post(PAGE, TYPED | {"csrfmiddlewaretoken": token})
    assert HeldForm.objects.count() == 1


def test_a_page_that_an_earlier_person_left_open_is_not_kept_for_the_next(clock, officer):
    """Signing in changes the token's secret: an earlier person's form does not pass the check."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member(Role.ADMINISTRATOR))
    page = html.fromstring(browser.get(PAGE).content)
    (theirs, *_) = page.xpath("//main//input[@name='csrfmiddlewaretoken']/@value")
    given_pages = html.fromstring(browser.get("/sign-in/password/").content)
    assert given_pages is not None
    browser.post("/sign-out/", {"csrfmiddlewaretoken": theirs})
    sign_in = html.fromstring(browser.get("/sign-in/").content)
    (token, *_) = sign_in.xpath("//main//input[@name='csrfmiddlewaretoken']/@value")
    browser.post(
        "/sign-in/",
        {
            "login": officer.email,
            "password": "correct horse battery staple",
            "csrfmiddlewaretoken": token,
        },
    )
    assert browser.session["_auth_user_id"] == str(officer.pk)
    minutes(clock, 25)

    browser.post(PAGE, TYPED | {"csrfmiddlewaretoken": theirs})

    assert not HeldForm.objects.exists()


@pytest.mark.parametrize("path", ["/account/password/", "/sign-in/", "/account/again/"])
def test_nothing_is_kept_of_pages_where_passwords_are_typed(desk, clock, path):
    minutes(clock, 25)

    desk.post(path, {"password": "hunter2", "oldpassword": "hunter2", "note": "x"})

    assert not HeldForm.objects.exists()


def test_passwords_and_tokens_in_other_forms_are_left_out(desk, clock, officer):
    late(desk, clock, password="hunter2", csrfmiddlewaretoken="abc")

    typed = actions.give_back(HeldForm.objects.get(), by=officer, at=NINE)

    assert typed.keys() == TYPED.keys()


@pytest.mark.parametrize(
    "sent",
    [
        {"data": TYPED | {"name": "x" * 300_000}},
        {"data": {"name": " "}},
        {"data": json.dumps(TYPED), "content_type": "application/json"},
    ],
    ids=["too much", "nothing", "no form"],
)
def test_what_is_no_form_of_ours_is_not_kept(desk, clock, sent):
    minutes(clock, 25)

    assert desk.post(PAGE, **sent)["Location"].startswith("/signed-out/")
    assert not HeldForm.objects.exists()


@pytest.mark.parametrize("action", ["", "/no/such/page/", "https://elsewhere.example/", "//x/"])
def test_a_script_cannot_have_a_form_kept_for_another_place(desk, clock, action):
    minutes(clock, 25)

    desk.post("/still-there/end/", TYPED | {"_page": PAGE, "_action": action}, **BY_SCRIPT)

    assert not HeldForm.objects.exists()


def test_twenty_forms_of_one_person_are_kept_at_most(desk, clock):
    for n in range(23):
        actions.hold(
            person=int(desk.session["_auth_user_id"]),
            page=f"/people/{n}/",
            action=f"/people/{n}/",
            data=_typed(note=f"note {n}"),
            at=NINE + timedelta(seconds=n),
        )

    assert sorted(int(held.page.split("/")[2]) for held in HeldForm.objects.all()) == list(
        range(3, 23)
    )


def _typed(**fields: str) -> Any:
    from django.http import QueryDict

    data = QueryDict(mutable=True)
    data.update(fields)
    return data


# -- our own faults ----------------------------------------------------------------------------


def test_what_was_typed_is_safe_when_something_goes_wrong_on_our_side(desk, monkeypatch, officer):
    desk.raise_request_exception = False

    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Provider, "save", break_down)
    response = desk.post(PAGE, TYPED, **HERE)

    assert response.status_code == 500
    assert "What you typed is safe" in response.content.decode()
    assert form_on(desk).fields["name"] == "Harbour Lane Skills"


# -- what the database allows ------------------------------------------------------------------


def test_the_roles_hold_and_sweep_and_change_nothing(desk, clock):
    late(desk, clock)
    for role, statement in (
        (WEB, "UPDATE idle_heldform SET page = '/'"),
        (WORKER, "UPDATE idle_heldform SET page = '/'"),
        (WORKER, "INSERT INTO idle_heldform SELECT * FROM idle_heldform"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():  # noqa: SIM117
            with acting_as(role), connection.cursor() as cursor:
                cursor.execute(statement)
