"""An organisation works its list: on a phone, by keyboard alone, and without JavaScript (LC-09).

An action is a key press or tap that chooses, one filled field, or a press of a button or link
(pages §7): moving about is none.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from sharing.actions import life, lists
from sharing.models import Disclosure
from sharing.outcomes.models import Answer, Attempt
from tests.factories.caseload import ContactPointFactory
from tests.factories.sharing import Ready, ready
from tests.functional.browsing import nothing_for_axe, right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
PEOPLE = 4
A_TRY, AN_OUTCOME = 2, 4
"""Actions at most: a try (pages §7, task 9), and an outcome that asks for nothing besides."""


class Counted:
    """Does actions and counts them."""

    def __init__(self, press: Callable[[Locator], None]) -> None:
        self.press = press
        self.actions = 0

    def __call__(self, on: Locator) -> None:
        self.actions += 1
        self.press(on)

    def spent(self) -> int:
        """How many since the last time that this was asked."""
        spent, self.actions = self.actions, 0
        return spent


@pytest.fixture
def harbour() -> Ready:
    world = ready()
    at = timezone.now()
    people = [world.person() for _ in range(PEOPLE)]
    for person in people:
        ContactPointFactory(person=person)
    drafted = lists.draft_list(
        authority=world.authority,
        terms=world.terms,
        purpose="support",
        people=[person.pk for person in people],
        by=world.drafter,
        at=at,
    )
    lists.release(drafted.list, by=world.releaser, at=at)
    return world


def by_touch(on: Locator) -> None:
    on.tap()


def by_key(on: Locator) -> None:
    """Radios by the space bar, the rest by Enter, wherever the focus came from."""
    on.focus()
    on.press("Space" if on.get_attribute("type") == "radio" else "Enter")


def row_of(page: Page, one: Disclosure) -> Locator:
    return page.locator(f"#row-{one.row.ref}")


def work_the_list(page: Page, act: Counted, *, address: str) -> None:
    """Two tries, one taken back, and one outcome."""
    first, second = Disclosure.objects.order_by("pk")[:2]
    page.goto(f"{address}/portal/list/")
    expect(page.get_by_text(f"{PEOPLE} people")).to_be_visible()

    act(page.get_by_label("Text", exact=True))
    act(row_of(page, first).get_by_role("button", name="No answer"))
    expect(row_of(page, first)).to_contain_text("no answer, by text")
    assert act.spent() == A_TRY
    act(page.get_by_label("Phone", exact=True))
    act(row_of(page, second).get_by_role("button", name="Spoke"))
    expect(row_of(page, second)).to_contain_text("spoke to them, by phone")
    assert act.spent() == A_TRY
    act(row_of(page, second).get_by_role("button", name="Left message"))  # the way is kept
    expect(row_of(page, second)).to_contain_text("2 tries")
    assert act.spent() == 1
    act(row_of(page, second).get_by_role("button", name="Undo"))
    expect(row_of(page, second)).to_contain_text("1 try")
    assert act.spent() == 1

    act(row_of(page, second).get_by_role("link", name="Outcome"))
    act(page.get_by_label("In touch, and we are helping"))
    act(page.get_by_role("button", name="Continue"))
    expect(page.get_by_role("heading", name="In touch, and we are helping")).to_be_visible()
    act(page.get_by_role("button", name="Save"))
    expect(row_of(page, second)).to_contain_text("Working with you")
    assert act.spent() == AN_OUTCOME
    assert Attempt.objects.standing().count() == 2
    assert Answer.objects.get().disclosure == second


def test_a_list_is_worked_on_a_phone_without_javascript(
    browser: Browser, live_server: Any, harbour: Ready, client: Client
) -> None:
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    sign_in_as(page, live_server, client, harbour.named)

    work_the_list(page, Counted(by_touch), address=live_server.url)
    third = Disclosure.objects.order_by("pk")[2]
    row_of(page, third).get_by_role("link", name="show").tap()
    phone = third.row.values["phone"][0]
    expect(row_of(page, third).get_by_role("link", name=phone)).to_be_visible()
    context.close()


def test_a_list_is_worked_by_keyboard_and_each_page_is_right(
    page: Page, live_server: Any, harbour: Ready, client: Client
) -> None:
    sign_in_as(page, live_server, client, harbour.named)
    work_the_list(page, Counted(by_key), address=live_server.url)
    nothing_for_axe(page)
    right_at_any_width(page)

    # Enter in the choice of the way presses no button
    page.get_by_label("Visit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My list")).to_be_visible()
    assert Attempt.objects.count() == 3

    third = Disclosure.objects.order_by("pk")[2]
    page.get_by_role("link", name=str(third.row.values["name"]), exact=True).click()
    expect(page.get_by_role("heading", name="Log an attempt")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Tell us what happened").click()
    expect(page.get_by_role("group", name="What happened?")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_label("In education, training or work").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Where?")).to_be_visible()
    nothing_for_axe(page)

    life.recall(third, why="Sent by mistake", by=harbour.releaser, at=timezone.now())
    page.get_by_label("Where?").fill("Kestrel College")
    for label, text in (("Day", "1"), ("Month", "9"), ("Year", "2026")):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Save").click()
    gone = page.get_by_role("heading", name="This person is no longer on your list")
    expect(gone).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("link", name="Go to your list").click()
    expect(page.get_by_text("1 person has been taken off your list")).to_be_visible()
    page.get_by_role("button", name="Confirm destruction").click()
    expect(page.get_by_role("heading", name="Destroy and confirm")).to_be_visible()
