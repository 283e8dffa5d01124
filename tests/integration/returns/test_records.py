"""What one typed record holds, and the row that each value came from (docs/nccis.md §2)."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from caseload.models import Activity
from ccis.access.database import WEB, WORKER, acting_as
from ccis.authorities.models import Authority
from returns import records
from returns.cohort import AsAt
from returns.editions import record
from tests.factories.authorities import BARNET
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    CharacteristicFactory,
    EnrolmentFactory,
    GuaranteeFactory,
    IdentifierFactory,
    IntendedDestinationFactory,
    NameFactory,
    SendProvisionFactory,
    VerificationFactory,
    complete_person,
)
from tests.factories.providers import ProviderFactory
from tests.integration.returns.conftest import end, make, record_of, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def barnet(croydon: Authority) -> Authority:
    return Authority.objects.get(code=BARNET)


def doing(person, code, starts, ends=None, **values) -> Activity:
    """What someone did instead of what ``complete_person`` says."""
    for activity in person.activity_facts.filter(superseded=None):
        withdraw(activity)
    values.setdefault("ascertained_on", starts)
    return ActivityFactory(person=person, code_id=code, starts=starts, ends=ends, **values)


def test_the_table_has_the_columns_that_the_code_names(croydon):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = 'returns_record'::regclass AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attnum"
        )
        assert cursor.fetchall() == [(one.name, one.sql_type) for one in record.COLUMNS]


def test_the_statement_gives_every_column_but_malformed(croydon):
    row = record_of(complete_person())
    assert row.keys() == {one.name for one in record.COLUMNS} - {"malformed"}


def test_a_whole_record(croydon):
    school = ProviderFactory(college=True, authority=croydon)
    person = complete_person()
    withdraw(person.activity_facts.get())
    activity = ActivityFactory(person=person, provider=school)
    VerificationFactory(activity=activity)
    IdentifierFactory(person=person)
    IdentifierFactory(person=person, kind_id="upn", value="H801200001001")
    IdentifierFactory(person=person, kind_id="previous-nccis", value="3020000000007")
    EnrolmentFactory(person=person, starts=date(2024, 9, 1), ends=date(2025, 8, 1))
    IntendedDestinationFactory(person=person)
    GuaranteeFactory(person=person, for_year=12, status_id="114")
    CharacteristicFactory(person=person, code_id="160")
    CharacteristicFactory(person=person, code_id="110")

    row = record_of(person)

    assert {name: row[name] for name in row if not name.endswith(("_id", "_ids"))} == {
        "cohort_status": "P",
        "given_name": "Amara",
        "middle_name": None,
        "family_name": person.name_facts.get().family,
        "address_line_1": "12 Castle Street",
        "address_line_2": None,
        "address_line_3": None,
        "address_line_4": None,
        "town": "Northgate",
        "county": None,
        "postcode": "NG1 4AB",
        "gender": "F",
        "dob": date(2009, 3, 14),
        "ethnicity": "WBRI",
        "lead_lea": "306",
        "educated_lea": "306",
        "transferred_to": None,
        "lea_at_year_11": "306",
        "uln": "1000000027",
        "upn": "H801200001001",
        "guarantee_indicator": "Y",
        "y11_guarantee_status": None,
        "y11_guarantee_lea": None,
        "y12_guarantee_status": "114",
        "y12_guarantee_lea": "306",
        "level_of_need": "2",
        "send_flag": "N",
        "sen_support_flag": "N",
        "characteristics": ["110", "160"],
        "activity_code": "230",
        "start_date": date(2026, 9, 1),
        "ascertained": date(2026, 9, 1),
        "verified": date(2026, 10, 1),
        "review": None,
        "due_to_lapse": date(2027, 7, 31),
        "currency_lapsed": "N",
        "establishment_number": school.dfe_number,
        "establishment_name": school.name,
        "ukprn": school.ukprn,
        "neet_start": None,
        "predicted_end": date(2027, 7, 31),
        "intended_destination": "121",
        "year_group": 13,
        "academic_age": 17,
    }
    assert row["previous_id"] == "3020000000007"
    assert row["activity_id"] == activity.pk
    assert row["verification_id"] == person.verifications.get(spell=_spell(activity)).pk
    assert row["name_id"] == person.name_facts.get().pk
    assert row["enrolment_id"] == person.enrolment_facts.get().pk
    assert row["guarantee12_id"] == person.guarantee_facts.get().pk
    assert row["characteristic_ids"] == list(
        person.characteristic_facts.order_by("code").values_list("pk", flat=True)
    )


def _spell(activity: Activity) -> int:
    return Activity.objects.values_list("spell", flat=True).get(pk=activity.pk)


# As at the last day of the month


def test_what_held_on_the_last_day_is_sent(croydon):
    person = complete_person()
    end(person.name_facts.get(superseded=None), date(2026, 10, 31))
    NameFactory(person=person, given="Mari", starts=date(2026, 11, 1))
    assert record_of(person)["given_name"] == "Amara"
    assert record_of(person, "2026-11")["given_name"] == "Mari"


def test_an_activity_that_ended_the_day_before_the_last_is_not(croydon):
    person = complete_person()
    end(person.activity_facts.get(superseded=None), date(2026, 10, 30))
    row = record_of(person)
    assert (row["activity_code"], row["start_date"], row["currency_lapsed"]) == (None, None, "N")


def test_a_known_as_name_is_not_sent(croydon):
    person = complete_person()
    NameFactory(person=person, kind="known-as", given="Mari")
    assert record_of(person)["given_name"] == "Amara"


def test_spaces_are_no_value(croydon):
    person = complete_person()
    end(person.address_facts.get(), date(2026, 9, 30))
    AddressFactory(person=person, line_1="  ", line_2=" Flat 2 ", starts=date(2026, 10, 1))
    row = record_of(person)
    assert (row["address_line_1"], row["address_line_2"]) == (None, "Flat 2")


def test_the_latest_confirmation_up_to_the_last_day(croydon):
    person = complete_person()
    activity = person.activity_facts.get()
    for day in (date(2026, 9, 15), date(2026, 10, 31), date(2026, 11, 3)):
        VerificationFactory(activity=activity, verified_on=day)
    assert record_of(person)["verified"] == date(2026, 10, 31)


def test_confirmations_stay_with_the_activity_through_corrections(croydon):
    person = complete_person()
    corrected = end(person.activity_facts.get(), date(2027, 1, 31))
    row = record_of(person)
    assert (row["activity_id"], row["verified"]) == (corrected.pk, date(2026, 10, 1))


def test_confirmations_of_another_spell_do_not_count(croydon):
    person = complete_person()
    doing(person, "310", date(2026, 9, 1))
    assert record_of(person)["verified"] is None


# NEET


def test_neet_since_the_first_of_an_unbroken_run(croydon):
    person = complete_person()
    doing(person, "230", date(2026, 1, 1), date(2026, 3, 1))
    ActivityFactory(person=person, code_id="619", starts=date(2026, 3, 1), ends=date(2026, 5, 1))
    ActivityFactory(person=person, code_id="610", starts=date(2026, 5, 1), ends=date(2026, 9, 1))
    ActivityFactory(person=person, code_id="640", starts=date(2026, 9, 1))
    row = record_of(person)
    assert (row["start_date"], row["neet_start"]) == (date(2026, 9, 1), date(2026, 3, 1))
    assert record_of(person, "2026-06")["neet_start"] == date(2026, 3, 1)


def test_a_gap_breaks_the_run(croydon):
    person = complete_person()
    doing(person, "619", date(2026, 3, 1), date(2026, 5, 1))
    ActivityFactory(person=person, code_id="619", starts=date(2026, 5, 2))
    assert record_of(person)["neet_start"] == date(2026, 5, 2)


def test_another_activity_breaks_the_run(croydon):
    person = complete_person()
    doing(person, "619", date(2026, 3, 1), date(2026, 5, 1))
    ActivityFactory(person=person, code_id="350", starts=date(2026, 5, 1), ends=date(2026, 6, 1))
    ActivityFactory(person=person, code_id="619", starts=date(2026, 6, 1))
    assert record_of(person)["neet_start"] == date(2026, 6, 1)


def test_who_is_not_neet_has_no_such_date(croydon):
    person = complete_person()
    doing(person, "619", date(2026, 3, 1), date(2026, 9, 1))
    ActivityFactory(person=person, code_id="230", starts=date(2026, 9, 1))
    assert record_of(person)["neet_start"] is None


# Currency


@pytest.mark.parametrize(
    ("code", "review", "due", "lapsed"),
    [
        ("619", None, None, "N"),
        ("810", None, None, "N"),
        ("310", None, date(2026, 10, 1), "Y"),
        ("350", date(2026, 10, 3), date(2026, 10, 31), "N"),
        ("350", date(2026, 10, 2), date(2026, 10, 30), "Y"),
    ],
)
def test_currency_follows_the_edition(croydon, code, review, due, lapsed):
    person = complete_person()
    activity = doing(person, code, date(2025, 10, 1), review_on=review, predicted_end_on=None)
    VerificationFactory(activity=activity, verified_on=date(2025, 10, 1))
    row = record_of(person)
    assert (row["due_to_lapse"], row["currency_lapsed"]) == (due, lapsed)


# Where they are, and were in Year 11


def test_an_employer_educates_nobody(croydon, barnet):
    person = complete_person()
    works = ProviderFactory(kind="employer", authority=barnet, dfe_number="")
    doing(person, "310", date(2026, 9, 1), provider=works)
    row = record_of(person)
    assert (row["educated_lea"], row["establishment_name"]) == (None, works.name)


def test_a_college_elsewhere_shows_where_they_are_educated(croydon, barnet):
    person = complete_person()
    doing(person, "230", date(2026, 9, 1), provider=ProviderFactory(authority=barnet))
    assert record_of(person)["educated_lea"] == "302"


def test_a_place_that_is_not_in_the_directory(croydon):
    person = complete_person()
    doing(person, "330", date(2026, 9, 1), establishment_name="Castle Bakery")
    row = record_of(person)
    assert (row["establishment_name"], row["establishment_number"]) == ("Castle Bakery", None)


def test_educated_at_home_has_a_number_of_its_own(croydon):
    person = complete_person(date_of_birth=date(2010, 9, 10))
    doing(person, "120", date(2026, 9, 1))
    assert record_of(person)["establishment_number"] == "3069999"


def test_year_11_is_where_they_were_on_31_may(croydon, barnet):
    person = complete_person()  # Year 11 in 2024-25
    EnrolmentFactory(person=person, starts=date(2024, 9, 1), ends=date(2025, 5, 31))
    EnrolmentFactory(person=person, authority=barnet, starts=date(2025, 5, 31))
    assert record_of(person)["lea_at_year_11"] == "302"


def test_in_year_11_it_is_where_they_are_now(croydon, barnet):
    person = complete_person(date_of_birth=date(2010, 9, 10))
    EnrolmentFactory(person=person, starts=date(2024, 9, 1), ends=date(2026, 10, 31))
    EnrolmentFactory(person=person, authority=barnet, starts=date(2026, 10, 31))
    assert record_of(person)["lea_at_year_11"] == "302"


def test_the_main_school_before_another(croydon, barnet):
    person = complete_person()
    EnrolmentFactory(person=person, authority=barnet, status="S", starts=date(2024, 9, 1))
    EnrolmentFactory(person=person, status="M", starts=date(2023, 9, 1))
    assert record_of(person)["lea_at_year_11"] == "306"


def test_year_11_outside_england(croydon):
    person = complete_person()
    EnrolmentFactory(person=person, authority=None, outside_code="002")
    assert record_of(person)["lea_at_year_11"] == "002"


# Support


@pytest.mark.parametrize(
    ("provision", "flags"), [("E", ("Y", "N")), ("K", ("N", "Y")), ("N", ("N", "N"))]
)
def test_send_flags(croydon, provision, flags):
    person = complete_person()
    SendProvisionFactory(person=person, provision=provision)
    row = record_of(person)
    assert (row["send_flag"], row["sen_support_flag"]) == flags


# September Guarantee


def test_the_year_11_offer_is_ours_when_they_were_at_school_here(croydon, barnet):
    here, there = (complete_person(date_of_birth=date(2010, 3, 14)) for _ in range(2))
    EnrolmentFactory(person=here)
    EnrolmentFactory(person=there, authority=barnet)
    assert record_of(here)["guarantee_indicator"] == "Y"
    assert record_of(there)["guarantee_indicator"] == "N"


def test_only_the_offer_that_is_due_is_sent(croydon):
    person = complete_person()  # Year 13: the Year 12 offer is due until March
    GuaranteeFactory(person=person, for_year=11)
    GuaranteeFactory(person=person, for_year=12, status_id="114")
    october, april = record_of(person), record_of(person, "2027-04")
    assert (october["y11_guarantee_status"], october["y12_guarantee_status"]) == (None, "114")
    assert (april["y11_guarantee_status"], april["y12_guarantee_status"]) == (None, None)
    assert april["guarantee_indicator"] == "N"


def test_the_year_11_offer_names_the_authority_of_year_11(croydon, barnet):
    person = complete_person(date_of_birth=date(2010, 3, 14))
    EnrolmentFactory(person=person, authority=barnet)
    GuaranteeFactory(person=person, for_year=11)
    row = record_of(person)
    assert (row["y11_guarantee_lea"], row["lea_at_year_11"]) == ("302", "302")
    assert row["guarantee_indicator"] == "Y"


# One person and everyone


def test_everyone_at_once_is_each_one_alone(croydon):
    people = [complete_person(date_of_birth=date(2007 + n % 5, 1 + n, 14)) for n in range(10)]
    SendProvisionFactory(person=people[0])
    build = make(croydon)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM returns_record WHERE build_id = %s", [build.pk])
        names = [column.name for column in cursor.description]
        rows = {row["person_id"]: row for row in (dict(zip(names, r, strict=True)) for r in cursor)}
    alone = {}
    for person in people:
        alone |= records.of_people(AsAt.of_build(build, people=[person.pk]))
    assert len(rows) == build.record_count > 3
    assert {pk: {**row, "malformed": []} for pk, row in alone.items()} == rows


# Who may make records


def test_only_the_worker_may_open_and_drop_records(croydon):
    build = make(croydon)
    with acting_as(WORKER):
        records.open_table(-build.pk)
        assert -build.pk in records.tables()
        records.drop_table(-build.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_function_privilege(%s, 'returns_open_records(bigint)', 'EXECUTE'),"
            " has_function_privilege(%s, 'returns_drop_records(bigint)', 'EXECUTE'),"
            " has_table_privilege(%s, 'returns_record', 'INSERT')",
            [WEB, WEB, WEB],
        )
        assert cursor.fetchone() == (False, False, False)


def test_no_records_are_opened_for_a_build_that_is_not_there(croydon):
    with pytest.raises(DatabaseError, match="no such build"), transaction.atomic():
        records.open_table(999_999)
