"""What the database roles may do to the tables of the portal (see ``ccis.access.grants``)."""

from ccis.access.grants import NEVER_DELETED, TableGrants

GRANTS: dict[str, TableGrants] = {"seats_seat": TableGrants(NEVER_DELETED)}
"""A seat ends; it is not removed, so that it stays known who had access and when."""
