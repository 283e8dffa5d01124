"""An organisation works its list: on a phone without JavaScript, and by single keys (LC-09).

An action is a tap that chooses, one filled field, or a press of a button or link: moving about is
none. Forty people by keyboard are in test_forty_by_keyboard.py.
"""

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
A_TRY, AN_OUTCOME = 2, 3
"""Actions at most: a try (pages §7, task 9), and an outcome that asks for nothing besides."""


class Taps:
    """Taps, and counts them."""

    def __init__(self) -> None:
        self.actions = 0

    def __call__(self, on: Locator) -> None:
        self.actions += 1
        on.tap()

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


def row_of(page: Page, one: Disclosure) -> Locator:
    return page.locator(f"#row-{one.row.ref}")


@pytest.mark.long
def test_a_list_is_worked_on_a_phone_without_javascript(
    browser: Browser, live_server: Any, harbour: Ready, client: Client
) -> None:
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    sign_in_as(page, live_server, client, harbour.named)
    first, second, third = Disclosure.objects.order_by("pk")[:3]
    page.goto(f"{live_server.url}/portal/list/")
    expect(page.get_by_text(f"{PEOPLE} people")).to_be_visible()
    expect(page.get_by_text("Keys", exact=True)).to_be_hidden()
    tap = Taps()

    tap(page.get_by_label("Text", exact=True))
    tap(row_of(page, first).get_by_role("button", name="No answer"))
    expect(row_of(page, first)).to_contain_text("no answer, by text")
    assert tap.spent() == A_TRY
    tap(page.get_by_label("Phone", exact=True))
    tap(row_of(page, second).get_by_role("button", name="Spoke"))
    expect(row_of(page, second)).to_contain_text("spoke to them, by phone")
    assert tap.spent() == A_TRY
    tap(row_of(page, second).get_by_role("button", name="Left message"))  # the way is kept
    expect(row_of(page, second)).to_contain_text("2 tries")
    assert tap.spent() == 1
    tap(row_of(page, second).get_by_role("button", name="Undo"))
    expect(row_of(page, second)).to_contain_text("1 try")
    assert tap.spent() == 1

    tap(row_of(page, second).get_by_text("Outcome"))
    tap(row_of(page, second).get_by_role("link", name="In touch, and we are helping"))
    expect(page.get_by_role("heading", name="In touch, and we are helping")).to_be_visible()
    tap(page.get_by_role("button", name="Save"))
    expect(row_of(page, second)).to_contain_text("Working with you")
    assert tap.spent() == AN_OUTCOME
    assert Attempt.objects.standing().count() == 2
    assert Answer.objects.get().disclosure == second

    row_of(page, third).get_by_role("link", name="show").tap()
    phone = third.row.values["phone"][0]
    expect(row_of(page, third).get_by_role("link", name=phone)).to_be_visible()
    context.close()


def test_single_keys_act_on_the_row_that_has_the_focus_and_can_be_turned_off(
    page: Page, live_server: Any, harbour: Ready, client: Client
) -> None:
    sign_in_as(page, live_server, client, harbour.named)
    page.goto(f"{live_server.url}/portal/list/")
    names = page.locator("[data-module=ccis-rows] tbody th a")
    first, second, last = names.nth(0), names.nth(1), names.nth(PEOPLE - 1)

    def press(key: str) -> None:
        page.wait_for_load_state("load")
        page.keyboard.press(key)

    press("n")  # nobody has the focus: about whom?
    press("j")
    expect(first).to_be_focused()
    press("j")
    expect(second).to_be_focused()
    press("n")
    row = page.locator("tbody tr", has_text="no answer, by phone")
    expect(row.locator("th a")).to_be_focused()
    assert Attempt.objects.count() == 1
    press("u")
    expect(row).to_have_count(0)
    expect(second).to_be_focused()
    press("k")
    press("k")
    expect(first).to_be_focused()
    for _ in range(PEOPLE):
        press("j")
    expect(last).to_be_focused()
    press("c")
    expect(last).to_be_focused()
    expect(page.locator("tbody a[href^='tel:']")).to_be_visible()

    press("Shift+?")
    expect(page.get_by_text("next person")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_label("Visit").focus()
    for key in ("n", "Enter"):  # a field keeps its keys, and Enter there presses no button
        press(key)
    expect(page.get_by_label("Visit")).to_be_focused()
    turn = page.get_by_role("button", name="Turn the keys off")
    turn.press("Enter")
    last.focus()
    press("n")
    press("k")
    expect(last).to_be_focused()
    page.get_by_role("button", name="Turn the keys on").press("Enter")
    assert Attempt.objects.standing().count() == 0

    press("k")
    press("o")
    before = page.locator("tbody tr").nth(PEOPLE - 2)
    expect(before.get_by_role("link", name="They said no")).to_be_visible()
    right_at_any_width(page)
    name = before.locator("th a").inner_text()
    before.locator("th a").press("Enter")
    expect(page.get_by_role("heading", name=name)).to_be_visible()


@pytest.mark.long
def test_each_page_of_the_list_is_right_up_to_somebody_who_has_left_it(
    page: Page, live_server: Any, harbour: Ready, client: Client
) -> None:
    sign_in_as(page, live_server, client, harbour.named)
    page.goto(f"{live_server.url}/portal/list/")
    nothing_for_axe(page)
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
