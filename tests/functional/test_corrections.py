"""A wrong address: said on a phone with the code of a letter, put right by an officer, answered."""

from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from ccis.access.references import show_reference
from ccis.access.roles import Role
from optout.actions import codes
from optout.letters.choosing import stops
from optout.models import Correction, Message
from tests.factories.accounts import member
from tests.factories.caseload import complete_person
from tests.functional.browsing import nothing_for_axe, right_at_any_width, sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.mark.long
def test_a_wrong_address_is_put_right_and_answered(
    page: Page, live_server: Any, client: Any
) -> None:
    cache.clear()
    person = complete_person()
    code = codes.make(person, by=None, at=timezone.now())
    officer = member(Role.TRACKING_OFFICER, authority=person.lead_authority)

    def letters_wait() -> bool:
        return (
            person.pk
            in dict(stops([person.pk], user=officer, on=timezone.localdate()))["correction"]
        )

    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}/choices/{code}/")
    page.get_by_label("Tell you something is wrong").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("My address").check()
    page.get_by_label("What should it be?").fill("3 Elm Way\nNorthgate\nng2 1ab")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert letters_wait()

    sign_in_as(page, live_server, client, officer)
    page.goto(f"{live_server.url}/requests/")
    page.get_by_role("link", name="Corrections", exact=True).click()
    expect(page.get_by_text("1 correction to decide")).to_be_visible()
    right_at_any_width(page)
    correction = Correction.objects.get()
    page.get_by_role("link", name=show_reference(correction.ref)).click()
    expect(page.get_by_text("Nobody was sent it.")).to_be_visible()
    right_at_any_width(page)
    page.get_by_role("button", name="Decline").click()
    page.get_by_role("button", name="Decline and answer").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    nothing_for_axe(page)
    page.get_by_role("link", name="Back", exact=True).click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_label("Address line 1")).to_have_value("3 Elm Way")
    right_at_any_width(page)
    page.get_by_role("button", name="Put it right and answer").click()
    expect(page.get_by_text("The answer is written, to be sent")).to_be_visible()
    right_at_any_width(page)
    assert not letters_wait()
    assert Message.objects.filter(kind="answer", request=correction.request).exists()
    page.get_by_role("link", name="What the record says now").click()
    reference = show_reference(correction.request.ref)
    expect(page.get_by_text(f"told by the young person, request {reference}").first).to_be_visible()
    expect(page.get_by_text("3 Elm Way").first).to_be_visible()
