"""What somebody said comes to one answer, which the database gives (LC-03, LC-06, LC-31)."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from caseload.actions import facts
from ccis.access.database import PORTAL, REPORTING, WEB, acting_as
from ccis.audit.models import TrailEntry
from optout.actions import choices
from optout.errors import CannotDo
from optout.models import Statement
from optout.queries import objecting, objection_covers, standing
from optout.signals import objections_recorded
from tests.factories.accounts import UserFactory
from tests.factories.caseload import ParticularsFactory, YoungPersonFactory, complete_person
from tests.factories.optout import StatementFactory
from tests.factories.providers import ProviderFactory

AT = datetime(2026, 11, 3, 10, tzinfo=UTC)
TODAY = AT.date()
NO, YES = Statement.Says.NO, Statement.Says.YES


def say(person, says, *, providers=None, said_by="own", on=TODAY, **more):
    return choices.record(
        person=person, says=says, providers=providers, said_on=on, said_by=said_by,
        channel="phone", by=None, at=AT, **more,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_no_to_all_covers_everyone_from_its_day_on():
    person, other = complete_person(), YoungPersonFactory()
    northway, harbour = ProviderFactory(), ProviderFactory()
    say(person, NO, on=date(2026, 10, 1))

    assert objection_covers(person, northway, on=TODAY)
    assert objection_covers(person, None, on=date(2026, 10, 1))
    assert not objection_covers(person, northway, on=date(2026, 9, 30))
    assert objecting([person.pk, other.pk], harbour, on=TODAY) == {person.pk}


@pytest.mark.django_db
def test_a_no_to_one_covers_that_one():
    person, northway, harbour = complete_person(), ProviderFactory(), ProviderFactory()
    say(person, NO, providers=[northway])

    assert objection_covers(person, northway, on=TODAY)
    assert not objection_covers(person, harbour, on=TODAY)
    assert not objection_covers(person, None, on=TODAY)
    assert standing(person, on=TODAY).some == [northway]


@pytest.mark.django_db
def test_the_latest_no_wins_until_the_young_person_says_otherwise():
    person, northway = complete_person(), ProviderFactory()
    say(person, YES, said_by="school", on=date(2025, 1, 1))
    say(person, NO, said_by="school", on=date(2025, 9, 1))
    say(person, YES, said_by="school", on=date(2026, 1, 1))
    say(person, YES, said_by="parent", on=date(2026, 2, 1))
    say(person, YES, said_by="authority", on=date(2026, 3, 1))
    assert objection_covers(person, northway, on=TODAY)

    say(person, YES, providers=[northway])
    assert not objection_covers(person, northway, on=TODAY)
    assert objection_covers(person, None, on=TODAY)
    assert standing(person, on=TODAY).but == [northway]

    say(person, YES)
    assert not objection_covers(person, None, on=TODAY)
    say(person, NO, said_by="school")
    assert objection_covers(person, northway, on=TODAY)
    assert Statement.objects.count() == 8


@pytest.mark.django_db
def test_from_16_a_parents_no_gives_way_to_the_persons_yes_even_an_earlier_one():
    person = YoungPersonFactory()
    ParticularsFactory(person=person, date_of_birth=date(2010, 6, 1))
    say(person, YES, on=date(2026, 7, 1))
    say(person, NO, said_by="parent", on=date(2026, 8, 1))
    assert not objection_covers(person, None, on=TODAY)

    say(person, NO, said_by="parent", on=date(2026, 9, 1), lacks_capacity=True)
    assert objection_covers(person, None, on=TODAY)


@pytest.mark.django_db
def test_a_parents_yes_counts_before_16():
    person = YoungPersonFactory()
    ParticularsFactory(person=person, date_of_birth=date(2011, 6, 1))
    say(person, NO, said_by="school", on=date(2026, 7, 1))
    say(person, YES, said_by="parent", on=date(2026, 8, 1))

    assert not objection_covers(person, None, on=TODAY)


@pytest.mark.django_db
def test_what_was_recorded_by_mistake_counts_no_more_and_stays():
    person, officer = complete_person(), UserFactory()
    (statement,) = say(person, NO)

    choices.take_out(statement, by=officer, at=AT, why="wrong person")

    assert not objection_covers(person, None, on=TODAY)
    assert Statement.objects.get().superseded.source == "wrong person"
    with pytest.raises(CannotDo, match="already"):
        choices.take_out(statement, by=officer, at=AT, why="again")
    verbs = TrailEntry.objects.filter(subject_id=person.pk).values_list("verb", flat=True)
    assert {"sharing refused", "choice taken out"} <= set(verbs)


@pytest.mark.django_db
def test_what_is_yet_to_be_said_or_about_nobody_is_refused():
    with pytest.raises(CannotDo, match="today or earlier"):
        say(complete_person(), NO, on=TODAY + timedelta(days=1))
    with pytest.raises(CannotDo, match="at least one"):
        say(complete_person(), NO, providers=[])


@pytest.mark.django_db
def test_only_web_and_worker_may_ask_and_nobody_may_edit():
    statement = StatementFactory()
    for role in (PORTAL, REPORTING):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            acting_as(role),
        ):
            objection_covers(statement.person, None, on=TODAY)
    with acting_as(WEB):
        assert objection_covers(statement.person, None, on=TODAY)
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        acting_as(WEB),
    ):
        Statement.objects.update(says="yes")


@pytest.mark.django_db
def test_a_no_is_announced_as_a_set_in_its_transaction_and_a_listener_undoes_it():
    person, northway = complete_person(), ProviderFactory()
    heard = []

    def listener(**told):
        heard.append((told["people"], told["providers"], connection.in_atomic_block))
        if told["providers"] is None:
            raise RuntimeError("cannot recall")

    objections_recorded.connect(listener)
    try:
        say(person, YES)
        say(person, NO, providers=[northway])
        with pytest.raises(RuntimeError, match="cannot recall"):
            say(person, NO)
    finally:
        objections_recorded.disconnect(listener)

    assert heard == [
        (frozenset({person.pk}), frozenset({northway.pk}), True),
        (frozenset({person.pk}), None, True),
    ]
    assert not objection_covers(person, None, on=TODAY)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_sees_what_the_first_did():
    """Whoever discloses locks the person's row first, as whoever records an objection does."""
    person = complete_person()
    objected, done = threading.Event(), threading.Event()
    seen = []

    def disclose():
        try:
            with transaction.atomic():
                objected.wait(10)
                facts.lock(person)  # waits until the objection is committed
                seen.append(done.is_set())
                seen.append(objection_covers(person, None, on=TODAY))
        finally:
            connections.close_all()

    thread = threading.Thread(target=disclose, daemon=True)
    thread.start()
    with transaction.atomic():
        say(person, NO)
        objected.set()
        thread.join(0.3)
        assert thread.is_alive()
        done.set()
    thread.join(10)

    assert seen == [True, True]


@pytest.mark.django_db(transaction=True)
def test_an_objection_waits_for_a_disclosure_that_is_under_way():
    person = complete_person()
    order = []

    def object_to_it():
        try:
            say(person, NO)
            order.append("objected")
        finally:
            connections.close_all()

    with transaction.atomic():
        facts.lock(person)
        assert not objection_covers(person, None, on=TODAY)
        thread = threading.Thread(target=object_to_it, daemon=True)
        thread.start()
        thread.join(0.3)
        order.append("disclosed")
    thread.join(10)

    assert order == ["disclosed", "objected"]
    assert objection_covers(person, None, on=TODAY)
