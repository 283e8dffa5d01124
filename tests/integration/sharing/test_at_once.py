"""Two at once: an objection and a disclosure, two lists, an agreement that ends (design §6)."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from optout.actions import choices
from optout.models import Statement
from sharing.actions import lists
from sharing.errors import CannotShare
from sharing.models import DisclosedRow, Disclosure, EndedBecause
from sharing.triage import actions as triage
from tests.factories.sharing import ready

pytestmark = pytest.mark.django_db(transaction=True)


def draft(world, person):
    return lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support", people=[person.pk],
        by=world.drafter, at=timezone.now(),
    ).list  # fmt: skip


def refuse(person):
    now = timezone.now()
    choices.record(
        person=person, says=Statement.Says.NO, providers=None, said_on=timezone.localdate(now),
        said_by="own", channel="web", by=None, at=now,
    )  # fmt: skip


class Other(threading.Thread):
    """Another transaction, which says how it ended."""

    def __init__(self, do):
        super().__init__(daemon=True)
        self.do, self.ended = do, None

    def run(self):
        try:
            self.ended = self.do()
        except (CannotShare, IntegrityError) as error:
            self.ended = error
        finally:
            connections.close_all()


def test_whichever_comes_first_nothing_refused_stays_disclosed():
    world = ready()
    first, second = world.person(), world.person()

    # the objection first: the release waits for it, and asks again
    waiting = draft(world, first)
    release = Other(lambda: lists.release(waiting, by=world.releaser, at=timezone.now()))
    with transaction.atomic():
        refuse(first)
        release.start()
        release.join(0.3)
        assert release.is_alive()
    release.join(10)
    assert isinstance(release.ended, CannotShare)
    assert not Disclosure.objects.exists()

    # the release first: the objection waits for it, and recalls
    waiting = draft(world, second)
    objection = Other(lambda: refuse(second))
    with transaction.atomic():
        (made,) = lists.release(waiting, by=world.releaser, at=timezone.now())
        objection.start()
        objection.join(0.3)
        assert objection.is_alive()
    objection.join(10)
    made.refresh_from_db()
    assert made.ended_because == EndedBecause.OBJECTION
    assert DisclosedRow.objects.get().ends_at <= timezone.now()


def test_a_check_without_the_lock_meets_the_trigger():
    """SQL that asks nothing waits at the person's row as well, and is refused after."""
    world = ready()
    person = world.person()
    (made,) = lists.release(draft(world, person), by=world.releaser, at=timezone.now())
    Disclosure.objects.filter(pk=made.pk).update(ends_at=timezone.now())
    later = timezone.now() + timedelta(minutes=1)

    def insert():
        made.pk, made.ref = None, "0000000C"
        made.released_at, made.ends_at = later, later + timedelta(days=1)
        with transaction.atomic():
            made.save(force_insert=True)

    other = Other(insert)
    with transaction.atomic():
        refuse(person)
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(10)

    assert "objection covers" in str(other.ended)


def test_two_lists_at_once_give_one_disclosure_and_an_agreement_that_ends_waits():
    world = ready()
    person = world.person()
    first, second = draft(world, person), draft(world, person)
    again = Other(lambda: lists.release(second, by=world.releaser, at=timezone.now()))
    with transaction.atomic():
        lists.release(first, by=world.releaser, at=timezone.now())
        again.start()
        again.join(0.3)
        assert again.is_alive()
    again.join(10)
    assert isinstance(again.ended, CannotShare)
    assert Disclosure.objects.count() == 1

    third = draft(world, world.person())
    ending = Other(
        lambda: type(world.version).objects.filter(pk=world.version.pk).update(state="suspended")
    )
    with transaction.atomic():
        lists.release(third, by=world.releaser, at=timezone.now())
        ending.start()
        ending.join(0.3)
        assert ending.is_alive()
    ending.join(10)
    assert ending.ended == 1


def test_whoever_asks_to_look_again_while_a_list_goes_is_on_it_or_off_it_and_nothing_between():
    world = ready()
    first, second = world.person(), world.person()

    # they ask first: the release waits for it, and leaves them out
    waiting = draft(world, first)
    release = Other(lambda: lists.release(waiting, by=world.releaser, at=timezone.now()))
    with transaction.atomic():
        triage.reopen([first.pk], at=timezone.now())
        release.start()
        release.join(0.3)
        assert release.is_alive()
    release.join(10)
    assert isinstance(release.ended, CannotShare)

    # the release first: they went, and nothing says that they did not
    going = draft(world, second)
    asking = Other(lambda: triage.reopen([second.pk], at=timezone.now()))
    with transaction.atomic():
        lists.release(going, by=world.releaser, at=timezone.now())
        asking.start()
        asking.join(0.3)
        assert asking.is_alive()
    asking.join(10)
    assert asking.ended == 0
    assert going.entries.get().dropped == []
    assert Disclosure.objects.get().person == second
