"""Passkeys: adding one, signing in with it, and every answer that is not for us (PIA-13)."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.utils import timezone
from lxml import html

from ccis.accounts.factors.adapter import NOT_TAKEN
from ccis.accounts.factors.forms import NOT_ADDED, NOT_CHECKED, STALE, THERE_ALREADY
from ccis.accounts.signals import FACTOR_ADDED, FACTOR_FAILED, FACTOR_REMOVED, FACTOR_USED
from ccis.audit.models import TrailEntry
from tests.factories.accounts import UserFactory, member
from tests.factors import CODE, enter_password, recovery_codes
from tests.passkeys import ADD, HERE, SoftPasskey, add, browser, question

pytestmark = pytest.mark.django_db

ALONE = "/sign-in/passkey/"
LIST = "/account/second-step/passkeys/"
ELSEWHERE = "https://evil.example"


@pytest.fixture(autouse=True)
def _second_step(settings):
    settings.CCIS_SECOND_FACTOR = True
    cache.clear()


@pytest.fixture
def client():
    return browser()


@pytest.fixture
def another():
    return browser()


@pytest.fixture
def user():
    return member()


@pytest.fixture
def passkey(client, user):
    """A passkey that the user has added; nobody is signed in any more."""
    made = SoftPasskey()
    enter_password(client, user)
    add(client, made)
    client.post("/sign-out/")
    return made


def errors(response: Any) -> list[str]:
    listed = html.fromstring(response.content).xpath(
        "//*[contains(@class, 'govuk-error-summary__list')]/li"
    )
    return [" ".join(one.text_content().split()) for one in listed]


def is_signed_in(client: Any) -> bool:
    return "_auth_user_id" in client.session


def verbs(user: Any) -> list[str]:
    return list(
        TrailEntry.objects.filter(subject_id=user.pk).order_by("id").values_list("verb", flat=True)
    )


def asked_at_sign_in(client: Any) -> dict[str, Any]:
    """The question that a press of the button on the sign-in page brings."""
    answer = client.get(ALONE, headers={"accept": "application/json"}).json()
    return dict(answer["request_options"]["publicKey"])


def sign_in_alone(client: Any, passkey: SoftPasskey) -> Any:
    posted = {"credential": json.dumps(passkey.answer(asked_at_sign_in(client)))}
    return client.post(ALONE, posted, follow=True)


def told(response: Any) -> str:
    return " ".join(html.fromstring(response.content).text_content().split())


# -- adding ------------------------------------------------------------------------------


def test_adding_a_passkey_shows_recovery_codes_and_opens_the_service(client, user):
    enter_password(client, user)

    response = add(client, SoftPasskey())

    assert response["Location"] == "/account/second-step/codes/"
    assert verbs(user).count(FACTOR_ADDED) == 1
    assert client.get("/people/").status_code == 200
    assert "Work laptop" in client.get(LIST).content.decode()


def test_a_passkey_made_for_another_site_is_not_added(client, user):
    enter_password(client, user)

    by_origin = add(client, SoftPasskey(origin=ELSEWHERE))
    by_site = add(client, SoftPasskey(site="evil.example"))

    assert "answered for another site" in errors(by_origin)[0]
    assert HERE in errors(by_origin)[0]
    assert errors(by_site) == [NOT_ADDED]
    assert not Authenticator.objects.exists()


def test_a_passkey_that_signs_in_alone_must_check_who_is_there(client, user):
    enter_password(client, user)

    refused = add(client, SoftPasskey(checks_who=False))
    taken = add(client, SoftPasskey(checks_who=False), alone=False)

    assert errors(refused) == [NOT_CHECKED]
    assert taken.status_code == 302


def test_a_passkey_is_added_once(client, user):
    made = SoftPasskey()
    enter_password(client, user)
    add(client, made)

    assert errors(add(client, made)) == [THERE_ALREADY]
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_the_answer_to_an_earlier_question_adds_nothing(client, user):
    enter_password(client, user)
    earlier = SoftPasskey().made(question(client.get(ADD).content.decode()))
    client.get(ADD)

    response = client.post(ADD, {"name": "x", "credential": json.dumps(earlier)})

    assert errors(response) == [STALE]
    assert not Authenticator.objects.exists()


# -- signing in --------------------------------------------------------------------------


def test_a_passkey_alone_signs_in(client, user, passkey):
    response = sign_in_alone(client, passkey)

    assert is_signed_in(client)
    assert response.redirect_chain[0][0] == "/"
    assert client.get("/people/").status_code == 200
    assert FACTOR_USED in verbs(user)


def test_a_passkey_is_the_second_step_after_the_password(client, user, passkey):
    assert enter_password(client, user)["Location"] == CODE
    asked = question(client.get(CODE).content.decode())

    response = client.post(CODE, {"credential": json.dumps(passkey.answer(asked))})

    assert response["Location"] == "/"
    assert client.get("/people/").status_code == 200


def test_a_recovery_code_stands_in_for_the_passkey(client, user, passkey):
    enter_password(client, user)

    client.post(CODE, {"code": recovery_codes(user)[3]})

    assert client.get("/people/").status_code == 200


def test_an_answer_to_another_site_does_not_sign_in(client, user, passkey):
    passkey.origin = ELSEWHERE

    response = sign_in_alone(client, passkey)

    assert not is_signed_in(client)
    assert "That passkey answered for another site, so it was not accepted" in told(response)


def test_an_answer_to_another_site_is_no_second_step(client, user, passkey):
    enter_password(client, user)
    asked = question(client.get(CODE).content.decode())
    passkey.origin = ELSEWHERE

    response = client.post(CODE, {"credential": json.dumps(passkey.answer(asked))})

    assert not is_signed_in(client)
    assert "answered for another site" in errors(response)[0]
    assert verbs(user)[-1] == FACTOR_FAILED


def test_an_answer_with_another_sites_id_does_not_sign_in(client, user, passkey):
    passkey.site = "evil.example"

    response = sign_in_alone(client, passkey)

    assert not is_signed_in(client)
    assert NOT_TAKEN in told(response)


def test_an_answer_cannot_be_sent_again(client, user, passkey):
    sent = {"credential": json.dumps(passkey.answer(asked_at_sign_in(client)))}
    client.post(ALONE, sent)
    assert is_signed_in(client)
    client.post("/sign-out/")

    response = client.post(ALONE, sent, follow=True)

    assert not is_signed_in(client)
    assert STALE in told(response)


def test_an_answer_cannot_be_sent_again_from_another_browser(client, user, passkey, another):
    sent = {"credential": json.dumps(passkey.answer(asked_at_sign_in(client)))}
    client.post(ALONE, sent)
    asked_at_sign_in(another)

    response = another.post(ALONE, sent, follow=True)

    assert not is_signed_in(another)
    assert STALE in told(response)


def test_a_forged_signature_does_not_sign_in(client, user, passkey):
    forged = SoftPasskey(owner=passkey.owner)

    response = sign_in_alone(client, forged)

    assert not is_signed_in(client)
    assert NOT_TAKEN in told(response)


def test_a_passkey_of_someone_else_is_no_second_step(client, user, passkey):
    other = member()
    theirs = SoftPasskey(id=b"another passkey")
    enter_password(client, other)
    add(client, theirs)
    client.post("/sign-out/")
    enter_password(client, other)
    asked = question(client.get(CODE).content.decode())

    response = client.post(CODE, {"credential": json.dumps(passkey.answer(asked))})

    assert not is_signed_in(client)
    assert errors(response) == [NOT_TAKEN]


def test_a_passkey_of_a_closed_account_does_not_sign_in(client, user, passkey):
    user.is_active = False
    user.save()

    response = sign_in_alone(client, passkey)

    assert not is_signed_in(client)
    assert response.redirect_chain[-1][0] == "/sign-in/closed/"


def test_a_key_that_checks_nobody_does_not_sign_in_alone(client, user):
    key = SoftPasskey(checks_who=False)
    enter_password(client, user)
    add(client, key, alone=False)
    client.post("/sign-out/")

    response = sign_in_alone(client, key)

    assert not is_signed_in(client)
    assert NOT_TAKEN in told(response)


def test_nor_by_the_question_of_a_second_step(client, user, another):
    """That question does not demand who holds the key, and stays in the session for a while."""
    key, own = SoftPasskey(checks_who=False), SoftPasskey(id=b"of someone else here")
    enter_password(client, user)
    add(client, key, alone=False)
    insider = member()
    enter_password(another, insider)
    add(another, own)
    another.post("/sign-out/")
    enter_password(another, insider)
    asked = question(another.get(CODE).content.decode())

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):  # the step is given up
        response = another.post(ALONE, {"credential": json.dumps(key.answer(asked))}, follow=True)

    assert not is_signed_in(another)
    assert NOT_TAKEN in told(response)


NONSENSE = [
    "",
    "not json",
    "null",
    "[]",
    "7",
    '"text"',
    "{}",
    '{"response": []}',
    '{"response": {"clientDataJSON": 7}}',
    '{"response": {"clientDataJSON": "bm90IGpzb24"}}',
    '{"response": {"clientDataJSON": "e30"}}',
    '{"response": {"clientDataJSON": "W10"}}',
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}',
]


def half_right(asked: dict[str, Any], **wrong: object) -> list[str]:
    """Answers that come from the right site, each with one part that is nonsense."""
    right = SoftPasskey().answer(asked)
    made = []
    for part in ("authenticatorData", "signature", "userHandle"):
        for nonsense in ("", "AAAA", "!", None, 7, []):
            made.append({**right, "response": {**right["response"], part: nonsense}})
    made += [{**right, "id": "!"}, {**right, "rawId": None}, {**right, "type": "x"}]
    return [json.dumps(one) for one in made]


def test_nonsense_is_refused_in_words(client, user, passkey):
    for nonsense in [*NONSENSE, *half_right(asked_at_sign_in(client))]:
        cache.clear()
        response = client.post(ALONE, {"credential": nonsense}, follow=True)

        assert response.redirect_chain[-1][0] == "/sign-in/", nonsense
        assert not is_signed_in(client)


def test_nonsense_is_no_second_step(client, user, passkey):
    enter_password(client, user)
    asked = question(client.get(CODE).content.decode())
    for nonsense in [*NONSENSE, *half_right(asked)]:
        cache.clear()
        response = client.post(CODE, {"credential": nonsense})

        assert response.status_code == 200, nonsense
        assert errors(response), nonsense
        assert not is_signed_in(client)


def test_nonsense_adds_nothing(client, user):
    enter_password(client, user)
    asked = question(client.get(ADD).content.decode())
    right = SoftPasskey().made(asked)
    wrong = [
        {**right, "response": {**right["response"], "attestationObject": nonsense}}
        for nonsense in ("", "AAAA", "!", None, 7, [], "o2NmbXRkbm9uZQ")
    ]
    for nonsense in [*NONSENSE, *(json.dumps(one) for one in wrong)]:
        response = client.post(ADD, {"name": "x", "credential": nonsense})

        assert response.status_code == 200, nonsense
        assert errors(response), nonsense
    assert not Authenticator.objects.exists()


# -- keeping -----------------------------------------------------------------------------


def links(client: Any, word: str) -> list[str]:
    page = html.fromstring(client.get(LIST).content)
    return [
        str(one) for one in page.xpath(f"//main//a[starts-with(normalize-space(), '{word}')]/@href")
    ]


def test_a_passkey_gets_another_name(client, user, passkey):
    sign_in_alone(client, passkey)
    (rename,) = links(client, "Rename")

    empty = client.post(rename, {"name": " "})
    response = client.post(rename, {"name": "Library computer"}, follow=True)

    assert errors(empty) == ["Enter a name for this passkey"]
    assert "Library computer" in response.content.decode()
    assert str(Authenticator.objects.get(type="webauthn").pk) not in rename


def test_the_only_passkey_of_someone_who_needs_one_stays(client, user, passkey):
    sign_in_alone(client, passkey)
    (remove,) = links(client, "Remove")

    assert "this is your only one" in client.post(remove).content.decode()
    assert Authenticator.objects.filter(type="webauthn").exists()


def test_one_of_two_passkeys_is_removed(client, user, passkey):
    sign_in_alone(client, passkey)
    add(client, SoftPasskey(id=b"the second"))
    first, second = links(client, "Remove")

    assert "Remove the passkey" in client.get(second).content.decode()
    response = client.post(second, follow=True)

    assert "The passkey is removed" in response.content.decode()
    assert links(client, "Remove") == [first]
    assert verbs(user)[-1] == FACTOR_REMOVED
    assert client.get(second)["Location"] == LIST


def test_nobody_reaches_another_persons_passkey(client, user, passkey):
    sign_in_alone(client, passkey)
    (remove,), (rename,) = links(client, "Remove"), links(client, "Rename")
    client.post("/sign-out/")
    enter_password(client, UserFactory())

    assert client.post(remove)["Location"] == LIST
    assert client.post(rename, {"name": "Mine"})["Location"] == LIST
    assert str(Authenticator.objects.get(type="webauthn")) == "Work laptop"


def test_where_the_site_is_a_number_the_pages_say_that_passkeys_do_not_work(client, user):
    enter_password(client, user)

    page = client.get(ADD, headers={"host": "127.0.0.1:8000"}).content.decode()

    assert "They do not work at an address of numbers" in page
