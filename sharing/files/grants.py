"""What the database roles may do to the tables of secure files (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, TableGrants

LIFE = (
    "state",
    "beat_at",
    "stopped_because",
    "file_id",
    "phrase_id",
    "sha256",
    "size",
    "told_at",
    "destroyed_at",
)
"""Of a file it never changes whose it is, what is in it and who asked."""

GRANTS: dict[str, TableGrants] = {
    "securefiles_securefile": TableGrants(APPEND_ONLY, LIFE),
    "securefiles_securefile_rows": TableGrants(APPEND_ONLY),
    "securefiles_download": TableGrants(APPEND_ONLY),
}
