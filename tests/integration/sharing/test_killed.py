"""A worker killed at any step of release, delivery and purge leaves nothing half done."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import pytest

from ccis.audit import trail
from ccis.audit.models import TrailEntry
from ccis.authorities.policy import adopt
from ccis.files import register, storage
from ccis.leaving.models import LeftFile
from ccis.purges import actions as purges
from ccis.purges.standing import Standing, standing
from sharing.actions import life, lists
from sharing.files import actions as files
from sharing.files.models import Download, FileState, SecureFile
from sharing.models import DisclosedRow, Disclosure, ListGrant, SharedList
from tests.factories.sharing import AT, ready

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Killed(BaseException):
    """As a signal would: no code of ours may catch it."""


@contextmanager
def killed_after(owner, name):
    """Kill the worker right after a function has done its work."""
    real = getattr(owner, name)

    def kill(*given, **named):
        real(*given, **named)
        raise Killed

    with patch.object(owner, name, kill), pytest.raises(Killed):
        yield


def held():
    """All that these steps write in the database."""
    return {
        "disclosures": list(
            Disclosure.objects.order_by("pk").values_list(
                "person", "received_at", "ends_at", "ended_because", "purged_at"
            )
        ),
        "rows": DisclosedRow.objects.count(),
        "grants": ListGrant.objects.count(),
        "lists": list(SharedList.objects.values_list("state", "released_by")),
        "files": list(SecureFile.objects.values_list("state", "file_id", "told_at")),
        "downloads": Download.objects.count(),
        "left": LeftFile.objects.count(),
        "trail": TrailEntry.objects.count(),
    }


@pytest.fixture
def world():
    world = ready(files_allowed=True)
    adopt(authority=world.authority, by=None, at=AT, why="files", files_may_leave=1)
    return world


def drafted(world):
    return lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support",
        people=[world.person().pk for _ in range(2)], by=world.drafter, at=AT,
    ).list  # fmt: skip


def test_release(world):
    shared = drafted(world)
    before = held()

    for step in [
        (lists, "open_change"), (lists, "hold_people"), (lists, "answers"), (lists, "_disclose"),
        (lists, "_drop"), (SharedList, "save"), (lists, "assign_perm"), (trail, "record_many"),
    ]:  # fmt: skip
        with killed_after(*step):
            lists.release(shared, by=world.releaser, at=AT)
        assert held() == before, step

    assert len(lists.release(shared, by=world.releaser, at=AT)) == 2
    assert DisclosedRow.objects.count() == 2


def test_delivery_and_purge(world, django_capture_on_commit_callbacks):
    shared = drafted(world)
    lists.release(shared, by=world.releaser, at=AT)
    shared.refresh_from_db()
    file = files.ask(
        shared, form="zip", for_user=world.named, told_to=world.drafter, by=world.drafter, at=AT
    )
    files.make(file.pk, now=lambda: AT)
    before = held()
    for step in [
        (storage, "read_stored"), (Download.objects, "create"), (files, "leaves"),
        (life, "receive"),
    ]:  # fmt: skip
        with killed_after(*step):
            files.download(file, user=world.named, at=AT + HOUR)
        assert held() == before, step
    for step in [(storage, "read_stored"), (SecureFile, "save"), (trail, "record")]:
        with killed_after(*step), django_capture_on_commit_callbacks(execute=True):
            files.tell(file, user=world.drafter, at=AT + HOUR)
        assert held() == before, step
    assert files.download(file, user=world.named, at=AT + HOUR)
    assert files.tell(file, user=world.drafter, at=AT + HOUR)
    file.refresh_from_db()

    gone = Disclosure.objects.earliest("pk")
    life.recall(gone, why="On the wrong list", by=world.releaser, at=AT + 2 * HOUR)
    before, at = held(), AT + 3 * HOUR
    for step in [(purges, "hold"), (trail, "record"), (register, "append"), (purges, "_mark")]:
        with killed_after(*step):
            life.purge(at=at)
        assert DisclosedRow.objects.count() == 2, step
        assert Disclosure.objects.get(pk=gone.pk).purged_at is None, step
    assert standing() is Standing.RESTORED  # closed for a minute at most, rather than open
    life.purge(at=at)
    assert DisclosedRow.objects.count() == 1
    assert standing() is Standing.CURRENT

    for step in [(storage, "destroy_key"), (storage, "discard"), (SecureFile, "save")]:
        with killed_after(*step):
            files.destroy_stale(at=at)
        assert SecureFile.objects.get().state == FileState.READY, step
        with pytest.raises(storage.StoredFileDestroyed):
            storage.read_stored(file.file_id)
    assert files.destroy_stale(at=at) == 1
    assert SecureFile.objects.get().state == FileState.DESTROYED
    assert {one for line in register.read(register.ROWS) for one in line.ids} == {gone.ref}
