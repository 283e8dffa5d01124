"""What the database roles may do to the tables of this app (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

FIRST: dict[str, TableGrants] = {
    "emergency_criteria": TableGrants(APPEND_ONLY),
    "emergency_emergency": TableGrants(
        APPEND_ONLY, ("outcome", "found", "reviewed_by_id", "reviewed_at")
    ),
    "emergency_enquiry": TableGrants(
        APPEND_ONLY,
        ("state", "why", "disclosure_id", "answered_by_id", "answered_at", "person_id"),
    ),
}
"""What was decided and checked stays as it was written; how it ended is added once."""

TOLD: dict[str, TableGrants] = {
    "emergency_emergency": TableGrants(
        APPEND_ONLY, (*FIRST["emergency_emergency"].update_columns, "told_at")
    )
}
"""Governance is written to after it was written down, and then that it was."""

GRANTS = {**FIRST, **TOLD}
