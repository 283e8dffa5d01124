"""Who sees which items of the service navigation, as one table (pages §1).

An item shows only when its address leads somewhere, so a part not built yet needs no switch.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, get_urlconf, resolve

from ccis.access import checks
from ccis.access.roles import STAFF_ROLES, Role
from ccis.accounts.models import Membership, User
from ccis.govuk.acting import ActingFor


@dataclass(frozen=True)
class Place:
    """One item of the navigation: its word, and the address that it leads to."""

    text: str
    path: str
    besides: tuple[str, ...] = ()
    """Addresses of its family that stand elsewhere."""

    def length_of(self, path: str) -> int:
        """How much of an address leads to this place; 0 for none."""
        return max(
            (len(one) for one in (self.path, *self.besides) if path.startswith(one)), default=0
        )


TODAY = Place("Today", "/today/")
PEOPLE = Place("People", "/people/")
NOT_KNOWN = Place("Not known", "/not-known/")
AT_RISK = Place("At risk", "/at-risk/")
WORK = Place("Work", "/tasks/")
FILES = Place("Files", "/files/", ("/matches/", "/duplicates/", "/merges/", "/dropouts/"))
MESSAGES = Place("Messages", "/messages/")
MONTH = Place("Month", "/returns/")
FIGURES = Place("Figures", "/figures/")
SHARING = Place("Sharing", "/sharing/")
TRIAGE = Place("Sharing", "/sharing/triage/")
SETTINGS = Place("Settings", "/settings/")
DESK = Place("Desk", "/governance/")
LETTERS = Place("Letters", "/letters/")
REQUESTS = Place("Requests", "/requests/", ("/corrections/",))
REGISTERS = Place("Registers", "/governance/incidents/", ("/governance/policy-documents/",))
TAKEN = Place(
    "Taken from schools",
    "/files/kinds/school-feed/taken/",
    ("/files/kinds/attendance/taken/", "/files/kinds/risk-return/taken/"),
)
MATCHING = Place("Matching", "/matches/model/")
AUDIT = Place("Audit", "/governance/audit/")
SESSIONS = Place("Sessions", "/youth/")
GROUPS = Place("Groups", "/youth/groups/")
MY_LIST = Place("My list", "/portal/list/")
DROP_OUTS = Place("Drop-outs", "/portal/dropouts/", ("/portal/toolkit/",))
AGREEMENT = Place("Agreement", "/portal/agreement/")
YOUR_ORGANISATION = Place("Your organisation", "/portal/people/")
TO_DO = Place("To do", "/portal/")
SEND_A_FILE = Place("Send a file", "/portal/files/new/")
QUESTIONS = Place("Questions for you", "/portal/questions/")
SENT = Place("What you have sent", "/portal/files/")
SEARCH = "/search/"
CHANGE_AUTHORITY = "/authority/"
ACCOUNT = "/account/"
CHANGE_PASSWORD = "/account/password/"  # noqa: S105 - an address

NAVIGATION: dict[Role, tuple[Place, ...]] = {
    Role.TRACKING_OFFICER: (
        TODAY,
        PEOPLE,
        NOT_KNOWN,
        AT_RISK,
        WORK,
        REQUESTS,
        LETTERS,
        TRIAGE,
        FILES,
        MESSAGES,
    ),
    Role.ADVISER: (TODAY, PEOPLE, WORK, MESSAGES, FIGURES),
    Role.DATA_MANAGER: (MONTH, PEOPLE, LETTERS, FILES, FIGURES, SHARING, SETTINGS),
    Role.INFORMATION_GOVERNANCE: (
        DESK,
        REQUESTS,
        LETTERS,
        SHARING,
        REGISTERS,
        AUDIT,
        TAKEN,
        MATCHING,
    ),
    Role.ADMINISTRATOR: (SETTINGS, PEOPLE, FILES, MESSAGES, AUDIT),
    Role.YOUTH_WORKER: (SESSIONS, GROUPS, PEOPLE, FIGURES),
    Role.READ_ONLY: (PEOPLE, FIGURES),
    Role.NAMED_INDIVIDUAL: (MY_LIST, DROP_OUTS, AGREEMENT, YOUR_ORGANISATION),
    Role.SCHOOL_DATA_MANAGER: (
        TO_DO,
        SEND_A_FILE,
        DROP_OUTS,
        QUESTIONS,
        SENT,
        YOUR_ORGANISATION,
    ),
}
"""By role, in order."""

LANDING: dict[Role, Place] = {
    Role.TRACKING_OFFICER: TODAY,
    Role.ADVISER: TODAY,
    Role.DATA_MANAGER: MONTH,
    Role.INFORMATION_GOVERNANCE: DESK,
    Role.ADMINISTRATOR: SETTINGS,
    Role.YOUTH_WORKER: SESSIONS,
    Role.READ_ONLY: PEOPLE,
    Role.NAMED_INDIVIDUAL: TO_DO,
    Role.SCHOOL_DATA_MANAGER: TO_DO,
}
"""Where each role arrives, once that page exists."""


def leads_somewhere(path: str) -> bool:
    """Whether this installation has a page at the address."""
    return _resolves(path, get_urlconf() or settings.ROOT_URLCONF)


@cache
def _resolves(path: str, urlconf: str) -> bool:
    """Whether an address is one of those named: the same in every request of a process."""
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True


def memberships_of(request: HttpRequest) -> list[Membership]:
    """The signed-in person's current memberships, read once a request; none for anyone else."""
    user = getattr(request, "user", None)
    return checks.memberships_of(user) if isinstance(user, User) else []


def role_of(request: HttpRequest) -> Role | None:
    """The role that the person plays for the authority chosen, or at the organisation for which a
    page was drawn; ``None`` for none."""
    user, authority = getattr(request, "user", None), getattr(request, "authority", None)
    if not isinstance(user, User) or authority is None:
        return None
    membership = checks.membership_for(user, authority)
    if membership is None:
        return None
    acting: ActingFor | None = getattr(request, "acting_for", None)
    return acting.role if acting and acting.role else Role(membership.role)


def navigation_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Items for ``govukServiceNavigation``: the role's places that exist, the present one marked.

    An item is *current* on its own page and *active* on pages below it.
    """
    places = _places_of(role_of(request))
    here = max(
        (place for place in places if place.length_of(request.path)),
        key=lambda place: place.length_of(request.path),
        default=None,
    )
    return [
        {
            "text": place.text,
            "href": place.path,
            "current": place == here and request.path == place.path,
            "active": place == here,
        }
        for place in places
    ]


def _places_of(role: Role | None) -> list[Place]:
    """The role's places that exist; the people, for staff none of whose own pages do yet."""
    if role is None:
        return []
    places = [place for place in NAVIGATION[role] if _exists(place)]
    if not places and role in STAFF_ROLES and _exists(PEOPLE):
        return [PEOPLE]
    return places


def _exists(place: Place) -> bool:
    return leads_somewhere(place.path)


def landing_for(request: HttpRequest) -> str | None:
    """Where this person arrives: the role's landing page, else its first item that exists."""
    role = role_of(request)
    if role is None:
        return None
    if _exists(LANDING[role]):
        return LANDING[role].path
    return next((place.path for place in _places_of(role)), None)
