"""What the database roles may do to the tables of the return (see ``ccis.access.grants``)."""

from ccis.access.grants import (
    APPEND,
    APPEND_ONLY,
    KEEP,
    NEVER_DELETED,
    READ,
    READ_WRITE,
    TableGrants,
)

GRANTS: dict[str, TableGrants] = {
    "returns_build": TableGrants(NEVER_DELETED),
    "returns_sentstatus": TableGrants(APPEND_ONLY),
    "returns_record": TableGrants({"ccis_web": READ, "ccis_worker": APPEND}),
    "returns_finding": TableGrants({"ccis_web": READ, "ccis_worker": READ_WRITE}),
    "returns_reconciliation": TableGrants(NEVER_DELETED),
    "returns_difference": TableGrants(
        {"ccis_web": APPEND, "ccis_worker": READ_WRITE},
        ("explanation", "explained_by_id", "explained_at"),
    ),
    "returns_filecheck": TableGrants(
        {
            "ccis_web": KEEP,
            "ccis_worker": frozenset({"SELECT", "UPDATE", "DELETE"}),
        }
    ),
    "returns_checkfinding": TableGrants(
        {
            "ccis_web": READ,
            "ccis_worker": frozenset({"SELECT", "INSERT", "DELETE"}),
        }
    ),
    "returns_buildprovider": TableGrants({"ccis_web": READ, "ccis_worker": READ_WRITE}),
}
"""Typed records are added by the worker into a partition of its own making and dropped whole."""
