"""A row that is set aside may say no: the officer is told before it is lost (LC-06, LAW-07)."""

import pytest
from django.urls import reverse

from caseload.intake.actions import rows
from caseload.intake.models import InboundFile
from ccis.access.roles import Role
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.files import NOW, csv_bytes, send, upn
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

COLUMNS = ("Estab", "UPN", "Legal First Name", "Legal Last Name", "DOB", "Year Group", "Postcode")
NOES = ("Sharing Choice", "Section 72 Instruction", "Section 72 Given By")


def pupil(serial: int, **said: str) -> dict[str, str]:
    values = ("4001", upn(serial), "Leila", f"Farouk{chr(96 + serial)}", "14/03/2011", "11")
    return dict.fromkeys(NOES, "") | dict(zip(COLUMNS, (*values, "NG1 4AB"), strict=True)) | said


@pytest.fixture
def page(client):
    client.force_login(member(Role.DATA_MANAGER, authority=AuthorityFactory()))

    def get(file: InboundFile, name: str, query: str = "") -> str:
        address = reverse(f"intake:{name}", kwargs={"ref": file.ref})
        return " ".join(client.get(address + query).content.decode().split())

    return get


def test_rows_that_are_set_aside_and_say_no_are_said_and_found(page):
    ProviderFactory(
        dfe_number="3064001", authority=AuthorityFactory(), email="data@kestrel.example"
    )
    said_no = pupil(1, **{"Sharing Choice": "Opted out"})
    file = send(
        csv_bytes(
            [*COLUMNS, *NOES],
            [
                said_no,
                said_no,  # the same again: the first speaks for it
                pupil(2, **{"Section 72 Instruction": "Yes", "Section 72 Given By": "Parent"}),
                pupil(3, DOB="31/02/2011", **{"Sharing Choice": "Opted out"}),
                pupil(4, **{"Sharing Choice": "Consent"}),
                *(pupil(serial) for serial in range(5, 20)),
            ],
        ),
        kind="school-feed",
    )
    assert "1 row that was not used says no" in page(file, "file"), "it cannot be read"
    assert "2 of these rows say no" in page(file, "set-aside")

    officer = member(Role.DATA_MANAGER, authority=file.authority)
    for number in (2, 4, 6):
        rows.set_aside(row=file.rows.get(number=number), why="", by=officer, at=NOW)

    for name in ("file", "outcome"):
        text = page(file, name)
        assert "3 rows that were not used say no" in text
        assert "/rows/?no=yes" in text
    found = page(file, "rows", "?no=yes")
    assert "<strong>3 rows</strong> of this file" in found
    assert "Not used, and say no" in found
    rows.put_back(row=file.rows.get(number=2), by=officer, at=NOW)
    assert "2 rows that were not used say no" in page(file, "outcome")
