"""Joiners, leavers and people at risk, from a dirty workbook to the record (LDOR-01, LDOR-03)."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from caseload.intake.actions import files
from caseload.intake.actions import rows as row_actions
from caseload.intake.actions.work import work_on
from caseload.intake.errors import CannotDecide, FileIsBusy
from caseload.intake.models import InboundRow
from caseload.intake.rules import FileState, Outcome
from caseload.models import Activity, ContactPoint, Task, Verification
from ccis.access.roles import Role
from ccis.authorities.gazetteer import load_postcodes
from ccis.authorities.models import Authority, SubRegion
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import NOW, send, uln, workbook_bytes
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

HEADER = [
    "ULN",
    "Family Name",
    "First Name",
    "DOB",
    "Address",
    "Post Code",
    "Contact e-mail",
    "phone number",
    "Joiner",
    "Leaver",
    "at risk of dropping out",
    "Destination if known",
]
BORN = date(2009, 3, 14)

POSTCODES = """pcd,pcd2,pcds,dointr,doterm,oscty,osward,oslaua
CR0 1AA,CR0  1AA,CR0 1AA,198001,,E99999999,E05000148,E09000008
EN5 1AA,EN5  1AA,EN5 1AA,198001,,E99999999,E05000150,E09000003
CF1 1AA,CF1  1AA,CF1 1AA,198001,,W99999999,W05000862,W06000015
"""


@pytest.fixture(autouse=True)
def college(tmp_path):
    """A college of ours, the postcodes as the national directory has them, and Barnet's unit."""
    ours, there = AuthorityFactory(), AuthorityFactory(code=BARNET, name="Barnet")
    Authority.objects.filter(pk=there.pk).update(is_served=False)
    directory = tmp_path / "onspd.csv"
    directory.write_text(POSTCODES)
    load_postcodes(directory, by=None, at=NOW)
    north = SubRegion.objects.create(
        name="North unit", contact_name="Duty desk", contact_email="duty@north.example"
    )
    north.authorities.add(there)
    return ProviderFactory(
        dfe_number="3068001", college=True, name="Kestrel College", authority=ours
    )


def learner(serial=1, **cells):
    return {
        "ULN": uln(serial),
        "Family Name": f"Farouk{chr(96 + serial)}",
        "First Name": "Leila",
        "DOB": BORN,
        "Address": "12 Castle Street, Northgate",
        "Post Code": "CR0 1AA",
        **cells,
    }


def known(serial=1, *, code="810", **activity):
    person = YoungPersonFactory()
    row = learner(serial)
    NameFactory(person=person, given="Leila", family=row["Family Name"], starts=BORN)
    ParticularsFactory(person=person, date_of_birth=BORN, starts=BORN)
    AddressFactory(person=person, line_1="12 Castle Street", postcode="CR0 1AA")
    IdentifierFactory(person=person, kind_id="uln", value=row["ULN"])
    ActivityFactory(
        person=person, code_id=code, starts=date(2026, 9, 1), predicted_end_on=None, **activity
    )
    return person


def receive(college, *rows, **values):
    content = workbook_bytes(HEADER, rows)
    return send(content, provider=college, file_name="ldor.xlsx", **values)


def apply(file, at=NOW):
    files.approve(file=file, by=UserFactory(), at=at)
    work_on(file.pk, now=lambda: at)
    file.refresh_from_db()


def row(file, number=2):
    return InboundRow.objects.get(file=file, number=number)


def spells(person):
    return [
        (a.code_id, a.starts_on, a.ends_on)
        for a in Activity.objects.believed().filter(person=person).order_by("during")
    ]


def test_a_joiner_begins_at_the_provider_on_the_day_marked(college):
    person = known()

    file = receive(college, learner(Joiner=date(2026, 10, 5), **{"phone number": 7700900123}))
    assert (file.kind, file.counts) == ("ldor", {"will-change": 1})
    apply(file)

    assert spells(person) == [
        ("810", date(2026, 9, 1), date(2026, 10, 4)),
        ("230", date(2026, 10, 5), None),
    ]
    assert ContactPoint.objects.believed().get(person=person).value == "07700900123"


def test_a_leaver_is_not_known_from_the_next_day_or_where_they_went(college):
    left = known(1, code="230", provider=college)
    gone = known(2, code="230", provider=college)

    file = receive(
        college,
        learner(1, Leaver="x"),
        learner(2, Leaver="16/10/2026", **{"Destination if known": "Apprenticeship"}),
    )
    apply(file)

    assert spells(left)[1:] == [("810", date(2026, 11, 5), None)]
    assert spells(gone)[1:] == [("310", date(2026, 10, 17), None)]


def test_a_mark_without_a_day_leaves_the_last_day_that_was_told_before(college):
    """Told of at once with the day, and again by an x in the month's workbook."""
    for serial in (1, 2):
        known(serial, code="230", provider=college)
    first = receive(college, learner(1, Leaver="12/10/2026"), learner(2, Leaver="12/09/2026"))
    apply(first)

    file = receive(
        college, learner(1, Leaver="x"), learner(2, Leaver="x"), as_at=date(2026, 10, 31)
    )

    assert (row(file).outcome, row(file).proposal) == (Outcome.NO_CHANGE, [])
    assert row(file, 3).proposal[0]["until"] == "2026-10-31"  # of an earlier month


def test_someone_at_risk_is_confirmed_and_is_work(college, client):
    person = known(1, code="230", provider=college)
    known(2)

    file = receive(
        college, learner(1, **{"at risk of dropping out": "Yes"}), learner(2, Joiner="x")
    )
    apply(file)

    assert spells(person) == [("230", date(2026, 9, 1), None)]
    assert Verification.objects.get(person=person).verified_on == date(2026, 11, 4)
    client.force_login(member(Role.DATA_MANAGER, authority=file.authority))
    shown = client.get(reverse("intake:outcome", kwargs={"ref": file.ref})).content.decode()
    assert "For 1 person: contact them about staying in learning" in shown
    task = Task.objects.get()
    assert (task.person, task.due_on) == (person, date(2026, 11, 5))


def test_lines_above_the_headings_are_passed_over_and_stay_in_the_marked_workbook(college, client):
    known(1)
    book = openpyxl.Workbook()
    book.active.append(["Drop-out notification. One row a learner, an x under one reason."])
    book.active.append(
        ["Provider", "Kestrel College", "Contact", "Jo Reed", "Phone", "0115 496 0123"]
    )
    book.active.append([])
    for cells in (HEADER, *([row.get(name) for name in HEADER] for row in lines())):
        book.active.append(cells)
    content = io.BytesIO()
    book.save(content)

    file = send(content.getvalue(), provider=college, file_name="ldor.xlsx")

    assert (file.kind, file.header_row) == ("ldor", 4)
    assert file.counts == {"cannot-read": 1, "needs-person": 9, "will-change": 1}
    assert "We skipped 3 rows above the headings" in file.notices
    assert row(file, 6).problems[0]["letter"] == "I"
    client.force_login(member(Role.DATA_MANAGER, authority=file.authority))
    marked = client.get(f"/files/{file.ref}/errors/workbook/")
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content)).active
    assert sheet["A4"].value == "What to mend"
    assert "Mark one" in sheet["A6"].value


def lines():
    return [learner(1, Joiner="x"), learner(2), *(learner(n, Joiner="x") for n in range(3, 12))]


def test_who_is_at_risk_where_we_do_not_hold_them_needs_a_person(college):
    known()

    file = receive(college, learner(**{"at risk of dropping out": "x"}))

    assert row(file).why == "We do not hold that they learn there now"


def test_someone_of_another_authority_is_sent_on_and_that_is_recorded(college, client):
    known(1)
    file = receive(
        college, learner(1, Joiner="x"), learner(2, Leaver="x", **{"Post Code": "EN5 1AA"})
    )
    assert file.counts == {"will-change": 1, "elsewhere": 1}
    apply(file)
    assert file.state == FileState.DONE
    user = member(Role.DATA_MANAGER, authority=file.authority)
    client.force_login(user)
    where = {"ref": file.ref, "number": 3}

    shown = client.get(reverse("intake:row", kwargs=where)).content.decode()
    assert "Barnet, 302" in shown
    assert "North unit, Duty desk, duty@north.example" in shown
    refused = client.post(reverse("intake:decide", kwargs=where), {"decision": "passed"})
    assert "Say to whom it was sent, and how" in refused.content.decode()
    client.post(
        reverse("intake:decide", kwargs=where),
        {"decision": "passed", "how": "Duty desk, by encrypted email"},
    )

    sent = row(file, 3)
    assert (sent.outcome, sent.why) == (
        Outcome.SENT_ON,
        "Sent on: Duty desk, by encrypted email",
    )
    assert sent.decided_by == user
    assert sent.decided_at is not None
    file.refresh_from_db()
    assert file.counts == {"changed": 1, "sent-on": 1}
    with pytest.raises(CannotDecide):
        row_actions.pass_on(row=sent, how="again", by=user, at=NOW)


def test_someone_whom_we_hold_and_who_lives_elsewhere_is_passed_on_or_kept(college, client):
    there = {"Post Code": "EN5 1AA"}
    kept, theirs = known(1), known(2)
    file = receive(college, learner(1, Joiner="x", **there), learner(2, Joiner="x", **there))
    assert file.counts == {"needs-person": 2}
    assert row(file).why.startswith("Lives in the area of authority 302, by the postcode")
    client.force_login(member(Role.DATA_MANAGER, authority=file.authority))
    where = reverse("intake:row", kwargs={"ref": file.ref, "number": 3})
    shown = client.get(where).content.decode()
    assert "They live in the area of Barnet: pass it on" in shown

    client.post(f"{where}decide/", {"decision": "theirs"})
    row_actions.accept(row=row(file), why="Theirs by care", by=UserFactory(), at=NOW)
    file.refresh_from_db()
    apply(file)

    assert row(file).outcome == Outcome.CHANGED
    assert len(spells(kept)) == 2
    assert len(spells(theirs)) == 1
    waiting = row(file, 3)
    assert (waiting.outcome, waiting.why) == (
        Outcome.ELSEWHERE,
        "Lives in the area of authority 302, by the postcode: to be sent on",
    )
    assert "It has been sent on" in client.get(where).content.decode()
    with pytest.raises(FileIsBusy):
        row_actions.say_elsewhere(row=waiting, by=UserFactory(), at=NOW)


def test_nobody_is_added_whom_we_do_not_know(college):
    file = receive(college, learner(Joiner="x"))

    assert (row(file).outcome, row(file).reason) == (Outcome.NEEDS_PERSON, "no-match")


def test_a_dirty_workbook_ends_with_every_row_in_one_place(college):
    known(1)
    file = receive(
        college,
        learner(1, Joiner="✓", **{"Contact e-mail": "not an address"}),
        learner(2),
        learner(3, Joiner="x", Leaver="x"),
        learner(4, Joiner="maybe"),
        learner(5, Joiner="x", ULN="1234567890"),
        learner(6, Joiner="x", DOB=date(2002, 1, 1)),
        learner(7, Leaver="x", **{"Post Code": "CF1 1AA"}),
        *(learner(serial, Leaver="x") for serial in range(8, 26)),
        *(learner(serial, Joiner="x", **{"Post Code": "EN5 1AA"}) for serial in range(8, 26)),
    )

    assert file.state == FileState.READY
    problems = {
        r.number: [p["message"] for p in r.problems if p["level"] == "hard"]
        for r in file.rows.all()
    }
    assert problems[3] == ["Mark one: joiner, leaver or at risk of dropping out."]
    assert problems[4] == ["Mark only one: joiner, leaver or at risk of dropping out."]
    assert problems[5][0] == "Put an x, the day, or nothing here."
    assert problems[6]
    assert row(file, 8).why == "Lives outside England, by the postcode: to be sent on"
    assert sum(file.counts.values()) == file.row_count
    assert file.counts["cannot-read"] == 4
