"""More than a password, in a browser: a passkey, an app, a recovery code (PIA-13)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import CDPSession, Page, expect

from ccis.accounts.models import User
from tests.factories.accounts import member
from tests.factors import PASSWORD, code_at
from tests.functional.browsing import nothing_for_axe

pytestmark = [pytest.mark.django_db(transaction=True)]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def _second_step(settings: Any) -> None:
    settings.CCIS_SECOND_FACTOR = True
    cache.clear()


@pytest.fixture
def site(live_server: Any) -> str:
    """The site by a name: passkeys do not work at an address of numbers."""
    return str(live_server.url.replace("127.0.0.1", "localhost"))


@pytest.fixture
def user() -> User:
    return member()


@pytest.fixture
def reader(page: Page) -> Iterator[CDPSession]:
    """A device with a fingerprint reader, as the browser sees it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield session
    session.detach()


def enter_password(page: Page, site: str, user: User) -> None:
    page.goto(f"{site}/sign-in/")
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def test_a_passkey_is_set_up_and_signs_in(
    page: Page, site: str, user: User, reader: CDPSession
) -> None:
    enter_password(page, site, user)
    heading(page, "Set up a second step")
    nothing_for_axe(page)
    page.get_by_role("button", name="Set up a passkey").click()
    heading(page, "Add a passkey")
    nothing_for_axe(page)
    page.get_by_label("Name for this passkey").fill("Work laptop")
    page.get_by_role("button", name="Continue").click()
    heading(page, "Keep your recovery codes")
    nothing_for_axe(page)
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    page.get_by_role("button", name="I have kept them: continue").click()
    expect(page.get_by_role("navigation", name="Service navigation")).to_be_visible()

    sign_out(page)
    page.goto(f"{site}/sign-in/")
    nothing_for_axe(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("navigation", name="Service navigation")).to_be_visible()
    page.goto(f"{site}/account/second-step/passkeys/")
    expect(page.get_by_text("Work laptop").first).to_be_visible()
    nothing_for_axe(page)

    sign_out(page)
    enter_password(page, site, user)
    heading(page, "Use your passkey")
    nothing_for_axe(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("navigation", name="Service navigation")).to_be_visible()


@pytest.mark.long
def test_a_device_that_does_not_know_who_is_there_says_so_at_the_button(
    page: Page, site: str, user: User, reader: CDPSession
) -> None:
    """Nobody's finger is on the reader: the page says what happened and how to go on."""
    page.goto(f"{site}/sign-in/")

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("No passkey was used")).to_be_visible()
    nothing_for_axe(page)


@pytest.mark.long
def test_an_app_is_set_up_and_its_codes_and_recovery_codes_sign_in(
    page: Page, site: str, user: User
) -> None:
    enter_password(page, site, user)
    page.get_by_role("button", name="Set up an app").click()
    heading(page, "Set up an app")
    expect(page.get_by_role("img", name="QR code for your app")).to_be_visible()
    nothing_for_axe(page)
    secret = re.sub(r"\s", "", page.locator("#app-secret").text_content() or "")
    page.get_by_label("Code that your app shows now").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("That code is not right")
    nothing_for_axe(page)
    # The code of half a minute ago still counts, and leaves the present one for signing in.
    page.get_by_label("Code that your app shows now").fill(code_at(secret=secret, steps=-1))
    page.get_by_role("button", name="Continue").click()
    heading(page, "Keep your recovery codes")
    recovery = page.locator("#recovery-codes li").first.text_content() or ""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them as a text file").click()
    assert download.value.suggested_filename == "recovery-codes.txt"
    page.get_by_role("button", name="I have kept them: continue").click()
    expect(page.get_by_role("navigation", name="Service navigation")).to_be_visible()

    sign_out(page)
    enter_password(page, site, user)
    heading(page, "Enter a code")
    nothing_for_axe(page)
    page.get_by_label("Code from your app").fill(code_at(secret=secret, steps=1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("navigation", name="Service navigation")).to_be_visible()

    sign_out(page)
    enter_password(page, site, user)
    page.get_by_label("Code from your app").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("navigation", name="Service navigation")).to_be_visible()
    page.goto(f"{site}/account/sessions/")
    heading(page, "Where you are signed in")
    nothing_for_axe(page)
    page.goto(f"{site}/account/second-step/")
    expect(page.get_by_text("You have 9 codes left")).to_be_visible()
    nothing_for_axe(page)
