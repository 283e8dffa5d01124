"""What the database roles may do to held forms (see ``ccis.access.grants``)."""

from ccis.access.grants import TableGrants

GRANTS: dict[str, TableGrants] = {
    "idle_heldform": TableGrants(
        {
            "ccis_web": frozenset({"SELECT", "INSERT", "DELETE"}),
            "ccis_worker": frozenset({"SELECT", "DELETE"}),
        }
    )
}
"""Held and given back by the web, swept by the worker, changed by nobody."""
