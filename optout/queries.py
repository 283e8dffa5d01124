"""Whom an objection covers, what stands, who may be asked about; and who a request is from."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from caseload.models import YoungPerson
from caseload.queries.near import NearMatch, near_matches
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from optout.models import Request, Statement
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


# -- requests --------------------------------------------------------------------------------------


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
