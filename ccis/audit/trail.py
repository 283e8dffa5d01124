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
from ccis.audit.models import Change, TrailDetail, TrailEntry
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
    text = json.dumps(details, sort_keys=True, separators=(",", ":")).encode()
    entries, rows = [], []
    for number, subject_id in zip(numbers, ids, strict=True):
        salt = secrets.token_bytes(SALT_BYTES)
        entries.append(
            TrailEntry(
                id=number,
                at=at,
                verb=verb,
                by_id=by.pk if by else None,
                authority_id=authority.pk if authority else None,
                subject_kind=about,
                subject_id=subject_id,
                change_id=change.pk if change else None,
                request_reference=request_reference(),
                digest=hashlib.sha256(salt + text).digest(),
            )
        )
        rows.append(TrailDetail(entry_id=number, salt=salt, details=details))
    TrailEntry.objects.bulk_create(entries, batch_size=5000)
    TrailDetail.objects.bulk_create(rows, batch_size=5000)
