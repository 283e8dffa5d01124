"""Every page of the sign-in library that is mounted is drawn by us, in our words.

The walk asks the resolver, so a page that the library adds and we mount fails here until it has
a template of ours.
"""

import json
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ccis.accounts.factors.queries import passkeys_of, reference_of
from tests.factories.accounts import member
from tests.factors import enter_password, with_app
from tests.passkeys import SoftPasskey, add, browser

pytestmark = pytest.mark.django_db

REDIRECTS_BY_DESIGN = {
    "account_login",
    "account_set_password",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
"""For someone who is signed in with an app and a passkey: they have no need of these."""

DOWNLOADS = {"mfa_download_recovery_codes"}


def mounted() -> dict[str, tuple[str, ...]]:
    """Names of the library's pages that are mounted, ours above them too, with place holders."""
    found: dict[str, tuple[str, ...]] = {}

    def walk(resolver: URLResolver) -> None:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                walk(entry)
            elif isinstance(entry, URLPattern) and of_the_library(entry.callback):
                found[str(entry.name)] = tuple(entry.pattern.regex.groupindex)

    walk(get_resolver())
    return found


def of_the_library(view: Any) -> bool:
    """Whether a view is the library's own class, or one of ours that stands on it."""
    kind = getattr(view, "view_class", None)
    parents = kind.__mro__ if kind else (view,)
    return any(parent.__module__.startswith("allauth.") for parent in parents)


MOUNTED = mounted()


@pytest.fixture(autouse=True)
def _second_step(settings):
    settings.CCIS_SECOND_FACTOR = True
    cache.clear()


@pytest.fixture
def drawn(monkeypatch):
    """The templates that are asked for while a page is drawn, and by which engine."""
    asked: list[tuple[str, str]] = []
    for engine in engines.all():
        found = engine.get_template

        def get_template(name: str, *, of: Any = engine, found: Any = found) -> Any:
            template = found(name)
            asked.append((of.name, name))
            return template

        monkeypatch.setattr(engine, "get_template", get_template)
    return asked


@pytest.fixture
def someone():
    """Signed in, with an app, a passkey and recovery codes."""
    user, client = member(), browser()
    enter_password(client, user)
    add(client, SoftPasskey())
    with_app(user)
    return user, client


def address(name: str, user: Any) -> str:
    samples = {"uidb36": "1", "key": "set-password"}
    samples |= {"ref": reference_of(passkeys_of(user)[0])} if passkeys_of(user) else {}
    return reverse(name, kwargs={holder: samples[holder] for holder in MOUNTED[name]})


def test_the_second_step_is_mounted_whole():
    assert {
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_authenticate",
        "mfa_deactivate_totp",
        "mfa_download_recovery_codes",
        "mfa_edit_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_login_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn",
        "mfa_view_recovery_codes",
    } <= MOUNTED.keys()


@pytest.mark.parametrize("name", sorted(MOUNTED))
def test_every_page_that_is_mounted_is_drawn_by_us(name, someone, drawn):
    user, client = someone
    drawn.clear()

    response = client.get(address(name, user))

    if name in REDIRECTS_BY_DESIGN:
        assert response.status_code == 302
        return
    assert response.status_code == 200
    if name not in DOWNLOADS:
        shown = response.content.decode()
        assert django_settings.CCIS_COUNCIL_NAME in shown
        assert "<h1" in shown
        assert "govuk-template" in shown
    assert {engine for engine, _ in drawn} <= {"jinja2"}


@pytest.mark.parametrize("name", sorted(REDIRECTS_BY_DESIGN - {"account_set_password"}))
def test_those_that_lead_on_are_drawn_by_us_for_whom_they_are_for(name, drawn):
    client, user = browser(), member()
    if name in ("account_reauthenticate", "mfa_activate_totp"):
        enter_password(client, user)
    if name == "mfa_authenticate":
        enter_password(client, with_app(user))
    if name == "mfa_login_webauthn":
        answer = client.get(address(name, user), headers={"accept": "application/json"})
        assert json.loads(answer.content)["request_options"]["publicKey"]["rpId"] == "localhost"
        return

    response = client.get(address(name, user))

    assert response.status_code == 200
    assert django_settings.CCIS_COUNCIL_NAME in response.content.decode()
    assert {engine for engine, _ in drawn} <= {"jinja2"}


def test_no_page_has_a_script_of_its_own_that_runs(someone):
    """Scripts come from files; what stands in the page is data (content security policy)."""
    user, client = someone
    for name in ("mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_index"):
        page = client.get(address(name, user)).content.decode()
        for tag in page.split("<script")[1:]:
            head, _, body = tag.partition(">")
            runs = "application/json" not in head and body.partition("</script>")[0].strip()
            assert not runs or "nonce=" in head, name
