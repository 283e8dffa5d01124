"""Every file with personal data that left is in one ledger, whichever page gave it out (USE-07)."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from caseload.models import Name
from ccis.leaving.actions import Content, leaves
from ccis.leaving.models import LeftFile
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.sharing import AT, DisclosedRowFactory, ready

NO_YOUNG_PERSON = {
    "ccis/accounts/factors/views.py": "someone's own recovery codes",
    "caseload/dropouts/views/months.py": "an empty workbook to fill in",
    "caseload/intake/portal/views/sending.py": "empty workbooks to fill in",
    "caseload/intake/views/sending.py": "empty workbooks to fill in",
    "sharing/agreements/views/agreements.py": "agreements name signatories alone",
    "sharing/agreements/views/portal.py": "agreements name signatories alone",
    "sharing/monitoring/views/returns.py": "figures",
    "sharing/destruction/views.py": "certificates have references alone",
}
"""What gives out files that say nothing of a young person."""

GIVES_OUT = re.compile(r"Content-Disposition|as_attachment|return (?:attachment|pdf)\(")
WRITES_DOWN = re.compile(
    r"\bleaves\(|\.download(?:_one)?\(|print_answers\(|note_workbook\(|gave_back\(|give_out\("
)


def test_whatever_gives_out_a_file_writes_it_down():
    """By reading the views: what leaves as a file calls what puts it in the ledger."""
    silent = {
        place
        for app in ("ccis", "providers", "caseload", "optout", "sharing", "returns")
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if (place := str(path.relative_to(settings.BASE_DIR))) not in NO_YOUNG_PERSON
        and GIVES_OUT.search(text := path.read_text())
        and not WRITES_DOWN.search(text)
    }

    assert silent == {"caseload/dropouts/views/officers.py"}  # its action does


@pytest.mark.django_db
def test_the_ledger_of_files_adds_up_is_searched_and_is_in_itself(client):
    world = ready()
    there = AuthorityFactory(code=BARNET)
    for n, (kind, of) in enumerate(
        [("return", "2026-10/7F3KQ29M"), ("letters", "8F3KQ29M"), ("list", "9F3KQ29M/7F3KQ29M"),
         ("list", "9F3KQ29M/8F3KQ29M")]
    ):  # fmt: skip
        leaves(
            kind, Content.of(b"%d" % n), authority=world.authority, by=world.releaser,
            at=AT + timedelta(days=n), why=f"For reason {n}", of=of, people=n,
        )  # fmt: skip
    leaves("letters", Content("0" * 64, 1), authority=there, by=None, at=AT, why="Elsewhere")
    client.force_login(world.releaser)

    page = client.get(reverse("sharing:left")).content.decode()
    assert [words in page for words in ("4 files", "2 Encrypted list", "1 National return")] == [
        True, True, True,
    ]  # fmt: skip
    assert "/returns/2026-10/builds/7F3K-Q29M/" in page
    assert "Elsewhere" not in page
    found = client.get(reverse("sharing:left"), {"of": "9F3K-Q29M"}).content.decode()
    assert ("For reason 2" in found, "For reason 0" in found) == (True, False)
    by_hash = {"sha256": Content.of(b"1").sha256[:10].upper()}
    found = client.get(reverse("sharing:left"), by_hash).content.decode()
    assert ("For reason 1" in found, "For reason 2" in found) == (True, False)

    export = f"{reverse('sharing:export-files')}?of=9F3K-Q29M"
    assert b"Enter why you need the file" in client.post(export, {"why": " "}).content
    assert LeftFile.objects.filter(authority=world.authority).count() == 4
    given = client.post(export, {"why": "For the auditor"})
    rows = list(csv.DictReader(io.StringIO(given.content.decode("utf-8-sig"))))
    assert [row["Why"] for row in rows] == ["For reason 3", "For reason 2"]
    last = LeftFile.objects.filter(authority=world.authority).latest("pk")
    assert last.sha256 == Content.of(given.content).sha256
    assert (last.kind, last.why, last.by) == ("ledger-files", "For the auditor", world.releaser)
    assert b"5 files" in client.get(reverse("sharing:left")).content
    client.force_login(world.drafter)
    assert client.get(reverse("sharing:left")).status_code == 403


@pytest.mark.django_db
def test_the_ledger_of_sharing_as_a_file_has_references_and_no_names(client):
    world = ready()
    row = DisclosedRowFactory(disclosure__person=world.person())
    client.force_login(world.releaser)

    given = client.post(f"{reverse('sharing:export')}?show=live", {"why": "For the auditor"})

    (line,) = csv.DictReader(io.StringIO(given.content.decode("utf-8-sig")))
    assert line["Organisation"] == row.disclosure.provider.name
    assert line["What they were given"] == "Name"
    family = Name.objects.get(person=row.disclosure.person).family
    assert family not in given.content.decode()
    left = LeftFile.objects.get()
    assert (left.kind, left.people) == ("ledger-disclosures", 1)
