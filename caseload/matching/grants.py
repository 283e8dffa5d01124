"""What the database roles may do to the tables of matching (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, ORDINARY, TableGrants

GRANTS: dict[str, TableGrants] = {
    "matching_matchmodel": TableGrants(APPEND_ONLY),
    "matching_candidate": TableGrants(ORDINARY),
}
"""A model is a version, never edited; candidates come and go with the reckoning."""
