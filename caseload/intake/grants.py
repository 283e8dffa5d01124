"""What the database roles may do to the tables of files (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, NEVER_DELETED, TableGrants

TAKEN: dict[str, TableGrants] = {"intake_takenfields": TableGrants(APPEND_ONLY)}
"""What is taken of a kind is a new version each time."""

DESTROYED: dict[str, TableGrants] = {"intake_rowdestruction": TableGrants(APPEND_ONLY)}
"""That rows were destroyed is never edited or taken back."""

SOURCES: dict[str, TableGrants] = {
    "intake_source": TableGrants(NEVER_DELETED),
    "intake_sourcetoken": TableGrants(NEVER_DELETED),
}
"""A source stays with its files; a token is taken back, never removed."""

GRANTS = {**TAKEN, **DESTROYED, **SOURCES}
