"""Accounts to look at again: unused, ending, with a password alone, shared, with leave left."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission as ObjectPermission
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from caseload.models import YoungPerson
from caseload.models.people import RestrictedRecordGrant
from ccis.access.roles import Role
from ccis.accounts import sign_ins
from ccis.accounts.models import Invitation, SignIn, User
from ccis.audit.models import TrailDetail, TrailEntry
from ccis.authorities.models import Authority
from ccis.authorities.policy import adopt
from tests.factories.accounts import MembershipFactory, UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import YoungPersonFactory

pytestmark = pytest.mark.django_db

REVIEW = "/settings/users/review/"
NOW = timezone.now()


@pytest.fixture
def here() -> Authority:
    return AuthorityFactory()


@pytest.fixture
def desk(here: Authority) -> Client:
    client = Client()
    client.force_login(member(Role.ADMINISTRATOR, authority=here, user__name="Ada Field"))
    return client


def names(desk: Client, part: str) -> list[str]:
    return [row["name"] for row in desk.get(REVIEW).context_data[part]]


def used(days: float) -> dict[str, Any]:
    """A user who last signed in so many days ago."""
    last = NOW - timedelta(days=days)
    return {"user__last_login": last, "user__date_joined": last - timedelta(days=400)}


def test_unused_accounts_are_listed_from_the_day_that_the_policy_says(
    desk: Client, here: Authority
) -> None:
    member(authority=here, user__name="Sixty Days", **used(60.01))
    member(authority=here, user__name="Fifty-nine Days", **used(59.9))
    joined = NOW - timedelta(days=61)
    member(authority=here, user__name="Never Came", user__date_joined=joined)
    member(authority=here, user__name="Came Today")
    MembershipFactory(
        authority=here, user__name="Has Left", ends_on=NOW.date() - timedelta(1), **used(90)
    )
    member(authority=AuthorityFactory(code=BARNET), user__name="Of Another Place", **used(90))

    assert names(desk, "unused") == ["Never Came", "Sixty Days"]

    adopt(authority=here, by=None, at=NOW, why="Agreed", unused_account_days=30)
    assert names(desk, "unused") == ["Never Came", "Sixty Days", "Fifty-nine Days"]


def test_roles_that_end_soon_are_listed_unless_another_follows(
    desk: Client, here: Authority
) -> None:
    today = timezone.localdate()
    MembershipFactory(authority=here, user__name="Soon", ends_on=today + timedelta(days=28))
    MembershipFactory(authority=here, user__name="Later", ends_on=today + timedelta(days=29))
    MembershipFactory(authority=here, user__name="Gone", ends_on=today)
    stays = MembershipFactory(authority=here, ends_on=today + timedelta(days=5)).user
    MembershipFactory(user=stays, authority=here, role="DM", starts_on=today + timedelta(days=5))

    assert names(desk, "ending") == ["Soon"]


def test_who_has_a_password_alone_is_listed(desk: Client, here: Authority) -> None:
    with_app = member(authority=here, user__name="With App")
    Authenticator.objects.create(user=with_app, type="totp", data={})
    with_codes_only = member(authority=here, user__name="Codes Only")
    Authenticator.objects.create(user=with_codes_only, type="recovery_codes", data={})

    assert "With App" not in names(desk, "without")
    assert "Codes Only" in names(desk, "without")


# -- accounts that two people may use --------------------------------------------------------------


def session(user: User, address: str, *, began: int, seen: int, days_ago: int = 1) -> SignIn:
    """A session used between two minutes of a day."""
    start = NOW - timedelta(days=days_ago)
    return SignIn.objects.create(
        user=user,
        began_at=start + timedelta(minutes=began),
        seen_at=start + timedelta(minutes=seen),
        address=sign_ins.digest_of_address(address),
        browser="Firefox on Windows",
    )


@pytest.mark.parametrize(
    ("second", "is_listed"),
    [
        ({"address": "192.0.2.2", "began": 30, "seen": 50}, True),
        ({"address": "192.0.2.2", "began": 40, "seen": 50}, True),
        ({"address": "192.0.2.2", "began": 41, "seen": 50}, False),
        ({"address": "192.0.2.1", "began": 30, "seen": 50}, False),
    ],
    ids=["at once", "touching", "one after the other", "same address"],
)
def test_two_places_at_once_are_listed(
    desk: Client, here: Authority, second: dict[str, Any], is_listed: bool
) -> None:
    user = member(authority=here, user__name="Shared Perhaps")
    session(user, "192.0.2.1", began=0, seen=40)
    session(user, **second)

    assert names(desk, "shared") == (["Shared Perhaps"] if is_listed else [])


def test_what_was_long_ago_or_elsewhere_is_not_listed(desk: Client, here: Authority) -> None:
    user = member(authority=here)
    for address in ("192.0.2.1", "192.0.2.2"):
        session(user, address, began=0, seen=40, days_ago=31)
    stranger = member(authority=AuthorityFactory(code=BARNET))
    for address in ("192.0.2.1", "192.0.2.2"):
        session(stranger, address, began=0, seen=40)

    assert names(desk, "shared") == []


def test_the_page_says_plainly_what_it_rests_on(desk: Client) -> None:
    shown = desk.get(REVIEW).content.decode()

    assert "from different network addresses. That is all that this rests on" in shown


def sign_in(client: Client, user: User) -> None:
    client.post("/sign-in/", {"login": user.email, "password": "correct horse battery staple"})


def test_a_session_notes_where_it_is_used(here: Authority) -> None:
    user = member(authority=here)
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")

    sign_in(client, user)
    client.post("/sign-out/")

    (kept,) = SignIn.objects.filter(user=user)
    assert kept.browser == "Firefox on Linux"
    assert "127.0.0.1" not in kept.address
    assert kept.seen_at >= kept.began_at


def test_use_is_noted_once_a_minute(here: Authority, settings: Any) -> None:
    settings.CCIS_SECOND_FACTOR = False
    client = Client()
    with time_machine.travel(NOW, tick=False):
        sign_in(client, member(authority=here))

    def seen(seconds: float) -> datetime:
        with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
            client.get("/account/")
        return SignIn.objects.get().seen_at

    assert seen(59) == NOW
    assert seen(61) == NOW + timedelta(seconds=61)


def test_where_sessions_were_is_forgotten_in_time() -> None:
    user = UserFactory()
    session(user, "192.0.2.1", began=0, seen=1, days_ago=91)
    kept = session(user, "192.0.2.1", began=0, seen=1, days_ago=89)

    assert sign_ins.forget_old(at=NOW) == 1
    assert list(SignIn.objects.all()) == [kept]


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh) Version/19 Safari/605", "Safari on Mac"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari", "Chrome on Android"),
        ("", "A browser"),
    ],
)
def test_browsers_are_said_in_words(agent: str, said: str) -> None:
    assert sign_ins.browser_in_words(agent) == said


# -- leave that stayed -----------------------------------------------------------------------------


def leave(user: User, person: YoungPerson) -> None:
    permission = ObjectPermission.objects.filter(
        content_type__app_label="caseload", content_type__model="youngperson"
    ).first()
    RestrictedRecordGrant.objects.create(user=user, permission=permission, content_object=person)


def test_leave_that_stayed_is_listed_and_taken_back(desk: Client, here: Authority) -> None:
    gone = MembershipFactory(
        authority=here, user__name="Has Left", ends_on=timezone.localdate()
    ).user
    works = member(authority=here, user__name="Works Here")
    person = YoungPersonFactory(lead_authority=here)
    elsewhere = YoungPersonFactory(lead_authority=AuthorityFactory(code=BARNET))
    for user in (gone, works):
        leave(user, person)
    leave(gone, elsewhere)
    listed = desk.get(REVIEW).context_data["leftovers"]
    assert [(user.name, count) for user, count in listed] == [("Has Left", 1)]

    desk.post(f"/settings/users/{gone.ref}/grants/remove/")

    assert desk.get(REVIEW).context_data["leftovers"] == []
    left = RestrictedRecordGrant.objects.values_list("user", "content_object")
    assert set(left) == {(works.pk, person.pk), (gone.pk, elsewhere.pk)}
    entry = TrailEntry.objects.get(verb="leave for records taken back")
    assert TrailDetail.objects.get(entry_id=entry.pk).details == {"count": 1}


# -- the first administrator -----------------------------------------------------------------------


def test_the_first_administrator_is_invited_from_the_command_line(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    authority = Authority.objects.get(code=BARNET)

    call_command(
        "invite_administrator",
        "ada.field@council.example",
        name="Ada Field",
        authority=BARNET,
        site="https://ccis.council.example/",
    )

    printed = capsys.readouterr().out
    link = next(word for word in printed.split() if word.startswith("https://"))
    client.get(link.removeprefix("https://ccis.council.example"))
    client.post("/invitations/open/", {"password": "three quiet otters swim", "terms": "on"})
    user = User.objects.get(email="ada.field@council.example")
    assert user.memberships.get(authority=authority).role == Role.ADMINISTRATOR
    authority.refresh_from_db()
    assert authority.is_served


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"authority": "999"}, "no authority"),
        ({"email": "ada"}, "not an email address"),
    ],
)
def test_a_wrong_word_on_the_command_line_makes_nothing(given: dict[str, str], said: str) -> None:
    right = {
        "email": "ada@council.example",
        "authority": BARNET,
        "name": "Ada",
        "site": "https://x",
    }
    email = (right | given)["email"]

    with pytest.raises(CommandError, match=said):
        call_command(
            "invite_administrator",
            email,
            **{key: value for key, value in (right | given).items() if key != "email"},
        )
    assert not Invitation.objects.exists()
