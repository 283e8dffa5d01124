"""A return knows what was committed when its moment was fixed, and nothing else (design §4).

Over committed data, with writers and makers on connections of their own.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from caseload.actions import facts
from caseload.models import Departure
from ccis.audit.changes import fix_moment, open_change
from ccis.authorities.models import Authority
from returns import records
from returns.actions import builds, files, making
from returns.models import Build, BuildKind, BuildState
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import complete_person
from tests.integration.returns.conftest import NOW, OCTOBER, make, now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def authority() -> Iterator[Authority]:
    yield AuthorityFactory()
    for key in records.tables():
        records.drop_table(key)


def in_thread(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Work on a connection of its own; its result is in the list once it has ended."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def leave(person: Any, change: Any) -> None:
    facts.state(
        Departure,
        change=change,
        person=person,
        during=facts.from_day(date(2026, 10, 5)),
        kind="T",
        to_code="302",
    )


def test_the_maker_waits_for_a_writer_and_then_knows_what_it_wrote(authority):
    person = complete_person()
    wrote, may_commit = threading.Event(), threading.Event()

    def write() -> int:
        with transaction.atomic():
            change = open_change(authority=authority, by=None, why="test", at=NOW)
            leave(person, change)
            wrote.set()
            may_commit.wait(10)
            return change.pk

    writer, numbers = in_thread(write)
    wrote.wait(10)
    maker, moments = in_thread(lambda: fix_moment(authority))
    maker.join(0.3)
    assert maker.is_alive()
    may_commit.set()
    writer.join()
    maker.join()
    assert moments[0] >= numbers[0]


def test_a_writer_who_is_open_while_it_is_made_changes_nothing(authority, monkeypatch):
    """The writer begins after the moment is fixed and commits after the file is kept."""
    person = complete_person()
    began, may_commit = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            change = open_change(authority=authority, by=None, why="test", at=NOW)
            leave(person, change)
            began.set()
            may_commit.wait(20)

    threads = []
    fixing = making.WORK[BuildState.FIXING]

    def fix_and_let_write(step: Any) -> None:
        fixing(step)
        threads.append(in_thread(write)[0])
        began.wait(10)

    with monkeypatch.context() as slower:
        slower.setitem(making.WORK, BuildState.FIXING, fix_and_let_write)
        build = make(authority)
    may_commit.set()
    threads[0].join()

    assert build.counts == {"P": 1}
    assert builds.rebuild(build=build, by=None, at=NOW).same
    assert make(authority).counts == {"T": 1}


def test_two_workers_make_one_return(authority):
    for _ in range(3):
        complete_person()
    build = builds.ask(authority=authority, period=OCTOBER, kind=BuildKind.TRIAL, by=None, at=NOW)
    workers = [in_thread(lambda: making.make(build_id=build.pk, now=now).state) for _ in range(3)]
    for thread, _ in workers:
        thread.join()
    assert sum(states == [BuildState.DONE] for _, states in workers) >= 1
    build.refresh_from_db()
    assert (build.state, build.record_count) == (BuildState.DONE, 3)


def test_two_processes_write_the_same_bytes_as_one(authority, monkeypatch):
    for number in range(9):
        complete_person(date_of_birth=date(2009, 1 + number, 14))
    one = make(authority)
    content = files.path_of(one).read_bytes()
    monkeypatch.setattr(files, "TWO_AT_ONCE_FROM", 5)
    monkeypatch.setattr(files, "PROVED_IN_TWO_FROM", 5)

    two = make(authority)

    reference = one.sha256
    assert two.sha256 == reference == hashlib.sha256(content).hexdigest()
    assert files.path_of(two).read_bytes() == content
    assert [path.name for path in files.path_of(two).parent.iterdir()] == [files.path_of(two).name]
    assert builds.rebuild(build=two, by=None, at=NOW).same


def test_two_connections_make_the_same_records_as_one(authority, monkeypatch):
    for number in range(9):
        complete_person(date_of_birth=date(2009, 1 + number, 14))
    one = make(authority)
    monkeypatch.setattr(records, "TWO_AT_ONCE_FROM", 5)
    two = make(authority)
    assert (two.record_count, two.sha256) == (9, one.sha256)


def test_a_process_that_ends_early_stops_the_making_safely(authority, monkeypatch):
    for _ in range(6):
        complete_person()
    monkeypatch.setattr(files, "TWO_AT_ONCE_FROM", 5)
    build = builds.ask(authority=authority, period=OCTOBER, kind=BuildKind.TRIAL, by=None, at=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(files, "_libpq", lambda: {"PGHOST": "/nowhere", "PGDATABASE": "none"})
        with pytest.raises(Exception, match="ended early"):
            making.make(build_id=build.pk, now=now)
    build.refresh_from_db()
    assert (build.state, build.step_reached) == (BuildState.STOPPED, "writing")
    builds.carry_on(build=build, by=None, at=NOW)
    assert making.make(build_id=build.pk, now=now).state == BuildState.DONE
    assert Build.objects.done().count() == 1
