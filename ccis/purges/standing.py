"""Whether this database has destroyed all that the register says was destroyed."""

from enum import Enum

from django.db import connection

from ccis.files import register
from ccis.purges.actions import LOCK, newest_key_is_destroyed, played


class Standing(Enum):
    """What may be shown, and why."""

    CURRENT = "current"
    RESTORED = "restored"
    """A backup was put back: what was destroyed since is here again until it is replayed."""
    LOST = "lost"
    """The register lacks what this database wrote in it, so nobody knows what was destroyed."""


def standing() -> Standing:
    """How the database and the register stand to each other. Costs one small query.

    A purge that is under way has written to the register and not yet ended: it is waited for.
    """
    outside = register.end_of(register.ROWS)
    here = played()
    if here != outside:
        _wait_for_purges()
        here = played()
        if here.number < outside.number:
            return Standing.RESTORED
        outside = register.end_of(register.ROWS)
        if here.number > outside.number or (here.number == outside.number and here != outside):
            return Standing.LOST
    if not newest_key_is_destroyed():
        with register.adding(register.KEYS):
            is_old = not newest_key_is_destroyed()
        if is_old:
            return Standing.RESTORED
    return Standing.CURRENT


def _wait_for_purges() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
