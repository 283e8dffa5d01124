"""An officer records that someone does not want to be contacted, and sees no number any more."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from caseload.models import YoungPerson
from ccis.access.roles import Role
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    ConsentAttemptFactory,
    ContactPointFactory,
    NoticeGivenFactory,
    Section72Factory,
    complete_person,
)
from tests.factories.optout import StatementFactory
from tests.functional.browsing import right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def amara() -> YoungPerson:
    """Someone with something on each part of the tab, and a number to ring."""
    person = complete_person()
    today = timezone.localdate()
    one_day = {"starts": today, "ends": today + timedelta(days=1)}
    ContactPointFactory(person=person, kind="mobile", value="07700900014")
    Section72Factory(person=person)
    StatementFactory(person=person, said_on=today)
    ConsentAttemptFactory(person=person, **one_day)
    NoticeGivenFactory(person=person, **one_day)
    return person


@pytest.fixture
def desk(page: Page, live_server: Any, client: Any) -> Page:
    """A browser in which a tracking officer is signed in."""
    officer = member(Role.TRACKING_OFFICER, authority=AuthorityFactory(), user__name="Priya Nair")
    sign_in_as(page, live_server, client, officer)
    return page


def test_a_no_to_contact_is_recorded_and_obeyed_on_the_next_page(
    desk: Page, live_server: Any, amara: YoungPerson
) -> None:
    person = f"{live_server.url}/people/{amara.ref}/"
    desk.goto(f"{person}details/")
    expect(desk.get_by_role("rowheader", name="07700900014")).to_be_visible()

    desk.goto(f"{person}choices/")
    expect(desk.get_by_text("A parent gave the section 72 instruction").first).to_be_visible()
    right_at_any_width(desk)
    desk.get_by_role("link", name="Add to consent to being contacted").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Add a consent to contact")
    right_at_any_width(desk)
    desk.get_by_label("Consent refused", exact=True).check()
    desk.get_by_role("button", name="Save").click()

    expect(desk.get_by_text("Consent to contact added")).to_be_visible()
    desk.goto(f"{person}details/")
    expect(desk.get_by_text("Do not contact", exact=True)).to_be_visible()
    expect(desk.get_by_text("07700900014")).to_have_count(0)
