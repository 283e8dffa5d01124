"""Tasks and the command: other doors to the same actions."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from unittest.mock import patch

import pytest
import time_machine
from django.core.management import CommandError, call_command

from caseload.intake import tasks
from caseload.intake.actions import files, staging
from caseload.intake.models import InboundFile
from caseload.intake.rules import FileState
from caseload.models import YoungPerson
from ccis.celery import BEAT_SCHEDULE
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory
from tests.factories.files import CENSUS_HEADER, NOW, csv_bytes, pupil, send
from tests.factories.intake import InboundFileFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _directory():
    ProviderFactory(dfe_number="3064001")


def test_a_file_is_taken_as_far_as_it_goes():
    receipt = files.receive(
        authority=AuthorityFactory(),
        content=csv_bytes(CENSUS_HEADER, [pupil(1)]),
        file_name="roll.csv",
        source_name="Kestrel School",
        by=None,
        at=NOW,
    )

    tasks.work_on_file(file=receipt.file.pk, something_new=1)

    receipt.file.refresh_from_db()
    assert receipt.file.state == FileState.READY


def test_an_error_stops_the_file_and_says_nothing_of_what_it_held(caplog):
    file = InboundFileFactory(state="matching", beat_at=NOW)
    with patch.object(staging, "find_matches", side_effect=RuntimeError("Amara Oduya")):
        tasks.work_on_file(file=file.pk)

    file.refresh_from_db()
    assert file.state == FileState.STOPPED
    assert "RuntimeError" in caplog.text
    assert "Amara" not in caplog.text


@time_machine.travel(NOW)
def test_files_whose_worker_is_gone_are_taken_up():
    at = datetime.now(UTC)
    gone = InboundFileFactory(state="applying", beat_at=at - timedelta(minutes=3))
    at_work = InboundFileFactory(state="applying", beat_at=at)
    forgotten = InboundFileFactory(state="received", received_at=at - timedelta(minutes=3))
    InboundFileFactory(state="ready", beat_at=at - timedelta(days=3))

    with patch.object(tasks.work_on_file, "delay") as delay:
        tasks.resume_stalled_files()

    assert sorted(call.kwargs["file"] for call in delay.call_args_list) == sorted(
        [gone.pk, forgotten.pk]
    )
    assert at_work.pk != gone.pk


def test_rows_that_have_waited_come_back():
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, Estab="3024001")]))
    assert (file.state, file.counts) == (FileState.DONE, {"waits": 1})

    tasks.bring_back_waiting_rows(on="2027-06-24")
    file.refresh_from_db()
    assert file.state == FileState.DONE
    with time_machine.travel(datetime(2027, 6, 25, 4, 10, tzinfo=UTC)):
        tasks.bring_back_waiting_rows()

    file.refresh_from_db()
    assert (file.state, file.counts) == (FileState.READY, {"will-add": 1})


def test_old_originals_are_destroyed(django_capture_on_commit_callbacks):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1)]))

    with (
        time_machine.travel(NOW + timedelta(days=91)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tasks.destroy_old_originals()

    file.refresh_from_db()
    assert file.stored_id == ""


def test_the_clock_has_them_all():
    asked = {entry["task"] for entry in BEAT_SCHEDULE.values()}

    assert {
        "caseload.intake.tasks.resume_stalled_files",
        "caseload.intake.tasks.bring_back_waiting_rows",
        "caseload.intake.tasks.destroy_old_originals",
    } <= asked


def test_the_command_sends_and_approves(tmp_path):
    AuthorityFactory()
    officer = UserFactory()
    path = tmp_path / "roll.csv"
    path.write_bytes(csv_bytes(CENSUS_HEADER, [pupil(1)]))
    out = StringIO()

    call_command("send_file", path, authority="306", by=officer.email, approve=True, stdout=out)
    assert "Done: 1 rows" in out.getvalue()
    assert YoungPerson.objects.count() == 1
    assert InboundFile.objects.get().approved_by == officer
    call_command("send_file", path, authority="306", stdout=out)
    assert "already sent" in out.getvalue()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"authority": "999"}, "keeps no authority 999"),
        ({"authority": "306", "approve": True}, "Say with --by"),
        ({"authority": "306", "provider": "10000000"}, "no provider with the number"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path, options, words):
    AuthorityFactory()
    path = tmp_path / "roll.csv"
    path.write_bytes(b"a,b\n1,2\n")

    with pytest.raises(CommandError, match=words):
        call_command("send_file", path, **options)
