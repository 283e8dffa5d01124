"""Asking the named individuals of a list by email that says nothing, once it is written down.

What was written down and did not go, since the worker was killed or the network was away, goes with
the next minute; what went does not go again (LC-18, LC-19).
"""

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import local_date
from ccis.calendar.working_days import BankHolidaysNotKnown, working_days_between
from providers.portal.notices import letter_from
from sharing.destruction.models import Chase
from sharing.errors import CannotShare
from sharing.files.actions import whom
from sharing.models import SharedList

if TYPE_CHECKING:
    from sharing.outcomes.models import Reminder

Asked = TypeVar("Asked", Chase, "Reminder")
"""One time that an organisation was asked, for one thing or another."""

logger = logging.getLogger(__name__)

ASKED_AGAIN_AFTER = 5
"""Working days after which an organisation that has said nothing is asked again."""
TRIED_FOR = timedelta(hours=12)
"""So long an email that does not go is tried; then the next morning asks anew."""


def ask(
    kind: type[Asked],
    shared: SharedList,
    *,
    verb: str,
    by: User | None,
    at: datetime,
    since: datetime | None = None,
) -> Asked:
    """Write down that a list's named individuals are asked, who are written to on commit.

    The caller holds the list. Raises ``CannotShare`` when they were asked today already, unless
    what there is to do has come since they were written to.
    """
    last = kind.objects.filter(on_list=shared).first()
    if last is not None and local_date(last.at) == local_date(at) and not _before(since, last):
        raise CannotShare("They were asked today already")
    made = kind.objects.create(on_list=shared, at=at, by=by, told=len(whom(shared)))
    trail.record(
        verb,
        by=by,
        at=at,
        authority=shared.authority,
        subject=shared,
        list=shared.ref,
    )
    transaction.on_commit(partial(_send, kind, made.pk, at=at))
    return made


def send_waiting(kind: type[Asked], *, at: datetime) -> int:
    """Write to those who were asked and have not been written to; says of how many times."""
    waiting = kind.objects.filter(sent_at=None, at__gt=at - TRIED_FOR).order_by("pk")
    return sum(_send(kind, pk, at=at) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _send(kind: type[Asked], pk: int, *, at: datetime) -> bool:
    """Send the one email to all of them, none of whom sees the others; whether it went now."""
    held = kind.objects.select_for_update(of=("self",), skip_locked=True)
    asked = held.select_related("on_list__authority").filter(pk=pk, sent_at=None).first()
    if asked is None:
        return False
    letter = letter_from(asked.on_list.authority, bcc=[user.email for user in whom(asked.on_list)])
    try:
        letter.send()  # to nobody, where nobody may open the list any more
    except OSError:  # what SMTP and the network raise
        logger.warning("An organisation could not be written to")
        return False
    asked.sent_at = at
    asked.save(update_fields=["sent_at"])
    return True


def is_to_ask_again(
    kind: type[Asked], shared: SharedList, *, at: datetime, since: datetime | None = None
) -> bool:
    """Whether a list's organisation was not written to for five working days, or ``since``."""
    last = kind.objects.filter(on_list=shared, sent_at__isnull=False).first()
    return last is None or _before(since, last) or waited(last.at, at) >= ASKED_AGAIN_AFTER


def _before(since: datetime | None, last: "Chase | Reminder") -> bool:
    """Whether the email went before a moment; one that goes yet tells of what came by then."""
    return since is not None and last.sent_at is not None and last.sent_at < since


def waited(since: datetime, at: datetime) -> int:
    """Working days from one moment to another; by weeks beyond the list of bank holidays."""
    start, end = local_date(since), local_date(at)
    try:
        return working_days_between(start, end)
    except BankHolidaysNotKnown:
        return (end - start) // timedelta(days=7) * 5
