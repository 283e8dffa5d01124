"""What the database roles may do to the tables of outcomes (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, READ, READ_WRITE, TableGrants

SAID = {**APPEND_ONLY, "ccis_portal": READ}
"""What was said is never changed. What the portal's login reads of it, a policy says."""

LIFE = (
    "stored_id",
    "state",
    "stopped_in",
    "refusal",
    "notices",
    "row_count",
    "done_count",
    "missing",
    "taken_by_id",
    "taken_at",
    "finished_at",
    "beat_at",
)
"""Of a workbook it never changes of which list it is, what was in it, and who sent it."""

FIRST: dict[str, TableGrants] = {
    "outcomes_attempt": TableGrants(SAID, ("undone_at", "undone_by_id")),
    "outcomes_answer": TableGrants(SAID, ("file_id",)),
    "outcomes_referral": TableGrants(APPEND_ONLY),
    "outcomes_reminder": TableGrants(APPEND_ONLY),
    "outcomes_workbook": TableGrants(APPEND_ONLY, LIFE),
    # Rows of a workbook are read again where a worker was killed.
    "outcomes_workbookrow": TableGrants({"ccis_web": READ_WRITE, "ccis_worker": READ_WRITE}),
}

SENT: dict[str, TableGrants] = {"outcomes_reminder": TableGrants(APPEND_ONLY, ("sent_at",))}
"""An email goes after it was written down, and then that it went."""

GRANTS = {**FIRST, **SENT}
