"""Moving in from an XML return in a browser, and making the same return of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ccis.access.roles import Role
from ccis.calendar.periods import Period
from returns.actions import builds, making
from returns.models import Build, BuildKind
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import complete_person
from tests.functional.browsing import nothing_for_axe, sign_in_as
from tests.integration.returns.moving import content_of, forget_everyone

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def returns_folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Files go where they are thrown away; records go with the test."""
    settings.RETURNS_FOLDER = tmp_path / "returns"
    yield
    for build in Build.objects.filter(records_kept=True):
        builds.drop_records(build=build)


@pytest.fixture
def old_return(tmp_path: Path, transactional_db: None) -> Path:
    """The last return of an old system, of two people whom nobody here has heard of."""
    authority = AuthorityFactory()
    for _ in range(2):
        complete_person(lead_authority=authority)
    build = builds.ask(
        authority=authority,
        period=Period.latest_ended(timezone.localdate()),
        kind=BuildKind.TRIAL,
        by=None,
        at=timezone.now(),
    )
    build = making.make(build_id=build.pk, now=timezone.now)
    path = tmp_path / "old-return.xml"
    content = content_of(build).replace(b"<Ethnicity>WBRI<", b"<Ethnicity>QQQQ<", 1)
    path.write_bytes(content)
    builds.drop_records(build=build)
    forget_everyone()
    return path


@pytest.mark.long
def test_an_authority_moves_in_and_makes_the_same_return(
    page: Page, live_server: Any, client: Any, old_return: Path
) -> None:
    officer = member(Role.DATA_MANAGER, authority=AuthorityFactory())
    sign_in_as(page, live_server, client, officer)

    page.goto(f"{live_server.url}/settings/going-live/")
    expect(page.get_by_text("Nothing has moved in yet")).to_be_visible()
    page.get_by_role("button", name="Send in the old return").click()
    page.get_by_label("The file").set_input_files(old_return)
    page.get_by_label("Who sent it?").fill("The old system")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="See the result").click()
    page.get_by_role("button", name=re.compile("Approve the")).click()
    page.get_by_role("link", name="See the result").click()
    expect(page.get_by_role("heading", name="What was done")).to_be_visible()

    page.goto(f"{live_server.url}/settings/going-live/")
    nothing_for_axe(page)
    page.get_by_role("link", name=re.compile("20[0-9][0-9]$")).first.click()
    page.get_by_role("button", name="Make the same return and compare").click()
    expect(page.get_by_text("2 records in the old return, 2 in ours")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("link", name="Ethnicity").click()
    expect(page.get_by_role("cell", name="QQQQ")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Explain").click()
    page.get_by_label("Why do they differ?").fill("Mended in the old system since")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Sign off").click()
    nothing_for_axe(page)
    page.get_by_role("button", name="Sign off").click()

    expect(page.get_by_text(re.compile("^Signed off by"))).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 800})
    nothing_for_axe(page)
