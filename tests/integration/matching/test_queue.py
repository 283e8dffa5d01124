"""The queue of rows that wait for a person: who sees what, answers, and taking them back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from guardian.shortcuts import assign_perm

from caseload.intake.models import InboundRow
from caseload.matching.estimating import SHIPPED
from caseload.matching.models import Answer, MatchModel
from caseload.matching.scoring import model_for
from caseload.matching.waiting import following, waiting
from ccis.access.references import show_reference
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from ccis.calendar.words import date_in_words
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import EDUCATION_HEADER, csv_bytes, send, starter, upn
from tests.factories.intake import SourceFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

BORN = date(2010, 3, 14)


@pytest.fixture(autouse=True)
def college():
    return ProviderFactory(dfe_number="3068001", college=True, name="Kestrel College")


@pytest.fixture
def officer(client):
    made = member(Role.TRACKING_OFFICER, authority=AuthorityFactory(), user__name="Priya Nair")
    client.force_login(made)
    return made


def person(given="Leyla", family="Farouk-Hart", *, born=BORN, **fields):
    made = YoungPersonFactory(**fields)
    NameFactory(person=made, given=given, family=family, starts=born)
    ParticularsFactory(person=made, date_of_birth=born, starts=born)
    AddressFactory(person=made, postcode="NG1 4AB", starts=born)
    return made


def row(given, family, **said):
    return {**starter(7), "UPN": "", "Forename": given, "Surname": family, **said}


def file_of(*rows):
    return send(csv_bytes(EDUCATION_HEADER, rows))


def test_a_row_beside_who_it_may_be_is_answered_and_taken_back(client, officer):
    leyla, tomos = person(born=date(2010, 4, 3)), person("Tomos", "Bevan", born=date(2009, 6, 2))
    file = file_of(
        row("Leila", "Farouk Hart", DOB="04/03/2010"), row("Tomas", "Beven", DOB="02/06/2009")
    )
    first, last = (f"/matches/{show_reference(file.ref)}/{number}/" for number in (2, 3))

    listed = client.get("/matches/").content.decode()
    assert "<strong>2 rows</strong> to match" in listed
    assert "To match (2)" in listed

    page = client.get(first).content.decode()
    assert "<strong>2 rows</strong> left to match" in page
    for words in ("Day and month swapped", "Leyla Farouk-Hart", "times likelier", "<mark><strong>"):
        assert words in page, words
    seen = TrailEntry.objects.filter(verb="person seen", subject_id=leyla.pk)
    assert seen.exists()

    held = {"person": leyla.ref, "seen": "needs-person/"}
    answered = client.post(f"{first}answer/", {**held, "answer": "same"}, follow=True)
    assert "Saved. Row 2 is" in answered.content.decode()
    assert answered.redirect_chain[-1][0] == last
    assert InboundRow.objects.get(file=file, number=2).person == leyla

    late = client.post(f"{first}answer/", {**held, "answer": "not"}, follow=True).content.decode()
    assert "Priya Nair answered row 2 meanwhile. Your answer was not used." in late
    assert InboundRow.objects.get(file=file, number=2).person == leyla

    undone = client.post(f"{first}undo/", follow=True)
    assert "The answer about row 2 was taken back" in undone.content.decode()
    assert undone.redirect_chain[-1][0] == first

    given = {"person": tomos.ref, "seen": "needs-person/", "answer": "not"}
    client.post(f"{last}answer/", given)
    assert InboundRow.objects.get(file=file, number=3).reason != "likely"
    left = client.post(f"{first}answer/", {**held, "answer": "unsure"}, follow=True)
    assert "Nothing else to match" in left.content.decode()
    assert Answer.objects.standing().count() == 1


def test_an_answer_is_never_about_another_than_was_shown(client, officer):
    leyla, other = person(born=date(2010, 4, 3)), person("Tomos", "Bevan", born=date(2009, 6, 2))
    file = file_of(row("Leila", "Farouk Hart", DOB="04/03/2010"))
    held = {"person": other.ref, "seen": "needs-person/", "answer": "same"}

    page = client.post(f"/matches/{file.ref}/2/answer/", held).content.decode()

    assert "Your answer was not used" in page
    assert f'name="person" value="{leyla.ref}"' in page
    assert not Answer.objects.exists()


def test_an_empty_queue_says_when_the_next_file_is_due(client, officer):
    day = timezone.localdate() + timedelta(days=1)
    SourceFactory(
        authority=AuthorityFactory(), expects="week", expected_day=day.isoweekday(),
        expected_from=date(2026, 9, 1),
    )  # fmt: skip

    text = client.get("/matches/").content.decode()

    assert f"The next file is expected on {date_in_words(day)}." in text


def test_nothing_hints_at_someone_whom_the_user_may_not_see(client, officer):
    open_one = person("Leilani", "Faroukha", born=date(2010, 3, 14))
    sealed = person("Leila", "Faroukha", restriction_level=2)
    IdentifierFactory(person=sealed, kind_id="upn", value=upn(7))
    IdentifierFactory(person=open_one, kind_id="upn", value=upn(8))
    file = file_of(starter(7, Surname="Faroukha", UPN="", Forename="Leila"))
    told = file.rows.get()
    assert {one["person"] for one in told.candidates} == {open_one.pk, sealed.pk}

    assert waiting(officer, file.authority).count() == 0
    assert "Nothing to match" in client.get("/matches/").content.decode()
    assert "Match the row" not in client.get(f"/files/{file.ref}/").content.decode()
    for address in (f"/matches/{file.ref}/2/", f"/files/{file.ref}/rows/2/"):
        assert client.get(address).status_code == 404, address
    given = {"person": sealed.ref, "seen": "needs-person/", "answer": "same"}
    assert client.post(f"/matches/{file.ref}/2/answer/", given).status_code == 404

    assign_perm("caseload.open_restricted_record", officer, sealed)
    assert waiting(officer, file.authority).count() == 1
    assert client.get(f"/matches/{file.ref}/2/").status_code == 200


def test_the_likeliest_comes_first_and_the_next_goes_round(officer):
    person()
    person("Tomos", "Bevan", born=date(2009, 6, 2))
    file = file_of(
        row("Tam", "Bevon", DOB="02/06/2009", Postcode="NG9 1AA"),
        row("Leyla", "Farouk-Harte", DOB="14/03/2010"),
    )
    rows = waiting(officer, file.authority)

    first = following(rows, None)
    assert first.number == 3
    second = following(rows, first.pk)
    assert second.number == 2
    assert following(rows, second.pk) == first
    assert following(rows.filter(pk=first.pk), first.pk) is None


def test_two_who_may_be_twins_are_looked_at_twice(client, officer):
    ines, petra = person("Ines", "Oduya"), person("Petra", "Oduya")
    file = file_of(row("Ynes", "Oduya"))
    assert file.rows.get().candidates[0]["person"] == ines.pk

    page = client.get(f"/matches/{file.ref}/2/").content.decode()

    assert "may be twins" in page
    assert f"Petra Oduya, {petra.ref[:4]}-{petra.ref[4:]}" in page


def test_a_version_is_tried_before_it_is_put_in_use(client):
    person()
    file = file_of(row("Leila", "Farouk Hart"), row("Nobody", "Elsewhere", DOB="01/01/2008"))
    strict = replace(SHIPPED, ask=0.9999999)
    MatchModel.objects.create(kind=file.kind, version=2, parameters=strict.as_json())
    client.force_login(member(Role.DATA_MANAGER, authority=file.authority))

    page = client.get(f"/matches/model/{file.kind}/").content.decode()
    for words in ("Same UPN", "Nothing was measured for this version", "Try version 2", "likelier"):
        assert words in page, words
    tried = client.get(f"/matches/model/{file.kind}/2/try/").content.decode()
    assert "<strong>2 rows</strong>" in tried
    assert "1 row would no longer be asked about" in tried
    assert model_for(file.kind).version == 1

    client.post(f"/matches/model/{file.kind}/2/use/")
    assert model_for(file.kind).version == 2
    client.force_login(member(Role.TRACKING_OFFICER, authority=file.authority))
    assert client.get("/matches/model/").status_code == 403
