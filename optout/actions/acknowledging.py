"""What people are told of a request before its answer: that we have it, and how it stands.

A complaint is acknowledged within 30 days, its progress told, its outcome given with the way to the
regulator (LAW-03); each is a message with what was told and when.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import local_date
from optout import rules
from optout.errors import CannotDo
from optout.models import Channel, Message, Request

AT_ONCE = frozenset({Message.By.SCREEN, Message.By.PHONE, Message.By.IN_PERSON})
"""Ways of telling that need nothing sent."""

SAME_WAY = {
    Channel.EMAIL: Message.By.EMAIL,
    Channel.PHONE: Message.By.PHONE,
    Channel.POST: Message.By.LETTER,
    Channel.IN_PERSON: Message.By.IN_PERSON,
}
"""They hear that we have it by the way that they came."""


def acknowledge(request: Request, *, words: str, to: str, by: User, at: datetime) -> Message:
    """Write the acknowledgement; told on the phone or in person, it is told.

    ``to`` is an address for an email; empty, it is where they want the answer, if that is one. An
    email to nowhere is a letter.
    """
    way = SAME_WAY[Channel(request.channel)]
    if way == Message.By.EMAIL and not to:
        to = request.answer_to if "@" in request.answer_to else ""
        way = way if to else Message.By.LETTER
    message = _write(request, Message.Kind.ACKNOWLEDGEMENT, way, to=to, words=words, by=by, at=at)
    set_clock(request)
    return message


@transaction.atomic
def tell_progress(
    request: Request, *, words: str, told_by: str, to: str, by: User, at: datetime
) -> Message:
    """Tell someone who complained how it stands; once told, the next word is due in 30 days.

    ``told_by`` is one of ``Message.By``. Raises ``CannotDo`` when the outcome is written.
    """
    request = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.outcome or request.state == Request.State.ANSWERED:
        raise CannotDo("This is answered already")
    check_words(request, told_by=told_by, to=to, words=words, is_outcome=False)
    message = _write(request, Message.Kind.PROGRESS, told_by, to=to, words=words, by=by, at=at)
    if request.state == Request.State.NEW:
        request.state = Request.State.IN_HAND
        request.save(update_fields=["state"])
    set_clock(request)
    trail.record(
        "progress told",
        by=by,
        at=at,
        authority=request.authority,
        subject=request.person or request,
        request=request.ref,
        told=told_by,
    )
    return message


def set_clock(request: Request) -> None:
    """Set by when someone who complained is to hear from us: again, or for the first time where
    nothing that was sent has reached them.
    """
    if request.kind != Request.Kind.COMPLAINT or request.state == Request.State.ANSWERED:
        return
    told = request.messages.filter(failed_at=None).aggregate(last=Max("sent_at"))["last"]
    request.due_on = (
        rules.heard_again_by(local_date(told))
        if told
        else rules.due_on(request.kind, local_date(request.received_at))
    )
    request.save(update_fields=["due_on"])


def check_words(request: Request, *, told_by: str, to: str, words: str, is_outcome: bool) -> None:
    """Refuse what could not be sent anywhere, and an outcome that leaves out the regulator."""
    if told_by not in AT_ONCE and not to and request.person_id is None:
        raise CannotDo("We do not know whose record this is, so enter where to send it", field="to")
    is_complaint = request.kind == Request.Kind.COMPLAINT
    if is_outcome and is_complaint and rules.REGULATOR_PAGE not in words:
        raise CannotDo(
            f"Say how they can complain to the Information Commissioner, at {rules.REGULATOR_PAGE}",
            field="words",
        )


def _write(
    request: Request, kind: str, way: str, *, to: str, words: str, by: User, at: datetime
) -> Message:
    is_told = way in AT_ONCE
    return Message.objects.create(
        request=request,
        kind=kind,
        by=way,
        to=to,
        words=words,
        made_at=at,
        made_by=by,
        sent_at=at if is_told else None,
        sent_by=by if is_told else None,
    )
