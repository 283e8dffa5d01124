"""In because, out because, and the row that every value came from."""

import re
from datetime import date

import pytest

from ccis.access.roles import Role
from returns import editions, lineage
from returns.cohort import AsAt, cohort_sql
from returns.editions import record
from returns.models import BuildKind
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    ChangeFactory,
    CharacteristicFactory,
    DepartureFactory,
    NameFactory,
    SendProvisionFactory,
    YoungPersonFactory,
    complete_person,
)
from tests.integration.returns.conftest import make, withdraw
from tests.integration.returns.test_making import sound_person

pytestmark = pytest.mark.django_db


def test_every_column_that_is_sent_has_its_rule_and_kind_of_source():
    assert set(lineage.RULES) == {column.name for column in record.SENT}
    named = {column for columns, _ in lineage.RULES.values() for column in columns}
    assert named <= set(lineage.SOURCE_MODELS)
    assert set(lineage.SOURCE_MODELS) == {column.name for column in record.SOURCES}


def test_in_because(croydon):
    person = complete_person()
    build = make(croydon)
    explained = lineage.explain(person, build)
    assert explained.is_in
    assert explained.sentence == (
        "In, because this person lives here and is aged 16 or 17 at the start of the academic year"
    )
    born, lives = explained.facts
    assert born.words == "Born 14 March 2009: Year 13 at the end of the month"
    assert born.source.fact_id == person.particulars_facts.get().pk
    assert lives.words == "Lives here"
    assert lives.source.fact_id == person.address_facts.get().pk


def test_every_element_of_the_file_in_its_order(croydon):
    person = complete_person()
    explained = lineage.explain(person, make(croydon))
    layout = editions.newest().layout
    assert [one.element for one in explained.values] == [one.name for one in layout.elements]
    assert all(one.rule for one in explained.values)
    values = {one.element: one for one in explained.values}
    assert values["DOB"].value == "2009-03-14"
    assert [one.kind for one in values["DOB"].sources] == ["caseload.particulars"]
    assert [one.kind for one in values["DueToLapseDate"].sources] == [
        "caseload.activity",
        "caseload.verification",
    ]


def test_a_source_is_an_officer_or_a_row_of_a_file(croydon):
    person = YoungPersonFactory()
    by_file = ChangeFactory(authority=croydon, file_ref="7F3KQ29M")
    NameFactory(person=person, recorded=by_file, source_row=88)
    user = member(Role.TRACKING_OFFICER, authority=croydon)
    AddressFactory(person=person, recorded=ChangeFactory(authority=croydon, by=user))
    values = {one.column: one for one in lineage.explain(person, make(croydon)).values}
    (from_file,) = values["family_name"].sources
    (from_officer,) = values["postcode"].sources
    assert from_file.words == "From file 7F3K-Q29M, row 88, on 1 Sep 2026"
    assert (from_file.file_ref, from_file.row) == ("7F3KQ29M", 88)
    assert from_officer.words == f"Recorded by {user.name} on 1 Sep 2026"


def test_each_of_several_circumstances_has_its_source(croydon):
    person = complete_person()
    rows = [CharacteristicFactory(person=person, code_id=code) for code in ("140", "110")]
    explained = lineage.explain(person, make(croydon))
    (value,) = [one for one in explained.values if one.column == "characteristics"]
    assert value.value == "110, 140"
    assert {source.fact_id for source in value.sources} == {row.pk for row in rows}


@pytest.mark.parametrize(
    ("born", "because"),
    [
        (date(2012, 3, 14), "is not yet in Year 11"),
        (
            date(2006, 3, 14),
            "was 18 before the academic year began, and had no EHC plan by then",
        ),
    ],
)
def test_out_because_of_age(croydon, born, because):
    explained = lineage.explain(complete_person(date_of_birth=born), make(croydon))
    assert not explained.is_in
    assert because in explained.because
    assert explained.values == ()


def test_out_because_they_moved_and_that_was_sent(croydon):
    person = sound_person()
    make(croydon, "2026-09", BuildKind.FINAL)
    DepartureFactory(person=person, starts=date(2026, 10, 5))
    october = make(croydon, "2026-10", BuildKind.FINAL)
    november = make(croydon, "2026-11", BuildKind.FINAL)

    leaving, gone = lineage.explain(person, october), lineage.explain(person, november)

    assert leaving.is_in
    assert leaving.sentence == (
        "In, because this person moved to another authority;"
        " a leaver is sent once, now with status T"
    )
    assert "Moved to another authority, from 5 October 2026" in [
        fact.words for fact in leaving.facts
    ]
    assert "A leaver keeps" in leaving.values[2].rule
    assert not gone.is_in
    assert "that was sent before, with status T" in gone.sentence


def test_out_because_they_live_elsewhere(croydon):
    person = complete_person()
    withdraw(person.address_facts.get())
    AddressFactory(person=person, authority=AuthorityFactory(code=BARNET))
    explained = lineage.explain(person, make(croydon))
    assert not explained.is_in
    assert "Lives in authority 302 since 1 September 2024" in [one.words for one in explained.facts]


def test_in_because_of_a_plan(croydon):
    person = complete_person(date_of_birth=date(2006, 3, 14))
    plan = SendProvisionFactory(person=person)
    explained = lineage.explain(person, make(croydon))
    (fact,) = [one for one in explained.facts if one.words == "Has an EHC plan"]
    assert fact.source.fact_id == plan.pk


def test_out_because_of_a_plan_that_ended(croydon):
    person = complete_person(date_of_birth=date(2006, 3, 14))
    SendProvisionFactory(person=person, ends=date(2026, 8, 1))
    explained = lineage.explain(person, make(croydon))
    assert not explained.is_in
    assert "Had an EHC plan until 31 July 2026" in [one.words for one in explained.facts]


def test_nothing_was_known_of_them_then(croydon):
    build = make(croydon)
    explained = lineage.explain(complete_person(), build)
    assert not explained.is_in
    assert explained.sentence.endswith("nothing was known of them when the return was made")


def test_someone_of_another_authority(croydon):
    build = make(croydon)
    person = complete_person(lead_authority=AuthorityFactory(code=BARNET))
    assert not lineage.explain(person, build).is_in


def test_as_it_was_known_then(croydon):
    person = complete_person()
    name = person.name_facts.get()
    build = make(croydon)
    withdraw(name)
    NameFactory(person=person, family="Corrected", recorded=ChangeFactory(authority=croydon))
    then = {one.column: one.value for one in lineage.explain(person, build).values}
    assert then["family_name"] == name.family


def test_every_reason_that_the_sql_gives_has_words(croydon):
    build = make(croydon)
    sql = cohort_sql(AsAt.of_build(build))
    reasons = sql[sql.index("reasoned AS") : sql.index("END AS reason")]
    assert set(re.findall(r"(?:THEN|ELSE) '([a-z0-9-]+)'", reasons)) == set(lineage.REASONS)


def test_asking_costs_the_same_however_many_facts(croydon, django_assert_max_num_queries):
    person = complete_person()
    for code in ("110", "130", "140", "150"):
        CharacteristicFactory(person=person, code_id=code)
    build = make(croydon)
    with django_assert_max_num_queries(18):
        lineage.explain(person, build)
