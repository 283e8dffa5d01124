"""What the database roles may do to the tables of incidents (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

GRANTS: dict[str, TableGrants] = {
    "incidents_incident": TableGrants(APPEND_ONLY, ("closed_by_id", "closed_at")),
    "incidents_note": TableGrants(APPEND_ONLY),
    "incidents_reckoning": TableGrants(APPEND_ONLY),
    "incidents_affected": TableGrants(APPEND_ONLY),
    "incidents_risk": TableGrants(APPEND_ONLY),
    "incidents_notice": TableGrants(APPEND_ONLY),
    "incidents_decision": TableGrants(APPEND_ONLY),
    "incidents_action": TableGrants(APPEND_ONLY, ("done_by_id", "done_at", "done_how")),
    "incidents_alarm": TableGrants(APPEND_ONLY),
}
"""Whatever was found out, told and decided stays as it was written."""
