"""The pages of one person: what they show, whom they are open to, and the line each leaves."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import strip_tags

from caseload.actions import activities, details
from caseload.forms.parts import PARTS
from caseload.models import FACT_MODELS, Name, RestrictionLevel
from caseload.presenters import tabs
from caseload.queries import person_timeline
from ccis.access.roles import Permission, Role
from ccis.audit.models import TrailDetail, TrailEntry
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    ChangeFactory,
    CharacteristicFactory,
    ContactPointFactory,
    DepartureFactory,
    EnrolmentFactory,
    GuaranteeFactory,
    IdentifierFactory,
    IntendedDestinationFactory,
    NameFactory,
    Section72Factory,
    SendProvisionFactory,
    YoungPersonFactory,
    complete_person,
)

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
LOOKED_AT = ("person", "details", "activities", "education", *(part.slug for part in PARTS))
FORMS = ("activity-new", *(f"{part.slug}-new" for part in PARTS))


def url(name, person, *args):
    return reverse(f"caseload:{name}", args=[person.ref, *args])


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def amara(officer):
    return complete_person()


# -- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*LOOKED_AT, *FORMS])
def test_nobody_sees_a_person_without_signing_in(client, db, name):
    response = client.get(url(name, YoungPersonFactory()))

    assert response.status_code == 302
    assert response.url.startswith("/sign-in/")


@pytest.mark.parametrize("name", [*LOOKED_AT, *FORMS, "move", "death", "history"])
def test_a_person_of_another_authority_is_not_found(signed_in, name):
    elsewhere = complete_person(lead_authority=AuthorityFactory(code=BARNET))
    manager = signed_in(Role.DATA_MANAGER)

    assert manager.get(url(name, elsewhere)).status_code == 404


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("role", [Role.READ_ONLY, Role.ADMINISTRATOR, Role.INFORMATION_GOVERNANCE])
def test_a_role_that_may_not_edit_is_refused_the_forms(signed_in, role, name):
    person = complete_person()
    reader = signed_in(role)

    assert reader.get(url(name, person)).status_code == 403
    assert reader.post(url(name, person), {}).status_code == 403


@pytest.mark.parametrize("name", ["person", "details", "activities", "education", "names"])
def test_read_only_sees_no_buttons_and_no_links_to_forms(signed_in, name):
    person = complete_person()

    text = text_of(signed_in(Role.READ_ONLY).get(url(name, person)))

    main = text.split("<main")[1].split("</main>")[0]
    assert "<form" not in main
    assert "govuk-button" not in main
    assert "/new/" not in main
    assert "/correct/" not in main
    assert "/end/" not in main


def test_a_role_counts_for_the_authority_that_keeps_the_record(signed_in):
    """Data manager in one authority and reader in another: for each its own."""
    from tests.factories.accounts import MembershipFactory

    both = signed_in(Role.DATA_MANAGER)
    MembershipFactory(
        user=both.user, authority=AuthorityFactory(code=BARNET), role=Role.READ_ONLY.value
    )
    there = complete_person(lead_authority=AuthorityFactory(code=BARNET))

    assert both.get(url("person", there)).status_code == 200
    assert both.get(url("names-new", there)).status_code == 403


def test_a_restricted_record_is_not_found(desk):
    hidden = complete_person(restriction_level=RestrictionLevel.HIGH_PROFILE)

    assert desk.get(url("person", hidden)).status_code == 404


@pytest.mark.parametrize("spelling", [str.lower, str.upper, lambda ref: f"{ref[:4]}-{ref[4:]}"])
def test_a_reference_is_read_in_any_case_with_or_without_its_hyphen(desk, amara, spelling):
    assert desk.get(f"/people/{spelling(amara.ref)}/").status_code == 200


# -- the trail -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*LOOKED_AT, *FORMS])
def test_each_showing_of_a_page_leaves_one_line(desk, officer, amara, name):
    desk.get(url(name, amara))

    entry = TrailEntry.objects.get(verb="person seen")
    assert (entry.by_id, entry.subject_id) == (officer.pk, amara.pk)
    page = TrailDetail.objects.get(entry_id=entry.pk).details["page"]
    assert page == {"person": "story", "activity-new": "activities-new"}.get(name, name)


def test_opening_what_is_sensitive_leaves_a_line_of_its_own(desk, amara):
    CharacteristicFactory(person=amara, code_id="110")

    closed = text_of(desk.get(url("education", amara)))
    assert "Opening it is recorded" in closed
    words = strip_tags(closed.split("<main")[1]).lower()  # a form's token is made of any letters
    assert "care" not in words.replace("parent or carer", "")
    assert not TrailEntry.objects.filter(verb="sensitive details opened").exists()

    opened = text_of(desk.get(url("education", amara) + "?show=sensitive"))
    assert "circumstances/1/correct" in opened
    assert TrailEntry.objects.filter(verb="sensitive details opened").count() == 1


def test_what_is_sensitive_leaves_its_line_when_a_form_is_shown_again(desk, amara):
    CharacteristicFactory(person=amara, code_id="110")

    response = desk.post(url("circumstances-end", amara, 1), {"ended_on_0": "wrong"})

    assert response.status_code == 200
    assert TrailEntry.objects.filter(verb="sensitive details opened").count() == 1


@pytest.mark.parametrize("role", [Role.READ_ONLY, Role.YOUTH_WORKER, Role.ADMINISTRATOR])
def test_those_without_the_need_do_not_learn_that_there_is_anything_sensitive(signed_in, role):
    amara = complete_person()
    CharacteristicFactory(person=amara, code_id="110")
    reader = signed_in(role)

    for address in (
        url("education", amara),
        url("education", amara) + "?show=sensitive",
        url("person", amara),
    ):
        text = text_of(reader.get(address)).split("<main")[1].split("</main>")[0]
        assert "sensitive" not in text.lower()
        assert "circumstances" not in text.lower()
    assert reader.get(url("circumstances", amara)).status_code == 404
    assert not TrailEntry.objects.filter(verb="sensitive details opened").exists()


def test_no_name_stands_in_the_title_or_the_address(desk, amara):
    family = amara.name_facts.get().family
    for name in ("person", "details", "activities", "names-new"):
        text = text_of(desk.get(url(name, amara)))
        title = text.split("<title>")[1].split("</title>")[0]
        assert family not in title
        assert f"{amara.ref[:4]}-{amara.ref[4:]}" in title


# -- header and story ------------------------------------------------------------------------------


@time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC))
def test_the_header_says_who_and_what_holds_now(desk, officer, amara):
    desk.force_login(officer)
    NameFactory(person=amara, kind=Name.Kind.KNOWN_AS, given="Mari", family="")
    SendProvisionFactory(person=amara)

    text = text_of(desk.get(url("person", amara)))

    for words in (
        "(known as Mari)",
        "17, Year 13",
        "In education since 1 Sep 2026",
        "Confirmed 1 Oct 2026",
        "EHC plan",
        f"{amara.ref[:4]}-{amara.ref[4:]}",
    ):
        assert words in text, words


@pytest.mark.parametrize("role", [Role.READ_ONLY, Role.YOUTH_WORKER, Role.ADMINISTRATOR])
def test_support_for_special_needs_is_held_back_from_those_without_the_need(signed_in, role):
    amara = complete_person()
    SendProvisionFactory(person=amara)
    reader = signed_in(role)

    shown = reader.get(url("person", amara)), reader.get(url("education", amara))
    for response in shown:
        assert "EHC plan" not in text_of(response)
        assert "level of need" not in text_of(response).lower()
    for part in ("send", "need"):
        assert reader.get(url(part, amara)).status_code == 404
    listed = text_of(reader.get(reverse("caseload:people") + "?send=E"))
    assert "EHC plan" not in listed


def test_support_for_special_needs_is_shown_once_it_is_opened(desk, amara):
    SendProvisionFactory(person=amara)

    closed = text_of(desk.get(url("education", amara))).split("<main")[1]
    opened = text_of(desk.get(url("education", amara) + "?show=sensitive")).split("<main")[1]

    assert "send/1/correct" not in closed
    assert "send/1/correct" in opened


def test_an_instruction_under_section_72_stands_on_the_record_with_who_gave_it(desk, amara):
    Section72Factory(person=amara)

    text = text_of(desk.get(url("section-72", amara)))

    assert "Given by a parent; to be asked of the young person afresh from 16" in text


def test_not_known_is_a_yellow_tag(desk):
    lost = complete_person(code="810")

    text = text_of(desk.get(url("person", lost)))

    assert "govuk-tag--yellow" in text.split("Not known since")[0].rsplit("<strong", 1)[1]


def test_a_story_shows_every_kind_of_fact(desk, amara):
    IdentifierFactory(person=amara)
    ContactPointFactory(person=amara)
    SendProvisionFactory(person=amara)
    GuaranteeFactory(person=amara)
    IntendedDestinationFactory(person=amara)
    EnrolmentFactory(person=amara)
    CharacteristicFactory(person=amara, code_id="110")
    DepartureFactory(person=amara, starts=date(2026, 11, 1))

    text = text_of(desk.get(url("person", amara)))

    for words in (
        "Recorded ULN: 1000000027",
        "Gave mobile phone: 07700900014",
        "Moved in at 12 Castle Street",
        "Began: ",
        "Confirmed: ",
        "Recorded: EHC plan",
        "Year 11: ",
        "Went to a school in",
        "Moved to another authority",
        "This is sensitive. Opening it is recorded.",
    ):
        assert words in text, words


def test_a_corrected_item_stays_struck_through_with_who_and_when(desk, officer, amara):
    name = amara.name_facts.get()
    details.correct(name, started_on=name.starts_on, ended_on=None, by=officer, at=AT,
                    family="Righted")  # fmt: skip

    text = text_of(desk.get(url("person", amara)))

    struck = text.split("<s>")[1].split("</s>")[0]
    assert name.family in struck
    assert f"Corrected on 24 November 2026 at 9am by {officer.name}" in text
    assert "Righted" in text


def test_an_activity_that_came_to_its_end_is_not_struck_through(desk, officer, amara):
    college = amara.activity_facts.get()
    activities.end(activity=college, on=date(2026, 11, 20), leaving_reason="moved on",
                   by=officer, at=AT)  # fmt: skip

    text = text_of(desk.get(url("person", amara)))

    assert "<s>" not in text
    assert "Until 20 November 2026" in text
    assert "Reason: moved on" in text


def test_a_fact_from_a_file_names_the_file_and_its_row(desk, amara):
    change = ChangeFactory(authority=amara.lead_authority, source="Kestrel College")
    AddressFactory(person=amara, kind="term", recorded=change, source_row=88)

    assert "from Kestrel College file, row 88" in text_of(desk.get(url("person", amara)))


def test_the_story_can_be_narrowed_to_one_kind(desk, amara):
    text = text_of(desk.get(url("person", amara) + "?show=activities"))

    assert "Began: " in text
    assert "Moved in at" not in text


def test_thirty_items_then_earlier(desk, amara):
    for day in range(1, 29):
        ContactPointFactory(person=amara, value=f"0770090{day:04d}", starts=date(2025, 1, day))

    first = text_of(desk.get(url("person", amara)))
    assert first.count("ccis-timeline__item") == 30
    assert "?past=30" in first

    rest = text_of(desk.get(url("person", amara) + "?past=30"))
    assert 0 < rest.count("ccis-timeline__item") < 30
    assert ">Later<" in rest


@pytest.mark.parametrize("nonsense", ["past=-1", "past=x", "past=999999999", "show=nothing"])
def test_an_address_that_makes_no_sense_still_gives_a_page(desk, amara, nonsense):
    assert desk.get(f"{url('person', amara)}?{nonsense}").status_code == 200


def test_a_timeline_is_read_in_a_fixed_number_of_questions(
    officer, amara, django_assert_num_queries
):
    for _ in range(5):
        AddressFactory(person=amara, kind="term", starts=date(2026, 1, 1 + _),
                       ends=date(2026, 1, 2 + _))  # fmt: skip
    from ccis.access.checks import memberships_of

    memberships_of(officer)

    with django_assert_num_queries(len(FACT_MODELS) + 1):  # and one: may it be shown?
        person_timeline(amara, officer)


def test_a_person_page_asks_the_database_little(desk, amara, django_assert_max_num_queries):
    desk.get(url("person", amara))

    with django_assert_max_num_queries(50):
        desk.get(url("person", amara))


def test_the_page_of_someone_of_whom_little_is_known_can_be_seen(desk, officer):
    nobody = YoungPersonFactory()

    for name in ("person", "details", "activities", "education"):
        text = text_of(desk.get(url(name, nobody)))
        assert "Name not recorded" in text
        assert "Nothing" in text


def test_a_tab_of_a_higher_app_shows_once_its_page_is_there(desk, amara):
    tab = tabs.Tab("elsewhere", "Elsewhere", "nobody:has-this", 85)
    tabs.register(tab)
    try:
        assert ">Elsewhere<" not in text_of(desk.get(url("person", amara)))
        tabs.register(tabs.Tab("elsewhere", "Elsewhere", "caseload:names", 85))
        assert ">Elsewhere<" in text_of(desk.get(url("person", amara)))
        tabs.register(
            tabs.Tab("elsewhere", "Elsewhere", "caseload:names", 85, Permission.CLOSE_RECORDS)
        )
        assert ">Elsewhere<" not in text_of(desk.get(url("person", amara)))
    finally:
        del tabs._tabs["elsewhere"]


def test_spells_are_a_bar_and_a_table_with_gaps_told(desk, amara):
    ActivityFactory(person=amara, code_id="619", starts=date(2026, 1, 1), ends=date(2026, 6, 1))

    text = text_of(desk.get(url("activities", amara)))

    assert text.count("<rect") == 2
    assert "Nothing is recorded from 1 Jun 2026 to 31 Aug 2026." in text
    assert text.index("230") < text.index("(619)")
