"""A school census file from its arrival to the record (PIA-02)."""

from datetime import date

import pytest
from django.urls import reverse

from caseload.intake.actions import files
from caseload.intake.actions.work import work_on
from caseload.intake.rules import FileState, Outcome
from caseload.models import (
    Activity,
    Address,
    Enrolment,
    Identifier,
    Name,
    Particulars,
    RestrictionLevel,
    SendProvision,
    Verification,
    YoungPerson,
)
from ccis.access.roles import Role
from ccis.audit.models import Change, TrailEntry
from providers.models import Provider
from tests.factories.accounts import UserFactory, member
from tests.factories.caseload import EnrolmentFactory, NameFactory, YoungPersonFactory
from tests.factories.files import CENSUS_HEADER, NOW, csv_bytes, pupil, send, upn
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _directory():
    ProviderFactory(dfe_number="3064001", name="Kestrel School")


def rows_of(file):
    return {row.number: row for row in file.rows.all()}


def approve_and_apply(file):
    files.approve(file=file, by=UserFactory(), at=NOW)
    work_on(file.pk, now=lambda: NOW)
    file.refresh_from_db()


def test_a_new_pupil_is_added_after_review():
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, SENprovision="E", SENneed1="SPLD")]))

    assert (file.kind, file.state, file.counts) == (
        "school-census",
        FileState.READY,
        {"will-add": 1},
    )
    assert not YoungPerson.objects.exists()

    approve_and_apply(file)

    assert (file.state, file.counts) == (FileState.DONE, {"added": 1})
    person = YoungPerson.objects.get()
    assert person.young_persons_id.startswith("306")
    name = Name.objects.get()
    assert (name.given, name.family, name.kind, name.starts_on) == (
        "Leila",
        "Faroukba",
        "legal",
        date(2011, 3, 14),
    )
    facts = Particulars.objects.get()
    assert (facts.date_of_birth, facts.gender_id, facts.ethnicity_id) == (
        date(2011, 3, 14),
        "F",
        "WBRI",
    )
    assert Identifier.objects.get().value == upn(1)
    address = Address.objects.get()
    assert (address.line_1, address.town, address.postcode) == (
        "12 Castle Street",
        "Northgate",
        "NG1 4AB",
    )
    assert address.starts_on == date(2026, 10, 1)  # the census day before the file came
    enrolment = Enrolment.objects.get()
    assert (enrolment.provider.dfe_number, enrolment.year_group, enrolment.status) == (
        "3064001",
        11,
        "C",
    )
    assert SendProvision.objects.get().provision == "E"
    activity = Activity.objects.get()
    assert (activity.code_id, activity.starts_on, activity.predicted_end_on) == (
        "110",
        date(2022, 9, 5),
        date(2027, 8, 31),
    )
    assert Verification.objects.get().verified_on == date(2026, 10, 1)
    change = Change.objects.get()
    assert (change.file_ref, change.source) == (file.ref, "Kestrel School")
    assert {name.recorded_id, activity.recorded_id} == {change.pk}
    assert TrailEntry.objects.filter(verb="person added by a file", subject_id=person.pk).exists()


def test_the_same_roll_again_changes_nothing():
    approve_and_apply(send(csv_bytes(CENSUS_HEADER, [pupil(1)])))

    again = send(csv_bytes(CENSUS_HEADER, [pupil(1, Language="ENG")]))

    assert again.counts == {"no-change": 1}
    assert again.rows.get().rule == "upn"
    approve_and_apply(again)
    assert again.counts == {"unchanged": 1}
    assert Name.objects.count() == Address.objects.count() == Activity.objects.count() == 1


def test_what_differs_is_shown_and_then_written_as_a_new_version():
    approve_and_apply(send(csv_bytes(CENSUS_HEADER, [pupil(1)])))

    moved = pupil(1, PAON="7", Street="Priory Road", Postcode="NG2 3CD", Surname="Hart")
    later = send(csv_bytes(CENSUS_HEADER, [moved]), as_at=date(2026, 11, 2))

    assert later.counts == {"will-change": 1}
    assert {step["fact"] for step in later.rows.get().proposal} >= {"address", "name"}
    approve_and_apply(later)
    now = Address.objects.believed().on(date(2026, 11, 2)).get()
    before = Address.objects.believed().on(date(2026, 11, 1)).get()
    assert (before.postcode, now.postcode) == ("NG1 4AB", "NG2 3CD")
    assert Address.objects.count() == 3  # the first version is kept, superseded
    assert Name.objects.believed().on(date(2026, 11, 2)).get(kind="legal").family == "Hart"
    assert Name.objects.believed().on(date(2026, 11, 1)).get(kind="legal").family == "Faroukba"


def test_a_pupil_who_learns_outside_the_area_waits_until_the_end_of_year_11():
    file = send(
        csv_bytes(
            CENSUS_HEADER, [pupil(1, Estab="3024001"), pupil(2, Forename="Tomasz", Surname="Pell")]
        )
    )

    row = rows_of(file)[2]
    assert (row.outcome, row.wait_until) == (Outcome.WAITS, date(2027, 6, 25))
    approve_and_apply(file)
    assert (file.state, file.counts) == (FileState.DONE, {"waits": 1, "added": 1})

    assert files.bring_back(file=file, on=date(2027, 6, 24), at=NOW) == 0
    due = NOW.replace(year=2027, month=6, day=25)
    assert files.bring_back(file=file, on=date(2027, 6, 25), at=due) == 1
    work_on(file.pk, now=lambda: due)
    file.refresh_from_db()
    assert (file.state, file.counts) == (FileState.READY, {"will-add": 1, "added": 1})


def test_younger_pupils_are_not_taken():
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, DoB="14/03/2014", NCyearActual="8")]))

    assert file.counts == {"set-aside": 1}
    assert file.state == FileState.DONE


def test_a_pupil_twice_in_the_file_is_added_once():
    rows = [pupil(1), pupil(1, EnrolStatus="S", Estab="3064001", EntryDate="01/10/2026")]
    file = send(csv_bytes(CENSUS_HEADER, rows))

    found = rows_of(file)
    assert found[2].outcome == Outcome.WILL_ADD
    assert (found[3].outcome, found[3].why) == (
        Outcome.NEEDS_PERSON,
        "Row 2 is about the same person",
    )


def test_a_school_that_nobody_knows_needs_a_person():
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, Estab="3069999")]))

    row = file.rows.get()
    assert (row.outcome, row.reason) == (Outcome.NEEDS_PERSON, "provider-unknown")


def test_an_ethnicity_that_is_not_in_the_list_is_noted_and_not_used():
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, Ethnicity="XYZW"), pupil(2, Ethnicity="WENG")]))

    first, second = file.rows.order_by("number")
    assert first.outcome == Outcome.WILL_ADD
    assert [(p["letter"], p["heading"], p["level"]) for p in first.problems] == [
        ("M", "Ethnicity", "note")
    ]
    assert "ethnicity" not in first.read
    assert second.read["ethnicity"] == "WBRI"


def test_who_is_on_record_and_on_no_roll_any_more_is_listed_once_it_is_applied(client):
    """PIA-02: the yearly cross-check; nothing of theirs is changed by it."""
    school = Provider.objects.get(dfe_number="3064001")
    gone, elsewhere = YoungPersonFactory(), YoungPersonFactory()
    NameFactory(person=gone, given="Amara", family="Oduya")
    NameFactory(person=elsewhere, given="Sam", family="Penhale")
    EnrolmentFactory(person=gone, provider=school, starts=date(2024, 9, 1))
    EnrolmentFactory(person=elsewhere, provider=ProviderFactory(), starts=date(2024, 9, 1))
    hidden = YoungPersonFactory(restriction_level=RestrictionLevel.HIGH_PROFILE)
    EnrolmentFactory(person=hidden, provider=school, starts=date(2024, 9, 1))
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1), pupil(2)]))
    approve_and_apply(file)
    client.force_login(member(Role.DATA_MANAGER, authority=file.authority))

    done = client.get(reverse("intake:outcome", args=[file.ref])).content.decode()
    listed = client.get(reverse("intake:missing", args=[file.ref])).content.decode()

    assert "1 person whom we hold at these schools is not on this roll" in done
    assert "Oduya, Amara" in listed
    assert "Penhale" not in listed
    assert "Farouk" not in listed
    assert TrailEntry.objects.filter(verb="roll compared", subject_id=file.pk).exists()
    assert Enrolment.objects.believed().get(person=gone).ends_on is None
