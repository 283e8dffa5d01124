"""Officers and people for the tests of the record."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ccis.access.roles import Role
from ccis.accounts.models import User
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory

SignIn = Callable[..., Client]


@pytest.fixture
def officer(db: None) -> User:
    """A tracking officer of authority 306."""
    return member(Role.TRACKING_OFFICER, authority=AuthorityFactory())


@pytest.fixture
def desk(officer: User) -> Client:
    """The officer's browser."""
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def signed_in(db: None) -> SignIn:
    """A browser of someone with a role, by default for authority 306."""

    def sign_in(role: Role, **fields: Any) -> Client:
        fields.setdefault("authority", AuthorityFactory())
        client = Client()
        user = member(role, **fields)
        client.force_login(user)
        client.user = user  # type: ignore[attr-defined]
        return client

    return sign_in
