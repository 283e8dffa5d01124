"""Letters from the plan to an envelope that came back, by two people (LC-01, LC-02, USE-06)."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ccis.access.references import show_reference
from ccis.access.roles import Role
from ccis.authorities.models import Authority
from optout.letters import tasks
from optout.letters.actions import making
from optout.letters.models import Batch
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import AddressFactory, complete_person
from tests.factories.letters import ProviderListFactory, TemplateFactory, VersionFactory
from tests.factories.providers import ProviderFactory
from tests.functional.browsing import right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def authority() -> Authority:
    authority = AuthorityFactory()
    ProviderListFactory(authority=authority, providers=[ProviderFactory(name="Harbour Lane")])
    VersionFactory(template=TemplateFactory(authority=authority, name="Free local help"))
    return authority


def test_letters_from_the_plan_to_an_envelope_that_came_back(
    page: Page, live_server: Any, client: Any, authority: Authority, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tasks.make_batch, "delay", lambda **_: None)
    here, moved = (complete_person(lead_authority=authority, code="610") for _ in range(2))
    complete_person(lead_authority=authority, code="810", restriction_level=2)
    officer = member(Role.TRACKING_OFFICER, authority=authority)
    manager = member(Role.DATA_MANAGER, authority=authority)

    sign_in_as(page, live_server, client, officer)
    page.goto(f"{live_server.url}/letters/")
    page.get_by_role("button", name="Plan a batch").click()
    page.get_by_label("Free local help").check()
    right_at_any_width(page)
    page.get_by_role("button", name="See who it goes to").click()
    expect(page.get_by_role("heading", name="2 letters would be made")).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("someone else must approve it.", exact=False).last).to_be_visible()
    right_at_any_width(page)
    batch = Batch.objects.get()

    sign_in_as(page, live_server, client, manager)
    page.reload()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("0 of 2 letters")).to_be_visible()
    right_at_any_width(page)
    making.make(batch_id=batch.pk, now=timezone.now)
    page.reload()
    expect(page.get_by_text("Printed", exact=True)).to_be_visible()
    page.get_by_role("button", name="Download all letters").click()
    right_at_any_width(page)
    page.get_by_label("Why do you need the file?").fill("To print and post")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")

    AddressFactory(person=moved, kind="letters", line_1="9 Quay Road")
    page.goto(f"{live_server.url}/letters/batches/{batch.ref}/")
    right_at_any_width(page)
    page.get_by_role("button", name="Mark as posted").click()
    expect(page.get_by_text("Moved since the batch was planned")).to_be_visible()
    page.get_by_role("button", name="Mark as posted").click()
    expect(page.get_by_role("link", name="Select whether you took these")).to_be_visible()
    right_at_any_width(page)
    page.get_by_label("Yes, they stayed here").check()
    page.get_by_role("button", name="Mark as posted").click()
    expect(page.get_by_text("1 letter recorded as posted")).to_be_visible()
    page.get_by_role("link", name="Everyone in this batch").click()
    expect(page.get_by_text("Taken out: moved")).to_be_visible()
    right_at_any_width(page)

    page.goto(f"{live_server.url}/letters/")
    right_at_any_width(page)
    page.get_by_role("button", name="Letters that came back").click()
    right_at_any_width(page)
    sent = batch.letters.get(person=here)
    page.get_by_label("Which letters came back?").fill(f"{show_reference(sent.ref)}\nQQQQ")
    page.get_by_role("button", name="Record that they came back").click()
    expect(page.get_by_role("heading", name="1 letter recorded, 1 line left")).to_be_visible()
    right_at_any_width(page)
    page.goto(f"{live_server.url}/people/{here.ref}/details/")
    expect(page.get_by_text("Post came back")).to_be_visible()
    page.goto(f"{live_server.url}/people/{here.ref}/letters/")
    right_at_any_width(page)
    page.get_by_role("button", name="It did not come back").click()
    right_at_any_width(page)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("The notice of this letter counts again")).to_be_visible()
    page.get_by_role("button", name="It came back").click()
    right_at_any_width(page)
