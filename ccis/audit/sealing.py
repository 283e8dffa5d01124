"""The sealer: hashes what came to the trail, chains it, signs it, publishes it (design §4).

Which lines are settled is asked of the database, not of a clock: a line carries the number of
the transaction that wrote it, and all transactions below the oldest that is open have ended.
Lines are sealed in the order of transaction and id, so that a line which commits late, with an
older id and an older time, still comes after the last seal: none is passed over and none sealed
twice (docs/adr/0020-sealed-trail.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from ccis.audit import published
from ccis.audit.models import Seal
from ccis.audit.seals import (
    BEGINNING,
    LEAF,
    LOWEST,
    MARK_SIZE,
    NOTHING_BEFORE,
    NotASeal,
    Numbering,
    Payload,
    Place,
    Restored,
    SignedSeal,
    fingerprint,
    hash_of,
    sign,
)

LOCK = 71_020
"""The advisory lock that one sealer holds, for as long as it works."""

BATCH = 100_000
"""So many lines at most under one seal."""


class CannotSeal(Exception):
    """The chain cannot be carried on until somebody has looked; the words say why."""


@dataclass(frozen=True)
class Sealed:
    """What a run of the sealer did."""

    seals: int = 0
    rows: int = 0
    published: int = 0
    was_busy: bool = False
    """Another sealer was at work, so this one did nothing."""


@dataclass(frozen=True)
class Span:
    """Which lines the next seal may hold: of one numbering, after a place, and settled."""

    numbering: Numbering
    after: Place
    top: int
    below_tx: int | None
    """Only transactions below this one; ``None`` where all have ended for other reasons."""
    last_id: int | None = None
    """Only ids up to this one, where the numbering has ended."""


@dataclass(frozen=True)
class Gathered:
    """Lines of one seal, in order: how many, their hash, ids, the beginning of each hash."""

    rows: int
    upto: Place
    top: int
    digest: str
    ids: str
    """As PostgreSQL writes an array: nobody here reads it."""
    marks: bytes


def seal_trail(
    *,
    at: datetime,
    batch: int = BATCH,
    after_restore: bool = False,
    new_key: bool = False,
) -> Sealed:
    """Seal every settled line that is not yet sealed, in batches, and publish the seals.

    Killed anywhere, the next run carries on: a seal is one transaction, and what is not yet
    published is published first. ``after_restore`` says that the database was restored from a
    backup older than the published seals; the next seal states it. ``new_key`` retires the
    signing key. Raises ``CannotSeal``.
    """
    with _alone() as alone:
        if not alone:
            return Sealed(was_busy=True)
        head = last_seal()
        outside = published.last_published()
        if new_key:
            published.retire_signing_key()
        try:
            key = published.signing_key(make=new_key or (head is None and outside is None))
        except published.NoSigningKey as error:
            raise CannotSeal(str(error)) from error
        restored = _compare(head, outside, after_restore=after_restore)
        sent = 0 if restored else _publish_since(outside)
        seals = rows = 0
        while made := _seal_next(head, restored, key=key, at=at, batch=batch):
            restored, head = None, made
            sent += published.publish([made])
            seals, rows = seals + 1, rows + made.payload.rows
            if made.payload.caught_up:
                break
    return Sealed(seals=seals, rows=rows, published=sent)


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold the sealer's lock; it goes with the connection, so nobody holds it who was killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (got,) = cursor.fetchone()
    try:
        yield bool(got)
    finally:
        if got and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


# -- the chain as it stands ------------------------------------------------------------------------


def last_seal() -> SignedSeal | None:
    """The seal with the highest number in the database; ``None`` before the first."""
    found = Seal.objects.order_by("-number").values_list("payload", "signature").first()
    return SignedSeal(found[0], bytes(found[1])) if found else None


def _compare(
    head: SignedSeal | None, outside: SignedSeal | None, *, after_restore: bool
) -> tuple[Restored, SignedSeal] | None:
    """Hold the chain's head against what was published; what to say of a restore, if told of one.

    Raises ``CannotSeal`` when they do not agree.
    """
    try:
        if head and not head.is_signed_by(published.public_keys()):
            raise CannotSeal("The last seal in the database was not signed by a key of ours.")
        number = head.payload.number if head else 0
    except NotASeal as error:
        raise CannotSeal(f"The last seal in the database cannot be read. {error}") from error
    if outside is None:
        return None
    ahead = outside.payload.number - number
    if ahead <= 0:
        twin = Seal.objects.filter(number=outside.payload.number).first()
        if twin is None or twin.payload != outside.text:
            raise CannotSeal(
                f"Seal {outside.payload.number} in the database is not the one that was "
                "published. Run manage.py verify_audit."
            )
        return None
    if not after_restore:
        raise CannotSeal(
            f"The database ends at seal {number}, but seals were published up to "
            f"{outside.payload.number}. Either it was restored from an older backup, or its end "
            "was cut off. If it was restored, say so: manage.py seal_trail --after-restore."
        )
    return Restored(number, head.hash if head else NOTHING_BEFORE, ahead), outside


def _publish_since(outside: SignedSeal | None) -> int:
    """Publish what a run that was killed had sealed and not yet published."""
    number = outside.payload.number if outside else 0
    waiting = Seal.objects.filter(number__gt=number).order_by("number")
    return published.publish(
        SignedSeal(text, bytes(signature))
        for text, signature in waiting.values_list("payload", "signature").iterator()
    )


# -- one seal --------------------------------------------------------------------------------------


@transaction.atomic
def _seal_next(
    head: SignedSeal | None,
    restored: tuple[Restored, SignedSeal] | None,
    *,
    key: Ed25519PrivateKey,
    at: datetime,
    batch: int,
) -> SignedSeal | None:
    """Seal the next lines in one transaction; ``None`` when none are settled."""
    for span in _spans(head.payload if head else None):
        found = _gather(span, batch)
        if found is None:
            continue
        before = restored[1] if restored else head
        seal = sign(
            Payload(
                number=before.payload.number + 1 if before else 1,
                numbering=span.numbering,
                after=span.after,
                upto=found.upto,
                rows=found.rows,
                top=max(span.top, found.top),
                digest=found.digest,
                caught_up=found.rows < batch and span.last_id is None,
                made_at=at,
                previous=hash_of(before.text) if before else NOTHING_BEFORE,
                key=fingerprint(key.public_key()),
                restored=restored[0] if restored else None,
            ),
            key,
        )
        _keep(seal, found)
        return seal
    return None


def _keep(seal: SignedSeal, found: Gathered) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_seal (number, payload, signature, ids, marks)"
            " VALUES (%s, %s, %s, %s::bigint[], %s)",
            [seal.payload.number, seal.text, seal.signature, found.ids, found.marks],
        )


def _spans(head: Payload | None) -> Iterator[Span]:
    """Where to look for the next lines: in the numbering that stands, or first in one that ended.

    A numbering has ended when the database lies on another server than its last seal says, or
    when transactions are counted from lower down: it was restored from a dump. What is left of
    it was committed before the dump. Its ids are below all that come after.
    """
    system, oldest_open, next_tx = _server()
    if head is None:
        yield Span(Numbering(system, LOWEST), BEGINNING, LOWEST, oldest_open)
        return
    numbering, after = head.numbering, head.upto
    if numbering.system == system and after.tx < next_tx:
        yield Span(numbering, after, head.top, oldest_open)
        return
    end = max(head.top, _highest_id_of_old_transactions(numbering, max(after.tx, next_tx)))
    yield Span(numbering, after, head.top, None, last_id=end)
    yield Span(Numbering(system, end), BEGINNING, end, oldest_open)


def _server() -> tuple[str, int, int]:
    """Which server it is; the oldest transaction that is open; the next one to come.

    A transaction that is seen at work in another database of the server cannot write here and
    holds nothing up; one that is not seen, being just over or prepared, counts as ours.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH taken AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot),
            running AS (
                SELECT pg_snapshot_xip(snapshot) AS tx FROM taken
                UNION ALL
                SELECT pg_current_xact_id_if_assigned()
            ), ours AS (
                SELECT min(tx::text::bigint) AS oldest FROM running
                WHERE NOT EXISTS (
                    SELECT FROM pg_stat_activity a JOIN pg_database d ON d.oid = a.datid
                    WHERE a.backend_xid = running.tx::xid AND d.datname <> current_database()
                )
            )
            SELECT system_identifier::text,
                   coalesce(oldest, pg_snapshot_xmax(snapshot)::text::bigint),
                   pg_snapshot_xmax(snapshot)::text::bigint
            FROM taken, ours, pg_control_system()
            """
        )
        system, oldest_open, next_tx = cursor.fetchone()
    return str(system), int(oldest_open), int(next_tx)


def _highest_id_of_old_transactions(numbering: Numbering, from_tx: int) -> int:
    """The highest id among lines whose transaction this server has not come to yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), %s) FROM audit_trail_entry WHERE tx >= %s AND id > %s",
            [LOWEST, from_tx, numbering.after_id],
        )
        (highest,) = cursor.fetchone()
    return int(highest)


GATHER = f"""
WITH chosen AS MATERIALIZED (
    SELECT * FROM audit_trail_entry
    WHERE tx >= %(tx)s AND (tx, id) > (%(tx)s, %(id)s) AND id > %(after_id)s
      AND (%(below_tx)s::bigint IS NULL OR tx < %(below_tx)s)
      AND (%(last_id)s::bigint IS NULL OR id <= %(last_id)s)
    ORDER BY tx, id
    LIMIT %(batch)s
)
SELECT count(*), max(id), max(tx), (array_agg(id ORDER BY tx, id))[count(*)],
       encode(sha256(string_agg(leaf, ''::bytea ORDER BY tx, id)), 'hex'),
       array_agg(id ORDER BY tx, id)::text,
       string_agg(substr(leaf, 1, {MARK_SIZE}), ''::bytea ORDER BY tx, id)
FROM (SELECT e.id, e.tx, sha256({LEAF}) AS leaf FROM chosen e ORDER BY tx, id OFFSET 0) hashed
"""  # noqa: S608 - only our own words are put in


def _gather(span: Span, batch: int) -> Gathered | None:
    """Hash the next lines of a span, at most ``batch``, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', '64MB', true)")
        cursor.execute(
            GATHER,
            {
                "tx": span.after.tx,
                "id": span.after.id,
                "after_id": span.numbering.after_id,
                "below_tx": span.below_tx,
                "last_id": span.last_id,
                "batch": batch,
            },
        )
        rows, top, last_tx, last_id, digest, ids, marks = cursor.fetchone()
    if not rows:
        return None
    return Gathered(rows, Place(last_tx, last_id), top, digest, ids, bytes(marks))


# -- how it stands ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """Up to where the trail is sealed, and what waits."""

    last: Payload | None
    waiting: int
    oldest_waiting: datetime | None


def how_it_stands() -> Standing:
    """The last seal, and how many lines came after it."""
    head = last_seal()
    last = head.payload if head else None
    after, from_id = (last.upto, last.numbering.after_id) if last else (BEGINNING, LOWEST)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(at) FROM audit_trail_entry"
            " WHERE tx >= %s AND (tx, id) > (%s, %s) AND id > %s",
            [after.tx, after.tx, after.id, from_id],
        )
        waiting, oldest = cursor.fetchone()
    return Standing(last, waiting, oldest)
