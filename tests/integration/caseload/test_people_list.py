"""The list of people: filters, sentence, order, paging, and what it leaves out."""

import html
import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from caseload.models import RestrictionLevel
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    DepartureFactory,
    NameFactory,
    ParticularsFactory,
    Section72Factory,
    SendProvisionFactory,
    VerificationFactory,
    YoungPersonFactory,
)

PEOPLE = reverse("caseload:people")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        yield


def person(family, *, code="230", born=date(2009, 3, 14), postcode="NG1 4AB", **fields):
    activity = {name: fields.pop(name) for name in ("starts", "review_on") if name in fields}
    made = YoungPersonFactory(**fields)
    NameFactory(person=made, given="Amara", family=family, starts=born)
    ParticularsFactory(person=made, date_of_birth=born, starts=born)
    AddressFactory(person=made, postcode=postcode)
    if code:
        VerificationFactory(activity=ActivityFactory(person=made, code_id=code, **activity))
    return made


def page(desk, query=""):
    response = desk.get(f"{PEOPLE}{query}")
    assert response.status_code == 200
    return response.content.decode()


def names(desk, query=""):
    return re.findall(r">([A-Z][a-z]+), Amara<", page(desk, query))


def sentence(desk, query=""):
    found = re.search(r'ccis-sentence">(.*?)</p>', page(desk, query))
    return re.sub(r"<.*?>", "", found[1])


def test_everyone_of_the_authority_is_listed_by_name(desk):
    for family in ("Novak", "Bielik", "Oduya"):
        person(family)

    assert names(desk) == ["Bielik", "Novak", "Oduya"]
    assert sentence(desk) == "3 young people."


def test_others_people_the_restricted_and_those_who_left_are_not_listed(desk):
    person("Here")
    person("Elsewhere", lead_authority=AuthorityFactory(code=BARNET))
    person("Hidden", restriction_level=RestrictionLevel.HIGH_PROFILE)
    DepartureFactory(person=person("Left"), starts=date(2026, 11, 1))
    DepartureFactory(person=person("Leaving"), starts=date(2026, 12, 1))

    assert names(desk) == ["Here", "Leaving"]


@pytest.mark.parametrize(
    ("query", "expected", "words"),
    [
        ("?doing=not-known", ["Lost"], "1 young person who is not known."),
        (
            "?doing=not-known,none",
            ["Lost", "Nothing"],
            "2 young people who are not known or with nothing recorded.",
        ),
        ("?doing=education&year=11", ["Young"], "in Year 11."),
        ("?year=11,12", ["Young"], "in Year 11 or Year 12."),
        ("?send=E", ["Planned"], "with an EHC plan."),
        ("?code=310", ["Apprentice"], "Apprenticeship (310)."),
        ("?review=late", ["Apprentice"], "whose review is late."),
        ("?district=ng9", ["Apprentice"], "in NG9."),
        ("?district=NG", None, None),
    ],
)
def test_each_filter_narrows_the_list_and_stands_in_the_sentence(desk, query, expected, words):
    person("Plain")
    person("Lost", code="810")
    person("Nothing", code=None)
    person("Young", born=date(2010, 10, 1))
    person("Apprentice", code="310", postcode="NG9 1AA", review_on=date(2026, 11, 1))
    SendProvisionFactory(person=person("Planned"))

    if expected is None:
        assert len(names(desk, query)) == 6
        return
    assert names(desk, query) == expected
    assert words in sentence(desk, query)


def test_those_under_a_parents_instruction_are_listed_to_be_asked_afresh_at_16(desk, signed_in):
    """LAW-07, PIA-33: from 16 on it is their own to give."""
    of_age, young = date(2010, 11, 24), date(2010, 11, 25)
    wanted = person("Sixteen", born=of_age)
    Section72Factory(person=wanted)
    Section72Factory(person=person("Young", born=young))
    Section72Factory(person=person("Answered", born=of_age), given_by="own")
    Section72Factory(person=person("Ended", born=of_age), ends=date(2026, 11, 1))
    person("Plain", born=of_age)

    assert names(desk, "?asked=afresh") == ["Sixteen"]
    assert "to be asked afresh about a parent's section 72" in html.unescape(
        sentence(desk, "?asked=afresh")
    )
    seen = TrailEntry.objects.filter(verb="person seen", subject_id=wanted.pk)
    assert seen.count() == 2
    assert len(names(signed_in(Role.READ_ONLY), "?asked=afresh")) == 5


def test_filters_in_force_are_chips_that_can_be_taken_away(desk):
    person("Lost", code="810")

    text = page(desk, "?doing=not-known&year=13")

    assert "Remove: Not known" in text
    assert "Remove: Year 13" in text
    assert "Clear all filters" in text


def test_when_no_one_matches_the_filters_it_says_so(desk):
    person("Plain")

    text = page(desk, "?doing=custody")

    assert "No one matches these filters" in text
    assert "Clear all filters" in text


def test_when_nobody_is_on_record_it_says_how_to_begin(desk):
    assert "No one is on record yet." in page(desk)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["Alba", "Brown", "Clark"]),
        ("youngest", ["Clark", "Alba", "Brown"]),
        ("since", ["Brown", "Alba", "Clark"]),
        ("review", ["Clark", "Brown", "Alba"]),
        ("nonsense", ["Alba", "Brown", "Clark"]),
    ],
)
def test_the_list_can_be_put_in_four_orders(desk, sort, expected):
    person("Alba", born=date(2009, 5, 1), starts=date(2026, 9, 2))
    person("Brown", born=date(2009, 4, 1), starts=date(2026, 9, 3), review_on=date(2027, 2, 1))
    person("Clark", born=date(2009, 6, 1), starts=date(2026, 9, 1), review_on=date(2027, 1, 1))

    assert names(desk, f"?sort={sort}") == expected


@pytest.mark.parametrize("sort", ["name", "youngest", "since", "review"])
def test_pages_of_the_list_show_each_person_once(desk, sort):
    for number in range(60):
        person(f"Fam{chr(97 + number // 26)}{chr(97 + number % 26)}",
               born=date(2009, 1, 1 + number % 7), code="230" if number % 3 else None)  # fmt: skip
    first = page(desk, f"?sort={sort}")
    following = re.search(r'href="(\?[^"]*after=[^"]+)"', first)[1].replace("&amp;", "&")

    seen = names(desk, f"?sort={sort}") + names(desk, following)

    assert len(seen) == len(set(seen)) == 60
    assert "Fam" not in following


def test_a_list_of_any_length_asks_the_database_the_same(desk, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    person("First")
    page(desk)
    with CaptureQueriesContext(connection) as few:
        page(desk)
    for number in range(30):
        person(f"Fam{chr(97 + number)}" if number < 26 else f"Gam{number}")
    with CaptureQueriesContext(connection) as many:
        page(desk)

    assert len(many) == len(few) <= 25


@pytest.mark.parametrize(
    ("role", "offered"),
    [(Role.TRACKING_OFFICER, True), (Role.DATA_MANAGER, True), (Role.READ_ONLY, False)],
)
def test_adding_is_offered_to_those_who_may(signed_in, role, offered):
    person("Plain")

    assert (reverse("caseload:person-new") in page(signed_in(role))) is offered
