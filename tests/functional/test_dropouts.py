"""A college's month: five bad rows, mended, and on their way to three councils (LDOR-01…04)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from caseload.dropouts.models import PassingOn
from caseload.intake.models import InboundRow
from caseload.models import Task
from ccis.access.roles import Role
from ccis.authorities.models import Authority, Postcode
from ccis.authorities.policy import adopt
from ccis.calendar.periods import Period
from providers.models import Provider
from providers.portal.models import Seat
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.dropouts import (
    BARNET_HOME,
    CAMDEN_HOME,
    CROYDON_HOME,
    RouteFactory,
    known,
    learner,
    workbook,
)
from tests.factories.intake import SourceFactory
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory
from tests.functional.browsing import nothing_for_axe, right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]

CAMDEN = "202"
BAD: tuple[dict[str, Any], ...] = (
    {"birth": "31/02/2009"},
    {"uln": "98765"},
    {"leaver": "left"},
    {"family": ""},
    {"postcode": "NG1"},
)


@pytest.fixture
def college(live_server: Any, page: Page, client: Any) -> Provider:
    """A college that is asked each month, a council that is here beside ours, and one that is
    not."""
    ours, barnet = AuthorityFactory(name="Northgate"), AuthorityFactory(code=BARNET)
    for home, place in (
        (CROYDON_HOME, ours),
        (BARNET_HOME, barnet),
        (CAMDEN_HOME, Authority.objects.get(code=CAMDEN)),
    ):
        Postcode.objects.create(postcode=home, authority=place)
    made: Provider = ProviderFactory(college=True, name="Kestrel College", authority=ours)
    SourceFactory(
        authority=ours,
        provider=made,
        name="",
        key=f"provider:{made.ref}",
        kinds=["ldor"],
        expects="month",
        expected_day=6,
        expected_from=date(2026, 1, 1),
    )
    RouteFactory(authority=ours, name="Northgate duty desk")
    seat = seated(provider=made, authority=ours, made_at=timezone.now())
    sign_in_as(page, live_server, client, seat.user)
    return made


def the_month() -> list[dict[str, Any]]:
    """64 people: one of them ours in the record, two who live with other councils."""
    rows = [learner(n) for n in range(1, 65)]
    rows[60]["postcode"], rows[61]["postcode"] = BARNET_HOME, CAMDEN_HOME
    return rows


def test_a_month_with_five_bad_rows_is_mended_and_goes_to_three_councils(
    page: Page, live_server: Any, client: Any, college: Provider, tmp_path: Path
) -> None:
    known(30, college)
    wrong = the_month()
    for row, bad in zip(wrong, BAD, strict=False):
        row.update(bad)
    bad, good = tmp_path / "october.xlsx", tmp_path / "october-mended.xlsx"
    bad.write_bytes(workbook(*wrong))
    good.write_bytes(workbook(*the_month()))
    month = Period.latest_ended(timezone.localdate())

    page.goto(f"{live_server.url}/portal/dropouts/")
    nothing_for_axe(page)
    row = page.get_by_role("row").filter(has_text=month.label)
    row.get_by_role("link", name="Send the workbook").click()
    page.get_by_label("The workbook").set_input_files(bad)
    page.get_by_role("button", name="Send").click()

    heading = f"{month.label} drop-outs: 5 rows to mend out of 64"
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(
        page.get_by_text("59 rows are fine and wait. Nothing has been sent yet.")
    ).to_be_visible()
    expect(page.get_by_role("link", name="Send the 59 now, the 5 later")).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("link", name="By error").click()
    expect(page.get_by_role("columnheader", name="How many")).to_be_visible()
    with page.expect_download() as marked:
        page.get_by_role("button", name="Download the file with errors marked").click()
    assert marked.value.suggested_filename.endswith("-to-mend.xlsx")

    page.get_by_role("button", name="Send corrected file").click()
    page.get_by_label("The workbook").set_input_files(good)
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("The council has it")).to_be_visible()
    expect(page.get_by_text("62 people: Croydon, Northgate duty desk")).to_be_visible()
    expect(page.get_by_text("Barnet, where they live, by way of Croydon")).to_be_visible()
    waits = page.get_by_text("Camden, where they live, by way of Croydon")
    expect(waits).to_be_visible()
    nothing_for_axe(page)
    assert Task.objects.count() == 1
    assert PassingOn.objects.get().home.code == BARNET
    receipt = page.url

    # The third council is not here: its route is drawn, and an officer sends its workbook.
    ours = college.authority
    adopt(authority=ours, by=None, at=timezone.now(), why="By exchange", files_may_leave=1)
    sign_in_as(page, live_server, client, member(Role.DATA_MANAGER, authority=ours))
    page.goto(f"{live_server.url}/dropouts/routes/new/")
    page.get_by_label("Residents of which council?").fill(CAMDEN)
    page.get_by_label("An officer of the council").check()
    page.get_by_label("Contact’s name").fill("Camden tracking desk")
    page.get_by_label("Contact’s email").fill("tracking@camden.example")
    page.get_by_label("As an encrypted workbook, by secure exchange").check()
    page.get_by_label("By which secure exchange").fill("Secure exchange, mailbox NEET")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="What waits to be passed on").click()
    page.get_by_role("button", name="Make the workbook for Camden").click()
    with page.expect_download():
        page.get_by_role("button", name="Download the workbook").click()
    page.get_by_role("link", name="Say how it was sent").click()
    page.get_by_label("How was it sent?").fill("receipt 4411")
    page.get_by_role("button", name="It was sent").click()
    expect(page.get_by_text("Kept that 1 person went to Camden")).to_be_visible()
    assert PassingOn.objects.latest("pk").home.code == CAMDEN
    assert not InboundRow.objects.filter(outcome="elsewhere").exists()

    sign_in_as(page, live_server, client, Seat.objects.get().user)
    page.goto(receipt)
    expect(page.get_by_text("Camden, where they live, by way of Croydon")).to_be_visible()
