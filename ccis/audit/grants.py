"""What the database roles may do to the tables of the audit (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND, APPEND_ONLY, READ, TableGrants

HISTORY: dict[str, TableGrants] = {"auditlog_logentry": TableGrants(APPEND_ONLY)}
"""The field-by-field history of what is edited one record at a time."""

SEALS: dict[str, TableGrants] = {
    "audit_seal": TableGrants({"ccis_web": READ, "ccis_worker": APPEND}),
}
"""The sealer runs as the worker."""

GRANTS: dict[str, TableGrants] = {
    "audit_change": TableGrants(APPEND_ONLY),
    "audit_trail_entry": TableGrants(APPEND_ONLY),
    "audit_trail_detail": TableGrants(APPEND_ONLY),
    **HISTORY,
    **SEALS,
}
