"""Finds what was done to the trail since it was sealed: nothing here changes anything.

Lines are hashed here, in Python, and not by the database whose word is in doubt. Everything is
read in order and in batches, so that memory does not grow with the trail.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection, transaction

from ccis.audit.findings import MOST_IDS, Finding, Outcome, about, counted, out_of_time
from ccis.audit.lines import Row, canonical, stream
from ccis.audit.models import Seal
from ccis.audit.seals import (
    BEGINNING,
    EPOCH,
    LOWEST,
    MARK_SIZE,
    NOTHING_BEFORE,
    Line,
    NotASeal,
    Numbering,
    Payload,
    SignedSeal,
    leaf,
    microseconds,
)

BATCH = 50_000
"""So many lines, about, are asked for at once."""

LONGEST_TRANSACTION = timedelta(hours=1)
"""A line may be so much older than the seal before its own, or younger than its own."""

ERASED = "details erased"

Progress = Callable[[int, int], None]
"""Told up to which seal all was checked, and which is the last."""


def verify(
    outcome: Outcome,
    *,
    published: Iterable[SignedSeal | str],
    keys: Mapping[str, Ed25519PublicKey],
    since: datetime | None = None,
    progress: Progress | None = None,
) -> Iterator[Finding]:
    """Check the trail against its seals, and these against the published ones.

    ``published`` are the seals from outside the database, ``keys`` the public keys by
    fingerprint, also from outside. ``since`` leaves out the lines sealed before a time; the
    chain of seals is followed from there. Counts go to ``outcome`` as it goes along.
    """
    with _one_moment():
        for finding in _Check(outcome, keys, since, progress).run(published):
            outcome.faults += 1
            yield finding


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as it stands at one moment, where we are free to choose."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL search_path = pg_catalog, public")
        yield


@dataclass
class _Part:
    """What was found of one seal's lines so far."""

    ids: list[int] = field(default_factory=list)
    marks: list[bytes] = field(default_factory=list)
    hash: Any = field(default_factory=hashlib.sha256)

    def add(self, line: Line) -> None:
        """Take in the next line."""
        hashed = leaf(line)
        self.ids.append(line.id)
        self.marks.append(hashed[:MARK_SIZE])
        self.hash.update(hashed)


@dataclass(frozen=True)
class _Kept:
    """A seal's payload and the list of lines kept beside it."""

    payload: Payload
    ids: list[int]
    marks: bytes


class _Check:
    """One run of verification: the published seals, the chain, the lines of each seal, the rest."""

    def __init__(
        self,
        outcome: Outcome,
        keys: Mapping[str, Ed25519PublicKey],
        since: datetime | None,
        progress: Progress | None,
    ) -> None:
        self.outcome, self.keys, self.since, self.progress = outcome, keys, since, progress
        self.outside: dict[int, tuple[str, bytes]] = {}
        """By number: hash and signature of each published seal."""
        self.ends: dict[Numbering, Payload] = {}
        """The last seal of each numbering, in order."""
        self.erasures: dict[int, int] = {}
        """By the id of an erasure's line: how many empty details name it."""
        self.said: dict[int, int] = {}
        """By the id of an erasure's line: how many it says it erased."""
        self.settled: datetime | None = None
        """When nothing older was left unsealed."""
        self.found: list[Finding] = []
        """Of the batch that is being read."""

    def run(self, published: Iterable[SignedSeal | str]) -> Iterator[Finding]:
        """Everything, in turn."""
        yield from self._read_published(published)
        yield from self._follow_chain()
        yield from self._published_end()
        yield from self._partitions()
        for together in _batches(self._chosen()):
            yield from self._batch(together)
        yield from self._rest()
        if self.since is None:
            yield from self._erasures()
            yield from self._everywhere()

    # -- the seals ---------------------------------------------------------------------------------

    def _read_published(self, published: Iterable[SignedSeal | str]) -> Iterator[Finding]:
        """The published chain by itself: signed, and each naming the one before."""
        before: SignedSeal | None = None
        for seal in published:
            if isinstance(seal, str):
                yield Finding("published-unreadable", f"{seal} of the published seals is no seal.")
                continue
            number = seal.payload.number
            known = self.outside.setdefault(number, (seal.hash, seal.signature))
            if known[0] != seal.hash:
                yield Finding("published-twice", f"Two seals {number} were published.", number)
            elif not seal.is_signed_by(self.keys):
                yield Finding(
                    "published-signature",
                    f"Published seal {number} was not signed by a key that we were given.",
                    number,
                )
            elif before and number > before.payload.number:
                yield from _link(before, seal, "published")
            before = seal

    def _follow_chain(self) -> Iterator[Finding]:
        """The chain in the database, each seal held against its published twin."""
        before: SignedSeal | None = None
        furthest = max(self.outside, default=0)
        for number, text, signature in (
            Seal.objects.order_by("number").values_list("number", "payload", "signature").iterator()
        ):
            seal = SignedSeal(text, bytes(signature))
            try:
                payload = seal.payload
            except NotASeal as error:
                yield Finding("seal-unreadable", f"Seal {number} cannot be read. {error}", number)
                continue
            if payload.number != number:
                yield Finding("seal-chain", f"Seal {number} says that it is another.", number)
            yield from self._as_published(seal, payload)
            yield from self._link_in_database(before, seal)
            self.outcome.unpublished += payload.number > furthest
            self.ends.pop(payload.numbering, None)
            self.ends[payload.numbering] = payload
            before = seal

    def _as_published(self, seal: SignedSeal, payload: Payload) -> Iterator[Finding]:
        number, twin = payload.number, self.outside.get(payload.number)
        if twin is not None and twin[0] != seal.hash:
            yield Finding(
                "seal-differs", f"Seal {number} is not the one that was published.", number
            )
        if twin != (seal.hash, seal.signature) and not seal.is_signed_by(self.keys):
            yield Finding(
                "seal-signature",
                f"Seal {number} was not signed by a key that we were given.",
                number,
            )

    def _link_in_database(self, before: SignedSeal | None, seal: SignedSeal) -> Iterator[Finding]:
        payload = seal.payload
        if payload.restored is None:
            yield from _link(before, seal, "database")
            return
        kept, lost = payload.restored.kept, payload.restored.lost
        kept_hash = before.hash if before else NOTHING_BEFORE
        named = self.outside.get(payload.number - 1)
        if payload.restored.kept_hash != kept_hash or (named and named[0] != payload.previous):
            yield Finding(
                "seal-chain",
                f"Seal {payload.number} states a restore that does not fit the seals before it.",
                payload.number,
            )
        self.outcome.facts.append(
            f"The database was restored before seal {payload.number}: it went on from seal "
            f"{kept}. {counted(lost, 'seal')} after that one stand published, but what they "
            "sealed was lost."
        )

    def _published_end(self) -> Iterator[Finding]:
        """Whether the database goes as far as what was published."""
        last = self._last
        number = last.number if last else 0
        furthest = max(self.outside, default=0)
        if last:
            self.outcome.last_seal, self.outcome.last_sealed_at = number, last.made_at
        if furthest > number:
            ends = f"seal {number} ({last.made_at:%-d %B %Y, %H:%M} UTC)" if last else "no seal"
            yield Finding(
                "end-missing",
                f"The database ends at {ends}, but seals were published up to {furthest}. "
                "Either it was restored from a backup of about that time, or its end was cut off.",
                furthest,
            )

    @property
    def _last(self) -> Payload | None:
        return next(reversed(self.ends.values()), None)

    def _last_id_of(self, numbering: Numbering) -> int | None:
        """The last id that may belong to a numbering; ``None`` for the one that stands."""
        numberings = list(self.ends)
        place = numberings.index(numbering) + 1
        return numberings[place].after_id if place < len(numberings) else None

    def _partitions(self) -> Iterator[Finding]:
        """Months that were taken off the trail but not dropped."""
        with connection.cursor() as cursor:
            cursor.execute(
                r"""
                SELECT relname FROM pg_class
                WHERE relkind IN ('r', 'p', 'f') AND NOT relispartition
                  AND relname LIKE 'audit\_trail\_entry\_%'
                ORDER BY relname
                """
            )
            for (name,) in cursor.fetchall():
                yield Finding("partition-detached", f"{name} is no longer part of the trail.")

    # -- the lines ---------------------------------------------------------------------------------

    def _chosen(self) -> Iterator[_Kept]:
        """The seals whose lines are to be checked, in order."""
        found = Seal.objects.order_by("number").values_list("payload", "ids", "marks")
        for text, ids, marks in found.iterator(chunk_size=200):
            try:
                payload = SignedSeal(text, b"").payload
            except NotASeal:
                continue
            if self.since is not None and payload.made_at < self.since:
                self.settled = payload.made_at if payload.caught_up else self.settled
            else:
                self.outcome.first_seal = self.outcome.first_seal or payload.number
                yield _Kept(payload, ids, bytes(marks))

    def _batch(self, together: Sequence[_Kept]) -> list[Finding]:
        """Read the lines of neighbouring seals; what was found of them."""
        self.found = []
        first, last = together[0].payload, together[-1].payload
        numbering = first.numbering
        with stream(numbering, self._last_id_of(numbering), first.after, last.upto) as rows:
            row = next(rows, None)
            for kept in together:
                payload, part, late = kept.payload, _Part(), []
                earliest, latest = self._its_time(payload)
                while row is not None and (row.line.tx, row.line.id) <= payload.upto:
                    part.add(row.line)
                    if not earliest <= row.line.at <= latest:
                        late.append(row.line.id)
                    self._details(row, payload.number)
                    row = next(rows, None)
                self.found += _hold_against(kept, part)
                if late:
                    self.found.append(out_of_time(payload.number, late))
                self.outcome.rows += len(part.ids)
                self.settled = payload.made_at if payload.caught_up else self.settled
        self.outcome.seals += len(together)
        if self.progress:
            self.progress(last.number, self.outcome.last_seal or 0)
        return self.found

    def _its_time(self, payload: Payload) -> tuple[int, int]:
        """Between which times a seal's lines may say that they were written."""
        earliest = LOWEST
        if self.settled is not None:
            earliest = microseconds(self.settled - LONGEST_TRANSACTION)
        return earliest, microseconds(payload.made_at + LONGEST_TRANSACTION)

    def _details(self, row: Row, seal: int | None) -> None:
        """Whether details are those that were written, or were erased as they should be."""
        line = row.line
        if row.details is None or row.salt is None:
            kind, words = "details-missing", "are gone, and no erasure says so"
        elif row.erased_by is not None:
            self.outcome.erased += 1
            self.erasures[row.erased_by] = self.erasures.get(row.erased_by, 0) + 1
            if row.details == "{}" and not row.salt and line.verb != ERASED:
                return
            kind, words = "details-changed", "are not erased as they should be"
        elif hashlib.sha256(row.salt + canonical(row.details)).digest() != line.digest:
            kind, words = "details-changed", "are not those that were written"
        else:
            if line.verb == ERASED:
                self.said[line.id] = json.loads(row.details)["lines"]
            return
        where = f"Seal {seal}: the" if seal else "The"
        self.found.append(
            Finding(kind, f"{where} details of line {line.id} {words}.", seal, (line.id,))
        )

    # -- what is not sealed ------------------------------------------------------------------------

    def _rest(self) -> list[Finding]:
        """Lines after the last seal, and those that stand where no seal can ever come."""
        self.found = []
        last = self._last
        numbering = last.numbering if last else Numbering("", BEGINNING.id)
        with stream(numbering, None, last.upto if last else BEGINNING, None) as rows:
            for row in rows:
                self.outcome.unsealed += 1
                at = EPOCH + timedelta(microseconds=row.line.at)
                self.outcome.oldest_unsealed = min(self.outcome.oldest_unsealed or at, at)
                self._details(row, None)
        for ended, payload in list(self.ends.items())[:-1]:
            with stream(ended, self._last_id_of(ended), payload.upto, None) as rows:
                extra = [row.line.id for row in rows]
            if extra:
                self.found.append(about("rows-added", None, extra, "put in where all was sealed"))
                self.outcome.rows += len(extra)
        return self.found

    def _erasures(self) -> Iterator[Finding]:
        """Each erasure says how many lines it emptied; as many name it."""
        for line in sorted(self.erasures.keys() | self.said.keys()):
            named, said = self.erasures.get(line, 0), self.said.get(line, 0)
            if named != said:
                yield Finding(
                    "erasure-disagrees",
                    f"Line {line} tells of {said} details erased, but {named} name it.",
                    None,
                    (line,),
                )

    def _everywhere(self) -> Iterator[Finding]:
        """Whether any line was met nowhere above."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM public.audit_trail_entry")
            (there,) = cursor.fetchone()
        met = self.outcome.rows + self.outcome.unsealed
        if there != met:
            yield Finding(
                "rows-outside", f"{counted(abs(there - met), 'line')} stand outside every seal."
            )


# -- parts of the above ----------------------------------------------------------------------------


def _link(before: SignedSeal | None, seal: SignedSeal, where: str) -> Iterator[Finding]:
    """Whether a seal follows from the one before it."""
    payload = seal.payload
    expected = before.payload.number + 1 if before else 1
    name = "Seal" if where == "database" else "Published seal"
    kind = "seal" if where == "database" else "published"
    if before is None and where == "published":
        return  # a copy may begin anywhere
    if payload.number != expected:
        missing = f"{expected} to {payload.number - 1}"
        if payload.number - 1 == expected:
            missing = str(expected)
        yield Finding(f"{kind}-missing", f"{name} {missing} is not there.", expected)
    elif payload.previous != (before.hash if before else NOTHING_BEFORE):
        yield Finding(
            f"{kind}-chain",
            f"{name} {payload.number} does not follow from the one before it.",
            payload.number,
        )
    elif before and payload.restored is None and not _goes_on(before.payload, payload):
        yield Finding(
            f"{kind}-chain",
            f"{name} {payload.number} does not begin where the one before it ends.",
            payload.number,
        )


def _goes_on(before: Payload, payload: Payload) -> bool:
    if payload.numbering == before.numbering:
        return payload.after == before.upto
    return payload.after == BEGINNING and payload.numbering.after_id >= before.top


def _batches(seals: Iterable[_Kept]) -> Iterator[list[_Kept]]:
    """Neighbouring seals of one numbering, together of about ``BATCH`` lines."""
    together: list[_Kept] = []
    lines = 0
    for seal in seals:
        payload = seal.payload
        if together and (
            payload.after != together[-1].payload.upto
            or payload.numbering != together[-1].payload.numbering
            or lines + payload.rows > BATCH
        ):
            yield together
            together, lines = [], 0
        together.append(seal)
        lines += payload.rows
    if together:
        yield together


def _hold_against(kept: _Kept, part: _Part) -> Iterator[Finding]:
    """The lines found of one seal against what it states, naming those that differ."""
    number, ids, marks = kept.payload.number, kept.ids, kept.marks
    as_sealed = part.hash.hexdigest() == kept.payload.digest
    as_kept = ids == part.ids and marks == b"".join(part.marks)
    if as_sealed and len(part.ids) == kept.payload.rows:
        if not as_kept:
            yield Finding(
                "seal-marks",
                f"The list of lines kept beside seal {number} was changed. The lines were not.",
                number,
            )
        return
    was = {one: marks[n * MARK_SIZE : (n + 1) * MARK_SIZE] for n, one in enumerate(ids)}
    now = dict(zip(part.ids, part.marks, strict=True))
    missing = [one for one in ids if one not in now]
    added = [one for one in part.ids if one not in was]
    added += [one for one, times in Counter(part.ids).items() if times > 1]
    changed = [one for one in part.ids if one in was and was[one] != now[one]]
    if missing:
        yield about("rows-missing", number, missing, "that are not there any more")
    if added:
        yield about("rows-added", number, added, "put in after it was made")
    if changed:
        yield about("rows-changed", number, changed, "that are not as they were")
    if not (missing or added or changed):
        yield Finding(
            "rows-differ",
            f"Seal {number}: its {counted(kept.payload.rows, 'line')} are not those that it was "
            "made of, or not in their order; the list kept beside it does not tell which.",
            number,
            tuple(part.ids[:MOST_IDS]),
        )
