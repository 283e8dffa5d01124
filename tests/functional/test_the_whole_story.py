"""Two officers, an organisation and a young person, from the agreement to each of its ends.

Time passes from day to day, for the site and for its database: no end is dated by hand. The story
begins with an agreement that was sent to be signed and with printed letters. What leads there is
walked elsewhere: the agreement in test_agreements.py (and step by step in tests/integration/
agreements/test_pages.py), the letters in test_letters.py. So are other ways to say no, in
test_on_a_phone.py and test_opting_out.py. Whom the organisation is for is written without its page.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from ccis.access.references import show_reference
from ccis.access.roles import Role
from ccis.accounts.models import User
from ccis.calendar.words import LONDON
from optout.actions import codes
from optout.letters.models import Batch
from sharing.agreements.models import Gateway
from sharing.agreements.queries import terms_of
from sharing.agreements.rules import State
from sharing.destruction.models import Confirmation
from sharing.models import Disclosure, EndedBecause
from sharing.triage import actions as triage
from sharing.triage.rules import Row
from tests.factories.accounts import member
from tests.factories.agreements import whole_version
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import complete_person
from tests.factories.letters import (
    BatchFactory,
    LetterFactory,
    ProviderListFactory,
    VersionFactory,
)
from tests.factories.portal import SeatFactory
from tests.factories.sharing import LETTER_COLUMNS, Ready
from tests.functional.browsing import nothing_for_axe, sign_in_as
from tests.functional.clock import Clock, clock_of_a_story

pytestmark = [pytest.mark.django_db(transaction=True)]

Desk = Callable[[User], Page]

POSTED = datetime(2026, 11, 12, 10, tzinfo=LONDON)
RELEASED = datetime(2026, 12, 10, 10, tzinfo=LONDON)
OPENED = datetime(2026, 12, 11, 10, tzinfo=LONDON)
"""A Friday: between it and the fifteenth working day lie Christmas and New Year."""
THIRD_DAY = datetime(2026, 12, 16, 10, tzinfo=LONDON)
FIFTEENTH_DAY_ENDS = datetime(2027, 1, 7, tzinfo=LONDON)
LAST_MINUTE = datetime(2027, 1, 6, 23, 59, tzinfo=LONDON)


@pytest.fixture
def clock(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    with clock_of_a_story(POSTED, monkeypatch) as moved:
        yield moved


@pytest.fixture
def desk(browser: Browser, live_server: Any) -> Iterator[Desk]:
    """A browser of somebody's own, signed in anew: no session lasts from one day to another."""
    pages: dict[int, Page] = {}

    def at_work(user: User) -> Page:
        if user.pk not in pages:
            pages[user.pk] = browser.new_context(base_url=live_server.url).new_page()
        sign_in_as(pages[user.pk], live_server, Client(), user)
        return pages[user.pk]

    yield at_work
    for page in pages.values():
        page.context.close()


@pytest.fixture
def world(clock: Clock) -> Ready:
    """An agreement that was sent to be signed, and letters that are printed."""
    cache.clear()
    authority = AuthorityFactory()
    Gateway.objects.get_or_create(code="esa-2008-s68", defaults={"name": "Section 68"})
    named = member(Role.NAMED_INDIVIDUAL, authority=authority)
    version = whole_version(State.SENT, emails=(named.email,), agreement__authority=authority)
    provider = version.agreement.provider
    SeatFactory(user=named, provider=provider, authority=authority)
    terms = terms_of(version.agreement, on=POSTED.date())
    assert terms is None
    world = Ready(
        authority=authority,
        provider=provider,
        version=version,
        terms=terms,  # type: ignore[arg-type]  # there are none yet
        named=named,
        drafter=member(Role.DATA_MANAGER, authority=authority),
        releaser=member(Role.INFORMATION_GOVERNANCE, authority=authority),
    )
    batch = BatchFactory(
        authority=authority,
        provider_list=ProviderListFactory(authority=authority, providers=[provider]),
        state="printed",
        approved_by=world.releaser,
        approved_at=timezone.now(),
        sharing_from=date(2026, 12, 8),
    )
    letter = VersionFactory(template=batch.template, columns=LETTER_COLUMNS)
    for _ in range(3):
        LetterFactory(person=complete_person(lead_authority=authority), batch=batch, version=letter)
    return world


def test_from_an_agreement_to_each_end_of_a_list(
    world: Ready, clock: Clock, desk: Desk, browser: Browser, live_server: Any
) -> None:
    agreement = f"/sharing/agreements/{show_reference(world.version.agreement.ref)}/"

    # What both have signed comes into force, and the letters go out.
    second = desk(world.releaser)
    second.goto(f"{agreement}sign/")
    second.get_by_label("The signed copy").set_input_files(
        {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 signed"}
    )
    second.get_by_label("When did the council sign?").fill("12/11/2026")
    second.get_by_label("When did the organisation sign?").fill("11/11/2026")
    second.get_by_role("button", name="Keep it").click()
    second.get_by_role("button", name="Put in force").click()
    expect(second.get_by_text("In force").first).to_be_visible()
    first = desk(world.drafter)
    batch = Batch.objects.get()
    first.goto(f"/letters/batches/{batch.ref}/posted/")
    first.get_by_role("button", name="Mark as posted").click()
    expect(first.get_by_text("3 letters recorded as posted")).to_be_visible()

    # Their notice has run: one officer accepts them, and another lets the list go.
    clock.set(RELEASED)
    first, second = desk(world.drafter), desk(world.releaser)
    strand = triage.begin(
        authority=world.authority, provider=world.provider, purpose="support", name="Seventeen",
        by=world.drafter, at=timezone.now(),
    )  # fmt: skip
    met = Row("any", tuple(f"age:{age}" for age in range(13, 25)))
    made = triage.add_row(strand, met, by=world.drafter, at=timezone.now())
    triage.use(strand, places=10, note="", number=made.number, by=world.drafter, at=timezone.now())
    first.goto("/sharing/triage/")
    expect(first.get_by_role("link", name="3 can be shared now")).to_be_visible()
    for box in first.get_by_role("checkbox").all():
        box.check()
    first.get_by_role("button", name="Accept ticked").click()
    first.get_by_role("button", name="Prepare the list").click()
    expect(first.get_by_text("else must release it")).to_be_visible()
    second.goto("/sharing/lists/")
    second.get_by_role("link", name=world.provider.name).click()
    second.get_by_role("button", name="Release").click()
    second.get_by_role("button", name="Release 3 people").click()
    expect(second.get_by_text("3 people are now on the list")).to_be_visible()

    # The organisation opens it the next day, and says what became of one of them.
    clock.set(OPENED)
    theirs, second = desk(world.named), desk(world.releaser)
    theirs.goto("/portal/list/")
    expect(theirs.get_by_text("3 people")).to_be_visible()
    helped, silent, refusing = Disclosure.objects.order_by("pk")
    assert helped.received_at is not None
    row = row_of(theirs, helped)
    row.get_by_role("button", name="Spoke").click()
    expect(row).to_contain_text("1 try")
    row.get_by_text("Outcome").click()
    row.get_by_role("link", name="In touch, and we are helping").click()
    theirs.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Working with you")
    second.goto(f"/people/{show_reference(helped.person.ref)}/sharing/")
    expect(second.get_by_text("Outcome given").first).to_be_visible()

    # An objection on the third day: gone at once, and they are asked to destroy what they have.
    clock.set(THIRD_DAY)
    theirs = desk(world.named)
    theirs.goto("/portal/list/")
    expect(row_of(theirs, refusing)).to_be_visible()
    code = codes.make(refusing.person, by=None, at=timezone.now())
    phone = browser.new_context(base_url=live_server.url).new_page()
    phone.goto(f"/choices/{code}/")
    phone.get_by_label("Stop sharing my details with all of them").check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", name="We have stopped")).to_be_visible()
    phone.context.close()
    refusing.refresh_from_db()
    assert refusing.ended_because == EndedBecause.OBJECTION
    assert refusing.ends_at.date() == THIRD_DAY.date()
    theirs.reload()
    expect(row_of(theirs, silent)).to_be_visible()
    expect(row_of(theirs, refusing)).to_have_count(0)
    theirs.get_by_role("button", name="Confirm destruction").click()
    theirs.get_by_role("link", name=f"List {show_reference(refusing.on_list.ref)}").click()
    theirs.get_by_label("What was destroyed, and how?").fill("One printed page, shredded")
    theirs.get_by_label("Your full name").fill("Ines Okafor")
    theirs.get_by_label("I confirm that every copy is destroyed").check()
    nothing_for_axe(theirs)
    theirs.get_by_role("button", name="Confirm").click()
    expect(theirs.get_by_text("The council has been told")).to_be_visible()
    assert Confirmation.objects.filter(on_list=refusing.on_list).exists()

    # Fifteen working days of silence: there to the last minute, and gone at the stroke.
    clock.set(LAST_MINUTE)
    theirs = desk(world.named)
    theirs.goto("/portal/list/")
    expect(row_of(theirs, silent)).to_be_visible()
    clock.set(FIFTEENTH_DAY_ENDS)
    theirs.reload()
    expect(row_of(theirs, helped)).to_be_visible()
    expect(row_of(theirs, silent)).to_have_count(0)

    # The agreement is suspended: nobody there reads anything from then on.
    second = desk(world.releaser)
    second.goto(agreement)
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


def row_of(page: Page, one: Disclosure) -> Locator:
    return page.locator(f"#row-{one.row.ref}")
