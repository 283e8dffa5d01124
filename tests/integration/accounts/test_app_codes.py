"""Signing in with the codes of an app, and with recovery codes (PIA-13)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from lxml import html

from ccis.accounts.actions.factors import NOT_RIGHT, NOT_RIGHT_RECOVERY
from ccis.accounts.factors.rules import Verdict
from ccis.accounts.signals import (
    CODE_USED,
    CODES_MADE,
    CODES_SHOWN,
    FACTOR_ADDED,
    FACTOR_FAILED,
    FACTOR_REMOVED,
    FACTOR_USED,
    SIGNED_IN,
)
from ccis.audit.models import TrailEntry
from tests.factories.accounts import UserFactory, member
from tests.factors import (
    CODE,
    SIGN_IN,
    code_at,
    enter_code,
    enter_password,
    recovery_codes,
    sign_in,
    with_app,
)
from tests.personal import all_trail_text, assert_trail_tells_nothing

pytestmark = pytest.mark.django_db

APP = "/account/second-step/app/"
CODES = "/account/second-step/codes/"
NOON = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _second_step(settings):
    settings.CCIS_SECOND_FACTOR = True
    cache.clear()


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def verbs(user):
    return list(
        TrailEntry.objects.filter(subject_id=user.pk).order_by("id").values_list("verb", flat=True)
    )


def is_signed_in(client):
    return "_auth_user_id" in client.session


def errors(response):
    return [
        " ".join(one.text_content().split())
        for one in html.fromstring(response.content).xpath(
            "//*[contains(@class, 'govuk-error-summary__list')]/li"
        )
    ]


def test_the_password_alone_does_not_sign_in(client):
    user = with_app(member())

    response = enter_password(client, user)

    assert response["Location"] == CODE
    assert not is_signed_in(client)
    assert "Enter a code" in client.get(CODE).content.decode()


def test_a_code_of_the_app_signs_in(client, at_noon):
    user = with_app(member())

    response = sign_in(client, user)

    assert response["Location"] == "/"
    assert is_signed_in(client)
    assert verbs(user)[-2:] == [FACTOR_USED, SIGNED_IN]
    assert client.get("/people/").status_code == 200


def test_signing_in_goes_on_to_the_page_that_was_asked_for(client, at_noon):
    user = with_app(member())

    enter_password(client, user, next="/account/")

    assert enter_code(client, code_at())["Location"] == "/account/"


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [("000000", Verdict.WRONG), ("", None), ("twelve", Verdict.WRONG)],
)
def test_a_wrong_code_is_told_as_wrong(client, at_noon, typed, verdict):
    user = with_app(member())
    enter_password(client, user)

    response = enter_code(client, typed)

    assert errors(response) == [NOT_RIGHT[verdict] if verdict else "Enter the code"]
    assert not is_signed_in(client)


def test_a_code_is_used_once(client, at_noon):
    user = with_app(member())
    sign_in(client, user)
    client.post("/sign-out/")
    enter_password(client, user)

    response = enter_code(client, code_at())

    assert errors(response) == [NOT_RIGHT[Verdict.USED]]
    assert not is_signed_in(client)
    at_noon.shift(timedelta(seconds=30))
    assert enter_code(client, code_at())["Location"] == "/"


def test_an_old_code_is_told_as_too_old(client, at_noon):
    user = with_app(member())
    enter_password(client, user)

    response = enter_code(client, code_at(steps=-2))

    assert errors(response) == [NOT_RIGHT[Verdict.TOO_OLD]]
    assert not is_signed_in(client)


def test_codes_may_be_typed_with_spaces(client, at_noon):
    user = with_app(member())
    enter_password(client, user)
    code = code_at()

    assert enter_code(client, f" {code[:3]} {code[3:]} ")["Location"] == "/"


def test_a_failure_leaves_its_line_without_what_was_typed(client, at_noon):
    user = with_app(member())
    enter_password(client, user)

    enter_code(client, "918273")

    assert verbs(user)[-1] == FACTOR_FAILED
    assert "918273" not in all_trail_text()
    assert_trail_tells_nothing()


def test_guessing_is_stopped_and_the_right_code_does_not_help_then(client, at_noon, settings):
    settings.SIGN_IN_FAILURES_ALLOWED = 3
    user = with_app(member())
    enter_password(client, user)

    tries = [errors(enter_code(client, "000000"))[0] for _ in range(3)]
    at_last = errors(enter_code(client, code_at()))

    assert tries[0] == NOT_RIGHT[Verdict.WRONG]
    assert "Nobody can sign in to this account until" in tries[-1]
    assert "Nobody can sign in to this account until" in at_last[0]
    assert not is_signed_in(client)


def test_the_second_step_is_not_open_without_the_first(client):
    assert client.get(CODE)["Location"] == "/sign-in/"
    assert enter_code(client, "000000")["Location"] == "/sign-in/"


# -- recovery codes ----------------------------------------------------------------------


def test_a_recovery_code_signs_in_once(client, at_noon):
    user = with_app(member())
    code = recovery_codes(user)[0]
    enter_password(client, user)

    assert enter_code(client, code)["Location"] == "/"
    assert verbs(user)[-2:] == [CODE_USED, SIGNED_IN]
    client.post("/sign-out/")
    enter_password(client, user)

    assert errors(enter_code(client, code)) == [NOT_RIGHT_RECOVERY[Verdict.USED]]
    assert not is_signed_in(client)


def test_a_wrong_recovery_code_is_told_so(client, at_noon):
    user = with_app(member())
    enter_password(client, user)

    assert errors(enter_code(client, "00000000")) == [NOT_RIGHT_RECOVERY[Verdict.WRONG]]


def test_codes_are_shown_for_a_while_and_then_never_again(client, at_noon):
    user = with_app(member())
    sign_in(client, user)
    made = recovery_codes(user)

    shown = client.get(CODES).content.decode()
    text = client.get(f"{CODES}download/")

    assert all(f"{code[:4]} {code[4:]}" in shown for code in made)
    assert text.content.decode().split("\r\n")[:-1] == [f"{c[:4]} {c[4:]}" for c in made]
    assert text["Content-Type"].startswith("text/plain")
    assert text["Cache-Control"] == "no-store, private"
    at_noon.shift(timedelta(minutes=11))
    client.post("/account/again/code/", {"code": code_at()})
    later = client.get(CODES).content.decode()
    assert not any(f"{code[:4]} {code[4:]}" in later for code in made)
    assert client.get(f"{CODES}download/")["Location"] == CODES
    assert verbs(user).count(CODES_SHOWN) == 1


def test_new_codes_replace_the_old(client, at_noon):
    user = with_app(member())
    sign_in(client, user)
    before = recovery_codes(user)

    response = client.post(f"{CODES}new/")

    assert response["Location"] == CODES
    after = recovery_codes(user)
    assert not set(before) & set(after)
    assert verbs(user)[-1] == CODES_MADE


def test_who_went_back_from_the_code_may_sign_in_as_another(client, at_noon):
    """Or the next at a shared desk: the first one's code is not asked of them."""
    first, second = with_app(member()), with_app(member())
    enter_password(client, first)

    assert "Email address" in client.get(SIGN_IN).content.decode()
    enter_password(client, second)
    enter_code(client, code_at())

    assert client.session["_auth_user_id"] == str(second.pk)


# -- setting up and removing -------------------------------------------------------------


def secret_on(page):
    return "".join(html.fromstring(page).get_element_by_id("app-secret").text_content().split())


def test_setting_up_an_app(client, at_noon):
    user = member()
    enter_password(client, user)

    page = client.get(APP).content.decode()
    secret = secret_on(page)
    response = client.post(APP, {"code": code_at(secret=secret)})

    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert response["Location"] == CODES
    assert FACTOR_ADDED in verbs(user)
    assert client.get("/people/").status_code == 200
    assert secret not in all_trail_text()


def test_the_secret_is_not_kept_in_clear(client, at_noon):
    user = with_app(member())

    kept = str(list(Authenticator.objects.filter(user=user).values_list("data", flat=True)))

    assert "JBSWY3DPEHPK3PXP" not in kept
    assert not any(code in kept for code in recovery_codes(user))


def test_the_code_that_set_the_app_up_does_not_sign_in_as_well(client, at_noon):
    user = member()
    enter_password(client, user)
    secret = secret_on(client.get(APP).content.decode())
    client.post(APP, {"code": code_at(secret=secret)})
    client.post("/sign-out/")
    enter_password(client, user)

    assert errors(enter_code(client, code_at(secret=secret))) == [NOT_RIGHT[Verdict.USED]]


@pytest.mark.parametrize("steps", [-3, None])
def test_a_wrong_first_code_keeps_the_same_secret(client, at_noon, steps):
    enter_password(client, member())
    secret = secret_on(client.get(APP).content.decode())

    typed = "000000" if steps is None else code_at(secret=secret, steps=steps)
    response = client.post(APP, {"code": typed})

    verdict = Verdict.WRONG if steps is None else Verdict.TOO_OLD
    assert errors(response) == [NOT_RIGHT[verdict]]
    assert secret_on(response.content.decode()) == secret


def test_the_only_factor_of_someone_who_needs_one_stays(client, at_noon):
    user = with_app(member())
    sign_in(client, user)

    page = client.post(f"{APP}remove/").content.decode()

    assert "Set up another one before you remove this one" in page
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_someone_whose_role_shows_nobody_may_remove_their_app(client, at_noon):
    user = with_app(UserFactory())
    sign_in(client, user)

    response = client.post(f"{APP}remove/", follow=True)

    assert "Your app is removed" in response.content.decode()
    assert not Authenticator.objects.filter(user=user).exists()
    assert verbs(user).count(FACTOR_REMOVED) == 2


def test_changing_factors_later_needs_proof_by_the_factor(client, at_noon):
    user = with_app(member())
    sign_in(client, user)
    at_noon.shift(timedelta(minutes=6))

    asked = client.get(f"{CODES}new/")
    page = client.get(asked["Location"]).content.decode()

    assert asked["Location"].startswith("/account/again/code/?next=")
    assert not re.search("password", page.split("<main")[1].split("</main>")[0], re.I)
    by_password = client.get("/account/again/")
    assert by_password["Location"].startswith("/account/again/code/")
    client.post(asked["Location"], {"code": code_at()})
    assert client.get(f"{CODES}new/").status_code == 200
