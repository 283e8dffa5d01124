"""A data manager's first month, played through in a browser on the demo as it is served."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.functional.browsing import nothing_for_axe, right_at_any_width
from tests.functional.conftest import PASSWORD, Demo

PATIENCE = 90_000
"""Milliseconds that a worker may take over a file or a return, on a busy machine."""

pytestmark = pytest.mark.slow


def sign_in(page: Page, demo: Demo, mailbox: str) -> None:
    """Sign in as one of the demo's staff."""
    page.goto(demo.address + "/sign-in/")
    page.get_by_label("Email").fill(f"{mailbox}@northgate.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def manager(page: Page, demo: Demo) -> Page:
    """The data manager's browser, signed in."""
    page.set_default_timeout(15_000)
    sign_in(page, demo, "dana.achterberg")
    return page


def test_the_demo_prints_what_a_newcomer_needs(demo: Demo) -> None:
    assert demo.address in demo.printed
    assert "dana.achterberg@northgate.example" in demo.printed
    assert PASSWORD in demo.printed
    path = re.search(r"(\S+NCCIS_306_\S+\.xml)", demo.printed)
    assert path is not None
    assert f"{demo.folder}" in path.group(1)


def send_in(page: Page, demo: Demo, *, name: str, sender: str) -> None:
    """Send in one of the demo's files and wait until it can be reviewed."""
    page.goto(demo.address + "/files/new/")
    nothing_for_axe(page)
    page.get_by_label("The file").set_input_files(demo.file(name))
    page.get_by_label("Who sent it?").fill(sender)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="See the result").click(timeout=PATIENCE)
    expect(page.get_by_text("Ready to review")).to_be_visible()
    nothing_for_axe(page)


def sum_of_rows(page: Page) -> tuple[int, int]:
    """The rows of the file, and the sum of their places, as the page prints them."""
    text = page.locator("main").inner_text()
    found = re.search(r"([\d,]+) rows = (.+)", text)
    assert found is not None
    total = int(found.group(1).replace(",", ""))
    parts = re.findall(r"([\d,]+) [a-z]", found.group(2))
    return total, sum(int(part.replace(",", "")) for part in parts)


def approve(page: Page) -> None:
    """Approve the rows that are ready and wait until they are applied."""
    page.get_by_role("button", name=re.compile("Approve the")).click()
    page.get_by_role("link", name="See the result").click(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="What was done")).to_be_visible()
    nothing_for_axe(page)


def test_a_schools_census_is_sent_in_reviewed_and_applied(manager: Page, demo: Demo) -> None:
    send_in(manager, demo, name="castle-academy-census.xlsx", sender="Castle Academy")
    total, places = sum_of_rows(manager)
    assert total == places
    assert total > 40

    review = manager.url
    for part in ("errors/", "errors/by-row/", "rows/", "rows/?outcome=cannot-read"):
        manager.goto(review + part)
        nothing_for_axe(manager)
    manager.locator("table tbody a").first.click()
    nothing_for_axe(manager)
    manager.goto(review)
    approve(manager)

    after, ended = sum_of_rows(manager)
    assert (after, ended) == (total, total)


def test_the_same_file_again_changes_nothing(manager: Page, demo: Demo) -> None:
    manager.goto(demo.address + "/files/new/")
    manager.get_by_label("The file").set_input_files(demo.file("castle-academy-census.xlsx"))
    manager.get_by_label("Who sent it?").fill("Castle Academy")
    manager.get_by_role("button", name="Continue").click()

    expect(manager.get_by_text(re.compile("This file was already sent on"))).to_be_visible()


def test_a_colleges_starters_and_leavers_are_sent_in_and_applied(manager: Page, demo: Demo) -> None:
    send_in(
        manager,
        demo,
        name="kestrel-college-starters-and-leavers.csv",
        sender="Kestrel College",
    )
    total, places = sum_of_rows(manager)
    assert total == places

    approve(manager)


def test_the_months_return_is_made_and_asked_why(manager: Page, demo: Demo) -> None:
    manager.goto(demo.address + "/returns/")
    nothing_for_axe(manager)
    manager.get_by_role("link", name="Make another trial").or_(
        manager.get_by_role("button", name="Make another trial")
    ).click()
    nothing_for_axe(manager)
    manager.get_by_label("A trial").check()
    manager.get_by_role("button", name="Make it").click()
    manager.get_by_role("link", name="See the result").click(timeout=PATIENCE)
    expect(manager.get_by_role("heading", name="Trial")).to_be_visible()
    nothing_for_axe(manager)

    manager.goto(demo.address + "/people/?status=neet-available")
    manager.locator("table tbody th a").first.click()
    manager.get_by_role("link", name="In the return").click()
    expect(manager.get_by_text(re.compile("^(In|Out),? because")).first).to_be_visible()
    nothing_for_axe(manager)


def test_the_file_leaves_with_a_reason(manager: Page, demo: Demo) -> None:
    manager.goto(demo.address + "/returns/archive/")
    nothing_for_axe(manager)
    manager.locator("table tbody a.ccis-reference").first.click()
    manager.get_by_role("link", name="Download the file").or_(
        manager.get_by_role("button", name="Download the file")
    ).click()
    manager.get_by_role("button").last.click()
    expect(manager.get_by_text("Select why you need the file").first).to_be_visible()

    manager.get_by_label("To check it before it is sent").check()
    with manager.expect_download() as download:
        manager.locator("main form button").last.click()

    name = download.value.suggested_filename
    assert re.fullmatch(r"NCCIS_306_\d{4}-\d{2}_\w+\.xml", name)


def test_pages_that_no_other_walk_opens_have_nothing_for_axe(manager: Page, demo: Demo) -> None:
    for path in ("/files/kinds/", "/files/kinds/school-census/", "/search/", "/authority/"):
        manager.goto(demo.address + path)
        right_at_any_width(manager)


def test_someone_is_found_by_a_half_remembered_name(manager: Page, demo: Demo) -> None:
    manager.goto(demo.address + "/people/")
    family, given = manager.locator("table tbody th a").first.inner_text().split(", ")
    misspelt = family[:-1] + ("n" if family[-1] != "n" else "m")

    manager.get_by_role("searchbox").first.fill(f"{given} {misspelt}")
    manager.keyboard.press("Enter")

    expect(manager.get_by_role("link", name=re.compile(re.escape(family))).first).to_be_visible()
    assert family not in manager.url
    nothing_for_axe(manager)


def test_a_reader_sees_no_forms_and_a_stranger_nothing(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "rae.reader")
    assert page.goto(demo.address + "/returns/").status == 403  # type: ignore[union-attr]
    assert page.goto(demo.address + "/files/").status == 403  # type: ignore[union-attr]
    page.goto(demo.address + "/people/")
    assert page.get_by_role("link", name="Add a person").count() == 0
