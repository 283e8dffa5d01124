"""What people decide about rows, and what is remembered of it (ISA-02)."""

from datetime import date

import pytest

from caseload.intake.actions import answers, files, rows
from caseload.intake.actions.staging import stage_one
from caseload.intake.actions.work import work_on
from caseload.intake.errors import AnsweredMeanwhile, CannotDecide, FileIsBusy
from caseload.intake.rules import FileState, Outcome
from caseload.matching.answers import not_the_same, pairs_apart, think_again
from caseload.matching.models import Answer
from caseload.models import Identifier, YoungPerson
from ccis.access.roles import Role
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    DepartureFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import (
    CENSUS_HEADER,
    EDUCATION_HEADER,
    NOW,
    csv_bytes,
    pupil,
    send,
    starter,
    upn,
)
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return member(Role.DATA_MANAGER, authority=AuthorityFactory())


@pytest.fixture(autouse=True)
def _directory():
    ProviderFactory(dfe_number="3064001")
    ProviderFactory(dfe_number="3068001", college=True)


def person(*, given="Leila", family="Faroukba", born=date(2011, 3, 14), **fields):
    held = fields.pop("upn", None)
    made = YoungPersonFactory(**fields)
    NameFactory(person=made, given=given, family=family, starts=born)
    ParticularsFactory(person=made, date_of_birth=born, starts=born)
    AddressFactory(person=made)
    if held:
        IdentifierFactory(person=made, kind_id="upn", value=held)
    return made


def only_row(file):
    return file.rows.get()


def test_someone_says_which_of_two_it_is_and_it_is_remembered(officer):
    first, second = person(), person(given="Leilani")
    row = only_row(send(csv_bytes(CENSUS_HEADER, [pupil(1)])))
    assert (row.outcome, row.reason) == (Outcome.NEEDS_PERSON, "several-people")
    assert {c["person"] for c in row.candidates} == {first.pk, second.pk}

    row = rows.say_same(row=row, person=second, by=officer, at=NOW)

    assert (row.outcome, row.person, row.rule) == (Outcome.WILL_CHANGE, second, "decided")
    assert (row.decided_by, row.file.state) == (officer, FileState.READY)
    assert Answer.objects.get(person=first).is_same is False

    later = send(csv_bytes(CENSUS_HEADER, [pupil(1, NCyearActual="12")]))
    assert only_row(later).person == second


def test_someone_says_that_it_is_nobody_we_know(officer):
    person(upn=upn(7))
    row = only_row(send(csv_bytes(CENSUS_HEADER, [pupil(1)])))
    assert (row.reason, row.why) == ("contradicts", "Another UPN is held")

    row = rows.say_new(row=row, by=officer, at=NOW)
    assert row.outcome == Outcome.WILL_ADD
    files.approve(file=row.file, by=officer, at=NOW)
    work_on(row.file_id, now=lambda: NOW)

    row.refresh_from_db()
    assert row.outcome == Outcome.ADDED
    assert YoungPerson.objects.count() == 2


def test_someone_says_that_it_is_the_same_in_spite_of_another_upn(officer):
    known = person(upn=upn(7))
    row = only_row(send(csv_bytes(CENSUS_HEADER, [pupil(1)])))

    row = rows.say_same(row=row, person=known, by=officer, at=NOW)
    files.approve(file=row.file, by=officer, at=NOW)
    work_on(row.file_id, now=lambda: NOW)

    held = Identifier.objects.believed().filter(person=known).order_by("during")
    assert [identifier.value for identifier in held] == [upn(7), upn(1)]


def test_not_the_same_leaves_the_others(officer):
    first, second = person(), person(given="Leilani")
    row = only_row(send(csv_bytes(CENSUS_HEADER, [pupil(1)])))

    row = rows.say_not_same(row=row, people=[first.pk], by=officer, at=NOW)

    assert row.person == second


def test_a_kind_that_adds_nobody_says_so(officer):
    row = only_row(send(csv_bytes(EDUCATION_HEADER, [starter()])))

    with pytest.raises(CannotDecide, match="adds nobody"):
        rows.say_new(row=row, by=officer, at=NOW)


def test_only_people_whom_one_may_see_can_be_chosen(officer):
    person()
    restricted = person(given="Leilani", restriction_level=2)
    elsewhere = person(lead_authority=AuthorityFactory(code=BARNET))
    row = only_row(send(csv_bytes(CENSUS_HEADER, [pupil(1)])))

    for hidden in (restricted, elsewhere):
        with pytest.raises(CannotDecide, match="Choose one of the people shown"):
            rows.say_same(row=row, person=hidden, by=officer, at=NOW)


def test_what_is_to_be_checked_is_accepted_with_a_reason(officer):
    person(born=date(2010, 3, 14))
    row = only_row(send(csv_bytes(EDUCATION_HEADER, [starter(1, StartDate="07/02/2026", UPN="")])))
    assert row.reason == "please-check"

    row = rows.accept(row=row, why="She moved up a year", by=officer, at=NOW)

    assert row.outcome == Outcome.WILL_CHANGE
    assert row.problems[0]["accepted"]["why"] == "She moved up a year"
    with pytest.raises(CannotDecide):
        rows.accept(row=row, why="Again", by=officer, at=NOW)


def test_all_of_a_kind_are_accepted_together(officer):
    for serial in (1, 2):
        person(family=starter(serial)["Surname"], born=date(2010, 3, 14))
    early = [starter(serial, StartDate="07/02/2026", UPN="") for serial in (1, 2)]
    file = send(csv_bytes(EDUCATION_HEADER, early))

    assert (
        rows.accept_together(file=file, code="start before 16", why="Moved up", by=officer, at=NOW)
        == 2
    )
    work_on(file.pk, now=lambda: NOW)

    file.refresh_from_db()
    assert (file.state, file.counts) == (FileState.READY, {"will-change": 2})


def test_a_row_is_set_aside_and_put_back(officer):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1), pupil(2)]))
    row = file.rows.get(number=2)

    row = rows.set_aside(row=row, why="A test pupil", by=officer, at=NOW)
    assert (row.outcome, row.why) == (Outcome.SET_ASIDE, "A test pupil")
    row = rows.put_back(row=row, by=officer, at=NOW)
    assert row.outcome == Outcome.WILL_ADD


def test_setting_the_last_row_aside_finishes_the_file(officer):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1)]))

    rows.set_aside(row=only_row(file), why="", by=officer, at=NOW)

    file.refresh_from_db()
    assert file.state == FileState.DONE
    with pytest.raises(FileIsBusy):
        rows.put_back(row=only_row(file), by=officer, at=NOW)


def test_the_whole_file_is_set_aside_with_the_rows_that_wait(officer):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1), pupil(2, Estab="3024001")]))

    files.set_aside(file=file, by=officer, at=NOW)

    file.refresh_from_db()
    assert (file.state, file.counts) == (FileState.SET_ASIDE, {"set-aside": 2})
    assert not YoungPerson.objects.exists()


def test_a_row_that_was_applied_is_not_decided_again(officer):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1), pupil(2, Estab="3069999")]))
    files.approve(file=file, by=officer, at=NOW)
    work_on(file.pk, now=lambda: NOW)

    with pytest.raises(CannotDecide, match="dealt with"):
        rows.set_aside(row=file.rows.get(number=2), why="", by=officer, at=NOW)


def test_someone_added_meanwhile_is_not_added_twice(officer):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1)]))
    person(upn=upn(1))
    files.approve(file=file, by=officer, at=NOW)

    work_on(file.pk, now=lambda: NOW)

    file.refresh_from_db()
    assert (file.state, file.counts) == (FileState.LOOK_AGAIN, {"look-again": 1})
    assert YoungPerson.objects.count() == 1
    files.look_again(file=file, by=officer, at=NOW)
    work_on(file.pk, now=lambda: NOW)
    file.refresh_from_db()
    assert file.counts == {"will-change": 1}


def test_a_starter_can_be_said_to_be_someone_whose_record_was_closed(officer):
    closed = person(given=starter(1)["Forename"], family=starter(1)["Surname"], upn=upn(1))
    DepartureFactory(person=closed)
    row = only_row(send(csv_bytes(EDUCATION_HEADER, [starter(1)])))
    assert row.reason == "contradicts"

    row = rows.say_same(row=row, person=closed, by=officer, at=NOW)

    assert (row.person, row.outcome) == (closed, Outcome.WILL_CHANGE)


def test_a_roll_is_looked_at_again_when_the_record_was_closed_since(officer):
    known = person(upn=upn(1))
    row = only_row(send(csv_bytes(CENSUS_HEADER, [pupil(1)])))
    assert row.outcome == Outcome.WILL_CHANGE
    DepartureFactory(person=known)

    files.approve(file=row.file, by=officer, at=NOW)
    work_on(row.file_id, now=lambda: NOW)

    row.refresh_from_db()
    assert (row.outcome, row.reason) == (Outcome.LOOK_AGAIN, "changed-since")


def test_who_was_said_not_to_be_the_same_in_an_earlier_file_does_not_hold_back_the_next(officer):
    other = person(upn=upn(7))
    first = only_row(send(csv_bytes(CENSUS_HEADER, [pupil(1)])))
    rows.say_not_same(row=first, people=[other.pk], by=officer, at=NOW)
    files.set_aside(file=first.file, by=officer, at=NOW)

    row = only_row(send(csv_bytes(CENSUS_HEADER, [pupil(1, Town="Northgate East")])))
    assert row.outcome == Outcome.WILL_ADD
    files.approve(file=row.file, by=officer, at=NOW)
    work_on(row.file_id, now=lambda: NOW)

    row.refresh_from_db()
    assert row.outcome == Outcome.ADDED


def test_the_same_record_is_known_again_however_it_is_spelt_next_time(officer):
    known = person(family="Farukba", born=date(2010, 3, 14))
    file = send(csv_bytes(EDUCATION_HEADER, [starter(1)]), source_name="Kestrel")
    row = only_row(file)
    assert row.outcome == Outcome.NEEDS_PERSON, "the family name differs"
    rows.say_same(row=row, person=known, by=officer, at=NOW)
    answer = Answer.objects.get()
    assert (answer.is_same, answer.source) == (True, "kestrel")
    assert len(answer.record) == 64, "a digest"

    later = [starter(1, Surname="Fairouz", Postcode="NG9 1AA")]
    row = only_row(send(csv_bytes(EDUCATION_HEADER, later), source_name="Kestrel"))
    assert (row.person, row.rule) == (known, "decided")

    other = [{**later[0], "GoalDescription": "Plumbing"}]
    elsewhere = only_row(send(csv_bytes(EDUCATION_HEADER, other), source_name="Heron"))
    assert elsewhere.person is None, "another source may call someone else so"


def test_what_was_answered_yields_to_what_speaks_against_it_since(officer):
    known = person(family="Farukba", born=date(2010, 3, 14))
    file = send(csv_bytes(EDUCATION_HEADER, [starter(1)]), source_name="Kestrel")
    rows.say_same(row=only_row(file), person=known, by=officer, at=NOW)
    IdentifierFactory(person=known, kind_id="upn", value=upn(9))

    later = [starter(1, GoalDescription="Plumbing")]
    row = only_row(send(csv_bytes(EDUCATION_HEADER, later), source_name="Kestrel"))

    assert (row.person, row.reason, row.why) == (None, "contradicts", "Another UPN is held")
    assert [one["person"] for one in row.candidates] == [known.pk]


def test_an_answer_is_taken_back_while_the_row_is_not_applied(officer):
    known = person(family="Farukba", born=date(2010, 3, 14))
    row = only_row(send(csv_bytes(EDUCATION_HEADER, [starter(1)])))
    given = {"row": row, "people": [known], "by": officer, "at": NOW}

    with pytest.raises(AnsweredMeanwhile, match="has changed since"):
        answers.answer(**given, is_same=True, seen="what another page showed")
    row = answers.answer(**given, is_same=True, seen=answers.seen_of(row))
    assert row.person == known
    with pytest.raises(AnsweredMeanwhile, match=officer.name):
        answers.answer(**given, is_same=False, seen="needs-person/")

    row = answers.undo(row=row, by=officer, at=NOW)
    assert (row.person, row.outcome) == (None, Outcome.NEEDS_PERSON)
    with pytest.raises(CannotDecide, match="no answer"):
        answers.undo(row=row, by=officer, at=NOW)

    answers.answer(**given, is_same=True, seen=answers.seen_of(row))
    files.approve(file=row.file, by=officer, at=NOW)
    work_on(row.file_id, now=lambda: NOW)
    with pytest.raises(CannotDecide, match="has been applied"):
        answers.undo(row=row, by=officer, at=NOW)


def test_two_people_who_were_said_to_be_two_are_so_once(officer):
    one, other = YoungPersonFactory(), YoungPersonFactory()

    for pair in ((one, other), (other, one)):
        not_the_same(*pair, by=officer, at=NOW)
    assert pairs_apart(one.lead_authority) == {(one.pk, other.pk)}

    assert think_again(other, one, by=officer, at=NOW)
    assert pairs_apart(one.lead_authority) == set()


def test_one_row_worked_out_alone_stands_as_it_would_with_the_whole_file(officer):
    """Two rows mean one person, by a number and by name: neither is decided alone."""
    person(upn=upn(7))
    person(given="Sami", family="Tuominen", born=date(2011, 5, 2), upn=upn(8))
    lines = [
        pupil(1, UPN=upn(7), Surname="Faroukba"),
        pupil(2, UPN="", Surname="Faroukba", Forename="Leilani", DoB="14/03/2011"),
        pupil(6, UPN=upn(8), Surname="Tuominen", Forename="Sami", DoB="03/05/2011"),
    ]
    file = send(csv_bytes(CENSUS_HEADER, lines))

    def stands():
        return list(file.rows.order_by("number").values_list(*STANDS))

    whole = stands()
    assert {reason for _, _, reason, *_ in whole} == {"several-rows", "contradicts"}, whole
    for row in file.rows.order_by("number"):
        stage_one(row, today=NOW.date())
    assert stands() == whole


STANDS = ("number", "outcome", "reason", "why", "person", "rule", "candidates")
