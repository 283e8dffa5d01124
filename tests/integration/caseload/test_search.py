"""Search: whom it finds, why it says so, and what it never gives away."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from guardian.shortcuts import assign_perm

from caseload.models import IdentifierKind, Name, NameWord, RestrictionLevel
from caseload.queries import find, read_query
from ccis.access.database import WEB, WORKER, acting_as
from ccis.access.roles import Role
from ccis.audit.models import TrailDetail, TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    ContactPointFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
    complete_person,
)

TODAY = date(2026, 11, 24)


def person(given="Amara", family="Oduya", born=date(2009, 3, 14), **fields):
    made = YoungPersonFactory(**fields)
    NameFactory(person=made, given=given, family=family, starts=born)
    ParticularsFactory(person=made, date_of_birth=born, starts=born)
    AddressFactory(person=made)
    return made


def search(text, user):
    terms = read_query(text, today=TODAY)
    return find(terms, user=user, authority=AuthorityFactory(), on=TODAY)


def found(text, user):
    return [hit.summary.person for hit in search(text, user).hits]


def why(text, user):
    (hit,) = search(text, user).hits
    return hit.reasons


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("Amara Oduya", ["same name"]),
        ("oduya amara", ["names the other way round"]),
        ("ODUYA", ["same name"]),
        ("Amara", ["same name"]),
        ("odu", ["begins the same"]),
        ("Amara Odua", ["one letter differs"]),
        ("Amarah Oduya", ["one letter differs"]),
        ("a oduya", ["begins the same"]),
        ("amara oduya 14/3/2009", ["same name", "same date of birth"][1:]),
        ("oduya 3/14/2009", None),
        ("14 march 09", ["same date of birth"]),
    ],
)
def test_a_name_is_found_in_many_spellings_with_the_reason(officer, text, reasons):
    amara = person()
    person(given="Tomasz", family="Bielik", born=date(2010, 1, 2))

    if reasons is None:
        assert found(text, officer) in ([], [amara])
    else:
        assert found(text, officer) == [amara]
        assert set(reasons) <= set(why(text, officer))


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        (("Stephen", "Phillips"), "steven philips"),
        (("Catherine", "Smyth"), "katherine smith"),
        (("Leila", "Farouk-Hart"), "leyla farouk hart"),
        (("Leila", "Farouk-Hart"), "hart"),
        (("Zoë", "O'Neill"), "zoe oneill"),
        (("Łukasz", "Żółć"), "lukasz zolc"),
        (("محمد", "حسن"), "محمد حسن"),
        (("Li", "Ng"), "ng li"),
    ],
)
def test_spelling_is_forgiven(officer, held, asked):
    made = person(*held)

    assert found(asked, officer) == [made]


def test_a_former_name_and_what_they_go_by_are_found_and_named(officer):
    amara = person()
    NameFactory(person=amara, kind=Name.Kind.KNOWN_AS, given="Mari", family="")
    NameFactory(person=amara, kind=Name.Kind.FORMER, given="Amara", family="Kestrelle")

    assert why("mari oduya", officer) == ["known as"]
    assert why("Kestrelle", officer) == ["previous name"]


def test_a_name_no_longer_held_is_a_previous_one(officer):
    amara = person(family="Newname")
    NameFactory(person=amara, given="Amara", family="Oldname", starts=date(2005, 1, 1),
                ends=date(2009, 3, 14))  # fmt: skip

    assert why("oldname", officer) == ["previous name"]


def test_both_name_and_date_must_hold(officer):
    person(born=date(2009, 3, 14))
    twin = person(born=date(2008, 3, 14))

    assert found("oduya 14/3/2008", officer) == [twin]


def test_day_and_month_swapped_are_found_after_the_right_one(officer):
    swapped = person(born=date(2009, 3, 7))
    right = person(born=date(2009, 7, 3))

    assert found("3/7/2009", officer) == [right, swapped]
    assert search("3/7/2009", officer).hits[1].reasons == ["day and month swapped"]


def test_when_no_one_has_both_those_with_the_name_are_given(officer):
    amara = person()

    result = search("oduya 1/1/1999", officer)

    assert [hit.summary.person for hit in result.hits] == [amara]
    assert result.loosened == "date of birth"


@pytest.mark.parametrize("text", ["NG1 4AB", "ng14ab"])
def test_a_postcode_finds_who_lives_there(officer, text):
    amara = person()

    assert found(text, officer) == [amara]
    assert why(text, officer) == ["same postcode"]


def test_a_postcode_of_the_past_says_so(officer):
    amara = person()
    AddressFactory(person=amara, postcode="NG9 9ZZ", starts=date(2020, 1, 1),
                   ends=date(2024, 9, 1))  # fmt: skip

    assert why("ng9 9zz", officer) == ["previous or other address"]


@pytest.mark.parametrize("kept", ["07700900014", "07700 900014"])
def test_a_phone_number_finds_whose_it_is(officer, kept):
    amara = person()
    ContactPointFactory(person=amara, value=kept)

    assert found("07700 900 014", officer) == [amara]


def test_numbers_of_every_kind_find_their_person(officer):
    amara = person()
    IdentifierFactory(person=amara, kind_id="uln", value="1000000027")
    IdentifierFactory(person=amara, kind_id="upn", value="H801200001001")

    for text in ("1000000027", "h801200001001", amara.young_persons_id, amara.ref.lower()):
        assert found(text, officer) == [amara], text


def test_a_new_kind_of_identifier_is_searched_without_a_change_of_code(officer):
    IdentifierKind.objects.create(
        code="nhs", label="Health number", pattern=r"^HN[0-9]{6}$", says_when_wrong="Wrong"
    )
    amara = person()
    IdentifierFactory(person=amara, kind_id="nhs", value="HN123456")

    assert found("hn123456", officer) == [amara]


def test_people_of_another_authority_are_never_found(officer):
    elsewhere = person(lead_authority=AuthorityFactory(code=BARNET))

    for text in ("oduya", "14/3/2009", "NG1 4AB", elsewhere.ref, elsewhere.young_persons_id):
        assert found(text, officer) == []


def test_a_restricted_record_is_found_only_by_those_who_were_granted_it(officer):
    hidden = person(restriction_level=RestrictionLevel.PROTECTED_ADDRESS)
    other = member(Role.DATA_MANAGER, authority=AuthorityFactory())
    assign_perm("caseload.open_restricted_record", other, hidden)

    for text in ("oduya", hidden.ref, "NG1 4AB"):
        assert found(text, officer) == []
        assert found(text, other) == [hidden]


def test_someone_who_has_died_is_found_by_the_administrator_alone(officer):
    person(restriction_level=RestrictionLevel.DECEASED)
    administrator = member(Role.ADMINISTRATOR, authority=AuthorityFactory())

    assert found("oduya", officer) == []
    assert len(found("oduya", administrator)) == 1


def test_a_superseded_name_no_longer_finds_anyone(officer):
    amara = person()
    wrong = NameFactory(person=amara, kind=Name.Kind.FORMER, family="Mistaken")
    right = NameFactory(person=amara, kind=Name.Kind.FORMER, family="Righted")
    Name.objects.filter(pk=wrong.pk).update(superseded=right.recorded)

    assert found("mistaken", officer) == []


def test_many_are_capped_and_say_so(officer):
    for _ in range(4):
        person()
    terms = read_query("oduya", today=TODAY)

    result = find(terms, user=officer, authority=AuthorityFactory(), on=TODAY, most=3)

    assert len(result.hits) == 3
    assert result.is_capped


def test_search_asks_the_database_little_however_many_it_finds(
    officer, django_assert_max_num_queries
):
    for _ in range(6):
        complete_person()

    with django_assert_max_num_queries(18):
        search("amara oduya", officer)


@pytest.mark.parametrize("text", ["amara oduya", "oduya", "od", "amara oduya 2009"])
def test_indexes_serve_the_search(officer, text):
    """On a table of any size the planner goes by indexes, not along the tables."""
    known_by_many = person()
    for number in range(30):
        NameFactory(person=known_by_many, kind=Name.Kind.FORMER, family=f"Oduya{number}")
    with connection.cursor() as cursor:
        # What the planner believes of the tables must not hang on the tests before.
        cursor.execute("ANALYZE caseload_name, caseload_nameword, caseload_youngperson")
    with CaptureQueriesContext(connection) as asked:
        search(text, officer)
    statements = [one["sql"] for one in asked if "caseload_name" in one["sql"]]
    plans = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for statement in statements:
            cursor.execute(f"EXPLAIN {statement}")
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    assert any("name_by_given" in plan for plan in plans)
    assert any("name_word" in plan for plan in plans)
    assert not any("Seq Scan on caseload_name" in plan for plan in plans)


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        (("Muhammad", "Smith"), "muhamad smiht"),
        (("Kai", "Khan"), "kia kahn"),
        (("Aisha", "Begum"), "aysha begam"),
        (("Oliver", "Bielik"), "olivr bielk"),
        (("Zainab", "Kowalski"), "zaynab kovalski"),
        (("Amara", "Kestrel-Marsh"), "amara kestrl marsh"),
        (("Siân", "O'Brien"), "sain obrein"),
    ],
)
def test_both_names_may_be_misspelt(officer, held, asked):
    made = person(*held)
    person(given="Petra", family="Lanham")

    assert found(asked, officer) == [made]


def test_a_name_and_a_year_of_birth_must_both_hold(officer):
    person(born=date(2008, 3, 14))
    right = person(born=date(2009, 12, 31))

    assert found("oduya 2009", officer) == [right]


def test_the_nearest_come_first_among_many_of_the_same_name(officer):
    for _ in range(60):
        person(family="Oduyah")
    right = person(family="Oduya")

    assert found("amara oduya", officer)[0] == right
    assert found("oduya", officer)[0] == right


def test_someone_with_a_common_name_is_found_by_day_or_postcode(officer):
    for _ in range(60):
        person(born=date(2008, 1, 1))
    right = person(born=date(2009, 3, 14))

    assert found("amara oduya 14/3/2009", officer) == [right]


def test_words_of_names_that_nobody_has_any_more_are_forgotten(officer):
    amara = person(family="Unheardof")
    superseded = amara.name_facts.get()
    correct = NameFactory(person=amara, kind=Name.Kind.FORMER, family="Oduya")
    Name.objects.filter(pk=superseded.pk).update(superseded=correct.recorded)

    with connection.cursor() as cursor, acting_as(WORKER):
        cursor.execute("SELECT clean_search_index()")

    words = set(NameWord.objects.values_list("word", flat=True))
    assert "unheardof" not in words
    assert {"amara", "oduya"} <= words


def test_the_website_may_not_clean_the_index_nor_write_words(officer):
    for statement in ("SELECT clean_search_index()", "INSERT INTO caseload_nameword VALUES (1)"):
        with pytest.raises(ProgrammingError), acting_as(WEB), connection.cursor() as cursor:
            cursor.execute(statement)


# -- the pages -------------------------------------------------------------------------------------


def test_what_was_typed_is_kept_in_the_session_and_not_in_the_address(desk):
    person()

    response = desk.post(reverse("caseload:search"), {"q": "Oduya 14/3/2009"}, follow=True)

    (address, _), *rest = response.redirect_chain
    assert not rest
    assert "oduya" not in address.lower()
    assert "Oduya, Amara" in response.content.decode()


def test_a_search_belongs_to_its_session(desk, signed_in):
    person()
    address = desk.post(reverse("caseload:search"), {"q": "oduya"}).url
    colleague = signed_in(Role.TRACKING_OFFICER)

    assert colleague.get(address).status_code == 404

    desk.logout()
    assert desk.get(address).status_code == 302


def test_a_search_leaves_a_line_with_counts_and_never_what_was_typed(desk, officer):
    person()

    desk.post(reverse("caseload:search"), {"q": "Oduya 14/3/2009"}, follow=True)

    entry = TrailEntry.objects.get(verb="search made")
    assert entry.by_id == officer.pk
    details = TrailDetail.objects.get(entry_id=entry.pk).details
    assert details == {"by_parts": ["name", "date of birth"], "found": 1, "more": False}


def test_no_one_found_says_what_to_do_next(desk):
    response = desk.post(reverse("caseload:search"), {"q": "nobody"}, follow=True)

    text = response.content.decode()
    assert "No one matches. Check the spelling, or search by date of birth." in text
    assert reverse("caseload:person-new") in text


def test_those_who_may_not_add_people_are_not_offered_it(signed_in):
    reader = signed_in(Role.READ_ONLY)

    response = reader.post(reverse("caseload:search"), {"q": "nobody"}, follow=True)

    assert reverse("caseload:person-new") not in response.content.decode()


def test_an_empty_search_says_what_to_enter(desk):
    response = desk.post(reverse("caseload:search"), {"q": "  "})

    assert "Enter a name, date of birth" in response.content.decode()


def test_people_opened_lately_stand_under_the_box(desk):
    amara = person()
    desk.get(reverse("caseload:person", args=[amara.ref]))

    assert "Oduya, Amara" in desk.get(reverse("caseload:search")).content.decode()


def test_someone_who_may_no_longer_be_seen_leaves_the_list_of_recents(desk):
    amara = person()
    desk.get(reverse("caseload:person", args=[amara.ref]))
    type(amara).objects.filter(pk=amara.pk).update(
        restriction_level=RestrictionLevel.PROTECTED_ADDRESS
    )

    assert "Oduya" not in desk.get(reverse("caseload:search")).content.decode()
