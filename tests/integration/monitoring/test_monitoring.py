"""The council sees who returns drop-outs, asks again, keeps what was agreed (LDOR-05, 07, 08)."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.dropouts.models import Notification
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from ccis.authorities.policy import adopt
from ccis.calendar.periods import Period
from sharing.agreements.rules import State
from sharing.monitoring import queries
from sharing.monitoring.actions import chasing
from sharing.monitoring.models import Baseline, Chase, ServiceLevel, Toolkit, WithoutAgreement
from sharing.monitoring.queries import Volumes
from sharing.monitoring.rules import LevelState, Standing, Told, level_state
from tests.factories.accounts import member
from tests.factories.agreements import whole_version
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import ActivityFactory, YoungPersonFactory
from tests.factories.dropouts import NotificationFactory, RouteFactory
from tests.factories.intake import InboundFileFactory, InboundRowFactory, SourceFactory
from tests.factories.monitoring import BaselineFactory, ServiceLevelFactory
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
TODAY = NOW.date()
OCTOBER = Period(2026, 10)


@pytest.fixture(autouse=True)
def time():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def authority():
    return AuthorityFactory()


def desk(role, authority):
    client = Client()
    client.force_login(member(role, authority=authority))
    return client


def college(authority, **fields):
    """A college that is asked for drop-outs by the 7th of each month."""
    provider = ProviderFactory(college=True, authority=authority, **fields)
    return SourceFactory(
        authority=authority,
        provider=provider,
        name="",
        key=f"provider:{provider.ref}",
        kinds=["ldor"],
        expects="month",
        expected_day=7,
        expected_from=date(2025, 1, 1),
        email=f"{provider.ref.lower()}@college.test",
    )


def tells(source, month=date(2026, 10, 31), *, came=datetime(2026, 11, 5, 9, tzinfo=UTC), **people):
    """A file of a month in which so many people are marked; gives its rows."""
    file = InboundFileFactory(
        authority=source.authority, source=source, provider=source.provider, kind="ldor",
        state="done", as_at=month, received_at=came,
    )  # fmt: skip
    return [
        InboundRowFactory(file=file, read={mark: "yes"}, outcome="unchanged", sent=[])
        for mark, many in people.items()
        for _ in range(many)
    ]


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


# -- due and made ----------------------------------------------------------------------------------


def test_the_calendar_says_who_returned_who_was_late_and_who_did_not(authority):
    in_time, late, nil, never = (college(authority) for _ in range(4))
    tells(in_time, leaver=2)
    tells(late, came=datetime(2026, 11, 9, 9, tzinfo=UTC), joiner=1)
    NotificationFactory(source=nil, how=Notification.How.NIL)
    college(AuthorityFactory(code=BARNET))

    lines = queries.calendar_of(authority, [OCTOBER], today=TODAY)
    found = {line.source.pk: line.cells[0].standing for line in lines}

    assert found == {
        in_time.pk: Standing.MADE,
        late.pk: Standing.MADE_LATE,
        nil.pk: Standing.NIL,
        never.pk: Standing.MISSING,
    }
    page = desk(Role.TRACKING_OFFICER, authority).get("/dropouts/?show=missing")
    assert [row["title"] for row in page.context_data["rows"]] == [never.title]
    assert [card["number"] for card in page.context_data["cards"]] == [4, 3, 1, 1]
    file = desk(Role.DATA_MANAGER, authority).get("/dropouts/?show=missing&file=csv")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Provider", "October 2026"]
    assert rows[1][:2] == [never.title, "Not sent, due 7 Nov 2026"]
    assert len(rows) == 2


def test_pages_ask_the_same_number_of_questions_for_one_provider_and_for_many(authority):
    def asked(path):
        client = desk(Role.DATA_MANAGER, authority)
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    paths = ["/dropouts/", "/dropouts/figures/", "/dropouts/without-agreement/"]
    paths += ["/dropouts/service-levels/", "/dropouts/retention/"]
    one = college(authority)
    BaselineFactory(source=one)
    ServiceLevelFactory(authority=authority, provider=one.provider)
    few = [asked(path) for path in paths]
    for _ in range(3):
        more = college(authority)
        tells(more, leaver=1)
        BaselineFactory(source=more)
        ServiceLevelFactory(authority=authority, provider=more.provider)

    assert [asked(path) for path in paths] == few


def test_a_reminder_then_an_escalation_to_whom_the_agreement_names(authority, time):
    source, client = college(authority), desk(Role.TRACKING_OFFICER, authority)
    here = reverse("monitoring:return", args=[source.ref, OCTOBER])
    level = ServiceLevelFactory(authority=authority, provider=source.provider)

    assert "Remind them first" in words(client.get(here))
    client.post(f"{here}escalate/")
    client.post(f"{here}remind/")
    client.post(f"{here}remind/")
    client.post(f"{here}escalate/")
    assert "They have until 27 November 2026 to answer" in words(client.get(here))
    assert len(mail.outbox) == 1
    time.move_to(NOW + timedelta(days=8))
    desk(Role.TRACKING_OFFICER, authority).post(f"{here}escalate/")

    reminder, escalation = mail.outbox
    assert (reminder.to, escalation.to) == ([source.address], [level.they_email])
    assert source.title in escalation.body
    for letter in mail.outbox:
        assert "October 2026" in letter.body
        assert f"tell {authority.title}" in letter.body
        assert "Officer Number" not in letter.body, "nobody is named"
    steps = Chase.objects.order_by("pk").values_list("step", "to_whom", "level")
    assert list(steps) == [
        ("reminder", source.title, None),
        ("escalation", "Ines Okafor, Vice principal", level.pk),
    ]
    assert TrailEntry.objects.filter(verb__startswith="drop-outs ").count() == 2
    chasing.escalate(source, OCTOBER, by=level.made_by, at=NOW + timedelta(days=9))
    assert Chase.objects.count() == 3


def test_what_is_with_an_authority_or_a_unit_holds_where_the_provider_has_none(authority):
    barnet = AuthorityFactory(code=BARNET)
    source = college(authority)
    source.provider.authority = barnet
    source.provider.save()
    theirs = ServiceLevelFactory(authority=authority, provider=None, other_authority=barnet)

    assert queries.level_for(authority, source.provider, on=TODAY) == theirs
    own = ServiceLevelFactory(authority=authority, provider=source.provider, their_signed_on=None,
                              their_signatory="")  # fmt: skip
    assert queries.level_for(authority, source.provider, on=TODAY) == theirs, (
        "one that is not signed names nobody"
    )
    own.their_signed_on, own.their_signatory = TODAY, "Ines Okafor"
    own.save()
    assert queries.level_for(authority, source.provider, on=TODAY) == own


# -- figures ---------------------------------------------------------------------------------------


def test_the_year_is_held_against_the_year_before_and_retention_data(authority):
    first, second = college(authority), college(authority)
    tells(first, leaver=20, joiner=7, at_risk=9)
    tells(second, leaver=6)
    tells(second, date(2026, 9, 30), came=datetime(2026, 10, 5, 9, tzinfo=UTC), leaver=3)
    last_year = {"came": datetime(2025, 11, 5, 9, tzinfo=UTC)}
    tells(first, date(2025, 10, 31), **last_year, leaver=11, joiner=8, at_risk=13)
    BaselineFactory(source=first, year=2025, figure=80)
    BaselineFactory(source=first, year=2025, measure="notified", figure=31)

    found = queries.year_of_returns(authority, 2026, today=TODAY)
    page = desk(Role.DATA_MANAGER, authority).get("/dropouts/figures/")
    months, providers, _ = page.context_data["tables"]
    exact = desk(Role.DATA_MANAGER, authority).get("/dropouts/figures/?numbers=exact")

    by = {one.source.pk: one for one in found.providers}
    assert (by[first.pk].now, by[first.pk].before) == (Volumes(7, 20, 9), Volumes(8, 11, 13))
    assert (by[first.pk].expected, by[first.pk].expected_year) == (80, 2025)
    (of_first,) = [row for row in providers.shown if row[0] == first.title]
    assert of_first[1:4] == ["7", "20", "9"]
    assert of_first[providers.heads.index("Leavers, whole of last year, as entered")] == "31"
    assert of_first[-1] == "25.0%"
    assert found.now[Period(2026, 9)].leavers == 3
    assert (found.now[OCTOBER], found.before[OCTOBER]) == (Volumes(7, 26, 9), Volumes(8, 11, 13))
    shown = {row[0]: row for row in months.shown}
    assert shown["September 2026"][3] == "hidden (small number)"
    assert shown["October 2026"][3] == "hidden (small number)", "or the total would tell"
    assert months.shown_total[1::2] == ["7", "29", "9"]
    assert months.heads[1::2] == [f"{of}, 2026 to 2027" for of in ("Joiners", "Leavers", "At risk")]
    months = exact.context_data["tables"][0]
    exactly = {row[0]: row[1:] for row in months.shown}
    assert exactly["September 2026"] == ["0", "0", "3", "0", "0", "0"]
    assert exactly["October 2026"] == ["7", "8", "26", "11", "9", "13"]
    assert months.shown_total[1:] == ["7", "8", "29", "11", "9", "13"]
    against, of_year = exact.context_data["charts"]
    assert against.title.startswith("18 more leavers ")
    totals = {one.name: sum(one.values) for one in of_year.series}
    assert totals == {"Joiners": 7, "Leavers": 29, "At risk": 9}
    assert page.content.decode().count('<figure class="ccis-figure">') == 2
    file = desk(Role.DATA_MANAGER, authority).get("/dropouts/figures/?table=months&file=csv")
    kept = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert kept[1][3] == "c"
    assert kept[-1][3] == "29"
    assert TrailEntry.objects.filter(verb="drop-out figures downloaded").count() == 1


def left(source, last_day, **fields):
    """Someone whose record says that they left a college on a day."""
    person = YoungPersonFactory(lead_authority=source.authority)
    ends = last_day + timedelta(days=1)
    ActivityFactory(
        person=person, provider=source.provider, starts=date(2026, 9, 1), ends=ends, **fields
    )
    return person


def test_of_who_left_early_so_many_were_told_of_and_so_soon(authority):
    source, other = college(authority), college(authority)
    (row,) = tells(source, leaver=1)
    (soon,) = tells(source, came=datetime(2026, 10, 14, 9, tzinfo=UTC), leaver=1)
    row.person, soon.person = left(source, date(2026, 10, 16)), left(source, date(2026, 10, 12))
    for one in (row, soon):
        one.save()
    left(source, date(2026, 9, 30))
    left(other, date(2026, 10, 30))
    left(source, date(2026, 10, 20), predicted_end_on=date(2026, 10, 20))  # to the end
    changed = left(source, date(2026, 10, 25))  # another course there
    ActivityFactory(person=changed, provider=source.provider, starts=date(2026, 10, 28))

    found, of_all = queries.told_of(
        authority, [source, other], [Period(2026, 9), OCTOBER, Period(2026, 11)]
    )

    assert found[source.provider_id] == Told(left=3, told=2, days=11)
    assert found[other.provider_id] == Told(left=1, told=0, days=None)
    assert of_all == Told(left=4, told=2, days=11)


# -- what is kept ----------------------------------------------------------------------------------

LEVEL = {
    "side": "provider", "due_day": "7", "their_days": "5", "our_days": "10",
    "they_name": "Ines Okafor", "they_job": "Vice principal", "they_email": "ines@kestrel.test",
    "we_name": "Dev Marsh", "we_job": "Head of service", "we_email": "dev@northgate.test",
    "starts_on": "1/11/2026", "review_on": "1/9/2027",
}  # fmt: skip


def test_a_service_level_agreement_is_written_signed_reviewed_and_ended(authority):
    source, client = college(authority), desk(Role.DATA_MANAGER, authority)
    new = reverse("monitoring:level-new")

    assert "Enter which provider it is with" in words(client.post(new, LEVEL))
    client.post(new, LEVEL | {"provider": source.provider.ukprn})
    again = client.post(new, LEVEL | {"provider": source.provider.ukprn})
    level = ServiceLevel.objects.get()
    here = reverse("monitoring:level", args=[level.ref])
    assert "There is one with them already" in words(again)
    assert level_state(level.days, on=TODAY) is LevelState.TO_SIGN
    for side in ("us", "them"):
        client.post(
            f"{here}sign/", {"side": side, "signatory": "One, head", "signed_on": "2/11/26"}
        )
    level.refresh_from_db()
    assert level_state(level.days, on=TODAY) is LevelState.IN_FORCE
    assert client.get(f"{here}sign/").status_code == 404
    client.post(f"{here}review/", {"reviewed_on": "20/11/26", "review_on": "1/9/2028"})
    client.post(f"{here}end/", {"ended_on": "19/11/26", "why": "A new one follows"})
    level.refresh_from_db()
    assert (level.review_on, level.ended_why) == (date(2028, 9, 1), "A new one follows")
    assert level_state(level.days, on=TODAY) is LevelState.ENDED
    assert desk(Role.TRACKING_OFFICER, authority).get(here).status_code == 200
    assert desk(Role.TRACKING_OFFICER, authority).post(f"{here}end/").status_code == 403


def test_a_file_of_retention_figures_is_used_whole_or_not_at_all(authority):
    source, client = college(authority), desk(Role.DATA_MANAGER, authority)
    BaselineFactory(source=source, figure=40)
    head = "Provider,Year,Measure,Figure,Where it is from\n"
    good = f"{source.title},2026/27,Learners who left before the end,44,July report\n"
    bad = "Nobody College,2026/27,learners,400,Report\n" + f"{source.title},2026,Holidays,9,x\n"

    def load(text):
        file = SimpleUploadedFile("retention.csv", (head + text).encode())
        return words(client.post(reverse("monitoring:retention-load"), {"file": file}, follow=True))

    page = load(good + bad)
    assert "Row 3: this provider is not among your sources" in page
    assert "Row 4: the measure must be one of" in page
    assert Baseline.objects.get().figure == 40
    assert "1 new or changed, 0 as they were" in load(good)
    assert "0 new or changed, 1 as they were" in load(good)
    assert [one.figure for one in Baseline.objects.current()] == [44]
    assert Baseline.objects.count() == 2, "what was entered before stays"


def test_local_providers_without_an_agreement_have_a_plan(authority):
    client = desk(Role.DATA_MANAGER, authority)
    agreed = whole_version(agreement__authority=authority).agreement.provider
    over = whole_version(State.SUSPENDED, agreement__authority=authority).agreement.provider
    for provider in (agreed, over):
        provider.authority = authority
        provider.save()
    without = college(authority).provider
    elsewhere = ProviderFactory(college=True, authority=AuthorityFactory(code=BARNET))

    def listed():
        rows = client.get("/dropouts/without-agreement/").context_data["listed"].rows
        return {row["title"]: row["standing"]["text"] for row in rows}

    assert listed() == {without.name: "None known", over.name: "Agreement: suspended"}
    here = reverse("monitoring:plan", args=[without.ref])
    answers = {"standing": "none", "words": "Send ours", "owner": "Dev Marsh", "due_on": "1/2/27"}
    assert "Enter who does it" in words(client.post(here, answers | {"owner": ""}))
    client.post(here, answers)
    client.post(here, answers | {"standing": "not-needed", "words": "It shares nothing"})
    assert listed()[without.name] == "None is needed"
    assert WithoutAgreement.objects.filter(provider=without).count() == 2
    assert client.get(reverse("monitoring:plan", args=[agreed.ref])).status_code == 404
    assert client.get(reverse("monitoring:plan", args=[elsewhere.ref])).status_code == 404


def test_providers_read_their_own_council_s_toolkit(authority):
    client = desk(Role.DATA_MANAGER, authority)
    said = {
        "words": "Every week counts",
        "instructions": "- Ring first",
        "contact": "The duty desk",
        "email": "duty@northgate.test",
        "why": "First",
        "after": "0",
    }
    client.post(reverse("monitoring:toolkit-new"), said)
    stale = client.post(reverse("monitoring:toolkit-new"), said | {"contact": "Somebody else"})
    RouteFactory(authority=authority)
    other = AuthorityFactory(code=BARNET)
    adopt(authority=other, by=None, at=NOW, why="On screen only", dropouts_ways=["screen"])
    pages, offered = {}, {}
    for council in (authority, other):
        seat = seated(Role.SCHOOL_DATA_MANAGER, provider=ProviderFactory(), authority=council)
        reader = Client()
        reader.force_login(seat.user)
        page = reader.get("/portal/toolkit/")
        pages[council] = words(page)
        offered[council] = f'href="{reverse("dropouts:template")}"' in page.content.decode()

    assert "Version 1 was published meanwhile" in words(stale)
    assert Toolkit.objects.get().contact == "The duty desk"
    assert "Every week counts" in pages[authority]
    assert "duty@northgate.test" in pages[authority]
    assert "What Croydon asks you to know besides Ring first" in pages[authority]
    assert "An officer of the council" in pages[authority]
    assert "duty@council.example" not in pages[authority]
    assert "Every week counts" not in pages[other]
    assert offered == {authority: True, other: False}, "it takes no workbook"
    assert client.get("/portal/toolkit/").status_code == 403
