"""The demo's young people were written to, and some have answered."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from caseload.demo.further import Made
from ccis.access.roles import Role
from optout import demo
from optout.letters.models import Batch
from optout.models import Request
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import complete_person
from tests.factories.letters import ProviderListFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

NEET = "610"


def test_a_posted_batch_a_code_that_works_and_a_queue_of_every_kind(client):
    cache.clear()
    council = AuthorityFactory()
    ProviderListFactory(
        authority=council,
        providers=ProviderFactory.create_batch(2, authority=council, kind="training"),
    )
    for _ in range(8):
        complete_person(lead_authority=council, code=NEET)
    mailboxes = ("dana.achterberg", "ines.governance", "tom.officer")
    staff = {name: member(Role.TRACKING_OFFICER, authority=council) for name in mailboxes}
    demo.make(Made(council, staff, timezone.localdate(), timezone.now()))

    batch = Batch.objects.get()
    assert (batch.state, batch.letters.filter(skipped="").count()) == ("posted", 8)
    assert batch.stored_id
    assert set(Request.objects.values_list("kind", flat=True)) == set(Request.Kind.values)
    assert Request.objects.late(timezone.localdate()).count() == 1
    opened = client.get(f"/choices/{demo.CODE}/", follow=True).content.decode()
    assert "one of 2 organisations that offer free help" in opened
    assert "your phone number" in opened
