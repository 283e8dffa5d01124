"""Who looked at a record, from the trail (PIA-07): its own pages, lists, files and downloads.

A line about a person names them. A line about something that holds many people, such as a file,
names that instead; the app that owns it says with ``register`` in which of them a person is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from caseload.models import YoungPerson
from ccis.access.roles import Role
from ccis.accounts.models import Membership, User
from ccis.audit.models import TrailDetail, TrailEntry

SEEN = "person seen"
SENSITIVE = "sensitive details opened"
ABOUT_ONE = (SEEN, SENSITIVE)
NAMED_LISTS = ("people", "search", "recent", "near")
IN_RETURNS = "returns "
IN_FILE = "row of a file"


class Kind(StrEnum):
    """How someone came to see a record."""

    PAGE = "page"
    SENSITIVE = "sensitive"
    LIST = "list"
    FILE = "file"
    DOWNLOAD = "download"


@dataclass(frozen=True)
class Collection:
    """Something that holds many people: the kind of its lines, and those that a person is in.

    ``verbs`` are the lines that tell of a look, each with how it was looked at. ``refs`` gives
    the references of some of them by id, to be shown.
    """

    subject_kind: str
    verbs: Mapping[str, Kind]
    ids_with: Callable[[YoungPerson], QuerySet[Any]]
    refs: Callable[[Iterable[int]], dict[int, str]]
    name: str


_collections: dict[str, Collection] = {}


def register(collection: Collection) -> None:
    """Have lines about a collection counted as looks at the people in it; twice is as once."""
    _collections[collection.subject_kind] = collection


@dataclass(frozen=True)
class Look:
    """Someone looked."""

    at: datetime
    who: str
    role: str
    verb: str
    kind: Kind
    page: str
    part: str
    of: str
    """What many were looked at in: "file 7F3K-Q29M"; empty for a look at this person alone."""


def lines_about(person: YoungPerson) -> QuerySet[TrailEntry]:
    """Every line that tells of a look at a person."""
    about = Q(subject_kind=YoungPerson._meta.label_lower, subject_id=person.pk, verb__in=ABOUT_ONE)
    for collection in _collections.values():
        about |= Q(
            subject_kind=collection.subject_kind,
            subject_id__in=collection.ids_with(person),
            verb__in=list(collection.verbs),
        )
    return TrailEntry.objects.filter(about)


def narrowed(
    lines: QuerySet[TrailEntry],
    *,
    who: User | None = None,
    kinds: Iterable[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[TrailEntry]:
    """The lines of one person, of some kinds, between two days, both in."""
    if who is not None:
        lines = lines.filter(by_id=who.pk)
    if since is not None:
        lines = lines.filter(at__gte=_start_of(since))
    if until is not None:
        lines = lines.filter(at__lt=_start_of(until + timedelta(days=1)))
    chosen = [_of_kind(Kind(kind)) for kind in kinds]
    if chosen:
        either = Q()
        for one in chosen:
            either |= one
        lines = lines.filter(either)
    return lines


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _of_kind(kind: Kind) -> Q:
    """The lines of a kind; of those about one person, the page decides."""
    about = Q(pk__in=[])
    for collection in _collections.values():
        verbs = [verb for verb, of in collection.verbs.items() if of == kind]
        about |= Q(subject_kind=collection.subject_kind, verb__in=verbs)
    listed = Q(details__page__in=NAMED_LISTS) | Q(details__page__startswith=IN_RETURNS)
    in_file = Q(details__page=IN_FILE)
    if kind is Kind.SENSITIVE:
        about |= Q(verb=SENSITIVE)
    elif kind is Kind.LIST:
        about |= Q(verb=SEEN) & _with_details(listed)
    elif kind is Kind.FILE:
        about |= Q(verb=SEEN) & _with_details(in_file)
    elif kind is Kind.PAGE:
        about |= Q(verb=SEEN) & ~_with_details(listed | in_file)
    return about


def _with_details(wanted: Q) -> Q:
    return Q(Exists(TrailDetail.objects.filter(wanted, entry_id=OuterRef("pk"))))


def onlookers(person: YoungPerson) -> QuerySet[User]:
    """Everyone who looked, by name."""
    ids = lines_about(person).order_by().values("by_id").distinct()
    return User.objects.filter(pk__in=ids).order_by("name", "pk")


def looks(lines: Iterable[TrailEntry]) -> list[Look]:
    """Lines as looks: with the names of who looked, and the role that they had then."""
    entries = list(lines)
    people = {entry.by_id for entry in entries if entry.by_id}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    memberships = list(Membership.objects.filter(user__in=people))
    details = dict(
        TrailDetail.objects.filter(entry_id__in=[entry.pk for entry in entries]).values_list(
            "entry_id", "details"
        )
    )
    places = _places(entries)
    return [
        Look(
            at=entry.at,
            who=names.get(entry.by_id or 0, "The service"),
            role=_role(memberships, entry),
            verb=entry.verb,
            kind=_kind(entry, str(details.get(entry.pk, {}).get("page", ""))),
            page=str(details.get(entry.pk, {}).get("page", "")),
            part=str(details.get(entry.pk, {}).get("part", "")),
            of=places.get((entry.subject_kind, entry.subject_id or 0), ""),
        )
        for entry in entries
    ]


def _kind(entry: TrailEntry, page: str) -> Kind:
    collection = _collections.get(entry.subject_kind)
    if collection:
        return collection.verbs[entry.verb]
    if entry.verb == SENSITIVE:
        return Kind.SENSITIVE
    if page in NAMED_LISTS or page.startswith(IN_RETURNS):
        return Kind.LIST
    return Kind.FILE if page == IN_FILE else Kind.PAGE


def _places(entries: list[TrailEntry]) -> dict[tuple[str, int], str]:
    """What is said of each collection that lines are about: one question a kind."""
    said = {}
    for kind, collection in _collections.items():
        ids = {entry.subject_id for entry in entries if entry.subject_kind == kind}
        ids.discard(None)
        if ids:
            for number, ref in collection.refs([one for one in ids if one]).items():
                said[kind, number] = f"{collection.name} {ref}"
    return said


def _role(memberships: list[Membership], entry: TrailEntry) -> str:
    """The role that someone had on that day, for that authority where the line names one."""
    day = timezone.localdate(entry.at)
    for held in memberships:
        if held.user_id != entry.by_id or held.starts_on > day:
            continue
        if held.ends_on is not None and held.ends_on <= day:
            continue
        if entry.authority_id in (None, held.authority_id):
            return Role(held.role).label
    return ""
