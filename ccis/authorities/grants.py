"""What the database roles may do to the authorities' tables (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, CODES, KEEP, READ, TableGrants

FIRST: dict[str, TableGrants] = {
    "authorities_policyprofile": TableGrants(APPEND_ONLY),
    "authorities_publishedfigure": TableGrants(CODES),
}
"""A policy is a new version each time; published figures are loaded at migrate by the owner."""

REFERENCE: dict[str, TableGrants] = {
    table: TableGrants({"ccis_web": READ, "ccis_worker": KEEP})
    for table in ("authorities_ward", "authorities_postcode", "authorities_gazetteeraddress")
}
"""Loaded by the worker's commands, looked up by pages, deleted by nobody."""

GRANTS = {**FIRST, **REFERENCE}
