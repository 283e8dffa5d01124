"""The Department's error report: beside our own findings, and work for someone."""

from datetime import date

import pytest

from caseload.intake.actions import files
from caseload.intake.actions.work import work_on
from caseload.intake.rules import FileState
from caseload.merging.actions import merge
from caseload.models import Task
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import YoungPersonFactory, complete_person
from tests.factories.files import NOW, csv_bytes, send
from tests.factories.returns import BuildFactory, FindingFactory, SentStatusFactory
from tests.integration.returns.pages import MONTH, names, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

HEADER = ["YPID", "Error code", "Field", "Description", "Period end"]


def told(person, code="259", **cells):
    number = person if isinstance(person, str) else person.young_persons_id
    said = {"YPID": number, "Error code": code, "Field": "PredictedEndDate"}
    return {**said, "Period end": "31/10/2026", **cells}


def report(rows, **more):
    return send(csv_bytes(HEADER, rows), source_name="Department for Education", **more)


def apply(file):
    files.approve(file=file, by=UserFactory(), at=NOW)
    work_on(file.pk, now=lambda: NOW)
    file.refresh_from_db()


@pytest.fixture
def amara(croydon):
    return complete_person(lead_authority=croydon)


@pytest.fixture
def sent(croydon, amara):
    """A final return that named Amara, in which we found an error of hers."""
    build = BuildFactory(
        authority=croydon,
        kind="final",
        state="done",
        moment=1,
        finished_at=NOW,
        record_count=2,
        size=1,
        sha256="0" * 64,
    )
    FindingFactory(build=build, person=amara, code="259")
    SentStatusFactory(build=build, person=amara, status="P")
    gone = SentStatusFactory(build=build, status="P", young_persons_id="3060000099999")
    assert gone.person.young_persons_id != gone.young_persons_id
    return build


def test_a_dirty_report_ends_with_every_row_in_one_place(sent, amara):
    elsewhere = YoungPersonFactory(lead_authority=AuthorityFactory(code=BARNET))
    rows = [
        told(amara),
        told(amara, "Error 0305", Field="DateVerified"),
        told(amara, "999", Field=""),
        told(amara),  # the same again
        told("3060000099999"),  # named by our return, and no record has it now
        told("3069999999999"),  # never named
        told(elsewhere),
        *(told(YoungPersonFactory(), "9") for _ in range(33)),
        told("12345"),
        told(YoungPersonFactory(), ""),
        told(YoungPersonFactory(), **{"Period end": "30/09/2026"}),
    ]

    file = report(rows)

    assert (file.kind, file.as_at) == ("nccis-errors", date(2026, 10, 31))
    assert file.state == FileState.READY
    assert file.counts == {"cannot-read": 3, "needs-person": 3, "no-change": 34, "set-aside": 3}
    why = {row.number: row.why for row in file.rows.exclude(why="")}
    assert (why[3], why[5]) == ("Joined with row 2", "Joined with row 2")
    assert (
        why[6] == "The return for October 2026 named this NCCIS id, and no record has it any more"
    )
    assert why[7].endswith("and our return for October 2026 named none")
    assert [p["message"] for p in file.rows.get(number=2).problems] == [
        "No end date (259). We found it too.",
        "Last confirmed after the end of the month (305). We did not find it.",
        "Error 999, which no rule of ours has. We did not find it.",
    ]


def test_an_id_of_a_record_that_was_merged_is_the_one_that_stays(sent, amara):
    old = complete_person(lead_authority=amara.lead_authority)
    manager = member(Role.DATA_MANAGER, authority=amara.lead_authority)
    merge(stays=amara, goes=old, by=manager, at=NOW)

    apply(report([told(old)]))

    assert Task.objects.get().person == amara


def test_each_record_is_one_task_and_stands_beside_what_we_found(sent, amara, desk):
    other = complete_person(lead_authority=amara.lead_authority)
    rows = [told(amara), told(amara, "305"), told(other, "9"), told("3069999999999")]
    assert "has been sent in yet" in words(desk.get(f"{MONTH}answer/"))

    file = report(rows)
    assert report(rows).pk == file.pk
    apply(file)

    task = Task.objects.get(person=amara)
    assert (
        task.what == "Put right what the Department found in the return for October 2026: 259, 305"
    )
    assert (task.kind, task.owner, task.due_on) == ("mend", None, date(2026, 11, 18))
    assert Task.objects.count() == 2
    apply(report([*rows, told(other, "305")]))  # the next report says the same of Amara
    assert Task.objects.filter(person=amara).count() == 1
    page = desk.get(f"{MONTH}answer/")
    assert len(names(page)) == 2
    text = words(page)
    assert "4 errors in 2 young people. We had found 1 of them." in text
    assert "We found it too" in text
    assert "Only DfE" in text
    assert "2 rows of the report wait for someone to decide" in text
    assert TrailEntry.objects.filter(verb="rows seen").count() == 2


def test_without_a_return_of_ours_nothing_is_said_of_our_own_findings(amara, desk):
    assert "Bring back the error report" in words(desk.get(MONTH))

    file = report([told(amara), told("3069999999999")])

    assert any("No final return for October 2026 was made here" in one for one in file.notices)
    apply(file)
    assert "Not known here" in words(desk.get(f"{MONTH}answer/"))
    assert "1 error, 0 found here too, 1 row to decide about" in words(desk.get(MONTH))
