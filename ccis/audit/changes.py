"""Knowledge ordered by commits: numbered changes, and the moment below which all is settled."""

from datetime import datetime

from django.db import connection, transaction

from ccis.accounts.models import User
from ccis.audit.models import Change
from ccis.authorities.models import Authority

LOCK_CLASS = 71_001
"""First key of the advisory lock; the second is the authority's id."""


def open_change(
    *,
    authority: Authority,
    by: User | None,
    why: str,
    at: datetime,
    file_ref: str = "",
    source: str = "",
) -> Change:
    """Number a new change of an authority's records, inside the caller's transaction.

    The authority's lock is taken shared first and the number after, so that whoever holds the
    lock alone knows that every smaller number is committed (design §4). ``by=None`` means
    that the service acted by itself. Raises ``RuntimeError`` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a change must be opened inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [LOCK_CLASS, authority.pk])
    return Change.objects.create(
        authority=authority, by=by, at=at, why=why, file_ref=file_ref, source=source
    )


def fix_moment(authority: Authority) -> int:
    """Return a number such that all changes up to it are committed and none comes later.

    Waits for the writers that are open, holding newcomers back for that instant only.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, authority.pk])
        cursor.execute("SELECT coalesce(max(id), 0) FROM audit_change")
        (number,) = cursor.fetchone()
    return int(number)
