"""Checking another supplier's file in a browser, from choosing it to taking away what was found."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ccis.access.roles import Role
from returns import editions
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.functional.browsing import NARROWEST, nothing_for_axe, sign_in_as
from tests.integration.returns.test_checking import file_of, header_of
from tests.integration.returns.test_rules import OCTOBER, SOUND

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.FILES_FOLDER, settings.KEYS_FOLDER = tmp_path / "files", tmp_path / "keys"


@pytest.fixture
def desk(page: Page, live_server: Any, client: Any) -> Iterator[Page]:
    """A browser in which a data manager is signed in; it ends with nothing to complain of."""
    sign_in_as(page, live_server, client, member(Role.DATA_MANAGER, authority=AuthorityFactory()))
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A file of March 2020 with a few things wrong."""
    people = [
        SOUND | {"young_persons_id": "3060000000001", "uln": None, "gender": "Q"},
        SOUND | {"young_persons_id": "3060000000002", "uln": None, "postcode": None},
    ]
    data = file_of(editions.newest(), people, header_of(OCTOBER.replace(year=2020, month=3)))
    path = tmp_path / "theirs.xml"
    path.write_bytes(data.replace(b"2026-11-04", b"soon"))
    return path


@pytest.mark.long
def test_a_foreign_file_is_checked(desk: Page, live_server: Any, theirs: Path) -> None:
    desk.set_viewport_size({"width": NARROWEST, "height": 900})
    desk.goto(f"{live_server.url}/returns/editions/")
    desk.get_by_role("link", name="Check a file").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Check a file")
    nothing_for_axe(desk)

    desk.get_by_role("button", name="Check", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("Select the file to check")
    desk.get_by_label("The file").set_input_files(theirs)
    desk.get_by_role("button", name="Check", exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("What was found in the file")
    expect(desk.get_by_text(re.compile("Kept for 2[34] hours more"))).to_be_visible()
    expect(desk.get_by_text("is missing or is not a real date (FILE-4)")).to_be_visible()
    nothing_for_axe(desk)

    desk.get_by_role("button", name="Check it by edition 2019-20").click()
    expect(desk.get_by_text("when edition 2019-20 was in force")).to_have_count(0)
    expect(desk.get_by_role("heading", level=1)).to_contain_text("What was found in the file")

    desk.get_by_role("link", name="See it record by record").click()
    expect(desk.get_by_role("cell", name="3060000000002").first).to_be_visible()
    expect(desk.get_by_text("Okoro")).to_have_count(0)
    nothing_for_axe(desk)

    desk.go_back()
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Download what was found").click()
    assert download.value.suggested_filename.startswith("checked-")

    desk.goto(f"{live_server.url}/returns/check/")
    expect(desk.get_by_role("link", name="theirs.xml")).to_be_visible()
    nothing_for_axe(desk)
