"""Organisations that were sent what proved wrong: named to who asks, and told of it (LAW-09).

What is live says what is right as soon as the dispute is settled (``actions.disputes``); what has
ended is to be destroyed as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from caseload.models import (
    Activity,
    Address,
    ContactPoint,
    Enrolment,
    Fact,
    Name,
    Particulars,
    YoungPerson,
)
from ccis.calendar.words import local_date
from optout.recipients import Recipient, register_sent_to
from optout.signals import corrections_made
from providers.portal.models import Seat
from providers.portal.notices import notify
from sharing.models import Disclosure

COLUMNS_OF: Mapping[type[Fact], frozenset[str]] = {
    Name: frozenset({"name"}),
    Particulars: frozenset({"date-of-birth", "gender"}),
    Address: frozenset({"address"}),
    ContactPoint: frozenset({"phone", "email"}),
    Activity: frozenset({"last-place", "history", "situation"}),
    Enrolment: frozenset({"last-place", "history"}),
}
"""What columns each kind of fact is told in; of any other kind nothing leaves."""


def listen() -> None:
    """Begin to name them, and to tell them."""
    register_sent_to(organisations_with)
    corrections_made.connect(tell_of_corrections, dispatch_uid="sharing.recipients")


def organisations_with(person: YoungPerson, versions: Sequence[Fact]) -> list[Recipient]:
    """Those to whom someone was disclosed while one of these versions was believed."""
    made = Disclosure.objects.filter(person=person).select_related("provider")
    return [
        Recipient(
            who=one.provider.name,
            how="A list" if one.kind == Disclosure.Kind.LIST else "What we told them",
            sent_on=local_date(one.released_at),
            told=_told(one),
        )
        for one in made
        if any(_says(one, version) for version in versions)
    ]


def tell_of_corrections(*, people: frozenset[int], at: datetime, **_: Any) -> None:
    """Tell whoever still has something of these people that there is something for them."""
    holding = Disclosure.objects.filter(
        person__in=people, kind=Disclosure.Kind.LIST, destroyed_at=None
    )
    seats = Seat.objects.open(at)
    for authority, provider in set(holding.values_list("authority", "provider")):
        notify(seats.filter(authority=authority, provider=provider), at)


def _says(one: Disclosure, version: Fact) -> bool:
    told = COLUMNS_OF.get(type(version), frozenset()) & set(one.columns)
    known = version.recorded.at <= one.released_at
    superseded = version.superseded
    return bool(told) and known and (superseded is None or superseded.at >= one.released_at)


def _told(one: Disclosure) -> str:
    if one.kind != Disclosure.Kind.LIST:
        return ""
    if one.destroyed_at is not None:
        return "It has destroyed what it had"
    if one.ended_because:
        return "It is asked to destroy what it has"
    return "Its list says what is right"
