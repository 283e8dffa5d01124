"""What follows for a request when what was to tell the person has gone, or did not arrive."""

from datetime import datetime

from django.db import transaction

from caseload.models import RestrictionLevel
from ccis.accounts.models import User
from ccis.audit import trail
from optout.actions.acknowledging import set_clock
from optout.actions.closing import close
from optout.models import Message, Request


@transaction.atomic
def gone(message: Message, *, at: datetime) -> None:
    """Say that a message has gone by itself; an answer closes its request. Twice is as once."""
    request = _lock(message)
    if not Message.objects.filter(pk=message.pk, sent_at=None).update(sent_at=at):
        return
    if message.kind == Message.Kind.ANSWER and request.state != Request.State.ANSWERED:
        close(request, outcome=request.outcome, by=message.made_by, at=at)
    set_clock(request)
    _line(request, "answer sent", message, at)


@transaction.atomic
def did_not_arrive(message: Message, *, at: datetime) -> None:
    """Say that a message never reached anyone; its request waits for an answer again (USE-06)."""
    _never_came(message, "answer did not arrive", by=None, at=at)


@transaction.atomic
def stopped(message: Message, *, by: User | None, at: datetime) -> None:
    """Say that a message was stopped and will not go; its request waits for an answer again."""
    _never_came(message, "answer stopped", by=by, at=at)


def _never_came(message: Message, verb: str, *, by: User | None, at: datetime) -> None:
    request = _lock(message)
    if not Message.objects.filter(pk=message.pk, failed_at=None).update(failed_at=at):
        return
    answers = request.messages.filter(kind=Message.Kind.ANSWER, failed_at=None, pk__gt=message.pk)
    is_last = message.kind == Message.Kind.ANSWER and not answers.exists()
    if is_last and not _ended_by_death(request):
        request.state, request.outcome = Request.State.IN_HAND, ""
        request.answered_by = request.answered_at = None
        request.save(update_fields=["state", "outcome", "answered_by", "answered_at"])
    set_clock(request)
    _line(request, verb, message, at, by=by)


def _ended_by_death(request: Request) -> bool:
    """Whether nobody waits for an answer any more; whoever complained for them still does."""
    person = request.person
    has_died = person is not None and person.restriction_level == RestrictionLevel.DECEASED
    return has_died and request.kind != Request.Kind.COMPLAINT


def _lock(message: Message) -> Request:
    requests = Request.objects.select_for_update(of=("self",))
    return requests.select_related("authority", "person").get(pk=message.request_id)


def _line(
    request: Request, verb: str, message: Message, at: datetime, *, by: User | None = None
) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=request.authority,
        subject=request.person or request,
        request=request.ref,
        kind=message.kind,
        told=message.by,
    )
