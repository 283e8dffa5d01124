"""A school answers for someone whom the council does not know; only that records them (ISA-03)."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from caseload.intake.actions import files
from caseload.intake.actions.work import work_on
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundRow
from caseload.intake.rules import Outcome
from caseload.intake.source_models import Source
from caseload.models import FoundWrong, YoungPerson
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from providers.portal.models import Notice
from providers.portal.todo import to_do
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ChangeFactory, complete_person
from tests.factories.files import csv_bytes, send, upn
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

HEADER = [column.heading for column in kind_named("school-feed").columns]


@pytest.fixture
def seat():
    authority = AuthorityFactory()
    school = ProviderFactory(dfe_number="3064001", name="Kestrel School", authority=authority)
    made = seated(
        Role.SCHOOL_DATA_MANAGER,
        provider=school,
        authority=authority,
        user=UserFactory(name="Ruth Iqbal"),
        made_at=timezone.now(),
    )
    Source.objects.create(
        authority=authority, provider=school, key=f"provider:{school.ref}", name=""
    )
    return made


def new_pupil(serial):
    return {
        "Estab": "4001",
        "UPN": upn(serial),
        "Legal First Name": "Leila",
        "Legal Last Name": f"Farouk{chr(96 + serial)}",
        "DOB": "14/03/2011",
        "Year Group": "11",
        "Postcode": "NG1 4AB",
        "PAON": "12",
        "Street": "Castle Street",
    }


def feed(seat, *serials):
    return send(
        csv_bytes(HEADER, [new_pupil(serial) for serial in serials]),
        kind="school-feed",
        authority=seat.authority,
        provider=seat.provider,
        source_name=seat.provider.name,
        at=timezone.now(),
    )


def test_questions_are_answered_one_at_a_time_and_the_officer_sees_who_said_so(
    client, seat, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        file = feed(seat, 1, 2)
    assert [one.to for one in mail.outbox] == [[seat.user.email]]
    assert "Leila" not in mail.outbox[0].body
    assert file.counts == {"ask-school": 2}
    titles = [one.title for one in to_do(seat, timezone.now())]
    assert titles == ["Answer 2 questions"]
    client.force_login(seat.user)
    first = client.get(reverse("schools:questions"), follow=True)
    page = first.content.decode()
    assert "Is this pupil new to us, or a mistake?" in page
    assert "Question 1 of 2" in page
    assert "Leila Farouka" in page
    assert "Leila" not in page.split("</title>")[0]
    here = first.redirect_chain[-1][0]
    assert "Select whether this pupil is new" in client.post(here).content.decode()
    assert not YoungPerson.objects.exists()

    said = client.post(here, {"answer": "new"}, follow=True).content.decode()

    assert "1 question left" in said
    row = InboundRow.objects.get(file=file, number=2)
    assert (row.outcome, row.school_said, row.school_said_by) == (
        Outcome.WILL_ADD,
        "new",
        "Ruth Iqbal",
    )
    officer = member(Role.DATA_MANAGER, authority=seat.authority)
    client.force_login(officer)
    seen = client.get(reverse("intake:questions", args=[file.ref])).content.decode()
    assert "Ruth Iqbal" in seen
    assert "New to the authority" in seen
    again = client.post(reverse("intake:questions-ask", args=[file.ref]), follow=True)
    assert "gone to 1 person of the school, who answer in the portal" in again.content.decode()
    files.approve(file=file, by=officer, at=timezone.now())
    work_on(file.pk, now=timezone.now)
    assert YoungPerson.objects.count() == 1
    assert TrailEntry.objects.filter(by_id=seat.user_id, verb="question seen").exists()
    assert TrailEntry.objects.filter(
        by_id=seat.user_id, verb="school's answer entered", subject_id=row.pk
    ).exists()


def test_an_answer_given_twice_counts_once(client, seat):
    file = feed(seat, 1, 2)
    address = reverse("schools:question", args=[file.ref, 2])
    colleague = seated(
        Role.SCHOOL_DATA_MANAGER,
        provider=seat.provider,
        authority=seat.authority,
        user=UserFactory(name="Tom Adeyemi"),
        made_at=timezone.now(),
    )
    client.force_login(seat.user)
    client.post(address, {"answer": "mistake"})
    client.force_login(colleague.user)

    late = client.post(address, {"answer": "new"}, follow=True).content.decode()

    assert "Ruth Iqbal answered this meanwhile. Your answer was not used." in late
    row = InboundRow.objects.get(file=file, number=2)
    assert (row.outcome, row.school_said_by, row.is_new) == ("set-aside", "Ruth Iqbal", False)
    assert "has been answered" in client.get(address, follow=True).content.decode()
    client.post(reverse("schools:question", args=[file.ref, 3]), {"answer": "first"})
    done = client.get(reverse("schools:questions")).content.decode()
    assert "No questions." in done
    assert "Tom Adeyemi" in done
    assert client.get(reverse("schools:question", args=[file.ref, 99])).status_code == 404


def test_what_proved_wrong_is_told_to_its_sender_in_the_portal(
    client, seat, django_capture_on_commit_callbacks
):
    file = feed(seat, 1)
    Notice.objects.all().delete()  # that of the question: one a day is enough
    person = complete_person(lead_authority=seat.authority)
    found = FoundWrong.objects.create(
        person=person,
        came_by=ChangeFactory(authority=seat.authority, file_ref=file.ref),
        source_row=2,
        what="address",
        words="They moved out in June",
        found_by=UserFactory(),
        found_at=timezone.now(),
    )
    page = reverse("schools:wrong")
    client.force_login(seat.user)
    assert "Nothing that you sent has proved wrong" in client.get(page).content.decode()
    client.force_login(member(Role.DATA_MANAGER, authority=seat.authority))
    told = reverse("intake:wrong", args=[file.ref])
    assert "Tell them in the portal" in client.get(told).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(told, {"in_portal": "yes"})

    found.refresh_from_db()
    assert found.told_how == "In the portal"
    assert mail.outbox[-1].to == [seat.user.email]
    client.force_login(seat.user)
    seen = client.get(page).content.decode()
    assert "They moved out in June" in seen
    assert person.ref not in seen
    assert "Put right 1 thing that proved wrong" in [
        one.title for one in to_do(seat, timezone.now())
    ]
