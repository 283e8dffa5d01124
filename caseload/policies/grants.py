"""What the database roles may do to the register (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

GRANTS: dict[str, TableGrants] = {
    "policies_policydocument": TableGrants(APPEND_ONLY, ("ends_on",)),
}
"""A version stays as it was registered; only its last day is said later."""
