"""Every address refuses whoever may not be there (PIA-29).

The walk finds each address by itself. A new one needs a sample in ``tests/routes.py``, and states
the permission that it needs, unless it stands in one of the two lists here.
"""

import logging
from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.test import Client

from caseload.models import RestrictionLevel
from ccis import urls
from ccis.access.references import new_reference
from ccis.access.roles import PERMISSIONS, PORTAL_ROLES, Permission, Role
from ccis.accounts.models import User
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import YoungPersonFactory
from tests.factories.portal import SeatFactory
from tests.routes import Route, World, every_route, make_world

pytestmark = pytest.mark.django_db

PUBLIC = {
    "health",
    "agreements:public",
    "agreements:search-word",
    "agreements:who",
    "destruction:keys",
    "govuk:accessibility",
    "govuk:cookies",
    "govuk:council-css",
    "govuk:help",
    "govuk:privacy",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "invitations:join",
    "invitations:link",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "optout:again",
    "optout:answer",
    "optout:born",
    "optout:check",
    "optout:complain",
    "optout:complain-council",
    "optout:council",
    "optout:doing",
    "optout:done",
    "optout:finish",
    "optout:finished",
    "optout:help",
    "optout:language",
    "optout:link",
    "optout:no-code",
    "optout:postcode",
    "optout:reach",
    "optout:start",
    "optout:stop",
    "optout:what",
    "outbox:stop-messages",
    "optout:wrong",
    "signed-out",
}
"""What anyone may open."""

BY_TOKEN = {"intake:api-files", "intake:api-file"}
"""What a source's software may ask with its token, and nobody by signing in."""

OWN = {
    "govuk:home",
    "account_change_password",
    "account_reauthenticate",
    "account_set_password",
    "choose-authority",
    "idle:end",
    "idle:forget",
    "idle:still-there",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "sessions",
    "your-account",
}
"""What everyone who is signed in may open: it shows them themselves."""

OF_ONE_AUTHORITY = {
    "agreements",
    "caseload",
    "destruction",
    "dropouts",
    "emergency",
    "incidents",
    "intake",
    "letters",
    "mailbox",
    "matching",
    "monitoring",
    "optout",
    "outbox",
    "outcomes",
    "policies",
    "portal",
    "returns",
    "schools",
    "securefiles",
    "sharing",
    "triage",
    "users",
}
"""Apps whose addresses name things of one authority; the others' things are shared."""

NAMING_ONE_THING = {
    "ref", "task", "batch", "build", "check", "number", "key", "invitation", "template",
    "asked", "message", "list", "file", "strand", "seat", "offer", "incident", "enquiry",
    "workbook",
}  # fmt: skip
"""Place holders of these apps for something of one authority's own; a month is everyone's."""

ALSO_OPEN_WITH = {
    "returns:edition": Permission.SEE_SETTINGS,
    "returns:editions": Permission.SEE_SETTINGS,
}
"""Pages that another permission opens as well as their own."""

REFUSED = {403, 404}
NOT_FOUND = {404, 405}
"""A page that takes no post says so to everyone alike, whatever stands in the address."""
METHODS = ("get", "post")

ROUTES = every_route()
GUARDED = [route for route in ROUTES if route.name not in PUBLIC | OWN | BY_TOKEN]
OF_AN_AUTHORITY = [
    route
    for route in GUARDED
    if route.namespace in OF_ONE_AUTHORITY and NAMING_ONE_THING & set(route.holders)
]


@pytest.fixture
def world() -> World:
    return make_world(AuthorityFactory())


@pytest.fixture
def elsewhere() -> World:
    return make_world(AuthorityFactory(code=BARNET))


@pytest.fixture
def plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is its status: its page is not drawn, nor written to the log, each time."""
    for status in REFUSED:
        monkeypatch.setattr(
            urls, f"handler{status}", lambda *_, status=status, **__: HttpResponse(status=status)
        )
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)


def answers(
    client: Client, routes: list[Route], world: World, methods: tuple[str, ...] = METHODS
) -> dict[tuple[str, str], int]:
    """The status of each address for each method."""
    return {
        (str(route), method): getattr(client, method)(route.address(world)).status_code
        for route in routes
        for method in methods
    }


def wrong(found: dict[tuple[str, str], int], right: set[int]) -> dict[tuple[str, str], int]:
    return {asked: status for asked, status in found.items() if status not in right}


def someone_who_may(permission: Permission | None) -> Role:
    """A role that holds a permission."""
    return next(role for role in Role if permission in PERMISSIONS[role])


def someone(role: Role, world: World) -> User:
    """A member of the world's authority, with a seat at its provider where the role wants one."""
    user = member(role, authority=world.authority)
    if role in PORTAL_ROLES:
        SeatFactory(user=user, provider=world.provider, authority=world.authority)
    return user


def test_every_address_has_a_sample():
    assert {str(route): route.missing() for route in ROUTES if route.missing()} == {}


def test_every_address_says_who_may_open_it():
    assert [str(route) for route in GUARDED if route.permission is None] == []


def test_only_the_addresses_listed_as_public_are_public():
    assert {route.name for route in ROUTES if route.is_public} == PUBLIC | BY_TOKEN


def test_the_lists_name_no_address_that_is_gone():
    there = {route.name for route in ROUTES}

    assert (PUBLIC | OWN | BY_TOKEN | ALSO_OPEN_WITH.keys()) - there == set()


def test_anyone_may_open_what_is_public(client, world):
    for route in ROUTES:
        if route.name in PUBLIC:
            response = client.get(route.address(world))
            assert response.status_code in {200, 302, 503}, route
            if response.status_code == 302:
                assert "next=" not in response["Location"], route


@pytest.mark.parametrize("method", METHODS)
def test_nobody_gets_in_without_signing_in(client, world, method):
    for route in ROUTES:
        if route.name in PUBLIC | BY_TOKEN:
            continue
        response = getattr(client, method)(route.address(world))
        assert response.status_code == 302, route
        assert response["Location"].startswith("/sign-in/?next="), route


def test_signing_in_is_no_way_into_what_wants_a_token(client, world):
    routes = [route for route in ROUTES if route.name in BY_TOKEN]
    for role in (None, Role.DATA_MANAGER):
        if role:
            client.force_login(member(role, authority=world.authority))
        assert set(answers(client, routes, world).values()) == {401}


@pytest.mark.usefixtures("plain_refusals")
def test_an_account_without_a_role_opens_nothing_superuser_or_not(client, world):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    assert wrong(answers(client, GUARDED, world), REFUSED) == {}


@pytest.mark.usefixtures("plain_refusals")
@pytest.mark.parametrize("role", Role)
def test_a_role_opens_nothing_that_it_may_not(client, world, role):
    client.force_login(member(role, authority=world.authority))
    not_theirs = [
        route
        for route in GUARDED
        if not PERMISSIONS[role] & {route.permission, ALSO_OPEN_WITH.get(route.name)}
    ]

    # Both methods are tried for whoever has no role at all: who may comes before what is asked.
    assert wrong(answers(client, not_theirs, world, ("post",)), REFUSED) == {}


@pytest.mark.usefixtures("plain_refusals")
def test_nothing_of_another_authority_is_found(client, world, elsewhere):
    for permission in {route.permission for route in OF_AN_AUTHORITY}:
        role = someone_who_may(permission)
        client.force_login(someone(role, elsewhere))
        routes = [route for route in OF_AN_AUTHORITY if route.permission is permission]

        assert wrong(answers(client, routes, world), NOT_FOUND) == {}


@pytest.mark.usefixtures("plain_refusals")
@pytest.mark.parametrize("level", [RestrictionLevel.PROTECTED_ADDRESS, RestrictionLevel.DECEASED])
def test_a_restricted_record_is_not_found(client, world, level):
    hidden = YoungPersonFactory(lead_authority=world.authority, restriction_level=level)
    routes = [
        route
        for route in OF_AN_AUTHORITY
        if route.namespace == "caseload"
        or route.name.startswith(("letters:person", "optout:person"))
    ]
    for permission in {route.permission for route in routes}:
        role = someone_who_may(permission)
        client.force_login(member(role, authority=world.authority))
        asked = [route for route in routes if route.permission is permission]

        found = answers(client, asked, replace(world, person=hidden), ("get",))
        assert wrong(found, NOT_FOUND) == {}


def test_what_is_hidden_looks_like_what_does_not_exist(client, world):
    """A page that is not yours gives nothing away: it is the same as one that never was."""
    client.force_login(member(authority=world.authority))
    hidden = YoungPersonFactory(
        lead_authority=world.authority, restriction_level=RestrictionLevel.HIGH_PROFILE
    )

    def page(ref: str) -> str:
        response = client.get(f"/people/{ref}/")
        main = response.content.decode().split("<main")[1].split("</main>")[0]
        return main.replace(response.wsgi_request.reference, "").replace(ref, "")

    assert page(hidden.ref) == page(new_reference())


def test_every_page_opens_for_someone_who_may(client, world):
    """None of them fails: each is drawn, leads on, wants a post, or has nothing at this place."""
    for permission in {route.permission for route in GUARDED}:
        role = someone_who_may(permission)
        client.force_login(someone(role, world))
        theirs = [route for route in GUARDED if route.permission is permission]

        assert wrong(answers(client, theirs, world, ("get",)), {200, 302, 404, 405}) == {}


def test_everyone_opens_what_is_their_own(client, world):
    for user in (UserFactory(), member(Role.READ_ONLY, authority=world.authority)):
        client.force_login(user)
        for route in ROUTES:
            if route.name in OWN:
                assert client.get(route.address(world)).status_code in {200, 302}, route
