"""What the database roles may do to the tables of destruction (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

FIRST: dict[str, TableGrants] = {
    "destruction_chase": TableGrants(APPEND_ONLY),
    "destruction_confirmation": TableGrants(APPEND_ONLY),
    "destruction_confirmation_disclosures": TableGrants(APPEND_ONLY),
}
"""Whatever was said and certified stays as it is."""

SENT: dict[str, TableGrants] = {"destruction_chase": TableGrants(APPEND_ONLY, ("sent_at",))}
"""An email goes after it was written down, and then that it went."""

GRANTS = {**FIRST, **SENT}
