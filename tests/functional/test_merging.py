"""One person held twice: found, compared, merged, and apart again, in a browser (PIA-14)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from caseload.merging import pairs
from ccis.access.roles import Role
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    ContactPointFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.functional.browsing import right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


def person(family: str, uln: str, **doing: Any) -> Any:
    made = YoungPersonFactory()
    NameFactory(person=made, given="Amara", family=family)
    ParticularsFactory(person=made)
    AddressFactory(person=made)
    IdentifierFactory(person=made, value=uln)
    ActivityFactory(person=made, **doing)
    return made


@pytest.mark.long
def test_find_a_duplicate_merge_it_and_undo_it(page: Page, live_server: Any, client: Any) -> None:
    here = AuthorityFactory()
    sign_in_as(page, live_server, client, member(Role.DATA_MANAGER, authority=here))
    stays = person("Farouk-Hart", "1000000027", code_id="210")
    goes = person("Farouk Hart", "1000000035", code_id="619", starts=date(2026, 11, 1))
    ContactPointFactory(person=goes, whose="parent")
    pairs.look(here, at=datetime(2026, 11, 22, 2, 30, tzinfo=UTC))

    page.goto(f"{live_server.url}/duplicates/")
    expect(page.get_by_text("1 pair of records")).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Are these two records one person’s?")
    right_at_any_width(page)
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge two records")
    right_at_any_width(page)
    page.get_by_label(f"{stays.ref[:4]}-{stays.ref[4:]}:").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Select which of the two is right")
    page.get_by_label("1000000035").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check what the merge changes")
    right_at_any_width(page)
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Records merged")
    right_at_any_width(page)

    page.goto(f"{live_server.url}/people/{goes.ref}/household/")
    expect(page.get_by_text(f"{stays.ref[:4]}-{stays.ref[4:]}").first).to_be_visible()
    page.goto(f"{live_server.url}/people/{stays.ref}/household/")
    expect(page.get_by_text("Parent or carer")).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name=f"{goes.ref[:4]}-{goes.ref[4:]}").click()
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_text("Nothing has been recorded since")).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge undone")
