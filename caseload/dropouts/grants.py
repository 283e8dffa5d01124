"""What the database roles may do to the tables of drop-outs (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

GRANTS: dict[str, TableGrants] = {
    "dropouts_notification": TableGrants(APPEND_ONLY, ("sent_at",)),
    "dropouts_route": TableGrants(APPEND_ONLY, ("ended_by_id", "ended_at")),
    "dropouts_passingon": TableGrants(APPEND_ONLY, ("stored_id", "sent_by_id", "sent_at", "how")),
}
"""A notification, a line of the matrix and what was passed on are never edited or taken back."""
