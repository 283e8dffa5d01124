"""Whose place someone has in the portal, and that nothing of another's opens (LC-10)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from caseload.intake.source_models import source_key
from ccis.access.roles import Role
from providers.portal import todo
from providers.portal.models import Seat
from providers.portal.todo import ToDo
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.intake import SourceFactory
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

MONTHLY = {"expects": "month", "expected_day": 6, "expected_from": date(2026, 10, 10)}
HOME, ACT_FOR = "/portal/", "/portal/acting-for/"


@pytest.fixture
def seat():
    return seated(
        provider=ProviderFactory(name="Harbour Lane Skills"), authority=AuthorityFactory()
    )


def header_of(response):
    return response.content.decode().split("<main")[0]


def test_someone_of_two_organisations_chooses_and_each_page_is_of_one(client, seat):
    other = seated(
        user=seat.user,
        provider=ProviderFactory(name="Kestrel College"),
        authority=AuthorityFactory(code=BARNET),
    )
    client.force_login(seat.user)
    first = client.get(HOME)
    assert f"Harbour Lane Skills for {seat.authority.title}" in header_of(first)
    assert "change" in header_of(first)
    drawn = client.get(ACT_FOR).content.decode()
    assert f'name="acting_for" value="{seat.ref}"' in drawn

    client.post(ACT_FOR, {"seat": other.ref, "acting_for": seat.ref})

    assert f"Kestrel College for {other.authority.title}" in header_of(client.get(HOME))
    late = client.post(ACT_FOR, {"seat": seat.ref, "acting_for": seat.ref}, follow=True)
    assert "Nothing was sent" in late.content.decode()
    assert f"Kestrel College for {other.authority.title}" in header_of(client.get(HOME))
    somebodys = seated(provider=seat.provider, authority=seat.authority)
    assert client.post(ACT_FOR, {"seat": somebodys.ref}).status_code == 200


def test_no_seat_no_page_and_a_seat_that_ends_ends_at_once(client, seat):
    client.force_login(member(Role.NAMED_INDIVIDUAL, authority=seat.authority))
    assert client.get(HOME).status_code == 404
    client.force_login(member(Role.DATA_MANAGER, authority=seat.authority))
    assert client.get(HOME).status_code == 403
    school = seated(Role.SCHOOL_DATA_MANAGER, provider=ProviderFactory(), authority=seat.authority)
    client.force_login(school.user)
    assert client.get(reverse("destruction:mine")).status_code == 404  # of another role's work

    Seat.objects.update(made_at=timezone.now() - timedelta(days=59), used_at=None)
    client.force_login(seat.user)
    assert client.get(HOME).status_code == 200
    seat.refresh_from_db()
    assert timezone.now() - seat.used_at < timedelta(minutes=1)
    seat.ended_at, seat.ended_because = timezone.now(), "left"
    seat.save()
    assert client.get(HOME).status_code == 404


def test_what_is_there_to_do_stands_by_its_day(client, seat, monkeypatch):
    today = timezone.localdate()
    monkeypatch.setattr(todo, "_finders", [])
    todo.register(lambda one, at: [ToDo("Some day", "/portal/", None)])
    todo.register(lambda one, at: [ToDo("Late", "/portal/", today - timedelta(days=1))])
    client.force_login(seat.user)

    page = client.get(HOME).content.decode()

    assert page.index("Late") < page.index("Some day")
    assert "Nothing to do" not in page
    assert reverse("portal:home") == HOME


def test_home_says_how_much_there_is_to_do_for_the_others_one_acts_for(client, seat, monkeypatch):
    barnet = AuthorityFactory(code=BARNET)
    mill, idle = (
        seated(user=seat.user, provider=ProviderFactory(name=name), authority=barnet)
        for name in ("Mill College", "Kestrel College")
    )
    monkeypatch.setattr(todo, "_finders", [])
    todo.register(
        lambda one, at: [ToDo(f"Thing {n}", "/x/", None) for n in "ab" if one.pk == mill.pk]
    )
    client.force_login(seat.user)

    main = " ".join(client.get(HOME).content.decode().split("<main")[1].split())

    assert f"Also: 2 things to do for Mill College for {barnet.title}." in main
    assert f'href="{ACT_FOR}">Change' in main
    assert "Nothing to do." in main
    assert idle.provider.name not in main
    assert "Thing a" not in main


@pytest.mark.parametrize(
    ("kinds", "expects", "said"),
    [
        (["ldor"], MONTHLY, "Nothing to do. Next: October drop-outs, by 6 November."),
        (["starters-leavers"], MONTHLY, "Nothing to do. Next: your file, by 6 November."),
        (["ldor", "starters-leavers"], MONTHLY, "Next: October drop-outs, by 6 November."),
        (["ldor"], MONTHLY | {"expected_months": [1]}, "December drop-outs, by 6 January."),
        (["ldor"], {}, '<p class="govuk-body">Nothing to do.</p>'),
        (None, {}, '<p class="govuk-body">Nothing to do.</p>'),
    ],
)
@time_machine.travel(datetime(2026, 10, 20, 10, tzinfo=UTC), tick=False)
def test_where_there_is_nothing_to_do_stands_what_comes_next(client, kinds, expects, said):
    seat = seated(
        Role.SCHOOL_DATA_MANAGER,
        provider=ProviderFactory(kind="college"),
        authority=AuthorityFactory(),
    )
    if kinds is not None:
        SourceFactory(
            authority=seat.authority, provider=seat.provider, name="", kinds=kinds,
            key=source_key(seat.provider, ""), **expects,
        )  # fmt: skip
    client.force_login(seat.user)

    assert said in client.get(HOME).content.decode()
