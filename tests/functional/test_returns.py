"""The return in a browser: made, watched, read, with nothing for axe to find on the way."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from caseload.models import YoungPerson
from ccis.access.roles import Role
from ccis.calendar.periods import Period
from returns.actions import builds, making
from returns.models import Build, BuildKind
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    CharacteristicFactory,
    DepartureFactory,
    EnrolmentFactory,
    GuaranteeFactory,
    complete_person,
)
from tests.functional.browsing import right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def returns_folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Files go where they are thrown away; records go with the test."""
    settings.RETURNS_FOLDER = tmp_path / "returns"
    yield
    for build in Build.objects.filter(records_kept=True):
        builds.drop_records(build=build)


@pytest.fixture
def desk(page: Page, live_server: Any, client: Any) -> Iterator[Page]:
    """A browser in which a data manager is signed in; it ends with nothing to complain of."""
    sign_in_as(page, live_server, client, member(Role.DATA_MANAGER, authority=AuthorityFactory()))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if _is_fault(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


def _is_fault(message: Any) -> bool:
    return bool(message.type == "error")


@pytest.fixture
def month() -> Period:
    return Period.latest_ended(timezone.localdate())


def sound_person(**fields: Any) -> YoungPerson:
    """Someone whose record has no error that must be mended."""
    person = complete_person(**fields)
    EnrolmentFactory(person=person)
    GuaranteeFactory(person=person, for_year=12, status_id="114")
    return person


def make(period: Period) -> Build:
    """A trial, made to the end."""
    now = timezone.now
    build = builds.ask(
        authority=AuthorityFactory(), period=period, kind=BuildKind.TRIAL, by=None, at=now()
    )
    return making.make(build_id=build.pk, now=now)


@pytest.fixture
def addresses(month: Period) -> list[str]:
    """Every page of the return, with something on it."""
    one, goes = sound_person(code="610"), sound_person()
    CharacteristicFactory(person=one)
    before = make(month.previous())
    DepartureFactory(person=goes, starts=month.start)
    complete_person()
    build = make(month)
    here, of_build = f"/returns/{month}/", f"/returns/{month}/builds/{build.ref}/"
    rule = build.findings.values_list("code", flat=True)[0]
    return [
        here,
        f"/returns/{month.next()}/",
        f"{here}make/",
        of_build,
        f"{of_build}download/",
        f"{of_build}people/?figure=neet",
        f"{of_build}people/{one.ref}/",
        f"/people/{one.ref}/return/",
        f"{here}errors/",
        f"{here}errors/people/",
        f"{here}errors/{rule}/",
        f"{here}cohort/",
        f"{here}cohort/left/",
        f"{here}compare/?with={before.ref}",
        f"{here}compare/values/cohort_status/?with={before.ref}",
        "/returns/archive/",
        "/returns/editions/",
        "/returns/editions/2026-27/",
        "/figures/",
    ]


@pytest.mark.long
def test_no_page_has_anything_for_axe_to_find(
    desk: Page, live_server: Any, addresses: list[str]
) -> None:
    for address in addresses:
        answer = desk.goto(live_server.url + address)
        assert answer is not None
        assert answer.status == 200, address
        right_at_any_width(desk)


def test_a_trial_from_the_workbench_to_the_file(
    desk: Page, live_server: Any, month: Period
) -> None:
    sound_person()
    desk.goto(f"{live_server.url}/returns/")
    desk.get_by_role("button", name="Make a trial").click()
    expect(desk.get_by_label("A trial", exact=True)).to_be_checked()
    desk.get_by_role("button", name="Make it").click()

    expect(desk.get_by_role("heading", level=1)).to_contain_text("Trial")
    desk.get_by_role("button", name="Make it again and check").click()
    expect(desk.get_by_text(re.compile("The same, byte for byte"))).to_be_visible()
    desk.get_by_role("button", name="Download the file").click()
    desk.get_by_role("button", name="Download").click()
    expect(desk.get_by_role("alert")).to_contain_text("Select why you need the file")
    desk.get_by_label("To check it before it is sent").check()
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename.startswith(f"NCCIS_306_{month}_")


@pytest.mark.long
def test_watching_it_needs_no_scripts(browser: Any, live_server: Any, client: Any) -> None:
    authority = AuthorityFactory()
    client.force_login(member(Role.DATA_MANAGER, authority=authority))
    build = builds.ask(
        authority=authority,
        period=Period.latest_ended(timezone.localdate()),
        kind=BuildKind.TRIAL,
        by=None,
        at=timezone.now(),
    )
    context = browser.new_context(java_script_enabled=False)
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/returns/{build.period}/builds/{build.ref}/")

    making.make(build_id=build.pk, now=timezone.now)
    page.get_by_role("link", name="Check again").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Trial")
    context.close()
