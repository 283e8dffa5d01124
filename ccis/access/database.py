"""Which database role a process stands for, and taking one on for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

WEB = "ccis_web"
WORKER = "ccis_worker"
PORTAL = "ccis_portal"
REPORTING = "ccis_reporting"
ROLES = (WEB, WORKER, PORTAL, REPORTING)


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Run the block as a database role, in a transaction, and give the role back after.

    For tests, where one connection is the owner's. A served process signs in as its role and
    has no need of this. Raises ``ValueError`` for a role that is not ours.
    """
    if role not in ROLES:
        raise ValueError(f"{role} is not one of the service's database roles")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        (before,) = cursor.fetchone()
    try:
        with transaction.atomic():
            _set_role(role)
            yield
    finally:
        if not connection.needs_rollback:
            _set_role(before, local=connection.in_atomic_block)


def _set_role(role: str, *, local: bool = True) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, %s)", [role, local])
