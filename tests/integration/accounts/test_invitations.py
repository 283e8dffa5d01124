"""Getting in by invitation: a link that works once, for a while, for one address (LC-10)."""

import html
import re
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from ccis.access.checks import membership_for
from ccis.access.roles import Role
from ccis.accounts.actions import invitations
from ccis.accounts.models import Invitation, Membership, TermsAcceptance, User
from ccis.accounts.terms import TERMS
from ccis.audit.models import TrailDetail, TrailEntry
from ccis.authorities.models import Authority
from ccis.authorities.policy import adopt
from tests.factories.accounts import InvitationFactory, MembershipFactory, UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory

pytestmark = pytest.mark.django_db

PASSWORD = "three quiet otters swim"
INVITE = "/settings/users/new/"
JOIN = "/invitations/open/"
AGAIN = "for a new one"


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


def asked(**changed: object) -> dict[str, object]:
    return {
        "name": "Tamsin Calloway",
        "email": "Tamsin.Calloway@council.example",
        "role": "TO",
        "starts_on": f"{timezone.localdate():%d/%m/%Y}",
        "ends_on": "",
    } | changed


def link_in(letter: Any) -> str:
    found = re.search(r"http://testserver(/invitations/\S+)", str(letter.body))
    assert found
    return found[1]


def sent_link(desk: Client, **changed: object) -> str:
    response = desk.post(INVITE, asked(**changed))
    assert response.status_code == 302, response.context_data["form"].errors
    return link_in(mail.outbox[-1])


def words(response: Any) -> str:
    return str(response.content.decode())


def verbs() -> list[str]:
    return list(TrailEntry.objects.order_by("id").values_list("verb", flat=True))


def accept(client: Client, **changed: object) -> Any:
    return client.post(JOIN, {"password": PASSWORD, "terms": "on"} | changed)


# -- inviting --------------------------------------------------------------------------------------


def test_the_letter_holds_the_link_and_nothing_about_anyone(desk: Client, here: Authority) -> None:
    link = sent_link(desk)

    (letter,) = mail.outbox
    assert letter.to == ["tamsin.calloway@council.example"]
    assert letter.subject == f"Invitation from {here.title}"
    text = letter.subject + letter.body
    for name in ("Tamsin", "Calloway", "Ada", "Field", "officer"):
        assert name not in text.replace("tracking officer", "")
    assert link in letter.body


def test_only_a_digest_of_the_link_is_kept(desk: Client) -> None:
    token = sent_link(desk).split("/")[2]

    invitation = Invitation.objects.get()
    kept = {str(value) for value in Invitation.objects.values().get().values()}
    assert token not in kept
    assert invitation.token_digest == invitations.digest_of(token)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_trail_detail WHERE details::text LIKE %s", [f"%{token}%"]
        )
        assert cursor.fetchone() == (0,)


def test_it_lasts_as_long_as_the_policy_says(desk: Client, here: Authority) -> None:
    adopt(authority=here, by=None, at=timezone.now(), why="Agreed", invitation_days=3)

    sent_link(desk)

    invitation = Invitation.objects.get()
    assert invitation.expires_at - invitation.sent_at == timedelta(days=3)


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"name": ""}, "name", "Enter their name"),
        ({"email": "tamsin"}, "email", "Enter an email address in the right form"),
        ({"role": ""}, "role", "Select a role"),
        ({"role": "PN"}, "role", "Select a valid choice"),
        ({"role": "DM", "leads_team": "on"}, "leads_team", "Only a tracking officer"),
        ({"starts_on": "1/1/2020"}, "starts_on", "First day must be today or later"),
        ({"starts_on": "30/2/2027"}, "starts_on", "must be a real date"),
        ({"starts_on": "5/1/2099", "ends_on": "4/1/2099"}, "ends_on", "The end must be after"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    desk: Client, changed: dict[str, object], field: str, said: str
) -> None:
    response = desk.post(INVITE, asked(**changed))

    assert said in str(response.context_data["form"].errors[field])
    assert not Invitation.objects.exists()
    assert mail.outbox == []


def test_someone_with_a_role_here_is_not_invited(desk: Client, here: Authority) -> None:
    member(authority=here, user__email="tamsin.calloway@council.example")

    response = desk.post(INVITE, asked())

    assert "has a role here already" in str(response.context_data["form"].errors["email"])


def test_nobody_is_invited_twice_at_a_time(desk: Client) -> None:
    sent_link(desk)

    response = desk.post(INVITE, asked(role="PA"))

    assert "has an invitation already" in str(response.context_data["form"].errors["email"])
    assert Invitation.objects.count() == len(mail.outbox) == 1


def test_an_email_that_cannot_be_sent_leaves_nothing_behind(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError("no route to host")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)

    response = desk.post(INVITE, asked())

    assert "The email could not be sent, so nothing was saved" in words(response)
    assert not Invitation.objects.exists()
    assert "invitation sent" not in verbs()


# -- accepting -------------------------------------------------------------------------------------


def test_the_token_leaves_the_address_at_once(client: Client, desk: Client) -> None:
    link = sent_link(desk)

    first = client.get(link)
    page = client.get(first.headers["Location"])

    assert first.headers["Location"] == JOIN
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Referrer-Policy"] == "same-origin"
    for response in (first, page):
        assert "no-store" in response.headers["Cache-Control"]
    assert link.split("/")[2] not in words(page) + str(dict(client.session))


def test_the_page_says_who_invites_to_what(client: Client, desk: Client, here: Authority) -> None:
    client.get(sent_link(desk, role="PA", leads_team="on", ends_on="1/3/2099"))

    shown = words(client.get(JOIN))

    assert f"Ada Field invites you to use this service for {here.title}" in shown
    assert "as adviser, leading a team" in shown
    assert "until 1 March 2099" in shown
    assert TERMS.points[0] in html.unescape(shown)


def test_accepting_makes_the_account_the_role_and_the_word(
    client: Client, desk: Client, here: Authority
) -> None:
    client.get(sent_link(desk))

    response = accept(client)

    user = User.objects.get(email="tamsin.calloway@council.example")
    assert response.status_code == 302
    assert client.session[SESSION_KEY] == str(user.pk)
    assert user.name == "Tamsin Calloway"
    assert user.check_password(PASSWORD)
    membership = membership_for(user, here)
    assert membership is not None
    assert membership.role == Role.TRACKING_OFFICER
    assert TermsAcceptance.objects.get(user=user).version == TERMS.version
    said = verbs()
    for verb in ("invitation sent", "role given", "invitation accepted", "terms accepted"):
        assert verb in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": ""}, "Enter a password"),
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "Tamsin-Calloway"}, "too near your name"),
        ({"terms": ""}, "Tick the box"),
    ],
)
def test_a_wrong_answer_uses_nothing_up(
    client: Client, desk: Client, changed: dict[str, object], said: str
) -> None:
    client.get(sent_link(desk))

    refused = accept(client, **changed)

    assert said in words(refused)
    assert not User.objects.filter(name="Tamsin Calloway").exists()
    assert accept(client).status_code == 302


def test_programs_that_look_through_email_use_nothing_up(client: Client, desk: Client) -> None:
    link = sent_link(desk)
    Client().head(link)
    Client().get(link, follow=True)

    client.get(link)

    assert accept(client).status_code == 302


def test_someone_with_an_account_signs_in_and_accepts(desk: Client, here: Authority) -> None:
    elsewhere = AuthorityFactory(code=BARNET)
    user = member(authority=elsewhere, user__email="tamsin.calloway@council.example")
    client = Client()
    client.get(sent_link(desk))
    assert "You have an account in this service already" in words(client.get(JOIN))
    refused = accept(client)
    assert User.objects.filter(email=user.email).count() == 1
    assert "You have an account" in words(refused)

    client.force_login(user)
    client.get(link_in(mail.outbox[-1]))
    client.post(JOIN, {"terms": "on"})

    now = User.objects.get(pk=user.pk)
    assert membership_for(now, here)
    assert membership_for(now, elsewhere)
    assert not now.check_password(PASSWORD)


def test_someone_who_left_comes_back_to_the_same_account(desk: Client, here: Authority) -> None:
    gone = MembershipFactory(
        user__email="tamsin.calloway@council.example",
        user__is_active=False,
        authority=here,
        ends_on=date(2021, 1, 1),
    ).user
    client = Client()
    client.get(sent_link(desk))

    accept(client)

    gone.refresh_from_db()
    assert gone.is_active
    assert gone.check_password(PASSWORD)
    assert "account opened again" in verbs()


# -- links that do not work ------------------------------------------------------------------------


def refused(client: Client, link: str) -> None:
    """The link leads to the words that say whom to ask, and makes nothing."""
    before = Membership.objects.count(), User.objects.count()
    shown = client.get(link, follow=True)
    assert shown.redirect_chain == [(JOIN, 302)]
    posted = accept(client)
    for response in (shown, posted):
        assert AGAIN in words(response)
        assert "Choose a password" not in words(response)
    assert (Membership.objects.count(), User.objects.count()) == before


def test_a_link_that_was_never_sent(client: Client) -> None:
    refused(client, "/invitations/a-token-that-nobody-was-ever-sent/")


def test_a_link_that_was_used(client: Client, desk: Client, here: Authority) -> None:
    link = sent_link(desk)
    client.get(link)
    accept(client)

    thief = Client()
    refused(thief, link)

    assert f"Ask {here.title}’s team for a new one" in words(thief.get(JOIN))
    assert "invitation refused" in verbs()


def test_a_link_that_is_too_old(client: Client) -> None:
    invitation = InvitationFactory(
        token="t" * 43, invited_at=timezone.now() - timedelta(days=7, seconds=1)
    )

    refused(client, f"/invitations/{'t' * 43}/")

    assert User.objects.filter(email=invitation.email).count() == 0


def test_a_link_works_until_its_last_moment() -> None:
    invitation = InvitationFactory()
    end = invitation.expires_at

    assert invitation.can_be_used(end - timedelta(seconds=1))
    assert not invitation.can_be_used(end)


def test_a_link_that_was_taken_back(client: Client, desk: Client) -> None:
    link = sent_link(desk)
    client.get(link)
    desk.post(f"/settings/users/invitations/{Invitation.objects.get().ref}/withdraw/")

    assert AGAIN in words(accept(client))
    refused(Client(), link)
    assert "invitation taken back" in verbs()


def test_a_link_that_was_sent_again(client: Client, desk: Client) -> None:
    old = sent_link(desk)
    client.get(old)
    desk.post(f"/settings/users/invitations/{Invitation.objects.get().ref}/send/")
    new = link_in(mail.outbox[-1])

    assert new != old
    assert AGAIN in words(accept(client))
    refused(Client(), old)
    client.get(new)
    assert accept(client).status_code == 302


def test_a_link_opened_by_someone_else_who_is_signed_in(desk: Client, here: Authority) -> None:
    link = sent_link(desk)
    someone = member(authority=here)
    client = Client()
    client.force_login(someone)

    refused(client, link)

    assert "This invitation is for someone else" in words(client.get(JOIN))
    assert "tamsin" not in words(client.get(JOIN)).lower()
    assert Invitation.objects.get().accepted_at is None
    entry = TrailEntry.objects.filter(verb="invitation refused").latest("id")
    assert entry.by_id == someone.pk
    assert TrailDetail.objects.get(entry_id=entry.pk).details == {"why": "someone else"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("authorities", [1, 2], ids=["one invitation", "two authorities'"])
def test_of_two_who_press_at_the_same_moment_one_gets_in(authorities: int) -> None:
    email = "tamsin.calloway@council.example"
    invited = [InvitationFactory(authority=AuthorityFactory(), email=email)]
    if authorities == 2:
        invited.append(InvitationFactory(authority=AuthorityFactory(code=BARNET), email=email))
    start = threading.Barrier(2)
    got_in: list[bool] = []

    def press(invitation: Invitation) -> None:
        theirs = Invitation.objects.select_related("authority").get(pk=invitation.pk)
        start.wait(timeout=10)
        try:
            invitations.accept_as_new(theirs, password=PASSWORD, terms=TERMS, at=timezone.now())
            got_in.append(True)
        except invitations.CannotJoin:
            got_in.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[one]) for one in (invited[0], invited[-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(got_in) == [False, True]
    assert User.objects.filter(email=email).count() == 1
    assert Membership.objects.filter(user__email=email).count() == 1


def test_another_authoritys_invitation_is_not_found(desk: Client) -> None:
    theirs = InvitationFactory(authority=AuthorityFactory(code=BARNET))

    for act in ("", "send/", "withdraw/"):
        address = f"/settings/users/invitations/{theirs.ref}/{act}"
        assert desk.post(address).status_code in {404, 405}
        assert desk.get(address).status_code in {404, 405}
    theirs.refresh_from_db()
    assert theirs.withdrawn_at is None
    assert theirs.email not in words(desk.get("/settings/users/"))


@pytest.mark.parametrize(
    ("fields", "said", "can_be_sent"),
    [
        ({}, "Waiting", True),
        ({"invited_at": timezone.now() - timedelta(days=8)}, "Too old", True),
        ({"withdrawn_at": timezone.now()}, "Taken back", False),
    ],
    ids=["waiting", "too old", "taken back"],
)
def test_an_invitations_page_says_how_it_stands(
    desk: Client, here: Authority, fields: dict[str, Any], said: str, can_be_sent: bool
) -> None:
    invitation = InvitationFactory(authority=here, **fields)

    shown = words(desk.get(f"/settings/users/invitations/{invitation.ref}/"))

    assert said in shown
    assert invitation.email in shown
    assert ("Send a new link" in shown) is can_be_sent


def test_the_list_shows_who_is_invited_and_where_emails_go(
    desk: Client, settings: Any, tmp_path: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    desk.post(INVITE, asked())

    shown = words(desk.get("/settings/users/"))

    assert "Tamsin Calloway" in shown
    assert f"kept as files in the folder {tmp_path}" in shown
    assert list(tmp_path.iterdir())
    assert UserFactory.build().email not in shown
