"""The record in a browser: nothing for axe to find, nothing wider than it, no fault on the way."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from caseload.actions import details
from caseload.models import Name, YoungPerson
from ccis.access.roles import Role
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    ChangeFactory,
    CharacteristicFactory,
    ContactPointFactory,
    EnrolmentFactory,
    GuaranteeFactory,
    IdentifierFactory,
    IntendedDestinationFactory,
    NameFactory,
    SendProvisionFactory,
    complete_person,
)
from tests.factories.providers import ProviderFactory
from tests.functional.browsing import NARROWEST, nothing_for_axe, right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server: Any, client: Any) -> Iterator[Page]:
    """A browser in which a data manager is signed in; it ends with nothing to complain of."""
    officer = member(Role.DATA_MANAGER, authority=AuthorityFactory(), user__name="Priya Nair")
    sign_in_as(page, live_server, client, officer)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if _is_fault(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


def _is_fault(message: Any) -> bool:
    return message.type == "error"


@pytest.fixture
def amara(desk: Page) -> YoungPerson:
    """Someone with something of every kind on record."""
    person = complete_person()
    name = person.name_facts.get()
    officer = member(Role.TRACKING_OFFICER, user__name="Dov Achterberg")
    details.correct(
        name, started_on=name.starts_on, ended_on=None, by=officer, at=timezone.now(),
        family="Oduya",
    )  # fmt: skip
    NameFactory(person=person, kind=Name.Kind.KNOWN_AS, given="Mari", family="")
    sent = ChangeFactory(authority=person.lead_authority, source="Kestrel College", by=officer)
    ActivityFactory(
        person=person, code_id="619", starts=date(2026, 2, 1), ends=date(2026, 8, 1),
        recorded=sent, source_row=88, leaving_reason="Started a course",
    )  # fmt: skip
    ActivityFactory(
        person=person, code_id="810", starts=date(2025, 9, 1), ends=date(2026, 2, 1), recorded=sent
    )
    IdentifierFactory(person=person)
    ContactPointFactory(person=person, whose="parent", note="ask for Mrs Oduya")
    SendProvisionFactory(person=person, need="SEMH")
    GuaranteeFactory(person=person)
    IntendedDestinationFactory(person=person)
    EnrolmentFactory(person=person, provider=ProviderFactory(name="Wren Academy"), year_group=11)
    CharacteristicFactory(person=person, code_id="110")
    return person


@pytest.fixture
def addresses(amara: YoungPerson) -> list[str]:
    one = f"/people/{amara.ref}/"
    return [
        "/search/",
        "/people/",
        "/people/?doing=education,training&year=12,13",
        "/people/?doing=custody",
        "/people/new/",
        one,
        f"{one}?show=details",
        f"{one}details/",
        f"{one}details/names/",
        f"{one}details/names/new/",
        f"{one}details/names/1/correct/",
        f"{one}details/addresses/new/",
        f"{one}details/contact-points/1/end/",
        f"{one}details/identifiers/new/",
        f"{one}details/particulars/1/correct/",
        f"{one}details/identifiers/1/take-out/",
        f"{one}activities/",
        f"{one}activities/new/",
        f"{one}activities/1/correct/",
        f"{one}activities/1/confirm/",
        f"{one}activities/1/end/",
        f"{one}education/",
        f"{one}education/?show=sensitive",
        f"{one}education/schools/new/",
        f"{one}education/guarantee/new/",
        f"{one}move/",
        f"{one}death/",
        f"{one}history/",
        f"{one}history/?known-on=1/11/2026&true-on=31/2/2026",
    ]


@pytest.mark.long
def test_pages_of_the_record_have_nothing_for_axe_to_find(
    desk: Page, live_server: Any, addresses: list[str]
) -> None:
    for address in addresses:
        desk.goto(live_server.url + address)
        right_at_any_width(desk)


@pytest.mark.parametrize("width", [1280, pytest.param(320, marks=pytest.mark.long)])
def test_someone_is_found_opened_and_a_new_activity_recorded(
    desk: Page, live_server: Any, amara: YoungPerson, width: int
) -> None:
    desk.set_viewport_size({"width": width, "height": 800})
    desk.goto(f"{live_server.url}/people/")
    desk.get_by_label("Search: name, date of birth").fill("mari oduya 14/3/09")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Search results")).to_be_visible()
    nothing_for_axe(desk)
    desk.get_by_role("link", name="Oduya, Amara (Mari)").click()

    desk.get_by_role("button", name="Record activity").click()
    desk.get_by_label("What are they doing?").select_option("810")
    desk.get_by_role("group", name="From").get_by_label("Today").check()
    desk.get_by_role("button", name="Save").click()

    expect(desk.get_by_text("Activity recorded")).to_be_visible()
    nothing_for_axe(desk)
    desk.get_by_role("link", name="Story", exact=True).click()
    expect(desk.get_by_text("Not known since")).to_be_visible()


@pytest.mark.long
def test_a_person_is_added_after_looking_for_those_near(
    desk: Page, live_server: Any, amara: YoungPerson
) -> None:
    desk.set_viewport_size({"width": NARROWEST, "height": 800})
    desk.goto(f"{live_server.url}/people/new/")
    desk.get_by_label("First name").fill("Amara")
    desk.get_by_label("Family name").fill("Odua")
    desk.get_by_label("Date of birth", exact=False).last.fill("3/14/2009")
    desk.get_by_role("button", name="Look for them first").click()
    expect(desk.get_by_text("There is a problem")).to_be_visible()
    nothing_for_axe(desk)
    desk.get_by_label("Date of birth", exact=False).last.fill("14/3/2009")
    desk.get_by_role("button", name="Look for them first").click()
    expect(desk.get_by_role("heading", name="People near this one")).to_be_visible()
    nothing_for_axe(desk)
    desk.get_by_role("button", name="None of these: add a new person").click()
    desk.get_by_label("Gender").select_option("F")
    desk.get_by_label("Ethnic origin").select_option("BAFR")
    nothing_for_axe(desk)
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_role("heading", name="Check before you add")).to_be_visible()
    nothing_for_axe(desk)
    desk.get_by_role("button", name="Add this person").click()

    expect(desk.get_by_text("Person added")).to_be_visible()


def test_two_who_change_the_same_thing_choose_field_by_field(
    desk: Page, live_server: Any, amara: YoungPerson
) -> None:
    desk.set_viewport_size({"width": NARROWEST, "height": 800})
    desk.goto(f"{live_server.url}/people/{amara.ref}/details/names/1/correct/")
    desk.get_by_label("Family name").fill("Oduya-Hart")
    name = amara.name_facts.believed().get(kind=Name.Kind.LEGAL)
    colleague = member(Role.ADVISER, user__name="Tomasz Bielik")
    details.correct(
        name, started_on=name.starts_on, ended_on=None, by=colleague, at=timezone.now(),
        middle="Jane", family="Oduyah",
    )  # fmt: skip
    desk.get_by_role("button", name="Save").click()

    expect(desk.get_by_text("Tomasz Bielik changed this at")).to_be_visible()
    nothing_for_axe(desk)
    desk.get_by_label("Middle names, on the record: Jane").check()
    desk.get_by_role("button", name="Save").click()

    expect(desk.get_by_text("Name corrected")).to_be_visible()
    kept = amara.name_facts.believed().get(kind=Name.Kind.LEGAL)
    assert (kept.middle, kept.family) == ("Jane", "Oduya-Hart")


@pytest.mark.long
def test_a_move_is_listed_before_it_is_done(
    desk: Page, live_server: Any, amara: YoungPerson
) -> None:
    desk.set_viewport_size({"width": NARROWEST, "height": 800})
    desk.goto(f"{live_server.url}/people/{amara.ref}/move/")
    desk.get_by_label("To another authority in England").check()
    desk.get_by_label("Which authority?").select_option("302")
    desk.get_by_role("group", name="When did they move?").get_by_label("Today").check()
    desk.get_by_role("button", name="Continue").click()

    expect(desk.get_by_role("heading", name="What will happen")).to_be_visible()
    nothing_for_axe(desk)
    desk.get_by_role("button", name="Record that they moved").click()
    expect(desk.get_by_text("Recorded that they moved")).to_be_visible()
