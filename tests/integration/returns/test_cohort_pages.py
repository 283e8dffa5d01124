"""Last month to this, and two returns side by side (pages §2.8)."""

from datetime import date

import pytest

from ccis.access.roles import Role
from returns import people, queries
from returns.actions import builds
from returns.models import BuildKind
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    ConsentFactory,
    DepartureFactory,
    NameFactory,
)
from tests.integration.returns.conftest import make, withdraw
from tests.integration.returns.pages import MONTH, links, names, page_of, words
from tests.integration.returns.test_making import sound_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

COHORT = f"{MONTH}cohort/"
COMPARE = f"{MONTH}compare/"


def word_for(build):
    return f"{build.ref[:4]}-{build.ref[4:]}"


@pytest.fixture
def two_months(croydon):
    """September with two people; in October one has left and another has come."""
    stays, goes = sound_person(), sound_person()
    september = make(croydon, "2026-09")
    DepartureFactory(person=goes, starts=date(2026, 10, 5))
    comes = sound_person()
    october = make(croydon)
    return september, october, stays, goes, comes


# -- the cohort ------------------------------------------------------------------------------------


def test_nothing_is_made_yet(desk):
    assert "Make a trial to count the cohort" in words(desk.get(COHORT))
    assert "Make a trial to compare it" in words(desk.get(COMPARE))


def test_the_first_month_has_nothing_to_compare_with(desk, croydon):
    sound_person()
    make(croydon)

    shown = words(desk.get(COHORT))

    assert "Nothing to compare with yet." in shown
    assert "Primary cohort (P)" in shown


def test_who_joined_and_left_with_reasons_and_links(desk, two_months):
    *_, goes, comes = two_months

    shown = desk.get(COHORT)

    assert "2 in September 2026 + 1 joined − 1 left = 2" in words(shown)
    assert "Moved to another authority; sent with status T" in words(shown)
    assert "nothing was known of them before" in words(shown)
    joined = [href for href in links(shown) if "/cohort/joined/" in href]
    left = [href for href in links(shown) if "/cohort/left/" in href]
    for href, person in [*((one, comes) for one in joined), *((one, goes) for one in left)]:
        (row,) = desk.get(href).context_data["listed"].rows
        assert row["reference"] == word_for(person)


def test_the_sum_counts_what_is_listed(two_months):
    september, october, *_ = two_months

    added = people.sum_of(october, september)
    listed = queries.cohort_movement(october, september)

    assert (added.before, added.now) == (listed.before, listed.now)
    assert (added.joined, added.left) == (len(listed.joined), len(listed.left))
    assert added.gap == listed.gap == 0


def test_a_sum_that_is_out_says_that_it_is_a_fault_of_ours(desk, two_months, monkeypatch):
    monkeypatch.setattr(people, "sum_of", lambda *_: people.Sum(2, 1, 1, 0, 3))

    assert "That is a fault of ours" in words(desk.get(COHORT))
    assert "Does not add up" in words(desk.get(MONTH))


def test_who_changed_status(desk, croydon):
    person = sound_person(date_of_birth=date(2010, 3, 1))
    september = make(croydon, "2026-09")
    withdraw(person.address_facts.get())
    AddressFactory(person=person, authority=AuthorityFactory(code=BARNET))
    october = make(croydon)

    assert people.changed_status(october, september) == {person.pk: ("P", "G")}
    assert people.sum_of(october, september).changed == 1
    shown = desk.get(f"{COHORT}changed/")
    assert "Primary cohort (P), now September Guarantee only (G)" in words(shown)
    assert len(names(shown)) == 1


def test_against_a_final_return_its_statuses_are_enough(desk, croydon):
    sound_person()
    september = make(croydon, "2026-09", kind=BuildKind.FINAL)
    builds.drop_records(build=september)
    make(croydon)

    assert "1 in September 2026 + 0 joined − 0 left = 1" in words(desk.get(COHORT))


def test_records_that_were_dropped_are_said_to_be(desk, two_months):
    _, october, *_ = two_months
    builds.drop_records(build=october)

    shown = desk.get(COHORT)

    assert "are not kept any more" in words(shown)
    assert desk.get(f"{COHORT}joined/").status_code == 404


@pytest.mark.parametrize("part", ["all", "stayed"])
def test_parts_that_there_are_not(desk, two_months, part):
    assert desk.get(f"{COHORT}{part}/").status_code == 404


def test_as_many_questions_for_many_people_as_for_few(
    desk, two_months, croydon, django_assert_max_num_queries
):
    for address in (COHORT, f"{COHORT}joined/"):
        desk.get(address)  # what is kept after the first time

    with django_assert_max_num_queries(26):
        desk.get(COHORT)
    with django_assert_max_num_queries(38):
        desk.get(f"{COHORT}joined/")


# -- two side by side ------------------------------------------------------------------------------


def test_asking_what_to_compare_with(desk, two_months):
    september, *_ = two_months

    shown = desk.get(COMPARE)

    choices = shown.context_data["form"].fields["with"].choices
    assert [value for value, _ in choices] == ["", word_for(september)]
    assert shown.context_data["form"].initial == {"with": word_for(september)}


def test_what_differs_between_two(desk, two_months):
    september, *_, goes, comes = two_months

    shown = desk.get(COMPARE, {"with": word_for(september)})

    found = shown.context_data["found"]
    assert (found["joined"], found["left"]) == (1, 0)
    values = {one["element"]: one for one in found["values"]}
    assert values["CohortStatus"]["count"] == 1
    (row,) = desk.get(values["CohortStatus"]["href"]).context_data["listed"].rows
    assert row["reference"] == word_for(goes)
    assert row["cells"] == ["P", "T"]
    (row,) = desk.get(found["joined_href"]).context_data["listed"].rows
    assert row["reference"] == word_for(comes)


def test_dates_are_written_as_dates_and_sensitive_values_are_not(desk, croydon):
    person = sound_person()
    september = make(croydon, "2026-09")
    withdraw(person.particulars_facts.get())
    make(croydon)
    with_september = {"with": word_for(september)}

    shown = words(desk.get(f"{COMPARE}values/dob/", with_september))

    assert "14 Mar 2009" in shown
    assert "none" in shown


def test_of_whoever_withholds_consent_officers_compare_no_address(desk, client, croydon):
    person = sound_person()
    home = person.address_facts.get()
    september = make(croydon, "2026-09")
    withdraw(home)
    AddressFactory(person=person, line_1="3 Elm Way")
    make(croydon)
    ConsentFactory(person=person)
    address = f"{COMPARE}values/address_line_1/?with={word_for(september)}"

    client.force_login(member(Role.TRACKING_OFFICER, authority=croydon))
    shown = words(client.get(address))

    assert "3 Elm Way" in words(desk.get(address))
    assert "Sent, and held back" in shown
    assert "3 Elm Way" not in shown
    assert home.line_1 not in shown


def test_nothing_differs(desk, croydon):
    sound_person()
    first = make(croydon, kind=BuildKind.FINAL)
    make(croydon)

    shown = desk.get(COMPARE, {"with": word_for(first), "build": word_for(first)})

    assert "No value differs." in words(shown)


def test_two_editions_are_said_to_be_two(desk, croydon):
    sound_person()
    september = make(croydon, "2026-09")
    type(september).objects.filter(pk=september.pk).update(edition="2022-23")
    make(croydon)

    shown = words(desk.get(COMPARE, {"with": word_for(september)}))

    assert "2026-27 and 2022-23" in shown


def test_what_was_dropped_cannot_be_compared(desk, two_months):
    september, *_ = two_months
    builds.drop_records(build=september)

    shown = desk.get(COMPARE, {"with": word_for(september)})

    assert "are not kept any more" in words(shown)
    assert page_of(september, "bring-back") in shown.content.decode()
    joined = f"{COMPARE}joined/?with={word_for(september)}"
    assert desk.get(joined).status_code == 404


@pytest.mark.parametrize("part", ["both/", "values/person_id/", "values/nothing/"])
def test_comparisons_that_there_are_not(desk, two_months, part):
    september, *_ = two_months
    assert desk.get(f"{COMPARE}{part}", {"with": word_for(september)}).status_code == 404


def test_another_authoritys_return_is_not_compared_with(desk, two_months):
    other = AuthorityFactory(code=BARNET)
    theirs = make(other)

    assert desk.get(COMPARE, {"with": theirs.ref}).status_code == 404


def test_a_comparison_asks_as_much_for_many_as_for_few(
    desk, croydon, django_assert_max_num_queries
):
    for _ in range(3):
        person = sound_person()
    september = make(croydon, "2026-09")
    for person in september.authority.young_people.all():
        withdraw(person.name_facts.get())
        NameFactory(person=person, given="Anotherone")
    make(croydon)
    with_september = {"with": word_for(september)}
    for address in (COMPARE, f"{COMPARE}values/given_name/"):
        desk.get(address, with_september)

    with django_assert_max_num_queries(22):
        desk.get(COMPARE, with_september)
    with django_assert_max_num_queries(33):
        desk.get(f"{COMPARE}values/given_name/", with_september)
