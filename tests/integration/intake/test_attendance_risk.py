"""Attendance extracts and returns of risk, from a school's file to the record."""

from datetime import date

import pytest
from django.urls import reverse

from caseload.intake.actions import files
from caseload.intake.actions.work import work_on
from caseload.intake.errors import IntakeError
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile
from caseload.intake.rules import FileState
from caseload.intake.taking import Use, switch_on, taken_of
from caseload.models import Attendance, RiskIndicators
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from ccis.files import storage
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    Section72Factory,
    YoungPersonFactory,
)
from tests.factories.files import NOW, csv_bytes, send, upn
from tests.factories.policies import policy_of
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

BORN = date(2011, 3, 14)
MARKS = ["/", "\\", "L", "I", "E", "U", "C2", "J", "K9"]
ATTENDANCE = [
    *("Estab", "UPN", "Surname", "Forename", "Gender", "DoB", "NCyearActual"),
    "TermlySessionsPossible",
    *MARKS,
]
RISK = [column.heading for column in kind_named("risk-return").columns]


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def manager(authority):
    return member(Role.DATA_MANAGER, authority=authority)


@pytest.fixture(autouse=True)
def school(authority):
    return ProviderFactory(dfe_number="3064001", name="Kestrel School", authority=authority)


def turn_on(authority, by, name, *keys):
    kind = kind_named(name)
    conditions = {"": "", "special": "g-6", "offence": "10-6"}
    for field in kind.fields:
        if field.key in keys:
            policy = policy_of(authority) if field.law else ""
            use = Use("To offer support in time", conditions[field.law], policy)
            after = taken_of(authority, kind).version
            switch_on(
                authority=authority, kind=kind, key=field.key, use=use, by=by, at=NOW, after=after
            )


def held(serial):
    person = YoungPersonFactory()
    NameFactory(person=person, given="Leila", family=family(serial), starts=BORN)
    ParticularsFactory(person=person, date_of_birth=BORN, starts=BORN)
    IdentifierFactory(person=person, kind_id="upn", value=upn(serial), starts=BORN)
    return person


def family(serial):
    return f"Faroukc{chr(97 + serial // 26)}{chr(97 + serial % 26)}"


def pupil(serial=1, **cells):
    return {
        "Estab": "4001",
        "UPN": upn(serial),
        "Surname": family(serial),
        "Forename": "Leila",
        "Gender": "F",
        "DoB": "14/03/2011",
        "NCyearActual": "11",
        "TermlySessionsPossible": "72",
        "/": "34",
        "\\": "33",
        "L": "1",
        "I": "2",
        "E": "1",
        "U": "1",
        **cells,
    }


def attendance(rows, **more):
    more.setdefault("as_at", date(2026, 10, 23))
    return send(csv_bytes(ATTENDANCE, rows), **more)


def test_of_a_heading_that_nobody_knows_only_numbers_are_kept(authority, manager):
    turn_on(authority, manager, "attendance", "attendance")
    row = {**pupil(), "Q9": "3", "CP": "Wrenhollow"}

    file = send(csv_bytes([*ATTENDANCE, "Q9", "CP"], [row]), as_at=date(2026, 10, 23))

    sent = file.rows.get().sent
    assert "3" in sent
    assert "Wrenhollow" not in str(sent)
    assert file.dropped["cells"]["CP"] == 1


def apply(file):
    files.approve(file=file, by=UserFactory(), at=NOW)
    work_on(file.pk, now=lambda: NOW)
    file.refresh_from_db()


def test_nothing_of_attendance_is_kept_before_it_is_switched_on():
    with pytest.raises(IntakeError, match="School attendance extract” is switched on"):
        attendance([pupil()])
    with pytest.raises(IntakeError, match="“TermlySessionsPossible”, which only"):
        attendance([pupil()], kind="school-census")

    assert not InboundFile.objects.exists()


def test_attendance_becomes_sums_of_the_term_so_far_and_then_of_the_whole(authority, manager):
    turn_on(authority, manager, "attendance", "attendance")
    person = held(1)

    file = attendance([pupil()], authority=authority)
    assert (file.kind, file.counts) == ("attendance", {"will-change": 1})
    assert "Gender (1)" in " ".join(file.notices)
    apply(file)
    assert attendance([pupil()], authority=authority).pk == file.pk
    later = pupil(**{"TermlySessionsPossible": "73", "/": "35"})
    apply(attendance([later], authority=authority, as_at=date(2026, 11, 4)))

    was, now = Attendance.objects.filter(person=person).order_by("pk")
    assert was.superseded == now.recorded
    assert (now.starts_on, now.ends_on) == (date(2026, 9, 1), date(2026, 11, 4))
    assert (now.provider.name, now.marks, now.source_row) == ("Kestrel School", "2024-25", 2)
    sums = (now.possible, now.attended, now.authorised, now.unauthorised, now.suspended)
    assert (*sums, now.unclear) == (73, 69, 3, 1, 1, 0)


def test_a_dirty_extract_ends_with_every_row_in_one_place(authority, manager):
    turn_on(authority, manager, "attendance", "attendance")
    for serial in range(1, 16):
        held(serial)
    Section72Factory(person=held(16), starts=date(2026, 9, 1))
    rows = [pupil(serial) for serial in range(1, 12)]
    rows += [
        pupil(12, **{"/": "35"}),  # row 13: one session more than possible
        pupil(13, J="0", K9="2", **{"/": "32"}),  # a mark that no list has
        pupil(14, **{"/": "33", "J": "1"}),  # a mark of earlier years
        pupil(15, NCyearActual="7"),  # a year that is not taken
        pupil(16),  # under an instruction
        pupil(40),  # nobody we know
        pupil(1),
    ]

    file = attendance(rows, authority=authority)

    assert file.state == FileState.READY
    assert file.counts == {
        "cannot-read": 1,
        "needs-person": 1,
        "will-change": 13,
        "no-change": 1,
        "set-aside": 1,
    }
    said = " ".join(file.notices)
    assert "1 column that we do not know was kept with the rows and not used: “K9”" in said
    assert "1 row of year groups that are not switched on" in said
    assert "1 row under a section 72 instruction" in said
    messages = {row.number: row.problems[0]["message"] for row in file.rows.exclude(problems=[])}
    assert messages[13] == (
        "The marks come to 73 sessions, and 72 were possible. Put right whichever is wrong."
    )
    assert "fewer sessions than were possible" in messages[14]
    assert "J is no attendance mark of that time" in messages[15]
    withheld = file.rows.get(number=17)
    assert upn(16) not in str(withheld.sent)
    assert "34" not in withheld.sent
    kept = storage.read_stored(file.stored_id).decode()
    assert file.rows.get(number=14).sent[ATTENDANCE.index("K9")] == "2"
    assert upn(15) not in kept
    apply(file)
    assert sorted(Attendance.objects.values_list("unclear", flat=True))[-2:] == [1, 2]
    assert file.counts["changed"] == 13


def test_attendance_and_risk_are_shown_to_those_with_a_need_once_opened(authority, manager, client):
    turn_on(authority, manager, "attendance", "attendance")
    person = held(1)
    file = attendance([pupil()], authority=authority)
    row = reverse("intake:row", args=[file.ref, 2])
    page = reverse("caseload:education", args=[person.ref])
    client.force_login(manager)
    assert "attended 68 of 72 sessions" in client.get(row).content.decode()
    apply(file)

    assert "68 of 72" not in client.get(page).content.decode()
    opened = client.get(f"{page}?show=sensitive").content.decode()
    assert "Kestrel School: attended 68 of 72 sessions (94.4%)" in opened
    assert "from Kestrel School file, row 2" in opened
    assert TrailEntry.objects.filter(verb="sensitive details opened").count() == 1
    other = member(Role.READ_ONLY, authority=authority)
    client.force_login(other)
    assert "Attendance" not in client.get(f"{page}?show=sensitive").content.decode()


# -- risk of NEET --------------------------------------------------------------------------------

SIGNS = ("attendance-percent", "exclusions", "carer", "judgement", "youth-justice")


def sign(serial=1, **cells):
    return {
        "DfENo": "3064001",
        "UPN": upn(serial),
        "Forename": "Leila",
        "Surname": family(serial),
        "DOB": "14/03/2011",
        "NCYear": "11",
        "AttendancePercent": "84.5",
        "Exclusions": "2",
        "Carer": "Yes",
        "SchoolJudgement": "High",
        "ConfirmedBy": "R Iqbal, head of Year 11",
        **cells,
    }


def risk(rows, **more):
    more.setdefault("as_at", date(2026, 10, 23))
    return send(csv_bytes(RISK, rows), **more)


def test_a_return_of_risk_holds_until_the_next_with_who_confirmed_it(authority, manager):
    turn_on(authority, manager, "risk-return", *SIGNS)
    person = held(1)

    file = risk([sign(LookedAfter="Yes")], authority=authority)
    assert (file.kind, file.counts) == ("risk-return", {"will-change": 1})
    assert "LookedAfter (1)" in " ".join(file.notices)
    apply(file)
    spring = sign(AttendancePercent="91", Carer="", SchoolJudgement="Low")
    apply(risk([spring], authority=authority, as_at=date(2026, 11, 2)))

    first, then = RiskIndicators.objects.believed().filter(person=person).order_by("during")
    assert (first.starts_on, first.ends_on) == (date(2026, 10, 23), date(2026, 11, 1))
    assert (str(first.attendance_percent), first.exclusions, first.judgement) == ("84.5", 2, "high")
    assert (first.carer, first.looked_after) == (True, None)
    assert first.confirmed_by == "R Iqbal, head of Year 11"
    assert (then.carer, then.judgement, then.ends_on) == (None, "low", None)


def test_a_dirty_return_waits_for_whoever_confirms_it(authority, manager):
    turn_on(authority, manager, "risk-return", *SIGNS)
    for serial in range(1, 13):
        held(serial)
    rows = [sign(serial) for serial in range(1, 10)]
    rows += [
        sign(10, ConfirmedBy=""),
        sign(11, AttendancePercent="good"),
        sign(12, SchoolJudgement="worrying", Exclusions="Yes"),
        sign(13),
        sign(1),
    ]

    file = risk(rows, authority=authority)

    assert file.counts == {
        "cannot-read": 1,
        "needs-person": 2,
        "will-change": 10,
        "set-aside": 1,
    }
    asked = file.rows.get(number=11)
    assert asked.why.startswith("The row does not say who at the school confirms it")
    apply(file)
    odd = RiskIndicators.objects.get(source_row=13)
    assert (odd.judgement, odd.exclusions) == ("", 1)
