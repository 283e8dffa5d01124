"""What leaves: lists, disclosures, and the rows that an organisation may read."""

from sharing.models.disclosures import DisclosedRow, Disclosure, DisclosureQuerySet, EndedBecause
from sharing.models.lists import OPEN_LIST, ListEntry, ListGrant, ListState, SharedList
from sharing.models.portal import PortalSession

__all__ = [
    "OPEN_LIST",
    "DisclosedRow",
    "Disclosure",
    "DisclosureQuerySet",
    "EndedBecause",
    "ListEntry",
    "ListGrant",
    "ListState",
    "PortalSession",
    "SharedList",
]
