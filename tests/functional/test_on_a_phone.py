"""A young person's own story: from the square of their letter to a cleared phone (LC-03)."""

import time
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from caseload.models import YoungPerson
from ccis.access.roles import Role
from ccis.authorities import policy
from optout.actions import codes
from optout.models import Request
from optout.queries import objection_covers
from providers.models import Provider
from tests.factories.accounts import member
from tests.factories.caseload import complete_person
from tests.factories.letters import (
    BatchFactory,
    LetterFactory,
    ProviderListFactory,
    VersionFactory,
)
from tests.factories.providers import ProviderFactory
from tests.functional.browsing import nothing_for_axe

pytestmark = [pytest.mark.django_db(transaction=True)]

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""A slow 3G signal: bytes a second, and milliseconds to an answer."""

SLOWER_BY = 4
"""A cheap phone's processor, beside the one that the test runs on."""

AT_MOST, PRESSES = 60, 3
"""Seconds, and presses, from opening the link to the reference (pages §7, task 10)."""


@dataclass
class Letter:
    """Someone's letter: whom it was to, its code, and the organisations that it pointed to."""

    person: YoungPerson
    code: str
    harbour: Provider
    northway: Provider

    def refused(self) -> tuple[bool, bool, bool]:
        """Whether all, Harbour Lane and Northway are refused, as the database answers."""
        return tuple(  # type: ignore[return-value]
            objection_covers(self.person, one, on=timezone.localdate())
            for one in (None, self.harbour, self.northway)
        )


@pytest.fixture
def letter(live_server: Any) -> Letter:
    """A letter that was posted today, of an authority that offers Arabic."""
    cache.clear()
    person, today = complete_person(), timezone.localdate()
    council = person.lead_authority
    policy.adopt(
        authority=council, by=None, at=timezone.now(), why="a test", choices_languages=["ar"]
    )
    both = [ProviderFactory(name="Harbour Lane Skills"), ProviderFactory(name="Northway Futures")]
    batch = BatchFactory(
        authority=council,
        state="posted",
        posted_on=today,
        provider_list=ProviderListFactory(authority=council, version=1, providers=both),
    )
    LetterFactory(person=person, batch=batch, version=VersionFactory(template=batch.template))
    return Letter(person, codes.make(person, by=None, at=timezone.now()), *both)


@pytest.mark.parametrize("has_script", [True, False], ids=["phone", "phone without JavaScript"])
def test_from_the_square_of_a_letter_to_a_cleared_phone(
    browser: Browser, live_server: Any, letter: Letter, client: Client, has_script: bool
) -> None:
    context = browser.new_context(**PHONE, java_script_enabled=has_script)
    page = context.new_page()
    asked: list[tuple[str, str]] = []
    page.on("request", lambda one: asked.append((one.url, one.headers.get("referer", ""))))

    page.goto(f"{live_server.url}/choices/{letter.code}/")
    expect(page.get_by_text("one of 2 organisations")).to_be_visible()
    expect(page.get_by_text("your phone number")).to_be_visible()
    page.get_by_label("Stop sharing my details with some of them").check()
    page.get_by_role("button", name="Continue").tap()
    page.get_by_label("Harbour Lane Skills").check()
    page.get_by_role("button", name="Continue").tap()
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", name="We have stopped")).to_be_visible()
    request = Request.objects.get()
    expect(page.get_by_text(f"{request.ref[:4]}-{request.ref[4:]}")).to_be_visible()
    assert letter.refused() == (False, True, False)
    page.go_back()
    expect(page.get_by_role("heading", name="We have stopped")).to_be_visible()

    page.get_by_role("link", name="Change my mind").tap()
    expect(page.get_by_text("said no to these")).to_be_visible()
    page.get_by_label("You may share my details with them again").check()
    page.get_by_role("button", name="Continue").tap()
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", name="We have noted it")).to_be_visible()
    assert letter.refused() == (False, False, False)
    assert Request.objects.count() == 2

    page.get_by_role("button", name="Finish and clear this phone").tap()
    expect(page.get_by_role("heading", name="Nothing about you is left")).to_be_visible()
    assert context.cookies() == []
    page.go_back()
    expect(page.get_by_label("Type the code from your letter")).to_be_visible()
    assert all(url.startswith(live_server.url) for url, _ in asked)
    assert [referer for _, referer in asked if letter.code in referer] == []
    context.close()

    client.force_login(member(Role.TRACKING_OFFICER, authority=letter.person.lead_authority))
    tab = client.get(f"/people/{letter.person.ref}/choices/").content.decode()
    assert "Harbour Lane Skills" in tab
    assert tab.count("Online form") == 2


def on_a_slow_phone(browser: Browser) -> tuple[BrowserContext, Page]:
    """A cheap phone with a weak signal."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_BY})
    return context, page


@pytest.mark.long
def test_saying_no_takes_three_presses_and_less_than_a_minute_on_a_slow_phone(
    browser: Browser, live_server: Any, letter: Letter
) -> None:
    context, page = on_a_slow_phone(browser)
    presses = [
        page.get_by_label("Stop sharing my details with all of them").check,
        page.get_by_role("button", name="Continue").tap,
        page.get_by_role("button", name="Send").tap,
    ]
    began = time.monotonic()
    page.goto(f"{live_server.url}/choices/{letter.code}/", wait_until="commit")
    for press in presses:
        press()
    expect(page.get_by_role("heading", name="We have stopped")).to_be_visible()
    took = time.monotonic() - began

    assert len(presses) == PRESSES
    assert took < AT_MOST
    assert letter.refused() == (True, True, True)
    context.close()


@pytest.mark.long
def test_each_page_is_right_on_the_narrowest_screen_and_by_keyboard_alone(
    page: Page, live_server: Any, letter: Letter
) -> None:
    """320 wide is also a desk's screen at 400 %."""
    page.set_viewport_size({"width": 320, "height": 740})

    def open_page(name: str) -> None:
        page.goto(f"{live_server.url}/{name}/")
        nothing_for_axe(page)

    for name in ("choices", "choices/no-code", "complain", "who-we-share-with", "choices/language"):
        open_page(name)
    open_page(f"choices/{letter.code}")
    for want in ("wrong", "doing", "reach", "help"):
        page.goto(f"{live_server.url}/choices/what/")
        page.locator(f'input[value="{want}"]').check()
        page.get_by_role("button", name="Continue").click()
        expect(page.locator("h1")).to_be_visible()
        nothing_for_axe(page)
    page.goto(f"{live_server.url}/choices/what/")
    page.locator('input[value="stop-some"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Which ones")).to_be_visible()
    page.get_by_label("Harbour Lane Skills").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="We have stopped")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("link", name="Language").click()
    page.get_by_role("button", name="العربية").press("Enter")
    expect(page.get_by_role("heading", name="لقد توقفنا")).to_be_visible()
    nothing_for_axe(page)
