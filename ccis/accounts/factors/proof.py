"""What has been proved in a session, and by what one may prove it again."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django.http import HttpRequest

from ccis.accounts.factors.queries import app_of, has_factor, proved_at
from ccis.accounts.models import User

OTHER_WAYS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code from your app, or a recovery code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


class ProvesWithFactor:
    """Part of the account adapter: when proof is asked for, and what counts as proof."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask nothing twice in a journey: what was proved at sign-in holds for a while too."""
        if proved_just_now(context.request):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))  # type: ignore[misc]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever has a second factor proves with it: a password alone would let another in."""
        methods: list[dict[str, Any]]
        methods = super().get_reauthentication_methods(user)  # type: ignore[misc]
        if user.is_authenticated and has_factor(user):
            methods = [one for one in methods if one["id"] != "reauthenticate"]
            if app_of(user) is None:
                methods.reverse()  # the passkey first, then a recovery code
        return [{**one, "description": OTHER_WAYS[one["id"]]} for one in methods]


def proved_just_now(request: HttpRequest) -> bool:
    """Whether someone proved who they are so short a time ago that they need not do it again.

    By the second factor where they have one (they may just have set it up), else by password.
    """
    user = request.user
    if not isinstance(user, User):
        return False
    if has_factor(user):
        latest = proved_at(request) or 0.0
    else:
        records = get_authentication_records(request, user)
        latest = max((float(one["at"]) for one in records), default=0.0)
    return bool(time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT)
