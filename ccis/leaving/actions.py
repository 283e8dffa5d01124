"""Writing down that a file leaves, in the transaction that gives it out."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from ccis.accounts.models import User
from ccis.authorities.models import Authority
from ccis.leaving.kinds import kind_of
from ccis.leaving.models import WHY_LENGTH, LeftFile


@dataclass(frozen=True)
class Content:
    """What a file is, for the ledger: the SHA-256 of its bytes, and how many they are."""

    sha256: str
    size: int

    @classmethod
    def of(cls, content: bytes) -> Self:
        """The same of a file that is at hand."""
        return cls(hashlib.sha256(content).hexdigest(), len(content))


def leaves(
    kind: str,
    content: Content,
    *,
    authority: Authority,
    by: User | None,
    at: datetime,
    why: str,
    of: str = "",
    people: int | None = None,
) -> LeftFile:
    """Note that a file with personal data leaves, beside the line of the trail (USE-07).

    Raises ``KeyError`` for a kind that nobody registered.
    """
    return LeftFile.objects.create(
        authority=authority,
        kind=kind_of(kind).name,
        of=of,
        by=by,
        at=at,
        why=why.strip()[:WHY_LENGTH],
        people=people,
        sha256=content.sha256,
        size=content.size,
    )
