"""The pages that stand beside each other under Files (pages §1)."""

from typing import Any

from django.urls import Resolver404, resolve

from caseload.matching.waiting import waiting
from ccis.access.checks import holds
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from ccis.govuk.words import number

MATCHES = "/matches/"

PAGES = (
    ("Received", "/files/"),
    ("To match", MATCHES),
    ("Duplicates", "/duplicates/"),
    ("Sources", "/files/sources/"),
    ("Drop-outs", "/dropouts/"),
    ("How matching decides", "/matches/model/"),
)


def family(user: User, authority: Authority, here: str) -> list[dict[str, Any]]:
    """The pages of files that there are and that the user may open, for the sub-navigation.

    ``here`` is the address of the present one. Beside what waits stands how many rows do.
    """
    return [
        {"text": _text(text, path, user, authority), "href": path, "current": path == here}
        for text, path in PAGES
        if _may_open(path, user, authority)
    ]


def _may_open(path: str, user: User, authority: Authority) -> bool:
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    permission = getattr(getattr(view, "view_class", None), "permission", None)
    return permission is not None and holds(user, permission, authority)


def _text(text: str, path: str, user: User, authority: Authority) -> str:
    rows = waiting(user, authority).count() if path == MATCHES else 0
    return f"{text} ({number(rows)})" if rows else text
