"""Guarantee offers, intended destinations and college enrolment lists, from file to record."""

from datetime import date

import pytest

from caseload.intake.actions import files
from caseload.intake.actions.work import work_on
from caseload.intake.models import InboundRow
from caseload.intake.rules import FileState
from caseload.models import Activity, Guarantee, Identifier, IntendedDestination, Verification
from tests.factories.accounts import UserFactory
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import NOW, csv_bytes, send, uln, upn
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

YEAR_11, YEAR_12 = date(2011, 3, 14), date(2010, 3, 14)


@pytest.fixture(autouse=True)
def _places():
    ours, there = AuthorityFactory(), AuthorityFactory(code=BARNET)
    ProviderFactory(dfe_number="3064001", name="Kestrel School", authority=ours)
    ProviderFactory(dfe_number="3024001", name="Far School", authority=there)
    ProviderFactory(dfe_number="3068001", college=True, name="Kestrel College", authority=ours)


def known(serial=1, *, born=YEAR_11, code="110", starts=date(2026, 9, 1)):
    person = YoungPersonFactory()
    NameFactory(person=person, given="Leila", family=family(serial), starts=born)
    ParticularsFactory(person=person, date_of_birth=born, starts=born)
    AddressFactory(person=person)
    IdentifierFactory(person=person, kind_id="upn", value=upn(serial))
    ActivityFactory(person=person, code_id=code, starts=starts, predicted_end_on=None)
    return person


def family(serial):
    return f"Farouk{chr(97 + serial // 26)}{chr(97 + serial % 26)}"


def apply(file, at=NOW):
    files.approve(file=file, by=UserFactory(), at=at)
    work_on(file.pk, now=lambda: at)
    file.refresh_from_db()


def row(file, number=2):
    return InboundRow.objects.get(file=file, number=number)


# -- offers --------------------------------------------------------------------------------------

OFFERS = [
    "UPN",
    "Forename",
    "Surname",
    "DOB",
    "DfENo",
    "NCYear",
    "GuaranteeStatus",
    "IntendedDestination",
    "OfferingInstitution",
]


def offer(serial=1, born=YEAR_11, **cells):
    return {
        "UPN": upn(serial),
        "Forename": "Leila",
        "Surname": family(serial),
        "DOB": born.strftime("%d/%m/%Y"),
        "DfENo": "3064001",
        "GuaranteeStatus": "110",
        **cells,
    }


def test_an_offer_and_a_destination_hold_from_the_day_of_the_file():
    person, older, away = known(), known(2, born=YEAR_12), known(3)

    file = send(
        csv_bytes(
            OFFERS,
            [
                offer(IntendedDestination="College"),
                offer(2, born=YEAR_12, GuaranteeStatus="114", DfENo="3024001"),
                offer(3, DfENo="3024001", GuaranteeStatus="Application made"),
            ],
        )
    )
    assert (file.kind, file.counts) == ("guarantee-offers", {"will-change": 3})
    apply(file)

    ours, theirs = AuthorityFactory(), AuthorityFactory(code=BARNET)
    held = {
        g.person_id: (g.for_year, g.status_id, g.authority, g.starts_on)
        for g in Guarantee.objects.believed()
    }
    assert held == {
        person.pk: (11, "110", ours, date(2026, 11, 4)),
        older.pk: (12, "114", ours, date(2026, 11, 4)),
        away.pk: (11, "140", theirs, date(2026, 11, 4)),
    }
    assert IntendedDestination.objects.believed().get().code_id == "121"


def test_the_same_offer_again_changes_nothing_and_another_ends_the_first():
    person = known()
    apply(send(csv_bytes(OFFERS, [offer(GuaranteeStatus="151")]), as_at=date(2026, 10, 1)))

    again = send(csv_bytes(OFFERS, [offer(GuaranteeStatus="151", OfferingInstitution="X")]))
    assert again.counts == {"no-change": 1}
    apply(send(csv_bytes(OFFERS, [offer()])))

    held = Guarantee.objects.believed().filter(person=person).order_by("during")
    assert [(g.status_id, g.ends_on) for g in held] == [
        ("151", date(2026, 11, 3)),
        ("110", None),
    ]


def test_dirty_offers_end_with_every_row_in_one_place():
    for serial in range(1, 26):
        known(serial)
    known(27, born=date(2012, 3, 14))
    rows = [offer(serial) for serial in range(1, 23)]
    rows += [
        offer(23, GuaranteeStatus="114"),
        offer(24, GuaranteeStatus="perhaps"),
        offer(25, GuaranteeStatus=""),
        offer(27, born=date(2012, 3, 14), NCYear="12"),
        offer(26),
        offer(1),
        *(offer(serial) for serial in range(40, 50)),
    ]

    file = send(csv_bytes(OFFERS, rows))

    assert file.state == FileState.READY
    said = {r.number: r.problems[0]["message"] for r in file.rows.filter(outcome="cannot-read")}
    assert said == {
        24: "This status is not one of Year 11.",
        25: "Give a September Guarantee code, such as 110 for an offer made.",
        26: "Give an offer or an intended destination.",
    }
    assert file.counts == {
        "cannot-read": 3,
        "needs-person": 12,
        "set-aside": 1,
        "will-change": 22,
    }


# -- enrolments ----------------------------------------------------------------------------------

ENROLLED = [
    "ULN",
    "Forename",
    "Surname",
    "DOB",
    "Postcode",
    "EnrolmentDate",
    "PlannedEndDate",
    "CourseTitle",
    "CourseLevel",
    "Mobile",
    "DfENo",
]


def enrolled(serial=1, **cells):
    return {
        "ULN": uln(serial),
        "Forename": "Leila",
        "Surname": family(serial),
        "DOB": "14/03/2010",
        "Postcode": "NG1 4AB",
        "EnrolmentDate": "07/09/2026",
        "PlannedEndDate": "16/07/2027",
        "CourseTitle": "Hairdressing",
        "CourseLevel": "Level 2",
        "DfENo": "3068001",
        **cells,
    }


def test_someone_enrolled_begins_at_the_college_until_the_planned_end():
    person = known(born=YEAR_12, code="810", starts=date(2026, 9, 1))

    file = send(csv_bytes(ENROLLED, [enrolled()]))
    assert (file.kind, file.counts) == ("college-enrolments", {"will-change": 1})
    apply(file)

    begun = Activity.objects.believed().get(person=person, code_id="230")
    assert (begun.starts_on, begun.predicted_end_on, begun.course, begun.course_level) == (
        date(2026, 9, 7),
        date(2027, 7, 16),
        "Hairdressing",
        "Level 2",
    )
    assert Identifier.objects.believed().get(person=person, kind_id="uln").value == uln(1)


def test_the_courses_of_one_person_are_one_activity():
    person = known(born=YEAR_12, code="810", starts=date(2026, 9, 1))
    rows = [
        enrolled(CourseTitle="A level Maths", EnrolmentDate="08/09/2026"),
        enrolled(CourseTitle="A level Art", PlannedEndDate="01/07/2028"),
        enrolled(CourseTitle="A level Art", ULN="9999999999", PlannedEndDate=""),
    ]

    file = send(csv_bytes(ENROLLED, rows))
    assert file.rows.get(number=4).problems[0]["code"] == "no ULN"
    assert file.counts == {"needs-person": 2, "set-aside": 1}

    apply(send(csv_bytes(ENROLLED, rows[:2])))
    begun = Activity.objects.believed().get(person=person, code_id="230")
    assert begun.course == "A level Maths, A level Art"
    assert (begun.starts_on, begun.predicted_end_on) == (date(2026, 9, 7), date(2028, 7, 1))


def test_the_next_list_confirms_whoever_is_still_there():
    person = known(born=YEAR_12, code="810")
    apply(send(csv_bytes(ENROLLED, [enrolled()]), as_at=date(2026, 10, 1)))

    file = send(csv_bytes(ENROLLED, [enrolled(Postcode="NG1 4AB ")]))
    assert file.counts == {"no-change": 1}
    apply(file)

    seen = Verification.objects.filter(person=person).values_list("verified_on", flat=True)
    assert sorted(seen) == [date(2026, 10, 1), date(2026, 11, 4)]
    assert Activity.objects.believed().filter(person=person).count() == 2


def test_a_dirty_list_ends_with_every_row_in_one_place():
    for serial in range(1, 21):
        known(serial, born=YEAR_12, code="810")
    rows = [enrolled(serial) for serial in range(1, 19)]
    rows += [
        enrolled(19, ULN="1234567890"),
        enrolled(20, PlannedEndDate="01/09/2026"),
        enrolled(21, EnrolmentDate="07/12/2026"),
        enrolled(1),
        *(enrolled(serial) for serial in range(40, 52)),
    ]

    file = send(csv_bytes(ENROLLED, rows))

    assert file.state == FileState.READY
    assert file.counts == {
        "cannot-read": 3,
        "needs-person": 12,
        "set-aside": 1,
        "will-change": 18,
    }
    assert sum(file.counts.values()) == file.row_count
