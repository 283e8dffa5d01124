"""Who is in a return, with what status, to the day (docs/nccis.md §5)."""

from dataclasses import replace
from datetime import date

import pytest

from caseload.merging.actions import merge
from caseload.merging.planning import plan_merge
from caseload.models import YoungPerson
from ccis.access.roles import Role
from ccis.authorities.models import Authority
from returns import lineage
from returns.models import Build, BuildKind, SentStatus
from tests.factories.accounts import member
from tests.factories.authorities import BARNET
from tests.factories.caseload import (
    AddressFactory,
    ChangeFactory,
    DepartureFactory,
    EnrolmentFactory,
    NameFactory,
    ParticularsFactory,
    SendProvisionFactory,
    YoungPersonFactory,
    complete_person,
)
from tests.integration.returns.conftest import NOW, as_at, end, record_of, standing, withdraw

pytestmark = pytest.mark.django_db

OUT = ""
SIXTEEN = date(2010, 3, 14)  # Year 12 in 2026-27
SEVENTEEN = date(2009, 3, 14)
EIGHTEEN = date(2008, 3, 14)


@pytest.fixture
def barnet(croydon: Authority) -> Authority:
    return Authority.objects.get(code=BARNET)


def sent_before(person: YoungPerson, status: str = "P", period: str = "2026-09") -> Build:
    """A final return of an earlier month that named someone, as far as later ones look at it."""
    build = Build.objects.create(
        authority=person.lead_authority,
        period=period,
        edition="2026-27",
        kind=BuildKind.FINAL,
        state="done",
        moment=0,
        date_of_send=NOW.date(),
        asked_at=NOW,
        finished_at=NOW,
        record_count=1,
        size=1,
        sha256="0",
        software_version="0",
        supplier_name="",
        schema_version="1",
    )
    SentStatus.objects.create(
        build=build, person=person, young_persons_id=person.young_persons_id, status=status
    )
    return build


# Ages


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2011, 9, 1), (OUT, "too-young")),
        (date(2011, 8, 31), ("P", "year-11")),
        (date(2010, 9, 1), ("P", "year-11")),
        (date(2010, 8, 31), ("P", "core")),
        (date(2008, 9, 1), ("P", "core")),
        (date(2008, 8, 31), (OUT, "aged-out")),
        (date(2001, 9, 1), (OUT, "aged-out")),
    ],
)
def test_age_decides_at_31_august(croydon, born, expected):
    assert standing(complete_person(date_of_birth=born)) == expected


def test_the_year_turns_on_1_september(croydon):
    person = complete_person(date_of_birth=date(2011, 8, 31), code="110")
    assert standing(person, "2026-08") == (OUT, "too-young")
    assert standing(person, "2026-09") == ("P", "year-11")


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2008, 8, 31), ("P", "plan")),
        (date(2001, 9, 1), ("P", "plan")),
        (date(2001, 8, 31), (OUT, "too-old-with-plan")),
    ],
)
def test_a_plan_keeps_someone_in_from_18_to_24(croydon, born, expected):
    person = complete_person(date_of_birth=born)
    SendProvisionFactory(person=person, provision="E")
    assert standing(person) == expected


def test_sen_support_keeps_nobody_in(croydon):
    person = complete_person(date_of_birth=EIGHTEEN)
    SendProvisionFactory(person=person, provision="K")
    assert standing(person) == (OUT, "aged-out")


def test_without_a_date_of_birth_they_are_in_so_that_it_is_mended(croydon):
    person = complete_person()
    withdraw(person.particulars_facts.get())
    ParticularsFactory(person=person, date_of_birth=None, starts=date(2024, 9, 1))
    assert standing(person) == ("P", "no-date-of-birth")


def test_nobody_is_in_of_whom_nothing_was_known(croydon):
    person = YoungPersonFactory()
    assert standing(person) == (OUT, "not-known-then")


def test_a_name_alone_is_enough_to_be_in(croydon):
    person = YoungPersonFactory()
    NameFactory(person=person)
    assert standing(person) == ("P", "no-date-of-birth")


# Where they live


def test_an_address_of_no_known_authority_counts_as_here(croydon):
    assert standing(complete_person()) == ("P", "core")


def test_no_address_counts_as_here(croydon):
    person = complete_person()
    withdraw(person.address_facts.get())
    assert standing(person) == ("P", "core")


def test_in_term_time_elsewhere_they_still_live_here(croydon, barnet):
    person = complete_person()
    AddressFactory(person=person, kind="term", authority=barnet)
    assert standing(person) == ("P", "core")


def test_who_comes_after_the_month_is_not_in_it(croydon):
    person = complete_person()
    withdraw(person.address_facts.get())
    AddressFactory(person=person, starts=date(2026, 11, 1))
    assert standing(person) == (OUT, "not-here-yet")
    assert standing(person, "2026-11") == ("P", "core")


def test_a_gap_between_addresses_takes_nobody_out(croydon):
    person = complete_person()
    end(person.address_facts.get(), date(2026, 10, 10))
    AddressFactory(person=person, starts=date(2026, 11, 5))
    assert standing(person) == ("P", "core")


def test_restricted_records_are_in(croydon):
    person = complete_person(restriction_level=3)
    assert standing(person) == ("P", "core")


# Covered by the guarantee alone


def elsewhere(person: YoungPerson, authority: Authority, since: date = date(2024, 9, 1)) -> None:
    for address in person.address_facts.filter(superseded=None):
        withdraw(address)
    AddressFactory(person=person, authority=authority, starts=since)


def test_educated_here_in_year_11_and_living_elsewhere(croydon, barnet):
    person = complete_person(date_of_birth=SIXTEEN)
    elsewhere(person, barnet)
    EnrolmentFactory(person=person, starts=date(2025, 9, 1), ends=date(2026, 8, 1))
    assert standing(person) == ("G", "guarantee")
    assert standing(person, "2027-03") == ("G", "guarantee")
    assert standing(person, "2027-04")[1] == "lives-elsewhere"


def test_in_the_summer_of_year_11_they_are_covered_too(croydon, barnet):
    person = complete_person(date_of_birth=date(2010, 9, 1))
    elsewhere(person, barnet)
    EnrolmentFactory(person=person, starts=date(2024, 9, 1))
    assert standing(person, "2027-03")[1] == "lives-elsewhere"
    assert standing(person, "2027-04") == ("G", "guarantee")


def test_educated_elsewhere_in_year_11_and_living_elsewhere(croydon, barnet):
    person = complete_person(date_of_birth=SIXTEEN)
    elsewhere(person, barnet)
    EnrolmentFactory(person=person, authority=barnet, starts=date(2025, 9, 1))
    assert standing(person) == (OUT, "lives-elsewhere")


# Leaving, with a return before


def test_a_leaver_is_named_once(croydon):
    person = complete_person()
    DepartureFactory(person=person, kind="T", to_code="302", starts=date(2026, 10, 5))
    assert standing(person, baseline=sent_before(person)) == ("T", "departed")
    october = sent_before(person, "T", "2026-10")
    assert standing(person, "2026-11", baseline=october) == (OUT, "departed")


@pytest.mark.parametrize(("kind", "to_code"), [("T", "302"), ("E", "001"), ("M", ""), ("D", "")])
def test_each_departure_has_its_status_and_where_to(croydon, kind, to_code):
    person = complete_person()
    DepartureFactory(person=person, kind=kind, to_code=to_code, starts=date(2026, 10, 5))
    row = record_of(person, baseline=sent_before(person))
    assert row["cohort_status"] == kind
    assert row["transferred_to"] == (to_code or None)
    assert row["lead_lea"] == "306"


def test_two_records_that_were_merged_are_one_from_then_on(croydon):
    stays, goes = complete_person(), complete_person()
    baseline = sent_before(goes)
    number = stays.young_persons_id
    SentStatus.objects.create(build=baseline, person=stays, young_persons_id=number, status="P")
    answers = {one.key: one.of_stays.pk for one in plan_merge(stays, goes).questions}
    merge(stays=stays, goes=goes, by=member(Role.DATA_MANAGER), at=NOW, answers=answers)

    assert standing(stays, "2026-11", baseline=baseline)[0] == "P"
    assert standing(goes, "2026-11", baseline=baseline) == ("M", "departed")


def test_leaving_on_the_last_day_counts_and_on_the_first_of_next_does_not(croydon):
    leaves, stays = complete_person(), complete_person()
    DepartureFactory(person=leaves, starts=date(2026, 10, 31))
    DepartureFactory(person=stays, starts=date(2026, 11, 1))
    assert standing(leaves, baseline=sent_before(leaves))[0] == "T"
    assert standing(stays)[0] == "P"


def test_a_leaver_whom_we_learn_of_late_is_still_named(croydon):
    person = complete_person()
    DepartureFactory(person=person, starts=date(2026, 7, 2))
    assert standing(person, baseline=sent_before(person)) == ("T", "departed")


def test_who_was_in_no_return_does_not_leave_one(croydon):
    person, other = complete_person(), complete_person()
    DepartureFactory(person=person, starts=date(2026, 10, 5))
    assert standing(person, baseline=sent_before(other)) == (OUT, "departed")


def test_who_comes_back_is_in_and_may_leave_again(croydon):
    person = complete_person()
    DepartureFactory(person=person, starts=date(2026, 9, 5), ends=date(2026, 10, 20))
    october = standing(person, baseline=sent_before(person, "T"))
    assert october == ("P", "core")
    DepartureFactory(person=person, to_code="303", starts=date(2026, 11, 3))
    again = sent_before(person, "P", "2026-10")
    assert standing(person, "2026-11", baseline=again) == ("T", "departed")


def test_dead_and_then_corrected(croydon):
    person = complete_person()
    departure = DepartureFactory(person=person, kind="D", to_code="", starts=date(2026, 9, 5))
    september = sent_before(person)
    assert standing(person, "2026-09", baseline=september)[0] == "D"
    withdraw(departure)
    assert standing(person, baseline=sent_before(person, "D", "2026-08")) == ("P", "core")


def test_moving_by_address_alone_is_a_transfer_there(croydon, barnet):
    person = complete_person()
    end(person.address_facts.get(), date(2026, 10, 7))
    AddressFactory(person=person, authority=barnet, starts=date(2026, 10, 8))
    row = record_of(person, baseline=sent_before(person))
    assert (row["cohort_status"], row["transferred_to"]) == ("T", "302")
    assert row["address_line_1"] == "12 Castle Street"
    october = sent_before(person, "T", "2026-10")
    assert standing(person, "2026-11", baseline=october) == (OUT, "lives-elsewhere")


def test_from_the_guarantee_one_leaves_too(croydon, barnet):
    person = complete_person(date_of_birth=SIXTEEN)
    elsewhere(person, barnet)
    EnrolmentFactory(person=person, starts=date(2025, 9, 1), ends=date(2026, 8, 1))
    march = sent_before(person, "G", "2027-03")
    assert standing(person, "2027-04", baseline=march) == ("T", "lives-elsewhere")
    row = record_of(person, "2027-04", baseline=march)
    assert (row["activity_code"], row["postcode"]) == ("230", "NG1 4AB")


def test_reaching_the_age(croydon):
    person = complete_person(date_of_birth=date(2008, 8, 31))
    august = sent_before(person, "P", "2026-08")
    assert standing(person, "2026-09", baseline=august) == ("A", "aged-out")
    september = sent_before(person, "A", "2026-09")
    assert standing(person, "2026-10", baseline=september) == (OUT, "aged-out")


def test_reaching_25_with_a_plan(croydon):
    person = complete_person(date_of_birth=date(2001, 8, 31))
    SendProvisionFactory(person=person)
    august = sent_before(person, "P", "2026-08")
    assert standing(person, "2026-09", baseline=august) == ("A", "too-old-with-plan")


def test_a_plan_that_ends_at_19_is_its_own_reason(croydon):
    person = complete_person(date_of_birth=date(2007, 3, 14))
    SendProvisionFactory(person=person, ends=date(2026, 10, 16))
    row = record_of(person, baseline=sent_before(person))
    assert row["cohort_status"] == "L"
    assert row["send_flag"] == "Y"  # as on the last day they were in


def test_a_plan_that_ends_before_18_leaves_by_age(croydon):
    person = complete_person(date_of_birth=date(2008, 3, 14))
    SendProvisionFactory(person=person, ends=date(2026, 9, 1))
    august = sent_before(person, "P", "2026-08")
    assert standing(person, "2026-09", baseline=august) == ("A", "aged-out")


def test_a_plan_that_ends_the_day_after_turning_18_leaves_by_plan(croydon):
    person = complete_person(date_of_birth=date(2008, 3, 14))
    SendProvisionFactory(person=person, ends=date(2026, 9, 2))
    august = sent_before(person, "P", "2026-08")
    assert standing(person, "2026-09", baseline=august) == ("L", "plan-ended")


def test_a_plan_that_goes_on_after_a_pause_counts_by_its_last_part(croydon):
    person = complete_person(date_of_birth=date(2006, 3, 14))
    SendProvisionFactory(person=person, ends=date(2025, 3, 1))
    SendProvisionFactory(person=person, starts=date(2025, 9, 1))
    assert standing(person) == ("P", "plan")


# Leaving, in the first return of all


def test_in_a_first_return_leavers_are_those_of_the_month(croydon):
    in_october, in_august = complete_person(), complete_person()
    DepartureFactory(person=in_october, starts=date(2026, 10, 1))
    DepartureFactory(person=in_august, starts=date(2026, 8, 31))
    assert standing(in_october) == ("T", "departed")
    assert standing(in_august) == (OUT, "departed")


def test_in_a_first_return_nobody_leaves_who_was_too_young_or_old(croydon):
    young, old, planned = (
        complete_person(date_of_birth=date(2012, 3, 14)),
        complete_person(date_of_birth=date(2004, 3, 14)),
        complete_person(date_of_birth=date(2004, 3, 14)),
    )
    SendProvisionFactory(person=planned)
    for person in (young, old, planned):
        DepartureFactory(person=person, kind="D", to_code="", starts=date(2026, 10, 5))
    assert standing(young) == (OUT, "departed")
    assert standing(old) == (OUT, "departed")
    assert standing(planned) == ("D", "departed")


def test_in_a_first_return_a_move_by_address_must_be_from_here(croydon, barnet):
    moved, never_here = complete_person(), complete_person()
    end(moved.address_facts.get(), date(2026, 10, 7))
    AddressFactory(person=moved, authority=barnet, starts=date(2026, 10, 8))
    elsewhere(never_here, barnet, date(2026, 10, 8))
    assert standing(moved) == ("T", "lives-elsewhere")
    assert standing(never_here) == (OUT, "lives-elsewhere")


def test_in_a_first_return_of_september_those_who_reached_the_age_leave(croydon):
    person = complete_person(date_of_birth=EIGHTEEN)
    assert standing(person, "2026-09") == ("A", "aged-out")
    assert standing(person, "2026-10") == (OUT, "aged-out")


# What was known


def test_what_came_to_be_known_later_changes_nothing(croydon):
    person = complete_person()
    before = standing(person)
    change = ChangeFactory(authority=croydon)
    DepartureFactory(person=person, starts=date(2026, 10, 5), recorded=change)
    then = lineage.explain_as_at(person, replace(as_at(person), moment=change.pk - 1))
    assert before == (then.status, then.reason) == ("P", "core")
    assert standing(person) == ("T", "departed")
