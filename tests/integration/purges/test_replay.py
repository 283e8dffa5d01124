"""A backup of the day before, put back beside today's key store, shows nothing that was purged."""

import shutil
import subprocess
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone
from psycopg import sql

from ccis.authorities.policy import adopt
from ccis.embedded.binaries import postgres_programs
from ccis.files import register, storage
from ccis.purges import actions as purges
from ccis.purges.models import Played
from ccis.purges.standing import Standing, standing
from sharing.actions import life, lists
from sharing.files import actions as files
from sharing.files.models import SecureFile
from sharing.models import DisclosedRow, Disclosure
from tests.factories.sharing import DisclosedRowFactory, ready

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _folders_of_its_own(settings, tmp_path):
    settings.FILES_FOLDER, settings.KEYS_FOLDER = tmp_path / "files", tmp_path / "keys"


def released(world, at):
    """Two people on a list, and a file of it."""
    draft = lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support",
        people=[world.person().pk for _ in range(2)], by=world.drafter, at=at,
    ).list  # fmt: skip
    lists.release(draft, by=world.releaser, at=at)
    draft.refresh_from_db()
    file = files.ask(
        draft, form="zip", for_user=world.named, told_to=world.drafter, by=world.drafter, at=at
    )
    files.make(file.pk, now=lambda: at)
    return draft, SecureFile.objects.get(pk=file.pk)


def run(program, *words):
    """Run a program of PostgreSQL on the test's server, as the owner."""
    given = connection.settings_dict
    there = psycopg.conninfo.make_conninfo(
        dbname=given["NAME"], host=given["HOST"], port=given["PORT"] or None, user=given["USER"]
    )
    subprocess.run(
        [postgres_programs() / program, *words, "--dbname", there],
        env={"PGPASSWORD": given["PASSWORD"], "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )


@contextmanager
def restored(backup: Path):
    """Another database made of a backup, in the place of the test's own."""
    own, name = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_restored"

    def on_the_server(words):
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(words).format(sql.Identifier(name)))

    on_the_server("DROP DATABASE IF EXISTS {}")
    on_the_server("CREATE DATABASE {}")
    try:
        connections.close_all()
        connection.settings_dict["NAME"] = name
        run("pg_restore", "--exit-on-error", str(backup))
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = own
        on_the_server("DROP DATABASE {}")


@pytest.mark.django_db(transaction=True)
def test_a_real_backup_opens_no_purged_file_and_shows_no_purged_row(client, settings, tmp_path):
    world, now = ready(files_allowed=True), timezone.now()
    adopt(authority=world.authority, by=None, at=now, why="files", files_may_leave=1)
    shared, file = released(world, now - 2 * HOUR)
    backup = tmp_path / "yesterday.dump"
    run("pg_dump", "--format=custom", "--compress=0", f"--file={backup}")
    shutil.copytree(settings.FILES_FOLDER, tmp_path / "files of yesterday")
    gone = shared.disclosures.earliest("pk")
    life.recall(gone, why="On the wrong list", by=world.releaser, at=now - HOUR)
    assert life.purge(at=now) == 1
    assert files.destroy_stale(at=now) == 1
    assert standing() is Standing.CURRENT

    with restored(backup):
        settings.FILES_FOLDER = tmp_path / "files of yesterday"
        held = SecureFile.objects.get(pk=file.pk)
        assert storage._file_path(held.file_id).exists()
        with pytest.raises(storage.StoredFileDestroyed):
            storage.read_stored(held.file_id)

        # It is live again in this copy of the database, and nobody is shown it.
        assert DisclosedRow.objects.filter(pk=gone.pk, ends_at__gt=timezone.now()).exists()
        client.force_login(world.releaser)
        for page in ("sharing:now", "sharing:ledger"):
            closed = client.get(reverse(page))
            assert (closed.status_code, "A backup" in closed.content.decode()) == (503, True)
        client.force_login(world.named)
        assert client.get(reverse("securefiles:my-files")).status_code == 503
        assert b"closed until purges are replayed" in client.get("/health/").content

        said = StringIO()
        call_command("replay_purges", stdout=said)
        assert "Destroyed again: 1 rows, 0 keys" in said.getvalue()
        assert list(DisclosedRow.objects.values_list("pk", flat=True)) == list(
            shared.disclosures.exclude(pk=gone.pk).values_list("pk", flat=True)
        )
        there = Disclosure.objects.get(pk=gone.pk)
        assert there.purged_at == now
        assert there.ends_at <= now
        client.force_login(world.releaser)
        assert client.get(reverse("sharing:now")).status_code == 200
        assert client.get("/health/").content == b"ok"
        call_command("replay_purges", stdout=said)
        assert "Nothing to destroy again" in said.getvalue()


@pytest.fixture
def row():
    """A row whose time is over."""
    made = DisclosedRowFactory()
    Disclosure.objects.update(ends_at=made.disclosure.released_at)
    return made


@pytest.mark.django_db
class TestTheStep:
    def test_killed_after_writing_down_it_is_done_by_the_next(self, row, monkeypatch):
        monkeypatch.setattr(purges, "_mark", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            life.purge(at=timezone.now())
        monkeypatch.undo()
        assert DisclosedRow.objects.count() == 1
        assert standing() is Standing.RESTORED  # closed until the next minute's purge

        assert life.purge(at=timezone.now()) == 0

        assert not DisclosedRow.objects.exists()
        assert standing() is Standing.CURRENT
        assert Played.objects.get().again

    def test_a_register_that_is_lost_stops_all_until_a_new_one_begins(self, row, client, settings):
        life.purge(at=timezone.now())
        kept = register._path(register.ROWS).read_bytes()
        register._path(register.ROWS).unlink()

        assert standing() is Standing.LOST
        with pytest.raises(purges.RegisterLost):
            life.purge(at=timezone.now())
        with pytest.raises(CommandError, match="lost its end"):
            call_command("replay_purges")

        call_command("replay_purges", "--begin-again", stdout=StringIO())
        assert standing() is Standing.CURRENT
        first, again = register.read(register.ROWS)
        assert (first.number, first.kind, again.ids) == (2, "begun-again", (row.disclosure.ref,))
        register._path(register.ROWS).write_bytes(kept)
        assert standing() is Standing.LOST

    def test_an_old_copy_of_the_key_store_closes_pages_until_its_keys_are_destroyed_again(self):
        file_id = storage.store(b"a list").id
        kept = storage._key_path(file_id).read_bytes()
        storage.destroy_key(file_id)
        storage._tombstone_path(file_id).unlink()
        storage._key_path(file_id).write_bytes(kept)
        assert standing() is Standing.RESTORED

        assert purges.replay(at=timezone.now()).keys == 1

        assert standing() is Standing.CURRENT
        with pytest.raises(storage.StoredFileDestroyed):
            storage.read_stored(file_id)
