"""Staff of several authorities say which one they are working for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ccis.access.middleware import SESSION_KEY
from ccis.access.roles import Role
from tests.factories.accounts import MembershipFactory, member
from tests.factories.authorities import BARNET, CROYDON, AuthorityFactory

pytestmark = pytest.mark.django_db

PAGE = "/authority/"
POLICY = "/settings/policy/"


@pytest.fixture
def user():
    user = member(Role.ADMINISTRATOR)
    MembershipFactory(
        user=user, authority=AuthorityFactory(code=BARNET), role=Role.DATA_MANAGER.value
    )
    return user


@pytest.fixture
def desk(client, user):
    client.force_login(user)
    return client


def working_for(desk):
    return desk.get(POLICY).context_data["authority"].code


def test_the_one_that_they_joined_first_until_one_is_chosen(desk):
    assert working_for(desk) == CROYDON


def test_the_choice_is_kept_for_the_session(desk):
    desk.post(PAGE, {"authority": BARNET})

    assert desk.session[SESSION_KEY] == BARNET
    assert working_for(desk) == BARNET


def test_only_ones_own_can_be_chosen(desk):
    AuthorityFactory(code="202")

    response = desk.post(PAGE, {"authority": "202"})

    assert response.status_code == 200
    assert working_for(desk) == CROYDON


def test_nothing_chosen_is_said(desk):
    response = desk.post(PAGE, {})

    assert "Select the authority that you are working for" in response.content.decode()


def test_a_choice_ends_with_the_membership(desk, user):
    desk.post(PAGE, {"authority": BARNET})
    user.memberships.filter(authority__code=BARNET).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )

    assert working_for(desk) == CROYDON


def test_what_one_may_do_is_what_one_may_do_there(desk):
    desk.post(PAGE, {"authority": CROYDON})
    assert desk.get("/settings/policy/change/").status_code == 200

    desk.post(PAGE, {"authority": BARNET})
    assert desk.get("/settings/policy/change/").status_code == 403
