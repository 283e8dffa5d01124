"""Errors by rule, by person, one rule (pages §4.8)."""

import pytest

from ccis.access.roles import Role
from returns import queries
from returns.models import Finding
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    CharacteristicFactory,
    ConsentFactory,
    NameFactory,
    complete_person,
)
from tests.factories.returns import BuildFactory, FindingFactory
from tests.integration.returns.conftest import make, withdraw
from tests.integration.returns.pages import MONTH, links, names, page_of, words
from tests.integration.returns.test_making import sound_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

ERRORS = f"{MONTH}errors/"
PEOPLE = f"{MONTH}errors/people/"


def without_address():
    """Someone with no home address: rules 31 and 32."""
    person = sound_person()
    withdraw(person.address_facts.get())
    return person


def test_before_a_trial_there_is_nothing_to_show(desk):
    for address in (ERRORS, PEOPLE, f"{ERRORS}259/"):
        shown = desk.get(address)
        assert "Make a trial to see errors" in words(shown)
    assert f"{MONTH}make/?kind=trial" in links(desk.get(ERRORS))


def test_no_errors(desk, croydon):
    sound_person()
    make(croydon)

    assert "No errors DfE would raise." in words(desk.get(ERRORS))
    assert "No errors DfE would raise." in words(desk.get(PEOPLE))


def test_rules_with_words_number_and_people(desk, croydon):
    for _ in range(2):
        without_address()
    build = make(croydon)

    shown = desk.get(ERRORS)

    total = sum(build.finding_counts.values())
    assert f"{total} errors in 2 young people." in words(shown)
    rules = {one["code"]: one for one in shown.context_data["rules"]}
    assert rules["31"]["message"] == "No address (31)"
    assert rules["31"]["tag"]["text"] == "Must mend"
    assert rules["31"]["people"] == 2
    assert f"{ERRORS}31/" in links(shown)


def test_the_rules_add_up_to_the_errors(desk, croydon):
    without_address()
    odd = complete_person()
    withdraw(odd.levelofneed_facts.get())
    build = make(croydon)

    shown = desk.get(ERRORS)

    people = {one["code"]: one["people"] for one in shown.context_data["rules"]}
    assert people == {one.code: one.people for one in queries.errors_by_rule(build)}


def test_errors_of_one_priority(desk, croydon):
    without_address()
    complete_person()
    make(croydon)

    shown = desk.get(ERRORS, {"priority": "1"})

    assert {one["tag"]["text"] for one in shown.context_data["rules"]} == {"Must mend"}
    assert "Remove: Must mend" in words(shown)


def test_the_people_of_one_rule_with_what_the_return_has(desk, croydon):
    first, second = without_address(), without_address()
    make(croydon)

    shown = desk.get(f"{ERRORS}32/")

    assert len(names(shown)) == 2
    assert "Postcode: none" in words(shown)
    for one in (first, second):
        ref = f"{one.ref[:4]}-{one.ref[4:]}"
        assert f"/people/{ref}/details/addresses/" in links(shown)
        assert f"/people/{ref}/" in links(shown)


def test_a_value_that_is_wrong_is_shown(desk, croydon):
    person = sound_person()
    withdraw(person.name_facts.get())
    NameFactory(person=person, given="Amara2")
    make(croydon)

    assert "GivenName: Amara2" in words(desk.get(f"{ERRORS}44/"))


def test_sensitive_values_are_not_shown_in_a_list(desk, croydon):
    person = sound_person()
    CharacteristicFactory(person=person)
    build = make(croydon)
    FindingFactory(
        build=build,
        person=person,
        code="233",
        element="CharacteristicCode",
        value_present=True,
    )

    shown = words(desk.get(f"{ERRORS}233/"))

    assert "CharacteristicCode: see the record" in shown
    assert "140" not in shown


def test_of_whoever_withholds_consent_officers_see_no_address_in_an_error(desk, client, croydon):
    person = sound_person()
    postcode = person.address_facts.get().postcode
    build = make(croydon)
    FindingFactory(build=build, person=person, code="32", element="Postcode", value_present=True)
    officer = member(Role.TRACKING_OFFICER, authority=croydon)
    client.force_login(officer)
    assert postcode in words(client.get(f"{ERRORS}32/"))
    ConsentFactory(person=person)

    assert postcode in words(desk.get(f"{ERRORS}32/"))
    shown = words(client.get(f"{ERRORS}32/"))

    assert postcode not in shown
    assert "Postcode: Sent, and held back" in shown


def test_errors_by_person(desk, croydon):
    person = without_address()
    sound_person()
    build = make(croydon)

    shown = desk.get(PEOPLE)

    (row,) = shown.context_data["listed"].rows
    codes = set(Finding.objects.filter(build=build).values_list("code", flat=True))
    assert len(row["errors"]) == len(codes)
    assert row["explain"] == page_of(build, "explain", person.ref)


def test_restricted_people_are_counted_and_not_named(desk, croydon):
    for level in (0, 3):
        person = sound_person(restriction_level=level)
        withdraw(person.address_facts.get())
    make(croydon)

    for address in (PEOPLE, f"{ERRORS}32/"):
        shown = desk.get(address)
        assert len(names(shown)) == 1
        assert "1 person is not shown" in words(shown)


def test_pages_go_on_by_key(desk, croydon):
    build = BuildFactory(
        authority=croydon,
        state="refused",
        kind="final",
        moment=1,
        finding_counts={"1": 30},
        people_with_findings=30,
    )
    for _ in range(30):
        person = complete_person()
        FindingFactory(build=build, person=person)

    first = desk.get(f"{ERRORS}259/?rows=25")
    second = desk.get(f"{ERRORS}259/{first.context_data['listed'].next}")

    assert len(names(first)) == 25
    assert len(names(second)) == 5
    assert not set(names(first)) & set(names(second))


def test_an_older_builds_errors_are_still_its_own(desk, croydon):
    without_address()
    older = make(croydon)
    word = f"{older.ref[:4]}-{older.ref[4:]}"
    make(croydon)

    shown = desk.get(ERRORS, {"build": word})

    assert "It has been replaced since." in words(shown)
    assert desk.get(ERRORS, {"build": "0000-0000"}).status_code == 404


def test_a_rule_that_there_is_not(desk, croydon):
    make(croydon)

    assert desk.get(f"{ERRORS}99999/").status_code == 404


def test_another_authoritys_errors_are_not_found(desk):
    other = AuthorityFactory(code=BARNET)
    complete_person(lead_authority=other)
    build = make(other)

    assert "Make a trial to see errors" in words(desk.get(ERRORS))
    assert desk.get(ERRORS, {"build": build.ref}).status_code == 404


def test_officers_see_errors_and_cannot_make(client, croydon):
    client.force_login(member(Role.TRACKING_OFFICER, authority=croydon))
    without_address()
    make(croydon)

    assert client.get(ERRORS).status_code == 200
    assert client.get(f"{MONTH}make/").status_code == 403


def test_as_many_questions_for_many_people_as_for_few(desk, croydon, django_assert_max_num_queries):
    for _ in range(5):
        without_address()
    make(croydon)

    for address, most in ((ERRORS, 14), (PEOPLE, 28), (f"{ERRORS}32/", 29)):
        with django_assert_max_num_queries(most):
            desk.get(address)
