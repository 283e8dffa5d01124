"""Opting out by an officer for a caller; test_on_a_phone.py is the young person's own story."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from caseload.models import YoungPerson
from ccis.access.references import show_reference
from ccis.access.roles import Role
from optout.queries import objection_covers
from tests.factories.accounts import member
from tests.factories.caseload import complete_person
from tests.functional.browsing import right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]

ACTIONS = 9
"""Key presses, filled fields and presses, from any page to acknowledged and in force."""


def is_stopped(person: YoungPerson) -> bool:
    return objection_covers(person, None, on=timezone.localdate())


def test_an_officer_says_no_for_a_caller(page: Page, live_server: Any, client: Any) -> None:
    """Someone rings: who they are, what they want, acknowledged, in force (pages §7, task 8)."""
    person = complete_person()
    name, reference = person.name_facts.get(), show_reference(person.ref)
    officer = member(Role.TRACKING_OFFICER, authority=person.lead_authority)
    sign_in_as(page, live_server, client, officer)
    page.goto(f"{live_server.url}/people/")
    heading, who = page.locator("h1"), page.get_by_role("heading", name="Who it is")
    given, family = page.get_by_label("first name"), page.get_by_label("family name")
    in_force = page.get_by_text("in force from now")
    walk: list[tuple[Callable[[], None], Locator]] = [
        (page.get_by_role("link", name="Requests", exact=True).click, heading),
        (page.get_by_role("button", name="Take a request").click, given),
        (partial(given.fill, name.given), heading),
        (partial(family.fill, name.family), heading),
        (partial(page.get_by_label("Date of birth (optional)").fill, "14 3 09"), heading),
        (page.get_by_label("all three agreed").check, heading),
        (page.get_by_label("Opt out", exact=True).check, heading),
        (page.get_by_role("button", name="Save").click, who),
        (page.get_by_role("button", name=f"It is {reference}").click, in_force),
    ]
    for action, seen in walk:
        action()
        expect(seen).to_be_visible()
    assert len(walk) == ACTIONS
    assert is_stopped(person)
    expect(page.get_by_text("Nothing was asked")).to_have_count(0)
    expect(page.get_by_role("heading", name="Acknowledgement: told by phone")).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("button", name="Answer them").click()
    right_at_any_width(page)
    page.get_by_role("button", name="Save the answer").click()
    expect(page.get_by_text("All answered.")).to_be_visible()
    page.goto(f"{live_server.url}/people/{person.ref}/choices/")
    expect(page.get_by_text("Opted out of all")).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("button", name="Record what was said").click()
    right_at_any_width(page)
