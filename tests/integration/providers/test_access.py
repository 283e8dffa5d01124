"""Who of an organisation is let in, by whom, and how their access ends (LC-10)."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from ccis.access.roles import Role
from ccis.accounts.actions import invitations
from ccis.accounts.errors import CannotInvite
from ccis.accounts.models import Invitation, User
from ccis.accounts.terms import TERMS
from providers.portal import notices, reviewing
from providers.portal.actions import hours, seats
from providers.portal.models import Seat, SeatOffer
from sharing.agreements.actions import making
from tests.factories.accounts import UserFactory, member
from tests.factories.agreements import NamedPersonFactory, RecipientFactory, whole_version
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.portal import SeatFactory, seated
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db
PN, SD = Role.NAMED_INDIVIDUAL, Role.SCHOOL_DATA_MANAGER
WORDS = "harbour lane kestrel words"
PASSWORD = "correct horse battery staple"


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def officer(authority):
    return member(Role.INFORMATION_GOVERNANCE, authority=authority)


def invite(authority, by, *, provider=None, email="ines@harbour.example", role=PN):
    return seats.invite(
        provider=provider or RecipientFactory(),
        authority=authority,
        name="Ines Okafor",
        email=email,
        role=role,
        by=by,
        at=timezone.now(),
        link_to=lambda token: f"https://ccis.example/{token}",
        service="the record",
    )


def join(email="ines@harbour.example"):
    (waiting,) = Invitation.objects.waiting().filter(email=email)
    return invitations.accept_as_new(waiting, password=WORDS, terms=TERMS, at=timezone.now())


def text(response):
    return " ".join(response.content.decode().split())


def test_who_is_named_and_approved_is_invited_and_sits_down_on_joining(client, authority, officer):
    version = whole_version(agreement__authority=authority, emails=())
    agreement = version.agreement
    NamedPersonFactory(
        agreement=agreement, email="ines@harbour.example", approved_by=None, approved_at=None
    )
    client.force_login(officer)

    client.post(reverse("agreements:people-approve", args=[agreement.ref]))

    (letter,) = mail.outbox
    assert letter.to == ["ines@harbour.example"]
    assert not Seat.objects.exists()
    user = join()
    (seat,) = Seat.objects.of(user)
    assert (seat.provider, seat.authority, seat.may_manage) == (agreement.provider, authority, True)
    assert user.terms_accepted.get().version == TERMS.version
    client.force_login(user)
    assert client.get("/portal/").status_code == 200


def test_an_account_gets_a_seat_more_and_signs_in_as_before(
    authority, officer, django_capture_on_commit_callbacks
):
    invite(authority, officer)
    user = join()
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        second = invite(authority, officer, role=SD)
    assert isinstance(second, Seat)
    assert [one.subject for one in mail.outbox] == [f"Something for you from {authority.title}"]
    elsewhere = AuthorityFactory(code=BARNET)
    invite(elsewhere, member(Role.ADMINISTRATOR, authority=elsewhere))
    (waiting,) = Invitation.objects.waiting()
    invitations.accept_as(waiting, user=user, terms=TERMS, at=timezone.now())

    assert User.objects.filter(email=user.email).count() == 1
    assert Seat.objects.of(user).count() == 3
    assert set(user.memberships.values_list("authority", "role")) == {
        (authority.pk, PN.value),
        (elsewhere.pk, PN.value),
    }
    invite(authority, officer, provider=second.provider)
    with pytest.raises(CannotInvite, match="has access already"):
        invite(authority, officer, provider=second.provider)
    with pytest.raises(CannotInvite, match="works for the council"):
        invite(authority, officer, email=officer.email)


def test_the_last_seat_takes_the_role_with_it_and_one_before_it_does_not(authority, officer):
    first = seated(PN, provider=ProviderFactory(), authority=authority)
    second = SeatFactory(
        user=first.user, provider=ProviderFactory(), authority=authority, role=SD.value
    )
    now = timezone.now()

    seats.end(first, because="council", by=officer, at=now)
    roles = first.user.memberships.current(timezone.localdate()).values_list("role", flat=True)
    assert roles.get() == SD.value
    seats.end(second, because="council", by=officer, at=now)

    assert not roles.exists()
    assert not User.objects.get(pk=first.user_id).is_active
    # coming back, they get what they are invited to and nothing that was left over
    left = SeatFactory(user=first.user, provider=ProviderFactory(), authority=authority)
    invite(authority, officer, email=first.user.email)
    join(first.user.email)
    left.refresh_from_db()
    assert left.ended_because == "no-role"


def test_access_ends_with_the_naming_and_the_naming_with_the_access(authority, officer):
    version = whole_version(agreement__authority=authority, emails=("a@h.example", "b@h.example"))
    agreement = version.agreement
    one, other = (
        seated(user=UserFactory(email=email), provider=agreement.provider, authority=authority)
        for email in ("a@h.example", "b@h.example")
    )
    data = seated(SD, provider=agreement.provider, authority=authority)
    now = timezone.now()

    making.end_person(agreement.people.get(email="a@h.example"), by=officer, at=now)
    one.refresh_from_db()
    assert one.ended_because == "not-named"
    seats.end(other, because="left", by=officer, at=now)

    assert not agreement.people.filter(ended_at=None).exists()
    data.refresh_from_db()
    assert data.ended_at is None


def test_sixty_days_unused_end_it_by_the_clock_and_at_signing_in(client, authority):
    now = timezone.now()
    seat = seated(provider=ProviderFactory(), authority=authority, made_at=now, used_at=None)
    later = timezone.now() + timedelta(days=60)
    hours.daily(at=later - timedelta(hours=2))
    seat.refresh_from_db()
    assert seat.ended_at is None

    wrong, right = ({"login": seat.user.email, "password": one} for one in ("wrong", PASSWORD))
    with time_machine.travel(later + timedelta(minutes=1)):
        assert "60 days" not in text(client.post("/sign-in/", wrong))
        seat.refresh_from_db()
        assert seat.ended_at is None
        for _ in ("it ends now", "it had ended"):
            told = text(client.post("/sign-in/", right))
            assert (
                "You had not used this for 60 days, so your access ended. Ask "
                f"{authority.title} or a colleague who looks after access to invite you again"
            ) in told
            assert "60 days" not in text(client.post("/sign-in/", wrong))
        assert client.get("/portal/").status_code == 302
    seat.refresh_from_db()
    assert (seat.ended_because, seat.ended_by) == ("unused", None)
    idle = seated(provider=seat.provider, authority=authority, used_at=timezone.now())
    hours.daily(at=later + timedelta(hours=1))
    idle.refresh_from_db()
    assert idle.ended_because == "unused"


def test_one_of_the_organisation_looks_after_it_and_reaches_nobody_elses(client, authority):
    harbour = ProviderFactory(name="Harbour Lane Skills")
    mine = seated(SD, provider=harbour, authority=authority, may_manage=True)
    colleague = seated(SD, provider=harbour, authority=authority)
    others = seated(SD, provider=ProviderFactory(), authority=authority)
    client.force_login(colleague.user)
    told = text(client.get("/portal/people/"))
    assert f"{mine.user.name} looks after who has access" in told
    assert mine.user.email not in told
    assert client.post("/portal/people/review/", {"seat": [mine.ref]}).status_code == 404
    assert client.post(f"/portal/people/{mine.ref}/end/").status_code == 404
    client.force_login(mine.user)
    page = text(client.get("/portal/people/"))
    assert colleague.user.name in page
    assert others.user.name not in page

    for ref in (others.ref, mine.ref):
        assert client.post(f"/portal/people/{ref}/end/").status_code == 404
    client.post("/portal/people/invite/", {"name": "Sam", "email": "sam@harbour.example"})
    assert mail.outbox[0].to == ["sam@harbour.example"]
    client.post("/portal/people/review/", {"seat": [mine.ref, others.ref]})
    client.post(f"/portal/people/{colleague.ref}/end/")

    for one in (mine, colleague, others):
        one.refresh_from_db()
    assert (mine.reviewed_by, colleague.ended_because) == (mine.user, "left")
    assert (others.reviewed_at, others.ended_at) == (None, None)
    assert not colleague.user.memberships.current(timezone.localdate()).exists()


def test_who_waits_for_two_organisations_is_called_by_each_what_it_called_them(client, authority):
    first, second = (
        seated(SD, provider=ProviderFactory(), authority=authority, may_manage=True)
        for _ in range(2)
    )
    for seat, name in ((first, "Samira Holt"), (second, "Sam from the office")):
        client.force_login(seat.user)
        client.post("/portal/people/invite/", {"name": name, "email": "sam@harbour.example"})

    theirs = text(client.get("/portal/people/"))
    assert ("Sam from the office" in theirs, "Samira Holt" in theirs) == (True, False)
    client.force_login(first.user)
    page = text(client.get("/portal/people/"))
    assert ("Samira Holt" in page, "Sam from the office" in page) == (True, False)
    assert join("sam@harbour.example").name == "Samira Holt"


def test_the_council_has_the_same_powers_and_another_council_none(client, authority, officer):
    seat = seated(SD, provider=ProviderFactory(), authority=authority)
    page = f"/settings/access/{seat.provider.ref}/"
    client.force_login(member(Role.ADMINISTRATOR, authority=AuthorityFactory(code=BARNET)))
    assert client.get(page).status_code == 404
    client.force_login(officer)
    assert seat.provider.name in text(client.get("/settings/access/"))
    asked = {"provider": seat.provider.name, "name": "Sam", "email": "sam@kestrel.example"}
    client.post("/settings/access/invite/", asked)
    assert "sam@kestrel.example" in text(client.get(page))

    client.post(f"{page}people/{seat.ref}/manage/", {"may": "yes"})
    client.post(f"{page}review/", {"seat": [seat.ref]})
    seat.refresh_from_db()
    assert (seat.may_manage, seat.reviewed_by) == (True, officer)
    client.post(f"{page}people/{seat.ref}/end/")
    seat.refresh_from_db()
    assert seat.ended_because == "council"


def test_the_first_of_a_school_looks_after_its_access_though_nobody_ticked_it(
    client, authority, officer
):
    school = ProviderFactory()
    client.force_login(officer)
    for name in ("sam", "ines"):
        asked = {"provider": school.name, "name": name, "email": f"{name}@kestrel.example"}
        client.post("/settings/access/invite/", asked)

    offered = SeatOffer.objects.order_by("pk").values_list("name", "may_manage")
    assert list(offered) == [("sam", True), ("ines", False)]


def test_a_review_is_to_do_twice_a_year_and_notices_say_nothing(
    authority, settings, django_capture_on_commit_callbacks
):
    settings.CCIS_ADDRESS = "ccis.northgate.example"
    seat = seated(provider=ProviderFactory(), authority=authority, may_manage=True)
    seat.made_at = seat.used_at = timezone.now() - timedelta(days=182)
    seat.reviewed_at = seat.made_at
    seat.save()
    Seat.objects.update(used_at=timezone.now())
    assert [one.href for one in reviewing.find(seat, timezone.now())] == ["/portal/people/"]

    with django_capture_on_commit_callbacks(execute=True):
        hours.daily(at=timezone.now())
        assert notices.notify([seat], timezone.now()) == 0

    (letter,) = mail.outbox
    council = authority.title
    assert letter.subject == f"Something for you from {council}"
    assert letter.body == (
        f"There is something for you in the {council} service. "
        "Sign in to see it: ccis.northgate.example.\n"
    )
    said = letter.subject + letter.body
    assert seat.user.name not in said
    assert seat.provider.name not in said
    assert notices.notify([seat], timezone.now() + timedelta(days=1)) == 1


def test_each_council_says_once_a_day_that_there_is_something(
    authority, django_capture_on_commit_callbacks
):
    now = timezone.now()
    here = seated(provider=ProviderFactory(), authority=authority)
    other = AuthorityFactory(code=BARNET)
    there = seated(provider=here.provider, authority=other, user=here.user)

    with django_capture_on_commit_callbacks(execute=True):
        told = [notices.notify(seats, now) for seats in ([here], [here], [here, there])]

    assert told == [1, 0, 1]
    councils = [authority.title, other.title]
    assert [letter.subject for letter in mail.outbox] == [
        f"Something for you from {council}" for council in councils
    ]


def test_a_review_that_nobody_there_does_is_the_councils(
    client, authority, officer, django_capture_on_commit_callbacks
):
    now = timezone.now()
    told = {"made_at": now - timedelta(days=168), "reviewed_at": now - timedelta(days=168)}
    late = {"made_at": now - timedelta(days=189), "reviewed_at": now - timedelta(days=189)}
    nobody = seated(provider=ProviderFactory(), authority=authority, used_at=now, **told)
    managed = seated(
        provider=ProviderFactory(), authority=authority, used_at=now, may_manage=True, **told
    )
    elsewhere = AuthorityFactory(code=BARNET)
    seated(provider=nobody.provider, authority=elsewhere, used_at=now, **told)

    def daily():
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            hours.daily(at=now)
        return {address for letter in mail.outbox for address in letter.to}

    assert daily() == {officer.email, managed.user.email}
    assert reviewing.places_for_council(authority, now) == 1
    client.force_login(officer)
    assert "Organisations’ access to look at" in text(client.get("/sharing/"))
    page = text(client.get("/settings/access/"))
    assert page.count("For you to look at") == page.count("Nobody there looks after access") == 1

    client.post(f"/settings/access/{nobody.provider.ref}/review/", {"seat": [nobody.ref]})
    assert "Organisations’ access to look at" not in text(client.get("/sharing/"))
    notices.Notice.objects.all().delete()
    Seat.objects.filter(pk=managed.pk).update(**late)
    assert daily() == {officer.email, managed.user.email}
    assert reviewing.places_for_council(authority, now) == 1
