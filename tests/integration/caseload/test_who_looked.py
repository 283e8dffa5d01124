"""Who looked at a person: every look, the newest first, for governance alone (PIA-07)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from caseload.models import RestrictionLevel
from ccis.access.roles import Role
from ccis.audit import trail
from ccis.audit.models import TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import complete_person
from tests.factories.intake import InboundFileFactory, InboundRowFactory
from tests.factories.returns import BuildFactory

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def amara(officer):
    return complete_person()


@pytest.fixture
def governance(signed_in):
    return signed_in(Role.INFORMATION_GOVERNANCE)


def address(person):
    return reverse("caseload:who-looked", args=[person.ref])


def page(client, person, query=""):
    response = client.get(address(person) + query)
    assert response.status_code == 200
    return response.content.decode()


def rows(client, person, query=""):
    """Each row as its texts: who, role then, when, what they saw."""
    body = page(client, person, query).partition("<tbody")[2].partition("</tbody>")[0]
    return [
        [re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]


def look(person, by, *, verb="person seen", at=NOW, **details):
    trail.record(verb, by=by, at=at, authority=person.lead_authority, subject=person, **details)


def test_each_look_says_who_in_what_role_when_and_what(governance, desk, officer, amara):
    desk.get(reverse("caseload:person", args=[amara.ref]))

    assert rows(governance, amara) == [
        [officer.name, "Tracking officer", "24 Nov 2026, 9:30am", "Their story"]
    ]


def test_the_newest_come_first_and_reading_this_is_a_look_too(governance, officer, amara):
    look(amara, officer, page="story", at=NOW - timedelta(days=2))
    look(amara, officer, page="details", at=NOW - timedelta(days=1))

    assert [row[3] for row in rows(governance, amara)] == ["Their details", "Their story"]
    again = rows(governance, amara)
    assert [row[3] for row in again] == ["Who looked at them", "Their details", "Their story"]
    assert again[0][:2] == [governance.user.name, "Information governance officer"]


@pytest.mark.parametrize(
    ("verb", "details", "words"),
    [
        ("person seen", {"page": "story"}, "Their story"),
        ("person seen", {"page": "contact-points"}, "Their record: contact points"),
        ("person seen", {"page": "search"}, "Search results"),
        ("person seen", {"page": "returns cohort"}, "A list of people in a return"),
        ("person seen", {"page": "row of a file"}, "A row of a file about them"),
        ("person seen", {}, "Their record: their record"),
        (
            "sensitive details opened",
            {"part": "circumstances"},
            "Sensitive details opened: circumstances",
        ),
    ],
)
def test_what_was_seen_is_said_in_words(governance, officer, amara, verb, details, words):
    look(amara, officer, verb=verb, **details)

    assert rows(governance, amara)[0][3] == words


def test_rows_and_downloads_of_a_file_that_has_them_in_it_count(governance, officer, amara):
    file, other = InboundFileFactory(), InboundFileFactory()
    InboundRowFactory(file=file, person=amara)
    for verb in ("rows seen", "file downloaded", "file approved"):
        for one in (file, other):
            trail.record(verb, by=officer, at=NOW, authority=file.authority, subject=one)

    shown = f"{file.ref[:4]}-{file.ref[4:]}"
    assert [row[3] for row in rows(governance, amara)] == [
        f"Downloaded file {shown}, which has them in it",
        f"Rows of file {shown}, which has them in it",
    ]


def test_a_return_that_named_them_counts(governance, officer, amara):
    build, other = BuildFactory(), BuildFactory(period="2026-09")
    build.sent.create(person=amara, young_persons_id="3060000000001", status="A")
    trail.record("return downloaded", by=officer, at=NOW, authority=None, subject=build)
    trail.record("return downloaded", by=officer, at=NOW, authority=None, subject=other)

    (row,) = rows(governance, amara)
    assert row[3].startswith("Downloaded return ")


def test_looks_at_someone_else_are_not_here(governance, officer, amara):
    look(complete_person(), officer, page="story")

    assert rows(governance, amara) == []


# -- filters ---------------------------------------------------------------------------------------


@pytest.fixture
def several(officer, amara):
    """Looks of every kind, one a day, the last of them yesterday by a colleague."""
    colleague = member(Role.ADVISER, authority=amara.lead_authority, user__name="Sam Okafor")
    given = [
        ("person seen", {"page": "story"}),
        ("sensitive details opened", {"part": "circumstances"}),
        ("person seen", {"page": "people"}),
        ("person seen", {"page": "returns cohort"}),
        ("person seen", {"page": "row of a file"}),
    ]
    for day, (verb, details) in enumerate(given):
        look(amara, officer, verb=verb, at=NOW - timedelta(days=10 - day), **details)
    look(amara, colleague, page="details", at=NOW - timedelta(days=1))
    return colleague


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=page", ["Their details", "Their story"]),
        ("?kind=sensitive", ["Sensitive details opened: circumstances"]),
        ("?kind=list", ["A list of people in a return", "The list of people"]),
        ("?kind=file", ["A row of a file about them"]),
        ("?kind=download", []),
        ("?kind=sensitive,file", ["A row of a file about them",
                                  "Sensitive details opened: circumstances"]),
        ("?since=23/11/2026", ["Their details"]),
        ("?until=14/11/2026", ["Their story"]),
        ("?since=15/11/2026&until=15/11/2026", ["Sensitive details opened: circumstances"]),
        ("?who=NOBODY00&kind=sensitive", ["Sensitive details opened: circumstances"]),
    ],
)  # fmt: skip
def test_by_kind_and_by_day(governance, several, amara, query, expected):
    assert [row[3] for row in rows(governance, amara, query)] == expected


def test_by_who(governance, several, amara):
    assert [row[0] for row in rows(governance, amara, f"?who={several.ref}")] == [several.name]
    body = page(governance, amara, f"?who={several.ref}")
    assert f"<strong>1 look</strong> at this record, by {several.name}." in body
    assert f"Remove: {several.name}" in body
    assert f'value="{several.pk}"' not in body


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?since=31/2/2026", "real date"),
        ("?since=20/11/2026&until=19/11/2026", "The last day must not be before the first"),
    ],
)
def test_days_that_make_no_sense_are_said(governance, several, amara, query, words):
    assert words in page(governance, amara, query)


def test_fifty_at_a_time_by_key(governance, officer, amara):
    for minute in range(60):
        look(amara, officer, page="story", at=NOW - timedelta(days=1, minutes=minute))
    body = page(governance, amara)
    following = re.search(r'rel="next" href="(.*?)"|href="([^"]*?)"[^>]*rel="next"', body)
    assert following
    href = (following[1] or following[2]).replace("&amp;", "&")

    assert len(rows(governance, amara, href)) == 10
    assert "60 looks" in body


# -- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INFORMATION_GOVERNANCE])
def test_nobody_else_may(signed_in, amara, role):
    assert signed_in(role, leads_team=True).get(address(amara)).status_code == 403


def test_elsewhere_they_are_not_found(signed_in, amara):
    stranger = signed_in(Role.INFORMATION_GOVERNANCE, authority=AuthorityFactory(code="302"))

    assert stranger.get(address(amara)).status_code == 404


def test_that_it_was_read_is_recorded(governance, amara):
    page(governance, amara)

    line = TrailEntry.objects.latest("id")
    assert (line.verb, line.by_id, line.subject_id) == ("person seen", governance.user.pk, amara.pk)


def test_history_shows_the_latest_and_leads_here(governance, officer, amara):
    for _ in range(12):
        look(amara, officer, page="story")
    body = governance.get(reverse("caseload:history", args=[amara.ref])).content.decode()

    assert body.partition("Who looked</h2>")[2].count("Their story") == 10
    assert address(amara) in body


def test_what_lists_leave_behind_is_told_as_it_is(governance, amara):
    assert "leaves one line for all that it showed" in page(governance, amara)
    amara.restriction_level = RestrictionLevel.HIGH_PROFILE
    amara.save()
    assign_perm("caseload.open_restricted_record", governance.user, amara)
    assert "This record is restricted" in page(governance, amara)


def test_the_role_is_the_one_that_they_had_then(governance, officer, amara):
    membership = officer.memberships.get()
    membership.ends_on = timezone.localdate() - timedelta(days=3)
    membership.save()
    look(amara, officer, page="story", at=NOW - timedelta(days=5))
    look(amara, officer, page="details")

    assert [row[1] for row in rows(governance, amara)] == ["none", "Tracking officer"]


def test_a_page_asks_a_fixed_number_of_questions(
    governance, several, officer, amara, django_assert_max_num_queries
):
    page(governance, amara)
    for _ in range(30):
        look(amara, officer, page="story")

    with django_assert_max_num_queries(45):
        page(governance, amara)
