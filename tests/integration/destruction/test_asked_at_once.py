"""What ends before its time is to be deleted, and whoever has it is told so at once (LC-04)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from caseload.actions import departures
from optout.actions import choices
from optout.models import Statement
from sharing.actions import life, lists
from sharing.destruction import actions
from sharing.destruction.models import Chase
from sharing.errors import CannotShare
from tests.factories.outcomes import released
from tests.factories.sharing import AT, ready

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def say_no(world, person):
    choices.record(
        person=person, says=Statement.Says.NO, providers=None, said_on=LATER.date(), said_by="own",
        channel="phone", by=world.drafter, at=LATER,
    )  # fmt: skip


def died(world, person):
    departures.record(person=person, kind="D", on=LATER.date(), by=world.drafter, at=LATER)


def recalled(world, person):
    life.recall(person.disclosures.get(), why="a mistake", by=world.drafter, at=LATER)


def agreement_stopped(world, person):
    life.end_of_agreements(
        {world.version.agreement_id}, authority=world.authority, by=world.drafter, at=LATER
    )


@pytest.mark.parametrize("end", [say_no, died, recalled, agreement_stopped])
def test_whoever_has_the_details_is_asked_to_delete_them_at_once(
    end, django_capture_on_commit_callbacks
):
    world = ready()
    person, stays = world.person(), world.person()
    drafted = lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support",
        people=[person.pk, stays.pk], by=world.drafter, at=AT,
    ).list  # fmt: skip
    lists.release(drafted, by=world.releaser, at=AT)

    with django_capture_on_commit_callbacks(execute=True):
        end(world, person)

    assert [one.on_list_id for one in Chase.objects.all()] == [drafted.pk]
    assert [letter.bcc for letter in mail.outbox] == [[world.named.email]]


def test_what_ends_later_on_the_day_on_which_they_were_asked_is_told_as_well(
    django_capture_on_commit_callbacks,
):
    world = ready()
    now = timezone.now()
    ones = released(world, people=4, at=now - timedelta(days=1))
    shared = ones[0].on_list

    for one in ones[:2]:
        with django_capture_on_commit_callbacks(execute=True):
            life.recall(one, why="a mistake", by=world.drafter, at=timezone.now())
    assert len(mail.outbox) == 2
    with pytest.raises(CannotShare, match="asked today already"):
        actions.chase(shared, by=world.drafter, at=timezone.now())

    life.recall(ones[2], why="a mistake", by=world.drafter, at=timezone.now())
    morning = timezone.now() + timedelta(days=1)
    assert actions.chase_those_late(at=morning) == 1  # no worker was there to write to them at once
    # The email that has not gone yet tells of what ends before it goes.
    life.recall(ones[3], why="a mistake", by=world.drafter, at=timezone.now())
    with pytest.raises(CannotShare, match="asked today already"):
        actions.chase(shared, by=world.drafter, at=morning)
