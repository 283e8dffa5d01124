"""The matrix of routes, and what goes to authorities that are not in this service (LDOR-03)."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import msoffcrypto
import openpyxl
import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction

from caseload.dropouts import tasks, template
from caseload.dropouts.actions import passing
from caseload.dropouts.errors import CannotPassOn
from caseload.dropouts.models import Notification, PassingOn, Route
from caseload.dropouts.queries import waiting_files
from caseload.dropouts.views.officers import waiting_by_home
from caseload.intake.actions import files
from caseload.intake.models import InboundRow
from caseload.intake.rules import Arrival
from caseload.models import Task
from ccis.access.roles import Role
from ccis.authorities.models import Authority, SubRegion
from ccis.authorities.policy import adopt
from ccis.files import storage
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.dropouts import (
    BARNET_HOME,
    CAMDEN_HOME,
    NotificationFactory,
    RouteFactory,
    known,
    learner,
    load_homes,
    workbook,
)
from tests.factories.files import send
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 4, 9, 12, tzinfo=UTC)
CAMDEN = "202"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ours(tmp_path):
    load_homes(tmp_path)
    made = AuthorityFactory()
    adopt(authority=made, by=None, at=NOW, why="By exchange", files_may_leave=1)
    return made


@pytest.fixture
def desk(client, ours):
    client.force_login(member(Role.DATA_MANAGER, authority=ours))
    return client


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


LINE = {
    "home": CAMDEN,
    "to": "officer",
    "name": "Camden tracking desk",
    "email": "tracking@camden.example",
    "way": "exchange",
    "exchange": "Secure exchange, mailbox NEET",
}


def came(ours, *rows):
    college = ProviderFactory(college=True, authority=ours)
    return send(workbook(*rows), kind="ldor", provider=college, file_name="o.xlsx", authority=ours)


def test_a_line_is_drawn_changed_and_ended_with_who_and_when(desk, ours):
    assert "Nobody is named for your own residents" in text(desk.get("/dropouts/routes/"))
    assert desk.post("/dropouts/routes/new/", LINE).status_code == 302
    first = Route.objects.get()
    desk.post(f"/dropouts/routes/{first.ref}/", LINE | {"name": "Camden duty desk"})
    assert Route.objects.count() == 2
    second = Route.objects.current().get()
    page = text(desk.get("/dropouts/routes/"))
    assert "Camden duty desk" in page
    assert "Routes that ended" in page
    for wrong, words in (
        ({"way": "here", "exchange": ""}, "is not in this service"),
        ({"exchange": ""}, "Say by which secure exchange it goes"),
        ({"to": "unit"}, "Select which sub-regional unit"),
        ({"home": "Nowhere"}, "is not the name or the code of an authority"),
        ({"home": ours.code}, "stays in this service"),
    ):
        assert words in text(desk.post("/dropouts/routes/new/", LINE | wrong))
    desk.post(f"/dropouts/routes/{second.ref}/end/")
    assert not Route.objects.current().exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Route.objects.create(
            authority=ours,
            home=ours,
            to="unit",
            name="a",
            email="a@b.example",
            way="here",
            made_by=first.made_by,
            made_at=NOW,
        )


def test_others_residents_go_as_a_workbook_under_a_passphrase_and_that_is_recorded(desk, ours):
    Authority.objects.filter(code=BARNET).update(is_served=False)
    file = came(ours, learner(1, postcode=CAMDEN_HOME), learner(2, postcode=BARNET_HOME))
    desk.post("/dropouts/routes/new/", LINE)
    page = text(desk.get("/dropouts/passing-on/"))
    assert "Secure exchange, mailbox NEET" in page
    assert "Nobody named yet" in page
    assert desk.post(f"/dropouts/passing-on/to/{BARNET}/").status_code == 302  # no route

    made = desk.post(f"/dropouts/passing-on/to/{CAMDEN}/")
    phrase = re.search(r"\b([a-z]+(?:-[a-z]+){5})\b", text(made))[1]
    one = PassingOn.objects.get()
    taken = desk.get(f"/dropouts/passing-on/{one.ref}/file/", follow=True)
    locked = msoffcrypto.OfficeFile(io.BytesIO(taken.content))
    locked.load_key(password=phrase)
    out = io.BytesIO()
    locked.decrypt(out)
    *_, head, last = openpyxl.load_workbook(out).active.iter_rows(values_only=True)
    assert (last[5], last[9].date()) == (CAMDEN_HOME, date(2026, 11, 4))
    assert dict(zip(head[12:], last[12:], strict=True)) == {
        "Provider": file.provider.name,
        "DfENo": file.provider.dfe_number,
        "UKPRN": file.provider.ukprn,
    }
    assert not mail.outbox

    desk.post(f"/dropouts/passing-on/{one.ref}/", {"how": "receipt 4411"})

    one.refresh_from_db()
    assert (one.how, one.sent_at, one.stored_id) == ("receipt 4411", NOW, "")
    row = InboundRow.objects.get(file=file, read__postcode=CAMDEN_HOME)
    assert (row.outcome, row.why) == (
        "sent-on",
        "Sent on: Camden tracking desk for Camden, Secure exchange, mailbox NEET. receipt 4411",
    )
    assert "receipt 4411" in text(desk.get("/dropouts/passing-on/"))
    again = desk.get(f"/dropouts/passing-on/{one.ref}/file/", follow=True)
    assert "This workbook is destroyed" in text(again)


def test_a_row_that_names_its_college_names_it_where_it_is_passed_on_to(
    ours, django_capture_on_commit_callbacks
):
    """As in what a council's officer sends of several colleges at once."""
    barnet = AuthorityFactory(code=BARNET)
    college = ProviderFactory(college=True, authority=ours)
    there = (learner(1, postcode=BARNET_HOME), learner(2, postcode=CAMDEN_HOME))
    rows = [row | {"dfe_number": college.dfe_number[3:]} for row in there]
    sender = template.Sender("Six colleges", "", "Sam Okoro", "", "sam@council.example")
    content = template.workbook(sender, rows, says_where=True)

    with django_capture_on_commit_callbacks(execute=True):
        file = send(content, kind="ldor", file_name="o.xlsx", authority=ours)

    passed = InboundRow.objects.get(file__authority=barnet)
    assert passed.read["dfe_number"] == college.dfe_number
    waits = InboundRow.objects.get(file=file, outcome="elsewhere")
    assert passing._place_of(waits) == {
        "provider": college.name, "dfe_number": college.dfe_number, "ukprn": "",
    }  # fmt: skip


def test_of_a_file_that_is_set_aside_nothing_is_passed_on_and_sent_again_it_waits_once(desk, ours):
    by = member(Role.DATA_MANAGER, authority=ours)
    rows = (learner(1, postcode=CAMDEN_HOME), learner(2))
    first = came(ours, *rows)
    camden = Authority.objects.get(code=CAMDEN)
    RouteFactory(authority=ours, home=camden, way="exchange", exchange="A box")
    assert "2 rows will not be used" in text(desk.get(f"/files/{first.ref}/set-aside/"))

    files.set_aside(file=first, by=by, at=NOW)

    for outcome in ("set-aside", "elsewhere"):  # as it was left in files set aside before
        InboundRow.objects.filter(file=first, read__postcode=CAMDEN_HOME).update(outcome=outcome)
        assert waiting_by_home(ours) == {}
        assert not waiting_files()
        with pytest.raises(CannotPassOn, match="Nothing waits"):
            passing.make_workbook(authority=ours, home=camden, by=by, at=NOW)
    again = {"provider": first.provider, "file_name": "o.xlsx"}
    send(workbook(*rows), kind="ldor", authority=ours, **again)
    assert {code: people for code, (people, _) in waiting_by_home(ours).items()} == {CAMDEN: 1}


def test_a_workbook_made_again_destroys_the_one_before(
    desk, ours, django_capture_on_commit_callbacks
):
    came(ours, learner(1, postcode=CAMDEN_HOME))
    desk.post("/dropouts/routes/new/", LINE)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            desk.post(f"/dropouts/passing-on/to/{CAMDEN}/")
    new, old = PassingOn.objects.order_by("-pk")
    assert old.stored_id == ""
    assert storage.read_stored(new.stored_id)
    desk.post(f"/dropouts/passing-on/{old.ref}/", {"how": "late"})
    old.refresh_from_db()
    assert old.sent_at is None
    assert not passing.destroy_unsent(at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        assert passing.destroy_unsent(at=NOW + timedelta(days=8)) == 1
    assert storage.is_destroyed(new.stored_id)


def test_whoever_decides_is_told_and_nobody_is_named(ours, django_capture_on_commit_callbacks):
    other, unit = (
        SubRegion.objects.create(name=name, contact_email=f"duty@{name}.example")
        for name in ("north", "south")
    )
    other.authorities.add(ours)
    RouteFactory(authority=ours, email="desk@council.example", to="unit", unit=unit)
    adopt(authority=ours, by=None, at=NOW, why="By the unit", dropouts_matched_by=1)
    with django_capture_on_commit_callbacks(execute=True):
        came_in_portal(ours, learner(1))
    (letter,) = mail.outbox
    assert letter.to == ["duty@south.example"]
    assert letter.body == "There is something for you in the Croydon service. Sign in to see it.\n"
    assert letter.subject == "Something for you from Croydon"


def test_where_files_may_not_leave_nothing_is_passed_on_as_one(desk, ours):
    """What goes in this service goes all the same (LDOR-06)."""
    barnet = AuthorityFactory(code=BARNET)
    desk.post("/dropouts/routes/new/", LINE)
    came(ours, learner(1, postcode=CAMDEN_HOME))
    desk.post(f"/dropouts/passing-on/to/{CAMDEN}/")
    made = PassingOn.objects.get()
    adopt(authority=ours, by=None, at=NOW, why="Portal only", files_may_leave=0)
    assert "lets no files leave" in text(desk.get("/dropouts/passing-on/"))
    for page in (
        desk.post(f"/dropouts/passing-on/to/{CAMDEN}/", follow=True),
        desk.get(f"/dropouts/passing-on/{made.ref}/file/", follow=True),
    ):
        assert "lets no files leave" in text(page)
    assert PassingOn.objects.get() == made
    came(ours, learner(2, postcode=BARNET_HOME))
    tasks.pass_on_what_waits()
    assert PassingOn.objects.get(home=barnet).way == "here"


def test_contacts_of_others_are_told_that_there_is_something_for_them(
    ours, django_capture_on_commit_callbacks
):
    """The line's own contact: in this service once it is there, else as the first of it waits."""
    camden = Authority.objects.get(code=CAMDEN)
    barnet = AuthorityFactory(code=BARNET)
    RouteFactory(
        authority=ours, home=camden, email="camden@x.example", way="exchange", exchange="A box"
    )
    RouteFactory(authority=ours, home=barnet, email="barnet@x.example")
    with django_capture_on_commit_callbacks(execute=True):
        came_in_portal(
            ours, learner(1, postcode=CAMDEN_HOME), learner(2, postcode=BARNET_HOME), learner(3)
        )
        came_in_portal(ours, learner(4, postcode=CAMDEN_HOME))
    assert {letter.to[0]: letter.body for letter in mail.outbox} == {
        "camden@x.example": (
            f"There is something for you from {ours.title}. It comes by secure exchange.\n"
        ),
        "barnet@x.example": (
            f"There is something for you in the {barnet.title} service. Sign in to see it.\n"
        ),
    }
    assert len(mail.outbox) == 2


def came_in_portal(ours, *rows):
    college = ProviderFactory(college=True, authority=ours)
    return send(
        workbook(*rows),
        kind="ldor",
        provider=college,
        file_name="o.xlsx",
        authority=ours,
        came_by=Arrival.SCREEN,
        as_at=date(2026, 11, 4),
        by=member(authority=ours),
    )


@pytest.mark.parametrize(
    ("way", "at_once"), [(Arrival.PORTAL, 100), (Arrival.PORTAL, 2), (Arrival.BROWSER, 100)]
)
def test_what_is_passed_on_is_used_at_once_on_its_sender_s_word_alone(
    ours, way, at_once, django_capture_on_commit_callbacks
):
    """Of three people told of together, one lives in Barnet: not where an officer of ours sent
    them in, nor where there are more than one sending may change."""
    barnet = AuthorityFactory(code=BARNET)
    adopt(authority=ours, by=None, at=NOW, why="Few", dropouts_at_once=at_once)
    college = ProviderFactory(college=True, authority=ours)
    for serial in (1, 2):
        known(serial, college)
    theirs = known(3, college, lead_authority=barnet)
    by = member(Role.DATA_MANAGER, authority=ours)

    with django_capture_on_commit_callbacks(execute=True):
        send(
            workbook(learner(1), learner(2), learner(3, postcode=BARNET_HOME)),
            kind="ldor", provider=college, file_name="o.xlsx", authority=ours, by=by, came_by=way,
        )  # fmt: skip

    arrived = PassingOn.objects.get(home=barnet).file
    used = (way, at_once) == (Arrival.PORTAL, 100)
    assert (arrived.state, arrived.approved_by) == (("done", by) if used else ("ready", None))
    assert Task.objects.filter(person=theirs).exists() == used


def test_what_a_killed_worker_did_not_say_was_sent_is_said_at_night(ours):
    october = send(
        workbook(learner(1)), kind="ldor", authority=ours, provider=ProviderFactory(college=True),
        as_at=date(2026, 10, 30), at=NOW,
    )  # fmt: skip
    unsaid = NotificationFactory(
        source=october.source, month=date(2026, 10, 1), how=Notification.How.FILE,
        file=october, sent_at=None,
    )  # fmt: skip

    tasks.pass_on_what_waits()

    unsaid.refresh_from_db()
    assert unsaid.sent_at == unsaid.at


def test_what_waits_in_several_files_is_passed_on_though_one_of_them_cannot_be(
    ours, monkeypatch, caplog
):
    college = ProviderFactory(college=True)

    def sent(month, *rows):
        return send(
            workbook(*rows), kind="ldor", authority=ours, provider=college,
            as_at=date(2026, month, 30), at=NOW,
        )  # fmt: skip

    theirs = learner(1, postcode=BARNET_HOME, leaver=date(2026, 9, 28))
    august, september = sent(8, learner(2, postcode=BARNET_HOME)), sent(9, theirs)
    october = sent(10, theirs, learner(3))
    barnet = AuthorityFactory(code=BARNET)
    receive = passing.files.receive

    def fails(**kwargs):
        if kwargs["as_at"] == august.as_at:
            raise OSError("Leila Faroukac")
        return receive(**kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(passing.files, "receive", fails)
        tasks.pass_on_what_waits()

    def waiting():
        return list(InboundRow.objects.filter(outcome="elsewhere").values_list("file", flat=True))

    first, second = PassingOn.objects.order_by("pk")
    assert first.file == second.file  # the same words, in the same second
    assert first.file.authority == barnet
    assert waiting() == [august.pk]
    assert f"file {august.ref} was not passed on to {BARNET}: OSError" in caplog.text
    assert "Faroukac" not in caplog.text
    tasks.pass_on_what_waits()
    assert waiting() == []
    assert InboundRow.objects.filter(outcome="sent-on", file__in=[september, october]).count() == 2
