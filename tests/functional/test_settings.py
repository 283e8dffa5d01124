"""Settings and one's own account in a browser: nothing for axe to find, nothing wider than it."""

import re
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ccis.access.roles import Role
from ccis.authorities.models import SubRegion
from ccis.authorities.policy import adopt
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.providers import ProviderFactory
from tests.functional.browsing import right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server: Any, client: Any) -> Page:
    """A browser in which an administrator is signed in."""
    sign_in_as(page, live_server, client, member(Role.ADMINISTRATOR))
    return page


@pytest.fixture
def addresses() -> list[str]:
    here = AuthorityFactory()
    unit = SubRegion.objects.create(name="The Ridings partnership")
    unit.authorities.add(here)
    provider = ProviderFactory(
        name="Kestrel College of Further Education and Skills", authority=here, urn="130421"
    )
    provider.name = "Kestrel College"
    provider.save()
    ProviderFactory(name="Wren Academy", closed_on=date(2020, 8, 31))
    for days in (42, 35):
        adopt(
            authority=here,
            by=None,
            at=timezone.now(),
            why="Agreed by the board",
            activity_review_warning_days=days,
        )
    one = f"/settings/providers/{provider.ref}/"
    return [
        "/account/",
        "/settings/",
        "/settings/authorities/?state=past",
        "/settings/authorities/units/",
        f"/settings/authorities/units/{unit.ref}/",
        "/settings/policy/",
        "/settings/policy/change/",
        "/settings/providers/",
        "/settings/providers/?find=kestrel&state=open",
        "/settings/providers/new/",
        one,
        f"{one}change/",
        f"{one}close/",
    ]


@pytest.mark.long
def test_settings_have_nothing_for_axe_to_find(
    desk: Page, live_server: Any, addresses: list[str]
) -> None:
    for address in addresses:
        desk.goto(live_server.url + address)
        right_at_any_width(desk)


@pytest.mark.long
def test_adding_a_provider_by_hand(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}/settings/providers/")
    desk.get_by_role("button", name="Add a provider").click()
    desk.get_by_role("button", name="Add this provider").click()
    expect(desk).to_have_title(re.compile("^Error: Add a provider"))

    desk.get_by_label("Name", exact=True).fill("Harbour Lane College")
    desk.get_by_label("College", exact=True).check()
    desk.get_by_label("DfE number").fill("306/8600")
    desk.get_by_role("button", name="Add this provider").click()

    expect(desk.get_by_role("heading", name="Harbour Lane College")).to_be_visible()
    expect(desk.get_by_text("306/8600")).to_be_visible()
