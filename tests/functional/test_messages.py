"""An officer looks at what goes out and stops a text; a young person stops promotional ones."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from caseload.models import YoungPerson
from tests.factories.accounts import member
from tests.factories.caseload import complete_person
from tests.factories.letters import ProviderListFactory, TemplateFactory, VersionFactory
from tests.factories.outbox import MessageChoiceFactory, OutgoingFactory
from tests.functional.browsing import right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]

KEY = "k" * 43
WORDS = "Northgate Council has sent you a letter. To say no: choices.example/choices, code {code}."


@pytest.fixture
def amara() -> YoungPerson:
    """Someone with a text that waits, one that did not arrive, and a promotional one."""
    person = complete_person()
    OutgoingFactory(person=person, words=WORDS)
    OutgoingFactory(person=person, state="failed", why="There is no such number or address")
    OutgoingFactory(
        person=person, kind="promotional", stop_key=KEY, site="https://choices.example",
        words="Open day on Saturday.", state="kept", why="No sending service is set up here",
    )  # fmt: skip
    MessageChoiceFactory(person=person)
    VersionFactory(template=TemplateFactory(authority=person.lead_authority, name="The letter"))
    ProviderListFactory(authority=person.lead_authority)
    return person


@pytest.mark.long
def test_a_text_is_stopped_before_it_goes_and_promotional_ones_by_their_address(
    page: Page, live_server: Any, client: Any, amara: YoungPerson
) -> None:
    sign_in_as(page, live_server, client, member(authority=amara.lead_authority))
    page.goto(f"{live_server.url}/messages/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Messages out")
    expect(
        page.get_by_text("3 messages: 1 waiting, 1 did not arrive, 1 kept here.")
    ).to_be_visible()
    right_at_any_width(page)

    page.goto(f"{live_server.url}/messages/outbox/?state=waiting")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_text("code [their code].")).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("button", name="Stop sending").click()
    expect(page.get_by_text("Stopped. It was not sent")).to_be_visible()

    page.goto(f"{live_server.url}/people/{amara.ref}/messages/")
    expect(page.get_by_text("Agreed", exact=True)).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("button", name="Record a choice").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("promotional messages")
    right_at_any_width(page)
    page.goto(f"{live_server.url}/letters/batches/new/")
    expect(page.get_by_text("How does it go out?")).to_be_visible()
    right_at_any_width(page)

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/stop-messages/{KEY}/")
    right_at_any_width(page)
    page.get_by_role("button", name="Stop these messages").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have stopped")
    right_at_any_width(page)
