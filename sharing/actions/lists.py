"""Lists: drafted from chosen people, released by a second person, or withdrawn (LC-09, LC-26).

A release asks the rule again, of all at once, with the agreement and everyone's rows held: what it
finds cannot change before it is done, and it is done whole or not at all.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from guardian.shortcuts import assign_perm

from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from providers.models import Provider
from providers.portal.models import Seat
from providers.portal.notices import notify
from sharing import rules
from sharing.actions.locks import hold_agreement, hold_people
from sharing.agreements.rules import DELIVERY, Terms
from sharing.errors import CannotShare
from sharing.models import (
    OPEN_LIST,
    DisclosedRow,
    Disclosure,
    ListEntry,
    ListState,
    SharedList,
)
from sharing.queries.asking import Asked, answers, may_go, offer_of, scope_ends, terms_now
from sharing.queries.opening import standing_grants
from sharing.queries.values import values_of
from sharing.rules import Answer

PERSON = "caseload.youngperson"
OWN = "You prepared this, so someone else must release it"
MOST = 5000
"""People of one list."""


@dataclass(frozen=True)
class Drafted:
    """A list that was drafted, and who could not go on it, by id with the reasons."""

    list: SharedList
    refused: dict[int, Answer] = field(default_factory=dict)


@transaction.atomic
def draft_list(
    *,
    authority: Authority,
    terms: Terms,
    purpose: str,
    people: Sequence[int],
    by: User,
    at: datetime,
    places: int | None = None,
) -> Drafted:
    """Draft a list of chosen people, by id and likeliest first, for a second person to release.

    Whoever may not go is left out and given back with the reasons. Raises ``CannotShare`` when
    nobody may, or for more than ``MOST`` people.
    """
    if len(people) > MOST:
        raise CannotShare(f"A list holds at most {MOST:,} people")
    visible = set(
        YoungPerson.objects.visible_to(by)
        .of(authority)
        .filter(pk__in=people)
        .values_list("pk", flat=True)
    )
    provider = Provider.objects.get(pk=terms.provider)
    asked = Asked(authority, provider, offer_of(terms, purpose, places=places), at)
    found = answers([one for one in people if one in visible], asked)
    going = may_go(found)
    if not going:
        raise CannotShare("Nobody of those chosen can be shared with this organisation now")
    drafted = SharedList.objects.create(
        authority=authority,
        provider=provider,
        purpose=purpose,
        columns=_in_order(rules.columns_of(purpose, terms.columns)),
        version_id=terms.version,
        drafted_by=by,
        drafted_at=at,
    )
    ListEntry.objects.bulk_create(ListEntry(on_list=drafted, person_id=one) for one in going)
    _line("list drafted", drafted, by=by, at=at, people=len(going))
    return Drafted(drafted, {one: answer for one, answer in found.items() if not answer.may})


@transaction.atomic
def withdraw(shared: SharedList, *, by: User, at: datetime) -> None:
    """Give a draft up. Raises ``CannotShare`` when it is released or withdrawn."""
    shared = _lock(shared)
    if shared.state != ListState.DRAFTED:
        raise CannotShare("Only a list that waits for release can be withdrawn")
    shared.state = ListState.WITHDRAWN
    shared.save(update_fields=["state"])
    _line("list withdrawn", shared, by=by, at=at)


def look(shared: SharedList, *, at: datetime) -> dict[int, Answer]:
    """What the rule says today of everyone who was drafted, by id; who came off stays off."""
    return _found(shared, _terms(shared, at), at)


Strays = Callable[[SharedList, Collection[int], datetime], set[int]]
_strays: list[Strays] = []


def register_strays(source: Strays) -> Strays:
    """Have an app above say which people of a draft are not meant by it any more (LC-07)."""
    if source not in _strays:
        _strays.append(source)
    return source


def take_off(people: Collection[int], *, because: rules.Reason) -> None:
    """Take people off every draft, whose rows the caller holds: no release is under way then."""
    drafted = ListEntry.objects.filter(on_list__state=ListState.DRAFTED, dropped=[])
    drafted.filter(person__in=people).update(dropped=[because.name])


@transaction.atomic
def release(shared: SharedList, *, by: User, at: datetime) -> list[Disclosure]:
    """Let a list go: one disclosure for each who may go now, with the agreed columns and no other.

    Who may not go any more is dropped, with the reasons. Whoever may open it is told, once it is
    there to be opened. Raises ``CannotShare`` for whoever drafted it, when it does not wait for
    release, and when nobody is left.
    """
    shared = _lock(shared)
    if shared.state != ListState.DRAFTED:
        raise CannotShare("This list does not wait for release")
    if shared.drafted_by_id == by.pk:
        raise CannotShare(OWN)
    hold_agreement(shared.version.agreement_id)
    change = open_change(authority=shared.authority, by=by, why="list released", at=at)
    people = list(shared.entries.order_by("pk").values_list("person_id", flat=True))
    hold_people(people)
    terms = _terms(shared, at)
    found = _found(shared, terms, at)
    going = may_go(found)
    if terms is None or not going:
        raise CannotShare("Nobody on this list can be shared any more. Withdraw it")
    made = _disclose(shared, terms, going, change_id=change.pk, at=at)
    _drop(shared, found)
    shared.state, shared.released_by, shared.released_at = ListState.RELEASED, by, at
    shared.version_id = terms.version
    shared.save(update_fields=["state", "released_by", "released_at", "version"])
    for user in User.objects.filter(pk__in=terms.people):
        assign_perm(OPEN_LIST, user, shared)
    trail.record_many(
        "shared",
        [one.person_id for one in made],
        kind=PERSON,
        by=by,
        at=at,
        authority=shared.authority,
        change=change,
        list=shared.ref,
        provider=shared.provider.ref,
    )
    transaction.on_commit(partial(_tell, shared, at))
    return made


# -- parts -----------------------------------------------------------------------------------------


def _disclose(
    shared: SharedList, terms: Terms, going: dict[int, Answer], *, change_id: int, at: datetime
) -> list[Disclosure]:
    ground = terms.ground_for(shared.purpose)
    term, too_old = first_end(terms, at), scope_ends(going, shared.authority, on=local_date(at))
    made = Disclosure.objects.bulk_create(
        Disclosure(
            authority=shared.authority,
            person_id=person,
            provider=shared.provider,
            on_list=shared,
            purpose=shared.purpose,
            columns=_in_order(answer.columns & set(shared.columns)),
            version_id=terms.version,
            basis=ground.basis if ground else "",
            gateway=ground.gateway if ground else "",
            letter_id=answer.letter,
            notices=sorted(terms.notices),
            made_id=change_id,
            released_at=at,
            received_at=at if terms.clock == DELIVERY else None,
            ends_at=min(term, too_old.get(person, term)),
        )
        for person, answer in sorted(going.items())
    )
    values = values_of(list(going), shared.columns, on=local_date(at))
    DisclosedRow.objects.bulk_create(
        DisclosedRow(
            disclosure=one,
            values={
                column: values[one.person_id][column]
                for column in one.columns
                if column in values[one.person_id]
            },
            released_at=at,
            ends_at=one.ends_at,
        )
        for one in made
    )
    return made


def _tell(shared: SharedList, at: datetime) -> None:
    may_open = standing_grants().filter(content_object=shared).values("user")
    seats = Seat.objects.open(at).filter(provider=shared.provider, authority=shared.authority)
    notify(seats.filter(user__in=may_open), at)


def first_end(terms: Terms, at: datetime) -> datetime:
    """When a disclosure ends that is released now: its term from today.

    Where the first opening starts the clock, that gives it a term from then; what nobody opens
    does not lie there, and nobody waits for help on a list that is not read.
    """
    return rules.term_ends_at(
        local_date(at), working_days=terms.term_days, period_ends_on=terms.ends_on
    )


def _drop(shared: SharedList, found: dict[int, Answer]) -> None:
    out = [person for person, answer in found.items() if not answer.may]
    entries = list(shared.entries.filter(person__in=out))
    for entry in entries:
        entry.dropped = [reason.name for reason in _named(found[entry.person_id])]
    ListEntry.objects.bulk_update(entries, ["dropped"])


def _named(answer: Answer) -> Iterable[rules.Reason]:
    return dict.fromkeys(found.reason for found in answer.why_not)


def _in_order(columns: Collection[str]) -> list[str]:
    return [column for column in rules.HEADINGS if column in columns]


def _terms(shared: SharedList, at: datetime) -> Terms | None:
    return terms_now(shared.authority, shared.version.agreement_id, on=local_date(at))


def _found(shared: SharedList, terms: Terms | None, at: datetime) -> dict[int, Answer]:
    """Everyone's answer in their order: of who came off why, of the others what the rule says."""
    drafted = dict(shared.entries.order_by("pk").values_list("person_id", "dropped"))
    stay = [one for one, dropped in drafted.items() if not dropped]
    found = answers(stay, _asked(shared, terms, at))
    for source in _strays:
        found |= dict.fromkeys(source(shared, list(may_go(found)), at), _off(["NOT_MEANT"]))
    return {one: found.get(one) or _off(dropped) for one, dropped in drafted.items()}


def _off(dropped: Iterable[str]) -> Answer:
    reasons = [rules.Reason[name] for name in dropped]
    return Answer(why_not=tuple(rules.Found(reason, reason.value) for reason in reasons))


def _asked(shared: SharedList, terms: Terms | None, at: datetime) -> Asked:
    offer = None if terms is None else offer_of(terms, shared.purpose)
    return Asked(shared.authority, shared.provider, offer, at)


def _lock(shared: SharedList) -> SharedList:
    held = SharedList.objects.select_for_update(of=("self",))
    return held.select_related("authority", "provider", "version", "drafted_by").get(pk=shared.pk)


def _line(
    verb: str, shared: SharedList, *, by: User, at: datetime, people: int | None = None
) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=shared.authority,
        subject=shared,
        list=shared.ref,
        people=people,
    )
