"""What the database roles may do to the tables of the portal (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, NEVER_DELETED, TableGrants

FIRST: dict[str, TableGrants] = {"seats_seat": TableGrants(NEVER_DELETED)}
"""A seat ends; it is not removed, so that it stays known who had access and when."""

OFFERS: dict[str, TableGrants] = {
    "seats_seatoffer": TableGrants(APPEND_ONLY, ("withdrawn_by_id", "withdrawn_at")),
}
"""An offer is taken back, not removed. Who was written to on which day is ordinary."""

GRANTS = {**FIRST, **OFFERS}
