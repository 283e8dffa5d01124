"""Every specimen page in a browser: nothing for axe to find, nothing wider than the screen."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.factories.accounts import member
from tests.gallery import PAGES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.gallery")]
PUBLIC = ("/sign-in/", "/privacy/", "/cookies/", "/accessibility/", "/help/start/", "/nothing/")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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


def look(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert results.violations_count == 0, results.generate_report()
    widest = page.evaluate("document.documentElement.scrollWidth")
    assert widest <= width, f"{address} is {widest} wide on a screen of {width}"


@pytest.mark.parametrize("width", [1280, 320])
def test_specimens_have_nothing_for_axe_to_find(
    live_server: Any, page: Page, client: Any, refused: list[str], width: int
) -> None:
    client.force_login(member())
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])

    for path in PAGES:
        look(page, live_server.url + path, width)


@pytest.mark.parametrize("width", [1280, 320])
def test_public_pages_have_nothing_for_axe_to_find(
    live_server: Any, page: Page, refused: list[str], width: int
) -> None:
    for path in PUBLIC:
        look(page, live_server.url + path, width)


def test_a_form_with_errors_takes_the_reader_to_the_summary(
    live_server: Any, page: Page, refused: list[str]
) -> None:
    page.goto(f"{live_server.url}/form/")

    page.get_by_role("button", name="Save and continue").click()

    assert page.title().startswith("Error: Every kind of field")
    assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    page.get_by_role("link", name="Enter their date of birth").click()
    assert page.evaluate("document.activeElement.id") == "id_born_on"
    look_again = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert look_again.violations_count == 0, look_again.generate_report()


def test_progress_goes_on_by_itself_and_waits_for_the_reader(
    live_server: Any, page: Page, refused: list[str]
) -> None:
    page.goto(f"{live_server.url}/progress/")
    assert page.get_by_role("link", name="See the result").is_hidden()

    page.get_by_role("link", name="See the result").wait_for(timeout=8000)

    assert page.get_by_text("5,000 of 5,000 rows").first.is_visible()
    assert page.get_by_role("status").text_content() == "Finished. You can see the result."
    assert page.url.endswith("/progress/")


def test_progress_can_be_followed_without_scripts(live_server: Any, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{live_server.url}/progress/")

    assert page.get_by_role("link", name="Check again").is_visible()
    context.close()
