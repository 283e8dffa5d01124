"""The pages of the settings, and which of them a person may see."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.access.views import chosen_authority, signed_in_user

PLACES: tuple[tuple[str, str, Permission, str], ...] = (
    (
        "Users",
        "users:users",
        Permission.MANAGE_USERS,
        "Who may sign in and with which role; invitations, and accounts to look at again",
    ),
    (
        "Roles",
        "users:roles",
        Permission.MANAGE_USERS,
        "What each role may do",
    ),
    (
        "Organisations’ access",
        "portal:organisations",
        Permission.MANAGE_SEATS,
        "Who of schools, colleges and providers may sign in, when they last did, and ending it",
    ),
    (
        "Authorities",
        "authorities:authorities",
        Permission.SEE_SETTINGS,
        "Every authority of England, past and present, and the units that several share",
    ),
    (
        "Policy",
        "authorities:policy",
        Permission.SEE_SETTINGS,
        "What this authority has chosen, who chose it and when",
    ),
    (
        "Routes of drop-outs",
        "dropouts:routes",
        Permission.KEEP_ROUTES,
        "To whom drop-out notifications go, by where the young person lives",
    ),
    (
        "Going live",
        "returns:moves",
        Permission.GO_LIVE,
        "What moved in from an old system, held against its last return",
    ),
    (
        "Providers",
        "providers:providers",
        Permission.SEE_PROVIDERS,
        "Schools, colleges, training providers and employers",
    ),
)
"""Name, address by name, who may see it, and what is there."""


def settings_places(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages that exist and that the person may see, the present one marked."""
    user, authority = signed_in_user(request), chosen_authority(request)
    places = []
    for text, name, permission, about in PLACES:
        try:
            href = reverse(name)
        except NoReverseMatch:
            continue
        if holds(user, permission, authority):
            current = request.path.startswith(href)
            places.append({"text": text, "href": href, "about": about, "current": current})
    return places
