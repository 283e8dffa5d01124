"""What the database roles may do to the tables of files (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

TAKEN: dict[str, TableGrants] = {"intake_takenfields": TableGrants(APPEND_ONLY)}
"""What is taken of a kind is a new version each time."""

DESTROYED: dict[str, TableGrants] = {"intake_rowdestruction": TableGrants(APPEND_ONLY)}
"""That rows were destroyed is never edited or taken back."""

GRANTS = {**TAKEN, **DESTROYED}
