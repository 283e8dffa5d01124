"""Adding a person: first look for them, then ask the least (PIA-02, PIA-25)."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from caseload.models import RestrictionLevel, YoungPerson
from caseload.queries import near_matches
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import NameFactory, complete_person
from tests.factories.providers import ProviderFactory

BORN = date(2009, 3, 14)
STEPS = ("person-new", "person-new-near", "person-new-details", "person-new-check")
WHO = {"given": "Amara", "family": "Oduya", "date_of_birth": "14 mar 2009"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def minimum(db):
    return {
        "line_1": "1 New Road",
        "town": "Northgate",
        "postcode": "ng2 2bb",
        "phone": "07700 900 123",
        "school": str(ProviderFactory(name="Kestrel School").pk),
        "gender_id": "F",
        "ethnicity_id": "BAFR",
    }


def to(step):
    return reverse(f"caseload:{step}")


def near(user, **asked):
    described = {"given": "Amara", "family": "Oduya", "date_of_birth": BORN, **asked}
    found = near_matches(
        authority=AuthorityFactory(), user=user, on=date(2026, 11, 24), **described
    )
    return [match.summary.person for match in found]


def known(given="Amara", family="Oduya", **fields):
    made = complete_person(**fields)
    made.name_facts.all().delete()
    NameFactory(person=made, given=given, family=family)
    return made


# -- who is near -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "described",
    [
        {},
        {"family": "Odua"},
        {"given": "Oduya", "family": "Amara"},
        {"family": "Completely"},
        {"given": "Different"},
        {"date_of_birth": None},
        {"date_of_birth": date(2009, 3, 15)},
        {"given": "Someone", "postcode": "NG1 4AB", "date_of_birth": None},
    ],
    ids=[
        "the same",
        "one letter differs",
        "the other way round",
        "same first name and date of birth",
        "same family name and date of birth",
        "date of birth not known",
        "another day",
        "same family name and postcode",
    ],
)
def test_whoever_may_be_the_same_is_near(officer, described):
    amara = known()

    assert near(officer, **described) == [amara]


@pytest.mark.parametrize(
    "described",
    [
        {"given": "Tomasz", "family": "Bielik"},
        {"given": "Tomasz", "family": "Bielik", "date_of_birth": date(2010, 1, 1)},
        {"given": "Different", "date_of_birth": None},
    ],
    ids=["same birthday alone", "nothing alike", "same family name alone"],
)
def test_whoever_is_plainly_someone_else_is_not_near(officer, described):
    known()

    assert near(officer, **described) == []


def test_nobody_is_near_who_may_not_be_seen(officer):
    known(lead_authority=AuthorityFactory(code=BARNET))
    known(restriction_level=RestrictionLevel.PROTECTED_ADDRESS)

    assert near(officer) == []


def test_the_likeliest_comes_first(officer):
    other = known(given="Amira")
    same = known()

    assert near(officer) == [same, other]


def test_near_people_are_looked_for_in_a_fixed_number_of_questions(
    officer, django_assert_max_num_queries
):
    for _ in range(8):
        known()

    with django_assert_max_num_queries(18):
        near(officer)


# -- the journey -----------------------------------------------------------------------------------


def test_the_whole_way_from_a_name_to_a_record(desk, officer, minimum):
    assert desk.post(to("person-new"), WHO).url == to("person-new-near")
    assert "No one is near this one" in desk.get(to("person-new-near")).content.decode()
    assert desk.post(to("person-new-near")).url == to("person-new-details")
    assert desk.post(to("person-new-details"), minimum).url == to("person-new-check")
    check = desk.get(to("person-new-check")).content.decode()
    for words in ("Amara", "Oduya", "14 March 2009", "NG2 2BB", "07700900123", "Kestrel School"):
        assert words in check, words
    assert not YoungPerson.objects.exists()

    response = desk.post(to("person-new-check"))

    person = YoungPerson.objects.get()
    assert response.url == reverse("caseload:person", args=[person.ref])
    assert person.name_facts.get().full == "Amara Oduya"
    assert person.particulars_facts.get().date_of_birth == BORN
    assert person.address_facts.get().postcode == "NG2 2BB"
    assert person.contactpoint_facts.get().value == "07700900123"
    assert person.enrolment_facts.get().provider.name == "Kestrel School"
    assert TrailEntry.objects.filter(verb="person added", by_id=officer.pk).count() == 1


def test_the_least_will_do(desk):
    desk.post(to("person-new"), {"given": "Amara", "family": "Oduya"})
    desk.post(to("person-new-near"))
    desk.post(to("person-new-details"), {"gender_id": "U", "ethnicity_id": "NOBT"})
    desk.post(to("person-new-check"))

    person = YoungPerson.objects.get()
    assert not person.address_facts.exists()
    assert not person.contactpoint_facts.exists()


def test_near_people_are_shown_side_by_side_before_anything_is_added(desk):
    amara = known(family="Odua")

    desk.post(to("person-new"), WHO)
    text = desk.get(to("person-new-near")).content.decode()

    assert reverse("caseload:person", args=[amara.ref]) in text
    assert "One letter differs" in text
    assert "None of these: add a new person" in text
    assert TrailEntry.objects.filter(verb="search made").count() == 1


def test_someone_at_the_same_postcode_is_shown_once_it_is_known(desk, minimum):
    sibling = known(given="Other", date_of_birth=date(2011, 5, 5))
    desk.post(to("person-new"), WHO)
    desk.post(to("person-new-near"))

    response = desk.post(to("person-new-details"), {**minimum, "postcode": "NG1 4AB"})

    assert response.url == to("person-new-near")
    assert sibling.ref[:4] in desk.get(to("person-new-near")).content.decode()
    assert desk.post(to("person-new-near")).url == to("person-new-check")


@pytest.mark.parametrize("step", STEPS[1:])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_step_without_those_before_it_goes_to_the_first(desk, step, method):
    assert getattr(desk, method)(to(step)).url == to("person-new")


def test_the_details_cannot_be_reached_without_having_looked(desk):
    desk.post(to("person-new"), WHO)

    assert desk.get(to("person-new-details")).url == to("person-new")


def test_adding_twice_is_not_possible(desk, minimum):
    desk.post(to("person-new"), WHO)
    desk.post(to("person-new-near"))
    desk.post(to("person-new-details"), minimum)
    desk.post(to("person-new-check"))

    assert desk.post(to("person-new-check")).url == to("person-new")
    assert YoungPerson.objects.count() == 1


def test_another_name_begins_the_look_again(desk, minimum):
    desk.post(to("person-new"), WHO)
    desk.post(to("person-new-near"))
    desk.post(to("person-new-details"), minimum)
    desk.post(to("person-new"), {**WHO, "family": "Else"})

    assert desk.get(to("person-new-check")).url == to("person-new")


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"family": "Oduya"}, "Enter their first name"),
        ({"given": "Amara"}, "Enter their family name"),
        ({**WHO, "date_of_birth": "31/2/2009"}, "Date of birth must be a real date"),
        ({**WHO, "date_of_birth": "1/1/2030"}, "Date of birth must be in the past"),
    ],
)
def test_a_wrong_answer_says_how_to_mend_it(desk, answers, message):
    assert message in desk.post(to("person-new"), answers).content.decode()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("role", [Role.YOUTH_WORKER, Role.READ_ONLY, Role.ADMINISTRATOR])
def test_a_role_that_may_not_add_is_refused(signed_in, step, role):
    client = signed_in(role)

    assert client.get(to(step)).status_code == 403
    assert client.post(to(step)).status_code == 403


@pytest.mark.parametrize("role", [Role.TRACKING_OFFICER, Role.ADVISER, Role.DATA_MANAGER])
def test_every_role_that_may_add_sees_the_same_near_people(role, db):
    amara = known()

    assert near(member(role, authority=AuthorityFactory())) == [amara]


def test_nothing_personal_stands_in_an_address_on_the_way(desk, minimum):
    addresses = [
        desk.post(to("person-new"), WHO).url,
        desk.post(to("person-new-near")).url,
        desk.post(to("person-new-details"), minimum).url,
        desk.post(to("person-new-check")).url,
    ]

    assert all("?" not in address for address in addresses)
