"""A provider's first day, on a phone: from an emailed link to an outcome (LC-09, LC-10, LC-13).

What the council does meanwhile is done by its actions: its pages have walks of their own.
"""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from ccis.access.references import show_reference
from ccis.access.roles import Role
from ccis.accounts.models import TermsAcceptance
from ccis.accounts.terms import TERMS
from sharing.actions import lists
from sharing.agreements.actions import letting_in, making, returning, steps
from sharing.agreements.models import AnnexA, Gateway, Version
from sharing.agreements.queries import terms_of
from sharing.agreements.rules import State
from sharing.models import Disclosure
from sharing.outcomes.models import Answer, Attempt
from tests.factories.accounts import member
from tests.factories.agreements import whole_version
from tests.factories.authorities import AuthorityFactory
from tests.factories.sharing import Ready
from tests.factors import code_at
from tests.functional.browsing import nothing_for_axe, right_at_any_width

pytestmark = [pytest.mark.django_db(transaction=True)]

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
IS_ON_TOP = """one => {
  const box = one.getBoundingClientRect();
  return one.contains(document.elementFromPoint(box.x + 5, box.y + 5));
}"""
EMAIL = "ines.okafor@harbour.example"
PASSWORD = "three quiet otters swim"


@pytest.fixture
def sent() -> Version:
    """An agreement that waits for a new organisation; it names its first person, approved."""
    Gateway.objects.get_or_create(code="esa-2008-s68", defaults={"name": "Section 68"})
    version = whole_version(
        State.SENT,
        emails=(EMAIL,),
        agreement__authority=AuthorityFactory(),
        agreement__provider__name="Harbour Lane Skills",
        agreement__title="Support for young people",
    )
    AnnexA.objects.filter(version=version).delete()
    version.agreement.people.update(name="Ines Okafor")
    return version


def invited(version: Version, address: str) -> str:
    """The link in the email that the council sends them."""
    letting_in.invite(
        version.agreement.people.get(),
        by=member(Role.INFORMATION_GOVERNANCE, authority=version.agreement.authority),
        at=timezone.now(),
        link_to=lambda token: f"{address}/invitations/{token}/",
        service="the service",
    )
    (message,) = mail.outbox
    assert message.to == [EMAIL]
    return next(word for word in str(message.body).split() if "/invitations/" in word)


def come_in(page: Page, link: str) -> None:
    """A password, the terms, a second step."""
    page.goto(link)
    nothing_for_axe(page)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_label("I will keep to these terms").check()
    page.get_by_role("button", name="Accept the invitation").tap()
    expect(page.get_by_role("heading", name="Set up a second step")).to_be_visible()
    page.get_by_role("button", name="Set up an app").tap()
    secret = page.locator("#app-secret")
    expect(secret).to_be_visible()
    code = code_at(secret=secret.inner_text().replace(" ", ""))
    page.get_by_label("Code that your app shows now").fill(code)
    page.get_by_role("button", name="Continue").tap()
    expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
    page.get_by_role("button", name="I have kept them").tap()


def sign(page: Page) -> None:
    """Their part of the agreement, from what there is to do to the signature."""
    page.get_by_role("link", name="Fill in your part of the agreement and sign it").tap()
    expect(page.get_by_role("heading", name="Support for young people")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("link", name="What you do with the information").tap()
    page.get_by_label("What information will you hold?").fill("Names and phone numbers")
    page.get_by_label("What will you use it for?").fill("Calls, visits and mentoring")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("What is your legal basis").fill("Public task")
    page.get_by_role("button", name="Save").tap()
    page.get_by_role("link", name="Check your answers and sign").tap()
    page.get_by_label("Your position").fill("Centre manager")
    page.get_by_label("I may sign for the organisation").check()
    nothing_for_axe(page)
    page.get_by_role("button", name="Sign the agreement").tap()
    expect(page.get_by_text("Ines Okafor, Centre manager, signed on screen")).to_be_visible()


def put_in_force_and_released(version: Version, *, at: datetime) -> Ready:
    """The council signs what they signed, a second officer approves, and two people are shared."""
    agreement, today = version.agreement, timezone.localdate(at)
    world = Ready(
        authority=agreement.authority,
        provider=agreement.provider,
        version=version,
        terms=None,  # type: ignore[arg-type]  # until it is in force
        named=TermsAcceptance.objects.get().user,
        drafter=member(Role.DATA_MANAGER, authority=agreement.authority),
        releaser=member(Role.INFORMATION_GOVERNANCE, authority=agreement.authority),
    )
    people = [world.person().pk for _ in range(2)]
    making.approve_annex(version, by=world.releaser, at=at)
    returning.countersign(version, council=today, by=world.releaser, at=at)
    version.refresh_from_db()
    steps.put_in_force(version, by=world.releaser, at=at)
    terms = terms_of(agreement, on=today)
    assert terms is not None
    drafted = lists.draft_list(
        authority=world.authority, terms=terms, purpose="support", people=people,
        by=world.drafter, at=at,
    )  # fmt: skip
    lists.release(drafted.list, by=world.releaser, at=at)
    return world


def test_from_the_invitation_to_the_first_outcome(
    browser: Browser, live_server: Any, settings: Any, client: Client, sent: Version
) -> None:
    settings.CCIS_SECOND_FACTOR = True
    begun = timezone.now()
    link = invited(sent, live_server.url)
    page = browser.new_context(**PHONE).new_page()

    come_in(page, link)
    accepted = TermsAcceptance.objects.get(user__email=EMAIL)
    assert accepted.version == TERMS.version
    assert begun < accepted.at < timezone.now()
    expect(page.get_by_role("heading", name="To do", exact=True)).to_be_visible()
    expect(page.get_by_text("Harbour Lane Skills for")).to_be_visible()
    nothing_for_axe(page)
    sign(page)
    world = put_in_force_and_released(sent, at=timezone.now())

    page.get_by_role("button", name="Menu").tap()
    page.get_by_role("link", name="My list").tap()
    expect(page.get_by_text("2 people")).to_be_visible()
    nothing_for_axe(page)
    first, _ = Disclosure.objects.order_by("pk")
    row = page.locator(f"#row-{first.row.ref}")
    row.get_by_role("button", name="Spoke").tap()
    expect(row).to_contain_text("spoke to them, by phone")
    assert Attempt.objects.standing().get().disclosure == first
    name = page.locator(f"#name-{first.row.ref}")
    expect(name).to_be_focused()
    assert name.evaluate(IS_ON_TOP)  # and not under what stays at the head of the screen
    row.get_by_text("Outcome").tap()
    row.get_by_role("link", name="In touch, and we are helping").tap()
    expect(page.get_by_label("Anything else")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_label("Anything else").fill("Comes in on Mondays")
    page.get_by_role("button", name="Save").tap()
    expect(row).to_contain_text("Working with you")
    said = Answer.objects.get(disclosure=first)
    assert (said.outcome, said.by, said.by_name) == ("engaged", world.named, "Ines Okafor")

    settings.CCIS_SECOND_FACTOR = False
    client.force_login(world.drafter)
    seen = client.get(f"/people/{show_reference(first.person.ref)}/sharing/").content.decode()
    assert "Outcome given" in seen
    settings.CCIS_SECOND_FACTOR = True

    for address in ("/portal/", "/portal/people/"):
        page.goto(live_server.url + address)
        right_at_any_width(page)
    page.context.close()
