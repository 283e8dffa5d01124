"""Work that keeps the trail in order."""

import logging
from datetime import date, timedelta

from celery import shared_task
from django.db import connection
from django.utils import timezone

from ccis.audit import checking, published, sealing, verifying
from ccis.audit.findings import Outcome

MONTHS_AHEAD = 14
"""So many months have a partition of their own, this one included."""

LAST_DAYS = timedelta(days=8)
"""What was sealed in these is checked each night."""

logger = logging.getLogger(__name__)


@shared_task
def make_partitions(*, on: str | None = None, **_: object) -> int:
    """Make the trail's partitions for the months ahead; return how many were new.

    Run each night by beat. ``on`` is a day in ISO form, today unless given. Run twice, it makes
    nothing the second time. Lines that fell outside every month are kept in a partition of
    their own; that is said loudly, for it means that this task did not run for a year.
    """
    first = date.fromisoformat(on) if on else timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions(%s, %s)", [first, MONTHS_AHEAD])
        (made,) = cursor.fetchone()
        cursor.execute("SELECT audit_lines_without_month()")
        (astray,) = cursor.fetchone()
    if astray:
        logger.error("%s lines of the trail fell outside every month's partition", astray)
    return int(made)


@shared_task
def check_trail(**_: object) -> int:
    """Check what was sealed in the last days; return how many faults there are.

    Run each night by beat. Faults are said in the log, and how many on the audit's page.
    """
    now = timezone.now()
    outcome, since = Outcome(), now - LAST_DAYS
    for finding in verifying.verify(
        outcome,
        published=published.read_published(),
        keys=published.public_keys(),
        since=since,
    ):
        logger.error("The trail is not as it was sealed: %s", finding.words)
    checking.record_checked(outcome, at=now, since=since)
    return outcome.faults


@shared_task
def seal_trail(**_: object) -> int:
    """Seal what came to the trail since the last seal; return how many lines.

    Run each minute by beat. When the chain cannot be carried on it says why, each time, until
    somebody has looked.
    """
    try:
        return sealing.seal_trail(at=timezone.now()).rows
    except sealing.CannotSeal as error:
        logger.error("The trail cannot be sealed: %s", error)
        return 0
