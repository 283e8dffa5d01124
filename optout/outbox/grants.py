"""What the database roles may do to the tables of messages out (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

GRANTS: dict[str, TableGrants] = {
    "outbox_outgoing": TableGrants(
        APPEND_ONLY,
        (
            "state",
            "why",
            "tries",
            "deliveries",
            "next_at",
            "claimed_at",
            "service_id",
            "sent_at",
            "ended_at",
            "stopped_by_id",
            "person_id",
        ),
    ),
    "outbox_messagechoice": TableGrants(APPEND_ONLY, ("person_id",)),
}
"""What a message said and where it went is never changed; a merge says whose it is."""
