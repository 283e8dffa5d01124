"""What follows for a request when what was to tell the person has gone, or did not arrive."""

from datetime import datetime

from django.db import transaction

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
    request = _lock(message)
    if not Message.objects.filter(pk=message.pk, failed_at=None).update(failed_at=at):
        return
    answers = request.messages.filter(kind=Message.Kind.ANSWER, failed_at=None)
    if message.kind == Message.Kind.ANSWER and not answers.filter(pk__gt=message.pk).exists():
        request.state, request.outcome = Request.State.IN_HAND, ""
        request.answered_by = request.answered_at = None
        request.save(update_fields=["state", "outcome", "answered_by", "answered_at"])
    set_clock(request)
    _line(request, "answer did not arrive", message, at)


def _lock(message: Message) -> Request:
    requests = Request.objects.select_for_update(of=("self",))
    return requests.select_related("authority", "person").get(pk=message.request_id)


def _line(request: Request, verb: str, message: Message, at: datetime) -> None:
    trail.record(
        verb,
        by=None,
        at=at,
        authority=request.authority,
        subject=request.person or request,
        request=request.ref,
        kind=message.kind,
        told=message.by,
    )
