"""Starters and leavers, from the file to the record (PIA-03)."""

from datetime import date

import pytest

from caseload.actions import activities
from caseload.intake.actions import files
from caseload.intake.actions.work import work_on
from caseload.intake.rules import FileState, Outcome
from caseload.models import Activity, Identifier, Verification
from ccis.audit.changes import fix_moment
from tests.factories.accounts import UserFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import (
    EDUCATION_HEADER,
    NOW,
    OURS_HEADER,
    TRAINING_HEADER,
    csv_bytes,
    send,
    starter,
    uln,
    upn,
)
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

BORN = date(2010, 3, 14)


@pytest.fixture(autouse=True)
def college():
    return ProviderFactory(dfe_number="3068001", college=True, name="Kestrel College")


def known(serial=1, *, code="810", starts=date(2026, 9, 1), **activity):
    """Someone on the caseload whom ``starter(serial)`` is about."""
    person = YoungPersonFactory()
    row = starter(serial)
    NameFactory(person=person, given=row["Forename"], family=row["Surname"], starts=BORN)
    ParticularsFactory(person=person, date_of_birth=BORN, starts=BORN)
    AddressFactory(person=person)
    IdentifierFactory(person=person, kind_id="upn", value=upn(serial))
    if code:
        ActivityFactory(
            person=person, code_id=code, starts=starts, predicted_end_on=None, **activity
        )
    return person


def approve_and_apply(file, at=NOW):
    files.approve(file=file, by=UserFactory(), at=at)
    work_on(file.pk, now=lambda: at)
    file.refresh_from_db()


def spells(person):
    return [
        (activity.code_id, activity.starts_on, activity.ends_on)
        for activity in Activity.objects.believed().filter(person=person).order_by("during")
    ]


def test_a_starter_begins_an_activity_at_the_provider(college):
    person = known()

    file = send(csv_bytes(EDUCATION_HEADER, [starter()]))
    assert (file.kind, file.counts) == ("starters-leavers", {"will-change": 1})
    approve_and_apply(file)

    assert file.counts == {"changed": 1}
    assert spells(person) == [
        ("810", date(2026, 9, 1), date(2026, 9, 6)),
        ("230", date(2026, 9, 7), None),
    ]
    begun = Activity.objects.believed().get(code_id="230")
    assert (begun.provider, begun.course, begun.course_level, begun.source_row) == (
        college,
        "Hairdressing",
        "Level 2",
        2,
    )
    confirmed = Verification.objects.get(spell=begun.spell)
    assert confirmed.verified_on == date(2026, 11, 4)


def test_a_leaver_is_not_known_from_the_next_day():
    person = known()
    approve_and_apply(send(csv_bytes(EDUCATION_HEADER, [starter()])))

    left = [starter(EndDate="16/10/2026", LeavingReason="Moved house")]
    approve_and_apply(send(csv_bytes(OURS_HEADER, left)))

    assert spells(person)[1:] == [
        ("230", date(2026, 9, 7), date(2026, 10, 16)),
        ("810", date(2026, 10, 17), None),
    ]
    assert Activity.objects.believed().get(code_id="230").leaving_reason == "Moved house"
    assert len({a.spell for a in Activity.objects.filter(code_id="230")}) == 1


def test_a_destination_says_what_came_next():
    person = known()

    rows = [starter(EndDate="16/10/2026", Destination="Apprenticeship with an employer")]
    approve_and_apply(send(csv_bytes(OURS_HEADER, rows)))

    assert spells(person)[-1] == ("310", date(2026, 10, 17), None)


def test_an_end_still_to_come_is_the_end_to_expect():
    person = known()

    approve_and_apply(send(csv_bytes(EDUCATION_HEADER, [starter(EndDate="16/07/2027")])))

    begun = Activity.objects.believed().get(person=person, code_id="230")
    assert (begun.ends_on, begun.predicted_end_on) == (None, date(2027, 7, 16))


def test_seen_again_is_not_changed_but_confirmed():
    known()
    approve_and_apply(send(csv_bytes(EDUCATION_HEADER, [starter()])))
    versions = Activity.objects.count()

    later = NOW.replace(month=12)
    file = send(csv_bytes(EDUCATION_HEADER, [starter()], delimiter=";"), at=later)
    assert file.counts == {"no-change": 1}
    approve_and_apply(file, at=later)

    assert file.counts == {"unchanged": 1}
    assert Activity.objects.count() == versions
    assert [v.verified_on for v in Verification.objects.order_by("verified_on")] == [
        date(2026, 11, 4),
        date(2026, 12, 4),
    ]


def test_the_training_layout_is_the_same_kind():
    ProviderFactory(kind="training", ukprn="10012345", dfe_number="", name="Harbour Lane Skills")
    person = known()
    row = starter(UKPRN="10012345", SituationGroup="Apprenticeships", OccAreaGroup="Construction")

    file = send(csv_bytes(TRAINING_HEADER, [row]))
    assert (file.kind, file.state) == ("starters-leavers", FileState.READY)
    approve_and_apply(file)

    assert spells(person)[-1][0] == "310"
    assert Activity.objects.believed().get(code_id="310").course == "Construction"


def test_nobody_is_ever_added():
    row = send(csv_bytes(EDUCATION_HEADER, [starter()])).rows.get()

    assert (row.outcome, row.reason) == (Outcome.NEEDS_PERSON, "no-match")


def test_an_unknown_provider_needs_a_person_and_then_the_directory():
    person = known()
    file = send(csv_bytes(EDUCATION_HEADER, [starter(DfENo="3068999")]))
    row = file.rows.get()
    assert (row.outcome, row.reason) == (Outcome.NEEDS_PERSON, "provider-unknown")

    ProviderFactory(dfe_number="3068999", kind="college")
    files.look_again(file=file, by=UserFactory(), at=NOW)
    work_on(file.pk, now=lambda: NOW)

    row.refresh_from_db()
    assert (row.outcome, row.person) == (Outcome.WILL_CHANGE, person)


def test_a_row_without_a_number_is_about_its_sender(college):
    known()

    file = send(csv_bytes(EDUCATION_HEADER, [starter(DfENo="")]), provider=college)

    assert file.counts == {"will-change": 1}


def test_a_uln_that_we_did_not_hold_is_learnt_and_another_is_not():
    person, other = known(1), known(2)
    IdentifierFactory(person=other, kind_id="uln", value=uln(50))

    rows = [starter(1, ULN=uln(1)), starter(2)]
    approve_and_apply(send(csv_bytes(OURS_HEADER, rows)))

    assert Identifier.objects.get(person=person, kind_id="uln").value == uln(1)
    assert Identifier.objects.get(person=other, kind_id="uln").value == uln(50)


def test_what_changed_since_it_was_worked_out_is_looked_at_again():
    person, untouched = known(1), known(2)
    file = send(csv_bytes(EDUCATION_HEADER, [starter(1), starter(2)]))
    activities.record(
        person=person, code_id="310", started_on=date(2026, 10, 1), by=UserFactory(), at=NOW
    )

    approve_and_apply(file)

    assert (file.state, file.counts) == (FileState.LOOK_AGAIN, {"look-again": 1, "changed": 1})
    assert spells(person)[-1] == ("310", date(2026, 10, 1), None)
    assert spells(untouched)[-1] == ("230", date(2026, 9, 7), None)
    assert file.rows.get(outcome="look-again").person == person


def test_a_second_row_about_the_same_person_waits_for_a_person():
    known()
    rows = [starter(), starter(StartDate="21/09/2026", GoalDescription="Plumbing")]

    file = send(csv_bytes(EDUCATION_HEADER, rows))

    assert {(row.outcome, row.why) for row in file.rows.all()} == {
        ("needs-person", "Row 3 is about the same person"),
        ("needs-person", "Row 2 is about the same person"),
    }


def test_a_row_that_repeats_another_is_set_aside():
    known()

    file = send(csv_bytes(EDUCATION_HEADER, [starter(), starter()]))

    assert file.counts == {"will-change": 1, "set-aside": 1}
    assert file.rows.get(number=3).why == "Same as row 2"


def test_a_start_before_16_is_to_be_checked():
    known()

    row = send(csv_bytes(EDUCATION_HEADER, [starter(StartDate="07/02/2026")])).rows.get()

    assert (row.outcome, row.reason) == (Outcome.NEEDS_PERSON, "please-check")
    assert row.why == "Starts before their 16th birthday. Accept it if it is right, and say why."


def test_the_record_as_known_before_the_file_stays_as_it_was():
    person = known()
    moment = fix_moment(person.lead_authority)

    approve_and_apply(send(csv_bytes(EDUCATION_HEADER, [starter()])))

    before = Activity.objects.as_known(moment).get(person=person)
    assert (before.code_id, before.ends_on) == ("810", None)


def test_approving_applies_what_is_ready_and_leaves_the_rest_in_its_place():
    known(1)
    file = send(csv_bytes(EDUCATION_HEADER, [starter(1), starter(2)]))

    approve_and_apply(file)

    assert (file.state, file.counts) == (FileState.READY, {"needs-person": 1, "changed": 1})
    assert sum(file.counts.values()) == file.row_count
