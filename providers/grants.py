"""What the database roles may do to the directory (see ``ccis.access.grants``)."""

from ccis.access.grants import KEEP, NEVER_DELETED, READ, TableGrants

FIRST: dict[str, TableGrants] = {"providers_provider": TableGrants(NEVER_DELETED)}
"""A provider closes; it is not removed, for records point to it."""

REGISTER: dict[str, TableGrants] = {
    "providers_registerload": TableGrants({"ccis_web": READ, "ccis_worker": KEEP}),
    "providers_registerentry": TableGrants({"ccis_web": READ, "ccis_worker": KEEP}),
}
"""Read by pages, loaded by the worker, deleted by nobody."""

GRANTS = {**FIRST, **REGISTER}
