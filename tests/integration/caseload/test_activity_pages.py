"""Recording, correcting, confirming and ending what someone is doing."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from caseload.models import Activity, Verification
from ccis.audit.models import TrailEntry
from tests.factories.caseload import ParticularsFactory, YoungPersonFactory, complete_person
from tests.factories.providers import ProviderFactory

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def amara(officer):
    """In Year 13, at a college since September."""
    return complete_person()


def url(name, person, *args):
    return reverse(f"caseload:{name}", args=[person.ref, *args])


def on(day):
    return {"started_on": "another", "started_on-typed": day}


def test_what_they_are_doing_now_is_recorded_and_the_one_before_ends(desk, officer, amara):
    college = ProviderFactory(college=True)

    response = desk.post(
        url("activity-new", amara),
        {
            "code_id": "250",
            "provider_id": college.pk,
            "course": "Level 2 Hair",
            **on("23/11/2026"),
            "verified_on": "today",
            "predicted_end_on": "31/7/2027",
            "source": "their mother",
        },
    )

    assert response.url == url("activities", amara)
    now = Activity.objects.believed().on(date(2026, 11, 24)).get()
    assert (now.code_id, now.provider, now.course) == ("250", college, "Level 2 Hair")
    assert (now.ascertained_on, now.predicted_end_on) == (date(2026, 11, 24), date(2027, 7, 31))
    assert Verification.objects.get(spell=now.spell).verified_on == date(2026, 11, 24)
    before = Activity.objects.believed().on(date(2026, 11, 1)).get()
    assert before.ends_on == date(2026, 11, 22)
    assert TrailEntry.objects.filter(verb="activity recorded", by_id=officer.pk).count() == 1


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({**on("1/11/2026")}, "Select what they are doing"),
        ({"code_id": "250"}, "Enter the date it began"),
        ({"code_id": "250", **on("31/11/2026")}, "From must be a real date"),
        (
            {"code_id": "250", **on("1/11/2026"), "predicted_end_on": "1/10/2026"},
            "Expected end must be the same day as the start or later",
        ),
        (
            {"code_id": "250", **on("1/11/2026"), "verified_on": "2026-10-31"},
            "It cannot be confirmed before the day it began",
        ),
        (
            {"code_id": "619", **on("1/8/2026")},
            "They were already “Full-time education, further education” on 1 September 2026. "
            "End that first, or correct its dates",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_mend(desk, amara, answers, message):
    response = desk.post(url("activity-new", amara), answers)

    assert message in response.content.decode()
    assert Activity.objects.filter(person=amara).count() == 1


def test_a_code_that_does_not_fit_the_age_is_asked_once_more(desk, amara):
    answers = {"code_id": "110", **on("23/11/2026")}

    text = desk.post(url("activity-new", amara), answers).content.decode()

    assert "They were in Year 13 on that date (230)" in text
    assert "It is right all the same" in text
    assert Activity.objects.filter(person=amara).count() == 1

    desk.post(url("activity-new", amara), {**answers, "accepts_warning": "on"})

    assert Activity.objects.believed().filter(code="110").exists()


def test_no_question_is_asked_where_the_code_fits(desk, amara):
    text = desk.get(url("activity-new", amara)).content.decode()

    assert "It is right all the same" not in text


@pytest.mark.parametrize("born", [None, date(2010, 9, 1)])
def test_someone_in_year_11_may_be_at_school(desk, officer, born):
    person = YoungPersonFactory()
    ParticularsFactory(person=person, date_of_birth=born)

    desk.post(url("activity-new", person), {"code_id": "110", **on("1/9/2026")})

    assert Activity.objects.believed().count() == 1


def test_an_activity_is_corrected_and_its_confirmations_stay(desk, amara):
    spell = amara.activity_facts.get()
    address = url("activities-correct", amara, 1)
    form = desk.get(address).content.decode()
    assert "Confirmed on" not in form

    response = desk.post(
        address,
        {
            "code_id": "220",
            "started_on": "2026-09-02",
            "version": str(spell.pk),
            "predicted_end_on": "31/7/2027",
        },
    )

    assert response.status_code == 302
    now = Activity.objects.believed().get()
    assert (now.code_id, now.starts_on, now.spell) == ("220", date(2026, 9, 2), spell.spell)
    assert "Confirmed 1 Oct 2026" in desk.get(url("activities", amara)).content.decode()


def test_correcting_into_another_activity_says_what_it_was(desk, amara):
    desk.post(url("activity-new", amara), {"code_id": "810", **on("23/11/2026")})
    now = Activity.objects.believed().get(code="810")

    response = desk.post(
        url("activities-correct", amara, 3),
        {"code_id": "810", "started_on": "2026-10-01", "version": str(now.pk)},
    )

    assert "They were already “Full-time education" in response.content.decode()


def test_confirming_adds_a_confirmation_and_no_version(desk, amara):
    spell = amara.activity_facts.get()

    desk.post(url("activities-confirm", amara, 1), {"verified_on": "yesterday"})

    assert amara.activity_facts.get() == spell
    assert Verification.objects.filter(verified_on=date(2026, 11, 23)).exists()
    assert "Confirmed 23 Nov 2026" in desk.get(url("person", amara)).content.decode()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("25/11/2026", "Confirmed on must be today or in the past"),
        ("1/8/2026", "Confirm it on 1 September 2026 or later"),
        ("", "Enter the day on which it was confirmed"),
    ],
)
def test_a_confirmation_has_a_day_that_can_be(desk, amara, typed, message):
    answers = {"verified_on": "another", "verified_on-typed": typed} if typed else {}

    response = desk.post(url("activities-confirm", amara, 1), answers)

    assert message in response.content.decode()
    assert Verification.objects.count() == 1


def test_an_activity_is_ended_with_a_reason(desk, amara):
    spell = amara.activity_facts.get()

    desk.post(
        url("activities-end", amara, 1),
        {"ended_on": "today", "leaving_reason": "moved on", "version": str(spell.pk)},
    )

    ended = Activity.objects.believed().get()
    assert (ended.ends_on, ended.leaving_reason) == (date(2026, 11, 24), "moved on")


def test_what_was_recorded_by_mistake_is_taken_out(desk, amara):
    spell = amara.activity_facts.get()

    desk.post(
        url("activities-take-out", amara, 1), {"version": str(spell.pk), "source": "the college"}
    )

    assert not Activity.objects.believed().exists()
    assert "What was corrected" in desk.get(url("activities", amara)).content.decode()
