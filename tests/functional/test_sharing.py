"""Sharing: a list released by a second person, found in the ledger, and one person recalled."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from sharing.actions import lists
from sharing.models import Disclosure, EndedBecause
from tests.factories.optout import StatementFactory
from tests.factories.sharing import ready
from tests.functional.browsing import nothing_for_axe, right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.mark.long
def test_a_list_is_released_by_a_second_person_and_someone_is_recalled(
    page: Page, live_server: Any, client: Any
) -> None:
    world, now = ready(), timezone.now()
    people = [world.person() for _ in range(3)]
    lists.draft_list(
        authority=world.authority,
        terms=world.terms,
        purpose="support",
        people=[one.pk for one in people],
        by=world.drafter,
        at=now - timedelta(hours=1),
    )
    StatementFactory(person=people[0], said_on=timezone.localdate(now))
    sign_in_as(page, live_server, client, world.releaser)

    page.goto(f"{live_server.url}/sharing/")
    expect(page.get_by_text("Nothing is shared like this")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("link", name="Lists waiting for release").click()
    page.get_by_role("link", name=world.provider.name).click()
    expect(page.get_by_text("1 of 3 dropped out since this was prepared")).to_be_visible()
    nothing_for_axe(page)
    right_at_any_width(page)
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_text("You cannot undo this")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Release 2 people").click()
    expect(page.get_by_text("2 people are now on the list")).to_be_visible()
    assert Disclosure.objects.live(timezone.now()).count() == 2

    page.goto(f"{live_server.url}/sharing/ledger/")
    expect(page.get_by_role("link", name="2 live now")).to_be_visible()
    nothing_for_axe(page)
    right_at_any_width(page)
    shared = Disclosure.objects.order_by("pk").first()
    assert shared is not None
    reference = f"{shared.person.ref[:4]}-{shared.person.ref[4:]}"
    page.goto(f"{live_server.url}/people/{reference}/sharing/?may=yes")
    expect(page.get_by_text("Nobody there has opened the list")).to_be_visible()
    expect(page.get_by_text("They are shared with an organisation already").first).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Recall").click()
    page.get_by_label("Why are you taking them off the list?").fill("On the wrong list")
    nothing_for_axe(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Recall now").click()
    expect(page.get_by_text("Taken off the list")).to_be_visible()
    nothing_for_axe(page)
    shared.refresh_from_db()
    assert shared.ended_because == EndedBecause.RECALLED
    assert Disclosure.objects.live(timezone.now()).count() == 1
    page.goto(f"{live_server.url}/sharing/")
    expect(page.get_by_role("cell", name=world.provider.name)).to_be_visible()
