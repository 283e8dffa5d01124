"""What a provider reads of what it sent: nothing of it says whom the council holds (LDOR-06)."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from caseload.dropouts.actions import passing
from caseload.dropouts.models import Notification
from caseload.intake.actions import files
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.portal.rules import standing_of
from caseload.intake.rules import FileState
from ccis.authorities.models import Authority
from ccis.authorities.policy import adopt
from ccis.files import storage
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.dropouts import (
    BARNET_HOME,
    CAMDEN_HOME,
    RouteFactory,
    known,
    learner,
    workbook,
)
from tests.integration.dropouts.conftest import NOW

pytestmark = pytest.mark.django_db

HELD, UNKNOWN = "2026-10", "2026-09"
"""The month of a workbook about somebody whom we hold, and of one about somebody else."""


@pytest.fixture
def receipts(seat, client, post):
    """Send a leaver of a postcode whom we hold, and one whom we do not; read both receipts."""

    def page(path):
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(path).content.decode()))

    def where(month):
        one = Notification.objects.get(month=f"{month}-01")
        found = page(f"/portal/dropouts/sent/{one.ref}/")
        return re.search(r"Where it goes (.*?) All months", found)[1].strip()

    def send(postcode, *more):
        known(1, seat.provider)
        other = learner(2, given="Tobias", family="Okonjo", birth=date(2008, 6, 2), address="4 Lee")
        for serial, (month, row) in enumerate(((HELD, learner(1)), (UNKNOWN, other))):
            content = workbook(row | {"postcode": postcode}, *more)
            form = {"key": f"{serial:032}", "file": SimpleUploadedFile("o.xlsx", content)}
            post(f"/portal/dropouts/{month}/file/", form)

    send.page, send.where = page, where
    return send


def outcomes():
    rows = InboundRow.objects.order_by("file_id", "number").exclude(file__came_by="passed")
    return list(rows.values_list("outcome", flat=True))


def test_whom_another_council_does_not_ask_for_is_not_passed_on_held_or_not(receipts):
    barnet = AuthorityFactory(code=BARNET)
    adopt(authority=barnet, by=None, at=NOW, why="As agreed", dropouts_reasons=["joiner"])

    receipts(BARNET_HOME)

    assert outcomes() == ["needs-person", "set-aside"]
    said = "1 person: not passed on, as Barnet, where they live, does not ask for it"
    assert (receipts.where(HELD), receipts.where(UNKNOWN)) == (said, said)


def test_what_goes_by_exchange_reads_the_same_held_or_not_and_once_it_was_sent(receipts, seat):
    camden, ours = Authority.objects.get(code="202"), seat.authority
    RouteFactory(authority=ours, home=camden, way="exchange", exchange="A box")
    adopt(authority=ours, by=None, at=NOW, why="By exchange", files_may_leave=1)
    receipts(CAMDEN_HOME)
    said = "1 person: Camden, where they live, by way of Croydon"
    assert (receipts.where(HELD), receipts.where(UNKNOWN)) == (said, said)

    made, _ = passing.make_workbook(authority=ours, home=camden, by=seat.user, at=NOW)
    passing.say_sent(passing=made, how="Today", by=seat.user, at=NOW)

    assert outcomes() == ["needs-person", "sent-on"]
    assert (receipts.where(HELD), receipts.where(UNKNOWN)) == (said, said)


def test_who_was_told_of_still_is_once_the_whole_of_it_was_set_aside(receipts, seat):
    receipts(BARNET_HOME)
    before = receipts.page("/portal/dropouts/2026-10/")
    assert "People told of: 1 left." in before
    held = InboundFile.objects.get(notification__month="2026-10-01")

    files.set_aside(file=held, by=seat.user, at=NOW)

    after = receipts.page("/portal/dropouts/2026-10/")
    assert "People told of: 1 left." in after
    assert "To send" in after, "it is asked for again"
    assert receipts.where(HELD) == "1 person: Barnet, where they live, by way of Croydon"


def test_a_month_set_aside_whole_is_asked_for_again_whatever_was_passed_on(receipts, seat, post):
    AuthorityFactory(code=BARNET)
    unsure = learner(3)
    receipts(BARNET_HOME, unsure)
    assert outcomes() == ["needs-person", "needs-person", "sent-on", "needs-person"]
    sent = InboundFile.objects.exclude(came_by="passed")

    for file in sent:
        files.set_aside(file=file, by=seat.user, at=NOW)

    assert outcomes() == ["set-aside", "set-aside", "sent-on", "set-aside"]
    assert {standing_of(FileState(file.state), file.counts) for file in sent.all()} == {"aside"}
    assert receipts.where(HELD) == receipts.where(UNKNOWN)
    for month in (HELD, UNKNOWN):
        page = receipts.page(f"/portal/dropouts/{month}/")
        assert "People told of: 2 left." in page
        assert "Send the workbook" in page
    books = {one.month: one.file for one in Notification.objects.select_related("file")}
    for month, file in books.items():  # the same once more is taken
        content = storage.read_stored(file.stored_id)
        form = {"key": f"again {month}", "file": SimpleUploadedFile("o.xlsx", content)}
        post(f"/portal/dropouts/{month:%Y-%m}/file/", form)
    assert Notification.objects.sent().count() == 4
    assert InboundFile.objects.get(came_by="passed"), "passed on twice it arrives once"
