"""The agreed order of matching, and what stops a rule from deciding (ISA-02)."""

from datetime import date

import pytest
from django.db import connection

from caseload.matching.queries import find_people, forget, make_tables
from caseload.matching.rules import ORDER
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    DepartureFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import uln, upn

pytestmark = pytest.mark.django_db

BORN = date(2010, 3, 14)


def person(*, given="Leila", family="Farouk", born=BORN, postcode="NG1 4AB", **fields):
    identifiers = {kind: fields.pop(kind) for kind in ("upn", "uln") if kind in fields}
    made = YoungPersonFactory(**fields)
    NameFactory(person=made, given=given, family=family, starts=BORN)
    if born:
        ParticularsFactory(person=made, date_of_birth=born, starts=BORN)
    AddressFactory(person=made, postcode=postcode)
    for kind, value in identifiers.items():
        IdentifierFactory(person=made, kind_id=kind, value=value)
    return made


def row(**said):
    return {"given": "Leila", "family": "Farouk", "birth": BORN, "postcode": "NG1 4AB", **said}


def find(*rows, decided=(), within_file=False):
    """``{row number: (person, rule, doubt, what speaks against each candidate)}``."""
    make_tables()
    with connection.cursor() as cursor:
        for number, said in enumerate(rows, start=1):
            cursor.execute(
                "INSERT INTO match_keys VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [
                    number,
                    *(said.get(key) for key in ("upn", "uln", "birth", "given", "family")),
                    said.get("postcode"),
                ],
            )
        for number, whom, is_same in decided:
            cursor.execute("INSERT INTO match_decided VALUES (%s, %s, %s)", [number, whom, is_same])
        find_people(AuthorityFactory(), within_file=within_file)
        cursor.execute(
            "SELECT number, person_id, rule, doubt, "
            "(SELECT array_agg(c->>'against') FROM jsonb_array_elements(candidates) c) "
            "FROM match_result ORDER BY number"
        )
        found = cursor.fetchall()
    forget()
    return {
        number: (whom, ORDER[rule].value if rule is not None else None, doubt, against)
        for number, whom, rule, doubt, against in found
    }


@pytest.mark.parametrize(
    ("held", "said", "rule"),
    [
        ({"upn": upn(1)}, {"upn": upn(1), "given": "Someone", "family": "Else"}, "upn"),
        ({"uln": uln(1)}, {"uln": uln(1), "upn": upn(1)}, "uln"),
        ({}, {"given": "Leilani", "postcode": None}, "birth-and-name"),
        ({"born": None}, {"birth": None}, "postcode-and-name"),
        ({"family": "O’Neill-Ross"}, {"family": "ONEILL ROSS", "given": "LÉILA"}, "birth-and-name"),
    ],
    ids=["UPN", "ULN", "birth and name", "postcode and name", "accents, hyphens, capitals"],
)
def test_each_rule_finds_its_person(held, said, rule):
    known = person(**held)

    assert find(row(**said)) == {1: (known.pk, rule, None, ["[]"])}


def test_the_better_rule_is_kept():
    known = person(upn=upn(1), uln=uln(1))

    assert find(row(upn=upn(1), uln=uln(1)))[1][:3] == (known.pk, "upn", None)


def test_nobody_is_found_by_less():
    person()

    assert find(row(given="Lois", postcode=None)) == {}
    assert find(row(family="Other")) == {}
    assert find(row(birth=date(2010, 3, 15), postcode=None)) == {}


def test_a_rule_that_finds_two_people_decides_nothing():
    person()
    person(given="Leilani")

    whom, rule, doubt, against = find(row())[1]
    assert (whom, rule, doubt, len(against)) == (None, "birth-and-name", "several-people", 2)


def test_two_rows_for_one_person_decide_nothing():
    person(upn=upn(1))

    found = find(row(upn=upn(1)), row(family="Farouk"))
    assert [doubt for _, _, doubt, _ in found.values()] == ["several-rows", "several-rows"]


@pytest.mark.parametrize(
    ("held", "said", "against"),
    [
        ({"upn": upn(2)}, {"upn": upn(1)}, "upn"),
        ({"uln": uln(2)}, {"uln": uln(1)}, "uln"),
        ({"upn": upn(1), "born": date(2010, 4, 13)}, {"upn": upn(1)}, "birth"),
    ],
    ids=["another UPN", "another ULN", "another date of birth"],
)
def test_what_else_is_held_may_contradict(held, said, against):
    person(**held)

    assert find(row(**said))[1][2:] == ("contradicts", [f'["{against}"]'])


def test_a_uln_that_belongs_to_someone_else_contradicts():
    person(upn=upn(1))
    person(given="Omar", family="Pell", uln=uln(9))

    assert find(row(upn=upn(1), uln=uln(9)))[1][2:] == ("contradicts", ['["other-person"]'])


def test_a_closed_record_contradicts_and_a_merged_one_is_not_found():
    DepartureFactory(person=person(upn=upn(1)))
    DepartureFactory(person=person(upn=upn(2)), kind="M", to_code="")

    found = find(row(upn=upn(1)), row(upn=upn(2), given="Zed"))
    assert found == {1: (None, "upn", "contradicts", ['["closed"]'])}


def test_another_authoritys_person_is_never_found():
    person(upn=upn(1), lead_authority=AuthorityFactory(code=BARNET))

    assert find(row(upn=upn(1))) == {}


def test_what_a_person_answered_is_remembered():
    first, second = person(), person(given="Leilani")

    found = find(row(), decided=[(1, first.pk, True), (1, second.pk, False)])
    assert found[1][:3] == (first.pk, "decided", None)
    found = find(row(), decided=[(1, first.pk, False)])
    assert found[1][:3] == (second.pk, "birth-and-name", None)
    assert find(row(), decided=[(1, first.pk, False), (1, second.pk, False)]) == {}


def test_rows_about_one_new_person_are_noticed():
    found = find(row(upn=upn(1)), row(upn=upn(1)), row(), row(upn=upn(5)), within_file=True)

    assert {number: doubt for number, (_, _, doubt, _) in found.items()} == {
        2: "several-rows",
        3: "several-rows",
        4: "several-rows",
    }
    twins = find(row(upn=upn(1)), row(upn=upn(2), given="Leilani"), within_file=True)
    assert twins == {}
