"""People held twice on the screen: found, compared, merged, apart again (pages §2.3, PIA-14)."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from caseload.actions import details
from caseload.intake.models import InboundRow
from caseload.matching.answers import pairs_apart
from caseload.matching.queries import find_people, forget, make_tables
from caseload.merging import pairs
from caseload.merging.actions import merge
from caseload.merging.models import Merge, Two
from caseload.merging.planning import plan_merge
from caseload.merging.tasks import look_for_duplicates
from caseload.models import YoungPerson
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    ContactPointFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.merging import TwoFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def here():
    return AuthorityFactory()


@pytest.fixture
def manager(here):
    client = Client()
    client.user = member(Role.DATA_MANAGER, authority=here)
    client.force_login(client.user)
    return client


def person(authority, given="Amara", family="Farouk-Hart", born=date(2009, 3, 4), **fields):
    made = YoungPersonFactory(lead_authority=authority, **fields)
    NameFactory(person=made, given=given, family=family)
    ParticularsFactory(person=made, date_of_birth=born)
    AddressFactory(person=made)
    return made


def carried(page):
    """The answers that a page carries along in hidden fields."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def text_of(client, name, *args, **kwargs):
    return client.get(reverse(f"merging:{name}", args=args), **kwargs).content.decode()


def test_pairs_are_found_at_night_with_their_reasons(here, manager):
    one, other = person(here), person(here, family="Farouk Hart", born=date(2009, 4, 3))
    person(here, given="Callum", family="Pell", born=date(2008, 8, 21))
    hidden = person(here, restriction_level=2)

    look_for_duplicates()
    first = Two.objects.get()
    look_for_duplicates()

    assert Two.objects.get().ref == first.ref
    assert (first.first, first.second) == (one, other)
    text = text_of(manager, "duplicates")
    assert "1 pair of records" in text
    assert "day and month swapped" in text.lower()
    assert hidden.ref[:4] not in text
    assert TrailEntry.objects.filter(verb="duplicates looked for").count() == 2


def test_a_pair_is_not_there_for_someone_who_may_not_see_one_of_them(here, manager):
    pair = TwoFactory(first=person(here), second=person(here, restriction_level=2))

    assert "1 pair of records" not in text_of(manager, "duplicates")
    for page in ("duplicate", "merge"):
        assert manager.get(reverse(f"merging:{page}", args=[pair.ref])).status_code == 404
    assign_perm("caseload.open_restricted_record", manager.user, pair.second)
    assert "1 pair of records" in text_of(manager, "duplicates")


def test_an_empty_list_says_whether_anybody_looked(here, manager):
    assert "We have not looked for duplicates yet" in text_of(manager, "duplicates")

    pairs.look(here, at=timezone.now())

    assert "No two records look like one person’s. We last looked on" in text_of(
        manager, "duplicates"
    )


def test_two_people_are_not_offered_again(here, manager):
    person(here), person(here, family="Farouk Hart")
    pairs.look(here, at=NOW)
    pair = Two.objects.get()
    assert "Not the same person" in text_of(manager, "duplicate", pair.ref)

    manager.post(reverse("merging:not-the-same", args=[pair.ref]))
    pairs.look(here, at=NOW)

    assert not Two.objects.exists()
    assert pairs_apart(here) == {(pair.first_id, pair.second_id)}


def test_the_way_from_a_pair_to_a_merge_and_back(here, manager):
    stays, goes = person(here), person(here, given="Mari")
    IdentifierFactory(person=stays, value="1000000027")
    IdentifierFactory(person=goes, value="1000000035")
    ActivityFactory(person=goes, code_id="619")
    pair = TwoFactory(first=stays, second=goes)
    address = reverse("merging:merge", args=[pair.ref])

    assert "Which ULN is right?" in manager.get(address).content.decode()
    assert "Select which record stays" in manager.post(address, {}).content.decode()
    answers = {"stays": stays.ref}
    for question in plan_merge(stays, goes).questions:
        answers[question.key] = question.of_stays.pk
    text = manager.post(address, answers).content.decode()
    assert "Nothing is deleted" in text
    assert "the stricter holds" in text
    assert not Merge.objects.exists()

    manager.post(address, {**carried(text), "confirmed": "yes"})
    done = manager.get(address).content.decode()
    merged = Merge.objects.get()
    assert merged.ref == pair.ref
    assert "Nothing was deleted" in done
    old = reverse("caseload:person", args=[goes.ref])
    assert manager.get(old).url == reverse("caseload:person", args=[stays.ref])
    found = manager.post(reverse("caseload:search"), {"q": "1000000035"}, follow=True)
    assert reverse("caseload:person", args=[stays.ref]) in found.content.decode()

    history = manager.get(reverse("caseload:history", args=[stays.ref])).content.decode()
    assert address in history
    assert "Recorded ULN: 1000000035" in history

    undo = reverse("merging:undo", args=[merged.ref])
    assert "Nothing has been recorded since" in manager.get(undo).content.decode()
    manager.post(undo)
    assert "Merge undone" in manager.get(address).content.decode()
    assert manager.get(old).status_code == 200
    assert YoungPerson.objects.visible_to(manager.user).count() == 2


def test_a_change_between_looking_and_pressing_is_told(here, manager):
    pair = TwoFactory(first=person(here), second=person(here))
    address = reverse("merging:merge", args=[pair.ref])
    page = manager.post(address, {"stays": pair.first.ref}).content.decode()
    ActivityFactory(person=pair.second)

    again = manager.post(address, {**carried(page), "confirmed": "yes"})

    assert "changed meanwhile" in again.content.decode()
    assert not Merge.objects.exists()


def test_whoever_undoes_a_merge_is_told_what_was_taken_out_since(here, manager):
    stays, goes = person(here), person(here)
    wrong = ContactPointFactory(person=stays, value="07700900011")
    ended = ContactPointFactory(person=stays, value="07700900022")
    merged = merge(stays=stays, goes=goes, by=manager.user, at=NOW)
    assert "Taken out since" not in text_of(manager, "undo", merged.ref)

    details.take_out(wrong, by=manager.user, at=NOW)
    details.end(ended, on=date(2026, 11, 20), by=manager.user, at=NOW)
    text = text_of(manager, "undo", merged.ref)

    told = text.split("Taken out since")[1].split("Recorded since")[0]
    assert "07700900011" in told
    assert "07700900022" not in told


def test_only_a_data_manager_merges(here):
    pair = TwoFactory(first=person(here))
    client = Client()
    client.force_login(member(Role.TRACKING_OFFICER, authority=here))

    assert client.get(reverse("merging:duplicates")).status_code == 403
    assert client.post(reverse("merging:merge", args=[pair.ref])).status_code == 403


def test_someone_names_the_other_record(here, manager):
    one, other = person(here), person(here, given="Mari")
    address = reverse("merging:name", args=[one.ref])

    assert (
        "No record has this reference"
        in manager.post(address, {"other": "7F3K-Q29M"}).content.decode()
    )
    manager.post(address, {"other": other.ref})

    pair = Two.objects.get()
    assert {pair.first, pair.second} == {one, other}
    assert "Named by a person" in text_of(manager, "duplicate", pair.ref)


def test_a_file_that_names_the_record_that_went_finds_the_one_that_stays(here, manager):
    stays, goes = person(here), person(here, given="Mari")
    IdentifierFactory(person=stays, value="1000000027")
    old = IdentifierFactory(person=goes, value="1000000035")
    keep = stays.identifier_facts.get()
    merge(stays=stays, goes=goes, by=manager.user, at=NOW, answers={"identifier-uln": keep.pk})

    make_tables()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO match_keys (number, uln, given, family) VALUES (2, %s, 'Mari', 'Hart')",
            [old.value],
        )
        cursor.execute(
            "INSERT INTO match_keys (number, nccis_id) VALUES (3, %s)", [goes.young_persons_id]
        )
        find_people(here)
        cursor.execute("SELECT number, (candidates->0->>'person')::bigint FROM match_result")
        found = cursor.fetchall()
    forget()

    assert set(found) == {(2, stays.pk), (3, stays.pk)}
    assert not InboundRow.objects.exists()
