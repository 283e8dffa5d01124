"""What the database roles may do to the tables of matching (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND, APPEND_ONLY, ORDINARY, TableGrants

SCORED: dict[str, TableGrants] = {
    "matching_matchmodel": TableGrants(APPEND_ONLY),
    "matching_candidate": TableGrants(ORDINARY),
}
"""A model is a version, never edited; candidates come and go with the reckoning."""

ANSWERED: dict[str, TableGrants] = {
    "matching_answer": TableGrants(
        {"ccis_web": APPEND, "ccis_worker": APPEND | {"DELETE"}},
        update_columns=("taken_back_by_id", "taken_back_at"),
    )
}
"""An answer is taken back, not edited; it goes with a row that must be destroyed (LA-04)."""

USED: dict[str, TableGrants] = {"matching_modeluse": TableGrants(APPEND_ONLY)}
"""Which version was in use when is never edited."""

GRANTS = {**SCORED, **ANSWERED, **USED}
