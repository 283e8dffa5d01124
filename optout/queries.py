"""Whom an objection covers, what stands, who may be asked about; and who a request is from."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from caseload.models import YoungPerson
from caseload.queries.near import NearMatch, near_matches
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from optout.models import Message, Request, Statement
from providers.models import Provider


def objection_covers(person: YoungPerson, provider: Provider | None, *, on: date) -> bool:
    """Whether someone's details may not go to an organisation, or (``None``) to any at all.

    The database answers (``optout_objection_covers``): it is the one place that decides.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT optout_objection_covers(%s, %s, %s)",
            [person.pk, provider.pk if provider else None, on],
        )
        (covers,) = cursor.fetchone()
    return bool(covers)


def objecting(people: Collection[int], provider: Provider | None, *, on: date) -> set[int]:
    """Which of some people an objection covers, in one question."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person FROM unnest(%s::bigint[]) AS asked(person)"
            " WHERE optout_objection_covers(person, %s, %s)",
            [list(people), provider.pk if provider else None, on],
        )
        return {person for (person,) in cursor.fetchall()}


@dataclass(frozen=True)
class Standing:
    """What someone's statements come to on a day."""

    all: bool = False
    some: list[Provider] = field(default_factory=list)
    """Organisations covered by name, where not all are."""
    but: list[Provider] = field(default_factory=list)
    """Organisations that may be shared with although all are refused."""


def standing(person: YoungPerson, *, on: date) -> Standing:
    """What someone's objections cover on a day, as the database answers it."""
    named = Provider.objects.filter(
        pk__in=Statement.objects.believed()
        .filter(person=person, provider__isnull=False)
        .values("provider")
    )
    whole = objection_covers(person, None, on=on)
    covered = {one.pk: objection_covers(person, one, on=on) for one in named}
    return Standing(
        all=whole,
        some=[one for one in named if covered[one.pk] and not whole],
        but=[one for one in named if not covered[one.pk] and whole],
    )


def statements_of(person: YoungPerson) -> list[Statement]:
    """Every statement about someone, taken-out ones too, newest first."""
    return list(
        Statement.objects.filter(person=person)
        .select_related("provider", "recorded__by", "superseded__by", "request")
        .order_by("-said_on", "-pk")
    )


# -- whom we share with ----------------------------------------------------------------------------

SharedWith = Callable[[Authority, date], Iterable[Provider]]

_shared_with: list[SharedWith] = []


def register_shared_with(source: SharedWith) -> SharedWith:
    """Say with which organisations an authority shares on a day: for the app that knows."""
    if source not in _shared_with:
        _shared_with.append(source)
    return source


def shared_with(authority: Authority, *, on: date) -> list[Provider]:
    """The organisations that young people can say no to by name, by name; none while nobody
    shares.
    """
    found = {one.pk: one for source in _shared_with for one in source(authority, on)}
    return sorted(found.values(), key=lambda one: (one.name, one.pk))


@dataclass(frozen=True)
class Announced:
    """What an authority may pass on of someone, and to whom, as they were told."""

    columns: tuple[str, ...] = ()
    """In the words of a letter, such as ``your address``; none where nothing says."""
    organisations: tuple[Provider, ...] = ()
    helps: bool = True
    """Whether it is all for help with courses and jobs, and not a school or a department."""
    asks_consent: bool = False
    """Whether nothing is shared unless they say yes (LC-24)."""


WhatWasSaid = Callable[[Authority, YoungPerson | None, date], Announced | None]

_announced: list[WhatWasSaid] = []


def register_announced(source: WhatWasSaid) -> WhatWasSaid:
    """Say what someone was told, or (``None``) what anyone would be: for the app that writes."""
    if source not in _announced:
        _announced.append(source)
    return source


def announced_to(authority: Authority, person: YoungPerson | None, *, on: date) -> Announced:
    """What someone's own letters announced; for whoever has none, what a letter would today."""
    for source in _announced:
        found = source(authority, person, on)
        if found is not None:
            return found
    return Announced(organisations=tuple(shared_with(authority, on=on)))


# -- requests --------------------------------------------------------------------------------------


class Waiting(NamedTuple):
    """Something that waits to become requests: in words, and where it lies."""

    words: str
    href: str


WaitingIn = Callable[[Authority, User, date], Waiting | None]

_waiting: list[WaitingIn] = []


def register_waiting(source: WaitingIn) -> WaitingIn:
    """Say what waits to become requests, for the queue to name: for the app that holds it."""
    if source not in _waiting:
        _waiting.append(source)
    return source


def waiting_elsewhere(authority: Authority, *, user: User, on: date) -> list[Waiting]:
    """What waits to become requests of an authority, of what a user may open."""
    found = (source(authority, user, on) for source in _waiting)
    return [one for one in found if one is not None]


def goes_by_itself(message: Message) -> bool:
    """Whether the sending service sends it, so that no officer has to."""
    if message.by not in (Message.By.TEXT, Message.By.EMAIL) or not settings.NOTIFY_API_KEY:
        return False
    outgoing = getattr(message, "outgoing", None)  # there is none in its first minute
    return outgoing is None or outgoing.state in ("waiting", "sending")


def who_may_it_be(request: Request, *, user: User, on: date) -> list[NearMatch]:
    """People near whoever a request is from, likeliest first; an officer decides."""
    if not (request.given or request.family):
        return []
    return near_matches(
        authority=request.authority,
        user=user,
        given=request.given,
        family=request.family,
        date_of_birth=request.date_of_birth,
        postcode=request.postcode,
        on=on,
    )
