"""What the database roles may do to the tables of opting out (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, FACT, TableGrants

WORKED_ON = (
    "state",
    "person_id",
    "matched_by_id",
    "matched_at",
    "outcome",
    "answered_by_id",
    "answered_at",
    "due_on",
)
"""Of a request what was said is never changed: only who it is, what was done, and its clock."""

DECIDED = (
    "part",
    "version",
    "state",
    "reason",
    "decided_by_id",
    "decided_at",
    "change_id",
)
"""Of a correction everything but whose request it is."""

# A merge puts what was said, asked and coded to the record that stays.
FIRST: dict[str, TableGrants] = {
    "optout_statement": TableGrants(FACT, ("superseded_id", "person_id")),
    "optout_personalcode": TableGrants(APPEND_ONLY, ("ended_at", "person_id")),
    "optout_request": TableGrants(APPEND_ONLY, WORKED_ON),
    "optout_message": TableGrants(APPEND_ONLY, ("sent_at", "sent_by_id")),
}

CORRECTIONS: dict[str, TableGrants] = {"optout_correction": TableGrants(APPEND_ONLY, DECIDED)}

UNDELIVERED: dict[str, TableGrants] = {
    "optout_message": TableGrants(APPEND_ONLY, ("sent_at", "sent_by_id", "failed_at")),
}

GRANTS = {**FIRST, **CORRECTIONS, **UNDELIVERED}
