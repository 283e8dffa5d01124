"""The sealer: every line once and in order, whatever commits when and whoever is killed."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from ccis.access.database import WEB, WORKER, acting_as
from ccis.audit import published, sealing, trail
from ccis.audit.findings import Outcome
from ccis.audit.models import Seal, TrailEntry
from ccis.audit.seals import Line, SignedSeal, leaf, microseconds
from ccis.audit.tasks import seal_trail as task
from ccis.audit.verifying import verify
from ccis.celery import BEAT_SCHEDULE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outside")]

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
LONG = 15


@pytest.fixture(autouse=True)
def all_settled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the test's own transaction for ended, but where transactions are what is tested."""
    if not request.node.get_closest_marker("django_db").kwargs.get("transaction"):
        server = ("this server", 2**60, 2**60)
        monkeypatch.setattr(sealing, "_server", lambda: server)


def write(many: int = 1, *, verb: str = "thing done", at: datetime = AT) -> list[int]:
    """Lines in a transaction of their own; their ids."""
    before = set(TrailEntry.objects.values_list("pk", flat=True))
    with transaction.atomic():
        trail.record_many(
            verb, range(1, many + 1), kind="x.y", by=None, at=at, authority=None, n=many
        )
    return sorted(set(TrailEntry.objects.values_list("pk", flat=True)) - before)


def seal(**given: object) -> sealing.Sealed:
    return sealing.seal_trail(**{"at": AT + timedelta(minutes=1)} | given)  # type: ignore[arg-type]


def sealed() -> list[list[int]]:
    return [list(one.ids) for one in Seal.objects.order_by("number")]


def faults(**given: object) -> list[str]:
    outcome = Outcome()
    found = verify(
        outcome,
        published=published.read_published(),
        keys=published.public_keys(),
        **given,  # type: ignore[arg-type]
    )
    return [one.kind for one in found]


class OpenWriter:
    """A transaction in another connection that has written a line and stays open."""

    def __init__(self, first: Callable[[], object] = lambda: None) -> None:
        self._wrote, self._finish = threading.Event(), threading.Event()
        self._commits, self.id = True, 0
        self._first = first
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._wrote.wait(LONG)

    def _run(self) -> None:
        try:
            with transaction.atomic():
                self._first()
                trail.record("slow thing done", by=None, at=AT, authority=None)
                self.id = TrailEntry.objects.order_by("-pk")[0].pk
                self._wrote.set()
                self._finish.wait(LONG)
                transaction.set_rollback(not self._commits)
        finally:
            connections.close_all()

    def end(self, *, commits: bool = True) -> int:
        self._commits = commits
        self._finish.set()
        self._thread.join(LONG)
        assert not self._thread.is_alive()
        return self.id


# -- one seal --------------------------------------------------------------------------------------


def test_lines_are_sealed_in_order_chained_signed_and_published():
    first, second = write(3), write(2)
    assert seal().rows == 5
    third = write(1)
    assert seal().rows == 1

    assert sealed() == [[*first, *second], third]
    one, two = published.read_published()
    assert isinstance(one, SignedSeal)
    assert isinstance(two, SignedSeal)
    assert two.payload.previous == one.hash
    assert (one.payload.rows, two.payload.rows) == (5, 1)
    assert one.is_signed_by(published.public_keys())
    assert [row.payload for row in Seal.objects.order_by("number")] == [one.text, two.text]
    assert faults() == []


def test_nothing_new_makes_no_seal():
    write()
    seal()

    assert seal() == sealing.Sealed()
    assert Seal.objects.count() == 1


def test_the_database_hashes_a_line_as_python_does():
    write(2, verb="geprüft – 100 %")
    entry = TrailEntry.objects.order_by("pk")[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_trail_entry SET by_id = -7, change_id = 9, authority_id = 5,"
            " at = '1999-12-31T23:59:59.123457+00', request_reference = 'AB12' WHERE id = %s",
            [entry.pk],
        )
    seal()

    kept = bytes(Seal.objects.get().marks)
    hashes = [
        leaf(
            Line(
                one.pk, one.tx, microseconds(one.at), one.verb, one.by_id, one.authority_id,
                one.subject_kind, one.subject_id, one.change_id, one.request_reference,
                bytes(one.digest),
            )
        )
        for one in TrailEntry.objects.order_by("tx", "pk")
    ]  # fmt: skip
    assert kept == b"".join(hashed[:8] for hashed in hashes)


def test_a_great_many_are_sealed_in_batches_even_those_of_one_transaction():
    ids = write(10) + write(3)

    done = seal(batch=4)

    assert (done.seals, done.rows) == (4, 13)
    assert sealed() == [ids[0:4], ids[4:8], ids[8:12], ids[12:]]
    payloads = [SignedSeal(one.payload, b"").payload for one in Seal.objects.order_by("number")]
    assert [payload.caught_up for payload in payloads] == [False, False, False, True]
    assert faults() == []


def test_a_batch_that_is_just_full_is_not_the_last_word():
    write(4)

    assert seal(batch=4).seals == 1
    write(1)
    assert seal(batch=4).rows == 1
    assert faults() == []


# -- transactions that commit out of order ---------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_line_that_commits_late_is_neither_passed_over_nor_sealed_twice():
    slow = OpenWriter()
    quick = write()
    assert slow.id < quick[0]

    assert seal().rows == 0, "the quick one is younger than a transaction that is open"
    late = slow.end()
    assert seal().rows == 2
    assert sorted(sealed()[0]) == sorted([late, *quick])
    assert seal().rows == 0
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_two_that_are_open_commit_out_of_order():
    """The second takes the later number, but the earlier id stays open longest."""
    earlier, later = OpenWriter(), OpenWriter()

    second = later.end()
    seal()
    assert sealed() == []
    third = write()
    seal()
    first = earlier.end()
    assert first < second < third[0]
    seal()

    assert sealed() == [[first, second, *third]]
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_an_older_id_in_a_younger_transaction_comes_after_the_seal():
    """Ids are taken before lines are written: order by id alone would lose this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('audit_trail_entry_id_seq')")
        (taken,) = cursor.fetchone()
    younger_id = write()
    seal()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_trail_entry (id, at, verb, subject_kind, request_reference, digest)"
            " VALUES (%s, %s, 'late', '', '', sha256('{}'))",
            [taken, AT],
        )
        cursor.execute(
            "INSERT INTO audit_trail_detail (entry_id, salt, details) VALUES (%s, '', '{}')",
            [taken],
        )

    assert seal().rows == 1
    assert sealed() == [younger_id, [taken]]
    assert faults() == []


def test_what_was_rolled_back_leaves_a_gap_in_the_ids_and_none_in_the_chain():
    slow = OpenWriter()
    slow.end(commits=False)
    ids = write()
    seal()

    assert sealed() == [ids]
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_someone_who_only_reads_holds_nothing_up():
    reading, finish = threading.Event(), threading.Event()

    def read() -> None:
        try:
            with transaction.atomic():
                TrailEntry.objects.count()
                reading.set()
                finish.wait(LONG)
        finally:
            connections.close_all()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    assert reading.wait(LONG)
    write()

    assert seal().rows == 1
    finish.set()
    thread.join(LONG)


@pytest.mark.django_db(transaction=True)
def test_work_in_another_database_of_the_server_holds_nothing_up():
    """PostgreSQL numbers transactions for the whole server; only ours can write here."""
    elsewhere = {**connection.get_connection_params(), "dbname": "postgres"}
    elsewhere.pop("cursor_factory", None)
    elsewhere.pop("context", None)
    with psycopg.connect(**elsewhere) as other:
        other.execute("SELECT pg_current_xact_id()")
        write()

        assert seal().rows == 1


# -- one at a time, killed anywhere ----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_one_sealer_at_a_time():
    write()
    held, finish = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [sealing.LOCK])
                held.set()
                finish.wait(LONG)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    assert held.wait(LONG)
    assert seal().was_busy
    assert not Seal.objects.exists()

    finish.set()
    thread.join(LONG)
    ends = time.monotonic() + LONG
    while (done := seal()).was_busy and time.monotonic() < ends:
        time.sleep(0.05)  # the server lets go of the lock when it sees the connection gone
    assert done.rows == 1


class Killed(BaseException):
    """Stands for a process that ends there and then."""


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, where: object, name: str) -> Iterator[None]:
    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(where, name, die)
        yield


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (sealing, "_gather"),
        (sealing, "sign"),
        (sealing, "_keep"),
        (published, "publish"),
        (published, "_flush_folder"),
    ],
    ids=["before hashing", "before signing", "before keeping", "before publishing", "at the end"],
)
def test_killed_anywhere_the_next_run_carries_on(monkeypatch, where, name):
    first = write(2)
    seal()
    more = write(5)
    # A month on, so that publishing makes a new file and has its folder flushed.
    with dying(monkeypatch, where, name), pytest.raises(Killed):
        seal(batch=2, at=AT + timedelta(days=40))

    seal(batch=2, at=AT + timedelta(days=40))

    assert list(chain.from_iterable(sealed())) == [*first, *more]
    outside = [one.payload.number for one in published.read_published()]  # type: ignore[union-attr]
    assert outside == list(Seal.objects.order_by("number").values_list("number", flat=True))
    kinds = set(faults())
    assert kinds <= {"out-of-time"}, "lines a month old, of which the test is to blame"


def test_a_seal_that_was_half_published_is_published_again_whole(outside):
    write()
    seal()
    (file,) = outside.glob("seals-*.txt")
    write()
    seal()
    whole = file.read_bytes()
    file.write_bytes(whole[:-200])  # the machine stopped in the middle of a line

    write()
    seal()

    numbers = [one.payload.number for one in published.read_published()]  # type: ignore[union-attr]
    assert numbers == [1, 2, 3]
    assert file.read_bytes().startswith(whole[:-200]), "nothing that stood there was taken back"
    assert faults() == []


# -- keys ------------------------------------------------------------------------------------------


def test_the_key_is_made_once_for_its_owner_alone_and_its_public_half_published(outside):
    write()
    seal()

    (private,) = (outside.parent / "keys").iterdir()
    assert private.stat().st_mode & 0o077 == 0
    (public,) = outside.glob("key-*.pem")
    assert b"PUBLIC" in public.read_bytes()
    assert b"PRIVATE" not in public.read_bytes()
    before = private.read_bytes()
    write()
    seal()
    assert private.read_bytes() == before


def test_a_key_that_is_gone_is_not_made_again_in_silence(outside):
    write()
    seal()
    (private,) = (outside.parent / "keys").iterdir()
    private.unlink()
    write()

    with pytest.raises(sealing.CannotSeal, match="Put it back"):
        seal()
    assert seal(new_key=True).rows == 1
    assert len(published.public_keys()) == 2
    assert faults() == []


def test_a_key_can_be_changed_and_the_old_seals_still_hold():
    write()
    seal()
    write()
    seal(new_key=True)

    keys = {SignedSeal(one.payload, b"").payload.key for one in Seal.objects.all()}
    assert len(keys) == 2
    assert faults() == []


# -- the database is not the one that was published ------------------------------------------------


@pytest.fixture
def restored():
    """A database restored from a backup: two seals, of which the second is gone with its line."""
    first = write(2)
    seal()
    second = write()
    seal()
    Seal.objects.filter(number=2).delete()
    TrailEntry.objects.filter(pk__in=second).delete()
    return first


def test_a_restored_database_is_not_sealed_before_somebody_says_so(restored):
    write()

    with pytest.raises(sealing.CannotSeal, match="ends at seal 1, but seals were published up to"):
        seal()
    assert faults() == ["end-missing"]
    with pytest.raises(CommandError, match="seal_trail --after-restore"):
        call_command("seal_trail")


def test_after_a_restore_the_chain_goes_on_and_says_so(restored):
    later = write()
    seal(after_restore=True)
    seal()

    assert sealed() == [restored, later]
    outcome = Outcome()
    found = verify(outcome, published=published.read_published(), keys=published.public_keys())
    assert list(found) == []
    assert "restored before seal 3" in outcome.facts[0]
    assert "went on from seal 1. 1 seal after" in outcome.facts[0]


def test_a_chain_that_was_rebuilt_is_not_carried_on(outside):
    write()
    seal()
    Seal.objects.all().delete()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(published, "last_published", lambda: None)
        patched.setattr(published, "publish", lambda seals: 0)
        seal(at=AT + timedelta(minutes=9))
    write()

    with pytest.raises(sealing.CannotSeal, match="not the one that was published"):
        seal()


def test_moved_to_another_server_by_dump_nothing_is_lost_and_nothing_sealed_twice(monkeypatch):
    """Another server counts its transactions from anew: lower than those of the lines it holds."""
    with connection.cursor() as cursor:
        before, tail = write(2), write(2)
        cursor.execute("UPDATE audit_trail_entry SET tx = 900 WHERE id = ANY(%s)", [before])
        cursor.execute("UPDATE audit_trail_entry SET tx = 950 WHERE id = ANY(%s)", [tail])
        monkeypatch.setattr(sealing, "_server", lambda: ("the old server", 901, 1000))
        seal()
        assert sealed() == [before], "the tail was written, but not sealed, when it was dumped"

        after = write(3)
        cursor.execute("UPDATE audit_trail_entry SET tx = 20 WHERE id = ANY(%s)", [after])
        monkeypatch.setattr(sealing, "_server", lambda: ("the new server", 30, 31))
        assert seal().rows == 5
        assert sealed() == [before, tail, after]

        more = write()
        cursor.execute("UPDATE audit_trail_entry SET tx = 40 WHERE id = ANY(%s)", [more])
        monkeypatch.setattr(sealing, "_server", lambda: ("the new server", 41, 41))
        seal()
        assert sealed() == [before, tail, after, more]
        assert seal().rows == 0
        assert faults() == []

        cursor.execute("UPDATE audit_trail_entry SET tx = 990 WHERE id = ANY(%s)", [tail])
        assert faults() == ["rows-missing", "rows-added"]


@pytest.mark.parametrize("now", [30, 2000], ids=["counting lower", "counting higher"])
def test_moved_twice_whatever_the_other_server_counts(monkeypatch, now):
    with connection.cursor() as cursor:
        everything = []
        for server, tx in (("one", 500), ("two", now), ("three", 700)):
            ids = write(2)
            everything += ids
            cursor.execute("UPDATE audit_trail_entry SET tx = %s WHERE id = ANY(%s)", [tx, ids])
            monkeypatch.setattr(
                sealing, "_server", lambda server=server, tx=tx: (server, tx + 1, tx + 1)
            )
            seal()

    assert list(chain.from_iterable(sealed())) == everything
    assert faults() == []


# -- doors -----------------------------------------------------------------------------------------


def test_the_task_seals_as_the_worker_each_minute():
    write()
    with acting_as(WORKER):
        assert task() == 1

    entry = BEAT_SCHEDULE["seal the trail"]
    assert entry["task"] == "ccis.audit.tasks.seal_trail"
    assert entry["schedule"].minute == set(range(60))  # type: ignore[attr-defined]


def test_the_task_says_loudly_when_the_chain_cannot_be_carried_on(restored, caplog):
    write()

    assert task() == 0
    assert "ends at seal 1" in caplog.text


def test_the_command_seals_and_prints_the_latest(capsys):
    write(2)
    call_command("seal_trail")
    call_command("seal_trail", "--show")

    said = capsys.readouterr().out
    assert "Sealed 2 lines; published 1 seals." in said
    latest = published.last_published()
    assert latest
    assert said.count(latest.line()) == 2
    assert "key-" in said


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_nobody_who_serves_may_change_or_take_away_a_seal(role):
    for statement in (
        "UPDATE audit_seal SET payload = ''",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            acting_as(role),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
