"""What every page that needs a permission stands on."""

from functools import cached_property
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic import View

from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.accounts.models import User
from ccis.authorities.models import Authority


def signed_in_user(request: HttpRequest) -> User:
    """The user, in a view that nobody reaches without signing in."""
    return cast(User, request.user)


def chosen_authority(request: HttpRequest) -> Authority | None:
    """The authority chosen for this session; ``None`` for someone with no membership."""
    return cast("Authority | None", getattr(request, "authority", None))


def authority_of(request: HttpRequest) -> Authority:
    """The authority chosen for this session. Raises ``PermissionDenied`` when there is none."""
    authority = chosen_authority(request)
    if authority is None:
        raise PermissionDenied
    return authority


class RequiresPermission(View):
    """Refuse the request, whatever its method, unless the user holds ``permission`` here."""

    permission: Permission

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not holds(signed_in_user(request), self.permission, chosen_authority(request)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def user(self) -> User:
        """Who is signed in."""
        return signed_in_user(self.request)

    @cached_property
    def authority(self) -> Authority:
        """The authority chosen for this session."""
        return authority_of(self.request)

    def may(self, permission: Permission) -> bool:
        """Whether the user may do something for this authority."""
        return holds(self.user, permission, self.authority)
