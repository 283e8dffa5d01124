"""Per request: its reference, the database role it stands for, the authority it is about."""

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from ccis.access.checks import memberships_of, sees_personal_data
from ccis.access.database import WEB, acting_as
from ccis.access.views import signed_in_user
from ccis.accounts.factors.queries import app_of, has_factor, has_proved
from ccis.audit.context import reset_request_reference, set_request_reference
from ccis.authorities.models import Authority

SESSION_KEY = "authority"

GOING_TO = "going_to"
"""Key of the session: the page that someone was on the way to when a second step was asked."""

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestReferenceMiddleware:
    """Gives each request a reference, kept in the trail and shown when something goes wrong."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reference = secrets.token_hex(4).upper()
        request.reference = reference  # type: ignore[attr-defined]
        token = set_request_reference(reference)
        try:
            return self.get_response(request)
        finally:
            reset_request_reference(token)


class DatabaseRoleMiddleware:
    """Takes on the web role where the connection is the owner's, as it is in tests.

    A served process signs in as ``ccis_web`` and this does nothing (design §2).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not getattr(settings, "CCIS_TAKE_ROLE", False):
            return self.get_response(request)
        with acting_as(WEB):
            return self.get_response(request)


class CurrentAuthorityMiddleware:
    """Sets ``request.authority``: the one chosen in the session if still theirs, else the
    one of their oldest membership. ``None`` for someone who has no membership.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.authority = self._authority(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    @staticmethod
    def _authority(request: HttpRequest) -> Authority | None:
        if not request.user.is_authenticated:
            return None
        memberships = memberships_of(signed_in_user(request))
        chosen = request.session.get(SESSION_KEY)
        for membership in memberships:
            if membership.authority.code == chosen:
                return membership.authority
        first = min(memberships, key=lambda membership: membership.pk, default=None)
        return first.authority if first else None


TO_STAY = frozenset({"idle:still-there", "idle:end"})
"""Staying signed in, and being signed out, after a while without a request: they show nothing."""

TO_SET_UP = TO_STAY | frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "account_reauthenticate",
    }
)
"""Where a second factor is set up: all that someone without one may open."""

TO_PROVE = TO_STAY | frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"})
"""Where one is proved. To prove is all that a session without proof may do: not to add another."""


class SecondFactorMiddleware:
    """Lets nobody who may see personal data on without a second factor (PIA-13).

    Asked at every request, so it holds for a session that began before the role was given or
    before the factor was set up. Someone without a factor is led to set one up; someone who has
    one, but has not proved it in this session, to prove it. What anyone may open stays open, and
    what a page reached only by posting would have done is not done.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not settings.CCIS_SECOND_FACTOR or not request.user.is_authenticated:
            return None
        if getattr(view, "login_required", True) is False:
            return None
        user = signed_in_user(request)
        if not sees_personal_data(user):
            return None
        if not has_factor(user):
            request.must_set_up_factor = True  # type: ignore[attr-defined]
            return _lead(request, to="mfa_index", allowed=TO_SET_UP)
        if has_proved(request):
            return None
        prove = "mfa_reauthenticate" if app_of(user) else "mfa_reauthenticate_webauthn"
        return _lead(request, to=prove, allowed=TO_PROVE)


def _lead(request: HttpRequest, *, to: str, allowed: frozenset[str]) -> HttpResponse | None:
    """Go on where that is allowed; else lead elsewhere, and remember the page that was wanted."""
    match = request.resolver_match
    if match is not None and match.view_name in allowed:
        return None
    if request.method == "GET":
        request.session[GOING_TO] = request.get_full_path()
    return redirect(to)
