"""A list leaves as a file, and its end: what is still to be destroyed, and a certificate."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from ccis.access.references import show_reference
from ccis.authorities.policy import adopt
from sharing.actions import life
from sharing.destruction.actions import Word, confirm
from sharing.destruction.models import Confirmation
from sharing.files.models import SecureFile
from tests.factories.outcomes import released
from tests.factories.sharing import Ready, ready
from tests.functional.browsing import right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]

Desk = Callable[[Any], Page]


@pytest.fixture
def desk(browser: Browser, live_server: Any) -> Desk:
    """A browser of somebody's own, signed in."""

    def at_work(user: Any) -> Page:
        page = browser.new_context(base_url=live_server.url).new_page()
        sign_in_as(page, live_server, Client(), user)
        return page

    return at_work


@pytest.fixture
def harbour() -> Ready:
    """An organisation and a council that let encrypted files of lists be made."""
    world, at = ready(files_allowed=True), timezone.now()
    adopt(authority=world.authority, by=None, at=at, why="files", files_may_leave=1)
    return world


@pytest.mark.long
def test_a_list_leaves_as_a_file_and_what_ended_is_destroyed_by_certificate(
    harbour: Ready, desk: Desk
) -> None:
    gone, _ = released(harbour, 2, at=timezone.now())
    reference = show_reference(gone.on_list.ref)
    office, governance = desk(harbour.drafter), desk(harbour.releaser)
    theirs = desk(harbour.named)

    # A file is made for one person; its passphrase is shown to another, once.
    office.goto(f"/sharing/lists/{reference}/files/")
    expect(office.get_by_text("No file has been made of this list")).to_be_visible()
    right_at_any_width(office)
    office.get_by_role("button", name="Make a file").click()
    office.get_by_role("group", name="Who gets the file?").get_by_role("radio").check()
    office.get_by_label("Me. I will say it on the phone").check()
    right_at_any_width(office)
    office.get_by_role("button", name="Make the file").click()
    expect(office.get_by_text("Ready")).to_be_visible()
    right_at_any_width(office)
    office.get_by_role("link", name="Files of this list").click()
    expect(office.get_by_role("cell", name=harbour.named.email)).to_be_visible()
    right_at_any_width(office)

    theirs.goto("/portal/list/files/")
    right_at_any_width(theirs)
    theirs.locator("tbody th a").click()
    right_at_any_width(theirs)
    with theirs.expect_download():
        theirs.get_by_role("button", name="Download the file").click()
    assert SecureFile.objects.get().downloads.count() == 1
    governance.goto("/sharing/ledger/files/")
    expect(governance.get_by_text(harbour.named.email)).to_be_visible()
    right_at_any_width(governance)

    # Somebody is taken off: the organisation says that it destroyed what it had.
    life.recall(gone, why="Sent by mistake", by=harbour.releaser, at=timezone.now())
    governance.goto("/sharing/destruction/")
    remind = f"Remind {harbour.provider.name} of list {reference}"
    right_at_any_width(governance)
    expect(governance.get_by_role("button", name=remind, exact=True)).to_be_visible()
    governance.get_by_role("link", name="Record what they said").click()
    expect(governance.get_by_label("Who said so?")).to_be_visible()
    right_at_any_width(governance)
    word = Word(
        "Ines Okafor, centre manager", timezone.localdate(), "phone", "One workbook, deleted"
    )
    confirm(gone.on_list, word, by=harbour.releaser, at=timezone.now())
    governance.goto("/sharing/destruction/")
    governance.get_by_role("link", name=show_reference(Confirmation.objects.get().ref)).click()
    expect(governance.get_by_role("heading", name="Certificate of destruction")).to_be_visible()
    right_at_any_width(governance)
    for page in (office, governance, theirs):
        page.context.close()
