"""A policy is a version of choices; what was not chosen has a safe default."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from ccis.access.database import WEB, acting_as
from ccis.authorities.models import PolicyProfile
from ccis.authorities.policy import Policy, adopt, policy_of
from tests.factories.accounts import UserFactory
from tests.factories.authorities import BARNET, AuthorityFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


def choose(authority, **choices):
    return adopt(authority=authority, by=UserFactory(), at=AT, why="Agreed", **choices)


def test_an_authority_that_has_chosen_nothing_has_the_defaults():
    assert policy_of(AuthorityFactory()) == Policy()


def test_a_new_version_changes_what_was_chosen_and_nothing_else():
    authority = AuthorityFactory()
    choose(authority, activity_review_warning_days=42)
    choose(authority, return_due_working_days=8)

    policy = policy_of(authority)

    assert policy.version == 2
    assert (policy.activity_review_warning_days, policy.return_due_working_days) == (42, 8)
    assert policy.file_error_threshold_percent == Policy().file_error_threshold_percent


def test_each_authority_has_its_own():
    here, elsewhere = AuthorityFactory(), AuthorityFactory(code=BARNET)
    choose(here, activity_review_warning_days=42)

    assert policy_of(elsewhere) == Policy()
    assert choose(elsewhere).version == 1


def test_a_choice_that_does_not_exist_is_refused():
    with pytest.raises(TypeError):
        choose(AuthorityFactory(), no_such_choice=1)


def test_a_choice_that_is_no_longer_offered_is_left_out():
    authority = AuthorityFactory()
    PolicyProfile.objects.create(
        authority=authority, version=1, values={"given_up": 1}, made_at=AT, why="long ago"
    )

    assert policy_of(authority) == Policy(version=1)


def test_one_profile_for_each_version():
    authority = AuthorityFactory()
    choose(authority)

    with pytest.raises(IntegrityError, match="one_policy_profile_per_version"):
        PolicyProfile.objects.create(authority=authority, version=1, made_at=AT, why="twice")


def test_the_web_role_may_adopt_one():
    authority = AuthorityFactory()

    with acting_as(WEB):
        choose(authority, activity_review_warning_days=42)

    assert policy_of(authority).activity_review_warning_days == 42
