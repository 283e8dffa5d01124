"""Who belongs together, how each was found, and whom not to contact (PIA-15)."""

from datetime import date

import pytest
from django.urls import reverse
from guardian.shortcuts import assign_perm

from caseload import rules
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    ContactPointFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)


def person(given, family="Oduya", *, born=date(2009, 3, 14), line="12 Castle Street", **fields):
    made = YoungPersonFactory(**fields)
    NameFactory(person=made, given=given, family=family)
    ParticularsFactory(person=made, date_of_birth=born)
    if line:
        AddressFactory(person=made, line_1=line)
    return made


@pytest.fixture
def adviser(signed_in):
    return signed_in(Role.ADVISER)


def page(client, person):
    return client.get(reverse("caseload:household", args=[person.ref])).content.decode()


def test_each_is_there_with_how_they_were_found(adviser):
    amara = person("Amara")
    ContactPointFactory(
        person=amara, kind="phone", value="020 7946 0999", whose="parent", note="Mrs Oduya"
    )
    person("Petra")
    person("Jonah", born=date(2011, 5, 5), line="12, CASTLE street")
    person("Ravi", family="Sand")
    elsewhere = person("Leila", family="Farouk", line="3 Mill Lane")
    ContactPointFactory(person=elsewhere, kind="phone", value="020 7946 0999", whose="parent")
    person("Callum", family="Pell", line="14 Castle Street")

    text = page(adviser, amara)

    for name, why in {
        "Oduya, Petra": "May be a twin, same address",
        "Oduya, Jonah": "May be a brother or sister, same address",
        "Sand, Ravi": "Same address",
        "Farouk, Leila": "Same home phone of a parent or carer",
    }.items():
        assert name in text
        assert why in text
    assert "Pell" not in text
    assert "Mrs Oduya" in text
    assert TrailEntry.objects.filter(verb="person seen", subject_id=amara.pk).count() == 1


def test_nothing_hints_at_people_whom_the_user_may_not_see(adviser):
    amara = person("Amara")
    hidden = person("Petra", restriction_level=3)
    person("Jonah", lead_authority=AuthorityFactory(code=BARNET))

    assert "No one else found at this address" in page(adviser, amara)
    assign_perm("caseload.open_restricted_record", adviser.user, hidden)
    text = page(adviser, amara)

    assert text.index("Whom not to contact or tell") < text.index("Oduya, Petra")
    assert "The address of Petra Oduya is protected" in text
    assert TrailEntry.objects.filter(verb="person seen", subject_id=hidden.pk).count() == 1


def test_a_number_that_ended_is_not_to_be_used(adviser):
    amara = person("Amara", line="")
    ContactPointFactory(person=amara, ends=date(2026, 2, 1))

    text = page(adviser, amara)

    assert "Do not use 07700900014: it ended on 31 Jan 2026" in text
    assert "No parent, carer or school is on record" in text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("NG1 4AB", "", "12 Castle St"), ("NG1 4AB", "", "12, castle st."), True),
        (("NG1 4AB", "", "12 Castle St"), ("NG1 4AB", "", "14 Castle St"), False),
        (("NG1 4AB", "", ""), ("NG1 4AB", "", ""), False),
        (("NG1 4AB", "100", "Flat 1"), ("NG1 4AB", "100", "12 Castle St"), True),
        (("NG1 4AB", "100", "12 Castle St"), ("NG1 4AB", "200", "12 Castle St"), False),
    ],
)
def test_two_addresses_are_one_home(one, other, same):
    assert rules.same_home(one, other) == same
