"""Whoever looks at a young person leaves a line, from every page that shows one (PIA-07)."""

import pytest

from ccis.access.roles import PERMISSIONS, Permission, Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.personal import assert_trail_tells_nothing
from tests.routes import every_route, make_world

pytestmark = pytest.mark.django_db

ABOUT_A_PERSON = [
    route
    for route in every_route()
    if (
        (route.namespace in {"caseload", "letters", "optout", "returns"} and "ref" in route.holders)
        and not route.name.startswith("returns:move")
    )
    or route.name == "intake:row"
]
"""Those of a file that moved in are about many: tests/integration/returns/test_going_live.py."""


def reader_for(permission: Permission) -> Role:
    """The role that may see most among those that hold a permission."""
    able = [role for role in Role if permission in PERMISSIONS[role]]
    return max(able, key=lambda role: len(PERMISSIONS[role]))


@pytest.fixture
def world():
    return make_world(AuthorityFactory())


def test_every_page_about_a_person_leaves_a_line_about_them(client, world):
    silent = []
    for permission in {route.permission for route in ABOUT_A_PERSON}:
        user = member(reader_for(permission), authority=world.authority)
        client.force_login(user)
        about = TrailEntry.objects.filter(
            by_id=user.pk, subject_kind="caseload.youngperson", subject_id=world.person.pk
        )
        for route in ABOUT_A_PERSON:
            if route.permission is not permission:
                continue
            before = about.count()
            status = client.get(route.address(world)).status_code
            if status == 200 and about.count() == before:
                silent.append(route.name)

    assert silent == []
    assert_trail_tells_nothing()


def test_a_page_that_is_refused_leaves_no_line_about_them(client, world):
    client.force_login(member(Role.NAMED_INDIVIDUAL, authority=world.authority))
    before = TrailEntry.objects.filter(subject_id=world.person.pk).count()

    client.get(f"/people/{world.person.ref}/")

    assert TrailEntry.objects.filter(subject_id=world.person.pk).count() == before


def test_a_search_leaves_a_line_without_what_was_typed(client, world):
    user = member(authority=world.authority)
    client.force_login(user)

    response = client.post("/search/", {"q": "Amara Oduya 14/3/2009"}, follow=True)

    assert response.status_code == 200
    assert TrailEntry.objects.filter(verb="search made", by_id=user.pk).count() == 1
    assert_trail_tells_nothing()


def test_a_line_says_from_which_request_it_came(client, world):
    client.force_login(member(authority=world.authority))

    response = client.get(f"/people/{world.person.ref}/")

    line = TrailEntry.objects.filter(verb="person seen").latest("id")
    assert line.request_reference == response.wsgi_request.reference
