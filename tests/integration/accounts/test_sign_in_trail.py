"""Signing in, failing to and signing out leave a line, without an email address."""

import pytest
from django.test import Client

from ccis.accounts.models import User
from ccis.accounts.signals import SIGN_IN_FAILED, SIGNED_IN, SIGNED_OUT
from ccis.audit.models import TrailDetail, TrailEntry
from tests.factories.accounts import member
from tests.personal import assert_trail_tells_nothing

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
SIGN_IN, SIGN_OUT = "/sign-in/", "/sign-out/"


@pytest.fixture
def officer() -> User:
    return member()


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return client.post(SIGN_IN, {"login": email, "password": password}).status_code


def lines(verb: str) -> list[tuple[int | None, int | None]]:
    """Who did it and whose account it was, for each line with a verb."""
    entries = TrailEntry.objects.filter(verb=verb).order_by("pk")
    return list(entries.values_list("by_id", "subject_id"))


def test_signing_in_leaves_a_line(client, officer):
    assert sign_in(client, officer.email) == 302

    assert lines(SIGNED_IN) == [(officer.pk, officer.pk)]


def test_signing_out_leaves_a_line(client, officer):
    sign_in(client, officer.email)

    client.post(SIGN_OUT)

    assert lines(SIGNED_OUT) == [(officer.pk, officer.pk)]


def test_a_wrong_password_leaves_a_line_about_the_account(client, officer):
    assert sign_in(client, officer.email.upper(), "not the password") == 200

    assert lines(SIGN_IN_FAILED) == [(None, officer.pk)]
    assert lines(SIGNED_IN) == []


def test_an_address_that_is_nobodys_leaves_a_line_about_nobody(client, officer):
    sign_in(client, "nobody@council.example")

    assert lines(SIGN_IN_FAILED) == [(None, None)]


def test_no_line_holds_what_was_typed(client, officer):
    sign_in(client, officer.email, "typed by mistake")
    sign_in(client, "hunter2")
    sign_in(client, officer.email)
    client.post(SIGN_OUT)

    kept = list(TrailDetail.objects.values_list("details", flat=True))
    assert kept
    assert all(details == {} for details in kept)
    assert_trail_tells_nothing()


def test_an_account_that_is_switched_off_does_not_sign_in(client):
    officer = member(user__is_active=False)

    sign_in(client, officer.email)

    assert lines(SIGNED_IN) == []
