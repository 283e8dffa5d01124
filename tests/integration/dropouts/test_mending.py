"""What stays with a provider when the others are sent, or when all is refused (LDOR-02)."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from caseload.actions.sealing import seal_identity
from caseload.dropouts.models import Notification
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


def month():
    """Of thirty people two whom nobody can read."""
    rows = [learner(n) for n in range(1, 31)]
    rows[4] |= {"birth": "31/02/2009"}
    rows[9] |= {"uln": "98765"}
    return rows


def test_rows_left_for_later_are_shown_until_they_have_come(seat, client, post):
    upload(post, *month())
    receipt = post(f"{OCTOBER}file/rest/").url
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


def test_a_workbook_with_an_identity_that_was_sealed_since_is_given_back_to_nobody(
    seat, client, post
):
    person = known(1, seat.provider)
    upload(post, *month())
    post(f"{OCTOBER}file/rest/")
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
