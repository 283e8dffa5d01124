"""New claimants from Jobcentre Plus, from a dirty file to the record (DWP-01)."""

from datetime import date

import pytest
from django.urls import reverse

from caseload.intake.actions import files
from caseload.intake.actions import rows as row_actions
from caseload.intake.actions.work import work_on
from caseload.intake.models import InboundRow
from caseload.intake.rules import FileState, Outcome
from caseload.models import Activity, Address, Name, Task, YoungPerson
from ccis.access.roles import Role
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import NOW, csv_bytes, send

pytestmark = pytest.mark.django_db

HEADER = ["Title", "First name", "Last name", "Date of birth", "Address", "Post code"]
BORN = date(2008, 3, 14)


def claimant(given="Leila", family="Farouk", born="14/03/2008", **cells):
    return {
        "First name": given,
        "Last name": family,
        "Date of birth": born,
        "Address": "12 Castle Street, Northgate",
        "Post code": "NG1 4AB",
        **cells,
    }


def known(given="Leila", family="Farouk", postcode="NG1 4AB", line_1="12 Castle Street"):
    person = YoungPersonFactory()
    NameFactory(person=person, given=given, family=family, starts=BORN)
    ParticularsFactory(person=person, date_of_birth=BORN, starts=BORN)
    AddressFactory(person=person, line_1=line_1, postcode=postcode)
    ActivityFactory(person=person, code_id="810", starts=date(2026, 9, 1), predicted_end_on=None)
    return person


def receive(*rows):
    return send(csv_bytes(HEADER, rows), source_name="Jobcentre Plus")


def apply(file, at=NOW):
    files.approve(file=file, by=UserFactory(), at=at)
    work_on(file.pk, now=lambda: at)
    file.refresh_from_db()


def row(file, number=2):
    return InboundRow.objects.get(file=file, number=number)


def accept(file, number=2):
    row_actions.accept(row=row(file, number), why="Confirmed by phone", by=UserFactory(), at=NOW)


def test_a_claim_of_someone_known_changes_nothing_and_gives_work(client):
    person = known()

    file = receive(claimant())
    assert (file.kind, file.counts) == ("dwp-claimants", {"no-change": 1})
    apply(file)

    assert file.counts == {"unchanged": 1}
    assert row(file).person_id == person.pk
    assert Activity.objects.believed().get(person=person).code_id == "810"
    user = member(Role.DATA_MANAGER, authority=file.authority)
    client.force_login(user)
    shown = client.get(reverse("intake:outcome", kwargs={"ref": file.ref})).content.decode()
    assert "For 1 person: contact them, and find out whether they are NEET." in shown
    task = Task.objects.get(person=person)
    assert (task.due_on, task.source_row, task.owner) == (date(2026, 11, 11), 2, None)
    assert (task.what, task.opened.file_ref) == (
        "Contact them, and find out whether they are NEET",
        file.ref,
    )


def test_another_address_waits_until_someone_has_accepted_it():
    person = known(postcode="NG2 7CD", line_1="3 Mill Lane")

    file = receive(claimant())
    waiting = row(file)
    assert (waiting.outcome, waiting.reason) == (Outcome.NEEDS_PERSON, "please-check")
    assert waiting.why.startswith("The address is not the one that we hold.")
    with pytest.raises(Exception, match="No rows are ready"):
        apply(file)

    accept(file)
    file.refresh_from_db()
    apply(file)

    homes = Address.objects.believed().filter(person=person).order_by("during")
    assert [home.postcode for home in homes] == ["NG2 7CD", "NG1 4AB"]
    assert homes[1].line_1 == "12 Castle Street"
    assert homes[1].starts_on == file.as_at


def test_what_is_asked_goes_when_the_record_says_the_same_by_then():
    person = known(postcode="NG2 7CD", line_1="3 Mill Lane")
    file = receive(claimant())
    Address.objects.filter(person=person).update(postcode="NG1 4AB", line_1="12 Castle Street")

    files.look_again(file=file, by=UserFactory(), at=NOW)
    work_on(file.pk, now=lambda: NOW)

    assert (row(file).outcome, row(file).problems) == (Outcome.NO_CHANGE, [])


def test_nobody_is_added_before_someone_has_looked_for_family(client):
    known(given="Sami")
    file = receive(claimant("Noor", "Farouk", "02/01/2008"))
    assert file.counts == {"needs-person": 1}
    user = member(Role.DATA_MANAGER, authority=file.authority)
    client.force_login(user)
    shown = client.get(reverse("intake:row", kwargs={"ref": file.ref, "number": 2}))
    assert "Sami Farouk" in shown.content.decode()
    assert "same postcode and family name" in shown.content.decode()

    accept(file)
    file.refresh_from_db()
    apply(file)

    assert file.counts == {"added": 1}
    person = YoungPerson.objects.get(pk=row(file).person_id)
    assert Task.objects.get(person=person).state == "to-do"
    assert Name.objects.believed().get(person=person).given == "Noor"
    assert not Activity.objects.filter(person=person).exists()


def test_a_dirty_file_ends_with_every_row_in_one_place():
    known()
    file = receive(
        claimant(),
        claimant("Noor", "Haddad", "02/01/2008", Title="Ms"),
        claimant("Old", "Hand", "02/01/1999"),
        claimant("No", "Date", "31/02/2008"),
        claimant("No", "Postcode", "03/01/2008", **{"Post code": ""}),
        claimant("Noor", "Haddad", "02/01/2008", Title="Ms"),
        claimant("Ann", "Lee", "05/05/2008"),
        claimant("Bea", "Lee", "06/05/2008"),
        claimant("Cy", "Lee", "07/05/2008"),
        *(claimant("Di", f"Poole{letter}", "08/05/2008") for letter in "abcdefghijklmno"),
    )

    assert file.state == FileState.READY
    assert file.counts == {
        "cannot-read": 2,
        "needs-person": 20,
        "no-change": 1,
        "set-aside": 1,
    }
    assert sum(file.counts.values()) == file.row_count
    errors = {r.number: [p["letter"] for p in r.problems] for r in file.rows.all()}
    assert (errors[5], errors[6]) == (["D"], ["F"])
    assert "not 18 to 24" in row(file, 4).why


def test_the_page_of_the_kind_says_what_accepting_does(client):
    user = member(Role.DATA_MANAGER, authority=AuthorityFactory())
    client.force_login(user)

    shown = client.get(reverse("intake:kind", kwargs={"kind": "dwp-claimants"}))

    assert "look for brothers and sisters first" in shown.content.decode()
