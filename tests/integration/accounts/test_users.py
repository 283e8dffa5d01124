"""Users and roles: dated, at once where it is today, never without an administrator (USE-09)."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ccis.access.checks import holds, membership_for, memberships_of
from ccis.access.database import WORKER, acting_as
from ccis.access.roles import Permission, Role
from ccis.accounts.actions import memberships
from ccis.accounts.errors import CannotChangeAccess
from ccis.accounts.models import Membership, User
from ccis.audit.models import TrailEntry
from ccis.authorities.models import Authority
from ccis.celery import BEAT_SCHEDULE
from ccis.tasks import close_left_accounts
from tests.factories.accounts import MembershipFactory, UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory

pytestmark = pytest.mark.django_db

USERS = "/settings/users/"
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def here() -> Authority:
    return AuthorityFactory()


@pytest.fixture
def administrator(here: Authority) -> User:
    return member(Role.ADMINISTRATOR, authority=here, user__name="Ada Field")


@pytest.fixture
def desk(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def officer(here: Authority) -> User:
    return member(Role.TRACKING_OFFICER, authority=here, user__name="Tamsin Calloway")


def page(user: User, act: str = "") -> str:
    return f"{USERS}{user.ref}/{act}"


def words(response: Any) -> str:
    return str(response.content.decode())


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def day(given: date) -> str:
    return f"{given.day}/{given.month}/{given.year}"


def today() -> date:
    return timezone.localdate()


def verbs() -> list[str]:
    return list(TrailEntry.objects.order_by("id").values_list("verb", flat=True))


# -- the list --------------------------------------------------------------------------------------


@pytest.fixture
def several(here: Authority, administrator: User) -> None:
    member(Role.DATA_MANAGER, authority=here, user__name="Never Come")
    MembershipFactory(
        authority=here, user__name="Long Gone", ends_on=date(2021, 1, 1), user__is_active=False
    )
    MembershipFactory(
        authority=here, user__name="Still To Come", starts_on=today() + timedelta(days=3)
    )
    last = timezone.now() - timedelta(days=61)
    member(
        authority=here,
        user__name="Away Long",
        user__last_login=last,
        user__date_joined=last - timedelta(days=1),
    )
    member(authority=AuthorityFactory(code=BARNET), user__name="Of Another Place")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"Ada Field", "Never Come", "Long Gone", "Still To Come", "Away Long"}),
        ("?role=DM", {"Never Come"}),
        ("?state=current", {"Ada Field", "Never Come", "Away Long"}),
        ("?state=coming", {"Still To Come"}),
        ("?state=ended", {"Long Gone"}),
        ("?state=current&use=never", {"Never Come"}),
        ("?use=unused", {"Away Long"}),
    ],
)
def test_the_list_shows_whom_it_says(
    desk: Client, several: None, query: str, names: set[str]
) -> None:
    rows = desk.get(f"{USERS}{query}").context_data["listed"].rows

    assert {row["name"] for row in rows} == names


def test_the_list_asks_the_same_number_of_questions_however_long(
    desk: Client, several: None, here: Authority
) -> None:
    desk.get(USERS)
    with CaptureQueriesContext(connection) as few:
        desk.get(USERS)
    for _ in range(10):
        member(authority=here)
    with CaptureQueriesContext(connection) as many:
        desk.get(USERS)

    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("address", "verb"),
    [(USERS, "list of users looked at"), (f"{USERS}review/", "review of users looked at")],
)
def test_whoever_looks_through_the_users_leaves_a_line(
    desk: Client, administrator: User, here: Authority, address: str, verb: str
) -> None:
    assert desk.get(address).status_code == 200

    entry = TrailEntry.objects.get(verb=verb)
    assert (entry.by_id, entry.authority_id) == (administrator.pk, here.pk)


def test_a_page_says_what_someone_may_and_since_when(desk: Client, officer: User) -> None:
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={"secret": "x"})

    shown = words(desk.get(page(officer)))

    for said in ("Tamsin Calloway", "Tracking officer", "1 Jan 2020", "App that shows codes"):
        assert said in shown
    assert "<title>User, " in shown
    assert "Tamsin" not in shown.split("</title>")[0]
    assert "user looked at" in verbs()


def test_someone_of_another_authority_is_not_found(desk: Client) -> None:
    stranger = member(authority=AuthorityFactory(code=BARNET))

    for act in ("", "roles/new/", "roles/1/change/", "roles/1/end/", "factors/remove/"):
        assert desk.get(page(stranger, act)).status_code == 404
    for act in ("roles/1/end/", "roles/1/keep/", "unlock/", "sign-out/", "factors/remove/"):
        assert desk.post(page(stranger, act), {"ends_on": "today"}).status_code == 404
    assert desk.get(page(UserFactory())).status_code == 404


def test_roles_elsewhere_are_neither_shown_nor_touched(desk: Client, here: Authority) -> None:
    both = member(Role.ADVISER, authority=here)
    MembershipFactory(user=both, authority=AuthorityFactory(code=BARNET), role=Role.DATA_MANAGER)

    shown = words(desk.get(page(both)))

    assert "Has a role for another authority too" in shown
    assert "Data manager" not in shown
    assert desk.get(page(both, "roles/2/end/")).status_code == 404


def test_the_account_of_someone_who_left_for_elsewhere_is_not_touched(
    desk: Client, here: Authority
) -> None:
    moved = MembershipFactory(authority=here, ends_on=date(2021, 1, 1)).user
    MembershipFactory(user=moved, authority=AuthorityFactory(code=BARNET), role="AD")
    Authenticator.objects.create(user=moved, type=Authenticator.Type.TOTP, data={"secret": "x"})

    shown = words(desk.get(page(moved)))
    answers = [
        desk.post(page(moved, act), {"why": "Lost"}).status_code
        for act in ("factors/remove/", "sign-out/", "unlock/")
    ]

    assert "its administrator looks after their account" in shown
    assert "Last signed in" not in shown
    assert "Second factors" not in shown
    assert answers == [404, 404, 404]
    assert again(moved).sessions_key == moved.sessions_key
    assert Authenticator.objects.filter(user=moved).exists()


def test_the_account_of_someone_who_left_and_works_nowhere_is_looked_after(
    desk: Client, here: Authority
) -> None:
    left = MembershipFactory(authority=here, ends_on=date(2021, 1, 1)).user

    assert desk.post(page(left, "sign-out/")).status_code == 302
    assert "Last signed in" in words(desk.get(page(left)))


def test_roles_are_said_in_words(desk: Client) -> None:
    shown = words(desk.get("/settings/roles/"))

    assert "Data manager" in shown
    assert "Make the month&#39;s return" in shown
    assert "Provider&#39;s named individual" not in shown


# -- ending ----------------------------------------------------------------------------------------


def test_ending_today_takes_effect_with_the_next_request(
    desk: Client, officer: User, here: Authority
) -> None:
    theirs = Client()
    theirs.force_login(officer)
    assert theirs.get("/people/").status_code == 200

    response = desk.post(page(officer, "roles/1/end/"), {"ends_on": day(today())})

    assert response.status_code == 302
    assert theirs.get("/people/").status_code == 302  # signed out, to sign in
    assert not again(officer).is_active
    assert membership_for(again(officer), here) is None
    assert "role ended" in verbs()


def test_someone_with_a_role_elsewhere_stays_signed_in_there(
    desk: Client, officer: User, here: Authority
) -> None:
    elsewhere = AuthorityFactory(code=BARNET)
    MembershipFactory(user=officer, authority=elsewhere)
    theirs = Client()
    theirs.force_login(officer)

    desk.post(page(officer, "roles/1/end/"), {"ends_on": day(today())})

    assert theirs.get("/people/").status_code == 200
    now = again(officer)
    assert now.is_active
    assert [one.authority for one in memberships_of(now)] == [elsewhere]


def test_an_end_to_come_leaves_them_at_work_until_then(
    desk: Client, officer: User, here: Authority
) -> None:
    last = today() + timedelta(days=5)
    theirs = Client()
    theirs.force_login(officer)

    desk.post(page(officer, "roles/1/end/"), {"ends_on": day(last)})

    assert theirs.get("/people/").status_code == 200
    assert memberships_of(again(officer), on=last - timedelta(days=1))
    assert memberships_of(again(officer), on=last) == []
    assert "Take back the end" in words(desk.get(page(officer)))
    desk.post(page(officer, "roles/1/keep/"))
    assert memberships_of(again(officer), on=last)


def test_a_mover_loses_the_old_authority_at_midnight(here: Authority) -> None:
    elsewhere = AuthorityFactory(code=BARNET)
    move = date(2027, 3, 1)
    mover = MembershipFactory(authority=here, ends_on=move).user
    MembershipFactory(user=mover, authority=elsewhere, starts_on=move)
    theirs = Client()
    midnight = datetime(2027, 3, 1, tzinfo=LONDON)

    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        theirs.force_login(mover)
        assert theirs.get("/people/").context_data is not None
        assert holds(again(mover), Permission.SEE_PEOPLE, here)
        assert not holds(again(mover), Permission.SEE_PEOPLE, elsewhere)
    with time_machine.travel(midnight, tick=False):
        assert not holds(again(mover), Permission.SEE_PEOPLE, here)
        assert holds(again(mover), Permission.SEE_PEOPLE, elsewhere)
        assert [one.authority for one in memberships_of(again(mover))] == [elsewhere]


def test_an_end_in_summer_time_is_at_midnight_here(here: Authority) -> None:
    gone = date(2027, 7, 1)
    user = MembershipFactory(authority=here, ends_on=gone).user

    with time_machine.travel(datetime(2027, 6, 30, 23, 30, tzinfo=LONDON), tick=False):
        assert memberships_of(again(user))
    with time_machine.travel(datetime(2027, 7, 1, 0, 0, 1, tzinfo=LONDON), tick=False):
        assert memberships_of(again(user)) == []


@pytest.mark.parametrize("given", ["", "30/2/2027", "1/1/2020"])
def test_a_day_that_cannot_be_is_refused(desk: Client, officer: User, given: str) -> None:
    response = desk.post(page(officer, "roles/1/end/"), {"ends_on": given})

    assert "ends_on" in response.context_data["form"].errors
    assert memberships_of(again(officer))


def test_a_role_that_is_over_is_not_ended_again(desk: Client, here: Authority) -> None:
    gone = date(2021, 1, 1)
    over = MembershipFactory(authority=here, ends_on=gone)
    MembershipFactory(user=over.user, authority=AuthorityFactory(code=BARNET))

    response = desk.post(page(over.user, "roles/1/end/"), {"ends_on": "1/3/2099"})

    assert "That role has ended already" in words(response)
    over.refresh_from_db()
    assert over.ends_on == gone


def test_an_end_after_the_next_role_began_is_refused(desk: Client, here: Authority) -> None:
    next_month = today() + timedelta(days=30)
    first = MembershipFactory(authority=here, ends_on=next_month)
    MembershipFactory(user=first.user, authority=here, starts_on=next_month)

    response = desk.post(page(first.user, "roles/1/end/"), {"ends_on": "1/3/2099"})

    assert "Another role follows this one before then" in words(response)
    first.refresh_from_db()
    assert first.ends_on == next_month


def test_a_role_that_never_began_does_not_come_back(desk: Client, here: Authority) -> None:
    day_one = today() + timedelta(days=30)
    never = MembershipFactory(authority=here, starts_on=day_one, ends_on=day_one)

    desk.post(page(never.user, "roles/1/keep/"))

    never.refresh_from_db()
    assert never.ends_on == day_one


def test_the_account_of_someone_whose_end_was_set_before_closes_that_night(here: Authority) -> None:
    gone = date(2027, 7, 1)
    left = MembershipFactory(authority=here, ends_on=gone).user
    moved = MembershipFactory(authority=here, ends_on=gone).user
    MembershipFactory(user=moved, authority=AuthorityFactory(code=BARNET), starts_on=gone)
    nobody = UserFactory()

    with time_machine.travel(datetime(2027, 6, 30, 23, 59, tzinfo=LONDON), tick=False):
        assert close_left_accounts() == 0
    with time_machine.travel(datetime(2027, 7, 1, 0, 5, tzinfo=LONDON), tick=False):
        with acting_as(WORKER):
            assert close_left_accounts() == 1
        assert close_left_accounts() == 0

    assert [again(one).is_active for one in (left, moved, nobody)] == [False, True, True]
    assert TrailEntry.objects.get(verb="account closed").subject_id == left.pk
    assert "ccis.tasks.close_left_accounts" in {one["task"] for one in BEAT_SCHEDULE.values()}


# -- the last administrator ------------------------------------------------------------------------

LAST = "They are the last administrator here"


def test_the_last_administrator_cannot_be_ended(desk: Client, administrator: User) -> None:
    ended = desk.post(page(administrator, "roles/1/end/"), {"ends_on": day(today())})
    later = desk.post(page(administrator, "roles/1/end/"), {"ends_on": "1/3/2099"})

    assert LAST in words(ended)
    assert LAST in words(later)
    assert memberships_of(again(administrator), on=date(2100, 1, 1))


def test_the_last_administrator_cannot_become_something_else(
    desk: Client, administrator: User
) -> None:
    response = desk.post(
        page(administrator, "roles/1/change/"), {"role": "DM", "from_day": day(today())}
    )

    assert LAST in words(response)
    assert memberships_of(again(administrator))[0].role == Role.ADMINISTRATOR


@pytest.mark.parametrize(
    "other",
    [
        {"ends_on": date(2099, 1, 1)},
        {"user__is_active": False},
        {"starts_on": date(2099, 1, 1)},
        {"role": Role.DATA_MANAGER.value},
    ],
    ids=["will go too", "closed account", "not here yet", "not an administrator"],
)
def test_another_who_will_not_be_there_does_not_count(
    desk: Client, administrator: User, here: Authority, other: dict[str, Any]
) -> None:
    MembershipFactory(**{"authority": here, "role": Role.ADMINISTRATOR.value} | other)

    response = desk.post(page(administrator, "roles/1/end/"), {"ends_on": day(today())})

    assert LAST in words(response)


def test_with_another_administrator_one_can_go(
    desk: Client, administrator: User, here: Authority
) -> None:
    member(Role.ADMINISTRATOR, authority=here)

    desk.post(page(administrator, "roles/1/end/"), {"ends_on": day(today())})

    assert memberships_of(again(administrator)) == []


# -- giving and changing ---------------------------------------------------------------------------


def test_a_role_changes_from_a_day(desk: Client, officer: User, here: Authority) -> None:
    from_day = today() + timedelta(days=2)

    desk.post(
        page(officer, "roles/1/change/"),
        {"role": "PA", "leads_team": "on", "from_day": day(from_day)},
    )

    (before,) = memberships_of(again(officer), on=from_day - timedelta(days=1))
    (after,) = memberships_of(again(officer), on=from_day)
    assert (before.role, after.role, after.leads_team) == ("TO", "PA", True)
    assert "role changed" in verbs()


def test_a_change_today_is_there_with_the_next_request(desk: Client, officer: User) -> None:
    theirs = Client()
    theirs.force_login(officer)
    assert theirs.get("/people/new/").status_code in {200, 302}

    desk.post(page(officer, "roles/1/change/"), {"role": "RO", "from_day": day(today())})

    assert theirs.get("/people/").status_code == 200
    assert theirs.get("/people/new/").status_code == 403


def test_a_change_to_the_same_is_refused(desk: Client, officer: User) -> None:
    response = desk.post(page(officer, "roles/1/change/"), {"role": "TO", "from_day": "today"})

    assert "form" in response.context_data
    assert Membership.objects.filter(user=officer).count() == 1


def test_someone_who_left_comes_back(desk: Client, officer: User, here: Authority) -> None:
    desk.post(page(officer, "roles/1/end/"), {"ends_on": day(today())})
    assert "Give a role and open the account again" in words(desk.get(page(officer)))

    desk.post(page(officer, "roles/new/"), {"role": "PA", "starts_on": day(today())})

    now = again(officer)
    assert now.is_active
    assert [one.role for one in memberships_of(now)] == ["PA"]
    assert "account opened again" in verbs()


def test_two_roles_at_one_time_are_refused(desk: Client, officer: User) -> None:
    response = desk.post(page(officer, "roles/new/"), {"role": "PA", "starts_on": day(today())})

    assert "They have a role here on one of these days" in words(response)


def test_the_database_refuses_roles_that_overlap(here: Authority) -> None:
    first = MembershipFactory(authority=here, ends_on=date(2027, 3, 1))

    MembershipFactory(user=first.user, authority=here, starts_on=date(2027, 3, 1))
    with pytest.raises(IntegrityError, match="do_not_overlap"), transaction.atomic():
        MembershipFactory(
            user=first.user,
            authority=here,
            starts_on=date(2027, 2, 28),
            ends_on=date(2027, 3, 1),
        )


def test_two_who_end_each_other_leave_one(here: Authority) -> None:
    one = member(Role.ADMINISTRATOR, authority=here)
    other = member(Role.ADMINISTRATOR, authority=here)
    first, second = (
        Membership.objects.select_related("authority", "user").get(user=user)
        for user in (one, other)
    )
    at = timezone.now()

    memberships.end(membership=first, on=today(), today=today(), by=other, at=at)
    with pytest.raises(CannotChangeAccess, match="last administrator"):
        memberships.end(membership=second, on=today(), today=today(), by=one, at=at)


def test_what_changed_stands_in_the_history_by_field(desk: Client, officer: User) -> None:
    desk.post(page(officer, "roles/1/end/"), {"ends_on": day(today())})

    (membership,) = Membership.objects.filter(user=officer)
    changed = LogEntry.objects.get_for_object(membership).latest("id")
    assert changed.changes_dict["ends_on"] == ["None", today().isoformat()]
    assert changed.actor is not None
    assert "is_active" in LogEntry.objects.get_for_object(officer).latest("id").changes_dict


# -- sessions and factors --------------------------------------------------------------------------


def test_an_administrator_signs_someone_out_everywhere(desk: Client, officer: User) -> None:
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(officer)

    desk.post(page(officer, "sign-out/"))

    for browser in browsers:
        assert browser.get("/people/").status_code == 302
    assert "signed out by an administrator" in verbs()


def test_factors_are_removed_with_a_reason(desk: Client, officer: User) -> None:
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={"secret": "x"})

    refused = desk.post(page(officer, "factors/remove/"), {"why": ""})
    done = desk.post(page(officer, "factors/remove/"), {"why": "Lost telephone, came in"})

    assert "why" in refused.context_data["form"].errors
    assert done.status_code == 302
    assert not Authenticator.objects.filter(user=officer).exists()
    assert "second factor removed" in verbs()


def test_ones_own_factors_are_not_removed_here(desk: Client, administrator: User) -> None:
    response = desk.post(page(administrator, "factors/remove/"), {"why": "Lost telephone"})

    assert "Remove your own on your account page" in words(response)
