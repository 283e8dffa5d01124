"""Two officers and an organisation, from the agreement to the outcome, and each other end.

The letters were posted before the story begins: their notice takes weeks (tests/functional/
test_letters.py plays them). Everything else is done here as its people would.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from ccis.access.references import show_reference
from ccis.access.roles import Role
from optout.actions import choices
from optout.models import Statement
from sharing.agreements.models import Gateway
from sharing.agreements.queries import terms_of
from sharing.agreements.rules import State
from sharing.destruction.models import Confirmation
from sharing.models import DisclosedRow, Disclosure, EndedBecause
from sharing.triage import actions as triage
from sharing.triage.rules import Row
from tests.factories.accounts import member
from tests.factories.agreements import whole_version
from tests.factories.authorities import AuthorityFactory
from tests.factories.portal import SeatFactory
from tests.factories.sharing import AT, Ready
from tests.functional.browsing import nothing_for_axe, sign_in_as

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
def world() -> Ready:
    """An agreement that both sides have signed, and that is not yet in force."""
    authority = AuthorityFactory()
    Gateway.objects.get_or_create(code="esa-2008-s68", defaults={"name": "Section 68"})
    named = member(Role.NAMED_INDIVIDUAL, authority=authority)
    version = whole_version(State.SIGNED, emails=(named.email,), agreement__authority=authority)
    SeatFactory(user=named, provider=version.agreement.provider, authority=authority)
    terms = terms_of(version.agreement, on=AT.date())
    assert terms is None
    return Ready(
        authority=authority,
        provider=version.agreement.provider,
        version=version,
        terms=terms,  # type: ignore[arg-type]  # there are none yet
        named=named,
        drafter=member(Role.DATA_MANAGER, authority=authority),
        releaser=member(Role.INFORMATION_GOVERNANCE, authority=authority),
    )


def test_from_a_signed_agreement_to_each_end_of_a_list(world: Ready, desk: Desk) -> None:
    first, second, theirs = desk(world.drafter), desk(world.releaser), desk(world.named)
    agreement = show_reference(world.version.agreement.ref)
    for _ in range(4):
        world.person()

    # It comes into force.
    second.goto(f"/sharing/agreements/{agreement}/")
    second.get_by_role("button", name="Put in force").click()
    expect(second.get_by_text("In force").first).to_be_visible()

    # Someone is accepted by a person, and another person lets the list go.
    strand = triage.begin(
        authority=world.authority, provider=world.provider, purpose="support", name="Seventeen",
        by=world.drafter, at=timezone.now(),
    )  # fmt: skip
    met = Row("any", tuple(f"age:{age}" for age in range(13, 25)))
    made = triage.add_row(strand, met, by=world.drafter, at=timezone.now())
    triage.use(strand, places=10, note="", number=made.number, by=world.drafter, at=timezone.now())
    first.goto("/sharing/triage/")
    expect(first.get_by_role("link", name="4 can be shared now")).to_be_visible()
    for box in first.get_by_role("checkbox").all():
        box.check()
    first.get_by_role("button", name="Accept ticked").click()
    first.get_by_role("button", name="Prepare the list").click()
    expect(first.get_by_text("else must release it")).to_be_visible()
    second.goto("/sharing/lists/")
    second.get_by_role("link", name=world.provider.name).click()
    second.get_by_role("button", name="Release").click()
    second.get_by_role("button", name="Release 4 people").click()
    expect(second.get_by_text("4 people are now on the list")).to_be_visible()

    # The organisation opens it, and says what became of one of them.
    theirs.goto("/portal/list/")
    expect(theirs.get_by_text("4 people")).to_be_visible()
    helped, silent, refusing, left = Disclosure.objects.order_by("pk")
    assert helped.received_at is not None
    row = theirs.locator(f"#row-{helped.row.ref}")
    row.get_by_role("button", name="Spoke").click()
    expect(row).to_contain_text("1 try")
    row.get_by_text("Outcome").click()
    row.get_by_role("link", name="In touch, and we are helping").click()
    theirs.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Working with you")
    second.goto(f"/people/{show_reference(helped.person.ref)}/sharing/")
    expect(second.get_by_text("Outcome given").first).to_be_visible()

    # Fifteen working days of silence: gone at the stroke.
    Disclosure.objects.filter(pk=silent.pk).update(ends_at=timezone.now())
    theirs.goto("/portal/list/")
    expect(theirs.get_by_text("3 people")).to_be_visible()

    # An objection on the third day: gone at once, and they are asked to destroy what they have.
    choices.record(
        person=refusing.person, says=Statement.Says.NO, providers=None,
        said_on=timezone.localdate(), said_by="own", channel="phone", by=world.drafter,
        at=timezone.now(),
    )  # fmt: skip
    refusing.refresh_from_db()
    assert refusing.ended_because == EndedBecause.OBJECTION
    theirs.reload()
    expect(theirs.get_by_text("2 people", exact=False).first).to_be_visible()
    expect(theirs.locator(f"#row-{DisclosedRow.objects.get(disclosure=left).ref}")).to_be_visible()
    theirs.get_by_role("button", name="Confirm destruction").click()
    theirs.get_by_role("link", name=f"List {show_reference(refusing.on_list.ref)}").click()
    theirs.get_by_label("What was destroyed, and how?").fill("One printed page, shredded")
    theirs.get_by_label("Your full name").fill("Ines Okafor")
    theirs.get_by_label("I confirm that every copy is destroyed").check()
    nothing_for_axe(theirs)
    theirs.get_by_role("button", name="Confirm").click()
    expect(theirs.get_by_text("The council has been told")).to_be_visible()
    assert Confirmation.objects.filter(on_list=refusing.on_list).exists()

    # The agreement is suspended: nobody there reads anything from then on.
    second.goto(f"/sharing/agreements/{agreement}/")
    second.get_by_role("button", name="Suspend").click()
    second.get_by_label("Why?").fill("A laptop was stolen")
    second.get_by_role("button", name="Suspend it now").click()
    expect(second.get_by_text("Suspended. Access has ended")).to_be_visible()
    theirs.goto("/portal/list/")
    expect(theirs.get_by_text("There is no one on your list")).to_be_visible()
    assert not Disclosure.objects.live(timezone.now()).exists()
    helped.refresh_from_db()
    assert helped.ended_because == EndedBecause.AGREEMENT

    # Who has had this child's data: all of it stands in the ledger.
    second.goto("/sharing/ledger/")
    expect(second.get_by_role("link", name="0 live now")).to_be_visible()
    for page in (first, second, theirs):
        page.context.close()
