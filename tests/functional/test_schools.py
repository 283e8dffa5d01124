"""A school's "no match" answered on a phone, and the officer sees the person (ISA-03)."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile
from caseload.models import YoungPerson
from ccis.access.roles import Role
from providers.portal.models import Seat
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import AuthorityFactory
from tests.factories.files import csv_bytes, send, upn
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory
from tests.functional.browsing import nothing_for_axe, right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
PUPIL = {
    "Estab": "4001",
    "UPN": upn(1),
    "Legal First Name": "Leila",
    "Legal Last Name": "Farouk-Hart",
    "DOB": "14/03/2011",
    "Year Group": "11",
    "Postcode": "NG1 4AB",
    "PAON": "12",
    "Street": "Castle Street",
}


@pytest.fixture
def seat(live_server: Any) -> Seat:
    """Someone at a school, whose file has a pupil whom nobody knows."""
    authority = AuthorityFactory()
    school = ProviderFactory(dfe_number="3064001", name="Kestrel School", authority=authority)
    made: Seat = seated(
        Role.SCHOOL_DATA_MANAGER,
        provider=school,
        authority=authority,
        user=UserFactory(name="Ruth Iqbal"),
        made_at=timezone.now(),
    )
    send(
        csv_bytes([column.heading for column in kind_named("school-feed").columns], [PUPIL]),
        kind="school-feed",
        authority=authority,
        provider=school,
        source_name=school.name,
        at=timezone.now(),
    )
    return made


def test_a_no_match_is_answered_on_a_phone_and_the_officer_sees_the_person(
    browser: Browser, page: Page, live_server: Any, client: Any, seat: Seat
) -> None:
    file = InboundFile.objects.get()
    phone = browser.new_context(**PHONE).new_page()
    sign_in_as(phone, live_server, client, seat.user)
    phone.goto(f"{live_server.url}/portal/")
    phone.get_by_role("link", name="Answer 1 question").tap()
    expect(phone.get_by_text("Is this pupil new to us, or a mistake?")).to_be_visible()
    expect(phone.get_by_text("Leila Farouk-Hart")).to_be_visible()
    nothing_for_axe(phone)
    phone.get_by_label("They are new to the area").check()
    phone.get_by_role("button", name="Answer").tap()
    expect(phone.get_by_text("Answer sent. 0 questions left.")).to_be_visible()
    expect(phone.get_by_text("No questions.")).to_be_visible()
    nothing_for_axe(phone)
    phone.goto(f"{live_server.url}/portal/files/")
    expect(phone.get_by_role("link", name="School information system")).to_be_visible()
    nothing_for_axe(phone)
    phone.context.close()

    officer = member(Role.DATA_MANAGER, authority=seat.authority)
    sign_in_as(page, live_server, client, officer)
    page.goto(f"{live_server.url}/files/{file.ref}/questions/")
    expect(page.get_by_role("cell", name="Ruth Iqbal")).to_be_visible()
    right_at_any_width(page)
    page.goto(f"{live_server.url}/files/{file.ref}/")
    page.get_by_role("button", name="Approve the 1 row that is ready").click()
    expect(page.get_by_text("1 of 1 rows")).to_be_visible()
    page.goto(f"{live_server.url}/people/{YoungPerson.objects.get().ref}/")
    expect(page.get_by_text("Leila Farouk-Hart").first).to_be_visible()
