"""What the database roles may do to the tables of the drop box (see ``ccis.access.grants``)."""

from ccis.access.grants import KEEP, READ, TableGrants

SETTLED = ("state", "request_id", "settled_by_id", "settled_at", "why")
WORDS = ("sender", "sender_name", "answer_to", "subject", "text", "left_out", "emptied_at")
"""Destroyed when their time is over, and never otherwise changed."""

GRANTS: dict[str, TableGrants] = {
    "mailbox_mailbox": TableGrants({"ccis_web": READ, "ccis_worker": KEEP}),
    "mailbox_mail": TableGrants(
        {"ccis_web": READ, "ccis_worker": READ | {"INSERT"}}, (*SETTLED, *WORDS)
    ),
}
"""Pages take nothing in; what was said stays as it was said."""
