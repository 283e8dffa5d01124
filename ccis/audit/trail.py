"""Lines of the trail: what was done and what was looked at, by whom, to whom."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from ccis.accounts.models import User
from ccis.audit.context import request_reference
from ccis.audit.models import Change
from ccis.authorities.models import Authority

SALT_BYTES = 16


def record(
    verb: str,
    *,
    by: User | None,
    at: datetime,
    authority: Authority | None,
    subject: Model | None = None,
    change: Change | None = None,
    **details: Any,
) -> None:
    """Add a line to the trail, in the caller's transaction.

    ``details`` holds ids, codes and counts, never names or values. ``by=None`` means that the
    service itself acted, or that nobody had signed in.
    """
    _write(
        verb,
        [subject.pk if subject is not None else None],
        about=subject._meta.label_lower if subject is not None else "",
        by=by,
        at=at,
        authority=authority,
        change=change,
        details=details,
    )


def record_many(
    verb: str,
    subjects: Iterable[int | None],
    *,
    kind: str,
    by: User | None,
    at: datetime,
    authority: Authority | None,
    change: Change | None = None,
    **details: Any,
) -> None:
    """Add one line for each subject's id, as one set; ``kind`` is the model's label."""
    _write(
        verb,
        list(subjects),
        about=kind,
        by=by,
        at=at,
        authority=authority,
        change=change,
        details=details,
    )


def _write(
    verb: str,
    ids: list[int | None],
    *,
    about: str,
    by: User | None,
    at: datetime,
    authority: Authority | None,
    change: Change | None,
    details: dict[str, Any],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('audit_trail_entry_id_seq') FROM generate_series(1, %s)", [len(ids)]
        )
        numbers = [row[0] for row in cursor.fetchall()]
    text = json.dumps(details, sort_keys=True, separators=(",", ":"))
    salts = [secrets.token_bytes(SALT_BYTES) for _ in ids]
    shared = (
        at,
        verb,
        by.pk if by else None,
        authority.pk if authority else None,
        about,
        change.pk if change else None,
        request_reference(),
    )
    with connection.cursor() as cursor:
        with cursor.copy(COPY_ENTRIES) as copy:
            for number, subject_id, salt in zip(numbers, ids, salts, strict=True):
                digest = hashlib.sha256(salt + text.encode()).digest()
                copy.write_row((number, subject_id, digest, *shared))
        with cursor.copy(COPY_DETAILS) as copy:
            for number, salt in zip(numbers, salts, strict=True):
                copy.write_row((number, salt, text))


COPY_ENTRIES = """
COPY audit_trail_entry (
    id, subject_id, digest, at, verb, by_id, authority_id, subject_kind, change_id,
    request_reference
) FROM STDIN
"""
COPY_DETAILS = "COPY audit_trail_detail (entry_id, salt, details) FROM STDIN"
