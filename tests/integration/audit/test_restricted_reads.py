"""Any read of a restricted record leaves a line about it, in lists too (PIA-07)."""

import pytest
from guardian.shortcuts import assign_perm

from caseload.models import RestrictionLevel
from ccis.access.roles import Role
from ccis.audit.models import TrailDetail, TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import NameFactory, YoungPersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = member(Role.DATA_MANAGER, authority=AuthorityFactory())
    client.force_login(user)
    return user


@pytest.fixture
def restricted(officer):
    person = YoungPersonFactory(restriction_level=RestrictionLevel.HIGH_PROFILE)
    NameFactory(person=person, given="Leilani", family="Novak")
    NameFactory(person=YoungPersonFactory(), given="Leilani", family="Novak")
    assign_perm("caseload.open_restricted_record", officer, person)
    return person


def pages_seen(person):
    lines = TrailEntry.objects.filter(verb="person seen").order_by("pk")
    assert set(lines.values_list("subject_id", flat=True)) <= {person.pk}
    found = dict(TrailDetail.objects.values_list("entry_id", "details"))
    return [found[line.pk]["page"] for line in lines]


def test_the_list_of_people(client, restricted):
    client.get("/people/")

    assert pages_seen(restricted) == ["people"]


def test_search_and_those_opened_lately(client, restricted):
    client.post("/search/", {"q": "Leilani Novak"}, follow=True)
    assert pages_seen(restricted) == ["search"]

    client.get(f"/people/{restricted.ref}/")
    client.get("/search/")
    assert pages_seen(restricted) == ["search", "story", "recent"]


def test_people_near_someone_who_is_to_be_added(client, restricted):
    answers = {"given": "Leilani", "family": "Novak"}
    response = client.post("/people/new/", answers, follow=True)

    assert response.status_code == 200
    assert "Novak" in response.content.decode()
    assert pages_seen(restricted) == ["near"]
