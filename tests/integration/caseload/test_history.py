"""History: as it was known, as it was, every change, and who looked (PIA-07)."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from caseload.actions import details
from caseload.models import Address
from ccis.access.roles import Role
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import CharacteristicFactory, complete_person

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def amara(officer):
    """Known since 1 September; on 10 November a new address since 1 October came to be known."""
    person = complete_person()
    details.add(Address, person=person, started_on=date(2026, 10, 1), by=officer,
                at=datetime(2026, 11, 10, 15, tzinfo=UTC), kind="home", line_1="1 New Road",
                postcode="NG2 2BB")  # fmt: skip
    return person


def history(client, person, query=""):
    response = client.get(reverse("caseload:history", args=[person.ref]) + query)
    assert response.status_code == 200
    return response.content.decode()


def looked_back(text):
    return text.split("Looking back")[1].split("Every change")[0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "1 New Road"),
        ("?known-on=9/11/2026&true-on=15/10/2026", "12 Castle Street"),
        ("?known-on=10/11/2026&true-on=15/10/2026", "1 New Road"),
        ("?known-on=24/11/2026&true-on=30/9/2026", "12 Castle Street"),
        ("?known-on=9/11/2026", "12 Castle Street"),
    ],
    ids=[
        "now",
        "the day before we knew",
        "the day we came to know",
        "before the move",
        "known on alone",
    ],
)
def test_the_record_is_shown_as_known_on_one_day_and_true_on_another(
    signed_in, amara, query, expected
):
    text = looked_back(history(signed_in(Role.DATA_MANAGER), amara, query))

    assert expected in text
    other = {"1 New Road": "12 Castle", "12 Castle Street": "1 New Road"}[expected]
    assert other not in text


def test_before_anything_was_known_nothing_was(signed_in, amara):
    text = looked_back(history(signed_in(Role.DATA_MANAGER), amara, "?known-on=1/8/2026"))

    assert "Nothing was recorded." in text


@pytest.mark.parametrize("query", ["?known-on=31/2/2026", "?known-on=x&true-on=y"])
def test_a_day_that_is_none_says_so(signed_in, amara, query):
    text = history(signed_in(Role.DATA_MANAGER), amara, query)

    assert "As we knew it on must be a real date" in text


def test_every_change_is_listed_with_who_when_and_why(signed_in, officer, amara):
    text = history(signed_in(Role.DATA_MANAGER), amara).split("Every change")[1]

    assert "10 November 2026 at 3pm" in text
    assert officer.name in text
    assert "Address recorded" in text
    assert "Made for a test" in text


@pytest.mark.parametrize(
    ("role", "leads", "allowed"),
    [
        (Role.DATA_MANAGER, False, True),
        (Role.INFORMATION_GOVERNANCE, False, True),
        (Role.TRACKING_OFFICER, True, True),
        (Role.TRACKING_OFFICER, False, False),
        (Role.READ_ONLY, False, False),
    ],
)
def test_history_is_for_those_who_must_account_for_it(signed_in, amara, role, leads, allowed):
    client = signed_in(role, leads_team=leads)
    status = client.get(reverse("caseload:history", args=[amara.ref])).status_code

    assert status == (200 if allowed else 403)


def test_who_looked_is_shown_to_information_governance_alone(signed_in, desk, officer, amara):
    desk.get(reverse("caseload:person", args=[amara.ref]))

    governance = history(signed_in(Role.INFORMATION_GOVERNANCE), amara)
    assert "Who looked" in governance
    assert officer.name in governance.partition("Who looked")[2]
    assert "Their story" in governance
    assert "Who looked" not in history(signed_in(Role.DATA_MANAGER), amara)


def test_a_sensitive_circumstance_is_named_but_not_told(signed_in, amara):
    CharacteristicFactory(person=amara, code_id="110")

    text = history(signed_in(Role.DATA_MANAGER), amara)

    assert "A sensitive circumstance" in text
    assert "Looked after" not in text


def test_a_page_of_history_asks_a_fixed_number_of_questions(
    signed_in, amara, django_assert_max_num_queries
):
    client = signed_in(Role.INFORMATION_GOVERNANCE)
    history(client, amara)

    with django_assert_max_num_queries(82):
        history(client, amara)


def test_another_authoritys_data_manager_does_not_find_it(client, amara):
    stranger = member(Role.DATA_MANAGER, authority=AuthorityFactory(code="302"))
    client.force_login(stranger)

    assert client.get(reverse("caseload:history", args=[amara.ref])).status_code == 404
