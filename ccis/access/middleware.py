"""Per request: its reference, the database role it stands for, the authority it is about."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ccis.access.checks import memberships_of
from ccis.access.database import WEB, acting_as
from ccis.access.views import signed_in_user
from ccis.audit.context import reset_request_reference, set_request_reference
from ccis.authorities.models import Authority

SESSION_KEY = "authority"

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
