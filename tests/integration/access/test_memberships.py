"""Who someone is for an authority, today."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from ccis.access.checks import (
    authorities_administered_by,
    authorities_whose_people,
    holds,
    memberships_of,
    permissions_of,
)
from ccis.access.roles import PERMISSIONS, Permission, Role
from ccis.accounts.models import Membership, User
from tests.factories.accounts import MembershipFactory, UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return AuthorityFactory()


@pytest.fixture
def elsewhere():
    return AuthorityFactory(code=BARNET)


def again(user: User) -> User:
    """The user as another request reads it."""
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("role", Role)
def test_a_member_holds_what_the_role_gives(role, here, elsewhere):
    user = member(role, authority=here)

    assert permissions_of(user, here) == PERMISSIONS[role]
    assert permissions_of(user, elsewhere) == frozenset()
    assert permissions_of(user, None) == frozenset()


@pytest.mark.parametrize(
    ("starts", "ends", "is_current"),
    [
        (0, None, True),
        (1, None, False),
        (-10, 1, True),
        (-10, 0, False),
        (-10, -1, False),
    ],
    ids=["starts today", "starts tomorrow", "ends tomorrow", "ends today", "ended yesterday"],
)
def test_a_membership_counts_from_its_first_day_until_its_last(starts, ends, is_current, here):
    today = timezone.localdate()
    user = MembershipFactory(
        authority=here,
        starts_on=today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    ).user

    assert bool(memberships_of(user)) is is_current
    assert holds(user, Permission.SEE_PEOPLE, here) is is_current


def test_the_day_is_the_one_in_this_country(here):
    user = MembershipFactory(authority=here, starts_on=date(2026, 7, 2)).user

    with time_machine.travel("2026-07-01T23:30:00Z", tick=False):
        assert holds(again(user), Permission.SEE_PEOPLE, here)
    with time_machine.travel("2026-07-01T22:30:00Z", tick=False):
        assert not holds(again(user), Permission.SEE_PEOPLE, here)


def test_someone_who_moves_has_the_new_authority_and_not_the_old(here, elsewhere):
    today = timezone.localdate()
    user = MembershipFactory(authority=here, ends_on=today).user
    MembershipFactory(user=user, authority=elsewhere, role=Role.DATA_MANAGER.value, starts_on=today)

    assert [m.authority for m in memberships_of(user)] == [elsewhere]
    assert not holds(user, Permission.SEE_PEOPLE, here)
    assert holds(user, Permission.MAKE_RETURNS, elsewhere)
    assert authorities_whose_people(user) == [elsewhere.pk]


def test_someone_whose_role_changes_has_the_new_role_only(here):
    today = timezone.localdate()
    user = MembershipFactory(authority=here, role=Role.DATA_MANAGER.value, ends_on=today).user
    MembershipFactory(user=user, authority=here, role=Role.ADVISER.value, starts_on=today)

    assert permissions_of(user, here) == PERMISSIONS[Role.ADVISER]


def test_an_account_that_is_switched_off_holds_nothing(here):
    user = member(Role.ADMINISTRATOR, authority=here)
    user.is_active = False

    assert memberships_of(user) == []
    assert not holds(user, Permission.SEE_SETTINGS, here)


def test_a_superuser_has_no_more_than_the_memberships(here):
    user = UserFactory(is_superuser=True)

    assert permissions_of(user, here) == frozenset()


def test_leading_a_team_adds_to_a_role_but_gives_nothing_by_itself(here):
    adviser = member(Role.ADVISER, authority=here, leads_team=True)
    named = member(Role.NAMED_INDIVIDUAL, authority=here, leads_team=True)

    assert holds(adviser, Permission.SEE_HISTORY, here)
    assert permissions_of(named, here) == PERMISSIONS[Role.NAMED_INDIVIDUAL]


def test_people_from_outside_the_council_see_no_young_people(here):
    for role in (Role.NAMED_INDIVIDUAL, Role.SCHOOL_DATA_MANAGER):
        assert authorities_whose_people(member(role, authority=here)) == []


def test_only_an_administrator_administers(here):
    assert authorities_administered_by(member(Role.ADMINISTRATOR, authority=here)) == [here.pk]
    assert authorities_administered_by(member(Role.DATA_MANAGER, authority=here)) == []


def test_memberships_are_read_once_for_a_request(here, django_assert_num_queries):
    user = again(member(authority=here))

    with django_assert_num_queries(1):
        holds(user, Permission.SEE_PEOPLE, here)
        holds(user, Permission.EDIT_PEOPLE, here)


def test_one_open_membership_for_each_user_and_authority(here):
    user = member(authority=here)

    with pytest.raises(IntegrityError, match="one_open_membership_per_user_and_authority"):
        MembershipFactory(user=user, authority=here, role=Role.ADVISER.value)


def test_a_membership_cannot_end_before_it_starts(here):
    with pytest.raises(IntegrityError, match="membership_ends_on_or_after_its_start"):
        MembershipFactory(authority=here, starts_on=date(2026, 9, 2), ends_on=date(2026, 9, 1))


def test_a_role_must_be_one_that_we_know(here):
    with pytest.raises(IntegrityError, match="membership_role_is_known"):
        Membership.objects.create(
            user=UserFactory(), authority=here, role="XX", starts_on=date(2026, 9, 1)
        )
