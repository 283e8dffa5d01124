"""What officers do with a message of the drop box; and its words destroyed in time (LC-03)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from ccis.accounts.models import User
from ccis.audit import trail
from optout.actions import requests
from optout.errors import CannotDo
from optout.mailbox.models import Mail
from optout.models import Channel, Request

EMPTY: Mapping[str, Any] = {
    "sender": "", "sender_name": "", "answer_to": "", "subject": "", "text": "", "left_out": [],
}  # fmt: skip


@transaction.atomic
def make_request(
    mail: Mail,
    asked: requests.Asked,
    *,
    by: User,
    at: datetime,
    sending: str,
    words: Callable[[Request], str],
) -> Request:
    """Make a request of what a message says; it counts from when the message came.

    The acknowledgement goes to where the message came from. Done already, the same request is
    given back to the same form. Raises ``CannotDo`` where somebody else dealt with it.
    """
    mail = _lock(mail)
    if mail.request is not None and mail.request.sent_key == requests.key_of(sending, asked):
        return mail.request
    _check(mail)
    request = requests.enter(
        asked,
        authority=mail.authority,
        channel=Channel.EMAIL,
        received_at=mail.received_at,
        by=by,
        at=at,
        sending=sending,
        words=words,
        acknowledge_to=mail.answer_to,
    )
    _settle(mail, Mail.State.REQUEST, by=by, at=at, request=request)
    return request


@transaction.atomic
def not_a_request(mail: Mail, *, why: str, by: User, at: datetime) -> int:
    """Say that nothing is asked of us; give how many messages that was.

    Of messages held back, all of the same sender. Raises ``CannotDo`` where somebody else dealt
    with it.
    """
    mail = _lock(mail)
    _check(mail)
    together = _together(mail)
    for one in together:
        _settle(one, Mail.State.NOT_REQUEST, by=by, at=at, why=why)
    return len(together)


@transaction.atomic
def put_back(mail: Mail, *, by: User, at: datetime) -> int:
    """Put a message back among those to read; give how many that was.

    Of messages held back, all of the same sender. Nothing happens to one that waits already.
    Raises ``CannotDo`` for one of which a request was made, or whose words were destroyed.
    """
    mail = _lock(mail)
    if mail.state == Mail.State.WAITING:
        return 0
    if mail.state == Mail.State.REQUEST:
        raise CannotDo("A request was made of this message")
    if mail.emptied_at is not None:
        raise CannotDo("The words of this message were destroyed. Look for it in the mailbox")
    together = _together(mail)
    for one in together:
        one.settled_by = one.settled_at = None
        one.state, one.why = Mail.State.WAITING, ""
        one.save(update_fields=["state", "settled_by", "settled_at", "why"])
        _leave_line(one, "mail put back", by=by, at=at)
    return len(together)


@transaction.atomic
def destroy_old(*, at: datetime) -> int:
    """Destroy the words of messages that were no requests, their time being over."""
    before = at - timedelta(days=settings.MAILBOX_KEPT_DAYS)
    old = Mail.objects.filter(emptied_at=None)
    done = old.filter(state=Mail.State.NOT_REQUEST, settled_at__lt=before) | old.filter(
        state__in=[Mail.State.BOUNCE, Mail.State.AUTOMATIC], taken_in_at__lt=before
    )
    emptied = list(done.select_related("authority"))
    Mail.objects.filter(pk__in=[one.pk for one in emptied]).update(**EMPTY, emptied_at=at)
    for one in emptied:
        _leave_line(one, "mail destroyed", by=None, at=at)
    return len(emptied)


# -- parts -----------------------------------------------------------------------------------------


def _lock(mail: Mail) -> Mail:
    mails = Mail.objects.select_for_update(of=("self",))
    return mails.select_related("authority", "request", "settled_by").get(pk=mail.pk)


def _check(mail: Mail) -> None:
    if mail.settled_by is not None:
        raise CannotDo(f"{mail.settled_by.name} dealt with this message already")


def _together(mail: Mail) -> "QuerySet[Mail] | list[Mail]":
    if mail.state != Mail.State.HELD:
        return [mail]
    return (
        Mail.objects.select_for_update(of=("self",))
        .filter(authority=mail.authority, sender=mail.sender, state=Mail.State.HELD)
        .select_related("authority")
    )


def _settle(
    mail: Mail,
    state: Mail.State,
    *,
    by: User,
    at: datetime,
    request: Request | None = None,
    why: str = "",
) -> None:
    mail.state, mail.request, mail.why = state, request, why
    mail.settled_by, mail.settled_at = by, at
    mail.save(update_fields=["state", "request", "why", "settled_by", "settled_at"])
    _leave_line(mail, f"mail settled: {state}", by=by, at=at)


def _leave_line(mail: Mail, verb: str, *, by: User | None, at: datetime) -> None:
    trail.record(verb, by=by, at=at, authority=mail.authority, subject=mail, mail=mail.ref)
