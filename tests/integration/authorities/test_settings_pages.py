"""Settings: what there is, authorities and their shared units, and the policy in words."""

from dataclasses import fields
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from ccis.authorities.choices import CHOICES, answers
from ccis.authorities.models import Authority, PolicyProfile, SubRegion
from ccis.authorities.policy import Policy, adopt, policy_of
from ccis.calendar.words import day_in, day_of_year
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory

pytestmark = pytest.mark.django_db

SETTINGS = "/settings/"
AUTHORITIES = "/settings/authorities/"
UNITS = "/settings/authorities/units/"
POLICY = "/settings/policy/"
CHANGE = "/settings/policy/change/"


def signed_in(client: Client, role: Role, **given: object) -> Client:
    client.force_login(member(role, **given))
    return client


@pytest.fixture
def administrator(client):
    return signed_in(client, Role.ADMINISTRATOR)


def words(response: object) -> str:
    return response.content.decode()


def errors(response: object) -> dict[str, list[str]]:
    return dict(response.context_data["form"].errors)


def test_settings_begin_with_what_there_is(administrator):
    shown = words(administrator.get(SETTINGS))

    for address in (AUTHORITIES, POLICY, "/settings/providers/"):
        assert f'href="{address}"' in shown


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ADMINISTRATOR, 200),
        (Role.DATA_MANAGER, 200),
        (Role.INFORMATION_GOVERNANCE, 200),
        (Role.TRACKING_OFFICER, 403),
        (Role.ADVISER, 403),
        (Role.READ_ONLY, 403),
        (Role.NAMED_INDIVIDUAL, 403),
    ],
)
def test_who_may_see_settings(client, role, status):
    signed_in(client, role)

    for address in (SETTINGS, AUTHORITIES, UNITS, POLICY):
        assert client.get(address).status_code == status


# -- authorities -----------------------------------------------------------------------------------


def listed(response: object) -> list[dict[str, object]]:
    return response.context_data["listed"].rows


def test_every_authority_past_and_present_is_listed(administrator):
    response = administrator.get(f"{AUTHORITIES}?rows=100")

    total = response.context_data["listed"].total
    assert total == Authority.objects.count() > 150
    assert f"<strong>{total} authorities</strong>" in words(response)


@pytest.mark.parametrize(
    ("query", "codes"),
    [("find=302", {"302"}), ("state=here", {"306"}), ("state=past&find=Northampton", {"928"})],
)
def test_authorities_are_found(administrator, query, codes):
    assert {row["code"] for row in listed(administrator.get(f"{AUTHORITIES}?{query}"))} == codes


def test_a_past_authority_says_what_it_is_part_of_now(administrator):
    (row,) = listed(administrator.get(f"{AUTHORITIES}?find=928"))

    assert row["is_past"]
    assert "North Northamptonshire" in row["now"]


def test_authorities_of_a_region(administrator):
    region = Authority.objects.get(code="306").region

    rows = listed(administrator.get(AUTHORITIES, {"region": region}))

    assert {row["region"] for row in rows} == {region}


# -- sub-regions -----------------------------------------------------------------------------------


def unit_answers(**changed: object) -> dict[str, object]:
    return {
        "name": "The Ridings partnership",
        "contact_name": "Sam Field",
        "contact_email": "ridings@council.example",
        "authorities": "croydon\n 302 \n\n",
    } | changed


def test_making_a_sub_region_and_changing_its_members(administrator):
    administrator.post(f"{UNITS}new/", unit_answers())

    unit = SubRegion.objects.get()
    assert {member.code for member in unit.authorities.all()} == {"302", "306"}
    assert "The Ridings partnership" in words(administrator.get(UNITS))

    form = administrator.get(f"{UNITS}{unit.ref}/").context_data["form"]
    assert form["authorities"].value() == "Barnet\nCroydon"

    administrator.post(f"{UNITS}{unit.ref}/", unit_answers(authorities="Barnet"))
    assert [member.code for member in unit.authorities.all()] == ["302"]
    shown = words(administrator.get(f"{UNITS}{unit.ref}/"))
    assert "What was changed" in shown
    verbs = TrailEntry.objects.filter(subject_kind="authorities.subregion").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == ["sub-region made", "sub-region changed"]


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"name": ""}, "name", "Enter the sub-region's name"),
        ({"authorities": ""}, "authorities", "Enter the authorities that share it"),
        (
            {"authorities": "Barnet\nAtlantis"},
            "authorities",
            "“Atlantis” is not the name or the code of an authority",
        ),
        ({"contact_email": "x"}, "contact_email", "Enter an email address in the right form"),
    ],
)
def test_what_is_missing_is_said(administrator, changed, field, says):
    response = administrator.post(f"{UNITS}new/", unit_answers(**changed))

    assert says in errors(response)[field][0]


def test_two_sub_regions_of_one_name_are_refused(administrator):
    SubRegion.objects.create(name="The Ridings partnership")

    response = administrator.post(f"{UNITS}new/", unit_answers())

    assert errors(response)["name"] == ["There is a sub-region of this name already"]


def test_those_who_may_only_look_cannot_make_one(client):
    signed_in(client, Role.INFORMATION_GOVERNANCE)

    assert "Make a sub-region" not in words(client.get(UNITS))
    assert client.post(f"{UNITS}new/", unit_answers()).status_code == 403


# -- policy ----------------------------------------------------------------------------------------


def policy_answers(**changed: object) -> dict[str, object]:
    defaults = {
        name: value if isinstance(value, list) else str(value)
        for name, value in answers(Policy()).items()
    }
    return defaults | {"why": "Agreed by the board", "version": "0"} | changed


def test_every_choice_of_the_policy_has_its_words():
    names = [field.name for field in fields(Policy) if field.name != "version"]

    assert sorted(names) == sorted(choice.name for choice in CHOICES)


def test_every_answer_that_the_service_comes_with_is_allowed():
    for choice in CHOICES:
        value = getattr(Policy(), choice.name)
        if choice.options:
            assert set(value) <= {name for name, _ in choice.options()}
        elif choice.is_day:
            assert day_of_year(day_in(2001, value)) == value == choice.in_words(value)
        else:
            assert choice.least <= value <= choice.most


def test_before_anything_is_chosen_the_page_says_so(administrator):
    shown = words(administrator.get(POLICY))

    assert "Nothing has been chosen yet" in shown
    assert "28 days" in shown


def test_saving_a_version(client):
    user = member(Role.INFORMATION_GOVERNANCE)
    client.force_login(user)

    response = client.post(CHANGE, policy_answers(activity_review_warning_days="42"), follow=True)

    shown = words(response)
    assert "Version 1 of the policy is in force" in shown
    assert "28 days became 42 days" in shown
    assert "Agreed by the board" in shown
    assert user.name in shown
    profile = PolicyProfile.objects.get()
    assert (profile.version, profile.made_by) == (1, user)
    assert policy_of(profile.authority).activity_review_warning_days == 42
    assert TrailEntry.objects.filter(verb="policy changed", subject_id=profile.pk).exists()


def test_a_day_of_the_year_is_typed_most_ways(administrator):
    days = {"review_summer_opens": "2/5", "review_autumn_due": "Dec 1st"}

    shown = words(administrator.post(CHANGE, policy_answers(**days), follow=True))

    assert "1 May became 2 May" in shown
    assert "30 November became 1 December" in shown


def test_a_version_stays_when_the_next_is_made(administrator):
    administrator.post(CHANGE, policy_answers(activity_review_warning_days="42"))
    administrator.post(CHANGE, policy_answers(activity_review_warning_days="35", version="1"))

    days = PolicyProfile.objects.order_by("version").values_list(
        "values__activity_review_warning_days", flat=True
    )
    assert list(days) == [42, 35]


def test_a_data_manager_reads_the_policy_and_does_not_change_it(client):
    signed_in(client, Role.DATA_MANAGER)

    assert "Change the policy" not in words(client.get(POLICY))
    assert client.get(CHANGE).status_code == 403
    assert client.post(CHANGE, policy_answers()).status_code == 403
    assert not PolicyProfile.objects.exists()


def test_two_people_who_change_it_at_once(administrator):
    adopt(
        authority=AuthorityFactory(),
        by=None,
        at=timezone.now(),
        why="first",
        return_due_working_days=8,
    )

    response = administrator.post(CHANGE, policy_answers(version="0"))

    assert "Someone changed this while you were typing" in words(response)
    assert PolicyProfile.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"why": ""}, "why", "Enter why you are changing this"),
        ({"file_error_threshold_percent": "101"}, "file_error_threshold_percent", "0 and 100"),
        ({"file_error_threshold_percent": ""}, "file_error_threshold_percent", "0 and 100"),
        ({"activity_review_warning_days": "x"}, "activity_review_warning_days", "1 and 180"),
        ({"review_summer_due": ""}, "review_summer_due", "Enter a day and a month"),
        ({"review_summer_due": "today"}, "review_summer_due", "Enter a day and a month"),
        ({"review_summer_opens": "29 feb"}, "review_summer_opens", "that every year has"),
        (
            {"review_summer_due": "5 oct"},
            "review_autumn_opens",
            "Enter a day later in the year than 5 October, the answer above",
        ),
    ],
)
def test_an_answer_that_cannot_be_is_refused(administrator, changed, field, says):
    response = administrator.post(CHANGE, policy_answers(**changed))

    assert says in errors(response)[field][0]
    assert not PolicyProfile.objects.exists()


def test_a_policy_is_of_the_authority_that_was_chosen(client):
    user = member(Role.ADMINISTRATOR)
    elsewhere = AuthorityFactory(code=BARNET)
    user.memberships.create(
        authority=elsewhere, role=Role.ADMINISTRATOR.value, starts_on=date(2020, 1, 1)
    )
    client.force_login(user)
    client.post("/authority/", {"authority": BARNET})

    client.post(CHANGE, policy_answers(activity_review_warning_days="42"))

    assert PolicyProfile.objects.get().authority == elsewhere
