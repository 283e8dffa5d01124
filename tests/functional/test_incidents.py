"""An incident: recorded, who is affected found, assessed, and decided, on a desk and a phone."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from sharing.actions import lists
from tests.factories.sharing import ready
from tests.functional.browsing import nothing_for_axe, right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_an_incident_is_recorded_and_who_is_affected_is_assessed(
    page: Page, live_server: Any, client: Any
) -> None:
    world, now = ready(), timezone.now()
    drafted = lists.draft_list(
        authority=world.authority,
        terms=world.terms,
        purpose="support",
        people=[world.person().pk, world.person().pk],
        by=world.drafter,
        at=now - timedelta(hours=2),
    ).list
    lists.release(drafted, by=world.releaser, at=now - timedelta(hours=1))
    sign_in_as(page, live_server, client, world.releaser)

    page.goto(f"{live_server.url}/sharing/")
    page.get_by_role("link", name="Open incidents").click()
    page.get_by_role("button", name="Record an incident").click()
    expect(page.get_by_role("heading", name="Record an incident")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    page.get_by_label("Sent or shown to whoever should not have it").check()
    page.get_by_label("In a few words").fill("A list sent to the wrong address")
    page.get_by_label("Organisation that it happened at").select_option(label=world.provider.name)
    page.get_by_label("Somebody here").check()
    page.get_by_label("Their name and position").fill("Priya Nair, data manager")
    page.get_by_label("Yesterday").check()
    page.get_by_label("At what time?").fill("11:30pm")
    page.get_by_label("What happened?").fill("It went to another organisation")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("left to tell the regulator")).to_be_visible()
    right_at_any_width(page)

    page.get_by_role("link", name="Who is affected, and the risk to each").click()
    page.get_by_role("button", name="Work out who is affected").click()
    expect(page.get_by_role("heading", name="Work out who is affected")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_label("List (optional)").fill(drafted.ref)
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_text("2 people are affected").first).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("button", name="Assess everyone not assessed (2)").click()
    page.get_by_label("A risk is unlikely").check()
    page.get_by_label("Why?").fill("It was got back unopened")
    nothing_for_axe(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("2 people assessed")).to_be_visible()
    right_at_any_width(page)

    page.get_by_role("link", name="Incident", exact=True).click()
    page.get_by_role("link", name="Tell the regulator?").click()
    page.get_by_label("No", exact=True).check()
    page.get_by_label("A risk to anybody is unlikely").check()
    page.get_by_label("Why is that right?").fill("Nobody opened it")
    nothing_for_axe(page)
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("The regulator need not be told")).to_be_visible()
    nothing_for_axe(page)
    page.goto(f"{live_server.url}/governance/incidents/")
    expect(page.get_by_text("1 open incident")).to_be_visible()
    right_at_any_width(page)
