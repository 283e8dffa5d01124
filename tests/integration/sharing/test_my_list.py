"""An organisation's own pages about the people on its list (LC-08…10, LC-18, LC-19, LC-26).

The database decides what is there: each request reads as the portal's login, with a token.
"""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from ccis.access.database import WEB, acting_as
from ccis.access.roles import Role
from ccis.audit.models import TrailDetail, TrailEntry
from ccis.govuk.words import short_date
from ccis.idle import sessions
from optout.actions import requests
from optout.letters.rules import PURPOSES
from providers.portal.todo import to_do
from sharing.actions import life, lists, portal
from sharing.models import Disclosure, EndedBecause, PortalSession, SharedList
from sharing.outcomes.actions.answers import record
from sharing.outcomes.models import Answer, Attempt
from sharing.outcomes.rules import due_after
from sharing.portal import views
from sharing.portal.reading import reading, rows_on
from sharing.tasks import forget_portal_sessions
from tests.factories.accounts import member
from tests.factories.agreements import NamedPersonFactory
from tests.factories.caseload import ContactPointFactory
from tests.factories.portal import seated
from tests.factories.sharing import Ready, ready

pytestmark = pytest.mark.django_db

LIST = "/portal/list/"


def disclose(world: Ready, people: int = 1) -> list[Disclosure]:
    at = timezone.now()
    invited = [world.person() for _ in range(people)]
    for place, one in enumerate(invited):
        ContactPointFactory(person=one, value=f"07700 90{one.pk % 1000:03}{place}")
    drafted = lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support",
        people=[one.pk for one in invited], by=world.drafter, at=at,
    )  # fmt: skip
    return lists.release(drafted.list, by=world.releaser, at=at)


def sit(world: Ready) -> Client:
    """The browser of the named individual, in their seat."""
    client = Client()
    client.force_login(world.named)
    return client


def words(client: Client, address: str = LIST) -> str:
    response = client.get(address, follow=True)
    assert response.status_code == 200, address
    return response.content.decode()


def page_of(one: Disclosure) -> str:
    ref = one.row.ref
    return f"{LIST}{ref[:4]}-{ref[4:]}/"


def at_row(one: Disclosure) -> str:
    """Where somebody stands on the list."""
    ref = one.row.ref
    return f"{LIST}?at={ref[:4]}-{ref[4:]}#name-{ref}"


def name_of(one: Disclosure) -> str:
    return str(one.row.values["name"])


def trailed(verb: str) -> list[tuple[int | None, dict[str, str]]]:
    """Whom lines of the trail are about, and what they say."""
    lines = TrailEntry.objects.filter(verb=verb).order_by("pk")
    details = dict(TrailDetail.objects.values_list("entry_id", "details"))
    return [(line.subject_id, details[line.pk]) for line in lines]


@pytest.fixture
def harbour() -> Ready:
    return ready()


def test_the_first_opening_starts_the_clock_and_shows_the_agreed_columns_alone(harbour):
    first, second = disclose(harbour, 2)
    client = sit(harbour)

    page = words(client)

    for one in (first, second):
        one.refresh_from_db()
        assert one.received_at is not None
        assert name_of(one) in page
        assert not any(number in page for number in one.row.values["phone"])
    assert PURPOSES["support"] in page
    assert "Not to be passed on" in page
    assert "Return edition" not in page  # which is for who works on the return
    assert "of 15 working days left" in page
    assert "2 people" in page
    assert len(trailed("list received")) == 1

    shown = words(client, f"{LIST}?show={first.row.ref}")
    assert first.row.values["phone"][0] in shown
    assert second.row.values["phone"][0] not in shown
    ((subject, said),) = trailed("person seen")
    assert subject == first.person_id
    assert said == {"page": "shared-contact"}

    theirs = words(client, page_of(second))
    assert second.row.values["phone"][0] in theirs
    assert trailed("person seen")[-1][0] == second.person_id
    assert second.person.ref not in theirs
    titles = theirs.split("<title>")[1].split("</title>")[0]
    assert name_of(second) not in titles
    assert name_of(first) in words(client, f"{page_of(first)}refer/")
    assert trailed("person seen")[-1] == (first.person_id, {"page": "shared-row"})


def test_a_try_takes_two_presses_and_is_taken_back_by_who_logged_it(harbour):
    (made,) = disclose(harbour)
    client = sit(harbour)
    words(client)

    done = client.post(f"{page_of(made)}attempts/", {"how": "text", "result": "no-answer"})
    assert done.status_code == 302
    assert done["Location"] == at_row(made)
    page = words(client)
    assert "no answer, by text" in page
    assert "1 try" in page
    assert 'value="text" checked' in page  # the next is taken to be tried in the same way

    refused = client.post(f"{page_of(made)}attempts/", {"how": "pigeon", "result": "spoke"})
    assert refused.status_code == 302
    assert "Select how you tried" in words(client)

    one = Attempt.objects.get()
    colleague = member(Role.NAMED_INDIVIDUAL, authority=harbour.authority)
    NamedPersonFactory(agreement=harbour.version.agreement, email=colleague.email)
    seated(provider=harbour.provider, authority=harbour.authority, user=colleague)
    other = Client()
    other.force_login(colleague)
    assert ">Undo<" not in words(other)
    undo = f"{page_of(made)}attempts/{one.ref}/undo/"
    assert other.post(undo).status_code == 404
    assert ">Undo<" in words(client)
    client.post(undo)
    assert Attempt.objects.standing().count() == 0
    assert "Taken back" in words(client, page_of(made))


def test_a_try_of_another_day_is_told_on_their_own_page(harbour):
    (made,) = disclose(harbour)
    client = sit(harbour)
    words(client)
    came, today = timezone.now() - timedelta(days=3), timezone.localdate()
    Disclosure.objects.filter(pk=made.pk).update(released_at=came, received_at=came)
    assert 'name="tried_on"' not in words(client)
    assert 'value="today" checked' in words(client, page_of(made))
    spoke = {"on": "person", "how": "visit", "result": "spoke"}

    for day, said in (
        (today + timedelta(days=1), "The day must be today or earlier"),
        (today - timedelta(days=9), "when you received them, or later"),
        (None, "Enter a real day"),
    ):
        typed = f"{day.day}/{day.month}/{day.year}" if day else "31/2/2026"
        another = {"tried_on": "another", "tried_on-typed": typed}
        page = client.post(f"{page_of(made)}attempts/", spoke | another).content.decode()
        assert "There is a problem" in page
        assert said in page
        assert f'value="{typed}"' in page
        assert 'value="visit" checked' in page
    assert not Attempt.objects.exists()

    client.post(f"{page_of(made)}attempts/", {"how": "phone", "result": "no-answer"})
    assert '<span class="govuk-visually-hidden"> no answer, by phone</span>' in words(client)

    done = client.post(f"{page_of(made)}attempts/", spoke | {"tried_on": "yesterday"})
    assert done["Location"] == page_of(made)
    yesterday = today - timedelta(days=1)
    (earlier,) = Attempt.objects.filter(tried_on=yesterday)
    page = words(client)  # beside the try of today, the way back says that it is not of that
    assert f"{earlier.ref[:4]}-{earlier.ref[4:]}/undo/" in page
    assert f"Undo<span> spoke to them, by visit, {short_date(yesterday)}</span>" in page


@pytest.mark.parametrize(
    ("outcome", "answers", "stays"),
    [
        ("engaged", {"notes": "Sees us on Mondays"}, True),
        (
            "confirmed",
            {
                "where": "Kestrel College",
                "doing": "education",
                "since-day": "1",
                "since-month": "9",
                "since-year": "2026",
            },
            True,
        ),
        ("refused", {}, False),
        ("no-contact", {}, False),
    ],
)
def test_an_outcome_is_two_pages_and_some_end_the_sharing(harbour, outcome, answers, stays):
    (made,) = disclose(harbour)
    client = sit(harbour)
    words(client)

    asked = client.post(f"{page_of(made)}outcome/", {"outcome": outcome})
    assert asked["Location"] == f"{page_of(made)}outcome/{outcome}/"
    page = words(client, asked["Location"])
    assert ("They leave your list when you save" in page) is not stays
    client.post(asked["Location"], {"notes": "", "seen": "0", **answers})

    said = Answer.objects.get(disclosure=made)
    assert (said.outcome, said.by) == (outcome, harbour.named)
    page = words(client)
    assert (name_of(made) in page) is stays
    if not stays:
        assert "1 person has been taken off your list" in page
        assert "There is no one on your list" in page
        assert "Nothing was saved" in client.get(page_of(made)).content.decode()


def test_who_answered_goes_on_to_the_next_on_whatever_page_they_stand(harbour, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 2)
    made = disclose(harbour, 3)
    client = sit(harbour)
    words(client)
    first, second, third = sorted(made, key=lambda one: (name_of(one), one.row.ref))
    page = words(client)
    assert (name_of(second) in page, at_row(third) in page.replace("&amp;", "&")) == (True, True)
    assert f'id="row-{third.row.ref}"' not in page

    one_by_one = [
        client.post(f"{page_of(one)}outcome/{outcome}/", {"notes": "", "seen": "0"})["Location"]
        for one, outcome in ((second, "engaged"), (first, "refused"), (third, "refused"))
    ]

    # who is helped stays to the end of the agreement, and so at the end of the list
    assert one_by_one == [at_row(third), at_row(third), at_row(second)]
    last = client.post(f"{page_of(second)}outcome/engaged/", {"notes": "Still", "seen": "1"})
    assert last["Location"] == LIST


def test_somebody_whose_name_is_withheld_is_on_the_list_and_can_be_opened(harbour):
    made, other = disclose(harbour, 2)
    client = sit(harbour)
    words(client)
    requests.receive(
        requests.Asked(kind="correction", said={"words": "All of it is wrong"}),
        authority=harbour.authority, person=made.person, sent_key="one", words="Thank you",
        at=timezone.now(),
    )  # fmt: skip
    made.row.refresh_from_db()
    assert made.row.values == {}
    instead = f"Name not shown · {made.row.ref[:4]}-{made.row.ref[4:]}"

    for address in (LIST, page_of(made)):
        page = words(client, address)
        assert page.count("The council is checking their details") == 1
        assert re.search(r"<(a|h1|th)\b[^>]*>\s*</\1>", page) is None
        assert instead in page
    assert 'class="govuk-summary-list"' not in page

    # who has no name stands in front of those who end with them, and is passed in that order
    assert words(client).index(instead) < words(client).index(name_of(other))
    answer = {"notes": "", "seen": "0"}
    assert client.post(f"{page_of(made)}outcome/refused/", answer)["Location"] == at_row(other)


def test_at_the_first_opening_all_of_a_list_is_counted_by_the_time_that_starts(
    harbour, monkeypatch
):
    monkeypatch.setattr(views, "AT_ONCE", 1)
    made = disclose(harbour, 2)
    soon = timezone.now() + timedelta(days=2)
    Disclosure.objects.filter(pk__in=[one.pk for one in made]).update(ends_at=soon)

    assert "this week" not in words(sit(harbour))


def test_answers_that_are_not_right_are_said_at_the_place_and_kept(harbour):
    (made,) = disclose(harbour)
    client = sit(harbour)
    words(client)

    assert "Select what happened" in client.post(f"{page_of(made)}outcome/").content.decode()
    wrong = {"where": "Kestrel College", "since-day": "31", "since-month": "2", "since-year": "26"}
    page = client.post(f"{page_of(made)}outcome/confirmed/", wrong).content.decode()
    assert "must be a real date" in page
    assert "Select education, training or work" in page
    assert "Kestrel College" in page
    assert client.get(f"{page_of(made)}outcome/eloped/").status_code == 404
    assert not Answer.objects.exists()


def test_two_who_answer_about_one_person_choose_field_by_field(harbour):
    (made,) = disclose(harbour)
    client = sit(harbour)
    words(client)
    since = timezone.localdate() - timedelta(days=9)
    colleague = member(Role.NAMED_INDIVIDUAL, authority=harbour.authority, user__name="Ines Okafor")
    record(
        made, outcome="confirmed", where="Mill Street Works", since=since, doing="work",
        seen=0, by=colleague, at=timezone.now(),
    )  # fmt: skip
    typed = {
        "where": "Mill Street Works Ltd", "doing": "work", "notes": "Told by phone", "seen": "0",
        "since-day": since.day, "since-month": since.month, "since-year": since.year,
    }  # fmt: skip

    address = f"{page_of(made)}outcome/confirmed/"
    page = client.post(address, typed).content.decode()
    assert "Ines Okafor answered this on" in page
    assert "keep-where" in page
    assert "keep-notes" in page
    assert "keep-since" not in page
    assert Answer.objects.count() == 1

    settled = typed | {"seen": "1", "keep-where": "held", "keep-notes": "typed"}
    assert client.post(address, settled)["Location"] == LIST
    last = Answer.objects.that_count().get()
    assert (last.number, last.where, last.notes) == (2, "Mill Street Works", "Told by phone")

    again = client.post(address, settled | {"seen": "1"})  # the same, sent twice
    assert again["Location"] == LIST
    assert Answer.objects.count() == 2


def test_what_is_not_of_the_seat_is_not_found_and_nothing_is_done_to_it(harbour):
    (mine,) = disclose(harbour)
    northway = ready(authority=harbour.authority)
    (theirs,) = disclose(northway)
    elsewhere = ready(authority=harbour.authority)  # another seat of the same person
    NamedPersonFactory(agreement=elsewhere.version.agreement, email=harbour.named.email)
    (of_other_seat,) = disclose(elsewhere)
    client = sit(harbour)
    seated(provider=elsewhere.provider, authority=harbour.authority, user=harbour.named)

    page = words(client)
    assert name_of(mine) in page
    for one in (theirs, of_other_seat):
        assert name_of(one) not in page
        for address in ("", "outcome/", "outcome/refused/"):
            response = client.get(page_of(one) + address)
            assert response.status_code == 404
            assert name_of(one) not in response.content.decode()
        for address in ("attempts/", "outcome/", "outcome/refused/"):
            answers = {"how": "phone", "result": "spoke", "outcome": "refused", "seen": "0"}
            assert client.post(page_of(one) + address, answers).status_code == 404
    assert not Attempt.objects.exists()
    assert not Answer.objects.exists()
    never, hidden = (
        client.get(address).content.decode().split("<main")[1].split("</main>")[0]
        for address in (f"{LIST}0000-0000/", page_of(theirs))
    )
    assert never == hidden


def test_without_the_views_own_filter_the_database_still_shows_nobody_elses(harbour, monkeypatch):
    (mine,) = disclose(harbour)
    (theirs,) = disclose(ready(authority=harbour.authority))
    client = sit(harbour)
    monkeypatch.setattr(views, "lists_of", lambda seat: SharedList.objects.all())

    page = words(client)

    assert name_of(mine) in page
    assert name_of(theirs) not in page
    assert client.get(page_of(theirs)).status_code == 404
    assert client.post(
        f"{page_of(theirs)}attempts/", {"how": "phone", "result": "spoke"}
    ).status_code == 404  # fmt: skip
    theirs.refresh_from_db()
    assert theirs.received_at is None


@pytest.mark.parametrize("how", ["recalled", "agreement", "named", "term"])
def test_what_ends_while_a_page_is_open_is_gone_at_the_next_press(harbour, how):
    (made,) = disclose(harbour)
    client = sit(harbour)
    words(client)
    words(client, page_of(made))
    if how == "recalled":
        life.recall(made, why="Sent by mistake", by=harbour.releaser, at=timezone.now())
    elif how == "agreement":
        type(harbour.version).objects.filter(pk=harbour.version.pk).update(state="suspended")
    elif how == "named":
        harbour.version.agreement.people.update(ended_at=timezone.now(), ended_by=harbour.drafter)
    else:
        Disclosure.objects.filter(pk=made.pk).update(ends_at=timezone.now())

    for address, answers in (
        ("attempts/", {"how": "phone", "result": "spoke"}),
        ("outcome/", {"outcome": "engaged"}),
        ("outcome/engaged/", {"notes": "", "seen": "0"}),
    ):
        response = client.post(page_of(made) + address, answers)
        assert response.status_code == 404
        assert "no longer on your list" in response.content.decode()
    page = words(client)
    assert name_of(made) not in page
    assert ("taken off your list" in page) is (how in ("recalled", "term"))
    assert not Attempt.objects.exists()


def test_the_session_of_the_portal_ends_with_that_of_the_browser(harbour):
    disclose(harbour)
    client = sit(harbour)
    words(client)
    first = PortalSession.objects.get()
    assert first.ended_at is None
    client.post("/sign-out/")
    first.refresh_from_db()
    assert first.ended_at is not None

    client.force_login(harbour.named)
    words(client)
    left = client.session
    left[sessions.SEEN] -= 3600
    left.save()
    client.get(LIST)
    assert not PortalSession.objects.filter(ended_at=None).exists()

    PortalSession.objects.filter(pk=first.pk).update(expires_at=timezone.now())
    forget_portal_sessions()
    assert PortalSession.objects.count() == 1


def test_the_token_is_said_for_one_request_and_a_stronger_login_is_refused(harbour, settings):
    disclose(harbour)
    token = portal.begin(user=harbour.named, at=timezone.now())
    every = list(SharedList.objects.values_list("pk", flat=True))
    with reading(token) as alias:
        assert len(rows_on(alias, every)) == 1
    with reading("") as alias:
        assert rows_on(alias, every) == []

    settings.CCIS_TAKE_ROLE = False
    with acting_as(WEB), pytest.raises(ImproperlyConfigured), reading(token):
        pass


def test_what_there_is_to_do_has_days_and_no_names(harbour):
    soon, gone = disclose(harbour, 2)
    at = timezone.now()
    seat = harbour.named.seats.get()
    (new,) = to_do(seat, at)
    assert (new.title, new.href, new.words) == ("See your new list", LIST, "2 people")
    words(sit(harbour))
    assert to_do(seat, timezone.now()) == []
    Disclosure.objects.filter(pk=soon.pk).update(ends_at=at + timedelta(days=2))
    life.recall(gone, why="Sent by mistake", by=harbour.releaser, at=at)

    found = to_do(seat, at)

    assert [one.href for one in found] == [LIST, "/portal/destruction/"]
    assert found[0].due is not None
    assert "1 person" in found[0].words
    assert Disclosure.objects.get(pk=gone.pk).ended_because == EndedBecause.RECALLED
    assert not any(name in str([new, *found]) for name in (name_of(soon), name_of(gone)))
    record(soon, outcome="engaged", seen=0, by=harbour.named, at=at)
    Disclosure.objects.filter(pk=soon.pk).update(ends_at=at + timedelta(days=2))
    assert [one.href for one in to_do(seat, at)] == ["/portal/destruction/"]  # it was said


def test_row_and_page_say_by_when_a_word_is_due_and_that_it_is_late(harbour):
    engaged, other = disclose(harbour, 2)
    client = sit(harbour)
    words(client)
    at, due = timezone.now(), short_date(due_after(timezone.localdate(), "monthly"))
    record(engaged, outcome="engaged", seen=0, by=harbour.named, at=at)

    assert words(client).count(f"Update due {due}") == 1  # the other's days end sooner
    assert f"Update due {due}" in words(client, page_of(engaged))
    assert "Update due" not in words(client, page_of(other))

    long_ago = at - timedelta(days=40)
    Disclosure.objects.filter(pk=other.pk).update(
        released_at=long_ago, received_at=long_ago, engaged_at=long_ago
    )
    assert words(client).count("Update late") == 1
    assert "Update late" in words(client, page_of(other))


@pytest.mark.django_db(transaction=True, databases=["default", "portal"])
def test_on_a_server_it_is_read_by_a_connection_of_its_own(settings):
    harbour = ready()
    mine, gone = disclose(harbour, 2)
    (theirs,) = disclose(ready(authority=harbour.authority))
    client = sit(harbour)
    settings.PORTAL_DATABASE = "portal"

    page = words(client)

    assert name_of(mine) in page
    assert "of 15 working days left" in page
    assert name_of(theirs) not in page
    life.recall(gone, why="Sent by mistake", by=harbour.releaser, at=timezone.now())
    assert name_of(gone) not in words(client)
    assert client.get(page_of(theirs)).status_code == 404
