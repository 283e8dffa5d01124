"""What each database role may do to each table: written down once, applied by migrations.

A test compares this with the catalogue. Tables that are not named here have ``ORDINARY``.
"""

from django.db import migrations

Grants = dict[str, frozenset[str]]

READ = frozenset({"SELECT"})
READ_WRITE = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
APPEND = frozenset({"SELECT", "INSERT"})

ORDINARY: Grants = {"ccis_web": READ_WRITE, "ccis_worker": READ_WRITE}
FACT: Grants = {"ccis_web": APPEND, "ccis_worker": APPEND}
"""Facts are never edited or deleted; besides, the column ``superseded_id`` may be updated."""
APPEND_ONLY: Grants = {"ccis_web": APPEND, "ccis_worker": APPEND}
CODES: Grants = {"ccis_web": READ, "ccis_worker": READ}
"""Written by the owner alone, at migrate."""

WRITTEN_DOWN: dict[str, Grants] = {
    "audit_change": APPEND_ONLY,
    "audit_trail_entry": APPEND_ONLY,
    "audit_trail_detail": APPEND_ONLY,
    "django_migrations": {"ccis_web": READ, "ccis_worker": READ},
}


def restrict(table: str, grants: Grants, *, columns: tuple[str, ...] = ()) -> migrations.RunSQL:
    """Migration operation: give a table exactly ``grants``, and UPDATE on ``columns`` besides."""
    statements = [f"REVOKE ALL ON {table} FROM ccis_web, ccis_worker, ccis_portal, ccis_reporting"]
    undo = []
    for role, privileges in sorted(grants.items()):
        statements.append(f"GRANT {', '.join(sorted(privileges))} ON {table} TO {role}")
        if columns:
            statements.append(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO {role}")
        undo.append(f"GRANT {', '.join(sorted(READ_WRITE))} ON {table} TO {role}")
    return migrations.RunSQL(statements, undo)
