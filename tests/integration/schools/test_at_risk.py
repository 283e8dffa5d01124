"""Twice a year a school says who is at risk, by what it told us itself (LC-01, LAW-05)."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.intake.actions import files
from caseload.intake.actions.work import work_on
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile
from caseload.intake.portal import actions, reminding
from caseload.intake.portal.reviewing import Answer, proposed
from caseload.intake.portal.rules import term_named
from caseload.intake.source_models import Source
from caseload.intake.taking import Use, switch_on, taken_of
from caseload.models import RestrictionLevel, RiskIndicators, YoungPerson
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from ccis.authorities.policy import Policy, adopt
from providers.portal.todo import to_do
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    ChangeFactory,
    EnrolmentFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    RiskIndicatorsFactory,
    Section72Factory,
    YoungPersonFactory,
)
from tests.factories.files import csv_bytes, send, upn
from tests.factories.intake import SourceFactory
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

KIND = kind_named("risk-return")
BORN = date(2011, 3, 14)
TOLD_ON = datetime(2026, 9, 14, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 4, 9, tzinfo=UTC)
NAMES = ("Ada", "Ben", "Cleo", "Dev", "Eve", "Finn")
PAGE = "/portal/at-risk/2026-autumn/"


@pytest.fixture
def seat():
    authority = AuthorityFactory()
    school = ProviderFactory(dfe_number="3064001", name="Kestrel School", authority=authority)
    return seated(
        Role.SCHOOL_DATA_MANAGER,
        provider=school,
        authority=authority,
        user=UserFactory(name="Ruth Iqbal"),
        made_at=NOW,
    )


def turn_on(authority, *keys):
    for field in KIND.fields:
        if field.key in keys:
            switch_on(
                authority=authority,
                kind=KIND,
                key=field.key,
                use=Use("To offer support in time"),
                by=UserFactory(),
                at=TOLD_ON,
                after=taken_of(authority, KIND).version,
            )


def enrolled(seat, name):
    person = YoungPersonFactory(lead_authority=seat.authority)
    NameFactory(person=person, given=name, family=f"{name}son", starts=BORN)
    ParticularsFactory(person=person, date_of_birth=BORN, starts=BORN)
    serial = NAMES.index(name) + 1
    IdentifierFactory(person=person, kind_id="upn", value=upn(serial), starts=BORN)
    EnrolmentFactory(person=person, provider=seat.provider, starts=date(2026, 9, 1))
    return person


def row(name, **cells):
    return {
        "DfENo": "3064001",
        "UPN": upn(NAMES.index(name) + 1),
        "Forename": name,
        "Surname": f"{name}son",
        "DOB": "14/03/2011",
        "NCYear": "11",
        "ConfirmedBy": "R Iqbal",
        **cells,
    }


def told(seat, rows):
    """A return of the school's own, taken and applied before the review opens."""
    header = [column.heading for column in KIND.columns]
    file = send(
        csv_bytes(header, rows),
        kind="risk-return",
        authority=seat.authority,
        provider=seat.provider,
        source_name=seat.provider.name,
        as_at=TOLD_ON.date(),
        at=TOLD_ON,
    )
    apply(file, at=TOLD_ON)
    return file


def apply(file, *, at):
    files.approve(file=file, by=UserFactory(), at=at)
    work_on(file.pk, now=lambda: at)
    file.refresh_from_db()


def test_a_school_reviews_who_its_own_files_put_at_risk(client, seat):
    turn_on(seat.authority, "judgement", "attendance-percent", "exclusions", "carer")
    people = {name: enrolled(seat, name) for name in NAMES}
    low = {"AttendancePercent": "81.5", "Exclusions": "2"}
    told(seat, [row(name, **low) for name in NAMES[:5]] + [row("Finn", Carer="Yes")])
    Section72Factory(person=people["Dev"], starts=date(2026, 9, 20))
    YoungPerson.objects.filter(pk=people["Eve"].pk).update(
        restriction_level=RestrictionLevel.PROTECTED_ADDRESS
    )
    with time_machine.travel(NOW, tick=False):
        client.force_login(seat.user)
        (todo,) = to_do(seat, NOW)
        assert (todo.href, todo.due, todo.words) == (PAGE, date(2026, 11, 30), "3 pupils")
        page = client.get(PAGE).content.decode()
        for name in ("Ada Adason", "Ben Benson", "Cleo Cleoson", "Low attendance (81.5%)"):
            assert name in page
        for name in ("Dev", "Eve", "Finn"):
            assert f"{name}son" not in page
        keys = sorted(set(re.findall(r'name="risk-([0-9A-Z]{8}-\d+)"', page)))
        answers = {f"risk-{key}": "yes" for key in keys} | {"confirmed_by": "R Iqbal, Year 11"}
        half = answers | {f"risk-{keys[1]}": "no"}
        assert "Choose why Ben Benson is not at risk" in client.post(PAGE, half).content.decode()
        assert InboundFile.objects.count() == 1

        whole = half | {f"because-{keys[1]}": "place"}
        sent = client.post(PAGE, whole, follow=True).content.decode()
        again = client.post(PAGE, whole, follow=True).content.decode()

        assert "Sent. Your reference is" in sent
        assert "Ruth Iqbal sent this review on 4 November 2026" in again
        file = InboundFile.objects.get(came_by="review")
        work_on(file.pk, now=lambda: NOW)
        file.refresh_from_db()
        assert (file.source, file.counts) == (Source.objects.get(), {"will-change": 3})
        assert to_do(seat, NOW) == []
        receipt = client.get(reverse("schools:file", args=[file.ref])).content.decode()
        assert "Risk of NEET return" in receipt
        apply(file, at=NOW)
    held = {
        one.person: one for one in RiskIndicators.objects.believed().filter(during__contains=NOW)
    }
    ada, ben = held[people["Ada"]], held[people["Ben"]]
    assert (ada.judgement, ada.exclusions, str(ada.attendance_percent)) == ("high", 2, "81.5")
    assert (ben.judgement, ben.judged_because) == ("low", "place")
    assert (ben.confirmed_by, ben.recorded.file_ref) == ("R Iqbal, Year 11", file.ref)
    verbs = set(TrailEntry.objects.filter(by_id=seat.user_id).values_list("verb", flat=True))
    assert {"at-risk review seen", "at-risk review sent"} <= verbs


def test_what_others_told_is_no_reason_and_each_pupil_wants_an_answer(client, seat):
    turn_on(seat.authority, "judgement", "attendance-percent", "exclusions")
    ada, ben = enrolled(seat, "Ada"), enrolled(seat, "Ben")
    low = {"AttendancePercent": "81.5", "Exclusions": "2"}
    told(seat, [row("Ada", **low), row("Ben", AttendancePercent="99")])
    RiskIndicators.objects.filter(person=ben).delete()
    RiskIndicatorsFactory(
        person=ben,
        starts=date(2026, 9, 20),
        judgement="high",
        recorded=ChangeFactory(authority=seat.authority, source="Youth justice team"),
    )
    with time_machine.travel(NOW, tick=False):
        client.force_login(seat.user)
        assert "Benson" not in client.get(PAGE).content.decode()
        nothing = client.post(PAGE, {"confirmed_by": "R"}).content.decode()
        assert "Select whether Ada Adason is at risk" in nothing
        source = Source.objects.get()
        for day, reminded in ((23, [source]), (24, [])):
            on = date(2026, 11, day)
            assert reminding.due_among(seat.authority, [source], on=on) == reminded
        assert client.get("/portal/at-risk/2027-summer/").status_code == 404
        assert client.get("/portal/at-risk/soon/").status_code == 404
        assert "is over" in client.get("/portal/at-risk/2026-summer/").content.decode()
        assert client.get("/portal/at-risk/").url == PAGE
        other = seated(
            Role.SCHOOL_DATA_MANAGER,
            provider=ProviderFactory(name="Osprey School"),
            authority=seat.authority,
            made_at=NOW,
        )
        client.force_login(other.user)
        assert client.get(PAGE).status_code == 404
    assert YoungPerson.objects.filter(pk__in=[ada.pk, ben.pk]).count() == 2


def test_the_council_chooses_when_schools_are_asked(client, seat):
    turn_on(seat.authority, "judgement", "attendance-percent", "exclusions")
    enrolled(seat, "Ada")
    told(seat, [row("Ada", AttendancePercent="81.5", Exclusions="2")])
    adopt(
        authority=seat.authority, by=None, at=NOW, why="As agreed",
        review_autumn_opens="10 November", review_autumn_due="5 December",
    )  # fmt: skip
    client.force_login(seat.user)
    with time_machine.travel(NOW, tick=False):
        assert client.get(PAGE).status_code == 404
        assert client.get("/portal/at-risk/").url == "/portal/at-risk/2026-summer/"
    later = datetime(2026, 11, 10, 9, tzinfo=UTC)
    with time_machine.travel(later, tick=False):
        (todo,) = to_do(seat, later)
        assert (todo.href, todo.due) == (PAGE, date(2026, 12, 5))
        assert "5 December 2026" in client.get(PAGE).content.decode()
        assert (
            "autumn 2026, by 5 December 2026"
            in client.get(reverse("schools:send")).content.decode()
        )
    source = Source.objects.get()
    for day in (date(2026, 11, 10), date(2026, 11, 28), date(2026, 12, 5), date(2026, 12, 12)):
        assert reminding.due_among(seat.authority, [source], on=day) == [source]
    assert reminding.due_among(seat.authority, [source], on=date(2026, 11, 30)) == []


def test_reminders_ask_the_same_number_of_questions_for_one_organisation_and_for_many():
    authority = AuthorityFactory()

    def sends(**expected):
        school = ProviderFactory(authority=authority)
        seated(Role.SCHOOL_DATA_MANAGER, provider=school, authority=authority, made_at=TOLD_ON)
        SourceFactory(
            authority=authority, provider=school, name="", key=f"provider:{school.ref}", **expected
        )

    def asked(at):
        with CaptureQueriesContext(connection) as caught:
            told = reminding.remind_senders(at=at)
        return told, len(caught)

    monthly = {"kinds": ["ldor"], "expects": "month", "expected_day": 6}
    sends(**monthly, expected_from=date(2026, 10, 1))
    before = datetime(2026, 11, 5, 9, tzinfo=UTC)
    none, few = asked(before)
    for _ in range(3):
        sends(**monthly, expected_from=date(2026, 10, 1))
    assert asked(before) == (none, few) == (0, few)
    on_the_day = datetime(2026, 11, 6, 9, tzinfo=UTC)
    assert asked(on_the_day)[0] == 4
    assert asked(on_the_day)[0] == 0


def test_the_same_said_in_the_next_term_is_another_review(seat):
    turn_on(seat.authority, "judgement", "attendance-percent", "exclusions")
    enrolled(seat, "Ada")
    told(seat, [row("Ada", AttendancePercent="81.5", Exclusions="2")])
    source = Source.objects.get()

    def review(slug, at):
        (pupil,) = proposed(source, on=at.date())
        return actions.confirm_review(
            source=source, term=term_named(slug, Policy()), confirmed_by="R Iqbal",
            answers={pupil.key: Answer(is_at_risk=True)}, by=seat.user, at=at,
        )  # fmt: skip

    autumn = review("2026-autumn", NOW)
    summer = review("2027-summer", datetime(2027, 5, 4, 9, tzinfo=UTC))
    assert (summer.pk != autumn.pk, summer.came_by, summer.as_at) == (
        True, "review", date(2027, 5, 4),
    )  # fmt: skip


def test_a_return_about_somebody_else_is_no_review_and_the_council_sees_who_reviewed(client, seat):
    turn_on(seat.authority, "judgement", "attendance-percent", "exclusions")
    enrolled(seat, "Ada")
    enrolled(seat, "Ben")
    low = {"AttendancePercent": "81.5", "Exclusions": "2"}
    told(seat, [row("Ada", **low)])
    source, header = Source.objects.get(), [column.heading for column in KIND.columns]
    desk = Client()

    def sends(name, **cells):
        return send(
            csv_bytes(header, [row(name, **cells)]), kind="risk-return", at=NOW,
            authority=seat.authority, provider=seat.provider, as_at=NOW.date(),
        )  # fmt: skip

    def line():
        desk.force_login(member(Role.DATA_MANAGER, authority=seat.authority))
        page = desk.get(reverse("intake:sources")).content.decode()
        return re.search(r"At-risk review, autumn 2026: ([^<]+)", page)[1]

    with time_machine.travel(NOW, tick=False):
        client.force_login(seat.user)
        assert line() == "not sent"
        sends("Ben", AttendancePercent="97")
        assert line() == "not sent, but a return 4 Nov 2026"
        assert [one.href for one in to_do(seat, NOW)] == [PAGE]
        due = date(2026, 11, 30)
        assert reminding.due_among(seat.authority, [source], on=due) == [source]
        sends("Ada", AttendancePercent="82")
        assert to_do(seat, NOW) == []
        assert reminding.due_among(seat.authority, [source], on=due) == []


def test_a_school_may_say_that_nobody_is_at_risk(client, seat):
    turn_on(seat.authority, "judgement", "attendance-percent", "exclusions")
    other = seated(
        Role.SCHOOL_DATA_MANAGER, authority=seat.authority, made_at=NOW,
        provider=ProviderFactory(name="Osprey School", authority=seat.authority),
    )  # fmt: skip
    for one in (seat, other):
        SourceFactory(
            authority=seat.authority, provider=one.provider, name="",
            key=f"provider:{one.provider.ref}", kinds=["risk-return"],
        )  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        for one in (seat, other):
            client.force_login(one.user)
            assert "Confirm that nobody is at risk" in client.get(PAGE).content.decode()
            answer = {"confirmed_by": "R Iqbal"}
            client.post(PAGE, answer)  # as of a list on which there was somebody
            assert not InboundFile.objects.filter(provider=one.provider).exists()
            client.post(PAGE, answer | {"nobody": "yes"})
            file = InboundFile.objects.get(provider=one.provider, came_by="review")
            work_on(file.pk, now=lambda: NOW)
            file.refresh_from_db()
            assert (file.state, file.row_count) == ("done", 0)
            assert "that nobody is at risk" in client.get(PAGE).content.decode()
        client.force_login(member(Role.DATA_MANAGER, authority=seat.authority))
        page = client.get(reverse("intake:sources")).content.decode()
        assert page.count("autumn 2026: sent 4 Nov 2026, nobody at risk") == 2
