"""The register of policy documents: versions follow each other, and what is over covers nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseload.policies import actions
from caseload.policies.models import PolicyDocument
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory

pytestmark = pytest.mark.django_db


def desk(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_version_ends_the_one_before_and_covers_its_conditions_while_in_force():
    here, today = AuthorityFactory(), timezone.localdate()
    client = desk(member(Role.INFORMATION_GOVERNANCE, authority=here))
    said = {
        "title": "Special category data", "version": "1", "conditions": ["g-6", "10-6"],
        "covers": "Ethnicity and offences", "kept_at": "In the safe",
        "starts_on": "1/1/2025", "review_on": "1/1/2099",
    }  # fmt: skip
    new = reverse("policies:new")
    assert client.post(new, said).status_code == 302
    assert "begins on that day or later" in client.post(new, said).content.decode()
    second = said | {"version": "2", "starts_on": "1/1/2026", "conditions": ["g-6"]}
    client.post(new, second)

    first, newest = PolicyDocument.objects.order_by("starts_on")
    assert first.ends_on is not None
    assert first.ends_on == newest.starts_on - timedelta(days=1)
    words = newest.words

    def covers(condition, authority=here, on=today, document=words):
        return actions.covers(authority, document, condition, on=on)

    assert covers("g-6")
    assert not covers("10-6")
    assert not covers("g-6", document=first.words)
    assert not covers("g-6", on=newest.starts_on - timedelta(days=1))
    assert not covers("g-6", authority=AuthorityFactory(code=BARNET))
    assert actions.choices(here, on=today) == [(words, words)]
    page = client.get(reverse("policies:documents")).content.decode()
    assert "In force" in page
    assert "statutory and government purposes" in page
    end = reverse("policies:end", args=[newest.ref])
    assert "on or after its first" in client.post(end, {"on": "1/1/2025"}).content.decode()
    client.post(end, {"on": f"{today - timedelta(days=1):%d/%m/%Y}"})
    assert not covers("g-6")
    assert {"policy document registered", "policy document ended"} <= set(
        TrailEntry.objects.values_list("verb", flat=True)
    )
    manager = desk(member(Role.DATA_MANAGER, authority=here))
    assert manager.get(reverse("policies:documents")).status_code == 403
    stranger = desk(member(Role.INFORMATION_GOVERNANCE, authority=AuthorityFactory(code=BARNET)))
    assert stranger.get(end).status_code == 404
