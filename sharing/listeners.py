"""What happens here because of what others announce, in their transaction (design §3)."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from caseload.actions.sealing import when_sealed
from caseload.signals import died, people_left
from ccis.accounts.models import User
from ccis.audit.models import Change
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from optout.letters.signals import post_returned
from optout.queries import objecting
from optout.signals import disputes_changed, objections_recorded
from providers.models import Provider
from providers.portal.models import Seat
from providers.portal.notices import notify
from providers.portal.signals import seat_given
from sharing.actions import disputes, life, portal
from sharing.agreements.models import Agreement, NamedPerson
from sharing.agreements.queries import register_leaving
from sharing.agreements.signals import agreements_ended, terms_changed
from sharing.models import Disclosure, EndedBecause
from sharing.queries.leaving import what_leaves


def listen() -> None:
    """Begin to listen; once is enough."""
    objections_recorded.connect(recall_what_is_refused, dispatch_uid="sharing")
    died.connect(recall_who_died, dispatch_uid="sharing")
    people_left.connect(recall_who_left, dispatch_uid="sharing")
    agreements_ended.connect(recall_what_was_agreed, dispatch_uid="sharing")
    disputes_changed.connect(withhold_what_is_disputed, dispatch_uid="sharing")
    post_returned.connect(look_at_what_came_back, dispatch_uid="sharing")
    terms_changed.connect(open_to_whom_is_named, dispatch_uid="sharing")
    seat_given.connect(open_to_who_sits_there, dispatch_uid="sharing")
    register_leaving(what_leaves)
    when_sealed("sharing", life.restate_identity)


def recall_what_is_refused(*, people: frozenset[int], change: Change, **_: Any) -> None:
    """End what is live and an objection covers now, but for what went in an emergency (LC-04)."""
    live = Disclosure.objects.live(change.at).filter(person__in=people, kind=Disclosure.Kind.LIST)
    with_whom: dict[int, set[int]] = defaultdict(set)
    for person, recipient in live.values_list("person_id", "provider_id"):
        with_whom[recipient].add(person)
    for provider in Provider.objects.filter(pk__in=with_whom):
        refused = objecting(with_whom[provider.pk], provider, on=local_date(change.at))
        life.end(
            live.filter(provider=provider, person__in=refused),
            because=EndedBecause.OBJECTION,
            change=change,
        )


def recall_who_died(*, people: frozenset[int], change: Change, **_: Any) -> None:
    """End what is live of people who have died (USE-05)."""
    theirs = Disclosure.objects.filter(person__in=people)
    life.end(theirs, because=EndedBecause.DIED, change=change)


def recall_who_left(*, people: frozenset[int], change: Change, **_: Any) -> None:
    """End what is live of people who are another authority's by now."""
    theirs = Disclosure.objects.filter(person__in=people)
    life.end(theirs, because=EndedBecause.MOVED, change=change)


def recall_what_was_agreed(
    *, agreements: frozenset[int], by: User | None, at: datetime, **_: Any
) -> None:
    """End what is live under agreements that stopped, the same second (LC-20)."""
    owners = Agreement.objects.filter(pk__in=agreements).values("authority")
    for authority in Authority.objects.filter(pk__in=owners):
        life.end_of_agreements(agreements, authority=authority, by=by, at=at)


def withhold_what_is_disputed(
    *, people: frozenset[int], parts: frozenset[str], at: datetime, **_: Any
) -> None:
    """Let what somebody says is wrong rest in what organisations read (LAW-08)."""
    disputes.withhold(people, parts, at=at)


def look_at_what_came_back(
    *, people: frozenset[int], by: User | None, at: datetime, **_: Any
) -> None:
    """Have somebody look at what is shared although its letter came back (LAW-08)."""
    disputes.look_at_returned(people, by=by, at=at)


def open_to_whom_is_named(*, agreements: frozenset[int], at: datetime, **_: Any) -> None:
    """Let whoever was just approved open what went before, and tell them (LC-10)."""
    named = NamedPerson.objects.filter(
        agreement__in=agreements, approved_at__isnull=False, ended_at=None
    )
    places = Agreement.objects.filter(pk__in=agreements)
    seats = Seat.objects.open(at).filter(
        provider__in=places.values("provider"), authority__in=places.values("authority")
    )
    for user in User.objects.filter(email__in=named.values("email")):
        if portal.grant(user):
            notify(seats.of(user), at)


def open_to_who_sits_there(*, seat: Seat, **_: Any) -> None:
    """Let whoever has just come in open what went before (LC-10)."""
    portal.grant(seat.user)
