"""A list goes to the right organisation, lawfully, once, for a while (LC-08, LC-15, LC-26)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from ccis.audit.models import TrailEntry
from ccis.authorities.policy import adopt
from optout.actions import choices
from optout.letters.models import Version as LetterVersion
from optout.models import Statement
from sharing.actions import life, lists
from sharing.errors import CannotShare
from sharing.models import DisclosedRow, Disclosure, EndedBecause, ListState
from sharing.queries.asking import Asked, answers, offer_of
from sharing.rules import Reason, start_of, term_ends_at
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    CharacteristicFactory,
    ContactPointFactory,
    SendProvisionFactory,
    YoungPersonFactory,
    complete_person,
)
from tests.factories.optout import RequestFactory
from tests.factories.portal import seated
from tests.factories.sharing import AT, ready

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def world():
    return ready()


def draft(world, *people, **more):
    return lists.draft_list(
        authority=world.authority,
        terms=world.terms,
        purpose="support",
        people=[one.pk for one in people],
        by=world.drafter,
        at=AT,
        **more,
    )


def shared(world, *people):
    """Those people's details on a released list."""
    return lists.release(draft(world, *people).list, by=world.releaser, at=AT)


def refuse(person, at=AT + HOUR, **more):
    choices.record(
        person=person, says=Statement.Says.NO, providers=None, said_on=at.date(), said_by="own",
        channel="phone", by=None, at=at, **more,
    )  # fmt: skip


def test_whoever_may_open_a_new_list_is_told_without_a_name(
    world, django_capture_on_commit_callbacks
):
    amara, other = world.person(), world.person()
    seated(provider=world.provider, authority=world.authority, made_at=AT)  # not named in it
    drafted = draft(world, amara, other).list

    with django_capture_on_commit_callbacks(execute=True):
        made = lists.release(drafted, by=world.releaser, at=AT)

    (letter,) = mail.outbox
    assert letter.to == [world.named.email]
    said = letter.subject + letter.body
    names = [part for one in made for part in one.row.values["name"].split()]
    assert not any(name in said for name in names)


def test_a_draft_holds_who_may_go_and_says_why_the_others_may_not(world):
    amara, stranger = world.person(), YoungPersonFactory(lead_authority=world.authority)

    drafted = draft(world, amara, stranger)

    assert [one.person for one in drafted.list.entries.all()] == [amara]
    assert drafted.refused[stranger.pk].reasons == {
        Reason.BIRTH_NOT_KNOWN,
        Reason.NOT_HERE,
        Reason.NO_NOTICE,
    }
    assert drafted.list.columns == [
        "name",
        "date-of-birth",
        "address",
        "phone",
        "email",
        "last-place",
    ]
    assert not Disclosure.objects.exists()
    with pytest.raises(CannotShare, match="Nobody"):
        draft(world, stranger)


def test_a_release_discloses_the_agreed_columns_and_no_other(world):
    amara = world.person()
    ContactPointFactory(person=amara, value="07700900014")
    ContactPointFactory(person=amara, value="07700900099", whose="parent")
    CharacteristicFactory(person=amara)

    (made,) = shared(world, amara)

    row = made.row
    assert made.columns == ["name", "date-of-birth", "address", "phone"]
    assert row.values.keys() == set(made.columns)
    assert row.values["phone"] == ["07700900014"]
    assert (made.basis, made.gateway) == ("public-task", "esa-2008-s68")
    assert made.letter.person == amara
    assert made.notices == sorted(world.terms.notices)
    assert made.ends_at == term_ends_at(AT.date(), working_days=15, period_ends_on=None)
    assert made.on_list.state == ListState.RELEASED
    assert world.named.has_perm("open_list", made.on_list)
    assert not world.releaser.has_perm("open_list", made.on_list)
    line = TrailEntry.objects.get(verb="shared")
    assert (line.subject_id, line.by_id) == (amara.pk, world.releaser.pk)


def test_the_drafter_may_not_release_and_the_database_says_so_too(world):
    drafted = draft(world, world.person()).list

    with pytest.raises(CannotShare, match="someone else must release it"):
        lists.release(drafted, by=world.drafter, at=AT)
    drafted.state, drafted.released_by, drafted.released_at = "released", world.drafter, AT
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        drafted.save()


def test_a_release_asks_again_and_says_who_dropped_out_and_why(world):
    stays, said_no, disputes = world.person(), world.person(), world.person()
    drafted = draft(world, stays, said_no, disputes).list
    refuse(said_no)
    RequestFactory(authority=world.authority, person=disputes, kind="correction")
    assert {one for one, answer in lists.look(drafted, at=AT + HOUR).items() if answer.may} == {
        stays.pk
    }

    made = lists.release(drafted, by=world.releaser, at=AT + HOUR)

    assert [one.person for one in made] == [stays]
    dropped = dict(drafted.entries.values_list("person", "dropped"))
    assert dropped == {stays.pk: [], said_no.pk: ["OBJECTED"], disputes.pk: ["DISPUTED"]}
    with pytest.raises(CannotShare, match="does not wait"):
        lists.release(drafted, by=world.releaser, at=AT + HOUR)


def test_a_list_of_which_nobody_is_left_is_withdrawn(world):
    person = world.person()
    drafted = draft(world, person).list
    refuse(person)

    with pytest.raises(CannotShare, match="Withdraw it"):
        lists.release(drafted, by=world.releaser, at=AT + HOUR)
    lists.withdraw(drafted, by=world.drafter, at=AT + HOUR)

    drafted.refresh_from_db()
    assert drafted.state == ListState.WITHDRAWN
    assert not Disclosure.objects.exists()


def test_an_agreement_that_ended_since_lets_nothing_go(world):
    drafted = draft(world, world.person()).list
    world.version.state = "suspended"
    world.version.save()

    with pytest.raises(CannotShare, match="any more"):
        lists.release(drafted, by=world.releaser, at=AT + HOUR)


def test_nobody_is_with_two_at_once_whatever_the_purpose(world):
    amara = world.person()
    (made,) = shared(world, amara)

    with pytest.raises(CannotShare, match="Nobody"):
        draft(world, amara)
    copy = Disclosure.objects.get(pk=made.pk)
    copy.pk, copy.ref, copy.purpose = None, "0000000A", "confirm"
    with pytest.raises(IntegrityError, match="one_live_disclosure_a_person"), transaction.atomic():
        copy.save()

    life.recall(made, why="Sent by mistake", by=world.releaser, at=AT + HOUR)
    copy.released_at = AT + 2 * HOUR
    copy.save()


def test_places_are_given_out_in_the_order_of_the_choice(world):
    first, second = world.person(), world.person()

    drafted = draft(world, second, first, places=1)

    assert [one.person for one in drafted.list.entries.all()] == [second]
    assert drafted.refused[first.pk].reasons == {Reason.FULL}


@pytest.mark.parametrize("purpose", ["school", "department"])
def test_a_place_to_learn_or_another_team_is_a_purpose_with_a_letter_of_its_own(purpose):
    """The same door and ledger, and no letter about something else is a notice of it (LC-27)."""
    world = ready(purposes=(purpose,))
    told, of_support = world.person(), world.person()
    LetterVersion.objects.filter(pk=told.letters.get().version_id).update(purpose=purpose)
    wanted = {
        "authority": world.authority, "terms": world.terms, "by": world.drafter, "at": AT,
        "people": [told.pk, of_support.pk],
    }  # fmt: skip

    with pytest.raises(CannotShare, match="Nobody"):
        lists.draft_list(purpose="support", **wanted)
    drafted = lists.draft_list(purpose=purpose, **wanted)
    (made,) = lists.release(drafted.list, by=world.releaser, at=AT)

    assert drafted.refused[of_support.pk].reasons == {Reason.NO_NOTICE}
    assert (made.person, made.purpose, made.letter) == (told, purpose, told.letters.get())


def test_a_person_of_another_authority_goes_on_no_list_of_ours(world):
    elsewhere = complete_person(lead_authority=AuthorityFactory(code=BARNET))

    with pytest.raises(CannotShare, match="Nobody"):
        draft(world, elsewhere)


# -- what the database itself refuses --------------------------------------------------------------


def again(made, **fields):
    """The same disclosure as a new row, with some things changed."""
    copy = Disclosure.objects.get(pk=made.pk)
    copy.pk, copy.ref = None, "0000000B"
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
    return copy


def test_the_database_refuses_what_an_objection_covers_and_lets_an_emergency_through(world):
    amara = world.person()
    (made,) = shared(world, amara)
    refuse(amara)
    later = {"released_at": AT + 2 * HOUR, "ends_at": AT + 9 * HOUR}

    with pytest.raises(IntegrityError, match="objection covers"), transaction.atomic():
        again(made, **later)
    with pytest.raises(IntegrityError, match="objection covers"), transaction.atomic():
        Disclosure.objects.filter(pk=made.pk).update(ends_at=AT + 9 * HOUR)
    again(made, kind="emergency", on_list=None, letter=None, version=None, **later)


def test_the_database_refuses_a_column_that_was_not_agreed(world):
    (made,) = shared(world, world.person())

    for values in ({"name": "A", "email": "a@example.org"}, {"140": True}, ["A"]):
        with pytest.raises(IntegrityError, match="not agreed"), transaction.atomic():
            DisclosedRow.objects.filter(pk=made.pk).update(values=values)
    with pytest.raises(IntegrityError, match="columns_are_known"), transaction.atomic():
        Disclosure.objects.filter(pk=made.pk).update(columns=["name", "in care"])


def test_a_row_cannot_outlast_its_disclosure(world):
    (made,) = shared(world, world.person())

    DisclosedRow.objects.filter(pk=made.pk).update(ends_at=AT + timedelta(days=9999))

    assert DisclosedRow.objects.get().ends_at == made.ends_at
    life.recall(made, why="Sent by mistake", by=world.releaser, at=AT + HOUR)
    assert DisclosedRow.objects.get().ends_at == AT + HOUR


def test_a_restricted_record_goes_on_no_list(world):
    amara = world.person()
    (made,) = shared(world, amara)
    amara.restriction_level = 2
    amara.save(update_fields=["restriction_level"])

    made.refresh_from_db()
    assert made.ended_because == EndedBecause.RESTRICTED
    with pytest.raises(IntegrityError, match="restricted"), transaction.atomic():
        again(made, ends_at=AT + timedelta(days=9999), released_at=made.ends_at)


def test_the_first_opening_starts_the_clock_once(world):
    (made,) = shared(world, world.person())
    opened = AT + timedelta(days=4)

    assert life.receive(made.on_list, by=world.named, at=opened) == 1
    assert life.receive(made.on_list, by=world.named, at=opened + HOUR) == 0

    made.refresh_from_db()
    assert made.received_at == opened
    assert made.ends_at == start_of(date(2026, 12, 16))  # 15 working days after Tuesday 24 November


def test_what_counts_as_a_learning_difficulty_is_the_authority_s_choice(world):
    """A plan always; support, now or before, where the policy says so (LC-17)."""
    supported, once, neither = (world.person(date_of_birth=date(2004, 5, 1)) for _ in range(3))
    SendProvisionFactory(person=supported, provision="K", starts=date(2015, 9, 1))
    SendProvisionFactory(
        person=once, provision="K", starts=date(2015, 9, 1), ends=date(2022, 7, 31)
    )

    def may(*counts: str) -> list:
        adopt(authority=world.authority, by=None, at=AT, why="agreed", difficulty_counts=[*counts])
        asked = Asked(world.authority, world.provider, offer_of(world.terms, "support"), AT)
        answered = answers([one.pk for one in (supported, once, neither)], asked)
        return [answer.may for answer in answered.values()]

    assert may() == [False, False, False]
    assert may("support-now") == [True, False, False]
    assert may("support-before") == [True, True, False]
    SendProvisionFactory(person=neither, provision="E", starts=date(2015, 9, 1))
    assert may() == [False, False, True]


def test_where_the_agreement_rests_on_consent_only_those_go_who_said_yes(world):
    grounds = tuple(replace(one, basis="consent") for one in world.terms.grounds)
    terms = replace(world.terms, grounds=grounds)
    silent, willing = world.person(), world.person()
    choices.record(
        person=willing, says=Statement.Says.YES, providers=None, said_on=AT.date(), said_by="own",
        channel="phone", by=None, at=AT,
    )  # fmt: skip

    asked = Asked(world.authority, world.provider, offer_of(terms, "support"), AT)
    found = answers([silent.pk, willing.pk], asked)

    assert [one.words for one in found[silent.pk].why_not] == [
        "The agreement rests on their consent, and they have not said yes"
    ]
    assert found[willing.pk].may
