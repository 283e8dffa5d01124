"""A provider's first day: from the invitation to the portal's home, on a phone (LC-10, LC-13)."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ccis.access.roles import Role
from sharing.agreements.models import AnnexA, Gateway
from sharing.agreements.rules import State
from tests.factories.accounts import InvitationFactory
from tests.factories.agreements import whole_version
from tests.factories.authorities import AuthorityFactory
from tests.factories.portal import SeatOfferFactory
from tests.factors import code_at
from tests.functional.browsing import nothing_for_axe, right_at_any_width

pytestmark = [pytest.mark.django_db(transaction=True)]

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
TOKEN = "a-token-of-the-first-day-0001"
PASSWORD = "three quiet otters swim"


@pytest.fixture
def invited() -> None:
    """An agreement that waits for the organisation, and its first person, who is invited."""
    Gateway.objects.get_or_create(code="esa-2008-s68", defaults={"name": "Section 68"})
    address = "ines.okafor@harbour.example"
    version = whole_version(
        State.SENT,
        emails=(address,),
        agreement__authority=AuthorityFactory(),
        agreement__provider__name="Harbour Lane Skills",
        agreement__title="Support for young people",
    )
    AnnexA.objects.filter(version=version).delete()
    invitation = InvitationFactory(
        authority=version.agreement.authority,
        email=address,
        name="Ines Okafor",
        role=Role.NAMED_INDIVIDUAL.value,
        token=TOKEN,
    )
    SeatOfferFactory(invitation=invitation, provider=version.agreement.provider, may_manage=True)


def come_in(page: Page, address: str) -> None:
    page.goto(f"{address}/invitations/{TOKEN}/")
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_label("I will keep to these terms").check()
    page.get_by_role("button", name="Accept the invitation").tap()
    expect(page.get_by_role("heading", name="Set up a second step")).to_be_visible()
    page.get_by_role("button", name="Set up an app").tap()
    secret = page.locator("#app-secret")
    expect(secret).to_be_visible()
    code = code_at(secret=secret.inner_text().replace(" ", ""))
    page.get_by_label("Code that your app shows now").fill(code)
    page.get_by_role("button", name="Continue").tap()
    expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
    page.get_by_role("button", name="I have kept them").tap()


def test_from_the_invitation_to_what_there_is_to_do(
    browser: Browser, live_server: Any, settings: Any, invited: None
) -> None:
    settings.CCIS_SECOND_FACTOR = True
    page = browser.new_context(**PHONE).new_page()
    come_in(page, live_server.url)

    expect(page.get_by_role("heading", name="To do", exact=True)).to_be_visible()
    expect(page.get_by_text("Harbour Lane Skills for")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("link", name="Fill in your part of the agreement and sign it").tap()
    expect(page.get_by_role("heading", name="Support for young people")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("link", name="What you do with the information").tap()
    page.get_by_label("What information will you hold?").fill("Names and phone numbers")
    page.get_by_label("What will you use it for?").fill("Calls, visits and mentoring")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("What is your legal basis").fill("Public task")
    page.get_by_role("button", name="Save").tap()
    page.get_by_role("link", name="Check your answers and sign").tap()
    page.get_by_label("Your position").fill("Centre manager")
    page.get_by_label("I may sign for the organisation").check()
    nothing_for_axe(page)
    page.get_by_role("button", name="Sign the agreement").tap()
    expect(page.get_by_text("Ines Okafor, Centre manager, signed on screen")).to_be_visible()

    for address in ("/portal/", "/portal/people/"):
        page.goto(live_server.url + address)
        right_at_any_width(page)
    page.context.close()
