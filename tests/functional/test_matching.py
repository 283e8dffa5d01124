"""The queue of matches by the keyboard alone, with JavaScript and without, and for axe."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from caseload.intake.models import InboundFile, InboundRow
from ccis.access.references import show_reference
from ccis.access.roles import Role
from ccis.accounts.models import User
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import EDUCATION_HEADER, csv_bytes, send, starter
from tests.factories.providers import ProviderFactory
from tests.functional.browsing import right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]

HELD = (("Leyla", "Farouk-Hart"), ("Tomos", "Bevan"), ("Siobhan", "Macready"))
SENT = (("Leila", "Farouk Hart"), ("Tomas", "Beven"), ("Shivaun", "MacReady"))
BORN = (date(2010, 3, 14), date(2009, 6, 2), date(2010, 1, 30))


@pytest.fixture
def officer() -> User:
    return member(Role.TRACKING_OFFICER, authority=AuthorityFactory(), user__name="Priya Nair")


@pytest.fixture
def file(officer: User) -> InboundFile:
    """Three rows, each like someone who is held."""
    ProviderFactory(dfe_number="3068001", college=True, name="Kestrel College")
    rows = []
    for number, (held, sent, born) in enumerate(zip(HELD, SENT, BORN, strict=True)):
        made = YoungPersonFactory()
        NameFactory(person=made, given=held[0], family=held[1], starts=born)
        ParticularsFactory(person=made, date_of_birth=born, starts=born)
        AddressFactory(person=made, postcode=f"NG{number + 1} 4AB", starts=born)
        rows.append(
            {**starter(number), "UPN": "", "Forename": sent[0], "Surname": sent[1],
             "DOB": f"{born:%d/%m/%Y}", "Postcode": f"NG{number + 1} 4AB"}
        )  # fmt: skip
    return send(csv_bytes(EDUCATION_HEADER, rows))


@pytest.fixture
def desk(page: Page, live_server: Any, client: Any, officer: User) -> Iterator[Page]:
    """A browser in which the officer is signed in; it ends with nothing to complain of."""
    sign_in_as(page, live_server, client, officer)
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


def test_three_rows_by_single_keys(desk: Page, live_server: Any, file: InboundFile) -> None:
    desk.goto(f"{live_server.url}/matches/")
    right_at_any_width(desk)
    desk.get_by_role("button", name="Start matching").press("Enter")
    section = desk.locator("[data-module=ccis-match]")
    expect(section).to_be_focused()
    expect(section).to_contain_text("3 rows left")
    right_at_any_width(desk)
    desk.evaluate("window.notReloaded = true")

    desk.keyboard.press("1")
    expect(section).to_contain_text("2 rows left")
    expect(section).to_be_focused()
    expect(desk.get_by_role("status").last).to_contain_text("Saved. Row")
    desk.keyboard.press("u")
    expect(section).to_contain_text("3 rows left")
    desk.keyboard.press("1")
    expect(section).to_contain_text("2 rows left")
    left = section.get_attribute("aria-label")
    desk.keyboard.press("3")
    expect(section).not_to_have_attribute("aria-label", str(left))
    desk.get_by_role("button", name="Turn the keys off").press("Enter")
    desk.keyboard.press("2")
    expect(desk.get_by_role("button", name="Turn the keys on")).to_be_focused()
    expect(section).to_contain_text("2 rows left")
    desk.get_by_role("button", name="Turn the keys on").press("Enter")
    desk.keyboard.press("2")
    expect(section).to_contain_text("1 row left")
    desk.keyboard.press("1")
    expect(desk.get_by_role("heading", name="To match")).to_be_focused()
    expect(desk.get_by_text("Nothing to match. A row comes here")).to_be_visible()
    assert desk.evaluate("window.notReloaded") is True
    decided = InboundRow.objects.filter(file=file, person__isnull=False)
    assert decided.count() == 2


@pytest.mark.long
def test_rows_by_tab_and_enter_without_javascript(
    browser: Browser, live_server: Any, client: Any, officer: User, file: InboundFile
) -> None:
    page = browser.new_page(java_script_enabled=False)
    sign_in_as(page, live_server, client, officer)
    page.goto(f"{live_server.url}/matches/{show_reference(file.ref)}/")
    expect(page.get_by_text("3 rows left to match")).to_be_visible()
    expect(page.get_by_text("Turn the keys off")).to_be_hidden()

    for left in ("2 rows left", "1 row left"):
        tab_to(page, "answer-same")
        page.keyboard.press("Enter")
        expect(page.get_by_text(left)).to_be_visible()
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
    tab_to(page, "answer-same")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing else to match")).to_be_visible()
    page.close()
    assert InboundRow.objects.filter(file=file, person__isnull=False).count() == 3


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element with an id has the focus."""
    wanted = page.locator(f"#{name}:focus")
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.count():
            return
    raise AssertionError(f"{name} cannot be reached by Tab")
