"""What the database roles may do to the tables of accounts (see ``ccis.access.grants``)."""

from ccis.access.grants import NEVER_DELETED, TableGrants

GRANTS: dict[str, TableGrants] = {
    "accounts_user": TableGrants(NEVER_DELETED),
    "accounts_membership": TableGrants(NEVER_DELETED),
}
"""People and their memberships end; they are not removed, so that the trail stays true."""
