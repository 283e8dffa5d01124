"""Emails that say that there is something, and nothing of what it is (pages §5.3).

They hold no name of a person, no number of people and no link: nobody learns from one what it is
about, and nobody gets used to signing in through a link. The service's address stands in them to be
typed.
"""

import logging
from collections.abc import Iterable, Sequence, Set
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from ccis.access.roles import Role
from ccis.accounts.models import Membership, User
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from providers.portal.models import Notice, Seat

logger = logging.getLogger(__name__)

SUBJECT = "Something for you from {council}"
LETTER = "There is something for you in the {council} service. Sign in to see it{where}.\n"
KEPT = timedelta(days=30)


def letter_from(
    authority: Authority, words: str = LETTER, *, to: Sequence[str] = (), bcc: Sequence[str] = ()
) -> EmailMessage:
    """The one letter that there is, whatever it is about: a list, a recall, a reminder, a file.

    ``words`` are others only for those who do not see it here.
    """
    where = f": {settings.CCIS_ADDRESS}" if settings.CCIS_ADDRESS else ""
    council = authority.title
    return EmailMessage(
        subject=SUBJECT.format(council=council),
        body=words.format(council=council, where=where),
        to=to,
        bcc=bcc,
    )


@transaction.atomic
def notify(seats: Iterable[Seat], at: datetime) -> int:
    """Tell whoever sits there that there is something for them; say how many emails that is.

    Each is written to once a day and council at most, whatever there is. Seats that have ended and
    closed accounts are left out. The email goes when this transaction is there to stay; one that
    does not go may be asked for again the same day.
    """
    sitting = {
        (one.user_id, one.authority_id)
        for one in seats
        if one.ended_at is None or one.ended_at > at
    }
    return _tell(sitting, at)


@transaction.atomic
def notify_governance(authority: int, at: datetime) -> int:
    """Tell a council's information governance officers in the same way; say how many."""
    held = Membership.objects.current(local_date(at)).filter(
        authority=authority, role=Role.INFORMATION_GOVERNANCE.value
    )
    return _tell({(user, authority) for user in held.values_list("user", flat=True)}, at)


def _tell(whom: Set[tuple[int, int]], at: datetime) -> int:
    """Write to users, each in the name of an authority; both by id."""
    users = User.objects.filter(is_active=True).in_bulk({user for user, _ in whom})
    councils = Authority.objects.in_bulk({authority for _, authority in whom})
    told = 0
    for user, authority in sorted(whom):
        if user not in users:
            continue
        notice, new = Notice.objects.get_or_create(
            user=users[user], authority=councils[authority], on=local_date(at)
        )
        if new:
            told += 1
            transaction.on_commit(partial(_write, notice))
    return told


def _write(notice: Notice) -> None:
    try:
        letter_from(notice.authority, to=[notice.user.email]).send()
    except OSError:  # what SMTP and the network raise; the page shows it all the same
        logger.warning("A notice that there is something could not be sent")
        notice.delete()


def forget_old(*, at: datetime) -> None:
    """Remove what is known of notices of a month ago."""
    Notice.objects.filter(on__lt=local_date(at) - KEPT).delete()
