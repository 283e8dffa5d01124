"""What another authority hands over, from a dirty file to the record (LA-04, LA-05, LA-10)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from caseload.intake import tasks
from caseload.intake.actions import destroying, files
from caseload.intake.actions.work import work_on
from caseload.intake.models import InboundRow, RowDestruction
from caseload.intake.rules import FileState, Outcome
from caseload.models import Activity, Address, ContactPoint, Name
from ccis.access.roles import Role
from ccis.authorities.models import Postcode
from ccis.files import storage
from optout.models import Statement
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
from tests.factories.files import NOW, csv_bytes, send, uln
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

HEADER = [
    "Forename",
    "Surname",
    "DOB",
    "Address",
    "Postcode",
    "ULN",
    "Mobile",
    "Destination",
    "StartDate",
    "EndDate",
    "Establishment",
    "DfENo",
]
BORN = date(2009, 3, 14)


@pytest.fixture(autouse=True)
def _places():
    ours = AuthorityFactory()
    there = AuthorityFactory(code=BARNET)
    Postcode.objects.create(postcode="CR0 1AA", authority=ours)
    Postcode.objects.create(postcode="EN5 1AA", authority=there)
    ProviderFactory(dfe_number="3068001", college=True, name="Kestrel College", authority=ours)


def mover(serial=1, **cells):
    return {
        "Forename": "Leila",
        "Surname": f"Farouk{chr(96 + serial)}",
        "DOB": "14/03/2009",
        "Address": "12 Castle Street, Northgate",
        "Postcode": "CR0 1AA",
        "ULN": uln(serial),
        "Mobile": "07700 900123",
        "Destination": "Apprenticeship",
        "StartDate": "07/09/2026",
        **cells,
    }


def receive(*rows):
    return send(csv_bytes(HEADER, rows), source_name="Barnet")


def apply(file, at=NOW):
    files.approve(file=file, by=UserFactory(), at=at)
    work_on(file.pk, now=lambda: at)
    file.refresh_from_db()


def row(file, number=2):
    return InboundRow.objects.get(file=file, number=number)


def spells(person):
    return [
        (a.code_id, a.starts_on, a.ends_on, a.establishment_name)
        for a in Activity.objects.believed().filter(person=person).order_by("during")
    ]


def test_someone_who_moved_here_is_added_with_their_history():
    file = receive(
        mover(
            Destination="110", StartDate="01/09/2020", EndDate="31/07/2025", Establishment="Wren"
        ),
        mover(),
        mover(Destination="810", StartDate="01/08/2025", EndDate="06/09/2026"),
    )
    assert (file.kind, file.counts) == ("authority-transfer", {"will-add": 1, "set-aside": 2})
    assert row(file, 2).why == "Joined with row 3"
    apply(file)

    assert file.counts == {"added": 1, "not-used": 2}
    person = row(file, 3).person_id
    assert spells(person) == [
        ("110", date(2020, 9, 1), date(2025, 7, 31), "Wren"),
        ("810", date(2025, 8, 1), date(2026, 9, 6), ""),
        ("310", date(2026, 9, 7), None, ""),
    ]
    assert Name.objects.believed().get(person=person).family == "Farouka"
    assert ContactPoint.objects.believed().get(person=person).value == "07700900123"
    assert Address.objects.believed().get(person=person).postcode == "CR0 1AA"


def test_someone_known_keeps_our_history_and_gains_what_came_before():
    person = YoungPersonFactory()
    NameFactory(person=person, given="Leila", family="Farouka", starts=BORN)
    ParticularsFactory(person=person, date_of_birth=BORN, starts=BORN)
    AddressFactory(person=person, line_1="12 Castle Street", postcode="CR0 1AA")
    IdentifierFactory(person=person, kind_id="uln", value=uln(1))
    ActivityFactory(person=person, code_id="810", starts=date(2025, 9, 1), predicted_end_on=None)

    file = receive(
        mover(Destination="110", StartDate="01/09/2020", EndDate="31/07/2025"),
        mover(),
        mover(Destination="330", StartDate="01/10/2025", EndDate="30/11/2025"),
    )
    assert file.counts == {"will-change": 1, "set-aside": 2}
    apply(file)

    assert [spell[:3] for spell in spells(person)] == [
        ("110", date(2020, 9, 1), date(2025, 7, 31)),
        ("810", date(2025, 9, 1), date(2026, 9, 6)),
        ("310", date(2026, 9, 7), None),
    ]


def test_who_lives_and_learns_elsewhere_is_destroyed_once_the_rest_is_done():
    file = receive(
        mover(1),
        mover(2, Postcode="EN5 1AA", Address="1 Far Road, Barnet"),
        mover(3, Postcode="EN5 1AA", DfENo="3068001"),
    )
    assert file.counts == {"will-add": 2, "elsewhere": 1}
    assert row(file, 3).outcome == Outcome.ELSEWHERE

    tasks.destroy_rows_elsewhere()
    assert not RowDestruction.objects.exists()  # the rest is not done yet

    apply(file)
    stored_id = file.stored_id
    with pytest.MonkeyPatch.context() as patch:
        gone = []
        patch.setattr(storage, "discard", gone.append)
        patch.setattr("django.db.transaction.on_commit", lambda f, *a, **k: f())
        tasks.destroy_rows_elsewhere()
    assert gone == [stored_id]

    made = RowDestruction.objects.get()
    assert (made.file, made.why, made.numbers, made.original) == (file, "done", [3], True)
    file.refresh_from_db()
    assert (file.stored_id, file.state) == ("", FileState.DONE)
    destroyed = row(file, 3)
    assert (destroyed.sent, destroyed.read, destroyed.outcome) == ([], {}, Outcome.ELSEWHERE)
    assert row(file, 2).sent
    assert sum(file.counts.values()) == file.row_count

    tasks.destroy_rows_elsewhere()
    assert RowDestruction.objects.count() == 1


def test_what_is_not_used_in_two_months_is_destroyed_whatever_was_done(client):
    file = receive(mover(1, Postcode="ZE1 0AA"), mover(2, Postcode="EN5 1AA"))
    assert file.counts == {"needs-person": 1, "elsewhere": 1}
    day = datetime(2027, 1, 3, 4, tzinfo=UTC)

    assert destroying.destroy_elsewhere(file=file, on=day.date(), at=day) is None
    later = day + timedelta(days=1)
    made = destroying.destroy_elsewhere(file=file, on=later.date(), at=later)

    assert (made.why, made.numbers) == ("time", [2, 3])
    file.refresh_from_db()
    assert (file.state, file.counts) == (FileState.DONE, {"not-used": 1, "elsewhere": 1})
    assert not InboundRow.objects.filter(file=file).exclude(sent=[]).exists()

    client.force_login(member(Role.DATA_MANAGER, authority=file.authority))
    shown = client.get(reverse("intake:outcome", kwargs={"ref": file.ref})).content.decode()
    assert "2 rows were destroyed on 4 January 2027" in shown
    for number in (2, 3):
        url = reverse("intake:row", kwargs={"ref": file.ref, "number": number})
        assert client.get(url).status_code == 200


def test_a_dirty_file_ends_with_every_row_in_one_place():
    file = receive(
        *(mover(serial) for serial in range(1, 19)),
        mover(19, DOB="30/02/2009"),
        mover(20, EndDate="01/09/2026"),
        mover(21, Postcode="ZE1 0AA"),
        mover(22, Postcode="EN5 1AA"),
        mover(23, Destination="no idea"),
        mover(1),
    )

    assert file.counts == {
        "cannot-read": 2,
        "elsewhere": 1,
        "needs-person": 1,
        "set-aside": 1,
        "will-add": 19,
    }
    assert sum(file.counts.values()) == file.row_count


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2026, 11, 4), date(2027, 1, 4)),
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2026, 1, 31), date(2026, 3, 31)),
    ],
)
def test_two_months_end_on_the_same_day_or_the_last_of_the_month(received, last):
    assert destroying.last_day(received) == last


def test_of_two_rows_of_one_person_the_no_to_sharing_counts():
    rows = [
        mover(1, Choice="Opted out"),
        mover(1, Choice="Consent", StartDate="01/09/2025", EndDate="01/07/2026"),
    ]
    content = csv_bytes([*HEADER, "Sharing Choice"], [
        {**{k: v for k, v in one.items() if k != "Choice"}, "Sharing Choice": one["Choice"]}
        for one in rows
    ])  # fmt: skip

    apply(send(content, source_name="Barnet"))

    said = Statement.objects.get()
    assert (said.says, said.said_by) == ("no", "authority")
