"""What every answer carries, and what no log holds."""

import logging
import sys

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.test import Client, override_settings
from django.urls import reverse

from ccis.settings.logs import WithoutQueries, WithoutValues

pytestmark = pytest.mark.django_db


def policy(response) -> dict[str, str]:
    parts = response["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def test_the_health_page_tells_only_that_it_is_well(client):
    response = client.get("/health/")

    assert (response.status_code, response.content) == (200, b"ok")
    assert "sessionid" not in response.cookies


def test_the_health_page_may_only_be_read(client):
    assert client.post("/health/").status_code == 405


def test_scripts_and_styles_come_from_here_alone(client):
    rules = policy(client.get(reverse("account_login")))

    assert rules["default-src"] == "'self'"
    for name in ("script-src", "style-src"):
        assert set(rules[name].split()) <= {"'self'"} | {
            word for word in rules[name].split() if word.startswith("'nonce-")
        }
    assert not any("unsafe" in rule for rule in rules.values())
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"


def test_a_page_may_not_be_framed_sniffed_or_referred_from(client):
    response = client.get(reverse("account_login"))

    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def test_no_copy_is_kept_of_what_someone_signed_in_has_seen(client):
    user = get_user_model().objects.create_user(email="sam@example.org", password="a long one 9")
    client.force_login(user)

    assert client.get("/health/")["Cache-Control"] == "no-store, private"


def test_the_session_cookie_is_out_of_reach_of_scripts(client):
    get_user_model().objects.create_user(email="sam@example.org", password="a long one 9")
    client.post(reverse("account_login"), {"login": "sam@example.org", "password": "a long one 9"})

    cookie = client.cookies["sessionid"]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")


@override_settings(DEBUG=False)
def test_a_page_that_fails_leaves_no_row_behind():
    from django.conf import settings

    assert settings.DATABASES["default"]["ATOMIC_REQUESTS"] is True
    assert Client(raise_request_exception=False).get("/nowhere/").status_code in (302, 404)


def record(message: str, *words: object) -> logging.LogRecord:
    return logging.LogRecord("tried", logging.INFO, "", 0, message, words, None)


@pytest.mark.parametrize(
    ("message", "words", "written"),
    [
        ("GET %s %s", ("/search/?name=Amara&born=2009", 200), "GET /search/ 200"),
        ('"GET /people/?q=Oduya HTTP/1.1" 200', (), '"GET /people/ HTTP/1.1" 200'),
        ("Not Found: %s", ("/people/7F3K-Q29M/",), "Not Found: /people/7F3K-Q29M/"),
        ('"GET /choices/K7MP3XQD9RTH/ %s"', ("302",), '"GET /choices/…/ 302"'),
        ('"GET /choices/no-code/ %s"', ("200",), '"GET /choices/no-code/ 200"'),
    ],
)
def test_what_was_asked_for_is_not_logged(message, words, written):
    line = record(message, *words)

    WithoutQueries().filter(line)

    assert line.getMessage() == written


def test_a_task_that_fails_is_logged_without_its_words():
    format_of_celery = "Task %(name)s[%(id)s] raised unexpected: %(exc)s"
    context = {"name": "apply", "id": "1", "exc": "IntegrityError('Key (upn)=(Z123) …')"}
    line = logging.LogRecord(
        "celery.app.trace", logging.ERROR, "", 0, format_of_celery, (context,), None
    )

    WithoutQueries().filter(line)

    assert line.getMessage() == "Task apply[1] raised unexpected: IntegrityError"


def test_on_servers_an_error_is_logged_without_its_message():
    quoted = "Key (upn)=(%s) already exists" % ("Z" + "123")
    try:
        raise IntegrityError(quoted)
    except IntegrityError:
        line = record("Internal Server Error: %s", "/people/new/")
        line.exc_info = sys.exc_info()

    written = WithoutValues("{message}", style="{").format(line)

    assert "django.db.utils.IntegrityError" in written
    assert "test_answers.py" in written
    assert "Z123" not in written
