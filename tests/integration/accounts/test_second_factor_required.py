"""Whoever may see personal data proves more than a password, in every session (PIA-13)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from ccis.access.middleware import TO_PROVE, TO_SET_UP
from ccis.access.roles import PERMISSIONS, PORTAL_ROLES, WITHOUT_PERSONAL_DATA, Role
from ccis.accounts.factors.queries import FACTORS
from ccis.accounts.models import Membership
from tests.factories.accounts import MembershipFactory, UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.portal import SeatFactory
from tests.factors import code_at, enter_password, recovery_codes, sign_in, with_app
from tests.passkeys import SoftPasskey, add, browser
from tests.routes import every_route, make_world

pytestmark = pytest.mark.django_db

SET_UP = "/account/second-step/"
AGAIN = "/account/again/code/"
NEEDING = [role for role in Role if PERMISSIONS[role] - WITHOUT_PERSONAL_DATA]


@pytest.fixture(autouse=True)
def _second_step(settings):
    settings.CCIS_SECOND_FACTOR = True
    cache.clear()


def test_every_role_that_sees_people_needs_one():
    assert set(NEEDING) == set(Role)
    assert len(FACTORS) == 2


@pytest.mark.parametrize("role", NEEDING)
def test_after_the_password_each_role_is_led_to_setting_one_up(client, role):
    enter_password(client, member(role))

    for address in ("/", "/people/", "/files/", "/settings/users/"):
        for method in ("get", "post"):
            response = getattr(client, method)(address)
            assert (response.status_code, response.headers.get("Location")) == (302, SET_UP)


def test_after_the_password_nothing_opens_but_setting_one_up(client):
    """Every address of the service, read and posted to: nothing of it happens."""
    world = make_world(AuthorityFactory())
    enter_password(client, member(Role.DATA_MANAGER, authority=world.authority))
    opened = {}
    for route in every_route():
        if route.is_public or route.name in TO_SET_UP:
            continue
        for method in ("get", "post"):
            response = getattr(client, method)(route.address(world))
            if (response.status_code, response.headers.get("Location")) != (302, SET_UP):
                opened[route.name, method] = response.status_code

    assert opened == {}
    assert "Set up a second step" in client.get(SET_UP).content.decode()


@pytest.mark.parametrize("role", NEEDING)
def test_with_the_second_step_each_role_goes_on(client, role):
    person = member(role)
    if role in PORTAL_ROLES:
        place = person.memberships.get().authority
        SeatFactory(user=person, authority=place, role=role.value, made_at=timezone.now())
    sign_in(client, with_app(person))

    assert client.get("/account/").status_code == 200
    assert client.get("/", follow=True).status_code == 200


def test_someone_without_a_role_needs_none(client):
    enter_password(client, UserFactory())

    assert client.get("/account/").status_code == 200


def test_a_role_for_another_authority_counts_too(client):
    user = member(Role.NAMED_INDIVIDUAL)
    MembershipFactory(user=user, authority=AuthorityFactory(code=BARNET), role=Role.READ_ONLY.value)
    enter_password(client, user)

    assert client.get("/account/")["Location"] == SET_UP


def test_a_role_that_has_ended_or_not_begun_does_not(client):
    user, today = UserFactory(), timezone.localdate()
    MembershipFactory(user=user, ends_on=today)
    MembershipFactory(
        user=user, authority=AuthorityFactory(code=BARNET), starts_on=today + timedelta(days=1)
    )
    enter_password(client, user)

    assert client.get("/account/").status_code == 200


def test_setting_one_up_leads_on_to_the_page_that_was_wanted():
    client = browser()
    enter_password(client, member())
    client.get("/people/?status=not-known")

    add(client, SoftPasskey())
    codes = client.get("/account/second-step/codes/").content.decode()

    assert "Keep your recovery codes" in codes
    assert 'href="/people/?status=not-known"' in codes


def test_proving_one_leads_on_to_the_page_that_was_wanted(client):
    client.force_login(with_app(member()))

    assert client.get("/people/?status=not-known")["Location"] == AGAIN
    response = client.post(AGAIN, {"code": code_at()})

    assert response["Location"] == "/people/?status=not-known"


def test_what_anyone_may_open_stays_open(client):
    enter_password(client, member())

    for address in ("/privacy/", "/accessibility/", "/help/start/", "/health/"):
        assert client.get(address).status_code == 200, address
    assert client.post("/sign-out/")["Location"] == "/signed-out/"


# -- sessions that were there before -----------------------------------------------------


def test_a_session_from_before_the_role_was_given_is_led_to_set_one_up(client):
    user = UserFactory()
    enter_password(client, user)
    assert client.get("/account/").status_code == 200

    MembershipFactory(user=user)

    assert client.get("/account/")["Location"] == SET_UP
    assert client.get("/people/")["Location"] == SET_UP


def test_a_session_from_before_the_factor_must_prove_it(client):
    user = UserFactory()
    enter_password(client, user)
    with_app(user)
    MembershipFactory(user=user)

    assert client.get("/people/")["Location"] == AGAIN
    answer = client.post(AGAIN, {"code": code_at()})
    assert answer.status_code == 302
    assert client.get("/people/").status_code == 200


def test_a_session_without_proof_cannot_add_a_factor_of_its_own(client):
    """A stolen session and password are not enough: the way past is the factor that is there."""
    user = with_app(UserFactory())
    client.force_login(user)
    MembershipFactory(user=user)

    for route in every_route():
        if route.namespace or route.is_public or route.name in TO_PROVE or route.holders:
            continue
        assert client.get(route.address(None)).status_code == 302, route  # type: ignore[arg-type]
    assert client.get("/account/second-step/passkeys/new/")["Location"] == AGAIN
    assert client.get("/account/again/")["Location"] == AGAIN


def test_a_recovery_code_proves_it_too(client):
    user = with_app(member())
    client.force_login(user)

    client.post(AGAIN, {"code": recovery_codes(user)[0]})

    assert client.get("/people/").status_code == 200


def test_a_proof_is_of_one_person_and_ends_with_their_session(client):
    one, other = with_app(member()), with_app(member())
    sign_in(client, one)
    client.post("/sign-out/")
    client.force_login(other)

    assert client.get("/people/")["Location"] == AGAIN


# -- a role that was taken away ----------------------------------------------------------


def test_two_sessions_lose_what_a_role_gave_when_it_is_taken_away(client):
    user, second = with_app(member()), Client()
    sign_in(client, user)
    enter_password(second, user)
    second.post("/sign-in/code/", {"code": recovery_codes(user)[0]})
    assert [one.get("/people/").status_code for one in (client, second)] == [200, 200]

    Membership.objects.filter(user=user).update(ends_on=timezone.localdate())

    assert [one.get("/people/").status_code for one in (client, second)] == [403, 403]
    assert [one.post("/people/new/").status_code for one in (client, second)] == [403, 403]
    assert [one.get("/account/").status_code for one in (client, second)] == [200, 200]


# -- the demo ----------------------------------------------------------------------------


def test_the_demo_asks_for_none_and_says_so(client, settings):
    settings.CCIS_SECOND_FACTOR = False
    settings.CCIS_DEMO = True
    enter_password(client, member())

    page = client.get("/account/").content.decode()

    assert "Demo: invented people only" in page
    assert "no second step is asked for here" in page


def test_a_demo_that_asks_for_one_does_not_say_otherwise(client, settings):
    settings.CCIS_DEMO = True

    page = client.get("/sign-in/").content.decode()

    assert "Demo: invented people only" in page
    assert "no second step is asked for here" not in page
