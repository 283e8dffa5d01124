"""What the database roles may do to the tables of triage (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

GRANTS: dict[str, TableGrants] = {
    "triage_strand": TableGrants(APPEND_ONLY, ("stopped_at",)),
    "triage_strandversion": TableGrants(APPEND_ONLY, ("places", "note", "used_by_id", "used_at")),
    "triage_choice": TableGrants(APPEND_ONLY, ("on_list_id", "lapsed_at")),
}
"""Criteria and decisions are never edited; the portal's login reads none of them (LC-08)."""
