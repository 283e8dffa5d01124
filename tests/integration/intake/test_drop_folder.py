"""What a source puts into its drop folder is taken in once, and taken away."""

import os
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from kombu.exceptions import OperationalError

from caseload.intake import dropping
from caseload.intake.models import InboundFile
from caseload.intake.rules import FileState
from tests.factories.files import CENSUS_HEADER, csv_bytes, pupil
from tests.factories.intake import SourceFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

CONTENT = csv_bytes(CENSUS_HEADER, [pupil(1)])
AT_ONCE = timedelta()


@pytest.fixture
def source():
    ProviderFactory(dfe_number="3064001", name="Kestrel School")
    return SourceFactory(name="Kestrel School", has_folder=True, kinds=["school-census"])


@pytest.fixture
def folder(tmp_path, source):
    dropping.look(tmp_path, now=timezone.now())
    return tmp_path / source.folder


def look(folder, *, later=timedelta(), untouched=AT_ONCE):
    now = timezone.now() + later + timedelta(seconds=1)
    return dropping.look(folder.parent, now=now, untouched=untouched)


def test_a_file_is_taken_in_and_taken_away(folder, source, settings, capsys):
    settings.DROP_FOLDER = folder.parent
    (folder / "roll.csv").write_bytes(CONTENT)
    assert look(folder, untouched=timedelta(minutes=1)).waiting == 1  # somebody may be writing

    call_command("watch_drop_folder", "--untouched", "-5")

    file = InboundFile.objects.get()
    assert (file.source, file.came_by, file.state) == (source, "folder", FileState.READY)
    assert "1 received" in capsys.readouterr().out
    (receipt,) = (folder / "done").iterdir()
    assert "It is kept encrypted, and was deleted here" in receipt.read_text()
    assert [one.name for one in folder.iterdir() if one.is_file()] == []


def test_whoever_is_killed_in_between_takes_nothing_twice(folder, monkeypatch):
    (folder / "roll.csv").write_bytes(CONTENT)
    with monkeypatch.context() as patched:
        patched.setattr(dropping, "_done", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            look(folder)
    # Meanwhile the file was refused, so that its content might be sent again.
    InboundFile.objects.update(state=FileState.REFUSED.value)

    taken = look(folder)

    assert (taken.received, taken.again) == ([], 1)
    assert InboundFile.objects.count() == 1
    assert not (folder / "roll.csv").exists()
    # Put there anew, it is another file.
    (folder / "roll.csv").write_bytes(CONTENT)
    assert len(look(folder).received) == 1


def test_what_takes_its_name_while_it_is_received_is_not_deleted_with_it(folder, monkeypatch):
    (folder / "roll.csv").write_bytes(CONTENT)
    receive = dropping.files.receive

    def slowly(**given):
        (folder / "new.part").write_bytes(csv_bytes(CENSUS_HEADER, [pupil(2)]))
        (folder / "new.part").rename(folder / "roll.csv")
        return receive(**given)

    with monkeypatch.context() as patched:
        patched.setattr(dropping.files, "receive", slowly)
        assert len(look(folder).received) == 1

    assert len(look(folder).received) == 1
    assert InboundFile.objects.count() == 2
    assert not (folder / "roll.csv").exists()


def test_without_a_broker_the_watcher_goes_on(folder, settings, monkeypatch):
    settings.DROP_FOLDER = folder.parent
    (folder / "roll.csv").write_bytes(CONTENT)

    def gone(**_):
        raise OperationalError

    monkeypatch.setattr("caseload.intake.tasks.work_on_file.delay", gone)
    call_command("watch_drop_folder", "--untouched", "-5")

    assert InboundFile.objects.get().state == FileState.RECEIVED


def test_the_same_content_again_changes_nothing(folder):
    for name in ("a.csv", "b.csv"):
        (folder / name).write_bytes(CONTENT)

    taken = look(folder)

    assert (len(taken.received), taken.again) == (1, 1)
    (receipt,) = (folder / "done").iterdir()
    assert "was already sent" in receipt.read_text()


def test_links_and_unfinished_files_are_left_alone(folder, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_bytes(CONTENT)
    (folder / "link.csv").symlink_to(secret)
    (folder / "roll.csv.filepart").write_bytes(CONTENT)
    (folder / ".hidden.csv").write_bytes(CONTENT)
    os.mkfifo(folder / "pipe.csv")

    taken = look(folder)

    assert (taken.received, taken.waiting) == ([], 2)
    assert secret.exists()
    assert not InboundFile.objects.exists()


def test_a_folder_that_is_a_link_is_not_followed(folder, source, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    folder.rename(elsewhere)
    (elsewhere / "roll.csv").write_bytes(CONTENT)
    folder.symlink_to(elsewhere)

    assert look(folder).received == []
    assert (elsewhere / "roll.csv").exists()


def test_what_cannot_be_taken_is_put_aside_with_the_reason_and_not_for_ever(folder, monkeypatch):
    (folder / "empty.csv").write_bytes(b"")
    monkeypatch.setattr("caseload.intake.actions.files.LARGEST", 10)
    (folder / "large.csv").write_bytes(CONTENT)
    (folder / f"{'a' * 251}.csv").write_bytes(b"")  # too long a name for a reason beside it

    assert look(folder).refused == 2

    refused = {one.name: one for one in (folder / "refused").iterdir()}
    assert refused["empty.csv.why.txt"].read_text() == "This file is empty.\n"
    assert refused["large.csv.why.txt"].read_text().startswith("This file is larger than")
    assert not InboundFile.objects.exists()
    look(folder, later=dropping.REFUSED_KEPT + timedelta(days=1))
    assert list((folder / "refused").iterdir()) == []
