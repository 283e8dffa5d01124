"""A sealed identity is found nowhere but by those who were named for it (LAW-10)."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from caseload.actions.sealing import seal_identity, unseal
from caseload.errors import CannotRecord
from caseload.intake.actions.staging import stage_one
from caseload.intake.models import InboundRow
from caseload.merging.actions import merge, undo
from caseload.merging.models import Two
from caseload.merging.planning import plan_merge
from caseload.merging.presenters import changes
from caseload.models import IDENTITY, SEE_SEALED, Identifier, Name, SealedIdentity, YoungPerson
from caseload.queries.lineage import lineage
from caseload.queries.near import near_matches
from caseload.queries.search import find, read_query
from ccis.access.roles import PERMISSIONS, Role
from ccis.audit.models import TrailDetail, TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    BORN,
    ChangeFactory,
    IdentifierFactory,
    NameFactory,
    complete_person,
)
from tests.factories.intake import CandidateFactory, InboundRowFactory
from tests.routes import Route, World, every_route, make_world

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
TODAY = AT.date()
GIVEN, FAMILY, UPN, NOW_UPN = "Zebedee", "Quillfeather", "H300000000003", "T300000000004"
SECRETS = re.compile(f"{GIVEN}|{FAMILY}|{UPN}", re.IGNORECASE)


def former(person: YoungPerson) -> list[Name | Identifier]:
    """A former name and a former UPN, and an older version of the name that was corrected."""
    was = ChangeFactory(authority=person.lead_authority)
    now = ChangeFactory(authority=person.lead_authority)
    NameFactory(
        person=person, given=GIVEN, family=FAMILY, ends=date(2020, 1, 1), recorded=was,
        superseded=now,
    )  # fmt: skip
    IdentifierFactory(person=person, kind_id="upn", value=NOW_UPN, starts=date(2020, 1, 1))
    return [
        NameFactory(
            person=person, kind="former", given=GIVEN, family=FAMILY, ends=date(2020, 1, 1),
            recorded=now,
        ),
        IdentifierFactory(
            person=person, kind_id="upn", value=UPN, starts=BORN, ends=date(2020, 1, 1)
        ),
    ]  # fmt: skip


@pytest.fixture
def here():
    return AuthorityFactory()


@pytest.fixture
def named(here):
    return member(Role.TRACKING_OFFICER, authority=here)


ABOUT_PEOPLE = {
    "caseload",
    "intake",
    "letters",
    "matching",
    "merging",
    "optout",
    "outbox",
    "returns",
    "securefiles",
    "sharing",
    "triage",
}
"""Apps whose pages are about people; those about users, places and settings are not walked."""


THE_RECORD = {"caseload:person", "caseload:details", "caseload:history", "caseload:education"}
"""Pages that show more or less of a record to one role than to another."""


def seal(person, rows, named):
    return seal_identity(person=person, rows=rows, why="adoption", named=[named], by=named, at=AT)


def pages(role: Role) -> list[Route]:
    """The pages about people that a role may open."""
    about = [route for route in every_route() if route.namespace in ABOUT_PEOPLE]
    return [route for route in about if route.permission in {None} | PERMISSIONS[role]]


def shown(client: Client, world: World, routes: list[Route]) -> dict[str, list[str]]:
    """What each address says of the former identity, of the addresses that say anything."""
    found = {}
    for route in routes:
        answer = client.get(route.address(world))
        body = b"".join(answer) if answer.streaming else answer.content
        if said := SECRETS.findall(body.decode(errors="replace")):
            found[str(route)] = sorted(set(said))
    return found


@pytest.fixture
def rows():
    return []


@pytest.fixture
def world(here, rows):
    """One of everything, about someone with a former name that a file and a pair still say."""
    made = make_world(here)
    rows.extend(former(made.person))
    InboundRow.objects.filter(pk=made.row.pk).update(
        sent=[FAMILY, GIVEN, UPN],
        read={"family": FAMILY, "given": GIVEN, "upn": UPN},
        proposal=[{"fact": "name", "does": "begins", "from": "2026-09-01",
                   "values": {"given": GIVEN, "family": FAMILY}}],
    )  # fmt: skip
    CandidateFactory(row=made.row, person=made.person)
    return made


def test_pages_say_it_before_and_nothing_after(world, rows, named):
    manager = Client()
    manager.force_login(member(Role.DATA_MANAGER, authority=world.authority))
    said = {"caseload:person", "intake:row"}
    before = [route for route in pages(Role.DATA_MANAGER) if str(route) in said]
    assert shown(manager, world, before).keys() == said

    seal(world.person, rows, named)

    assert shown(manager, world, pages(Role.DATA_MANAGER)) == {}
    history = reverse("caseload:history", args=[world.person.ref])
    page = manager.get(history, {"known": "2026-09-30", "true": "2015-01-01"})
    assert not SECRETS.search(page.content.decode())


@pytest.mark.parametrize("role", [Role.TRACKING_OFFICER, Role.INFORMATION_GOVERNANCE])
def test_no_role_sees_it_on_any_address(world, rows, named, role):
    seal(world.person, rows, named)
    client = Client()
    client.force_login(member(role, authority=world.authority, user__is_superuser=True))

    walked = {str(route) for route in pages(Role.DATA_MANAGER)} - THE_RECORD
    theirs = [route for route in pages(role) if str(route) not in walked]
    assert theirs
    assert shown(client, world, theirs) == {}


def test_who_is_named_sees_it_whatever_the_role_and_leaves_a_line(world, rows, named):
    seal(world.person, rows, named)
    client = Client()
    client.force_login(named)

    page = client.get(reverse("caseload:details", args=[world.person.ref])).content.decode()

    assert {GIVEN, FAMILY, UPN} <= set(SECRETS.findall(page))
    assert "Adoption" in page
    assert TrailEntry.objects.filter(verb="sealed identity seen", by_id=named.pk).count() == 1
    assert InboundRow.objects.visible_to(named).filter(pk=world.row.pk).exists()
    line = TrailEntry.objects.get(verb="identity sealed")
    details = TrailDetail.objects.get(entry_id=line.pk).details
    assert not SECRETS.search(json.dumps(details))
    assert "adoption" not in json.dumps(details)


def test_search_near_and_matching_do_not_know_it(here, named):
    person = complete_person(lead_authority=here)
    rows = former(person)
    seal(person, rows, named)
    manager = member(Role.DATA_MANAGER, authority=here)

    for text in (f"{GIVEN} {FAMILY}", FAMILY, UPN):
        terms = read_query(text, today=TODAY)
        assert find(terms, user=manager, authority=here, on=TODAY).hits == [], text
    near = near_matches(
        authority=here, user=manager, given=GIVEN, family=FAMILY, date_of_birth=None, on=TODAY
    )
    assert near == []
    row = InboundRowFactory(
        file__authority=here, file__kind="school-census", sent=[GIVEN, FAMILY],
        read={"upn": UPN, "given": GIVEN, "family": FAMILY, "birth": "2001-01-01"},
    )  # fmt: skip
    stage_one(row, today=TODAY)
    assert (row.person, row.candidates, row.likely.count()) == (None, [], 0)


def test_a_file_that_still_says_it_changes_nothing_and_is_closed(here, named):
    person = complete_person(lead_authority=here)
    seal(person, former(person), named)
    row = InboundRowFactory(
        file__authority=here, file__kind="school-census", sent=[GIVEN, FAMILY],
        read={"upn": NOW_UPN, "given": GIVEN, "family": FAMILY, "birth": BORN.isoformat()},
    )  # fmt: skip

    stage_one(row, today=TODAY)

    assert row.sealed_for == person
    assert "name" not in {one["fact"] for one in row.proposal}
    manager = member(Role.DATA_MANAGER, authority=here)
    assert not InboundRow.objects.visible_to(manager).filter(pk=row.pk).exists()
    assert InboundRow.objects.visible_to(named).filter(pk=row.pk).exists()


def test_a_merge_never_reveals_it_and_is_for_named_people(here, named):
    person, twin = complete_person(lead_authority=here), complete_person(lead_authority=here)
    seal(person, former(person), named)
    twin.name_facts.believed().delete()
    NameFactory(person=twin, given=GIVEN, family=FAMILY)
    Two.objects.create(
        authority=here, first=min(person, twin, key=lambda one: one.pk),
        second=max(person, twin, key=lambda one: one.pk), found_at=AT,
    )  # fmt: skip
    manager = member(Role.DATA_MANAGER, authority=here)
    with pytest.raises(CannotRecord, match="named"):
        merge(stays=person, goes=twin, by=manager, at=AT)
    assert not SECRETS.search(str(changes(plan_merge(person, twin))))

    merged = merge(stays=person, goes=twin, by=named, at=AT)

    assert not SECRETS.search(str([name.full for name in Name.objects.all()]))
    undo(merged=merged, places={}, by=named, at=AT)
    assert not SECRETS.search(str([name.full for name in Name.objects.all()]))


def test_lifted_it_is_believed_again(here, named):
    person = complete_person(lead_authority=here)
    rows = former(person)
    places = lineage(person, Identifier)
    row = InboundRowFactory(file__authority=here, person=person, sent=[GIVEN, FAMILY])
    made = seal(person, rows, named)
    row.refresh_from_db()
    assert row.sealed_for == person
    now = lineage(person, Identifier)
    assert [now.place_of(one) for one in now.versions] == [places.place_of(now.versions[0])]
    with pytest.raises(CannotRecord):
        unseal(seal=made, by=member(Role.ADMINISTRATOR, authority=here), at=AT)

    unseal(seal=made, by=named, at=AT)

    row.refresh_from_db()
    assert row.sealed_for is None
    assert FAMILY in {name.family for name in Name.objects.believed().filter(person=person)}
    assert SealedIdentity.objects.get().lifted is not None


def test_what_may_not_be_sealed(here, named):
    person, other = complete_person(lead_authority=here), complete_person(lead_authority=here)
    now = person.name_facts.get()
    for rows, said in (([now], "new ones first"), (former(other), "not of this person")):
        with pytest.raises(CannotRecord, match=said):
            seal(person, rows, named)
    with pytest.raises(CannotRecord, match="Name someone"):
        seal_identity(person=other, rows=[], why="gender", named=[], by=named, at=AT)


SEES_EVERYTHING = {
    "caseload/actions/sealing.py",
    "caseload/queries/sealed.py",
    "caseload/queries/timeline.py",
    "optout/held.py",  # numbers alone: whether anything has changed
    "returns/sealed.py",
}
"""Where sealed versions are read, each on purpose."""

PAST_SEALS = {"returns/records.py", "returns/cohort.py"}
"""A return of before is made again as it was: its SQL goes by when a version was superseded."""


def test_nobody_else_reads_past_a_seal():
    root = Path(__file__).parents[3]
    sources = [
        path
        for app in ("caseload", "returns", "sharing", "optout", "providers", "ccis")
        for path in (root / app).rglob("*.py")
        if "migrations" not in path.parts and "demo" not in path.parts
    ]
    every, raw = set(), set()
    for path in sources:
        text, name = path.read_text(), str(path.relative_to(root))
        if re.search(r"\.every\b|\"every\"|_base_manager", text):
            every.add(name)
        tables = re.findall(r"(?:FROM|JOIN) caseload_(?:name|identifier|particulars)\b", text)
        if tables and name not in PAST_SEALS and "superseded_id IS NULL" not in text:
            raw.add(name)
    assert every == SEES_EVERYTHING
    assert raw == set()
    assert all(model._default_manager.name == "objects" for model in IDENTITY)
    assert SEE_SEALED == "caseload.see_sealed_identity"
