"""What the database roles may do to the directory (see ``ccis.access.grants``)."""

from ccis.access.grants import NEVER_DELETED, TableGrants

GRANTS: dict[str, TableGrants] = {"providers_provider": TableGrants(NEVER_DELETED)}
"""A provider closes; it is not removed, for records point to it."""
