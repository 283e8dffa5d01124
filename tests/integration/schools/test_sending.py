"""Schools and colleges send files in the portal, and see their own alone (LDOR-02, ISA-01)."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from caseload.intake.actions import files
from caseload.intake.actions.work import work_on
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile
from caseload.intake.rules import Arrival, Outcome
from caseload.intake.source_models import Source
from caseload.intake.taking import Use, switch_on
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from providers.portal.todo import to_do
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    NameFactory,
    ParticularsFactory,
    Section72Factory,
    YoungPersonFactory,
)
from tests.factories.files import CENSUS_HEADER, csv_bytes, pupil, upn
from tests.factories.intake import InboundFileFactory, InboundRowFactory
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def school(authority):
    return ProviderFactory(dfe_number="3064001", name="Kestrel School", authority=authority)


@pytest.fixture
def source(authority, school):
    return source_for(school, authority, kinds=["school-census", "starters-leavers"])


@pytest.fixture
def seat(authority, school, client):
    made = seated(
        Role.SCHOOL_DATA_MANAGER, provider=school, authority=authority, made_at=timezone.now()
    )
    client.force_login(made.user)
    return made


def source_for(provider, authority, **more):
    return Source.objects.create(
        authority=authority, provider=provider, key=f"provider:{provider.ref}", name="", **more
    )


def rolls(wrong=1, right=11):
    rows = [pupil(serial) for serial in range(1, right + 1)]
    return rows + [pupil(50 + n, DoB="31/02/2011") for n in range(wrong)]


def upload(client, rows, kind="school-census", header=CENSUS_HEADER):
    content = SimpleUploadedFile("roll.csv", csv_bytes(header, rows))
    return client.post(reverse("schools:upload", args=[kind]), {"file": content})


def read(client, name, *args, **query):
    return client.get(reverse(f"schools:{name}", args=args), query).content.decode()


def test_a_file_is_sent_mended_and_sent_again(
    client, seat, source, django_capture_on_commit_callbacks
):
    source.expects, source.expected_day = "month", 28
    source.expected_from = timezone.localdate().replace(day=1)
    source.save()
    page = read(client, "send")
    assert "School census" in page
    assert "We expect a file by day 28 of each month. The next: by 2" in page
    assert "After each census day" in page
    assert "DWP" not in page
    book = client.get(reverse("schools:template", args=["school-census"]))
    assert openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]["A1"].value

    sent = upload(client, rolls())
    file = InboundFile.objects.get()
    assert sent.url == reverse("schools:progress", args=[file.ref])
    assert (file.came_by, file.source, file.received_by) == (Arrival.PORTAL, source, seat.user)
    assert "We have your file" in read(client, "progress", file.ref)
    work_on(file.pk, now=timezone.now)

    receipt = read(client, "file", file.ref)
    assert "12 rows: 11 right, 1 to mend" in receipt
    assert "Rows to mend" in receipt
    assert "31/02/2011" in read(client, "errors-by-row", file.ref)
    assert "February 2011" in read(client, "errors", file.ref)
    marked = client.get(reverse("schools:marked", args=[file.ref]))
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content)).worksheets[0]
    assert sheet["A1"].value == "What to mend"
    assert "give a real date" in sheet["A13"].value.lower()
    assert [one.title for one in to_do(seat, timezone.now())] == [
        "Mend 1 row: School census pupil extract"
    ]

    again = upload(client, rolls())
    assert again.url == reverse("schools:file", args=[file.ref])
    assert "already sent" in client.get(again.url).content.decode()
    assert InboundFile.objects.count() == 1
    upload(client, [*rolls(wrong=0), pupil(50)])
    work_on(InboundFile.objects.latest("pk").pk, now=timezone.now)
    assert to_do(seat, timezone.now()) == []
    listed = read(client, "files")
    assert "Rows to mend" not in listed
    assert "month by month" in listed.lower()
    verbs = set(TrailEntry.objects.filter(by_id=seat.user_id).values_list("verb", flat=True))
    assert {"file received", "rows seen", "file downloaded", "template downloaded"} <= verbs


def test_a_sender_never_sees_what_we_hold(client, seat, source):
    file = InboundFileFactory(
        authority=source.authority,
        source=source,
        provider=source.provider,
        state="ready",
        row_count=3,
        counts={"needs-person": 1, "will-change": 1, "ask-school": 1},
        header=["Surname"],
        notices=[
            "1 row under a section 72 instruction: all but name, address, date of birth and "
            "parent dropped",
            "The sheet “Old” is hidden, so we did not read it",
        ],
        dropped={
            **dict.fromkeys(("rows", "rows_without_year", "contacts", "not_whole"), 0),
            "version": 1,
            "notices": [],
            "cells": {},
            "withheld": 1,
            "ends": {"4": [9]},
        },
    )
    InboundRowFactory(
        file=file,
        number=2,
        outcome=Outcome.NEEDS_PERSON,
        why="Someone we hold is like the person in this row",
        problems=[
            {
                **{"column": "", "position": None, "letter": "", "heading": ""},
                **{"code": "differs", "message": "We hold another address", "level": "soft"},
                "asked": True,
            }
        ],
    )

    pages = [read(client, name, file.ref) for name in ("file", "errors", "errors-by-row")]

    everything = "".join([*pages, read(client, "files")])
    for ours in ("We hold", "someone we hold", "section 72", "Will change", "needs", "Ask the"):
        assert ours not in everything
    assert "is hidden, so we did not read it" in everything
    assert "Nothing is wrong with the rows" in pages[1]
    assert "Nothing is wrong with the rows" in pages[2]


def test_what_is_refused_whole_says_why_in_plain_words(client, seat, source):
    no_table = client.post(
        reverse("schools:upload", args=["school-census"]),
        {"file": SimpleUploadedFile("roll.pdf", b"%PDF-1.7")},
    )
    assert "Send an Excel workbook (.xlsx) or a CSV" in no_table.content.decode()
    nothing = client.post(reverse("schools:upload", args=["school-census"]), {})
    assert "Choose a file" in nothing.content.decode()
    upload(client, rolls(wrong=4, right=4))
    file = InboundFile.objects.get()
    work_on(file.pk, now=timezone.now)

    receipt = read(client, "file", file.ref)

    assert "4 of 8 rows have errors, so we have not used any" in receipt
    assert "Send corrected file" in receipt
    assert to_do(seat, timezone.now())[0].title == "Send it again: School census pupil extract"


def test_only_what_is_asked_for_can_be_sent(client, seat, source, authority, school):
    assert client.get(reverse("schools:upload", args=["college-enrolments"])).status_code == 404
    assert client.get(reverse("schools:upload", args=["dwp-claimants"])).status_code == 404
    assert upload(client, rolls(), kind="guarantee-offers").status_code == 404
    source.kinds = []
    source.save()
    assert client.get(reverse("schools:upload", args=["dwp-claimants"])).status_code == 404
    assert client.get(reverse("schools:upload", args=["school-feed"])).status_code == 200
    assert client.get(reverse("schools:upload", args=["attendance"])).status_code == 404  # off

    Source.objects.all().delete()

    assert "not asked for any file" in read(client, "send")
    assert "not sent a file yet" in read(client, "files")
    assert client.get(reverse("schools:upload", args=["school-census"])).status_code == 404


def test_nothing_of_another_school_or_council_is_found(client, seat, source, authority, school):
    other = ProviderFactory(name="Osprey School", authority=authority)
    theirs = InboundFileFactory(
        authority=authority, source=source_for(other, authority), provider=other, state="ready"
    )
    question = InboundRowFactory(file=theirs, number=2, outcome=Outcome.ASK_SCHOOL)
    elsewhere = AuthorityFactory(code=BARNET)
    there = InboundFileFactory(
        authority=elsewhere, source=source_for(school, elsewhere), provider=school, state="ready"
    )
    for file in (theirs, there):
        for name in ("file", "progress", "errors", "errors-by-row", "marked"):
            assert client.get(reverse(f"schools:{name}", args=[file.ref])).status_code == 404
    address = reverse("schools:question", args=[theirs.ref, 2])
    assert client.get(address).status_code == 404
    assert client.post(address, {"answer": "new"}).status_code == 404
    question.refresh_from_db()
    assert question.school_said == ""
    assert "Osprey" not in read(client, "files")

    second = seated(Role.SCHOOL_DATA_MANAGER, provider=school, authority=elsewhere, user=seat.user)
    session = client.session
    session["seat"], session["authority"] = second.ref, elsewhere.code
    session.save()
    assert client.get(reverse("schools:file", args=[there.ref])).status_code == 200
    assert client.get(reverse("schools:file", args=[theirs.ref])).status_code == 404


def test_the_same_file_of_another_school_is_not_spoken_of(client, seat, source, authority):
    other = ProviderFactory(name="Osprey School", authority=authority)
    files.receive(
        authority=authority,
        content=csv_bytes(CENSUS_HEADER, rolls()),
        file_name="theirs.csv",
        source_name=other.name,
        provider=other,
        kind="school-census",
        by=UserFactory(),
        at=timezone.now() - timedelta(days=2),
    )

    answer = upload(client, rolls())

    assert answer.url == reverse("schools:files")
    page = client.get(answer.url).content.decode()
    assert "We have this file already" in page
    assert "Osprey" not in page


def test_a_seat_that_ended_while_a_page_was_open_sends_nothing(client, seat, source):
    assert "School census" in read(client, "upload", "school-census")
    type(seat).objects.filter(pk=seat.pk).update(ended_at=timezone.now(), ended_because="left")

    assert upload(client, rolls()).status_code == 404
    assert not InboundFile.objects.exists()
    officer = member(Role.DATA_MANAGER, authority=source.authority)
    client.force_login(officer)
    assert client.get(reverse("schools:files")).status_code == 403


def test_nothing_shows_that_an_instruction_holds_for_a_pupil(client, seat, source, authority):
    source.kinds = ["risk-return"]
    source.save()
    kind = kind_named("risk-return")
    switch_on(
        authority=authority,
        kind=kind,
        key="judgement",
        use=Use("To offer support in time"),
        by=seat.user,
        at=seat.made_at,
        after=0,
    )
    person = YoungPersonFactory(lead_authority=authority)
    born = date(2011, 3, 14)
    NameFactory(person=person, given="Ada", family="Marsh", starts=born)
    ParticularsFactory(person=person, date_of_birth=born, starts=born)
    Section72Factory(person=person, starts=date(2026, 9, 1))
    header = ["DfENo", "UPN", "Forename", "Surname", "DOB", "NCYear", "SchoolJudgement"]
    row = ["3064001", upn(1), "Ada", "Marsh", "14/03/2011", "11", "High"]
    others = [["", upn(n), "Leila", f"Hart{chr(96 + n)}", *row[4:]] for n in range(2, 14)]
    bad = ["", upn(14), "Leila", "Hartz", "31/02/2011", *row[5:]]
    upload(client, [row, *others, bad], kind="risk-return", header=header)
    file = InboundFile.objects.get()
    work_on(file.pk, now=timezone.now)
    file.refresh_from_db()
    assert file.dropped["withheld"] == 1
    assert file.rows.get(number=2).problems[0]["message"] == "No sign is given."

    pages = [read(client, name, file.ref) for name in ("file", "errors", "errors-by-row")]
    marked = client.get(reverse("schools:marked", args=[file.ref]))

    everything = "".join(pages)
    assert "February 2011" in everything
    for ours in ("No sign", "section 72", "Marsh", "withh"):
        assert ours not in everything
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content)).worksheets[0]
    cells = str([list(line) for line in sheet.values])
    assert "Hartz" in cells
    assert "Marsh" not in cells
    assert "give a real date" in str(sheet["A15"].value).lower()
