"""What the database roles may do to the tables of accounts (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, NEVER_DELETED, READ_WRITE, TableGrants

PEOPLE: dict[str, TableGrants] = {
    "accounts_user": TableGrants(NEVER_DELETED),
    "accounts_membership": TableGrants(NEVER_DELETED),
}
"""People and their memberships end; they are not removed, so that the trail stays true."""

JOINING: dict[str, TableGrants] = {
    "accounts_invitation": TableGrants(NEVER_DELETED),
    "accounts_termsacceptance": TableGrants(APPEND_ONLY),
}
"""An invitation is taken back, not removed; what someone accepted stays accepted."""

FACTORS: dict[str, TableGrants] = {
    "mfa_authenticator": TableGrants({"ccis_web": READ_WRITE}),
    "usersessions_usersession": TableGrants({"ccis_web": READ_WRITE}),
}
"""Secrets of second factors, and who is signed in where: for the pages only, never for tasks."""

GRANTS: dict[str, TableGrants] = {**PEOPLE, **JOINING, **FACTORS}
