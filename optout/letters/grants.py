"""What the database roles may do to the tables of letters (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, NEVER_DELETED, TableGrants

GRANTS: dict[str, TableGrants] = {
    "letters_providerlist": TableGrants(APPEND_ONLY),
    "letters_listedprovider": TableGrants(APPEND_ONLY),
    "letters_template": TableGrants(APPEND_ONLY),
    "letters_version": TableGrants(APPEND_ONLY),
    "letters_batch": TableGrants(NEVER_DELETED),
    "letters_part": TableGrants(APPEND_ONLY, ("pdf_id",)),
    "letters_letter": TableGrants(
        APPEND_ONLY,
        (
            "skipped",
            "part_id",
            "place",
            "code_id",
            "returned_on",
            "returned_by_id",
            "returned_why",
        ),
    ),
}
"""What a version says, and what a letter was, stays as it was."""
