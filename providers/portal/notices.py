"""Emails that say that there is something, and nothing of what it is (pages §5.3).

They hold no name, no number of people and no link: nobody learns from one what it is about, and
nobody gets used to signing in through a link.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet

from ccis.access.roles import Role
from ccis.accounts.models import Membership, User
from ccis.calendar.words import local_date
from providers.portal.models import Notice, Seat

logger = logging.getLogger(__name__)

SUBJECT = "There is something for you"
LETTER = "There is something for you in {service}. Sign in as you always do to see it.\n"
KEPT = timedelta(days=30)


@transaction.atomic
def notify(seats: Iterable[Seat], at: datetime) -> int:
    """Tell whoever sits there that there is something for them; say how many are written to.

    Each is written to once a day at most, whatever there is and however many councils say so.
    Seats that have ended and closed accounts are left out. The email goes when this transaction is
    there to stay; one that does not go may be asked for again the same day.
    """
    sitting = {one.user_id for one in seats if one.ended_at is None or one.ended_at > at}
    return _tell(User.objects.filter(pk__in=sitting), at)


@transaction.atomic
def notify_governance(authority: int, at: datetime) -> int:
    """Tell a council's information governance officers in the same way; say how many."""
    held = Membership.objects.current(local_date(at)).filter(
        authority=authority, role=Role.INFORMATION_GOVERNANCE.value
    )
    return _tell(User.objects.filter(pk__in=held.values("user")), at)


def _tell(users: QuerySet[User], at: datetime) -> int:
    told = 0
    for user in users.filter(is_active=True).order_by("pk"):
        notice, new = Notice.objects.get_or_create(user=user, on=local_date(at))
        if new:
            told += 1
            transaction.on_commit(lambda notice=notice: _write(notice))  # type: ignore[misc]
    return told


def _write(notice: Notice) -> None:
    letter = EmailMessage(
        subject=SUBJECT,
        body=LETTER.format(service=settings.CCIS_SERVICE_NAME),
        to=[notice.user.email],
    )
    try:
        letter.send()
    except OSError:  # what SMTP and the network raise; the page shows it all the same
        logger.warning("A notice that there is something could not be sent")
        notice.delete()


def forget_old(*, at: datetime) -> None:
    """Remove what is known of notices of a month ago."""
    Notice.objects.filter(on__lt=local_date(at) - KEPT).delete()
