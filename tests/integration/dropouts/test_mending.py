"""What stays with a provider when the others are sent, or when all is refused (LDOR-02)."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from caseload.actions.sealing import seal_identity
from caseload.dropouts.models import Notification
from caseload.intake.actions.work import work_on
from caseload.intake.models import InboundFile
from caseload.models import Identifier
from tests.factories.accounts import UserFactory
from tests.factories.dropouts import known, learner, workbook
from tests.integration.dropouts.conftest import NOW

pytestmark = pytest.mark.django_db

OCTOBER = "/portal/dropouts/2026-10/"


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def upload(post, *rows, key="a" * 32):
    book = SimpleUploadedFile("october.xlsx", workbook(*rows))
    return post(f"{OCTOBER}file/", {"key": key, "file": book})


def send_the_rest(post, seen=None):
    seen = seen or Notification.objects.latest("pk")
    return post(f"{OCTOBER}file/rest/", {"seen": seen.ref})


def month():
    """Of thirty people two whom nobody can read."""
    rows = [learner(n) for n in range(1, 31)]
    rows[4] |= {"birth": "31/02/2009"}
    rows[9] |= {"uln": "98765"}
    return rows


def test_rows_left_for_later_are_shown_until_they_have_come(seat, client, post):
    upload(post, *month())
    receipt = send_the_rest(post).url
    errors = f"{OCTOBER}file/errors/"

    page = text(client.get(errors))
    assert "October 2026 drop-outs: 2 rows still to mend out of 30" in page
    assert "28 rows were sent. Send these once mended" in page
    assert "Nothing has been sent yet" not in page
    assert "A ULN 98765 ULN must be 10 digits; this has 5." in page
    marked = openpyxl.load_workbook(io.BytesIO(client.get(f"{OCTOBER}file/marked/").content))
    assert "ULN must be 10 digits" in str(list(marked.worksheets[0].values))
    assert "People in it 28 sent, 2 not: rows to mend" in text(client.get(receipt))
    for path, words in (
        (receipt, "Mend 2 rows"),
        ("/portal/dropouts/", "Mend 2 rows"),
        (OCTOBER, "2 rows still to mend"),
        ("/portal/", "2 rows still to mend. The others were sent."),
    ):
        shown = client.get(path)
        assert words in text(shown)
        assert errors in shown.content.decode()
    assert client.get(f"{OCTOBER}file/rest/").url == receipt
    again = upload(post, *month(), key="b" * 32)
    assert client.get(again.url).url == errors

    upload(post, learner(5), learner(10), key="c" * 32)

    assert "still to mend" not in text(client.get(OCTOBER)) + text(client.get("/portal/"))
    assert "Mend 2 rows" not in text(client.get(receipt))
    assert (
        client.get(errors).url
        == client.get(f"{OCTOBER}file/progress/", follow=True).request["PATH_INFO"]
    )
    assert "30 left" in text(client.get(OCTOBER))


def test_rows_that_were_told_before_are_not_offered_again(seat, client, post):
    upload(post, *month())
    send_the_rest(post)
    upload(post, *month()[:20], key="b" * 32)
    errors, rest = f"{OCTOBER}file/errors/", f"{OCTOBER}file/rest/"

    page = client.get(errors)

    assert "2 rows to mend out of 20" in text(page)
    assert "18 rows were told before. Nothing else has been sent yet." in text(page)
    assert rest not in page.content.decode()
    assert client.get(rest).url == errors


def test_another_workbook_than_was_looked_at_is_not_sent(seat, client, post):
    upload(post, *month()[:20])
    looked_at = client.get(f"{OCTOBER}file/rest/")
    assert "18 rows go to the council now" in text(looked_at)
    mine = Notification.objects.get()
    assert f'name="seen" value="{mine.ref}"' in looked_at.content.decode()
    upload(post, *month(), key="b" * 32)  # by a colleague
    theirs = Notification.objects.latest("pk")

    refused = send_the_rest(post, mine)

    assert "Nothing was sent yet. This is the newest workbook of the month" in text(refused)
    assert "28 rows go to the council now" in text(refused)
    assert f'name="seen" value="{theirs.ref}"' in refused.content.decode()
    theirs.refresh_from_db()
    assert (theirs.sent_at, theirs.file.state) == (None, "with-sender")
    assert send_the_rest(post, theirs).url == reverse("dropouts:receipt", args=[theirs.ref])
    assert "Set aside: not sent" in text(client.get(OCTOBER))


def test_nothing_to_report_sets_aside_no_workbook_that_was_not_seen(seat, client, post):
    nil = f"{OCTOBER}nil/"
    assert 'name="seen" value=""' in client.get(nil).content.decode()
    upload(post, *month())  # by a colleague
    book = Notification.objects.get()

    refused = post(nil, {"key": "b" * 32, "seen": ""})

    page = refused.content.decode()
    assert "Another workbook for October 2026 came meanwhile, and has rows to mend" in page
    assert f"{OCTOBER}file/errors/" in page
    assert f'name="seen" value="{book.ref}"' in page
    assert InboundFile.objects.get().state == "with-sender"
    post(nil, {"key": "b" * 32, "seen": book.ref})
    assert InboundFile.objects.get().state == "set-aside"
    assert Notification.objects.filter(how="nil").exists()


def test_nothing_to_report_sets_aside_all_workbooks_that_wait_once_the_newest_was_seen(
    seat, client, post
):
    """The second came before the first was checked, and so set nothing aside."""
    for key, rows in (("a" * 32, month()[:20]), ("b" * 32, month())):
        upload(client.post, *rows, key=key)  # and no worker yet
    for file in InboundFile.objects.order_by("pk"):
        work_on(file.pk, now=lambda: NOW)
    assert {file.state for file in InboundFile.objects.all()} == {"with-sender"}
    older, newest = Notification.objects.order_by("pk")
    nil = f"{OCTOBER}nil/"
    assert f'name="seen" value="{newest.ref}"' in client.get(nil).content.decode()

    post(nil, {"key": "c" * 32, "seen": older.ref})
    assert not Notification.objects.filter(how="nil").exists()
    post(nil, {"key": "c" * 32, "seen": newest.ref})

    assert Notification.objects.filter(how="nil").exists()
    assert {file.state for file in InboundFile.objects.all()} == {"set-aside"}


def test_a_workbook_with_an_identity_that_was_sealed_since_is_given_back_to_nobody(
    seat, client, post
):
    person = known(1, seat.provider)
    upload(post, *month())
    send_the_rest(post)
    errors, marked = f"{OCTOBER}file/errors/", f"{OCTOBER}file/marked/"
    assert marked in client.get(errors).content.decode()

    named = [UserFactory()]
    ulns = list(Identifier.objects.filter(person=person))
    seal_identity(person=person, rows=ulns, why="adoption", named=named, by=seat.user, at=NOW)

    assert client.get(marked).status_code == 404
    page = client.get(errors)
    assert "2 rows still to mend" in text(page)
    assert marked not in page.content.decode()


def test_a_workbook_that_was_refused_leads_to_its_errors(seat, client, post):
    rows = [learner(n, birth="31/02/2009") for n in range(1, 5)]
    upload(post, *rows)
    assert InboundFile.objects.get().state == "refused"
    errors = f"{OCTOBER}file/errors/"
    receipt = f"/portal/dropouts/sent/{Notification.objects.get().ref}/"

    for path, words in (
        (receipt, "See what was wrong with it"),
        (OCTOBER, "See what was wrong with it"),
        ("/portal/", "Send October 2026 drop-outs again"),
    ):
        shown = client.get(path)
        assert words in text(shown)
        assert errors in shown.content.decode()
    assert "Send October 2026 drop-outs A workbook" not in text(client.get("/portal/"))
    post(f"{OCTOBER}nil/", {"key": "b" * 32})
    assert "drop-outs again" not in text(client.get("/portal/"))
