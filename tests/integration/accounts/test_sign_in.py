"""Signing in and out, and every page of the sign-in library that is mounted."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse
from lxml import html

from ccis.accounts.signals import LINK_ASKED_FOR
from ccis.accounts.urls import urlpatterns
from ccis.audit.models import TrailEntry
from tests.factories.accounts import UserFactory, member

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
NAMES = [pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)]


@pytest.fixture(autouse=True)
def _no_limits(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False


def address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, kwargs={"uidb36": "1", "key": "abc"})


@pytest.mark.parametrize("signed_in", [False, True], ids=["anyone", "signed in"])
@pytest.mark.parametrize("name", NAMES)
def test_every_mounted_page_can_be_drawn(client: Client, name: str, signed_in: bool) -> None:
    if signed_in:
        client.force_login(member())

    response = client.get(address(name), follow=True)

    assert response.status_code == 200
    assert html.fromstring(response.content).xpath("//h1")


def test_signing_in_leads_home(client: Client) -> None:
    user = UserFactory()

    response = client.post("/sign-in/", {"login": user.email, "password": PASSWORD})

    assert response.headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_signing_in_returns_to_the_page_that_was_asked_for(client: Client) -> None:
    user = UserFactory()

    drawn = html.fromstring(client.get("/sign-in/?next=/authority/").content)
    by_password, by_passkey = drawn.xpath("//input[@name='next']/@value")
    assert by_passkey == by_password == "/authority/"
    response = client.post(
        "/sign-in/", {"login": user.email, "password": PASSWORD, "next": by_password}
    )

    assert response.headers["Location"] == "/authority/"


def test_signing_in_never_leads_elsewhere(client: Client) -> None:
    user = UserFactory()

    response = client.post(
        "/sign-in/?next=https://evil.example/",
        {"login": user.email, "password": PASSWORD, "next": "https://evil.example/"},
    )

    assert response.headers["Location"] == "/"


def test_a_wrong_password_and_a_wrong_address_are_told_alike(client: Client) -> None:
    user = UserFactory()

    wrong_password = client.post("/sign-in/", {"login": user.email, "password": "x"})
    wrong_address = client.post("/sign-in/", {"login": "no@example.com", "password": "x"})

    words = "Enter your email address and password again. One of them is not right."
    assert words in wrong_password.content.decode()
    assert words in wrong_address.content.decode()
    assert html.fromstring(wrong_password.content).xpath("string(//title)").startswith("Error:")


def test_signing_out_is_a_press_of_a_button(client: Client) -> None:
    client.force_login(member())

    response = client.post("/sign-out/")

    assert response.headers["Location"] == "/signed-out/"
    assert "_auth_user_id" not in client.session


def test_nobody_can_make_an_account_for_themselves(client: Client) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert client.get("/accounts/signup/").status_code == 404


def test_a_forgotten_password_is_replaced_by_a_link(client: Client) -> None:
    user = UserFactory()

    client.post("/sign-in/password/", {"email": user.email})

    (letter,) = mail.outbox
    assert letter.subject == "New password for Young people's caseload"
    assert "you need do nothing" in letter.body
    assert "user" not in letter.body.lower()
    link = re.search(r"http://testserver(\S+)", str(letter.body))
    assert link
    page = client.get(link[1], follow=True)
    assert "Choose a new password" in page.content.decode()
    done = client.post(
        page.redirect_chain[-1][0],
        {"password1": "three quiet otters swim", "password2": "three quiet otters swim"},
        follow=True,
    )
    assert "Your password is changed" in done.content.decode()
    user.refresh_from_db()
    assert user.check_password("three quiet otters swim")


def test_a_stranger_is_sent_no_letter_and_told_the_same(client: Client) -> None:
    response = client.post("/sign-in/password/", {"email": "no@example.com"}, follow=True)

    assert "Check your email" in response.content.decode()
    assert mail.outbox == []


def test_a_letter_that_cannot_be_sent_tells_nobody_who_has_an_account(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    user = UserFactory()

    answers = [
        client.post("/sign-in/password/", {"email": email})
        for email in (user.email, "no@example.com")
    ]

    assert [answer["Location"] for answer in answers] == ["/sign-in/password/sent/"] * 2
    assert "could not be sent: ConnectionRefusedError" in caplog.text
    assert user.email not in caplog.text
    assert TrailEntry.objects.get(verb=LINK_ASKED_FOR).subject_id == user.pk


def test_too_many_wrong_tries_are_stopped(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/5m/key"}
    user = UserFactory()

    answers = [
        client.post("/sign-in/", {"login": user.email, "password": "x"}).content.decode()
        for _ in range(3)
    ]

    assert "Too many wrong passwords have come from where you are" in answers[-1]
