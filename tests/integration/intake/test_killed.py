"""A worker killed at any moment: nothing is lost, doubled or half applied."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction

from caseload.intake.actions import applying, destroying, files, questions, reading, staging
from caseload.intake.actions import rows as intake_rows
from caseload.intake.actions.states import only_worker
from caseload.intake.actions.work import work_on
from caseload.intake.models import InboundFile, InboundRow, RowDestruction
from caseload.intake.rules import FileState, Outcome, SchoolAnswer
from caseload.models import FACT_MODELS, YoungPerson
from ccis.access.database import acting_as
from ccis.audit import trail
from ccis.audit.models import Change
from ccis.authorities.models import Postcode
from tests.factories.accounts import UserFactory
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.files import CENSUS_HEADER, NOW, csv_bytes, pupil, send, upn
from tests.factories.providers import ProviderFactory

PEOPLE = 25


class Undo(Exception):
    """Takes back what was done to compare with."""


class Killed(BaseException):
    """As a signal would: no code of ours may catch it."""


def content(**changes: Any) -> bytes:
    rows = [pupil(serial, **changes) for serial in range(1, PEOPLE + 1)]
    return csv_bytes(CENSUS_HEADER, [*rows, pupil(900, DoB="31/02/2011")])


def receive(sent: bytes) -> InboundFile:
    return files.receive(
        authority=AuthorityFactory(),
        content=sent,
        file_name="roll.csv",
        source_name="Kestrel School",
        by=None,
        at=NOW,
    ).file


def finish(file: InboundFile) -> None:
    work_on(file.pk, now=lambda: NOW)
    file.refresh_from_db()
    if file.state == FileState.READY:
        files.approve(file=file, by=UserFactory(), at=NOW)
        work_on(file.pk, now=lambda: NOW)
        file.refresh_from_db()


def what_is_held() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is believed, by UPN instead of by id, and how often it was written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.value, n.family, a.postcode, v.code_id, lower(v.during), upper(v.during), "
            "e.year_group, b.date_of_birth "
            "FROM caseload_identifier i "
            "JOIN caseload_name n USING (person_id) JOIN caseload_address a USING (person_id) "
            "JOIN caseload_activity v USING (person_id) "
            "JOIN caseload_enrolment e USING (person_id) "
            "JOIN caseload_particulars b USING (person_id) ORDER BY 1"
        )
        people = cursor.fetchall()
    return {
        "people": people,
        "rows": list(
            InboundRow.objects.order_by("number").values_list("number", "outcome", "why", "rule")
        ),
        "how many": [(model._meta.model_name, model.objects.count()) for model in FACT_MODELS],
    }


@contextmanager
def killed_at(owner: Any, name: str, call: int) -> Iterator[None]:
    """Kill the worker when a function has been called so often, right after it did its work."""
    real = getattr(owner, name)
    calls = 0

    def kill_after(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        answer = real(*args, **kwargs)
        if calls == call:
            raise Killed
        return answer

    with patch.object(owner, name, kill_after):
        yield


UNINTERRUPTED: dict[str, list[tuple[Any, ...]]] = {}

MOMENTS = [
    (reading, "read_table", 1),
    (reading, "_copy", 1),
    (reading, "_copy", 2),
    (reading, "move", 1),
    (reading, "_set_aside_repeats", 1),
    (staging, "score_file", 1),
    (staging, "find_matches", 1),
    (staging, "_keep_staged", 1),
    (staging, "_keep_staged", 2),
    (staging, "note_progress", 2),
    (staging, "settle", 1),
    (applying, "_next_ready", 1),
    (applying, "_add_people", 1),
    (applying, "_supersede", 2),
    (applying, "_insert", 3),
    (applying, "_write_facts", 2),
    (applying, "_write_outcomes", 2),
    (applying, "_write_trail", 2),
    (applying, "open_work", 2),
    (applying, "apply_chunk", 1),
    (applying, "apply_chunk", 3),
    (applying, "_retire_set_aside", 1),
]
"""In the order in which a file meets them: twenty-two places, each a test of its own."""


@pytest.mark.django_db
class TestKilledAnywhere:
    @pytest.fixture(autouse=True)
    def _small_steps(self):
        ProviderFactory(dfe_number="3064001")
        with (
            patch.object(reading, "ROWS_AT_A_TIME", 10),
            patch.object(staging, "ROWS_AT_A_TIME", 10),
            patch.object(applying.apply, "__kwdefaults__", {"chunk": 7}),
        ):
            yield

    @pytest.fixture
    def uninterrupted(self):
        """What is held where nobody was killed: worked out once, and taken back."""
        if not UNINTERRUPTED:
            with suppress(Undo), transaction.atomic():
                finish(receive(content()))
                UNINTERRUPTED.update(what_is_held())
                raise Undo
        assert len(UNINTERRUPTED["people"]) == PEOPLE
        return UNINTERRUPTED

    @pytest.mark.parametrize(
        ("owner", "name", "call"), MOMENTS, ids=[f"{n}-{c}" for _, n, c in MOMENTS]
    )
    def test_it_ends_as_if_nothing_had_happened(self, uninterrupted, owner, name, call):
        file = receive(content())
        with killed_at(owner, name, call), pytest.raises(Killed):
            finish(file)
        file.refresh_from_db()
        assert file.state not in (FileState.DONE, FileState.STOPPED)
        rows_before = file.rows.count()

        finish(file)

        assert rows_before in (0, 10, 20, PEOPLE + 1)
        assert file.state == FileState.DONE
        assert file.counts == {"cannot-read": 1, "added": PEOPLE}
        assert sum(file.counts.values()) == file.row_count
        assert what_is_held() == uninterrupted

    def test_changes_to_people_we_know_are_not_doubled_either(self):
        finish(receive(content()))
        file = receive(content(Postcode="NG9 9ZZ", PAON="99"))
        with killed_at(applying, "_insert", 2), pytest.raises(Killed):
            finish(file)

        finish(file)

        assert file.counts == {"cannot-read": 1, "changed": PEOPLE}
        address = next(model for model in FACT_MODELS if model.__name__ == "Address")
        assert address.objects.believed().count() == PEOPLE
        assert address.objects.count() == PEOPLE * 2

    def test_a_worker_that_fails_stops_the_file_and_someone_carries_it_on(self):
        file = receive(content())
        with (
            patch.object(staging, "held_about", side_effect=RuntimeError),
            patch.object(staging, "given_of", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            work_on(file.pk, now=lambda: NOW)
        file.refresh_from_db()
        assert (file.state, file.stopped_in) == (FileState.STOPPED, "matching")

        files.carry_on(file=file, by=UserFactory(), at=NOW)
        finish(file)

        assert file.counts == {"cannot-read": 1, "added": PEOPLE}

    def test_one_row_that_the_database_refuses_holds_up_no_other(self):
        file = receive(content())
        work_on(file.pk, now=lambda: NOW)
        file.refresh_from_db()
        row = file.rows.get(number=9)
        for step in row.proposal:
            if step["fact"] == "address":
                step["values"]["postcode"] = "far too long for a postcode"
        row.save()

        finish(file)

        assert (file.state, file.counts) == (
            FileState.LOOK_AGAIN,
            {"cannot-read": 1, "look-again": 1, "added": PEOPLE - 1},
        )
        assert file.rows.get(number=9).outcome == "look-again"

    def test_the_whole_way_needs_no_more_than_the_workers_role(self):
        file = receive(content())
        with acting_as("ccis_worker"):
            work_on(file.pk, now=lambda: NOW)
        file.refresh_from_db()
        files.approve(file=file, by=UserFactory(), at=NOW)
        with acting_as("ccis_worker"):
            work_on(file.pk, now=lambda: NOW)

        assert YoungPerson.objects.count() == PEOPLE


# -- other kinds: what is destroyed, and what a school is asked -----------------------------------

TRANSFER = ["Forename", "Surname", "DOB", "Address", "Postcode", "ULN", "Mobile", "Destination",
            "StartDate", "EndDate", "Establishment", "DfENo"]  # fmt: skip


@pytest.mark.django_db
def test_killed_while_destroying_all_is_destroyed_later_and_recorded_once():
    there = AuthorityFactory(code=BARNET)
    Postcode.objects.create(postcode="EN5 1AA", authority=there)
    mover = {"Surname": "Farouk", "DOB": "14/03/2009", "Postcode": "EN5 1AA",
             "Destination": "Apprenticeship", "StartDate": "07/09/2026"}  # fmt: skip
    rows = [{**mover, "Forename": name} for name in ("Leila", "Ines")]
    file = send(csv_bytes(TRANSFER, rows), source_name="Barnet")
    at = NOW.replace(year=NOW.year + 1)
    assert (file.state, file.counts) == (FileState.DONE, {"elsewhere": 2})

    places = [(destroying, "_empty"), (RowDestruction.objects, "create"), (trail, "record")]
    for owner, name in places:
        with killed_at(owner, name, 1), pytest.raises(Killed), transaction.atomic():
            destroying.destroy_elsewhere(file=file, on=at.date(), at=at)
        assert not RowDestruction.objects.exists(), name
        assert file.rows.exclude(sent=[]).count() == 2, name
    for _ in range(2):
        destroying.destroy_elsewhere(file=file, on=at.date(), at=at)

    assert RowDestruction.objects.get().numbers == [2, 3]
    assert not file.rows.exclude(sent=[]).exists()


@pytest.mark.django_db
def test_killed_while_a_schools_answer_is_entered_nobody_is_added_and_it_can_be_entered_again():
    ProviderFactory(dfe_number="3064001", email="data@kestrel.example")
    said = {"Estab": "4001", "UPN": upn(1), "Legal First Name": "Leila", "DOB": "14/03/2011",
            "Legal Last Name": "Farouk", "Year Group": "11", "Postcode": "NG1 4AB"}  # fmt: skip
    file = send(csv_bytes(list(said), [said]))
    row, by = file.rows.get(), UserFactory()
    assert row.outcome == Outcome.ASK_SCHOOL
    new = {"answer": SchoolAnswer("new"), "said_by": "Jo Reed", "by": by, "at": NOW}

    for owner, name in [(trail, "record"), (questions, "decided"), (intake_rows, "stage_one")]:
        with killed_at(owner, name, 1), pytest.raises(Killed), transaction.atomic():
            questions.answer_question(row=row, **new)
        row.refresh_from_db()
        assert (row.outcome, row.school_said, row.is_new) == (Outcome.ASK_SCHOOL, "", False), name
    questions.answer_question(row=row, **new)
    file.refresh_from_db()
    finish(file)

    assert file.counts == {"added": 1}
    assert YoungPerson.objects.count() == 1


WORKER = """
import django, sys, time
django.setup()
from django.conf import settings
from django.utils import timezone
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from django.db import connection, transaction
connection.settings_dict["NAME"] = sys.argv[2]
from caseload.intake.actions import applying
from caseload.intake.actions.work import work_on
real = applying._write_trail
def slowly(*args):
    real(*args)
    print("in a chunk", flush=True)
    time.sleep(60 if sys.argv[3] == "slow" else 0)
applying._write_trail = slowly
applying.apply.__kwdefaults__ = {"chunk": 7}
work_on(int(sys.argv[1]), now=timezone.now)
"""


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_is_killed_in_the_middle_of_a_chunk():
    ProviderFactory(dfe_number="3064001")
    file = receive(content())
    work_on(file.pk, now=lambda: NOW)
    file.refresh_from_db()
    files.approve(file=file, by=UserFactory(), at=NOW)
    database = str(connection.settings_dict["NAME"])

    command = [sys.executable, "-W", "ignore", "-c", WORKER, str(file.pk), database, "slow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "in a chunk\n"
        with only_worker(file.pk) as ours:
            assert not ours  # nobody else may take the file while it is at work
        assert work_on(file.pk, now=lambda: NOW) is None
        worker.send_signal(signal.SIGKILL)
    assert not YoungPerson.objects.exists()
    assert not Change.objects.exists()

    for _ in range(50):  # until the server has noticed
        if work_on(file.pk, now=lambda: NOW) is not None:
            break
        time.sleep(0.1)

    file.refresh_from_db()
    assert (file.state, file.counts) == (
        FileState.DONE,
        {"cannot-read": 1, "added": PEOPLE},
    )
    assert YoungPerson.objects.count() == PEOPLE
    assert {row.read["upn"] for row in file.rows.filter(outcome="added")} == {
        upn(serial) for serial in range(1, PEOPLE + 1)
    }
