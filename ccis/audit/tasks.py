"""Work that keeps the trail in order."""

from datetime import date

from celery import shared_task
from django.db import connection
from django.utils import timezone

MONTHS_AHEAD = 14
"""So many months have a partition of their own, this one included."""


@shared_task
def make_partitions(*, on: str | None = None, **_: object) -> int:
    """Make the trail's partitions for the months ahead; return how many were new.

    Run each night by beat. ``on`` is a day in ISO form, today unless given. Run twice, it makes
    nothing the second time.
    """
    first = date.fromisoformat(on) if on else timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions(%s, %s)", [first, MONTHS_AHEAD])
        (made,) = cursor.fetchone()
    return int(made)
