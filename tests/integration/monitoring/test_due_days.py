"""By which day drop-outs are due, what answers that, and who is reminded how (LDOR-05, LDOR-07)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from caseload.dropouts.models import Notification
from caseload.dropouts.queries import months_of
from caseload.intake.portal import reminding
from caseload.intake.scorecards import scorecards
from ccis.access.roles import Role
from ccis.calendar.periods import Period
from sharing.monitoring.models import Chase
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.dropouts import NotificationFactory
from tests.factories.intake import InboundFileFactory, SourceFactory
from tests.factories.monitoring import ServiceLevelFactory
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
TODAY = NOW.date()
OCTOBER = Period(2026, 10)


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def source(authority):
    """A college that is asked for drop-outs by the 7th of each month."""
    college = ProviderFactory(college=True, name="Kestrel College", authority=authority)
    return SourceFactory(
        authority=authority, provider=college, name="", key=f"provider:{college.ref}",
        kinds=["ldor"], expects="month", expected_day=7, expected_from=date(2025, 1, 1),
        email="data@kestrel.test",
    )  # fmt: skip


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_whoever_sits_there_is_reminded_by_the_notice_that_says_nothing(
    authority, source, django_capture_on_commit_callbacks
):
    client = Client()
    client.force_login(member(Role.TRACKING_OFFICER, authority=authority))
    seat = seated(provider=source.provider, authority=authority, made_at=NOW)
    here = reverse("monitoring:return", args=[source.ref, OCTOBER])
    with django_capture_on_commit_callbacks(execute=True):
        said = words(client.post(f"{here}remind/", follow=True))
    assert "A reminder has gone to 1 person there, by the portal’s notice" in said
    (letter,) = mail.outbox
    assert letter.to == [seat.user.email]
    for told in (source.title, "October", "7 November"):
        assert told not in letter.subject + letter.body
    chase = Chase.objects.get()
    assert (chase.to, chase.to_whom) == (
        "", f"{source.title}: 1 person there, by the portal’s notice",
    )  # fmt: skip


def test_the_agreement_in_force_says_the_day_and_its_other_side_reads_it(authority, source):
    level = ServiceLevelFactory(
        authority=authority, provider=source.provider, due_day=12, starts_on=date(2026, 11, 1)
    )

    def due(month):
        (told,) = months_of(source, [month], today=TODAY)
        return told.due_on

    assert due(OCTOBER) == date(2026, 11, 12)
    assert due(Period(2026, 9)) == date(2026, 10, 7), "its own day, before the agreement began"
    for day, reminded in ((7, []), (12, [source]), (15, [source])):
        on = date(2026, 11, day)
        assert reminding.due_among(authority, [source], on=on) == reminded
    seat = seated(provider=source.provider, authority=authority, made_at=NOW)
    client = Client()
    client.force_login(seat.user)
    page = words(client.get("/portal/toolkit/"))
    for said in ("By day 12 of the month after", level.we_email, "In 5 working days"):
        assert said in page
    level.ended_on, level.ended_by, level.ended_why = TODAY, level.made_by, "Over"
    level.save()
    with time_machine.travel(NOW + timedelta(days=1)):
        client.force_login(seat.user)
        assert "What was agreed with you" not in words(client.get("/portal/toolkit/"))


def test_only_a_month_that_was_told_of_stops_its_reminder(authority, source):
    """Neither a file of another kind nor one that the service made of an answer is a return."""
    source.kinds = ["ldor", "college-enrolments"]
    source.save()
    on = date(2026, 11, 7)
    made = {"authority": authority, "source": source, "provider": source.provider, "state": "done"}
    came = datetime(2026, 11, 2, 9, tzinfo=UTC)
    InboundFileFactory(**made, kind="provider-outcomes", received_at=came)
    (card,) = scorecards(authority, [source], today=on)
    assert card.owed == {"ldor": on, "": on}
    assert card.present.files == 0
    InboundFileFactory(**made, kind="college-enrolments", received_at=came)
    (card,) = scorecards(authority, [source], today=on)
    assert card.owed == {"ldor": on}
    assert reminding.due_among(authority, [source], on=on) == [source]
    NotificationFactory(source=source, how=Notification.How.NIL, sent_at=came)
    (card,) = scorecards(authority, [source], today=on)
    assert card.owed == {}
    assert reminding.due_among(authority, [source], on=on) == []
