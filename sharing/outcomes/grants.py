"""What the database roles may do to the tables of outcomes (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, READ, TableGrants

SAID = {**APPEND_ONLY, "ccis_portal": READ}
"""What was said is never changed. What the portal's login reads of it, a policy says."""

GRANTS: dict[str, TableGrants] = {
    "outcomes_attempt": TableGrants(SAID, ("undone_at", "undone_by_id")),
    "outcomes_answer": TableGrants(SAID, ("file_id",)),
    "outcomes_reminder": TableGrants(APPEND_ONLY),
}
