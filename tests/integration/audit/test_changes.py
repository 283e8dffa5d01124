"""Knowledge is ordered by commits: below a fixed moment, all is settled (see design of changes)."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection, connections, transaction

from ccis.access.database import WORKER, acting_as
from ccis.audit.changes import fix_moment, open_change
from ccis.audit.models import Change
from tests.factories.accounts import UserFactory
from tests.factories.authorities import BARNET, AuthorityFactory

AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
SOON = 0.3
LONG = 15


@pytest.mark.django_db
def test_changes_are_numbered_in_order_and_say_who_and_why():
    authority, user = AuthorityFactory(), UserFactory()

    first = open_change(authority=authority, by=user, why="typed in", at=AT)
    second = open_change(
        authority=authority, by=None, why="file applied", at=AT, file_ref="7F3KQ29M", source="X"
    )

    assert second.pk > first.pk
    assert (first.by, first.why, first.at) == (user, "typed in", AT)
    assert (second.by, second.file_ref, second.source) == (None, "7F3KQ29M", "X")


@pytest.mark.django_db
def test_the_moment_is_the_highest_number():
    authority = AuthorityFactory()
    assert fix_moment(authority) == (Change.objects.order_by("-pk").first() or Change(pk=0)).pk

    change = open_change(authority=authority, by=None, why="typed in", at=AT)

    assert fix_moment(authority) == change.pk


@pytest.mark.django_db
def test_the_worker_may_open_changes_and_fix_moments():
    authority = AuthorityFactory()

    with acting_as(WORKER):
        change = open_change(authority=authority, by=None, why="file applied", at=AT)
        assert fix_moment(authority) == change.pk


@pytest.mark.django_db(transaction=True, serialized_rollback=False)
def test_a_change_is_opened_inside_a_transaction_or_not_at_all():
    authority = AuthorityFactory()

    with pytest.raises(RuntimeError, match="inside a transaction"):
        open_change(authority=authority, by=None, why="typed in", at=AT)

    assert not Change.objects.exists()


class Aside:
    """Runs something in a thread with a connection of its own, and waits for it."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.result: object = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=[work], daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], object]) -> None:
        try:
            self.result = work()
        except BaseException as error:  # handed to the test
            self.error = error
        finally:
            connections.close_all()

    def waits(self) -> bool:
        """Whether it is still at it after a moment."""
        self._thread.join(SOON)
        return self._thread.is_alive()

    def done(self) -> object:
        self._thread.join(LONG)
        assert not self._thread.is_alive(), "it never ended"
        if self.error is not None:
            raise self.error
        return self.result


class OpenWriter:
    """A writer in a thread whose transaction stays open until it is told to end."""

    def __init__(self, authority: object) -> None:
        self.number = 0
        self._opened, self._finish = threading.Event(), threading.Event()
        self._aside = Aside(lambda: self._write(authority))
        assert self._opened.wait(LONG)

    def _write(self, authority: object) -> None:
        with transaction.atomic():
            self.number = open_change(authority=authority, by=None, why="slow", at=AT).pk
            self._opened.set()
            self._finish.wait(LONG)

    def commit(self) -> None:
        self._finish.set()
        self._aside.done()


@pytest.mark.django_db(transaction=True)
def test_fixing_a_moment_waits_for_a_writer_that_is_open():
    authority = AuthorityFactory()
    writer = OpenWriter(authority)

    fixing = Aside(lambda: fix_moment(authority))
    assert fixing.waits()
    writer.commit()

    assert fixing.done() == writer.number


@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_each_other():
    authority = AuthorityFactory()
    slow = OpenWriter(authority)

    def write() -> int:
        with transaction.atomic():
            return open_change(authority=authority, by=None, why="quick", at=AT).pk

    assert Aside(write).done() > slow.number
    slow.commit()


@pytest.mark.django_db(transaction=True)
def test_a_moment_is_fixed_for_one_authority_without_waiting_for_another():
    here, elsewhere = AuthorityFactory(), AuthorityFactory(code=BARNET)
    writer = OpenWriter(elsewhere)

    assert Aside(lambda: fix_moment(here)).done() == 0
    writer.commit()


@pytest.mark.django_db(transaction=True)
def test_nothing_comes_later_below_a_moment():
    """A number taken while the moment is being fixed is above it, whoever commits first."""
    authority = AuthorityFactory()
    first = OpenWriter(authority)
    fixing = Aside(lambda: fix_moment(authority))
    assert fixing.waits()

    def write() -> int:
        with transaction.atomic():
            return open_change(authority=authority, by=None, why="late", at=AT).pk

    late = Aside(write)
    assert late.waits()
    first.commit()
    moment = fixing.done()

    assert late.done() > moment == first.number


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_fails_leaves_its_number_unused_and_its_lock_free():
    authority = AuthorityFactory()

    def fail_half_way() -> None:
        with transaction.atomic():
            open_change(authority=authority, by=None, why="fails", at=AT)
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail_half_way()

    assert fix_moment(authority) == 0
    assert connection.in_atomic_block is False
