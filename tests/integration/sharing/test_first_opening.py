"""What starts the time of a list: that it was shown, and nothing else (LC-18)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.outcomes import released
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
