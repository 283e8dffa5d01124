"""What the database roles may do to the table of purges (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

GRANTS: dict[str, TableGrants] = {"purges_played": TableGrants(APPEND_ONLY)}
