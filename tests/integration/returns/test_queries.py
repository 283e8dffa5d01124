"""What the pages ask: errors by rule, last month to this, two returns side by side, figures."""

from datetime import date

import pytest

from ccis.access.roles import Role
from ccis.calendar.periods import Period
from returns import queries
from returns.actions import builds
from returns.errors import RecordsNotKept
from returns.models import Build, BuildKind, Finding
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    ChangeFactory,
    DepartureFactory,
    GuaranteeFactory,
    LevelOfNeedFactory,
    NameFactory,
    SendProvisionFactory,
    complete_person,
)
from tests.integration.returns.conftest import OCTOBER, make, withdraw
from tests.integration.returns.test_making import sound_person

pytestmark = pytest.mark.django_db


# Errors


def test_errors_by_rule_most_urgent_first(croydon):
    for _ in range(2):
        withdraw(complete_person().address_facts.get())
    odd = complete_person()
    withdraw(odd.levelofneed_facts.get())
    build = make(croydon)

    errors = queries.errors_by_rule(build)

    urgent = [one for one in errors if one.priority == 1]
    assert errors[: len(urgent)] == urgent
    people = {one.code: one.people for one in errors}
    assert (people["31"], people["32"], people["100"]) == (2, 2, 1)
    assert sum(one.findings for one in errors) == sum(build.finding_counts.values())
    assert errors[0].words.endswith(f"({errors[0].code})")


def test_findings_are_of_people_whom_one_may_see(croydon):
    seen, hidden = complete_person(), complete_person(restriction_level=3)
    for person in (seen, hidden):
        withdraw(person.address_facts.get())
    build = make(croydon)
    officer = member(Role.DATA_MANAGER, authority=croydon)
    found = queries.findings_of_rule(build, "32", user=officer)
    assert [one.person for one in found] == [seen]
    assert queries.visible_people([seen.pk, hidden.pk], user=officer) == {seen.pk: seen}
    stranger = member(Role.DATA_MANAGER, authority=AuthorityFactory(code=BARNET))
    assert not queries.findings_of_rule(build, "32", user=stranger).exists()
    assert not Build.objects.visible_to(stranger).exists()


def test_a_finding_says_whether_there_was_a_value_and_not_which(croydon):
    person = complete_person()
    withdraw(person.address_facts.get())
    AddressFactory(person=person, postcode="NOT ONE")
    build = make(croydon)
    finding = Finding.objects.get(build=build, code="43")
    assert (finding.person, finding.element, finding.value_present) == (person, "Postcode", True)
    assert "43" in {one.code for one, _ in queries.findings_of_person(build, person)}


# Last month to this


def test_last_month_and_who_joined_and_left_make_this_month(croydon):
    stays, leaves = sound_person(), sound_person()
    september = make(croydon, "2026-09", BuildKind.FINAL)
    DepartureFactory(person=leaves, starts=date(2026, 10, 5))
    moves_in = complete_person()
    for address in moves_in.address_facts.all():
        withdraw(address)
    AddressFactory(person=moves_in, starts=date(2026, 10, 12))
    october = make(croydon)

    movement = queries.cohort_movement(october, september)

    assert (movement.before, movement.now, movement.gap) == (2, 2, 0)
    (joined,), (left,) = movement.joined, movement.left
    assert (joined.person_id, joined.reason, joined.before) == (moves_in.pk, "core", "new")
    assert (left.person_id, left.reason, left.sent) == (leaves.pk, "departed", "T")
    assert movement.left_by_reason() == {("departed", "T"): 1}
    assert movement.joined_by_reason() == {("core", "new"): 1}
    assert stays.pk not in {one.person_id for one in movement.joined + movement.left}


def test_a_joiner_who_was_known_before_says_how_they_stood(croydon):
    person = complete_person(date_of_birth=date(2011, 8, 31), code="110")
    plan = complete_person(date_of_birth=date(2006, 3, 14))
    august = make(croydon, "2026-08")
    SendProvisionFactory(
        person=plan, starts=date(2026, 9, 3), recorded=ChangeFactory(authority=croydon)
    )
    september = make(croydon, "2026-09")
    movement = queries.cohort_movement(september, august)
    assert {(one.person_id, one.reason, one.before) for one in movement.joined} == {
        (person.pk, "year-11", "too-young"),
        (plan.pk, "plan", "aged-out"),
    }
    assert movement.gap == 0


def test_movement_of_a_trial_needs_its_records(croydon):
    first, second = make(croydon, "2026-09"), make(croydon)
    builds.drop_records(build=first)
    first.refresh_from_db()
    with pytest.raises(RecordsNotKept):
        queries.cohort_movement(second, first)


# Side by side


def test_two_returns_side_by_side(croydon):
    same, changed, gone = complete_person(), complete_person(), complete_person()
    september = make(croydon, "2026-09")
    withdraw(changed.name_facts.get())
    NameFactory(person=changed, given="Mari", recorded=ChangeFactory(authority=croydon))
    withdraw(changed.levelofneed_facts.get())
    LevelOfNeedFactory(person=changed, code_id="1", recorded=ChangeFactory(authority=croydon))
    DepartureFactory(person=gone, starts=date(2026, 9, 5))
    come = complete_person()
    october = make(croydon)

    found = queries.compare(october, september)

    assert (found.joined, found.left, found.both) == (1, 1, 2)
    assert found.changed_people == 2  # both were confirmed in October
    assert found.changed_values["GivenName"] == 1
    assert found.changed_values["LevelOfNeedCode"] == 1
    assert found.changed_values["DateVerified"] == 2
    (value,) = queries.changed_values(october, september, "GivenName")
    assert (value.person_id, value.was, value.now) == (changed.pk, "Amara", "Mari")
    assert queries.only_in(october, september) == [(come.pk, "P")]
    assert queries.only_in(september, october) == [(gone.pk, "P")]
    assert same.pk


def test_side_by_side_needs_both_sets_of_records(croydon):
    september, october = make(croydon, "2026-09"), make(croydon)
    builds.drop_records(build=september)
    september.refresh_from_db()
    with pytest.raises(RecordsNotKept):
        queries.compare(october, september)


# Which build


def test_the_builds_of_a_month(croydon):
    sound_person()
    trial = make(croydon)
    final = make(croydon, kind=BuildKind.FINAL)
    assert queries.standing(croydon, OCTOBER) == final
    assert queries.newest_done(croydon, OCTOBER) == final
    assert queries.newest_checked(croydon, OCTOBER) == final
    assert list(queries.builds_of(croydon, OCTOBER)) == [final, trial]
    assert queries.under_way(croydon, OCTOBER) is None
    assert queries.periods_with_builds(croydon) == [OCTOBER]
    assert queries.error_trend(croydon, OCTOBER) == [trial, final]


def test_due_so_many_working_days_after_the_month(croydon):
    assert queries.due_on(croydon, OCTOBER) == date(2026, 11, 13)


# Figures


def doing(code: str, **fields):
    person = complete_person(**fields)
    withdraw(person.activity_facts.get())
    ActivityFactory(person=person, code_id=code, predicted_end_on=None)
    return person


def test_figures_are_counted_from_the_records(croydon):
    for code in ("230", "230", "230", "310", "619", "810", "710"):
        doing(code)
    doing("350")  # lapsed: its review date is missing, so it has no lapse date and is current
    doing("110", date_of_birth=date(2010, 9, 10))  # Year 11 is no part of the base
    person = doing("640")
    SendProvisionFactory(person=person)

    figures = make(croydon).figures

    headline = figures["headline"]
    assert (headline["cohort"], headline["base"]) == (9, 8)
    assert (headline["neet"], headline["not_known"], headline["participating"]) == (2, 1, 4)
    assert headline["neet_percent"] == "25.0"
    assert headline["neet_or_not_known"] == 3
    assert figures["by_sen"]["EHC plan"]["neet"] == 1
    assert {one["code"]: one["people"] for one in figures["by_code"]}["230"] == 3
    assert figures["by_age"]["17"]["cohort"] == 9
    assert figures["groups"]["custody"] == 1


def test_lapsed_counts_as_not_known(croydon):
    person = complete_person()
    withdraw(person.activity_facts.get())
    ActivityFactory(person=person, code_id="330", starts=date(2025, 9, 1))
    figures = make(croydon).figures
    assert figures["headline"]["not_known"] == 1
    assert figures["by_code"] == [{"code": "330", "people": 1, "lapsed": 1}]


def test_guarantee_offers(croydon):
    GuaranteeFactory(person=complete_person(), for_year=12, status_id="114")
    complete_person()
    guarantee = make(croydon).figures["guarantee"]
    assert guarantee["year_12"]["cohort"] == 2
    assert guarantee["year_12"]["groups"]["offer made"] == 1
    assert guarantee["year_12"]["percent"]["not recorded"] == "50.0"


def test_the_years_figure_needs_all_three_months(croydon):
    doing("619")
    complete_person()
    make(croydon, "2026-12")
    make(croydon, "2027-01")
    assert queries.annual_share(croydon, 2027, "neet") is None
    make(croydon, "2027-02")
    mean = queries.annual_share(croydon, 2027, "neet")
    assert (mean.count, mean.cohort) == (1, 2)
    months = [str(month) for month, _ in queries.figures_by_month(croydon)]
    assert months == ["2026-12", "2027-01", "2027-02"]
    assert Period.parse("2027-02") in queries.periods_with_builds(croydon)
