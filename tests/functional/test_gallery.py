"""Every specimen page in a browser: nothing for axe to find, nothing wider than the screen."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.accounts import member
from tests.functional.browsing import nothing_for_axe, right_at_any_width, sign_in_as
from tests.gallery import PAGES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.gallery")]
PUBLIC = ("/sign-in/", "/privacy/", "/cookies/", "/accessibility/", "/help/start/", "/nothing/")


@pytest.fixture
def refused(page: Page) -> Iterator[list[str]]:
    """What the Content-Security-Policy refused, or a script complained of, on the way."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if _is_fault(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield said
    assert said == []


def _is_fault(message: Any) -> bool:
    return message.type == "error" and "404" not in message.text


def look(page: Page, address: str) -> None:
    page.goto(address)
    right_at_any_width(page)


@pytest.mark.long
def test_specimens_have_nothing_for_axe_to_find(
    live_server: Any, page: Page, client: Any, refused: list[str]
) -> None:
    sign_in_as(page, live_server, client, member())

    for path in PAGES:
        look(page, live_server.url + path)


def test_public_pages_have_nothing_for_axe_to_find(
    live_server: Any, page: Page, refused: list[str]
) -> None:
    for path in PUBLIC:
        look(page, live_server.url + path)


def test_a_form_with_errors_takes_the_reader_to_the_summary(
    live_server: Any, page: Page, refused: list[str]
) -> None:
    page.goto(f"{live_server.url}/form/")

    page.get_by_role("button", name="Save and continue").click()

    expect(page).to_have_title(re.compile("^Error: Every kind of field"))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter their date of birth").click()
    expect(page.locator("#id_born_on")).to_be_focused()
    nothing_for_axe(page)


@pytest.mark.long
def test_progress_goes_on_by_itself_and_waits_for_the_reader(
    live_server: Any, page: Page, refused: list[str]
) -> None:
    page.goto(f"{live_server.url}/progress/")
    expect(page.get_by_role("link", name="See the result")).to_be_hidden()

    page.get_by_role("link", name="See the result").wait_for()

    expect(page.get_by_text("5,000 of 5,000 rows").first).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Finished. You can see the result.")
    assert page.url.endswith("/progress/")


def test_progress_can_be_followed_without_scripts(live_server: Any, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{live_server.url}/progress/")

    expect(page.get_by_role("link", name="Check again")).to_be_visible()
    context.close()
