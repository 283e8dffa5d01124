"""In because, out because; every value with the row that it came from (pages §2.8)."""

from datetime import date

import pytest

from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    CharacteristicFactory,
    ConsentFactory,
    YoungPersonFactory,
    complete_person,
)
from tests.integration.returns.conftest import make, withdraw
from tests.integration.returns.pages import links, page_of, words
from tests.integration.returns.test_making import sound_person
from tests.personal import assert_trail_tells_nothing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


def tab(person, **query):
    words = "&".join(f"{word}={value}" for word, value in query.items())
    return f"/people/{person.ref}/return/{'?' if words else ''}{words}"


def value(response, element):
    return next(one for one in response.context_data["sent"] if one["element"] == element)


def test_in_because(desk, croydon):
    person = sound_person()
    build = make(croydon)

    shown = desk.get(tab(person))

    assert "In, because this person lives here and is aged 16 or 17" in words(shown)
    assert "Cohort status: Primary cohort (P)" in words(shown)
    assert page_of(build) in links(shown)


def test_out_because(desk, croydon):
    person = complete_person(date_of_birth=date(2014, 1, 1))
    make(croydon)

    shown = desk.get(tab(person))

    assert "Out, because this person is not yet in Year 11" in words(shown)
    assert shown.context_data["sent"] == []


def test_every_value_with_its_words_its_source_and_its_rule(desk, croydon):
    person = sound_person()
    make(croydon)

    shown = desk.get(tab(person))

    activity = value(shown, "ActivityCode")
    assert (activity["value"], activity["rule"]) == (
        "230",
        "What they were doing on the last day of the month.",
    )
    assert activity["words"]
    assert value(shown, "LeadLEA")["words"] == croydon.name
    assert value(shown, "DOB")["words"] == "14 Mar 2009"
    assert value(shown, "SENDFlag")["words"] == "no"
    assert "Recorded by" in words(shown)
    sent = len(shown.context_data["sent"]) + len(shown.context_data["empty"])
    assert sent == 44


def test_a_row_of_a_file_is_a_link_to_it(desk, croydon):
    person = sound_person()
    fact = person.address_facts.get()
    type(fact.recorded).objects.filter(pk=fact.recorded_id).update(file_ref="7F3KQ29M")
    type(fact).objects.filter(pk=fact.pk).update(source_row=88)
    make(croydon)

    shown = desk.get(tab(person))

    assert "From file 7F3K-Q29M, row 88" in words(shown)
    assert "/files/7F3K-Q29M/rows/88/" in links(shown)


def test_before_a_return_is_made_it_says_how_it_would_be(desk, croydon):
    person = sound_person()

    shown = desk.get(tab(person))

    assert "has not been made yet" in words(shown)
    assert "In, because this person" in words(shown)


@pytest.mark.parametrize("period", ["2026-09", "nonsense", "2026-13"])
def test_another_month_and_months_that_are_none(desk, croydon, period):
    person = sound_person()
    make(croydon, "2026-09")

    shown = desk.get(tab(person, period=period))

    assert str(shown.context_data["period"]) == "2026-09"
    assert shown.context_data["build"] is not None


def test_what_is_wrong_with_a_record_and_where_to_mend_it(desk, croydon):
    person = sound_person()
    withdraw(person.address_facts.get())
    make(croydon)

    shown = desk.get(tab(person))

    assert "No postcode (32). Give their postcode." in words(shown)
    assert f"/people/{person.ref[:4]}-{person.ref[4:]}/details/addresses/" in links(shown)


def test_in_a_build_that_does_not_count_any_more(desk, croydon):
    person = sound_person()
    old = make(croydon)
    withdraw(person.address_facts.get())
    make(croydon)

    then = desk.get(page_of(old, "explain", person.ref))
    now = desk.get(tab(person))

    assert value(then, "Postcode")["value"] == "NG1 4AB"
    assert "Postcode" in {one["element"] for one in now.context_data["empty"]}


def test_sensitive_values_are_opened_and_that_is_recorded(desk, croydon):
    person = sound_person()
    CharacteristicFactory(person=person)
    make(croydon)

    closed = desk.get(tab(person))
    assert "This is sensitive. Opening it is recorded." in words(closed)
    assert not TrailEntry.objects.filter(verb="sensitive details opened").exists()

    opened = desk.get(tab(person, show="sensitive"))
    assert "This is sensitive" not in words(opened)
    assert TrailEntry.objects.get(verb="sensitive details opened").subject_id == person.pk


def test_looking_leaves_a_line_that_tells_nothing(desk, croydon, manager):
    person = sound_person()
    build = make(croydon)

    desk.get(tab(person))
    desk.get(page_of(build, "explain", person.ref))

    lines = TrailEntry.objects.filter(verb="person seen", subject_id=person.pk)
    assert list(lines.values_list("by_id", flat=True)) == [manager.pk] * 2
    assert_trail_tells_nothing()


def test_the_name_is_in_no_title(desk, croydon):
    person = sound_person()
    make(croydon)
    title = desk.get(tab(person)).content.decode().split("</title>")[0].split("<title")[1]

    assert "In the return, " in title
    assert person.name_facts.get().family not in title


def test_the_tab_stands_on_the_persons_pages(desk, client, croydon):
    person = sound_person()
    reference = f"{person.ref[:4]}-{person.ref[4:]}"

    assert f"/people/{reference}/return/" in links(desk.get(f"/people/{reference}/"))
    client.force_login(member(Role.ADVISER, authority=croydon))
    assert f"/people/{reference}/return/" not in links(client.get(f"/people/{reference}/"))
    assert client.get(tab(person)).status_code == 403


def test_another_authoritys_people_and_returns_are_not_found(desk, croydon):
    other = AuthorityFactory(code=BARNET)
    theirs, ours = complete_person(lead_authority=other), sound_person()
    build, own = make(other), make(croydon)

    assert desk.get(tab(theirs)).status_code == 404
    assert desk.get(page_of(own, "explain", theirs.ref)).status_code == 404
    assert desk.get(page_of(build, "explain", ours.ref)).status_code == 404


def test_restricted_people_are_not_found(desk, croydon):
    person = sound_person(restriction_level=3)
    build = make(croydon)

    assert desk.get(tab(person)).status_code == 404
    assert desk.get(page_of(build, "explain", person.ref)).status_code == 404


def test_someone_of_whom_nothing_was_known_then(desk, croydon):
    build = make(croydon)
    person = YoungPersonFactory()

    shown = desk.get(page_of(build, "explain", person.ref))

    assert "nothing was known of them" in words(shown)


def test_it_asks_a_fixed_number_of_questions(desk, croydon, django_assert_max_num_queries):
    person = sound_person()
    make(croydon)

    with django_assert_max_num_queries(50):
        desk.get(tab(person))


def test_of_whoever_withholds_consent_the_address_is_sent_and_only_its_maker_sees_it(
    desk, client, croydon
):
    person = sound_person()
    ConsentFactory(person=person)
    make(croydon)
    postcode = person.address_facts.get().postcode

    client.force_login(member(Role.TRACKING_OFFICER, authority=croydon))
    officers = client.get(tab(person))

    assert value(desk.get(tab(person)), "Postcode")["value"] == postcode
    assert value(officers, "Postcode")["value"].startswith("Sent, and held back")
    assert postcode not in words(officers)
