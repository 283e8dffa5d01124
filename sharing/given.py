"""What an organisation was given, known again where what it reads has changed since (LAW-08).

A dispute takes a column out of a row, a seal says it otherwise, and a copy that was made before
still comes back completed. Of what it said then only a keyed digest is kept, for as long as the
row: it tells that a value is the same one, and nothing of what it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from ccis.files.cells import clean_text
from sharing.models import DisclosedRow

Value = str | Sequence[str]


def in_a_cell(value: Value) -> str:
    """A value as a cell of a workbook says it, with single spaces."""
    text = value if isinstance(value, str) else "\n".join(value)
    return " ".join(clean_text(text).split())


NOTED = ("values", "given_before", "changed_at")
"""What of a row is saved when what it says has changed."""


def note(row: DisclosedRow, before: Mapping[str, Any], *, at: datetime) -> None:
    """Note on a row, which the caller saves, what the columns that have changed said before."""
    if row.values != before:
        row.changed_at = at
    for column in sorted(before.keys() | row.values.keys()):
        was, now = (in_a_cell(values.get(column, "")) for values in (before, row.values))
        known = row.given_before.get(column, [])
        digest = _digest(row.disclosure_id, column, was)
        if was != now and digest not in known:
            row.given_before[column] = [*known, digest]


def was_given(digests: Iterable[str], disclosure: int, column: str, text: str) -> bool:
    """Whether what a cell says is what one of these digests of its column is of."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    possible = [_digest(disclosure, column, text, secret) for secret in secrets]
    return any(constant_time_compare(one, other) for one in digests for other in possible)


def _digest(disclosure: int, column: str, text: str, secret: str | bytes | None = None) -> str:
    salt = f"sharing.given.{disclosure}.{column}"
    return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()
