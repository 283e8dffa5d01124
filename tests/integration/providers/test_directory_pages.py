"""The directory: looked up by those who may, kept by those whose work it is."""

from datetime import date

import pytest
from django.test import Client

from ccis.access.roles import Role
from ccis.accounts.models import User
from ccis.audit.models import TrailEntry
from providers import actions
from providers.errors import CannotSaveProvider
from providers.models import Provider
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

LIST = "/settings/providers/"
NEW = "/settings/providers/new/"


@pytest.fixture
def keeper() -> User:
    return member(Role.DATA_MANAGER)


@pytest.fixture
def desk(client: Client, keeper: User) -> Client:
    client.force_login(keeper)
    return client


def address(provider: Provider, step: str = "") -> str:
    return f"{LIST}{provider.ref}/{step}"


ANSWERS = {"name": "Harbour Lane College", "kind": "college"}


def errors(response: object) -> dict[str, list[str]]:
    return dict(response.context_data["form"].errors)


def names(response: object) -> list[str]:
    return [row["name"] for row in response.context_data["listed"].rows]


# -- the list --------------------------------------------------------------------------------------


def test_the_directory_lists_providers_by_name(desk):
    ProviderFactory(name="Wren Academy")
    ProviderFactory(name="Kestrel School")

    response = desk.get(LIST)

    assert names(response) == ["Kestrel School", "Wren Academy"]
    assert "<strong>2 providers</strong>." in response.content.decode()


def test_the_sentence_says_what_the_list_shows(desk):
    ProviderFactory(name="Kestrel School")

    shown = desk.get(f"{LIST}?state=open&find=kestrel").content.decode()

    assert "<strong>1 provider</strong> that is open, whose name or number is like “kestrel”." in (
        shown
    )


def test_an_empty_directory_says_how_to_begin(desk):
    assert "The directory is empty" in desk.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("find=kestrel", ["Kestrel College", "Kestrel School"]),
        ("find=school+kes", ["Kestrel School"]),
        ("find=306/4001", ["Kestrel School"]),
        ("find=3064001", ["Kestrel School"]),
        ("find=100001", ["Wren Academy"]),
        ("find=10000099", ["Kestrel College"]),
        ("find=no+such+place", []),
        ("kind=college", ["Kestrel College"]),
        ("authority=302", ["Wren Academy"]),
        ("state=closed", ["Wren Academy"]),
        ("state=open", ["Kestrel College", "Kestrel School"]),
        ("kind=nonsense", ["Kestrel College", "Kestrel School", "Wren Academy"]),
        ("sort=name-down", ["Wren Academy", "Kestrel School", "Kestrel College"]),
    ],
)
def test_filters(desk, query, found):
    ProviderFactory(name="Kestrel School", dfe_number="3064001", authority=AuthorityFactory())
    ProviderFactory(name="Kestrel College", kind="college", dfe_number="", ukprn="10000099")
    ProviderFactory(
        name="Wren Academy",
        dfe_number="3025401",
        urn="100001",
        authority=AuthorityFactory(code=BARNET),
        closed_on=date(2020, 8, 31),
    )

    assert names(desk.get(f"{LIST}?{query}")) == found


def test_the_list_asks_the_database_little(desk, django_assert_max_num_queries):
    ProviderFactory.create_batch(30, authority=AuthorityFactory())

    with django_assert_max_num_queries(14):
        desk.get(LIST)


def test_those_who_only_look_are_offered_nothing_to_press(client):
    provider = ProviderFactory()
    client.force_login(member(Role.TRACKING_OFFICER))

    assert "Add a provider" not in client.get(LIST).content.decode()
    shown = client.get(address(provider)).content.decode()
    assert provider.name in shown
    assert "Change" not in shown.split("<main")[1].split("</main>")[0]
    for step in ("change/", "close/", "open-again/"):
        assert client.post(address(provider, step)).status_code == 403


# -- adding ----------------------------------------------------------------------------------------


def test_adding_a_provider(desk, keeper):
    response = desk.post(
        NEW,
        ANSWERS
        | {
            "dfe_number": "306/8600",
            "urn": "130421",
            "ukprn": "1000 1234",
            "postcode": "ng14ab",
            "opened_on": "1/9/1993",
        },
    )

    provider = Provider.objects.get(name="Harbour Lane College")
    assert response.status_code == 302
    assert provider.dfe_number == "3068600"
    assert (provider.urn, provider.ukprn, provider.postcode) == ("130421", "10001234", "NG1 4AB")
    assert provider.opened_on == date(1993, 9, 1)
    assert provider.authority.code == "306"
    line = TrailEntry.objects.get(verb="provider added")
    assert (line.by_id, line.subject_id) == (keeper.pk, provider.pk)


def test_numbers_may_be_left_out(desk):
    desk.post(NEW, {"name": "Corner Bakery", "kind": "employer"})
    desk.post(NEW, {"name": "Corner Garage", "kind": "employer"})

    assert Provider.objects.filter(dfe_number="", urn="", ukprn="").count() == 2


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Enter the provider's name"),
        ("kind", "", "Select what kind of provider it is"),
        ("dfe_number", "30640", "3 digits for the authority and 4"),
        ("dfe_number", "306/40A1", "digits"),
        ("urn", "1234", "URN must be 5 or 6 digits"),
        ("urn", "12345A", "URN must be 5 or 6 digits"),
        ("ukprn", "20000000", "UKPRN"),
        ("ukprn", "1000", "UKPRN"),
        ("postcode", "NG1", "Give the whole postcode"),
        ("email", "nobody", "Enter an email address in the right form, like name@example.com"),
        ("opened_on", "31/2/2020", "Opened must be a real date"),
    ],
)
def test_what_is_wrong_is_said_in_words(desk, field, typed, says):
    response = desk.post(NEW, ANSWERS | {field: typed})

    assert says in " ".join(errors(response)[field])
    assert not Provider.objects.exists()


@pytest.mark.parametrize(
    ("field", "number", "typed", "says"),
    [
        ("dfe_number", "3064001", "306/4001", "Kestrel School has this DfE number. Check it"),
        ("urn", "101001", "101001", "Kestrel School has this URN. Check it"),
        ("ukprn", "10000099", "10000099", "Kestrel School has this UKPRN"),
    ],
)
def test_a_number_that_another_has_is_refused_by_name(desk, field, number, typed, says):
    ProviderFactory(**{"name": "Kestrel School", "dfe_number": "", field: number})

    response = desk.post(NEW, ANSWERS | {field: typed})

    assert says in errors(response)[field][0]
    assert Provider.objects.count() == 1


def test_another_site_may_have_the_same_ukprn(desk):
    ProviderFactory(ukprn="10000099")

    desk.post(NEW, ANSWERS | {"ukprn": "10000099", "is_another_site": "on"})

    assert Provider.objects.filter(ukprn="10000099").count() == 2


def test_a_closed_school_leaves_its_dfe_number_to_its_successor(desk):
    ProviderFactory(dfe_number="3064001", closed_on=date(2024, 8, 31))

    desk.post(NEW, ANSWERS | {"dfe_number": "3064001"})

    assert Provider.objects.filter(dfe_number="3064001", closed_on=None).count() == 1


def test_two_people_who_add_the_same_school_at_once(keeper):
    """What the form could not see yet, the database refuses, and it is said in words."""
    given = {"name": "Kestrel School", "kind": "school", "authority_of_user": AuthorityFactory()}
    at = "2026-11-21T09:00:00Z"
    actions.add(by=keeper, at=at, urn="101001", **given)

    with pytest.raises(CannotSaveProvider, match="Another provider has this URN") as refused:
        actions.add(by=keeper, at=at, urn="101001", **given)

    assert refused.value.field == "urn"
    assert Provider.objects.count() == 1


# -- one provider ----------------------------------------------------------------------------------


def test_changing_a_provider_keeps_what_it_was(desk, keeper):
    provider = ProviderFactory(name="Kestrel School", dfe_number="3064001")
    form = desk.get(address(provider, "change/"))
    assert "306/4001" in form.content.decode()

    desk.post(
        address(provider, "change/"),
        {"name": "Kestrel Academy", "kind": "school", "dfe_number": "306/4001"},
    )

    shown = desk.get(address(provider)).content.decode()
    assert "Kestrel Academy" in shown
    assert "What was changed" in shown
    assert "Kestrel School" in shown
    assert keeper.name in shown
    assert TrailEntry.objects.filter(verb="provider changed", subject_id=provider.pk).exists()


def test_closing_a_provider_and_opening_it_again(desk):
    provider = ProviderFactory(opened_on=date(2000, 9, 1))

    desk.post(address(provider, "close/"), {"closed_on": "another", "closed_on-typed": "31/8/2026"})
    provider.refresh_from_db()
    assert provider.closed_on == date(2026, 8, 31)
    assert "Closed" in desk.get(address(provider)).content.decode()

    desk.post(address(provider, "open-again/"))
    provider.refresh_from_db()
    assert provider.closed_on is None
    verbs = TrailEntry.objects.filter(subject_id=provider.pk).values_list("verb", flat=True)
    assert set(verbs) == {"provider closed", "provider opened again"}


def test_a_provider_cannot_close_before_it_opened(desk):
    provider = ProviderFactory(opened_on=date(2000, 9, 1))

    response = desk.post(
        address(provider, "close/"), {"closed_on": "another", "closed_on-typed": "31/8/2000"}
    )

    assert errors(response)["closed_on"] == [
        "It opened on 1 September 2000, so it closed then or later"
    ]


def test_a_provider_whose_number_was_taken_cannot_open_again(desk):
    provider = ProviderFactory(dfe_number="3064001", closed_on=date(2024, 8, 31))
    ProviderFactory(dfe_number="3064001")

    response = desk.post(address(provider, "open-again/"), follow=True)

    assert "Another provider has this DfE number" in response.content.decode()
    provider.refresh_from_db()
    assert provider.closed_on is not None


def test_an_address_takes_the_reference_as_it_is_written(desk):
    provider = ProviderFactory()
    written = f"{provider.ref[:4]}-{provider.ref[4:]}".lower()

    assert desk.get(f"{LIST}{written}/").status_code == 200
    assert desk.get(f"{LIST}ZZZZ-ZZZZ/").status_code == 404


def test_the_title_of_the_page_holds_no_name(desk):
    provider = ProviderFactory(name="A Sole Trader", kind="employer")

    for step in ("", "change/", "close/"):
        shown = desk.get(address(provider, step)).content.decode()
        assert "A Sole Trader" not in shown.split("</title>")[0]
