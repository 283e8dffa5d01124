"""Guessing is stopped, alike for those who exist and those who do not (PIA-13)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as real_settings
from django.core import mail
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.test import Client
from django.utils import timezone

from ccis.access.roles import Role
from ccis.accounts import lockout
from ccis.accounts.expiry import expiry_days, is_too_old
from ccis.accounts.models import User
from ccis.audit.models import TrailDetail, TrailEntry
from ccis.authorities.policy import adopt
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import AuthorityFactory
from tests.factors import code_at, enter_code, enter_password, with_app

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
NEW = "three quiet otters swim"
LOCKED = "Too many wrong passwords. Nobody can sign in with this email address until"


@pytest.fixture(autouse=True)
def _start_afresh(settings: Any) -> None:
    cache.clear()
    settings.CCIS_SECOND_FACTOR = False


def sign_in(email: str, password: str = "x", **given: str) -> Any:  # noqa: S107
    return Client(**given).post("/sign-in/", {"login": email, "password": password})


def words(response: Any) -> str:
    return str(response.content.decode())


def got_in(response: Any) -> bool:
    return bool(response.status_code == 302)


@pytest.mark.parametrize("there_is_one", [True, False], ids=["an account", "no account"])
def test_the_fifth_wrong_password_locks_for_a_quarter_of_an_hour(there_is_one: bool) -> None:
    email = UserFactory().email if there_is_one else "nobody@council.example"

    answers = [words(sign_in(email)) for _ in range(6)]

    assert [LOCKED in answer for answer in answers] == [False] * 4 + [True] * 2
    assert "ask your administrator" in answers[-1]
    until = lockout.locked_until(email, at=timezone.now())
    assert until is not None
    assert timedelta(minutes=14) < until - timezone.now() <= timedelta(minutes=15)


def test_the_words_are_the_same_whoever_it_is() -> None:
    real, made_up = UserFactory().email, "nobody@council.example"
    with time_machine.travel(timezone.now(), tick=False):
        said = [[words(sign_in(email)) for _ in range(6)][-1] for email in (real, made_up)]

    start = LOCKED
    assert said[0].split(start)[1].split("<")[0] == said[1].split(start)[1].split("<")[0]


def test_the_right_password_does_not_open_a_locked_address() -> None:
    user = UserFactory()
    for _ in range(5):
        sign_in(user.email)

    assert not got_in(sign_in(user.email, PASSWORD))
    assert not got_in(sign_in(user.email.upper(), PASSWORD))
    assert got_in(sign_in(UserFactory().email, PASSWORD))


def test_it_opens_by_itself() -> None:
    user = UserFactory()
    for _ in range(5):
        sign_in(user.email)

    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert got_in(sign_in(user.email, PASSWORD))


def test_failures_are_forgotten_after_five_minutes() -> None:
    user = UserFactory()
    for _ in range(4):
        sign_in(user.email)

    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        assert LOCKED not in words(sign_in(user.email))


def test_the_lock_holds_wherever_the_guesses_come_from() -> None:
    user = UserFactory()

    answers = [words(sign_in(user.email, REMOTE_ADDR=f"192.0.2.{n}")) for n in range(1, 6)]

    assert LOCKED in answers[-1]


def test_a_lock_is_in_the_trail_without_the_address() -> None:
    user = UserFactory()
    for email in (user.email, "nobody@council.example"):
        for _ in range(5):
            sign_in(email)

    entries = list(TrailEntry.objects.filter(verb="sign-in locked").order_by("id"))
    assert [entry.subject_id for entry in entries] == [user.pk, None]
    kept = str(list(TrailDetail.objects.values_list("details", flat=True)))
    assert "council.example" not in kept
    assert "until" in kept


def test_an_administrator_unlocks() -> None:
    here = AuthorityFactory()
    user = member(authority=here)
    desk = Client()
    desk.force_login(member(Role.ADMINISTRATOR, authority=here))
    for _ in range(5):
        sign_in(user.email)
    assert "Locked until" in words(desk.get(f"/settings/users/{user.ref}/"))

    desk.post(f"/settings/users/{user.ref}/unlock/")

    assert got_in(sign_in(user.email, PASSWORD))
    assert TrailEntry.objects.filter(verb="sign-in unlocked", subject_id=user.pk).exists()


def new_password_by_email(user: User) -> None:
    client = Client()
    client.post("/sign-in/password/", {"email": user.email})
    link = next(word for word in str(mail.outbox[0].body).split() if "/sign-in/password/" in word)
    page = client.get(link.removeprefix("http://testserver"), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})


def test_a_new_password_by_email_unlocks() -> None:
    user = UserFactory()
    for _ in range(5):
        sign_in(user.email)

    new_password_by_email(user)

    assert got_in(sign_in(user.email, NEW))


def test_a_new_password_by_email_gives_no_more_tries_at_the_codes() -> None:
    user = with_app(UserFactory())
    client = Client()
    enter_password(client, user)
    for _ in range(5):
        enter_code(client, "000000")

    new_password_by_email(user)

    until = lockout.locked_until(user.email, at=timezone.now())
    assert until is not None
    assert not got_in(sign_in(user.email, NEW))
    with time_machine.travel(until + timedelta(seconds=1)):
        assert got_in(sign_in(user.email, NEW))


def test_an_administrator_unlocks_what_wrong_codes_locked() -> None:
    here = AuthorityFactory()
    user = with_app(member(authority=here))
    client, desk = Client(), Client()
    desk.force_login(member(Role.ADMINISTRATOR, authority=here))
    enter_password(client, user)
    for _ in range(5):
        enter_code(client, "000000")

    desk.post(f"/settings/users/{user.ref}/unlock/")

    assert enter_code(client, code_at())["Location"] == "/"


def test_people_behind_one_proxy_are_told_apart(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/ip"}

    def through_proxy(browser: str) -> str:
        return words(
            sign_in(UserFactory().email, REMOTE_ADDR="198.51.100.1", HTTP_X_FORWARDED_FOR=browser)
        )

    guesser = [through_proxy("192.0.2.7") for _ in range(3)]

    assert "where you are" in guesser[-1]
    assert "where you are" not in through_proxy("192.0.2.8")


def test_an_address_that_a_browser_makes_up_is_not_believed(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/ip"}

    answers = [
        words(
            sign_in(
                UserFactory().email,
                REMOTE_ADDR="198.51.100.1",
                HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 192.0.2.7",
            )
        )
        for n in range(3)
    ]

    assert "where you are" in answers[-1]


def test_every_web_process_counts_in_one_place() -> None:
    """The demo, a machine of one's own and a server all keep the count in Redis or Valkey."""
    for name in ("local", "production"):
        text = (real_settings.BASE_DIR / "ccis" / "settings" / f"{name}.py").read_text()
        assert f'"BACKEND": "{RedisCache.__module__}.{RedisCache.__name__}"' in text


# -- passwords that must be changed in time --------------------------------------------------------


def with_password_of(days: float) -> User:
    user = member(authority=AuthorityFactory())
    user.password_changed_at = timezone.now() - timedelta(days=days)
    user.save(update_fields=["password_changed_at"])
    return user


def test_by_default_a_password_is_never_too_old() -> None:
    client = Client()
    client.force_login(with_password_of(4000))

    assert client.get("/people/").status_code == 200


def test_where_it_is_asked_for_nothing_comes_before_a_new_password(settings: Any) -> None:
    settings.ACCOUNT_PASSWORD_EXPIRY_DAYS = 60
    user = with_password_of(60.01)
    client = Client()
    client.post("/sign-in/", {"login": user.email, "password": PASSWORD})

    for address in ("/", "/people/", "/account/"):
        response = client.get(address)
        assert (response.status_code, response.headers["Location"]) == (302, "/account/password/")
    assert client.post("/search/", {"q": "x"}).headers["Location"] == "/account/password/"
    shown = words(client.get("/account/password/"))
    assert "Your password is more than 60 days old" in shown
    assert client.get("/accessibility/").status_code == 200
    same = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert "That is the password that you have now" in words(
        client.post("/account/password/", same)
    )
    client.post("/account/password/", same | {"password1": NEW, "password2": NEW})

    assert client.get("/people/").status_code == 200
    assert TrailEntry.objects.filter(verb="password changed", subject_id=user.pk).exists()
    again = Client()
    again.post("/sign-in/", {"login": user.email, "password": NEW})
    assert again.get("/people/").status_code == 200


def test_an_authority_may_ask_for_it_and_the_strictest_holds(settings: Any) -> None:
    user = with_password_of(1)
    at = timezone.now()
    assert expiry_days(user, at=at) == 0
    adopt(authority=AuthorityFactory(), by=None, at=at, why="Agreed", password_expiry_days=90)
    assert expiry_days(user, at=at) == 90
    settings.ACCOUNT_PASSWORD_EXPIRY_DAYS = 60
    assert expiry_days(user, at=at) == 60


def test_a_password_is_too_old_from_the_moment_that_its_days_are_over() -> None:
    user = with_password_of(0)
    end = user.password_changed_at + timedelta(days=60)

    assert not is_too_old(user, days=60, at=end - timedelta(seconds=1))
    assert is_too_old(user, days=60, at=end)
    assert not is_too_old(user, days=0, at=end)


def test_whoever_must_change_a_password_may_stay_signed_in_meanwhile(settings: Any) -> None:
    settings.ACCOUNT_PASSWORD_EXPIRY_DAYS = 60
    client = Client()
    enter_password(client, with_password_of(61))

    answer = client.post("/still-there/", headers={"accept": "application/json"})

    assert answer.json()["left"] > 0
