"""What ends a disclosure ends it in the same transaction; the ledger's line is what stays."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from caseload.actions import departures
from caseload.actions.sealing import seal_identity
from caseload.merging.registry import Pair, notices
from caseload.models import Name, Particulars
from ccis.audit.models import TrailEntry
from optout.actions import choices
from optout.models import Statement
from sharing.actions import life, lists
from sharing.agreements.models import Version
from sharing.agreements.signals import agreements_ended
from sharing.errors import CannotShare
from sharing.models import DisclosedRow, Disclosure, EndedBecause
from sharing.presenters.lists import how_long
from sharing.rules import start_of, term_ends_at
from tests.factories.agreements import renewed
from tests.factories.caseload import NameFactory, SendProvisionFactory
from tests.factories.providers import ProviderFactory
from tests.factories.sharing import AT, ready

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOW = AT + HOUR


@pytest.fixture
def world():
    return ready(ends_on=date(2027, 8, 31))


@pytest.fixture
def amara(world):
    return world.person()


@pytest.fixture
def made(world, amara):
    drafted = lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support", people=[amara.pk],
        by=world.drafter, at=AT,
    )  # fmt: skip
    return lists.release(drafted.list, by=world.releaser, at=AT)[0]


def refuse(person, providers=None, said_by="own"):
    choices.record(
        person=person, says=Statement.Says.NO, providers=providers, said_on=NOW.date(),
        said_by=said_by, channel="phone", by=None, at=NOW,
    )  # fmt: skip


def ended(made):
    made.refresh_from_db()
    row = DisclosedRow.objects.get(pk=made.pk)
    assert row.ends_at == made.ends_at
    return (made.ended_because, made.ends_at) if made.ends_at <= NOW else None


def test_an_objection_recalls_what_it_covers_at_once(world, amara, made):
    refuse(amara, providers=[ProviderFactory()])
    assert ended(made) is None  # about somebody else

    refuse(amara)
    assert ended(made) == (EndedBecause.OBJECTION, NOW)
    assert made.ended.why == "sharing refused"
    assert TrailEntry.objects.filter(verb="sharing ended", subject_id=amara.pk).count() == 1


def test_an_objection_that_is_undone_recalls_nothing(amara, made):
    with transaction.atomic():
        refuse(amara)
        assert ended(made)
        transaction.set_rollback(True)

    assert ended(made) is None


@pytest.mark.parametrize(("kind", "to", "because"), [("D", "", "died"), ("T", "302", "moved")])
def test_a_death_and_a_move_recall(world, amara, made, kind, to, because):
    departures.record(person=amara, kind=kind, on=NOW.date(), to_code=to, by=world.drafter, at=NOW)

    assert ended(made) == (because, NOW)
    assert made.ended is not None


@pytest.mark.parametrize("fields", [{"restriction_level": 3}, {"restriction_level": 9}])
def test_whatever_closes_a_record_recalls_though_nobody_says_so(amara, made, fields):
    type(amara).objects.filter(pk=amara.pk).update(**fields)

    made.refresh_from_db()
    assert made.ended_because in ("restricted", "died")
    assert DisclosedRow.objects.get().ends_at == made.ends_at < start_of(date(2027, 1, 1))


def test_an_agreement_that_stops_recalls_all_under_it(world, made):
    agreements_ended.send(
        sender=None, agreements=frozenset({world.version.agreement_id}), why="suspended",
        by=world.releaser, at=NOW,
    )  # fmt: skip

    assert ended(made) == (EndedBecause.AGREEMENT, NOW)


def test_a_recall_says_why_and_is_done_once(world, made):
    life.recall(made, why="On the wrong list", by=world.releaser, at=NOW)

    assert ended(made) == (EndedBecause.RECALLED, NOW)
    assert made.ended.source == "On the wrong list"
    with pytest.raises(CannotShare, match="ended already"):
        life.recall(made, why="Again", by=world.releaser, at=NOW + HOUR)


def test_an_outcome_ends_it_or_keeps_it_to_the_end_of_the_period(world, made):
    life.receive(made.on_list, by=world.named, at=AT)
    with pytest.raises(CannotShare, match="does not end"):
        life.record_outcome(made, EndedBecause.OBJECTION, by=world.named, at=NOW)
    life.record_engaged(made, by=world.named, at=NOW)
    made.refresh_from_db()
    assert made.ends_at == start_of(world.version.ends_on + timedelta(days=1))

    life.record_outcome(made, EndedBecause.NOT_REACHED, by=world.named, at=NOW)
    assert ended(made) == (EndedBecause.NOT_REACHED, NOW)
    with pytest.raises(CannotShare, match="ended already"):
        life.record_engaged(made, by=world.named, at=NOW)


@pytest.mark.parametrize("years", [20, 25])
def test_nobody_stays_with_an_organisation_beyond_the_age_that_is_shared(world, years):
    """The birthday is within the term at first, then within the agreement's period."""
    for days in (5, 60):
        last = AT.date() + timedelta(days=days)
        person = world.person()
        Particulars.objects.filter(person=person).update(
            date_of_birth=last.replace(year=last.year - years)
        )
        if years == 25:
            SendProvisionFactory(person=person, provision="E")
        drafted = lists.draft_list(
            authority=world.authority, terms=world.terms, purpose="support",
            people=[person.pk, world.person().pk], by=world.drafter, at=AT,
        ).list  # fmt: skip
        made, other = lists.release(drafted, by=world.releaser, at=AT)
        term = term_ends_at(AT.date(), working_days=15, period_ends_on=None)
        assert made.ends_at == min(term, start_of(last))
        assert (made.row.ends_at, other.ends_at) == (made.ends_at, term)

        life.receive(drafted, by=world.named, at=AT + HOUR)
        made.refresh_from_db()
        assert made.ends_at == min(term, start_of(last))
        for one in (made, other):
            life.record_engaged(one, by=world.named, at=AT + HOUR)
            one.refresh_from_db()

        assert made.ends_at == DisclosedRow.objects.get(pk=made.pk).ends_at == start_of(last)
        assert other.ends_at == start_of(world.version.ends_on + timedelta(days=1))


def test_a_term_ends_by_itself_and_the_purge_leaves_the_ledgers_line(world, made):
    life.receive(made.on_list, by=world.named, at=AT)
    made.refresh_from_db()
    assert life.purge(at=made.ends_at - HOUR) == 0

    over = made.ends_at
    assert Disclosure.objects.live(over - HOUR).count() == 1
    assert Disclosure.objects.live(over).count() == 0
    assert life.purge(at=over) == 1
    assert life.purge(at=over) == 0

    made.refresh_from_db()
    assert (made.ended_because, made.ends_at, made.purged_at) == ("term", over, over)
    assert made.columns
    assert not DisclosedRow.objects.exists()
    assert Disclosure.objects.to_confirm(over).count() == 1
    life.confirm_destroyed(
        Disclosure.objects.all(), authority=world.authority, by=world.named, at=over + HOUR
    )
    assert Disclosure.objects.to_confirm(over + HOUR).count() == 0


def test_what_is_sealed_leaves_the_row_too(world, amara, made):
    shown = made.row.values["name"]
    old = Name.objects.get(person=amara)
    Name.objects.filter(pk=old.pk).update(superseded=made.made)
    NameFactory(person=amara, given="Robin", family="Oduya")
    assert DisclosedRow.objects.get().values["name"] == shown

    seal_identity(
        person=amara, rows=[old], why="gender", named=[world.drafter], by=world.drafter, at=NOW
    )

    assert DisclosedRow.objects.get().values["name"] == "Robin Oduya"


def test_nobody_is_merged_while_something_of_either_is_shared(world, amara, made):
    other = world.person()

    (notice,) = [
        one for one in notices(Pair(other.pk, amara.pk)) if world.provider.name in one.text
    ]

    assert notice.stops


def test_a_list_that_nobody_opens_ends_too_and_opening_it_gives_the_term_anew(world, made):
    """Nobody waits for help on a list that is not read (LC-18)."""
    made.refresh_from_db()
    unread = made.ends_at
    assert unread == term_ends_at(AT.date(), working_days=15, period_ends_on=None)
    opened = AT + timedelta(days=7)

    life.receive(made.on_list, by=world.named, at=opened)

    made.refresh_from_db()
    assert made.ends_at == term_ends_at(opened.date(), working_days=15, period_ends_on=None)
    assert made.ends_at > unread
    assert life.receive(made.on_list, by=world.named, at=opened + HOUR) == 0


def test_a_new_version_leaves_what_lives_to_be_opened_and_to_go_on(world, made):
    renewed(world.version, at=NOW)
    opened = AT + timedelta(days=7)

    assert life.receive(made.on_list, by=world.named, at=opened) == 1

    made.refresh_from_db()
    assert made.ends_at == term_ends_at(opened.date(), working_days=15, period_ends_on=None)
    life.record_engaged(made, by=world.named, at=opened + HOUR)
    made.refresh_from_db()
    assert made.ends_at == start_of(world.version.ends_on + timedelta(days=1))


def test_what_lives_goes_on_though_nobody_vouches_any_more_and_nothing_new_begins(
    world, amara, made
):
    """An organisation that is no longer assured receives nobody else (LC-12)."""
    Version.objects.filter(pk=world.version.pk).update(checked_until=None)

    life.record_engaged(made, by=world.named, at=NOW)

    made.pk, made.ref, made.person = None, "7F3KQ29M", world.person()
    with pytest.raises(IntegrityError, match="no agreement in force"), transaction.atomic():
        made.save(force_insert=True)


def test_what_lives_under_an_agreement_that_stopped_is_not_lengthened(world, made):
    new = renewed(world.version, at=NOW)
    Version.objects.filter(pk=new.pk).update(state="suspended")  # though nobody says so

    with pytest.raises(IntegrityError, match="no agreement in force"):
        life.receive(made.on_list, by=world.named, at=AT + timedelta(days=7))


def test_a_list_is_of_the_version_that_it_was_released_under(world):
    drafted = lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support",
        people=[world.person().pk], by=world.drafter, at=AT,
    ).list  # fmt: skip
    new = renewed(world.version, at=AT, term_days=5, files_allowed=True)

    (made,) = lists.release(drafted, by=world.releaser, at=AT)
    life.receive(made.on_list, by=world.named, at=AT)

    made.refresh_from_db()
    drafted.refresh_from_db()
    assert (made.version, drafted.version) == (new, new)
    assert made.ends_at == term_ends_at(AT.date(), working_days=5, period_ends_on=None)
    assert how_long(drafted).startswith("5 working days")
