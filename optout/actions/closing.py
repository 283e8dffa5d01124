"""When a request is over: at once, or once the organisation says that it has deleted (LC-04)."""

from collections.abc import Callable, Collection, Mapping
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

Held = Callable[[Collection[int]], set[int]]
_held: list[Held] = []


def register_held(source: Held) -> Held:
    """Have an app above say of whom an organisation may still hold what it was told to delete."""
    if source not in _held:
        _held.append(source)
    return source


def still_held(people: Collection[int]) -> set[int]:
    """Those people, by id."""
    return set().union(*(source(people) for source in _held))


def close(request: Request, *, outcome: str, by: User | None, at: datetime) -> None:
    """Close a request that was answered; an opt-out stays open until nobody holds anything."""
    request.outcome = outcome
    person = request.person_id
    if request.kind == Request.Kind.OPT_OUT and person is not None and still_held([person]):
        request.state, request.due_on = Request.State.WAITING, _asked_again_on(at)
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
    held = still_held(words)
    told = 0
    for request in waiting.order_by("pk"):
        if request.person_id is None or request.person_id in held:
            continue
        Message.objects.create(
            request=request,
            kind=Message.Kind.ANSWER,
            by=request.answer_by,
            to=request.answer_to,
            words=words[request.person_id],
            made_at=at,
        )
        request.state = Request.State.IN_HAND
        request.due_on = rules.due_on(request.kind, local_date(at))
        request.save(update_fields=["state", "due_on"])
        told += 1
    return told


def _asked_again_on(at: datetime) -> date:
    try:
        return add_working_days(local_date(at), ASKED_AGAIN_AFTER)
    except BankHolidaysNotKnown:
        return local_date(at) + timedelta(days=7)
