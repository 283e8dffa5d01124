"""Per request: a password that is too old comes first, and where the session is used is noted."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from ccis.access.middleware import TO_STAY
from ccis.accounts import sign_ins
from ccis.accounts.expiry import TOO_OLD

GetResponse = Callable[[HttpRequest], HttpResponse]

ALLOWED = TO_STAY | {"account_change_password", "account_reauthenticate"}


class AccountRulesMiddleware:
    """Leads someone whose password is too old to the page that changes it, and nowhere else.

    The pages of the second factor stay open: that one is asked for first.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            sign_ins.note(request, at=timezone.now())
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.user.is_authenticated or not request.session.get(TOO_OLD):
            return None
        match = request.resolver_match
        name = match.view_name if match is not None else ""
        if getattr(view, "login_required", True) is False or name in ALLOWED:
            return None
        if name.startswith("mfa_"):
            return None
        return redirect("account_change_password")
