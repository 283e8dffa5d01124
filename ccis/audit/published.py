"""What lies outside the database: the seals as published, the public keys, the signing key.

``settings.AUDIT_SEALS_FOLDER`` holds a file of seals for each month, only ever added to, and the
public keys. On servers it is kept where whoever runs the database cannot write: another machine,
or storage that is written once. The signing key lies in ``settings.KEYS_FOLDER``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

from ccis.audit.seals import NotASeal, SignedSeal, fingerprint, read_line

SIGNING_KEY = "audit-signing-key.pem"
FILES = "seals-*.txt"
KEYS = "key-*.pem"
PEM_KEY = re.compile(rb"-----BEGIN .*?-----END [A-Z ]+-----", re.DOTALL)
TAIL = 64 * 1024
"""Bytes read from the end of a file to find its last line."""


class NoSigningKey(Exception):
    """The signing key is not where it should be."""


def folder() -> Path:
    """Where seals are published."""
    return Path(settings.AUDIT_SEALS_FOLDER)


# -- keys ------------------------------------------------------------------------------------------


def signing_key(*, make: bool) -> Ed25519PrivateKey:
    """The key that signs seals, its public half published besides.

    Made when there is none and ``make`` says so; ``NoSigningKey`` otherwise.
    """
    path = _key_path()
    if not path.exists():
        if not make:
            raise NoSigningKey(
                f"There are seals, but the key that signs them is not at {path}. Put it back "
                "from its backup, or go on with a new one: manage.py seal_trail --new-key."
            )
        _keep(path, _private_bytes(Ed25519PrivateKey.generate()), mode=0o600)
    key = _read_signing_key(path)
    publish_key(key.public_key())
    return key


def _read_signing_key(path: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise NoSigningKey(f"{path} does not hold an Ed25519 key.")
    return key


def retire_signing_key() -> None:
    """Put the signing key out of use, if it is there, so that another can be made."""
    path = _key_path()
    if path.exists():
        name = fingerprint(_read_signing_key(path).public_key())
        path.rename(path.with_name(f"{path.stem}-{name}.retired"))


def publish_key(key: Ed25519PublicKey) -> Path:
    """Put a public key beside the seals, once."""
    path = folder() / f"key-{fingerprint(key)}.pem"
    if not path.exists():
        _keep(path, key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), mode=0o644)
    return path


def public_keys(paths: Iterable[Path] | None = None) -> dict[str, Ed25519PublicKey]:
    """Public keys by fingerprint: those published, or those of the files named.

    Raises ``ValueError`` for a file that holds none.
    """
    found = {}
    for path in sorted(folder().glob(KEYS)) if paths is None else paths:
        for block in PEM_KEY.findall(path.read_bytes()) or [b""]:
            key = load_pem_public_key(block)
            if not isinstance(key, Ed25519PublicKey):
                raise ValueError(f"{path} does not hold an Ed25519 public key")
            found[fingerprint(key)] = key
    return found


def as_pem(keys: Mapping[str, Ed25519PublicKey]) -> str:
    """Public keys as one file, each under its fingerprint."""
    return "".join(
        f"{name}\n{key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()}"
        for name, key in keys.items()
    )


def _key_path() -> Path:
    return Path(settings.KEYS_FOLDER) / SIGNING_KEY


def _private_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _keep(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file whole or not at all, safe on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    _flush_folder(path.parent)


def _flush_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- seals -----------------------------------------------------------------------------------------


def publish(seals: Iterable[SignedSeal]) -> int:
    """Add seals to the file of their month, safe on disk; return how many.

    A line that a stop left half written is ended first and its seal written again: nothing
    that stands in a file is ever taken back.
    """
    written = 0
    folder().mkdir(parents=True, exist_ok=True)
    for seal in seals:
        path = folder() / f"seals-{seal.payload.made_at:%Y-%m}.txt"
        is_new = not path.exists()
        with path.open("ab") as out:
            if not is_new and not _ends_a_line(path):
                out.write(b"\n")
            out.write(f"{seal.line()}\n".encode())
            out.flush()
            os.fsync(out.fileno())
        if is_new:
            _flush_folder(folder())
        written += 1
    return written


def last_published() -> SignedSeal | None:
    """The seal with the highest number among the published; ``None`` before the first."""
    ends = []
    for path in folder().glob(FILES):
        for line in reversed(_tail(path)):
            with suppress(NotASeal):
                ends.append(read_line(line))
                break
    return max(ends, key=lambda seal: seal.payload.number, default=None)


def read_published(paths: Iterable[Path] | None = None) -> Iterator[SignedSeal | str]:
    """Every published seal, in the files' order; a line that is none comes as ``file:line``.

    A line that is only the beginning of the next, as a stop half-way leaves it, is passed over.
    """
    for path in sorted(folder().glob(FILES)) if paths is None else _spread(paths):
        broken: tuple[str, str] | None = None
        with path.open(encoding="utf-8", errors="replace") as lines:
            for place, line in enumerate(lines, 1):
                if broken and not line.startswith(broken[1]):
                    yield broken[0]
                broken = None
                try:
                    yield read_line(line)
                except NotASeal:
                    broken = (f"{path.name}:{place}", line.rstrip("\n"))
        if broken:
            yield broken[0]


def _spread(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.glob(FILES)) if path.is_dir() else [path]


def _tail(path: Path) -> list[str]:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return file.read().decode(errors="replace").splitlines()


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
