"""What the database roles may do to the tables of sharing (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND, APPEND_ONLY, READ, READ_WRITE, TableGrants

LIFE = (
    "received_at",
    "engaged_at",
    "ends_at",
    "ended_because",
    "ended_id",
    "destroyed_at",
    "purged_at",
    "person_id",
)
"""Of a disclosure what left is never changed: only how it goes on, and whose record it is."""

GRANTS: dict[str, TableGrants] = {
    "sharing_sharedlist": TableGrants(
        APPEND_ONLY, ("state", "released_by_id", "released_at", "version_id")
    ),
    "sharing_listentry": TableGrants(APPEND_ONLY, ("dropped",)),
    "sharing_disclosure": TableGrants(APPEND_ONLY, LIFE),
    # What the portal's login reads of it, its policies say.
    "sharing_disclosedrow": TableGrants(
        {"ccis_web": READ_WRITE, "ccis_worker": READ_WRITE, "ccis_portal": READ}
    ),
    "sharing_portalsession": TableGrants(
        {"ccis_web": APPEND | {"DELETE"}, "ccis_worker": APPEND | {"DELETE"}},
        ("expires_at", "ended_at"),
    ),
}
