"""Getting in: invited, a password, a second factor, the first search. And the pages of who may."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from ccis.access.roles import Role
from ccis.accounts import lockout
from ccis.accounts.models import SignIn, User
from ccis.authorities.models import Authority
from tests.factories.accounts import InvitationFactory, MembershipFactory, member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import NameFactory, YoungPersonFactory
from tests.factors import code_at
from tests.functional.browsing import (
    idle_for,
    nothing_for_axe,
    right_at_any_width,
    sign_in_as,
    warning,
)

pytestmark = [pytest.mark.django_db(transaction=True)]

PASSWORD = "three quiet otters swim"


@pytest.fixture
def here() -> Authority:
    return AuthorityFactory()


@pytest.fixture
def administrator(here: Authority) -> User:
    return member(Role.ADMINISTRATOR, authority=here, user__name="Ada Field")


@pytest.fixture
def desk(page: Page, live_server: Any, client: Any, administrator: User) -> Page:
    """A browser in which an administrator is signed in."""
    sign_in_as(page, live_server, client, administrator)
    return page


def test_from_an_invitation_to_the_first_search_and_the_idle_warning(
    desk: Page, browser: Browser, live_server: Any, here: Authority, settings: Any
) -> None:
    person = YoungPersonFactory(lead_authority=here)
    NameFactory(person=person, given="Amara", family="Oduya")
    desk.goto(f"{live_server.url}/settings/users/")
    desk.get_by_role("button", name="Invite someone").click()
    desk.get_by_role("button", name="Send the invitation").click()
    expect(desk).to_have_title(re.compile("^Error: Invite someone"))
    desk.get_by_label("Their name").fill("Tamsin Calloway")
    desk.get_by_label("Their work email address").fill("tamsin.calloway@council.example")
    desk.get_by_label("Tracking officer", exact=True).check()
    desk.get_by_role("button", name="Send the invitation").click()
    expect(desk.get_by_text("Invitation sent.")).to_be_visible()
    expect(desk.get_by_role("link", name="Tamsin Calloway")).to_be_visible()

    settings.CCIS_SECOND_FACTOR = True
    link = next(word for word in str(mail.outbox[0].body).split() if "/invitations/" in word)
    theirs = browser.new_context().new_page()
    theirs.goto(link)
    expect(theirs).to_have_url(f"{live_server.url}/invitations/open/")
    expect(theirs.get_by_text("Ada Field invites you to use this service")).to_be_visible()
    nothing_for_axe(theirs)
    theirs.get_by_label("Choose a password").fill("Password1234")
    theirs.get_by_label("I will keep to these terms").check()
    theirs.get_by_role("button", name="Accept the invitation").click()
    expect(theirs).to_have_title(re.compile("^Error: Join"))
    theirs.get_by_label("Choose a password").fill(PASSWORD)
    theirs.get_by_role("button", name="Accept the invitation").click()

    expect(theirs.get_by_role("heading", name="Set up a second step")).to_be_visible()
    theirs.get_by_role("button", name="Set up an app").click()
    secret = theirs.locator("#app-secret").inner_text().replace(" ", "")
    theirs.get_by_label("Code that your app shows now").fill(code_at(secret=secret))
    theirs.get_by_role("button", name="Continue").click()
    expect(theirs.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
    theirs.get_by_role("button", name="I have kept them").click()

    theirs.clock.install()
    search = theirs.get_by_label("Search: name, date of birth")
    search.fill("Amara Oduya")
    search.press("Enter")
    expect(theirs.get_by_role("link", name="Oduya, Amara")).to_be_visible()
    nothing_for_axe(theirs)

    idle_for(theirs, minutes=18, seconds=5)
    expect(warning(theirs)).to_be_visible()
    theirs.get_by_role("button", name="Stay signed in").click()
    expect(warning(theirs)).to_be_hidden()
    theirs.context.close()


@pytest.mark.long
def test_the_last_administrator_is_told_why_not(
    desk: Page, live_server: Any, administrator: User
) -> None:
    desk.goto(f"{live_server.url}/settings/users/{administrator.ref}/")
    desk.get_by_role("link", name="End Administrator").click()
    desk.get_by_role("button", name="End this role").click()

    expect(desk.get_by_role("alert")).to_contain_text("They are the last administrator here")


@pytest.fixture
def addresses(here: Authority, administrator: User) -> list[str]:
    now = timezone.now()
    invitation = InvitationFactory(
        authority=here, name="Invited Long Ago", invited_at=now - timedelta(days=9)
    )
    away = member(
        Role.ADVISER,
        authority=here,
        leads_team=True,
        user__name="Tamsin Calloway-Featherstonehaugh",
        user__last_login=now - timedelta(days=70),
    )
    for place in ("192.0.2.1", "192.0.2.2"):
        SignIn.objects.create(
            user=away, began_at=now, seen_at=now, address=place, browser="Firefox on Windows"
        )
    MembershipFactory(authority=here, ends_on=timezone.localdate() + timedelta(days=3))
    for _ in range(5):
        lockout.count_failure(away.email, at=now)
    one = f"/settings/users/{away.ref}/"
    return [
        "/settings/",
        "/settings/roles/",
        "/settings/users/",
        "/settings/users/?state=current&use=unused",
        "/settings/users/new/",
        "/settings/users/review/",
        f"/settings/users/invitations/{invitation.ref}/",
        one,
        f"{one}roles/1/change/",
        f"{one}roles/1/end/",
        f"{one}factors/remove/",
        "/invitations/open/",
        "/settings/policy/",
    ]


@pytest.mark.long
def test_users_and_roles_have_nothing_for_axe_to_find(
    desk: Page, live_server: Any, addresses: list[str]
) -> None:
    cache.clear()
    for address in addresses:
        opened = desk.goto(live_server.url + address)
        assert opened is not None
        assert opened.ok, address
        right_at_any_width(desk)
