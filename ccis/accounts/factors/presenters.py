"""What pages say about second factors and sessions."""

import re
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.urls import reverse
from django.utils import timezone

from ccis.accounts.factors.queries import (
    app_of,
    passkeys_of,
    recovery_codes_of,
    reference_of,
)
from ccis.accounts.models import User
from ccis.govuk.summary import row, summary
from ccis.govuk.words import date_and_time, long_date

BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|Chromium/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"CrOS", "ChromeOS"),
    (r"Linux", "Linux"),
)


def browser_in_words(user_agent: str) -> str:
    """A browser as its user knows it: ``Chrome on Windows``."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "A browser that does not say what it is"


def _first(named: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for pattern, name in named if re.search(pattern, user_agent)), "")


def used(factor: Authenticator) -> str:
    """When a factor was set up, and when it was last used."""
    last = f"last used {date_and_time(factor.last_used_at)}" if factor.last_used_at else "not used"
    return f"Set up on {long_date(timezone.localdate(factor.created_at))}, {last}"


def in_short(user: User) -> list[str]:
    """Someone's second factors in a line each, for the page of their account."""
    lines = ["App"] if app_of(user) else []
    lines += [f"Passkey: {passkey}" for passkey in passkeys_of(user)]
    codes = recovery_codes_of(user)
    if codes and lines:
        lines.append(f"{len(codes.wrap().get_unused_codes())} recovery codes left")
    return lines or ["Not set up"]


def app_summary(app: Authenticator) -> dict[str, Any]:
    """The app that shows codes."""
    link = reverse("mfa_deactivate_totp")
    made = row("App", used(app), change=link, change_word="Remove")
    return summary([made])


def passkeys_summary(passkeys: list[Authenticator]) -> dict[str, Any]:
    """Passkeys by name, each with what can be done to it."""
    rows = []
    for passkey in passkeys:
        named = {"ref": reference_of(passkey)}
        alone = passkey.wrap().is_passwordless
        made = row(str(passkey), [used(passkey), *(["Signs in alone"] if alone else [])])
        made["actions"] = {
            "items": [
                {
                    "href": reverse(name, kwargs=named),
                    "text": text,
                    "visuallyHiddenText": f"passkey {passkey}",
                }
                for name, text in (
                    ("mfa_edit_webauthn", "Rename"),
                    ("mfa_remove_webauthn", "Remove"),
                )
            ]
        }
        rows.append(made)
    return summary(rows)


def sessions_rows(sessions: list[UserSession], current: str | None) -> list[dict[str, Any]]:
    """Where someone is signed in, this browser first: words, when, from where, and its number."""
    rows = [
        {
            "browser": browser_in_words(session.user_agent),
            "since": date_and_time(session.created_at),
            "address": session.ip,
            "number": session.pk,
            "is_this": session.session_key == current,
        }
        for session in sessions
    ]
    return sorted(rows, key=lambda one: (not one["is_this"], -one["number"]))
