"""Drop-outs in a browser: who returned, who is asked again; what a college reads (LDOR-05, 08)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ccis.access.roles import Role
from ccis.calendar.periods import Period
from sharing.monitoring.models import Chase
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.dropouts import RouteFactory
from tests.factories.intake import InboundFileFactory, InboundRowFactory, SourceFactory
from tests.factories.monitoring import BaselineFactory, ServiceLevelFactory
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory
from tests.functional.browsing import right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


def college(authority: Any, name: str) -> Any:
    """A college that is asked for drop-outs each month."""
    provider = ProviderFactory(college=True, name=name, authority=authority)
    return SourceFactory(
        authority=authority,
        provider=provider,
        name="",
        key=f"provider:{provider.ref}",
        kinds=["ldor"],
        expects="month",
        expected_day=1,
        expected_from=date(2025, 1, 1),
        email="data@college.test",
    )


def tells(source: Any, month: Period, **people: int) -> None:
    """A file of a month in which so many people are marked."""
    came = timezone.make_aware(datetime.combine(month.end + timedelta(days=1), datetime.min.time()))
    file = InboundFileFactory(
        authority=source.authority,
        source=source,
        kind="ldor",
        state="done",
        as_at=month.end,
        received_at=came,
    )
    for mark, many in people.items():
        for _ in range(many):
            InboundRowFactory(file=file, read={mark: "yes"}, outcome="unchanged", sent=[])


def test_an_officer_sees_who_did_not_return_and_asks(
    page: Page, live_server: Any, client: Any
) -> None:
    authority = AuthorityFactory()
    last = Period.latest_ended(timezone.localdate())
    kestrel, harbour = college(authority, "Kestrel College"), college(authority, "Harbour College")
    for source, many in ((kestrel, 14), (harbour, 8)):
        tells(source, last.previous(), leaver=many, joiner=many // 2, at_risk=6)
    tells(harbour, last, leaver=9, joiner=6, at_risk=5)
    BaselineFactory(source=kestrel, year=last.year - 1, figure=120)
    ServiceLevelFactory(authority=authority, provider=kestrel.provider)
    RouteFactory(authority=authority)
    sign_in_as(page, live_server, client, member(Role.DATA_MANAGER, authority=authority))

    page.goto(f"{live_server.url}/files/")
    page.get_by_role("link", name="Drop-outs").click()
    expect(page.get_by_role("heading", name="Returns of drop-outs", level=1)).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("link", name="Not sent 1").click()
    page.get_by_role("link", name=f"Kestrel College, {last.label}").click()
    page.get_by_role("button", name="Remind").click()
    expect(page.get_by_text("A reminder has gone to data@college.test")).to_be_visible()
    expect(page.get_by_text("to answer the reminder")).to_be_visible()
    Chase.objects.update(at=timezone.now() - timedelta(days=14))
    page.reload()
    page.get_by_role("button", name="Escalate").click()
    expect(page.get_by_text("It was escalated to Ines Okafor")).to_be_visible()
    right_at_any_width(page)

    page.get_by_role("link", name="Figures").last.click()
    expect(page.get_by_role("heading", name="Drop-outs in figures")).to_be_visible()
    right_at_any_width(page)
    for path, heading in (
        ("retention/", "Retention"),
        ("retention/load/", "Load retention figures"),
        ("service-levels/", "Service level agreements"),
        ("service-levels/new/", "Write down a service level agreement"),
        ("without-agreement/", "Without an agreement"),
        ("toolkit/new/", "Write what your providers read"),
    ):
        page.goto(f"{live_server.url}/dropouts/{path}")
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        right_at_any_width(page)


@pytest.mark.long
def test_a_college_reads_why_how_and_where(page: Page, live_server: Any, client: Any) -> None:
    authority = AuthorityFactory()
    RouteFactory(authority=authority)
    seat = seated(Role.SCHOOL_DATA_MANAGER, provider=ProviderFactory(), authority=authority)
    sign_in_as(page, live_server, client, seat.user)

    page.goto(f"{live_server.url}/portal/dropouts/")
    page.get_by_role("link", name="Why we ask").click()
    expect(page.get_by_role("heading", name="Telling us who joins")).to_be_visible()
    right_at_any_width(page)
