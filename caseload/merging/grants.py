"""What the database roles may do to the tables of merges (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

GRANTS: dict[str, TableGrants] = {
    "merging_merge": TableGrants(APPEND_ONLY, ("undone_id",)),
}
"""Of a merge only that it was undone is ever added. Pairs come and go with the reckoning."""
