"""What the database roles may do to the tables of monitoring (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

GRANTS: dict[str, TableGrants] = {
    "monitoring_chase": TableGrants(APPEND_ONLY),
    "monitoring_baseline": TableGrants(APPEND_ONLY, ("replaced_at", "replaced_by_id")),
    "monitoring_servicelevel": TableGrants(
        APPEND_ONLY,
        (
            *("our_signatory", "our_signed_on", "their_signatory", "their_signed_on"),
            *("review_on", "reviewed_on", "ended_on", "ended_by_id", "ended_why"),
        ),
    ),
    "monitoring_withoutagreement": TableGrants(APPEND_ONLY, ("replaced_at",)),
    "monitoring_toolkit": TableGrants(APPEND_ONLY),
}
"""What was agreed, asked, planned and published stays; what came after is written beside it."""
