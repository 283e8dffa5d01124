"""How to reach whoever withholds consent, where the record meets other pages (PIA-08)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from lxml import html

from caseload.intake.directory import read_directory
from caseload.intake.presenters.rows import proposals
from caseload.merging.planning import plan_merge
from caseload.merging.presenters import changes
from caseload.models import Address, Consent, ConsentAttempt
from ccis.access.roles import Role
from optout.models import Correction
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    ConsentAttemptFactory,
    ConsentFactory,
    ContactPointFactory,
    complete_person,
)
from tests.factories.files import CENSUS_HEADER, csv_bytes, pupil, send
from tests.factories.optout import CorrectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = member(Role.TRACKING_OFFICER, authority=AuthorityFactory())
    client.force_login(user)
    return user


def on_day(day):
    """The days of what happened on one."""
    return {"starts": day, "ends": day + timedelta(days=1)}


def first_shown(client, correction):
    page = client.get(f"/corrections/{correction.ref}/accept/").content.decode()
    (form,) = (one for one in html.fromstring(page).forms if "seen" in one.fields)
    return dict(form.form_values()), page


def test_a_correction_shows_no_address_that_is_held_back(client, officer):
    person = complete_person()
    home = Address.objects.get(person=person)
    correction = CorrectionFactory(person=person, version=home.pk)
    address = f"/corrections/{correction.ref}/"
    assert home.line_1 in client.get(address).content.decode()
    ConsentFactory(person=person)

    page = client.get(address).content.decode()
    answers, form = first_shown(client, correction)

    assert home.line_1 not in page
    assert home.postcode not in page
    assert "Held back" in page
    assert home.line_1 not in form
    assert (answers["line_1"], answers["postcode"]) == ("3 Elm Way", "NG2 1AB")

    client.post(f"{address}accept/", answers)

    correction.refresh_from_db()
    assert correction.state == Correction.State.ACCEPTED
    now = Address.objects.believed().on(timezone.localdate()).get(person=person)
    assert (now.line_1, now.kind) == ("3 Elm Way", "home")
    decided = client.get(address).content.decode()
    assert "Home: Held back" in decided.partition("It says")[2]
    assert home.line_1 not in decided


def test_a_row_of_a_file_shows_no_address_that_is_held_back():
    row = send(csv_bytes(CENSUS_HEADER, [pupil(1)])).rows.get()
    person = complete_person(lead_authority=row.file.authority)
    home = Address.objects.get(person=person)
    row.proposal = [
        {
            "fact": "address",
            "supersedes": home.pk,
            "does": "begins",
            "from": "2026-11-01",
            "values": {"line_1": "3 Elm Way"},
        },
        {
            "fact": "address",
            "supersedes": home.pk,
            "does": "ends",
            "keep": True,
            "from": "2026-10-01",
        },
    ]
    assert home.line_1 in str(proposals(row, read_directory(), sensitive=True))
    ConsentFactory(person=person)

    shown = proposals(row, read_directory(), sensitive=True)

    assert home.line_1 not in str(shown)
    assert home.postcode not in str(shown)
    assert "3 Elm Way" in shown[0]["becomes"]


def test_what_a_merge_carries_over_is_held_back_as_it_was():
    stays, goes = complete_person(), complete_person()
    ContactPointFactory(person=goes, kind="mobile", value="07700900014")
    assert "07700900014" in str(changes(plan_merge(stays, goes)))
    ConsentFactory(person=goes)

    shown = str(changes(plan_merge(stays, goes)))

    assert "07700900014" not in shown


@pytest.mark.parametrize("what_was_wrong", ["wrong", "changed"])
def test_a_choice_is_put_right_by_a_correction(client, officer, what_was_wrong):
    person = complete_person()
    consent = ConsentFactory(person=person, answer="given", starts=date(2026, 9, 1), how="visit")
    correction = CorrectionFactory(person=person, part="consent", version=consent.pk)
    answers, _ = first_shown(client, correction)
    same_day = {"started_on": "none"} if what_was_wrong == "wrong" else {}

    client.post(
        f"/corrections/{correction.ref}/accept/",
        answers
        | same_day
        | {"what_was_wrong": what_was_wrong, "answer": "withdrawn", "told_by": "phone"},
    )

    correction.refresh_from_db()
    assert correction.state == Correction.State.CHANGED
    held = Consent.objects.believed().on(timezone.localdate()).get(person=person)
    assert (held.answer, held.how) == ("withdrawn", "visit")
    assert held.starts_on == (
        consent.starts_on if what_was_wrong == "wrong" else correction.request.received_at.date()
    )


def test_an_attempt_at_consent_stays_on_one_day_when_it_is_put_right(client, officer):
    tried = ConsentAttemptFactory(person=complete_person(), **on_day(date(2026, 9, 1)))
    correction = CorrectionFactory(person=tried.person, part="attempts", version=tried.pk)
    answers, _ = first_shown(client, correction)

    client.post(
        f"/corrections/{correction.ref}/accept/",
        answers | {"how": "visit", "told_by": "phone"},
    )

    correction.refresh_from_db()
    assert correction.state == Correction.State.CHANGED
    (held,) = ConsentAttempt.objects.believed().filter(person=tried.person)
    assert (held.how, held.starts_on, held.ends_on) == ("visit", date(2026, 9, 1), date(2026, 9, 1))
