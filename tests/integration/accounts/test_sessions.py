"""Where one is signed in, and an administrator's removing of lost factors (PIA-13)."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from lxml import html

from ccis.access.roles import Role
from ccis.accounts.actions.factors import CannotRemoveFactors, remove_factors
from ccis.accounts.signals import FACTOR_REMOVED, SESSIONS_ENDED
from ccis.audit.models import TrailDetail, TrailEntry
from tests.factories.accounts import member
from tests.factors import enter_password, recovery_codes, sign_in, with_app

pytestmark = pytest.mark.django_db

PAGE = "/account/sessions/"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Mobile Safari/604.1"


@pytest.fixture(autouse=True)
def _quiet():
    cache.clear()


@pytest.fixture
def user():
    return member()


@pytest.fixture
def here(user):
    browser = Client(headers={"user-agent": CHROME})
    enter_password(browser, user)
    return browser


@pytest.fixture
def telephone(user):
    browser = Client(headers={"user-agent": IPHONE})
    enter_password(browser, user)
    return browser


def is_in(browser):
    return browser.get("/account/").status_code == 200


def numbers(browser):
    page = html.fromstring(browser.get(PAGE).content)
    return [one for one in page.xpath("//input[@name='session']/@value") if one != "others"]


def test_the_page_lists_this_browser_and_the_others(here, telephone):
    shown = here.get(PAGE).content.decode()

    assert shown.index("Chrome on Windows") < shown.index("Safari on iPhone")
    assert "This browser." in shown
    assert len(numbers(here)) == 1


def test_one_other_browser_is_signed_out(here, telephone, user):
    (number,) = numbers(here)

    here.post(PAGE, {"session": number})

    assert is_in(here)
    assert not is_in(telephone)
    assert TrailEntry.objects.filter(verb=SESSIONS_ENDED, by_id=user.pk).count() == 1


def test_everywhere_else_is_signed_out_at_once(here, telephone, user):
    unlisted = Client()
    unlisted.force_login(user)

    here.post(PAGE, {"session": "others"})

    assert is_in(here)
    assert not is_in(telephone)
    assert not is_in(unlisted)
    assert numbers(here) == []


def test_this_browser_stays_in_the_list_after_the_others_are_signed_out(here, telephone, user):
    here.post(PAGE, {"session": "others"})

    assert "This browser." in here.get(PAGE).content.decode()
    enter_password(telephone, user)
    assert len(numbers(telephone)) == 1


@pytest.mark.parametrize("number", ["", "x", "-1", "99999999"])
def test_what_is_not_a_session_ends_none(here, telephone, number):
    assert here.post(PAGE, {"session": number}).status_code == 302

    assert is_in(telephone)


def test_nobody_ends_the_session_of_another(here, telephone):
    other = Client()
    enter_password(other, member())
    (number,) = numbers(here)

    other.post(PAGE, {"session": number})

    assert is_in(telephone)


# -- a lost telephone --------------------------------------------------------------------


def test_an_administrator_removes_lost_factors_and_ends_the_sessions(user, settings):
    settings.CCIS_SECOND_FACTOR = True
    administrator = member(Role.ADMINISTRATOR)
    browser = Client()
    sign_in(browser, with_app(user))
    assert is_in(browser)

    removed = remove_factors(user, by=administrator, at=timezone.now(), why="Telephone lost")

    assert removed == 2
    assert not Authenticator.objects.filter(user=user).exists()
    assert not is_in(browser)
    lines = TrailEntry.objects.filter(verb=FACTOR_REMOVED, subject_id=user.pk)
    assert {line.by_id for line in lines} == {administrator.pk}
    kept = TrailDetail.objects.filter(entry_id__in=[line.pk for line in lines])
    assert {one.details["kind"] for one in kept} == {"totp", "recovery_codes"}
    assert {one.details["reason"] for one in kept} == {"Telephone lost"}


def test_afterwards_they_are_led_to_set_up_another(user, settings):
    settings.CCIS_SECOND_FACTOR = True
    old = recovery_codes(with_app(user))[0]
    remove_factors(user, by=member(Role.ADMINISTRATOR), at=timezone.now(), why="Lost")
    browser = Client()

    assert enter_password(browser, user)["Location"] == "/"
    assert browser.get("/people/")["Location"] == "/account/second-step/"
    assert browser.post("/sign-in/code/", {"code": old})["Location"] != "/people/"


def test_nobody_removes_their_own_this_way(user):
    with_app(user)

    with pytest.raises(CannotRemoveFactors, match="on your account page"):
        remove_factors(user, by=user, at=timezone.now(), why="Lost")

    assert Authenticator.objects.filter(user=user).count() == 2


def test_where_there_is_none_nothing_is_done(user, here):
    with pytest.raises(CannotRemoveFactors, match="no second factor"):
        remove_factors(user, by=member(Role.ADMINISTRATOR), at=timezone.now(), why="Lost")

    assert is_in(here)
