"""What somebody says is wrong rests at once; a letter that came back is looked at (LAW-08)."""

from datetime import timedelta

import pytest
import time_machine

from caseload.models import Task
from optout.actions import corrections, requests
from optout.letters.actions import returned
from optout.models import Channel, Message
from sharing import rules
from sharing.actions import disputes, lists
from sharing.models import DisclosedRow
from tests.factories.sharing import AT, ready

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(LATER, tick=False):
        yield


def values(person):
    return DisclosedRow.objects.get(disclosure__person=person).values


def test_a_disputed_fact_leaves_the_portal_while_it_is_disputed_and_comes_back_settled():
    world = ready()
    person, other = world.person(), world.person()
    drafted = lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support",
        people=[person.pk, other.pk], by=world.drafter, at=AT,
    ).list  # fmt: skip
    lists.release(drafted, by=world.releaser, at=AT)
    whole, others = values(person), values(other)
    assert {"name", "address"} <= whole.keys()

    request = requests.receive(
        requests.Asked(kind="correction", said={"choice": "address", "words": "I moved"}),
        authority=world.authority, person=person, sent_key="one", words="Thank you", at=LATER,
    )  # fmt: skip

    assert values(person) == {name: told for name, told in whole.items() if name != "address"}
    assert values(other) == others
    assert disputes.disputed_parts([person.pk, other.pk]) == {person.pk: {"addresses"}}
    corrections.decline(
        request.correction, reason="It is right", by=world.drafter, at=LATER,
        tell=corrections.Tell(words="It is right", by=Message.By.PHONE),
    )  # fmt: skip
    assert values(person) == whole
    # Of something else nobody can tell what it is about: everything rests until somebody says.
    vague = requests.enter(
        requests.Asked(kind="correction", said={"words": "All of it is wrong"}),
        authority=world.authority, channel=Channel.PHONE, received_at=LATER,
        by=world.drafter, at=LATER,
    )  # fmt: skip
    assert values(person) == whole
    requests.match(vague, person=person, by=world.drafter, at=LATER)
    assert values(person) == {}
    corrections.point_at(vague.correction, part="names", fact=None, by=world.drafter, at=LATER)
    assert values(person) == {name: told for name, told in whole.items() if name != "name"}


def test_a_letter_that_came_back_is_looked_at_where_somebody_has_their_details():
    world = ready()
    shared, not_shared = world.person(), world.person()
    drafted = lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support", people=[shared.pk],
        by=world.drafter, at=AT,
    ).list  # fmt: skip
    (made,) = lists.release(drafted, by=world.releaser, at=AT)
    lines = [made.letter.ref, not_shared.letters.get().ref]
    returned.mark_many_returned(
        lines, on=AT.date(), why="gone", authority=world.authority, by=world.releaser, at=LATER
    )

    looked = Task.objects.filter(what=disputes.POST_CAME_BACK)
    assert [one.person for one in looked] == [shared]


@pytest.mark.parametrize(
    ("parts", "columns"),
    [([], set()), (["contact-points"], {"phone", "email"}), (["", "names"], set(rules.HEADINGS))],
)
def test_which_columns_rest(parts, columns):
    assert rules.withheld(parts) == columns
