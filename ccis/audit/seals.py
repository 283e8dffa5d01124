"""What a seal of the trail says, byte for byte: the encoding of a line, the payload, the signature.

Nothing here asks the database or the clock, so that an auditor can run it on copies elsewhere.
``docs/how-to/check-the-trail.md`` states the same in words.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

VERSION = 1
"""Of the encoding of lines and payloads; a reader refuses a version that it does not know."""

MARK_SIZE = 8
"""Bytes kept of each line's hash beside a seal, to find the line that was changed."""

NOTHING_BEFORE = "0" * 64
"""What the first seal names as the hash of the seal before it."""

LOWEST = -(2**63)


class Place(NamedTuple):
    """Where a line stands in the order of sealing: its transaction, then its id."""

    tx: int
    id: int


BEGINNING = Place(LOWEST, LOWEST)


class Numbering(NamedTuple):
    """One server's counting of transactions, and the id after which its lines begin.

    A database that was moved to another server by dump counts its transactions from anew; its
    ids go on. So lines belong to a numbering by id, and are ordered by transaction inside it.
    """

    system: str
    after_id: int


class NotASeal(ValueError):
    """The text is not the payload of a seal that we can read."""


class Line(NamedTuple):
    """A line of the trail as it is hashed: everything but its details, which have a digest."""

    id: int
    tx: int
    at: int
    """Microseconds since ``EPOCH``, as PostgreSQL counts them."""
    verb: str
    by_id: int | None
    authority_id: int | None
    subject_kind: str
    subject_id: int | None
    change_id: int | None
    request_reference: str
    digest: bytes


EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def microseconds(at: datetime) -> int:
    """A time as it is hashed."""
    return (at - EPOCH) // timedelta(microseconds=1)


_HEAD = struct.Struct(">Bqqq")
_PERHAPS = struct.Struct(">Bq")
_LENGTH = struct.Struct(">i")
_NONE = b"\x00"


def leaf(line: Line) -> bytes:
    """SHA-256 of a line in version 1 of the encoding. ``LEAF`` is the same in SQL."""
    verb, kind = line.verb.encode(), line.subject_kind.encode()
    reference = line.request_reference.encode()
    by, authority, subject, change = (
        line.by_id, line.authority_id, line.subject_id, line.change_id,
    )  # fmt: skip
    return hashlib.sha256(
        b"".join(
            (
                _HEAD.pack(VERSION, line.id, line.tx, line.at),
                _LENGTH.pack(len(verb)),
                verb,
                _NONE if by is None else _PERHAPS.pack(1, by),
                _NONE if authority is None else _PERHAPS.pack(1, authority),
                _LENGTH.pack(len(kind)),
                kind,
                _NONE if subject is None else _PERHAPS.pack(1, subject),
                _NONE if change is None else _PERHAPS.pack(1, change),
                _LENGTH.pack(len(reference)),
                reference,
                _LENGTH.pack(len(line.digest)),
                line.digest,
            )
        )
    ).digest()


def _sql_text(column: str) -> str:
    encoded = f"convert_to(e.{column}, 'UTF8')"
    return f"int4send(octet_length({encoded})) || {encoded}"


def _sql_perhaps(column: str) -> str:
    return f"coalesce('\\x01'::bytea || int8send(e.{column}), '\\x00'::bytea)"


LEAF = " || ".join(
    (
        "'\\x01'::bytea",
        "int8send(e.id)",
        "int8send(e.tx)",
        "timestamptz_send(e.at)",  # microseconds since 2000-01-01T00:00Z
        _sql_text("verb"),
        _sql_perhaps("by_id"),
        _sql_perhaps("authority_id"),
        _sql_text("subject_kind"),
        _sql_perhaps("subject_id"),
        _sql_perhaps("change_id"),
        _sql_text("request_reference"),
        "int4send(octet_length(e.digest)) || e.digest",
    )
)
"""The bytes of a line ``e`` in SQL; ``leaf`` hashes the same."""


# -- a seal ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Restored:
    """Said by the first seal after a restore: which seal it goes on from, how many were lost."""

    kept: int
    kept_hash: str
    lost: int


@dataclass(frozen=True)
class Payload:
    """What a seal states: which lines, in which order, their hash, and the seal before it."""

    number: int
    numbering: Numbering
    after: Place
    """The place of the last line sealed before; ``BEGINNING`` for the first of a numbering."""
    upto: Place
    rows: int
    top: int
    """The highest id sealed in this numbering so far."""
    digest: str
    """SHA-256, in hexadecimal, of the hashes of the lines, in order."""
    caught_up: bool
    """Whether no settled line was left unsealed."""
    made_at: datetime
    previous: str
    """SHA-256, in hexadecimal, of the payload of the seal before."""
    key: str
    """Fingerprint of the key that signs it."""
    restored: Restored | None = None

    def text(self) -> str:
        """The payload as it is signed: JSON with sorted keys, no spaces, ASCII."""
        said: dict[str, Any] = {
            "version": VERSION,
            "number": self.number,
            "numbering": {"system": self.numbering.system, "after_id": self.numbering.after_id},
            "after": list(self.after),
            "upto": list(self.upto),
            "rows": self.rows,
            "top": self.top,
            "digest": self.digest,
            "caught_up": self.caught_up,
            "made_at": self.made_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "previous": self.previous,
            "key": self.key,
        }
        if self.restored:
            said["restored"] = vars(self.restored)
        return json.dumps(said, sort_keys=True, separators=(",", ":"))


def read_payload(text: str) -> Payload:
    """A payload from its text; ``NotASeal`` when it is none, or not written as we write it."""
    try:
        said = json.loads(text)
        if said["version"] != VERSION:
            raise NotASeal(f"This seal is of version {said['version']}, which we do not know.")
        restored = said.get("restored")
        payload = Payload(
            number=int(said["number"]),
            numbering=Numbering(str(said["numbering"]["system"]), said["numbering"]["after_id"]),
            after=Place(*said["after"]),
            upto=Place(*said["upto"]),
            rows=int(said["rows"]),
            top=int(said["top"]),
            digest=str(said["digest"]),
            caught_up=bool(said["caught_up"]),
            made_at=datetime.fromisoformat(said["made_at"]),
            previous=str(said["previous"]),
            key=str(said["key"]),
            restored=Restored(**restored) if restored else None,
        )
        same = payload.text() == text
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotASeal("This is not the payload of a seal.") from error
    if not same:
        raise NotASeal("This payload is not written as a seal's is.")
    return payload


def hash_of(text: str) -> str:
    """What the next seal names as the hash of the seal before it."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class SignedSeal:
    """A payload as text, and its Ed25519 signature."""

    text: str
    signature: bytes

    @property
    def payload(self) -> Payload:
        """What it states; ``NotASeal`` when it cannot be read."""
        return read_payload(self.text)

    @property
    def hash(self) -> str:
        """What the next seal names."""
        return hash_of(self.text)

    def line(self) -> str:
        """As it is published: payload, tab, signature in hexadecimal."""
        return f"{self.text}\t{self.signature.hex()}"

    def is_signed_by(self, keys: Mapping[str, Ed25519PublicKey]) -> bool:
        """Whether one of ours signed it: the key that it names."""
        key = keys.get(self.payload.key)
        if key is None:
            return False
        try:
            key.verify(self.signature, self.text.encode())
        except InvalidSignature:
            return False
        return True


def read_line(line: str) -> SignedSeal:
    """A published line; ``NotASeal`` for anything else."""
    text, tab, signature = line.rstrip("\n").partition("\t")
    try:
        signed = SignedSeal(text, bytes.fromhex(signature))
    except ValueError as error:
        raise NotASeal("This is not a published seal.") from error
    if not tab or len(signed.signature) != 64:
        raise NotASeal("This is not a published seal.")
    read_payload(text)
    return signed


def sign(payload: Payload, key: Ed25519PrivateKey) -> SignedSeal:
    """Sign a payload."""
    text = payload.text()
    return SignedSeal(text, key.sign(text.encode()))


def fingerprint(key: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a public key's 32 bytes."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]
