"""What the database roles may do to the tables of agreements (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, NEVER_DELETED, ORDINARY, TableGrants

FIRST: dict[str, TableGrants] = {
    "agreements_programme": TableGrants(NEVER_DELETED),
    "agreements_gateway": TableGrants(NEVER_DELETED),
    "agreements_privacynotice": TableGrants(APPEND_ONLY, ("given_until",)),
    "agreements_wording": TableGrants(APPEND_ONLY),
    "agreements_agreement": TableGrants(NEVER_DELETED),
    "agreements_version": TableGrants(NEVER_DELETED),
    "agreements_version_notices": TableGrants(ORDINARY),
    "agreements_party": TableGrants(NEVER_DELETED),
    "agreements_agreedpurpose": TableGrants(ORDINARY),
    "agreements_annexa": TableGrants(NEVER_DELETED),
    "agreements_namedperson": TableGrants(
        APPEND_ONLY, ("approved_by_id", "approved_at", "ended_by_id", "ended_at")
    ),
    "agreements_step": TableGrants(APPEND_ONLY),
    "agreements_review": TableGrants(
        APPEND_ONLY, ("outcome", "found", "held_on", "closed_by_id", "closed_at")
    ),
    "agreements_audit": TableGrants(APPEND_ONLY),
    "agreements_auditfinding": TableGrants(APPEND_ONLY, ("done_on", "done_how", "done_by_id")),
    "agreements_reminder": TableGrants(APPEND_ONLY),
}
"""What was agreed, asked, found and done stays; what a version says is held by triggers."""

RETURNED: dict[str, TableGrants] = {
    "agreements_returned": TableGrants(APPEND_ONLY, ("put_aside_at",)),
}
"""What an organisation signed stays as it was signed."""

GRANTS = {**FIRST, **RETURNED}
