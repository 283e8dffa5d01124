"""The idle end in a browser: the warning, staying, the end, and what was typed offered again."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ccis.access.roles import Role
from ccis.accounts.models import User
from ccis.idle.models import HeldForm
from providers.models import Provider
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.functional.browsing import NARROWEST, idle_for, nothing_for_axe, sign_in_as, warning

pytestmark = [pytest.mark.django_db(transaction=True)]

PAGE = "/settings/providers/new/"


@pytest.fixture
def officer() -> User:
    return member(Role.ADMINISTRATOR, authority=AuthorityFactory())


@pytest.fixture
def desk(page: Page, live_server: Any, client: Any, officer: User) -> Page:
    """An administrator's page whose clock can be moved on."""
    page.clock.install()
    sign_in_as(page, live_server, client, officer)
    return page


@pytest.fixture
def plain(browser: Browser, live_server: Any, client: Any, officer: User) -> Iterator[Page]:
    """The same without scripts."""
    context: BrowserContext = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in_as(page, live_server, client, officer)
    yield page
    context.close()


def open_and_type(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + PAGE)
    page.get_by_label("Name", exact=True).fill("Harbour Lane Skills")
    page.get_by_label("Training provider", exact=True).check()


def is_offered(page: Page) -> None:
    expect(page.get_by_text("What you typed is back. Nothing has been saved yet")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Harbour Lane Skills")
    expect(page.get_by_label("Training provider", exact=True)).to_be_checked()


@pytest.mark.long
def test_the_warning_lets_one_stay_and_keeps_the_focus(desk: Page, live_server: Any) -> None:
    desk.set_viewport_size({"width": NARROWEST, "height": 800})
    open_and_type(desk, live_server)
    desk.get_by_label("UKPRN").focus()
    idle_for(desk, minutes=17, seconds=50)
    expect(warning(desk)).to_be_hidden()

    idle_for(desk, seconds=11)

    expect(warning(desk)).to_be_visible()
    expect(desk.get_by_role("button", name="Stay signed in")).to_be_focused()
    nothing_for_axe(desk)
    desk.get_by_role("button", name="Stay signed in").click()
    expect(warning(desk)).to_be_hidden()
    expect(desk.get_by_label("UKPRN")).to_be_focused()
    expect(desk.get_by_label("Name", exact=True)).to_have_value("Harbour Lane Skills")

    idle_for(desk, minutes=17)
    expect(warning(desk)).to_be_hidden()
    idle_for(desk, minutes=1, seconds=1)
    expect(warning(desk)).to_be_visible()
    desk.keyboard.press("Escape")
    expect(warning(desk)).to_be_hidden()


@pytest.mark.long
def test_staying_in_one_tab_is_staying_in_all(desk: Page, live_server: Any) -> None:
    other = desk.context.new_page()
    other.clock.install()
    for tab in (desk, other):
        tab.goto(live_server.url + PAGE)
    idle_for(minutes=18, seconds=5)
    for tab in (desk, other):
        tab.clock.fast_forward(18 * 60_000 + 5_000)
        expect(warning(tab)).to_be_visible()

    desk.get_by_role("button", name="Stay signed in").click()

    expect(warning(desk)).to_be_hidden()
    expect(warning(other)).to_be_hidden()


def test_at_the_end_one_is_signed_out_and_finds_again_what_was_typed(
    desk: Page, live_server: Any, officer: User
) -> None:
    open_and_type(desk, live_server)
    idle_for(desk, minutes=18, seconds=5)
    expect(warning(desk)).to_be_visible()

    idle_for(desk, minutes=2)

    expect(desk.get_by_role("heading", name="You were signed out after 20 minutes")).to_be_visible()
    expect(desk.get_by_text("What you typed is kept until")).to_be_visible()
    expect(desk).to_have_url(re.compile(f"/signed-out/\\?next={PAGE}$"))
    assert not Provider.objects.exists()
    nothing_for_axe(desk)

    desk.get_by_role("link", name="Sign in again").or_(
        desk.get_by_role("button", name="Sign in again")
    ).click()
    desk.get_by_label("Email address").fill(officer.email)
    desk.get_by_label("Password", exact=True).fill("correct horse battery staple")
    desk.get_by_role("button", name="Sign in", exact=True).click()

    is_offered(desk)
    nothing_for_axe(desk)
    desk.get_by_role("button", name="Add this provider").click()
    expect(desk.get_by_role("heading", name="Harbour Lane Skills")).to_be_visible()
    assert not HeldForm.objects.exists()


@pytest.mark.long
def test_without_scripts_the_page_says_when_and_what_is_sent_late_is_kept(
    plain: Page, live_server: Any, officer: User, client: Any
) -> None:
    open_and_type(plain, live_server)
    expect(plain.get_by_text("if you open and send nothing before then")).to_be_visible()
    idle_for(minutes=25)

    plain.get_by_role("button", name="Add this provider").click()

    expect(
        plain.get_by_role("heading", name="You were signed out after 20 minutes")
    ).to_be_visible()
    expect(plain.get_by_text("What you typed is kept until")).to_be_visible()
    assert not Provider.objects.exists()
    plain.get_by_text("Sign in again", exact=True).click()
    plain.get_by_label("Email address").fill(officer.email)
    plain.get_by_label("Password", exact=True).fill("correct horse battery staple")
    plain.get_by_role("button", name="Sign in", exact=True).click()

    is_offered(plain)
    plain.get_by_role("button", name="Forget what I typed").click()
    expect(plain.get_by_label("Name", exact=True)).to_have_value("")
    expect(plain.get_by_text("What you typed is back")).to_be_hidden()


@pytest.mark.long
def test_the_next_person_at_that_browser_sees_nothing_of_it(
    plain: Page, live_server: Any, officer: User
) -> None:
    other = member(Role.ADMINISTRATOR, authority=officer.memberships.get().authority)
    open_and_type(plain, live_server)
    idle_for(minutes=25)
    plain.get_by_role("button", name="Add this provider").click()
    plain.get_by_text("Sign in again", exact=True).click()
    plain.get_by_label("Email address").fill(other.email)
    plain.get_by_label("Password", exact=True).fill("correct horse battery staple")
    plain.get_by_role("button", name="Sign in", exact=True).click()

    expect(plain.get_by_role("heading", name="Add a provider")).to_be_visible()
    expect(plain.get_by_label("Name", exact=True)).to_have_value("")
    expect(plain.get_by_text("What you typed is back")).to_be_hidden()
