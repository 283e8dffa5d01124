"""Agreements: one is looked at, stopped, and gone from what everyone may read."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ccis.access.references import show_reference
from ccis.access.roles import Role
from sharing.agreements.queries import terms_of
from sharing.agreements.rules import State
from tests.factories.accounts import member
from tests.factories.agreements import AuditFindingFactory, VersionFactory, whole_version
from tests.factories.authorities import AuthorityFactory
from tests.functional.browsing import nothing_for_axe, right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_an_agreement_is_stopped_and_leaves_the_public_list(
    page: Page, live_server: Any, client: Any
) -> None:
    authority = AuthorityFactory()
    version = whole_version(agreement__authority=authority)
    agreement = version.agreement
    AuditFindingFactory(audit__agreement=agreement)
    draft = VersionFactory(
        agreement__authority=authority, agreement__title="Places at college", starts_on=None
    )
    for side in ("authority", "provider"):
        draft.parties.create(side=side)
    here = f"{live_server.url}/sharing/agreements/"
    one = f"{here}{show_reference(agreement.ref)}/"

    page.goto(f"{live_server.url}/who-we-share-with/")
    expect(page.get_by_text(agreement.provider.name)).to_be_visible()
    right_at_any_width(page)

    officer = member(Role.INFORMATION_GOVERNANCE, authority=authority)
    sign_in_as(page, live_server, client, officer)
    page.goto(here)
    expect(page.get_by_role("link", name=agreement.title)).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("link", name="Places at college").click()
    expect(page.get_by_role("heading", name="What it still needs")).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("link", name="Period and review").click()
    expect(page.get_by_label("When does it start?")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    nothing_for_axe(page)

    for name in ("purposes", "people", "parts/organisation", "parts/assurance"):
        page.goto(f"{here}{show_reference(draft.agreement.ref)}/{name}/")
        nothing_for_axe(page)
    for name in ("gateways", "programmes", "wording", "privacy-notices"):
        page.goto(f"{here}{name}/")
        right_at_any_width(page)
    page.goto(f"{one}audits/")
    right_at_any_width(page)
    page.goto(one)
    right_at_any_width(page)
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.get_by_role("heading", name="Who loses access")).to_be_visible()
    right_at_any_width(page)
    page.get_by_label("Why?").fill("Both agreed to stop")
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_text("Ended. Access has ended")).to_be_visible()

    assert terms_of(agreement, on=timezone.localdate()) is None
    version.refresh_from_db()
    assert version.state == State.ENDED
    page.goto(f"{live_server.url}/who-we-share-with/agreements/")
    expect(page.get_by_text("No agreement is in force.")).to_be_visible()
