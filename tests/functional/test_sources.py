"""Sources in a browser: set up, shown with their scorecard, given a token; what is remembered."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from caseload.intake.models import ColumnMemory
from ccis.access.roles import Role
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ChangeFactory, YoungPersonFactory
from tests.factories.intake import InboundFileFactory, InboundRowFactory, SourceFactory
from tests.functional.browsing import right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server: Any, client: Any) -> Page:
    """A browser in which a data manager is signed in, with a source that has sent files."""
    user = member(Role.DATA_MANAGER, authority=AuthorityFactory())
    sign_in_as(page, live_server, client, user)
    return page


def files_of(source: Any) -> None:
    """A file in each of the last three months, each with fewer errors than the one before."""
    person = YoungPersonFactory(lead_authority=source.authority)
    change = ChangeFactory(authority=source.authority)
    now = timezone.now()
    for ago, wrong in ((70, 3), (35, 1), (0, 0)):
        file = InboundFileFactory(
            authority=source.authority,
            source=source,
            state="done",
            received_at=now - timedelta(days=ago),
        )
        for at in range(4):
            known = {} if at < wrong else {"person": person, "change": change}
            outcome = "cannot-read" if at < wrong else "changed"
            InboundRowFactory(file=file, outcome=outcome, **known)


@pytest.mark.long
def test_a_source_is_set_up_shown_and_given_a_token(desk: Page, live_server: Any) -> None:
    old = SourceFactory(
        name="Kestrel School",
        expects="month",
        expected_day=31,
        expected_from=date(2026, 1, 1),
        email="data@kestrel.test",
    )
    files_of(old)
    ColumnMemory.objects.create(
        authority=old.authority,
        kind="school-census",
        source=old.key,
        heading="nachname",
        column="family",
    )
    desk.goto(f"{live_server.url}/files/")
    desk.get_by_role("link", name="Sources").click()
    expect(desk.get_by_role("heading", name="Sources", level=1)).to_be_visible()
    right_at_any_width(desk)

    desk.get_by_role("link", name="Kestrel School").click()
    expect(desk.get_by_role("heading", name="By month", exact=True)).to_be_visible()
    expect(desk.get_by_role("rowheader", name="nachname")).to_be_visible()
    right_at_any_width(desk)
    desk.get_by_role("button", name="Forget these columns").click()
    expect(desk.get_by_text("Forgotten.")).to_be_visible()

    desk.goto(f"{live_server.url}/files/sources/new/")
    desk.get_by_label("Who sends the files?").fill("Harbour College")
    desk.get_by_label("Each week").check()
    desk.get_by_label("By which day of the week?").select_option("Friday")
    right_at_any_width(desk)
    desk.get_by_role("button", name="Add").click()
    expect(desk.get_by_text("By Friday of each week")).to_be_visible()

    desk.get_by_role("button", name="Make a token").click()
    desk.get_by_label("Which software is it for?").fill("Its own system")
    desk.get_by_label("Starters and leavers").check()
    right_at_any_width(desk)
    desk.get_by_role("button", name="Make the token").click()
    expect(desk.get_by_label("Token")).to_have_value(re.compile("ccis_.+_.+"))
    right_at_any_width(desk)
    desk.get_by_role("button", name="Done").click()
    desk.get_by_role("button", name="Take back Its own system").click()
    expect(desk.get_by_text("It does not work any more")).to_be_visible()
