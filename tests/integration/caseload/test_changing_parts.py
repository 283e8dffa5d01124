"""Forms that add, correct, end and take out: one mechanism for every part."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from caseload.actions import details
from caseload.models import (
    Address,
    Attendance,
    Characteristic,
    ContactPoint,
    Enrolment,
    Guarantee,
    Identifier,
    IdentifierKind,
    IntendedDestination,
    LevelOfNeed,
    Name,
    Particulars,
    RiskIndicators,
    SendProvision,
)
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    LevelOfNeedFactory,
    RiskIndicatorsFactory,
    YoungPersonFactory,
    complete_person,
)
from tests.factories.providers import ProviderFactory

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)
FROM = {"started_on": "another", "started_on-typed": "1/11/2026"}

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def url(name, person, *args):
    return reverse(f"caseload:{name}", args=[person.ref, *args])


def errors(response):
    assert response.status_code == 200
    text = response.content.decode()
    assert "<title>Error: " in text.replace("\n", "")
    return text


@pytest.mark.parametrize(
    ("part", "answers", "model", "expected"),
    [
        ("names", {"kind": "known-as", "given": "Mari"}, Name, {"given": "Mari"}),
        (
            "addresses",
            {"kind": "home", "line_1": "1 New Road", "postcode": "ng22bb"},
            Address,
            {"postcode": "NG2 2BB"},
        ),
        (
            "contact-points",
            {"kind": "mobile", "value": "+44 7700 900 123", "whose": "parent"},
            ContactPoint,
            {"value": "07700900123", "whose": "parent"},
        ),
        (
            "contact-points",
            {"kind": "email", "value": "Amara@Example.org", "whose": "own"},
            ContactPoint,
            {"value": "amara@example.org"},
        ),
        (
            "identifiers",
            {"kind_id": "uln", "value": " 1000000 027"},
            Identifier,
            {"kind_id": "uln", "value": "1000000027"},
        ),
        (
            "particulars",
            {"date_of_birth": "14 mar 09", "gender_id": "F", "ethnicity_id": ""},
            Particulars,
            {"date_of_birth": date(2009, 3, 14), "gender_id": "F", "ethnicity_id": None},
        ),
        ("send", {"provision": "K"}, SendProvision, {"provision": "K"}),
        ("need", {"code_id": "1"}, LevelOfNeed, {"code_id": "1"}),
        (
            "guarantee",
            {"for_year": "11", "status_id": "110"},
            Guarantee,
            {"for_year": 11, "status_id": "110", "authority_id": None},
        ),
        ("destination", {"code_id": "121"}, IntendedDestination, {"code_id": "121"}),
        ("circumstances", {"code_id": "140"}, Characteristic, {"code_id": "140"}),
    ],
)
def test_each_part_can_be_added(desk, officer, part, answers, model, expected):
    person = YoungPersonFactory()

    response = desk.post(url(f"{part}-new", person), {**answers, **FROM, "source": "their mother"})

    assert response.status_code == 302, response.content.decode()[-4000:]
    fact = model.objects.get()
    assert {name: getattr(fact, name) for name in expected} == expected
    assert (fact.starts_on, fact.ends_on) == (date(2026, 11, 1), None)
    assert (fact.recorded.by, fact.recorded.source) == (officer, "their mother")
    assert TrailEntry.objects.filter(verb__endswith="recorded", subject_id=person.pk).count() == 1


def test_a_school_of_the_directory_brings_its_authority(desk):
    person = YoungPersonFactory()
    school = ProviderFactory(authority=AuthorityFactory())

    desk.post(url("schools-new", person), {"provider_id": school.pk, "year_group": "11", **FROM})

    enrolment = Enrolment.objects.get()
    assert (enrolment.provider, enrolment.authority, enrolment.year_group) == (
        school,
        school.authority,
        11,
    )


@pytest.mark.parametrize(
    ("part", "answers", "message"),
    [
        ("names", {"kind": "legal"}, "Enter a first name or a family name"),
        ("names", {"given": "Mari"}, "Select what kind of name it is"),
        ("addresses", {"kind": "home"}, "Enter the address"),
        ("addresses", {"kind": "home", "postcode": "NG1"}, "Give the whole postcode"),
        ("contact-points", {"kind": "mobile", "value": "12", "whose": "own"}, "area code"),
        ("contact-points", {"kind": "email", "value": "x@", "whose": "own"}, "email address"),
        ("identifiers", {"kind_id": "uln", "value": "98765"}, "ULN must be 10 digits; this has 5"),
        (
            "identifiers",
            {"kind_id": "upn", "value": "A801200001001"},
            "first letter does not agree with its digits. Check each one",
        ),
        ("identifiers", {"kind_id": "previous-nccis", "value": "1"}, "13 digits"),
        ("particulars", {"date_of_birth": "31/2/2009"}, "Date of birth must be a real date"),
        ("particulars", {"date_of_birth": "1/1/2027"}, "Date of birth must be in the past"),
        ("schools", {}, "Select the school, or the authority it is in"),
        ("need", {"code_id": ""}, "Select the level of need"),
        ("circumstances", {"code_id": "999"}, "999 is not one of the available choices"),
    ],
)
def test_a_wrong_answer_says_how_to_mend_it_and_keeps_what_was_typed(desk, part, answers, message):
    person = YoungPersonFactory()

    text = errors(desk.post(url(f"{part}-new", person), {**answers, **FROM, "source": "my note"}))

    assert message in text.replace("&#x27;", "'").replace("&#39;", "'")
    assert "my note" in text
    assert not TrailEntry.objects.filter(verb__endswith="recorded").exists()


def test_an_end_before_the_start_is_refused(desk):
    text = errors(
        desk.post(
            url("need-new", YoungPersonFactory()),
            {"code_id": "1", **FROM, "ended_on": "31/10/2026"},
        )
    )

    assert "The end must be the same day as the start or later" in text


def test_an_overlap_says_with_what(desk):
    need = LevelOfNeedFactory(starts=date(2026, 11, 1))

    text = errors(desk.post(url("need-new", need.person), {"code_id": "1", **FROM}))

    assert "already held on 1 November 2026. End that first, or correct its dates" in text


def test_a_new_kind_of_identifier_is_offered_and_checked_without_a_change_of_code(desk):
    IdentifierKind.objects.create(
        code="nhs", label="Health number", pattern=r"^HN[0-9]{6}$",
        says_when_wrong="A health number is HN and six digits"
    )  # fmt: skip
    person = YoungPersonFactory()
    address = url("identifiers-new", person)

    assert "Health number" in desk.get(address).content.decode()
    wrong = desk.post(address, {"kind_id": "nhs", "value": "HN1", **FROM})
    assert "A health number is HN and six digits" in errors(wrong)
    assert desk.post(address, {"kind_id": "nhs", "value": "hn 123456", **FROM}).status_code == 302
    assert Identifier.objects.get().value == "HN123456"
    assert "Health number" in desk.get(url("details", person)).content.decode()


# -- correcting ------------------------------------------------------------------------------------


@pytest.fixture
def amara(officer):
    return complete_person()


def correction(name, **changed):
    return {
        "kind": name.kind,
        "given": name.given,
        "middle": name.middle,
        "family": name.family,
        "started_on": name.starts_on.isoformat(),
        "version": str(name.pk),
        **changed,
    }


def test_a_correction_starts_from_what_is_held_and_keeps_the_old_version(desk, officer, amara):
    name = amara.name_facts.get()
    address = url("names-correct", amara, 1)
    assert f'value="{name.family}"' in desk.get(address).content.decode()

    response = desk.post(address, correction(name, family="Righted"))

    assert response.url == url("names", amara)
    assert amara.name_facts.believed().get().family == "Righted"
    assert amara.name_facts.count() == 2
    assert "What was corrected" in desk.get(url("names", amara)).content.decode()


def test_an_address_of_a_form_goes_on_leading_to_the_same_thing(desk, amara):
    name = amara.name_facts.get()
    desk.post(url("names-correct", amara, 1), correction(name, family="Righted"))

    assert "Righted" in desk.get(url("names-correct", amara, 1)).content.decode()


@pytest.mark.parametrize("place", [0, 2, 99])
def test_what_never_was_is_not_found(desk, amara, place):
    assert desk.get(url("names-correct", amara, place)).status_code == 404


def collide(desk, amara, **changed):
    """A colleague corrects the family name while the officer is typing."""
    name = amara.name_facts.get()
    priya = member(Role.ADVISER, authority=AuthorityFactory(), user__name="Priya Nair")
    details.correct(name, started_on=name.starts_on, ended_on=None, by=priya, at=NOW,
                    family="Bypriya", middle="Jane")  # fmt: skip
    return desk.post(url("names-correct", amara, 1), correction(name, **changed))


def test_two_at_once_see_both_and_lose_nothing(desk, amara):
    response = collide(desk, amara, family="Byofficer")

    text = response.content.decode()
    assert "Priya Nair changed this at 9:30am. Choose which to keep, field by field" in text
    assert "Bypriya" in text
    assert "Byofficer" in text
    assert 'name="keep-family"' in text
    assert 'name="keep-middle"' in text
    assert 'name="keep-given"' not in text
    assert amara.name_facts.believed().get().family == "Bypriya"


def test_what_was_chosen_field_by_field_is_saved(desk, amara):
    was = amara.name_facts.get()
    collide(desk, amara, family="Byofficer")
    now = amara.name_facts.believed().get()

    response = desk.post(
        url("names-correct", amara, 1),
        {
            **correction(was, family="Byofficer", version=str(now.pk)),
            "keep-family": "typed",
            "keep-middle": "held",
        },
    )

    assert response.status_code == 302
    kept = amara.name_facts.believed().get()
    assert (kept.family, kept.middle, kept.given) == ("Byofficer", "Jane", was.given)
    assert amara.name_facts.count() == 3


def test_dates_can_be_chosen_between_too(desk, officer):
    need = LevelOfNeedFactory(starts=date(2026, 9, 1), code_id="3")
    details.correct(need, started_on=date(2026, 9, 2), ended_on=date(2026, 10, 1), by=officer,
                    at=NOW)  # fmt: skip
    typed = {"code_id": "1", "started_on": "2026-09-03", "version": str(need.pk)}
    address = url("need-correct", need.person, 1)
    assert 'name="keep-ended_on"' in desk.post(address, typed).content.decode()
    now = LevelOfNeed.objects.believed().get()

    desk.post(
        address,
        {
            **typed,
            "version": str(now.pk),
            "keep-started_on": "held",
            "keep-ended_on": "held",
            "keep-code_id": "typed",
        },
    )

    kept = LevelOfNeed.objects.believed().get()
    assert (kept.code_id, kept.starts_on, kept.ends_on) == (
        "1",
        date(2026, 9, 2),
        date(2026, 10, 1),
    )


def test_what_was_taken_out_meanwhile_cannot_be_corrected(desk, officer, amara):
    name = amara.name_facts.get()
    details.take_out(name, by=officer, at=NOW)

    response = desk.post(url("names-correct", amara, 1), correction(name), follow=True)

    assert "This was taken out of the record" in response.content.decode()
    assert not amara.name_facts.believed().exists()


# -- ending and taking out -------------------------------------------------------------------------


def test_a_fact_is_ended_on_its_last_day(desk):
    need = LevelOfNeedFactory(starts=date(2026, 9, 1))

    desk.post(url("need-end", need.person, 1), {"ended_on": "yesterday", "version": str(need.pk)})

    assert LevelOfNeed.objects.believed().get().ends_on == date(2026, 11, 23)


def test_an_end_on_a_page_of_before_asks_again(desk, officer):
    need = LevelOfNeedFactory(starts=date(2026, 9, 1))
    details.correct(need, started_on=date(2026, 9, 2), ended_on=None, by=officer, at=NOW)
    address = url("need-end", need.person, 1)

    text = errors(desk.post(address, {"ended_on": "today", "version": str(need.pk)}))

    assert f"{officer.name} changed this at 9:30am" in text
    assert LevelOfNeed.objects.believed().get().ends_on is None
    now = LevelOfNeed.objects.believed().get()
    assert f'value="{now.pk}"' in text


def test_what_was_recorded_by_mistake_is_taken_out_and_stays_in_the_history(desk):
    need = LevelOfNeedFactory()
    address = url("need-take-out", need.person, 1)
    assert "Enter how you know" in errors(desk.post(address, {"version": str(need.pk)}))

    desk.post(address, {"version": str(need.pk), "source": "their adviser"})

    assert not LevelOfNeed.objects.believed().exists()
    text = desk.get(url("need", need.person)).content.decode()
    assert "What was corrected" in text
    assert "<s>" in text
    assert desk.get(address).status_code == 302


def test_what_was_not_touched_is_not_proposed_against_a_colleague(desk, amara):
    text = collide(desk, amara, family="Byofficer").content.decode()

    def chosen(name):
        row = text.split(f'id="{name}-held"')[1].split("</tr>")[0]
        return "typed" if " checked" in row.split(f'id="{name}-typed"')[1] else "held"

    assert chosen("keep-family") == "typed"
    assert chosen("keep-middle") == "held"


# -- what a school reports -------------------------------------------------------------------------


def test_attendance_is_of_a_run_of_days_and_adds_up(desk, amara):
    school = ProviderFactory(authority=amara.lead_authority)
    told = {"provider_id": school.pk, "possible": 72, "attended": 60, "suspended": 1}
    said = {**FROM, **told, "authorised": 8, "unauthorised": 2}

    page = errors(
        desk.post(url("attendance-new", amara), {**said, "authorised": 0, "attended": 73})
    )
    for words in (
        "Enter the last day of these sessions",
        "More sessions are told than were possible",
        "Enter no more than the authorised absence",
    ):
        assert words in page
    desk.post(url("attendance-new", amara), {**said, "ended_on": "20/11/2026"})

    fact = Attendance.objects.get(person=amara)
    assert (fact.attended, fact.unclear, fact.ends_on) == (60, 2, date(2026, 11, 20))


def test_a_sign_of_risk_can_be_said_to_be_not_told_after_all(desk, amara):
    RiskIndicatorsFactory(person=amara, carer=True, judgement="high")
    page = url("risk-correct", amara, 1)
    form = desk.get(page).context_data["form"]
    assert (form["carer"].value(), form["ehc_plan"].value()) == ("yes", "not-told")
    said = {name: form[name].value() or "" for name in form.fields}
    said |= {"started_on": "another", "started_on-typed": "1/9/2026", "ended_on": ""}

    errors(desk.post(page, {**said, "attendance_percent": "lots"}))
    desk.post(page, {**said, "carer": "not-told", "judgement": "not-told", "ehc_plan": "no"})

    fact = RiskIndicators.objects.believed().get(person=amara)
    assert (fact.carer, fact.ehc_plan, fact.judgement) == (None, False, "")
    assert str(fact.attendance_percent) == "83.3"
