"""Moving in: another CCIS's return becomes the caseload, from which the same return is made."""

import pytest

from tests.integration.returns.conftest import make
from tests.integration.returns.moving import (
    caseload,
    content_of,
    differences,
    flattened,
    forget_everyone,
    in_guarantee,
    move_in,
    outcomes,
    sent_by,
)

pytestmark = pytest.mark.django_db

FORMS = {
    "xml": lambda content: (content, "return.xml"),
    "the year in its root, the other spelling": lambda content: (
        content.replace(b"<NCCIS>", b"<!DOCTYPE NCCIS2015>\n<NCCIS2015>")
        .replace(b"</NCCIS>", b"</NCCIS2015>")
        .replace(b"NEETStartDate>", b"NeetStartDate>"),
        "return.xml",
    ),
    "csv, a row for each characteristic": lambda content: (flattened(content), "extract.csv"),
    "csv, characteristics in one cell": lambda content: (
        flattened(content, one_cell=True),
        "extract.csv",
    ),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_same_return_comes_of_what_moved_in(db, form):
    authority = caseload()
    before = make(authority)
    expected = sent_by(before)
    assert {row["cohort_status"] for row in expected.values()} >= set("PTEMDL")
    content, name = form(content_of(before))
    forget_everyone()

    file = move_in(authority, content, name)

    counts = outcomes(file)
    assert counts["added"] == len(expected)
    assert sum(counts.values()) == file.row_count
    assert set(counts) <= {"added", "not-used"}
    assert differences(expected, sent_by(make(authority))) == []


def test_the_guarantee_alone(db):
    authority = caseload()
    in_guarantee(authority)
    before = make(authority, period="2026-06")
    expected = sent_by(before)
    assert "G" in {row["cohort_status"] for row in expected.values()}
    content = content_of(before)
    forget_everyone()

    move_in(authority, content)

    assert differences(expected, sent_by(make(authority, period="2026-06"))) == []
