"""Messages read out of a mailbox: none lost, none twice, whatever is killed when (LC-03).

A message lies where it came in until its row is committed; only then it is moved. Whoever is
killed in between leaves it lying, and the next reader knows it and moves it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q

from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from optout import rules
from optout.mailbox import parsing
from optout.mailbox.models import Mail, Mailbox, Trouble
from optout.mailbox.rules import LETTER
from optout.mailbox.server import CannotRead, Lying, Session, opened
from optout.mailbox.setting import Account
from optout.models import Request

logger = logging.getLogger(__name__)

BUSY = timedelta(minutes=5)
"""So long a mailbox is left to whoever reads it; each message begins it anew."""

AN_HOUR = timedelta(hours=1)


def take_in(account: Account, *, authority: Authority, now: Callable[[], datetime]) -> int:
    """Take in what lies in an authority's mailbox; give how many messages were new.

    At most ``settings.MAILBOX_MOST_AT_ONCE`` of them, the oldest first; the rest comes next time.
    Nothing where another worker is at it. What stands in the way is noted, and shown to officers.
    """
    if not _begin(authority, now()):
        return 0
    taken, trouble = 0, ""
    try:
        with opened(account) as session:
            taken, stuck = _take_all(session, authority, now)
            trouble = Trouble.STUCK if stuck else ""
    except CannotRead as error:
        trouble = error.trouble
        logger.warning("mailbox of %s: %s", authority.code, error.trouble)
    _end(authority, trouble, at=now())
    return taken


def note_trouble(authority: Authority, trouble: Trouble, *, at: datetime) -> None:
    """Note why a mailbox cannot be read, to be shown to officers."""
    _end(authority, trouble, at=at)


# -- one after the other ---------------------------------------------------------------------------


def _take_all(
    session: Session, authority: Authority, now: Callable[[], datetime]
) -> tuple[int, int]:
    """How many were new, and how many could not be taken in."""
    lying = session.lying()
    known = _known(session, authority, lying)
    session.put_away(one.uid for one in lying if one.uid in known)
    taken = stuck = 0
    for one in [one for one in lying if one.uid not in known][: settings.MAILBOX_MOST_AT_ONCE]:
        _renew(authority, now())
        is_large = one.size > settings.MAILBOX_LARGEST
        content = session.read(one.uid, only_head=is_large)
        if content is None:  # someone moved it meanwhile
            continue
        try:
            taken += _keep(session, one, content, authority, is_large=is_large, at=now())
        except DatabaseError as error:
            stuck += 1
            logger.error("a message of %s stays: %s", authority.code, type(error).__name__)
            continue
        session.put_away([one.uid])
    return taken, stuck


def _known(session: Session, authority: Authority, lying: list[Lying]) -> set[int]:
    """Those that are taken in already: the same number in the same mailbox, come when it came."""
    rows = Mail.objects.filter(
        authority=authority,
        uid_validity=session.uid_validity,
        uid__in=[one.uid for one in lying],
    )
    kept = set(rows.values_list("uid", "received_at"))
    return {one.uid for one in lying if (one.uid, one.received_at) in kept}


@transaction.atomic
def _keep(
    session: Session,
    lying: Lying,
    content: bytes,
    authority: Authority,
    *,
    is_large: bool,
    at: datetime,
) -> int:
    """Commit one message; give 1, or 0 where it is here already."""
    letter = parsing.read(content)
    mail = Mail(
        authority=authority,
        mark=letter.mark,
        uid_validity=session.uid_validity,
        uid=lying.uid,
        received_at=lying.received_at,
        taken_in_at=at,
        due_on=rules.due_on(Request.Kind.OPT_OUT, local_date(lying.received_at)),
        sender=letter.sender,
        sender_name=letter.sender_name,
        answer_to=letter.answer_to,
        subject=letter.subject,
        text="" if is_large else letter.text,
        is_cut=letter.is_cut,
        left_out=letter.left_out,
        unread=_unread(letter, is_large=is_large),
        state=_state(letter, authority, at=at),
    )
    Mail.objects.bulk_create([mail], ignore_conflicts=True)
    kept = Mail.objects.filter(ref=mail.ref).first()
    if kept is None:
        return 0
    trail.record("mail taken in", by=None, at=at, authority=authority, subject=kept, mail=kept.ref)
    return 1


def _unread(letter: parsing.Letter, *, is_large: bool) -> str:
    if is_large:
        return Mail.Unread.TOO_LARGE
    return "" if letter.is_readable else Mail.Unread.NOT_READABLE


def _state(letter: parsing.Letter, authority: Authority, *, at: datetime) -> str:
    """Whether someone has to read it; past so many in an hour, a sender's are held back."""
    if letter.sort != LETTER:
        return Mail.State(letter.sort)
    lately = Mail.objects.filter(
        authority=authority, sender=letter.sender, taken_in_at__gt=at - AN_HOUR
    )
    is_flood = lately.count() >= settings.MAILBOX_MOST_FROM_ONE
    return Mail.State.HELD if is_flood else Mail.State.WAITING


# -- whose turn it is ------------------------------------------------------------------------------


def _begin(authority: Authority, at: datetime) -> bool:
    """Take the mailbox for ourselves, unless someone has it."""
    Mailbox.objects.bulk_create([Mailbox(authority=authority)], ignore_conflicts=True)
    free = Mailbox.objects.filter(Q(busy_until=None) | Q(busy_until__lt=at), authority=authority)
    return bool(free.update(busy_until=at + BUSY))


def _renew(authority: Authority, at: datetime) -> None:
    Mailbox.objects.filter(authority=authority).update(busy_until=at + BUSY)


def _end(authority: Authority, trouble: str, *, at: datetime) -> None:
    box, _ = Mailbox.objects.get_or_create(authority=authority)
    if not trouble:
        box.looked_at, box.trouble_since = at, None
    elif not box.trouble:
        box.trouble_since = at
    box.trouble, box.busy_until = trouble, None
    box.save()
