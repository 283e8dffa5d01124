"""What starts the time of a list: that it was shown, and nothing else (LC-18)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from providers.portal.todo import to_do
from sharing.actions import portal
from tests.factories.agreements import NamedPersonFactory
from tests.factories.outcomes import released
from tests.factories.portal import seated
from tests.factories.sharing import ready

pytestmark = pytest.mark.django_db


def test_asking_for_the_head_of_a_page_starts_no_time_and_seeing_it_does(client):
    world = ready()
    (one,) = released(world, received=False, at=timezone.now() - timedelta(hours=1))
    client.force_login(world.named)
    theirs = f"/portal/list/{one.row.ref[:4]}-{one.row.ref[4:]}/"
    client.head("/portal/list/")  # which begins a session and no more
    for address in ("/portal/list/", theirs):
        assert client.head(address).status_code == 200
        assert client.options(address).status_code == 200
        one.refresh_from_db()
        assert one.received_at is None, address

    client.get("/portal/list/")

    one.refresh_from_db()
    assert one.received_at is not None


def test_a_list_whose_time_runs_since_delivery_is_new_until_somebody_there_sees_it(client):
    world = ready(clock="delivery")
    colleague = seated(provider=world.provider, authority=world.authority)
    NamedPersonFactory(agreement=world.version.agreement, email=colleague.user.email)
    now = timezone.now()
    (one,) = released(world, received=False, at=now - timedelta(hours=1))
    assert one.received_at is not None
    portal.grant(colleague.user)

    def new():
        seats = (world.named.seats.get(), colleague)
        return [[todo.title for todo in to_do(seat, now)] for seat in seats]

    client.force_login(world.named)
    client.head("/portal/list/")  # which begins a session and no more
    client.head("/portal/list/")
    assert new() == [["See your new list"]] * 2

    client.get("/portal/list/")

    assert new() == [[], []]
