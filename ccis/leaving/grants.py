"""What the database roles may do to the table of files that left (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

GRANTS: dict[str, TableGrants] = {"leaving_leftfile": TableGrants(APPEND_ONLY)}
