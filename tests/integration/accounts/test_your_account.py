"""Everyone sees who they are here, and when they last signed in."""

import pytest

from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import MembershipFactory, UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factors import with_app

pytestmark = pytest.mark.django_db

PAGE = "/account/"


def test_the_page_says_who_one_is(client):
    user = member(Role.ADVISER, leads_team=True)
    client.force_login(user)

    shown = client.get(PAGE).content.decode()

    assert user.name in shown
    assert user.email in shown
    assert f"Adviser, leading a team, for {AuthorityFactory().title}" in shown
    assert "/authority/" not in shown.split("<main")[1].split("</main>")[0]


def test_staff_of_several_authorities_may_choose(client):
    user = member()
    MembershipFactory(user=user, authority=AuthorityFactory(code=BARNET), role=Role.READ_ONLY.value)
    client.force_login(user)

    main = client.get(PAGE).content.decode().split("<main")[1]

    assert "/authority/" in main
    assert "Read only, for" in main


def test_it_lists_the_last_times_that_someone_signed_in_or_tried_to(client):
    user, colleague = member(), member()
    client.post("/sign-in/", {"login": user.email, "password": "a guess"})
    client.post("/sign-in/", {"login": colleague.email, "password": "a guess"})
    client.post("/sign-in/", {"login": user.email, "password": "correct horse battery staple"})

    rows = client.get(PAGE).context_data["sign_ins"]

    assert [what for _, what in rows] == ["Signed in", "Tried to sign in, with a wrong password"]


def test_it_says_what_the_second_step_is(client):
    user = member()
    client.force_login(user)
    assert "Not set up" in client.get(PAGE).content.decode()

    with_app(user)

    shown = client.get(PAGE).content.decode()
    assert "10 recovery codes left" in shown
    assert "/account/second-step/" in shown
    assert "/account/sessions/" in shown


def test_someone_with_no_role_has_an_account_still(client):
    client.force_login(UserFactory())

    assert "Nothing recorded" in client.get(PAGE).content.decode()


def test_signing_out_from_it(client):
    client.force_login(member())

    client.post("/sign-out/")

    assert client.get(PAGE).status_code == 302
    assert TrailEntry.objects.filter(verb="signed out").exists()
