"""Files kept encrypted, each under a key of its own that can be destroyed.

Every stored file has a data key that nothing else uses. The data key is wrapped (encrypted) by
``settings.FILE_KEY`` and the wrapped key lies in the key store, ``settings.KEYS_FOLDER``: a
folder that is backed up apart from the database and from the files in
``settings.FILES_FOLDER``, and for no longer than the shortest promise of destruction.
Destroying the wrapped key makes every copy of the file unreadable, in backups too: that is
crypto-erasure. A tombstone stays behind in the key store, so that a key which comes back with
an old copy of the store is refused.

The content is sealed in pieces of 64 KiB with AES-256-GCM. A piece's nonce is its number and
whether it is the last, so pieces cannot be changed, moved, left out, repeated or cut off
without the reader noticing. Nothing is ever on disk in clear.
"""

import base64
import binascii
import hashlib
import io
import os
import re
import secrets
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ccis.files import register

PIECE_SIZE = 64 * 1024
"""Bytes of content in a sealed piece; the last may have fewer, or none."""

_TAG_SIZE = 16
_NONCE_SIZE = 12
_KEY_SIZE = 32
_KEY_NAME_SIZE = 8
_FILE_MARK = b"CCISFIL1"
_KEY_MARK = b"CCISKEY1"
KEY_KIND = "key"
"""What a destroyed key is called in the register of purges."""
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


class CannotOpenStored(Exception):
    """A stored file cannot be opened. The words hold its id and nothing of its content."""


class StoredFileMissing(CannotOpenStored):
    """There is no such file, or it has never been stored here."""


class StoredFileDestroyed(CannotOpenStored):
    """The file's key was destroyed on purpose: nobody can read it any more."""


class StoredFileDamaged(CannotOpenStored):
    """The file or its key was changed, cut short, or wrapped by a key that we do not have."""


class TooLarge(Exception):
    """What was sent is larger than the caller allows. Nothing of it was kept."""


class Readable(Protocol):
    """Anything with ``read(size)``: an open file, an upload, ``BytesIO``."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class StoredFile:
    """Where content went: ``id`` to ask for it by, and what it was in clear."""

    id: str
    sha256: str
    """Of the content in clear, in hexadecimal: the same file twice has the same."""
    size: int
    """Bytes of content in clear."""


def new_id() -> str:
    """An id to store a file under that is to be known before the file is there."""
    return uuid.uuid4().hex


def store(
    stream: Readable | bytes, *, limit: int | None = None, file_id: str | None = None
) -> StoredFile:
    """Encrypt content as it is read, and keep it.

    With ``file_id``, one of ``new_id`` that was written down first, whatever a killed worker
    leaves behind can be found and discarded; it serves once.

    The key is on disk before the file, and the file takes its name only when it is whole, so
    a machine that stops half-way leaves no file. ``TooLarge`` for more than ``limit`` bytes.
    """
    source = io.BytesIO(stream) if isinstance(stream, bytes) else stream
    file_id = file_id or new_id()
    data_key = AESGCM.generate_key(bit_length=256)
    finished = _file_path(file_id)
    draft = finished.with_suffix(".part")
    digest, size = hashlib.sha256(), 0
    try:
        with _create(draft) as out:
            out.write(_FILE_MARK)
            for number, (piece, last) in enumerate(_pieces(source, PIECE_SIZE)):
                size += len(piece)
                if limit is not None and size > limit:
                    raise TooLarge(f"More than {limit} bytes")
                digest.update(piece)
                out.write(_sealer(data_key).encrypt(_nonce(number, last), piece, _bound(file_id)))
            _flush(out)
        _keep_key(file_id, _wrap(file_id, data_key, _file_key(settings.FILE_KEY)))
        draft.replace(finished)
        _flush_folder(finished.parent)
    finally:
        draft.unlink(missing_ok=True)
    return StoredFile(id=file_id, sha256=digest.hexdigest(), size=size)


def open_stored(file_id: str) -> BinaryIO:
    """The content of a stored file in clear, as a stream to read forwards once.

    Every piece is checked before it is given out, and a file that was cut short raises at its
    end. Raises one of the kinds of ``CannotOpenStored``, here or while it is read.
    """
    path = _file_path(file_id)
    data_key = _unwrapped_key(file_id)
    try:
        sealed = path.open("rb")
    except FileNotFoundError:
        raise StoredFileMissing(f"There is no stored file {file_id}") from None
    if sealed.read(len(_FILE_MARK)) != _FILE_MARK:
        sealed.close()
        raise _damaged(file_id)
    return io.BufferedReader(_Unsealed(sealed, file_id, data_key), buffer_size=PIECE_SIZE)


def read_stored(file_id: str) -> bytes:
    """All the content of a stored file, proved whole."""
    with open_stored(file_id) as stream:
        return stream.read()


def destroy_key(file_id: str) -> None:
    """Destroy a file's key for good; doing it again changes nothing.

    The file itself may stay where it is, here and in backups: nobody can read it. It is written
    down first outside the key store, so that an old copy of that brings no key back.
    """
    if is_destroyed(file_id) and not _key_path(file_id).exists():
        return
    with register.adding(register.KEYS):
        if not is_destroyed(file_id):
            register.write(register.KEYS, KEY_KIND, [file_id], at=datetime.now(UTC))
        _destroy(file_id)


def _destroy(file_id: str) -> None:
    tombstone = _tombstone_path(file_id)
    tombstone.touch(mode=0o600)
    key = _key_path(file_id)
    if key.exists():
        with key.open("r+b") as held:
            held.write(b"\0" * key.stat().st_size)
            _flush(held)
        key.unlink()
    _flush_folder(tombstone.parent)


def discard(file_id: str) -> None:
    """Destroy a file's key, then take the unreadable file away as well."""
    destroy_key(file_id)
    _file_path(file_id).unlink(missing_ok=True)


def is_destroyed(file_id: str) -> bool:
    """Say whether a file's key was destroyed on purpose."""
    return _tombstone_path(file_id).exists()


def destroyed_ids() -> Iterator[str]:
    """The ids of every file whose key was destroyed: the list that a restored store must honour."""
    return (path.stem for path in sorted(_folder(settings.KEYS_FOLDER).glob("*.destroyed")))


def honour_destroyed(file_ids: Iterable[str]) -> int:
    """Destroy these keys again, after an older copy of the key store was put back; how many.

    Those that are destroyed already are passed over.
    """
    done = 0
    for file_id in file_ids:
        if _key_path(file_id).exists() or not is_destroyed(file_id):
            _destroy(file_id)
            done += 1
    return done


def wrapped_before() -> list[str]:
    """The ids of files whose data key is not wrapped by ``settings.FILE_KEY`` as it is now."""
    now = _key_name(_file_key(settings.FILE_KEY))
    found = sorted(_folder(settings.KEYS_FOLDER).glob("*.key"))
    return [path.stem for path in found if _key_name_in(path.read_bytes()) != now]


def wrap_again(file_id: str) -> bool:
    """Wrap a data key by ``settings.FILE_KEY`` in place of one of ``settings.FILE_KEYS_BEFORE``.

    The file stays as it is. False where nothing was to be done: it is wrapped so already, or was
    destroyed meanwhile. Raises ``StoredFileDamaged`` for one that neither key opens.
    """
    with register.adding(register.KEYS):  # else a key that is destroyed meanwhile came back
        path = _key_path(file_id)
        if is_destroyed(file_id) or not path.exists():
            return False
        wrapped, key = path.read_bytes(), _file_key(settings.FILE_KEY)
        if _key_name_in(wrapped) == _key_name(key):
            return False
        _keep_key(file_id, _wrap(file_id, _unwrap(file_id, wrapped, _file_keys()), key))
        return True


def name_of_file_key() -> str:
    """What ``settings.FILE_KEY`` is called, in hexadecimal: it tells nothing of the key."""
    return _key_name(_file_key(settings.FILE_KEY)).hex()


# --- Pieces ------------------------------------------------------------------------------


class _Unsealed(io.RawIOBase):
    """Content in clear, unsealed a piece at a time as it is asked for."""

    def __init__(self, sealed: BinaryIO, file_id: str, data_key: bytes) -> None:
        self._sealed = sealed
        self._file_id = file_id
        self._data_key = data_key
        self._pieces = enumerate(_pieces(sealed, PIECE_SIZE + _TAG_SIZE))
        self._clear = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        while not self._clear:
            found = next(self._pieces, None)
            if found is None:
                return 0
            self._clear = memoryview(self._unseal(*found))
        size = min(len(buffer), len(self._clear))
        buffer[:size] = self._clear[:size]
        self._clear = self._clear[size:]
        return size

    def close(self) -> None:
        self._sealed.close()
        super().close()

    def _unseal(self, number: int, found: tuple[bytes, bool]) -> bytes:
        piece, last = found
        try:
            return _sealer(self._data_key).decrypt(
                _nonce(number, last), piece, _bound(self._file_id)
            )
        except InvalidTag:
            raise _damaged(self._file_id) from None


def _pieces(source: Readable, size: int) -> Iterator[tuple[bytes, bool]]:
    """Pieces of a source with whether each is the last; an empty source is one empty piece."""
    piece = _read_whole(source, size)
    while True:
        following = _read_whole(source, size) if len(piece) == size else b""
        yield piece, not following
        if not following:
            return
        piece = following


def _read_whole(source: Readable, size: int) -> bytes:
    read = source.read(size)
    while 0 < len(read) < size:
        more = source.read(size - len(read))
        if not more:
            break
        read += more
    return read


def _sealer(data_key: bytes) -> AESGCM:
    return AESGCM(data_key)


def _nonce(number: int, last: bool) -> bytes:
    """Safe to count from nought, because no two files share a data key."""
    return number.to_bytes(_NONCE_SIZE - 1, "big") + bytes([last])


def _bound(file_id: str) -> bytes:
    return _FILE_MARK + file_id.encode()


# --- Keys --------------------------------------------------------------------------------


def _wrap(file_id: str, data_key: bytes, wrapping_key: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_SIZE)
    sealed = AESGCM(wrapping_key).encrypt(nonce, data_key, _KEY_MARK + file_id.encode())
    return _KEY_MARK + _key_name(wrapping_key) + nonce + sealed


def _unwrap(file_id: str, wrapped: bytes, wrapping_keys: Iterable[bytes]) -> bytes:
    head = len(_KEY_MARK) + _KEY_NAME_SIZE
    nonce, sealed = wrapped[head : head + _NONCE_SIZE], wrapped[head + _NONCE_SIZE :]
    for wrapping_key in wrapping_keys:
        if wrapped[: len(_KEY_MARK)] == _KEY_MARK and _key_name_in(wrapped) == _key_name(
            wrapping_key
        ):
            try:
                return AESGCM(wrapping_key).decrypt(nonce, sealed, _KEY_MARK + file_id.encode())
            except (InvalidTag, ValueError):
                break
    raise StoredFileDamaged(f"The key of stored file {file_id} does not open with the file key")


def _unwrapped_key(file_id: str) -> bytes:
    if is_destroyed(file_id):
        raise StoredFileDestroyed(f"The key of stored file {file_id} was destroyed")
    try:
        wrapped = _key_path(file_id).read_bytes()
    except FileNotFoundError:
        raise StoredFileMissing(f"There is no key of a stored file {file_id}") from None
    return _unwrap(file_id, wrapped, _file_keys())


def _keep_key(file_id: str, wrapped: bytes) -> None:
    path = _key_path(file_id)
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    with _create(draft) as out:
        out.write(wrapped)
        _flush(out)
    draft.replace(path)
    _flush_folder(path.parent)


def _file_keys() -> list[bytes]:
    return [_file_key(text) for text in (settings.FILE_KEY, *settings.FILE_KEYS_BEFORE)]


def _file_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.translate(str.maketrans("-_", "+/")) + "==", validate=False)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_SIZE:
        raise ImproperlyConfigured(
            "Set FILE_KEY to 32 random bytes in base64, as made by: openssl rand -base64 32"
        )
    return key


def _key_name(wrapping_key: bytes) -> bytes:
    return hashlib.sha256(b"name of " + wrapping_key).digest()[:_KEY_NAME_SIZE]


def _key_name_in(wrapped: bytes) -> bytes:
    return wrapped[len(_KEY_MARK) : len(_KEY_MARK) + _KEY_NAME_SIZE]


# --- Folders -----------------------------------------------------------------------------


def _folder(setting: str | Path) -> Path:
    folder = Path(setting)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _file_path(file_id: str) -> Path:
    return _folder(settings.FILES_FOLDER) / f"{_checked(file_id)}.sealed"


def _key_path(file_id: str) -> Path:
    return _folder(settings.KEYS_FOLDER) / f"{_checked(file_id)}.key"


def _tombstone_path(file_id: str) -> Path:
    return _folder(settings.KEYS_FOLDER) / f"{_checked(file_id)}.destroyed"


def _checked(file_id: str) -> str:
    if not _ID.fullmatch(file_id):
        raise StoredFileMissing("That is not the id of a stored file")
    return file_id


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _flush(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _damaged(file_id: str) -> StoredFileDamaged:
    return StoredFileDamaged(f"Stored file {file_id} was changed or cut short")
