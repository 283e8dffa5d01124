"""Purging as a step that outlives a backup: written down outside, done here, marked as done.

Whoever destroys rows calls ``hold`` first, ``write_down`` with their ids before its transaction
ends, and registers by ``register_kind`` how to destroy them again. A process that is killed between
the two leaves a line that the next ``hold`` plays again; rows are destroyed once or twice, never
not at all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from ccis.audit import trail
from ccis.files import register, storage
from ccis.files.register import BEGINNING, BEGUN_AGAIN, Line, Place, RegisterBroken
from ccis.purges.models import Played

LOCK = 0x70757267
"""Number of the advisory lock that a transaction with a purge holds."""


class RegisterLost(Exception):
    """The register is not this database's, or has lost its end: nothing is destroyed or shown."""


@dataclass(frozen=True)
class Kind:
    """How what a line names is destroyed again, and which ids this database has destroyed."""

    play: Callable[[Sequence[str], datetime], int]
    known: Callable[[], Iterable[str]]


_kinds: dict[str, Kind] = {}


def register_kind(
    name: str,
    *,
    play: Callable[[Sequence[str], datetime], int],
    known: Callable[[], Iterable[str]],
) -> None:
    """Have lines of a kind played: ``play(ids, at)`` destroys what is there and says how much.

    It may be given what is destroyed already, or was never here.
    """
    _kinds[name] = Kind(play, known)


@dataclass(frozen=True)
class Replayed:
    """What a replay did: lines read, rows destroyed, keys destroyed."""

    lines: int = 0
    rows: int = 0
    keys: int = 0

    @property
    def anything(self) -> bool:
        """Whether it did anything at all."""
        return bool(self.lines or self.keys)


def played() -> Place:
    """How far this database has come."""
    last = Played.objects.order_by("-number").first()
    return Place(last.number, last.digest) if last else BEGINNING


def hold(*, at: datetime) -> None:
    """Keep other purges out until this transaction ends; first destroy what a backup brought back.

    Raises ``RegisterLost``.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    _catch_up(at=at)


def write_down(kind: str, ids: Sequence[str], *, at: datetime) -> None:
    """Write down outside what this transaction destroys. Call it last, after ``hold``."""
    if kind not in _kinds:
        raise ValueError(f"Nobody knows how to destroy {kind} again")
    if ids:
        _mark(register.append(register.ROWS, kind, ids, at=at), at=at)


@transaction.atomic
def replay(*, at: datetime) -> Replayed:
    """Destroy again all that the register names and this database, or the key store, holds again.

    May be run at any time, and again. Raises ``RegisterLost`` and ``RegisterBroken``.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return _catch_up(at=at, all_keys=True)


@transaction.atomic
def begin_again(*, at: datetime) -> int:
    """Go on without a register that is lost; says how many destroyed rows the new one begins with.

    What was destroyed after the backups that are left is not in it if they are put back later than
    this database: only what this database knows of is.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    after = max(played().number, register.end_of(register.ROWS).number)
    place, count = register.begin_again(register.ROWS, after=after, at=at), 0
    for name, kind in _kinds.items():
        ids = list(kind.known())
        if ids:
            place, count = register.append(register.ROWS, name, ids, at=at), count + len(ids)
    destroyed = list(storage.destroyed_ids())
    if destroyed:
        register.append(register.KEYS, storage.KEY_KIND, destroyed, at=at)
    _mark(place, at=at)
    trail.record(
        "register of purges begun again", by=None, at=at, authority=None, rows=count,
        keys=len(destroyed),
    )  # fmt: skip
    return count


def _catch_up(*, at: datetime, all_keys: bool = False) -> Replayed:
    here, outside = played(), register.end_of(register.ROWS)
    done = Replayed()
    if here != outside:
        done = _play(here, at=at)
    if all_keys or not newest_key_is_destroyed():
        keys = storage.honour_destroyed(
            one for line in register.read(register.KEYS) for one in line.ids
        )
        done = Replayed(done.lines, done.rows, keys)
    if done.anything:
        trail.record(
            "purges replayed", by=None, at=at, authority=None, lines=done.lines, rows=done.rows,
            keys=done.keys,
        )  # fmt: skip
    return done


def _play(here: Place, *, at: datetime) -> Replayed:
    lines = list(register.read(register.ROWS, after=here.number - 1 if here.number else 0))
    if here.number:
        if not lines or lines[0].place != here:
            raise RegisterLost(
                "The register of purges is not the one that this database wrote, or has lost its "
                "end. Put it back from its copy."
            )
        lines = lines[1:]
    rows = sum(_play_line(line) for line in lines)
    _mark(lines[-1].place, at=at, again=True)
    return Replayed(len(lines), rows)


def _play_line(line: Line) -> int:
    if line.kind == BEGUN_AGAIN:
        return 0
    kind = _kinds.get(line.kind)
    if kind is None:
        raise RegisterBroken(f"Line {line.number} names {line.kind}, which nobody here knows")
    return kind.play(line.ids, line.at)


def _mark(place: Place, *, at: datetime, again: bool = False) -> None:
    Played.objects.create(number=place.number, digest=place.digest, at=at, again=again)


def newest_key_is_destroyed() -> bool:
    """Whether the key store knows of the last key that was destroyed; an old copy does not."""
    last = register.last_line(register.KEYS)
    return last is None or all(storage.is_destroyed(one) for one in last.ids[-1:])
