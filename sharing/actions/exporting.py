"""Giving out a ledger as a file: with a reason, and itself in the ledger of files (USE-07)."""

from datetime import datetime

from django.db import transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.leaving.actions import Content, leaves
from sharing.errors import CannotShare

DISCLOSURES, FILES = "disclosures", "files"
KINDS = {DISCLOSURES: "Ledger of sharing", FILES: "Ledger of files"}


@transaction.atomic
def give_out(
    ledger: str,
    content: bytes,
    *,
    rows: int,
    authority: Authority,
    why: str,
    by: User,
    at: datetime,
) -> None:
    """Write down that a ledger leaves, with so many rows. Raises ``CannotShare`` without a reason.

    The one of files does not count itself: its own row is the next.
    """
    if not why.strip():
        raise CannotShare("Enter why you need the file", field="why")
    left = leaves(
        f"ledger-{ledger}",
        Content.of(content),
        authority=authority,
        by=by,
        at=at,
        why=why,
        people=rows if ledger == DISCLOSURES else None,
    )
    trail.record(
        "ledger exported",
        by=by,
        at=at,
        authority=authority,
        subject=left,
        ledger=ledger,
        rows=rows,
        sha256=left.sha256,
    )
