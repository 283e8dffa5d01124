"""What the database roles may do to the authorities' tables (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, CODES, TableGrants

GRANTS: dict[str, TableGrants] = {
    "authorities_policyprofile": TableGrants(APPEND_ONLY),
    "authorities_publishedfigure": TableGrants(CODES),
}
"""A policy is a new version each time; published figures are loaded at migrate by the owner."""
