"""Whoever was sent what proved wrong is named and told; a team of the council's own is no other."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from caseload.models import Address, Name
from optout.recipients import sent_to
from optout.signals import corrections_made
from sharing.actions import life, lists
from sharing.models import DisclosedRow, Disclosure
from sharing.queries.asking import Asked, answers, offer_of
from sharing.rules import Reason
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ChangeFactory, NameFactory, YoungPersonFactory, complete_person
from tests.factories.providers import ProviderFactory
from tests.factories.sharing import AT, ready

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(LATER, tick=False):
        yield


def share(world, person):
    drafted = lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support", people=[person.pk],
        by=world.drafter, at=AT,
    ).list  # fmt: skip
    lists.release(drafted, by=world.releaser, at=AT)
    return Disclosure.objects.get(person=person)


def named(person, version):
    return [(one.who, one.told) for one in sent_to(person, [version])]


def test_an_organisation_that_was_told_what_proved_wrong_is_named_and_told(
    django_capture_on_commit_callbacks,
):
    world = ready()
    person = world.person()
    made = share(world, person)
    name = Name.objects.get(person=person)
    unknown_then = NameFactory(
        person=YoungPersonFactory(lead_authority=world.authority),
        recorded=ChangeFactory(authority=world.authority, at=LATER),
    )
    who = world.provider.name

    assert named(person, name) == [(who, "Its list says what is right")]
    assert named(person, Address.objects.get(person=person))[0][0] == who
    assert named(person, unknown_then) == []
    with django_capture_on_commit_callbacks(execute=True):
        corrections_made.send(
            sender=None, corrections=frozenset(), people=frozenset({person.pk}), change=None,
            by=world.drafter, at=LATER,
        )  # fmt: skip
    (told,) = mail.outbox
    assert told.to == [world.named.email]
    assert name.family not in told.body + told.subject

    life.recall(made, why="By mistake", by=world.releaser, at=LATER)
    assert named(person, name) == [(who, "It is asked to destroy what it has")]
    Disclosure.objects.filter(pk=made.pk).update(destroyed_at=LATER)
    assert named(person, name) == [(who, "It has destroyed what it had")]


def test_a_team_of_the_council_s_own_is_shared_with_on_the_same_terms():
    """The same agreement, letter, list and clock as for anybody else (LC-28)."""
    authority = AuthorityFactory()
    team = ProviderFactory(name="Northgate Futures", kind="other", authority=authority)
    world = ready(authority=authority, agreement__provider=team)
    told, untold = world.person(), complete_person(lead_authority=authority)
    asked = Asked(authority, team, offer_of(world.terms, "support"), AT)

    assert answers([untold.pk], asked)[untold.pk].reasons == {Reason.NO_NOTICE}
    assert not answers([told.pk], Asked(authority, team, None, AT))[told.pk].may
    made = share(world, told)

    assert DisclosedRow.objects.get(disclosure=made).values.keys() <= set(world.terms.columns)
    assert made.ends_at < AT + timedelta(days=40)
