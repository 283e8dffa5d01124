"""A school or college is told who enrols there, once an authority turns that on (LDOR-09)."""

from datetime import date, timedelta

import pytest

from ccis.authorities.policy import adopt
from optout.letters.choosing import Rule, groups_of
from optout.letters.forms import PlanForm
from optout.letters.presenters.templates import to_write
from optout.letters.rules import problems
from sharing.actions import lists
from sharing.agreements.queries import terms_of
from sharing.agreements.rules import ENROLMENT
from sharing.errors import CannotShare
from sharing.queries.asking import everyone_in_force
from sharing.rules import Reason
from tests.factories.caseload import ActivityFactory, complete_person
from tests.factories.letters import (
    BatchFactory,
    LetterFactory,
    ProviderListFactory,
    VersionFactory,
)
from tests.factories.sharing import AT, LETTER_COLUMNS, POSTED, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return ready(purposes=(ENROLMENT,))


def told(world, *, learns_there):
    """Someone who was written to about enrolling."""
    person = complete_person(lead_authority=world.authority)
    kept = ProviderListFactory(authority=world.authority, providers=[world.provider])
    batch = BatchFactory(
        authority=world.authority,
        provider_list=kept,
        state="posted",
        posted_on=POSTED,
        sharing_from=date(2026, 10, 16),
    )
    version = VersionFactory(template=batch.template, columns=LETTER_COLUMNS, purpose=ENROLMENT)
    LetterFactory(person=person, batch=batch, version=version)
    if learns_there:
        person.activity_facts.all().delete()
        ActivityFactory(person=person, starts=date(2026, 12, 1), provider=world.provider)
    return person


def turn_on(world):
    adopt(authority=world.authority, by=world.releaser, at=AT, why="Agreed", enrolment_sharing=1)


def draft(world, *people):
    return lists.draft_list(
        authority=world.authority,
        terms=terms_of(world.version.agreement, on=AT.date()),
        purpose=ENROLMENT,
        people=[one.pk for one in people],
        by=world.drafter,
        at=AT,
    )


def test_nothing_goes_while_it_is_off(world):
    learner = told(world, learns_there=True)

    with pytest.raises(CannotShare, match="Nobody"):
        draft(world, learner)
    (found,) = everyone_in_force(learner, at=AT)
    assert found.answer.reasons == {Reason.NOT_TURNED_ON}

    turn_on(world)
    drafted = draft(world, learner).list
    adopt(authority=world.authority, by=None, at=AT, why="Stopped", enrolment_sharing=0)
    with pytest.raises(CannotShare, match="Nobody"):
        lists.release(drafted, by=world.releaser, at=AT)


def test_once_it_is_on_what_letter_and_agreement_name_goes_where_they_enrol(world):
    learner, elsewhere = told(world, learns_there=True), told(world, learns_there=False)
    turn_on(world)

    drafted = draft(world, learner, elsewhere)
    (made,) = lists.release(drafted.list, by=world.releaser, at=AT + timedelta(hours=1))

    assert drafted.refused[elsewhere.pk].reasons == {Reason.NOT_ENROLLED}
    assert (made.person, made.purpose, made.provider) == (learner, ENROLMENT, world.provider)
    assert made.columns == ["name", "date-of-birth", "address", "phone"]
    assert (made.basis, made.gateway) == ("public-task", "esa-2008-s68")


def test_letters_about_it_go_to_those_in_learning_once_it_is_on(world):
    learner = complete_person(lead_authority=world.authority)
    everyone = type(learner).objects.of(world.authority)

    assert groups_of(everyone, AT.date()) == {learner.pk: "learning"}
    assert not Rule().takes("learning")
    assert Rule(learning=True).takes("learning")
    assert "learning" not in PlanForm(authority=world.authority).fields
    turn_on(world)
    assert "learning" in PlanForm(authority=world.authority).fields


def test_a_letter_about_it_has_words_to_begin_with(world):
    begins = to_write(None, world.authority, purpose=ENROLMENT)

    assert begins["purpose"] == ENROLMENT
    assert "the place where you enrol" in begins["body"]
    assert problems(begins["body"]) == []
