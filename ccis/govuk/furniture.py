"""What stands around every page: header, navigation, banner and footer (pages §1)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from ccis.access.roles import PERMISSIONS, STAFF_ROLES, Permission
from ccis.govuk import navigation
from ccis.govuk.acting import ActingFor
from ccis.govuk.words import date_and_time

FooterText = Callable[[HttpRequest], str]

_footer_texts: list[FooterText] = []


def add_footer_text(text: FooterText) -> FooterText:
    """Add a line to every page's footer: ``text(request)`` gives it, or nothing.

    Call it from an app's ``ready``, as the returns do for "Return edition 2026-27, two gaps".
    """
    if text not in _footer_texts:
        _footer_texts.append(text)
    return text


@dataclass(frozen=True)
class Furniture:
    """What ``base.jinja`` draws around a page."""

    council_name: str
    service_name: str
    signed_in: bool = False
    is_staff: bool = False
    has_search: bool = False
    authority_name: str = ""
    change_authority: str = ""
    acting: ActingFor | None = None
    account: str = ""
    printed: str = ""
    help: str = "/help/start/"
    navigation: list[dict[str, Any]] = field(default_factory=list)
    is_demo: bool = False
    asks_second_step: bool = True
    footer_links: tuple[tuple[str, str], ...] = ()
    footer_lines: tuple[str, ...] = ()
    nonce: str = ""


FOOTER_LINKS = (
    ("Accessibility statement", "/accessibility/"),
    ("Privacy", "/privacy/"),
    ("Cookies", "/cookies/"),
    ("Help", "/help/start/"),
)


TO_TELL = ("Report an incident", "/incidents/report/")
"""Whoever finds that details were lost tells governance from any page (LC-21)."""


def page_furniture(request: HttpRequest | None, *, plain: bool = False) -> Furniture:
    """Gather what surrounds a page.

    ``plain`` asks nothing of the database or the session, for a page that says that something
    has gone wrong.
    """
    common: dict[str, Any] = {
        "council_name": getattr(settings, "CCIS_COUNCIL_NAME", "Council"),
        "service_name": getattr(settings, "CCIS_SERVICE_NAME", "Young people's record"),
        "is_demo": bool(getattr(settings, "CCIS_DEMO", False)),
        "asks_second_step": bool(getattr(settings, "CCIS_SECOND_FACTOR", True)),
        "footer_links": FOOTER_LINKS,
    }
    if request is None:
        return Furniture(**common)
    common["nonce"] = str(getattr(request, "csp_nonce", ""))
    common["help"] = f"/help/{_page_name(request)}/"
    if plain:
        return Furniture(**common)
    common["footer_lines"] = _footer_lines(request)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Furniture(**common)
    return Furniture(**common | _for_signed_in(request))


def _for_signed_in(request: HttpRequest) -> dict[str, Any]:
    authority = getattr(request, "authority", None)
    acting: ActingFor | None = getattr(request, "acting_for", None)
    role = navigation.role_of(request)
    is_staff = role in STAFF_ROLES
    several = len({one.authority_id for one in navigation.memberships_of(request)}) > 1
    tells = role is not None and Permission.TELL_OF_INCIDENTS in PERMISSIONS[role]
    accounts = (navigation.ACCOUNT, navigation.CHANGE_PASSWORD)
    return {
        "signed_in": True,
        "footer_links": (*FOOTER_LINKS, TO_TELL) if tells else FOOTER_LINKS,
        "is_staff": is_staff,
        "has_search": is_staff and navigation.leads_somewhere(navigation.SEARCH),
        "authority_name": authority.title if authority is not None and several else "",
        "change_authority": navigation.CHANGE_AUTHORITY
        if several and navigation.leads_somewhere(navigation.CHANGE_AUTHORITY)
        else "",
        "acting": acting,
        "account": next((path for path in accounts if navigation.leads_somewhere(path)), ""),
        "printed": _printed(request),
        "navigation": navigation.navigation_for(request),
    }


def _printed(request: HttpRequest) -> str:
    """What stands at the foot of paper: who printed it, when, and how to treat it."""
    name = getattr(request.user, "name", "")
    return f"Printed by {name}, {date_and_time(timezone.now())}. Personal – keep safe."


def _page_name(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return (match.url_name if match and match.url_name else "start").replace("_", "-")


def _footer_lines(request: HttpRequest) -> tuple[str, ...]:
    version = getattr(settings, "CCIS_VERSION", "")
    lines = [f"Version {version}" if version else "", *(text(request) for text in _footer_texts)]
    return tuple(filter(None, lines))
