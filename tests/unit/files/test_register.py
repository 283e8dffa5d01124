"""The register of purges: only ever added to, and whatever was done to it since is noticed."""

from datetime import UTC, datetime

import pytest

from ccis.files import register, storage
from ccis.files.register import ROWS, RegisterBroken

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
REFS = [f"{n:08d}" for n in range(2_500)]


@pytest.fixture
def path(settings, tmp_path):
    settings.PURGES_FOLDER = tmp_path / "purges"
    return tmp_path / "purges" / "rows.txt"


def ids(after=0):
    return [one for line in register.read(ROWS, after=after) for one in line.ids]


def test_lines_are_added_in_order_and_read_from_any_place(path):
    assert register.end_of(ROWS).number == 0
    register.append(ROWS, "disclosure", REFS, at=AT)
    place = register.append(ROWS, "disclosure", ["7F3KQ29M"], at=AT)

    assert place == register.end_of(ROWS)
    assert place.number == 4  # a thousand to a line
    assert ids() == [*REFS, "7F3KQ29M"]
    assert ids(after=3) == ["7F3KQ29M"]
    assert path.parent.stat().st_mode & 0o077 == 0


def test_what_a_stop_left_half_written_holds_nothing_up(path):
    register.append(ROWS, "disclosure", ["AAAAAAAA"], at=AT)
    whole = path.read_bytes()
    register.append(ROWS, "disclosure", ["BBBBBBBB"], at=AT)
    path.write_bytes(path.read_bytes()[:-30])

    assert register.end_of(ROWS).number == 1
    register.append(ROWS, "disclosure", ["CCCCCCCC"], at=AT)

    assert path.read_bytes().startswith(whole)
    assert ids() == ["AAAAAAAA", "CCCCCCCC"]


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0], lines[1].replace(b"BBBBBBBB", b"DDDDDDDD"), lines[2]],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [lines[0], lines[1], lines[1], lines[2]],
    ],
    ids=["changed", "left-out", "turned-round", "repeated"],
)
def test_a_register_that_was_changed_is_not_believed(path, change):
    for one in ("AAAAAAAA", "BBBBBBBB", "CCCCCCCC"):
        register.append(ROWS, "disclosure", [one], at=AT)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))

    with pytest.raises(RegisterBroken, match=r"rows\.txt, line \d"):
        ids()


def test_nothing_but_ids_goes_in(path):
    for words in ("Amara Oduya", "a,b", "", "x" * 40):
        with pytest.raises(ValueError, match="letters, digits"):
            register.append(ROWS, "disclosure", [words], at=AT)


def test_a_destroyed_key_is_written_down_once_and_an_old_key_store_honours_it(path, settings):
    file_id = storage.store(b"a list").id
    kept = storage._key_path(file_id).read_bytes()
    storage.destroy_key(file_id)
    storage.destroy_key(file_id)
    written = [one for line in register.read(register.KEYS) for one in line.ids]
    assert written == [file_id]

    storage._tombstone_path(file_id).unlink()  # as an old copy of the key store is
    storage._key_path(file_id).write_bytes(kept)
    assert storage.read_stored(file_id) == b"a list"
    assert storage.honour_destroyed(written) == 1
    assert storage.honour_destroyed(written) == 0
    with pytest.raises(storage.StoredFileDestroyed):
        storage.read_stored(file_id)
