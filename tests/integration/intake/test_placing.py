"""Addresses held against the gazetteer, and differences that wait where somebody is at work."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload import tasks
from caseload.actions import details, places
from caseload.intake.models import InboundRow
from caseload.intake.rules import FileState, Outcome
from caseload.models import Address
from ccis.access.roles import Role
from ccis.authorities.models import GazetteerAddress, Postcode, Ward
from ccis.authorities.placing import Place, Written, place_addresses
from ccis.authorities.policy import adopt
from ccis.calendar.words import LONDON
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    ChangeFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    TaskFactory,
    YoungPersonFactory,
)
from tests.factories.files import CENSUS_HEADER, NOW, csv_bytes, pupil, send, upn
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

CASTLE, PRIORY = "E05000001", "E05000002"


@pytest.fixture
def authority():
    authority = AuthorityFactory()
    ProviderFactory(dfe_number="3064001", authority=authority)
    properties = [
        ("100", "", "12", "Castle Street", "NG1 4AB", CASTLE),
        ("101", "", "14", "Castle Street", "NG1 4AB", ""),
        ("102", "Flat 2", "14", "Castle Street", "NG1 4AB", CASTLE),
        ("103", "", "16", "Castle Street", "NG1 4AB", CASTLE),
        ("104", "", "16", "Priory Lane", "NG1 4AB", PRIORY),
    ]
    GazetteerAddress.objects.bulk_create(
        GazetteerAddress(
            authority=authority, uprn=uprn, saon=saon, paon=paon, street=street,
            postcode=postcode, ward_code=ward,
        )
        for uprn, saon, paon, street, postcode, ward in properties
    )  # fmt: skip
    Ward.objects.bulk_create([Ward(code=CASTLE, name="Castle"), Ward(code=PRIORY, name="Priory")])
    Postcode.objects.bulk_create(
        [
            Postcode(postcode="NG1 4AB", authority=authority, ward_code=PRIORY),
            Postcode(postcode="NG9 9ZZ", authority=AuthorityFactory(code=BARNET)),
        ]
    )
    return authority


@pytest.fixture
def officer(client, authority):
    user = member(Role.DATA_MANAGER, authority=authority)
    client.force_login(user)
    return user


def someone(authority, serial, **address):
    """Held as the row of the census with that serial says, but for the address."""
    person = YoungPersonFactory(lead_authority=authority)
    row = pupil(serial)
    NameFactory(person=person, given="Leila", family=row["Surname"])
    ParticularsFactory(person=person, date_of_birth=date(2011, 3, 14))
    IdentifierFactory(person=person, value=upn(serial))
    if address:
        AddressFactory(person=person, **address)
    return person


def test_addresses_are_found_in_one_statement(authority, django_assert_num_queries):
    written = [
        Written("12 Castle Street Northgate", "NG1 4AB"),
        Written("14 Castle St", "NG1 4AB"),
        Written("flat 2, 14 castle street", "NG1 4AB"),
        Written("16 Priory Lane", "NG1 4AB"),
        Written("16", "NG1 4AB"),
        Written("99 Castle Street", "NG1 4AB"),
        Written("12 Castle Street", "NG9 9ZZ"),
        Written("No fixed address", ""),
    ]

    with django_assert_num_queries(2):
        found = place_addresses(authority.pk, written)

    assert found == [
        Place("100", CASTLE),
        Place("101", PRIORY),
        Place("102", CASTLE),
        Place("104", PRIORY),
        Place("", PRIORY, is_missing=True),
        Place("", PRIORY, is_missing=True),
        Place(),
        Place(),
    ]


def test_a_row_keeps_an_address_that_is_not_found_and_says_so(authority):
    rows = [pupil(1), pupil(2, PAON="99"), pupil(3, Postcode="NG9 9ZZ")]

    file = send(csv_bytes(CENSUS_HEADER, rows), authority=authority)

    assert set(file.rows.values_list("outcome", flat=True)) == {Outcome.WILL_ADD}
    codes = [[problem["code"] for problem in row.problems] for row in file.rows.all()]
    assert codes == [[], ["address not in the gazetteer"], []]
    homes = [
        next(one["values"] for one in row.proposal if one["fact"] == "address")
        for row in file.rows.all()
    ]
    assert [(home.get("uprn"), home.get("ward_code")) for home in homes] == [
        ("100", CASTLE),
        (None, PRIORY),
        (None, None),
    ]


def test_an_address_that_is_typed_is_looked_up_and_flagged(client, authority, officer):
    person = someone(authority, 1)
    answers = {"kind": "home", "line_1": "99 Castle Street", "postcode": "ng1 4ab"}
    today = timezone.localdate().isoformat()
    new = reverse("caseload:addresses-new", args=[person.ref])

    said = client.post(new, {**answers, "started_on": today}, follow=True).content.decode()

    assert "This address is not in the gazetteer. It was saved as you typed it" in said
    assert "Not in the gazetteer" in said
    assert "Ward: Priory" in said
    listed = "/people/?home=missing"
    assert person.ref[:4] in client.get(listed).content.decode()

    held = Address.objects.believed().get()
    correct = reverse("caseload:addresses-correct", args=[person.ref, 1])
    mended = {**answers, "line_1": "12 Castle Street", "ward_code": PRIORY, "started_on": today}
    said = client.post(correct, {**mended, "version": held.pk}, follow=True).content.decode()
    held = Address.objects.believed().get()
    assert (held.uprn, held.ward_code) == ("100", CASTLE)  # the ward only came along
    assert "Not in the gazetteer" not in said
    assert person.ref[:4] not in client.get(listed).content.decode()

    by_name = {**mended, "ward_code": "priory", "version": held.pk}
    client.post(correct, by_name)
    held = Address.objects.believed().get()
    assert (held.uprn, held.ward_code) == ("100", PRIORY)
    wrong = client.post(correct, {**by_name, "ward_code": "Nowhere", "version": held.pk})
    assert "Enter the name or the code of a ward" in wrong.content.decode()


def test_a_newer_gazetteer_finds_what_an_older_one_did_not(authority):
    missing, found = someone(authority, 1), someone(authority, 2)
    AddressFactory(person=missing, line_1="18 Castle Street", postcode="NG1 4AB")
    AddressFactory(person=found, line_1="12 Castle Street", postcode="NG1 4AB", uprn="100")
    assert places.check_addresses(authority, by=None, at=NOW, at_once=1) == 0

    GazetteerAddress.objects.create(
        authority=authority, uprn="105", paon="18", street="Castle Street", postcode="NG1 4AB"
    )
    tasks.check_addresses()

    held = Address.objects.believed().get(person=missing)
    assert (held.uprn, held.ward_code, held.line_1) == ("105", PRIORY, "18 Castle Street")
    assert held.recorded.source == "the gazetteer"
    assert Address.objects.filter(person=found).count() == 1
    assert places.check_addresses(authority, by=None, at=NOW) == 0


def worked_with(person, *, at):
    change = ChangeFactory(authority=person.lead_authority, by=member(), at=at)
    AddressFactory(person=person, recorded=change, line_1="1 Old Road", postcode="NG1 4AB")


def test_differences_wait_where_somebody_is_at_work_and_nowhere_else(authority):
    lately = NOW - timedelta(days=89)
    long_ago = datetime(2026, 8, 5, tzinfo=LONDON)
    active, former = someone(authority, 1), someone(authority, 2)
    with_work = someone(authority, 3, line_1="1 Old Road", postcode="NG1 4AB")
    worked_with(active, at=lately)
    worked_with(former, at=long_ago)
    TaskFactory(person=with_work)
    content = csv_bytes(CENSUS_HEADER, [pupil(1), pupil(2), pupil(3), pupil(4)])

    file = send(content, authority=authority)

    assert file.state == FileState.READY
    outcomes = dict(file.rows.values_list("person", "outcome"))
    assert outcomes[active.pk] == outcomes[with_work.pk] == Outcome.NEEDS_PERSON
    assert outcomes[former.pk] == Outcome.WILL_CHANGE
    why = InboundRow.objects.get(person=active).why
    assert "Someone here is working with them, and this differs from what we hold: address" in why


def test_an_authority_may_let_nothing_wait(authority):
    adopt(authority=authority, by=None, at=NOW, why="We are few", active_days=0)
    worked_with(someone(authority, 1), at=NOW)

    file = send(csv_bytes(CENSUS_HEADER, [pupil(1)]), authority=authority)

    assert file.rows.get().outcome == Outcome.WILL_CHANGE
    details_made = details.placed(Address, file.rows.get().person, {"line_1": "", "postcode": ""})
    assert details_made["uprn"] == ""
