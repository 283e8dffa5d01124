"""What was sealed since a return was made: on none of its pages, and in its file still (LAW-10)."""

import pytest
from django.urls import reverse

from caseload.actions import details
from caseload.actions.sealing import seal_identity
from caseload.models import Name, YoungPerson
from ccis.access.roles import Role
from ccis.authorities.models import Authority
from returns.actions import builds
from returns.errors import FileIsClosed
from tests.factories.accounts import member
from tests.factories.caseload import complete_person
from tests.integration.returns.conftest import NOW, make

pytestmark = pytest.mark.django_db


def renamed(person: YoungPerson, by) -> Name:
    """Someone is known by another name now; gives what the return said."""
    was = person.name_facts.get()
    details.correct(
        was, started_on=was.during.lower, ended_on=None, given="Noor", middle="",
        family="Ashdown", by=by, at=NOW,
    )  # fmt: skip
    return Name.every.get(pk=was.pk)


def test_its_pages_hold_it_back_and_its_file_is_for_named_people(croydon: Authority, desk, manager):
    person = complete_person(lead_authority=croydon)
    named = member(Role.DATA_MANAGER, authority=croydon)
    build = make(croydon)
    address = reverse("returns:explain", args=[build.period, build.ref, person.ref])
    was = renamed(person, manager)
    assert was.family in desk.get(address).content.decode()

    seal_identity(person=person, rows=[was], why="adoption", named=[named], by=manager, at=NOW)

    text = desk.get(address).content.decode()
    assert was.family not in text
    assert was.given not in text
    with pytest.raises(FileIsClosed):
        builds.download(build=build, by=manager, at=NOW, reason="To look at it")
    assert builds.download(build=build, by=named, at=NOW, reason="To look at it").exists()
    assert builds.rebuild(build=build, by=None, at=NOW).same


def test_the_next_return_says_the_present_name_alone(croydon: Authority, manager):
    person = complete_person(lead_authority=croydon)
    was = renamed(person, manager)
    seal_identity(person=person, rows=[was], why="adoption", named=[manager], by=manager, at=NOW)

    path = builds.download(build=make(croydon), by=member(Role.DATA_MANAGER, authority=croydon),
                           at=NOW, reason="To look at it")  # fmt: skip

    file = path.read_text()
    assert "Ashdown" in file
    assert was.family not in file
