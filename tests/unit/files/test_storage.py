import base64
import hashlib
import io

import pytest
from django.core.exceptions import ImproperlyConfigured

from ccis.files import storage
from ccis.files.storage import (
    PIECE_SIZE,
    StoredFileDamaged,
    StoredFileDestroyed,
    StoredFileMissing,
    TooLarge,
    destroy_key,
    destroyed_ids,
    discard,
    honour_destroyed,
    open_stored,
    read_stored,
    store,
    wrap_again,
    wrapped_before,
)

FIRST_KEY = base64.b64encode(b"1" * 32).decode()
SECOND_KEY = base64.urlsafe_b64encode(b"\xff" * 32).decode().rstrip("=")
CONTENT = b"Forename,Surname\nAmara,Oduya\n"
SEALED_PIECE = PIECE_SIZE + 16
MARK = 8


@pytest.fixture(autouse=True)
def stores(settings, tmp_path):
    settings.FILE_KEY = FIRST_KEY
    settings.FILE_KEYS_BEFORE = ()
    settings.FILES_FOLDER = tmp_path / "files"
    settings.KEYS_FOLDER = str(tmp_path / "keys")
    return settings


def sealed(stored, settings):
    return settings.FILES_FOLDER / f"{stored.id}.sealed"


def change(path, place, to=None):
    content = bytearray(path.read_bytes())
    content[place] = content[place] ^ 1 if to is None else to
    path.write_bytes(content)


@pytest.mark.parametrize(
    "size",
    [0, 1, PIECE_SIZE - 1, PIECE_SIZE, PIECE_SIZE + 1, 3 * PIECE_SIZE, 3 * PIECE_SIZE + 7],
)
def test_what_was_stored_is_read_back(size):
    content = bytes(i % 251 for i in range(size))
    stored = store(io.BytesIO(content))
    assert stored.size == size
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert read_stored(stored.id) == content


def test_content_is_read_as_a_stream_in_any_steps():
    stored = store(CONTENT * 10_000)
    with open_stored(stored.id) as stream:
        assert stream.readline() == b"Forename,Surname\n"
        assert stream.read(5) == b"Amara"
        assert len(stream.read()) == stored.size - 17 - 5
        assert stream.read() == b""


def test_a_source_may_give_its_bytes_in_drips():
    class Dripping:
        def __init__(self):
            self.content = io.BytesIO(b"x" * 200_000)

        def read(self, size=-1, /):
            return self.content.read(min(size, 1_001))

    stored = store(Dripping())
    assert stored.size == 200_000
    assert read_stored(stored.id) == b"x" * 200_000


def test_nothing_on_disk_is_in_clear_and_nobody_else_may_read_it(stores, tmp_path):
    stored = store(CONTENT)
    paths = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in paths} == {".sealed", ".key"}
    for path in paths:
        assert b"Amara" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
    assert stored.id not in repr(CONTENT)
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0


def test_the_same_content_twice_is_sealed_differently_with_one_hash(stores):
    one, two = store(CONTENT), store(CONTENT)
    assert one.id != two.id
    assert one.sha256 == two.sha256
    assert sealed(one, stores).read_bytes() != sealed(two, stores).read_bytes()


@pytest.mark.parametrize("place", [0, MARK, MARK + SEALED_PIECE + 5, -1])
def test_a_changed_byte_is_noticed(stores, place):
    stored = store(b"x" * (2 * PIECE_SIZE + 10))
    change(sealed(stored, stores), place)
    with pytest.raises(StoredFileDamaged, match="changed or cut short"):
        read_stored(stored.id)


@pytest.mark.parametrize(
    "length",
    [
        0,
        MARK,
        MARK + 10,
        MARK + SEALED_PIECE,
        MARK + 2 * SEALED_PIECE,
        MARK + 2 * SEALED_PIECE + 25,
    ],
    ids=["all", "all pieces", "inside a piece", "two pieces", "the last piece", "its last byte"],
)
def test_a_file_cut_short_is_noticed_wherever_it_was_cut(stores, length):
    stored = store(b"x" * (2 * PIECE_SIZE + 10))
    path = sealed(stored, stores)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(StoredFileDamaged):
        read_stored(stored.id)


def test_bytes_added_at_the_end_are_noticed(stores):
    for content in (b"", b"x" * 10, b"x" * PIECE_SIZE):
        stored = store(content)
        path = sealed(stored, stores)
        path.write_bytes(path.read_bytes() + b"\0")
        with pytest.raises(StoredFileDamaged):
            read_stored(stored.id)


def test_pieces_that_changed_places_are_noticed(stores):
    stored = store(b"x" * (3 * PIECE_SIZE))
    path = sealed(stored, stores)
    whole = path.read_bytes()
    one, two = (
        whole[MARK : MARK + SEALED_PIECE],
        whole[MARK + SEALED_PIECE : MARK + 2 * SEALED_PIECE],
    )
    path.write_bytes(whole[:MARK] + two + one + whole[MARK + 2 * SEALED_PIECE :])
    with pytest.raises(StoredFileDamaged):
        read_stored(stored.id)


def test_one_files_content_or_key_does_not_stand_in_for_anothers(stores, tmp_path):
    one, two = store(CONTENT), store(CONTENT)
    sealed(one, stores).write_bytes(sealed(two, stores).read_bytes())
    with pytest.raises(StoredFileDamaged):
        read_stored(one.id)

    keys = tmp_path / "keys"
    (keys / f"{one.id}.key").write_bytes((keys / f"{two.id}.key").read_bytes())
    with pytest.raises(StoredFileDamaged, match="does not open"):
        read_stored(one.id)


def test_another_file_key_does_not_open_it(stores):
    stored = store(CONTENT)
    stores.FILE_KEY = SECOND_KEY
    with pytest.raises(StoredFileDamaged, match="does not open"):
        read_stored(stored.id)


@pytest.mark.parametrize("damage", [b"", b"CCISKEY1", b"\0" * 76])
def test_a_damaged_key_is_said_to_be_damaged(tmp_path, damage):
    stored = store(CONTENT)
    (tmp_path / "keys" / f"{stored.id}.key").write_bytes(damage)
    with pytest.raises(StoredFileDamaged):
        read_stored(stored.id)


def test_destroying_the_key_makes_the_file_unreadable_for_good(stores, tmp_path):
    stored = store(CONTENT)
    key = tmp_path / "keys" / f"{stored.id}.key"
    backup = key.read_bytes()

    destroy_key(stored.id)
    destroy_key(stored.id)

    assert not key.exists()
    assert sealed(stored, stores).exists()
    assert storage.is_destroyed(stored.id)
    with pytest.raises(StoredFileDestroyed):
        read_stored(stored.id)

    key.write_bytes(backup)  # an old copy of the key store is put back
    with pytest.raises(StoredFileDestroyed):
        read_stored(stored.id)


def test_the_list_of_destroyed_keys_is_honoured_after_a_restore(tmp_path):
    kept, gone = store(CONTENT), store(CONTENT)
    destroy_key(gone.id)
    assert list(destroyed_ids()) == [gone.id]

    (tmp_path / "keys" / f"{gone.id}.destroyed").unlink()
    honour_destroyed([gone.id])
    with pytest.raises(StoredFileDestroyed):
        open_stored(gone.id)
    assert read_stored(kept.id) == CONTENT


def test_discarding_takes_the_file_away_too(stores):
    stored = store(CONTENT)
    discard(stored.id)
    discard(stored.id)
    assert not sealed(stored, stores).exists()
    with pytest.raises(StoredFileDestroyed):
        open_stored(stored.id)


def test_a_file_that_is_not_there(stores):
    stored = store(CONTENT)
    sealed(stored, stores).unlink()
    for file_id in (stored.id, "0" * 32, "../secrets", ""):
        with pytest.raises(StoredFileMissing):
            open_stored(file_id)


def test_too_large_a_file_leaves_nothing_behind(tmp_path):
    assert store(b"x" * 100, limit=100).size == 100
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(TooLarge):
        store(b"x" * 101, limit=100)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_source_that_breaks_off_leaves_nothing_behind(tmp_path):
    class Broken:
        def read(self, size=-1, /):
            raise OSError("connection lost")

    with pytest.raises(OSError, match="connection lost"):
        store(Broken())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_wrapping_key_can_be_changed_while_files_stay_open(stores):
    one, two = store(CONTENT), store(b"other")
    stores.FILE_KEY, stores.FILE_KEYS_BEFORE = SECOND_KEY, [FIRST_KEY]
    three = store(b"new")
    assert read_stored(one.id) == CONTENT

    destroy_key(store(b"gone").id)
    assert sorted(wrapped_before()) == sorted([one.id, two.id])
    assert [wrap_again(file.id) for file in (one, two, three)] == [True, True, False]
    assert wrapped_before() == []

    stores.FILE_KEYS_BEFORE = []
    assert [read_stored(file.id) for file in (one, two, three)] == [CONTENT, b"other", b"new"]


@pytest.mark.parametrize("key", ["", "short", "not base64 é", base64.b64encode(b"1" * 31).decode()])
def test_a_wrong_file_key_in_the_settings_says_what_to_set(stores, key):
    stores.FILE_KEY = key
    with pytest.raises(ImproperlyConfigured, match="Set FILE_KEY to 32 random bytes"):
        store(CONTENT)
