"""Who looked, and the audit's page, in a browser: axe finds nothing, filters narrow the list."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ccis.access.roles import Role
from ccis.audit import trail
from tests.factories.accounts import member
from tests.factories.caseload import complete_person
from tests.functional.browsing import nothing_for_axe, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.mark.long
def test_governance_finds_who_opened_sensitive_details(
    page: Page, live_server: Any, client: Any
) -> None:
    person = complete_person()
    officer = member(Role.TRACKING_OFFICER, authority=person.lead_authority)
    for day, (verb, details) in enumerate(
        [
            ("person seen", {"page": "story"}),
            ("sensitive details opened", {"part": "circumstances"}),
            ("person seen", {"page": "details"}),
        ]
    ):
        at = timezone.now() - timedelta(days=3 - day)
        trail.record(
            verb, by=officer, at=at, authority=person.lead_authority, subject=person, **details
        )
    sign_in_as(page, live_server, client, member(Role.INFORMATION_GOVERNANCE))

    page.goto(f"{live_server.url}/people/{person.ref}/history/")
    page.get_by_role("link", name="Everyone who looked").click()
    table = page.get_by_role("table", name="Who looked at this record")
    expect(table.get_by_role("rowheader", name=officer.name)).to_have_count(3)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        nothing_for_axe(page)

    page.get_by_text("Filters").first.click()
    page.get_by_label("Sensitive details").check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("link", name="Remove: Sensitive details")).to_be_visible()
    expect(table.get_by_text("Sensitive details opened: circumstances")).to_be_visible()
    expect(table.get_by_role("rowheader")).to_have_count(1)

    page.goto(f"{live_server.url}/governance/audit/")
    expect(page.get_by_role("heading", name="Audit", level=1)).to_be_visible()
    nothing_for_axe(page)
