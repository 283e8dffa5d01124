"""Reads of restricted records outside their own pages: each leaves a line too (PIA-07)."""

from collections.abc import Iterable
from datetime import datetime

from caseload.models import RestrictionLevel, YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail


def record_restricted(people: Iterable[YoungPerson], *, by: User, at: datetime, page: str) -> None:
    """Leave a line about each restricted person whom a list shows; of the others, none.

    ``page`` names the list. Someone without a grant is never shown one of them.
    """
    shown: dict[int, list[YoungPerson]] = {}
    for person in people:
        if person.restriction_level > RestrictionLevel.OPEN:
            shown.setdefault(person.lead_authority_id, []).append(person)
    for together in shown.values():
        trail.record_many(
            "person seen",
            [person.pk for person in together],
            kind=YoungPerson._meta.label_lower,
            by=by,
            at=at,
            authority=together[0].lead_authority,
            page=page,
        )
