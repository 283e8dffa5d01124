"""When a request is over: at once, or once the organisation says that it has deleted (LC-04)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from ccis.accounts.models import User
from ccis.calendar.words import local_date
from ccis.calendar.working_days import BankHolidaysNotKnown, add_working_days
from optout import rules
from optout.actions.proposing import announce
from optout.models import Correction, Message, Request

ASKED_AGAIN_AFTER = 5
"""Working days in which an organisation is to confirm; after them the request is late."""


@dataclass(frozen=True)
class Holders:
    """What an app above knows of organisations that were told to delete something."""

    held: Callable[[Collection[int], datetime], set[int]]
    """Of whom one may still hold something at a moment, by id."""
    deleted: Callable[[int, datetime, datetime], str]
    """What to tell someone of what was deleted between two moments; empty where nothing was."""


_holders: list[Holders] = []


def register_holders(source: Holders) -> None:
    """Have an app above say who holds what, and what was deleted; once is enough."""
    if source not in _holders:
        _holders.append(source)


def still_held(people: Collection[int], at: datetime) -> set[int]:
    """Of whom an organisation may still hold what it was told to delete, by id."""
    return set().union(*(source.held(people, at) for source in _holders))


def close(request: Request, *, outcome: str, by: User | None, at: datetime) -> None:
    """Close a request that was answered; an opt-out stays open until nobody holds anything.

    What was deleted before the answer is told beside it, and closes the request in its turn.
    """
    request.outcome = outcome
    person = request.person_id if request.kind == Request.Kind.OPT_OUT else None
    if person is not None and still_held([person], at):
        request.state, request.due_on = Request.State.WAITING, _asked_again_on(at)
    elif person is not None and (words := _deleted_untold(request, person, at)):
        _tell(request, words, at=at)
    else:
        request.state = Request.State.ANSWERED
        request.answered_by, request.answered_at = by, at
    request.save(update_fields=["state", "outcome", "due_on", "answered_by", "answered_at"])
    part = Correction.objects.filter(request=request).values_list("part", flat=True)
    announce(request, set(part), at=at)


@transaction.atomic
def tell_that_it_is_deleted(words: Mapping[int, str], *, at: datetime) -> int:
    """Write to those whose opt-out waited for a confirmation, by id of person; says how many.

    It goes the way that they chose, and closes the request when it has gone. Of whom somebody
    still holds something nothing is said yet.
    """
    waiting = Request.objects.select_for_update(of=("self",)).filter(
        state=Request.State.WAITING, person__in=words
    )
    held = still_held(words, at)
    told = 0
    for request in waiting.order_by("pk"):
        if request.person_id is None or request.person_id in held:
            continue
        _tell(request, words[request.person_id], at=at)
        request.save(update_fields=["state", "due_on"])
        told += 1
    return told


def _deleted_untold(request: Request, person: int, at: datetime) -> str:
    """What was deleted since someone said no, and is not told yet.

    Word that did not arrive is the officer's to give: the same way would fail again.
    """
    if request.messages.filter(kind=Message.Kind.ANSWER, made_by=None).exists():
        return ""
    return " ".join(
        filter(None, (source.deleted(person, request.received_at, at) for source in _holders))
    )


def _tell(request: Request, words: str, *, at: datetime) -> None:
    """Write the way that they chose; the caller saves the request, which waits until it went."""
    Message.objects.create(
        request=request,
        kind=Message.Kind.ANSWER,
        by=request.answer_by,
        to=request.answer_to,
        words=words,
        made_at=at,
    )
    request.state = Request.State.IN_HAND
    request.due_on = rules.due_on(request.kind, local_date(at))


def _asked_again_on(at: datetime) -> date:
    try:
        return add_working_days(local_date(at), ASKED_AGAIN_AFTER)
    except BankHolidaysNotKnown:
        return local_date(at) + timedelta(days=7)
