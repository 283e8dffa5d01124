"""The pages of one person, as a table: apps above add their own (design §3).

An app calls ``register`` from its ``ready``. A tab shows where its page exists and the user may
open it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from caseload.models import YoungPerson
from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.accounts.models import User


@dataclass(frozen=True)
class Tab:
    """One page of a person: its words, the name of its address, and who may open it.

    ``position`` orders the tabs; those of this app stand at 10, 20 and so on.
    """

    name: str
    text: str
    url_name: str
    position: int
    permission: Permission = Permission.SEE_PEOPLE
    shows: Callable[[YoungPerson, User], bool] | None = None


_tabs: dict[str, Tab] = {}


def register(tab: Tab) -> Tab:
    """Add a tab; one of the same name takes the place of the earlier."""
    _tabs[tab.name] = tab
    return tab


for _tab in (
    Tab("story", "Story", "caseload:person", 10),
    Tab("details", "Details", "caseload:details", 20),
    Tab("activities", "Activities", "caseload:activities", 30),
    Tab("education", "Education and support", "caseload:education", 40),
    Tab("household", "Household", "caseload:household", 50),
    Tab("return", "In the return", "returns:person", 80, Permission.SEE_RETURNS),
    Tab("history", "History", "caseload:history", 90, Permission.SEE_HISTORY),
):
    register(_tab)


def tabs_for(person: YoungPerson, user: User, current: str) -> list[dict[str, Any]]:
    """Items for the sub-navigation of a person's pages."""
    items = []
    for tab in sorted(_tabs.values(), key=lambda tab: (tab.position, tab.name)):
        if not holds(user, tab.permission, person.lead_authority):
            continue
        if tab.shows is not None and not tab.shows(person, user):
            continue
        href = _address(tab, person)
        if href:
            items.append({"text": tab.text, "href": href, "current": tab.name == current})
    return items


def _address(tab: Tab, person: YoungPerson) -> str:
    try:
        return reverse(tab.url_name, args=[person.ref])
    except NoReverseMatch:
        return ""
