"""What goes wrong with files: each has clear words with row and cell, and nothing is half used."""

import io
import struct
import zipfile
from datetime import date

import openpyxl
import pytest

from caseload.intake.actions import files
from caseload.intake.actions.reading import ROWS_AT_A_TIME
from caseload.intake.actions.work import work_on
from caseload.intake.errors import IntakeError
from caseload.intake.models import InboundRow
from caseload.intake.rules import FileState
from caseload.models import YoungPerson
from ccis.files import storage
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory
from tests.factories.files import (
    CENSUS_HEADER,
    EDUCATION_HEADER,
    NOW,
    csv_bytes,
    pupil,
    send,
    starter,
    upn,
    workbook_bytes,
)
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _directory():
    ProviderFactory(dfe_number="3064001")
    ProviderFactory(dfe_number="3068001", college=True)


def good(count=20, first=10):
    """Enough good rows that a bad one does not take the whole file with it."""
    return [pupil(serial) for serial in range(first, first + count)]


def problems_of(file, number):
    return [
        (p["letter"], p["heading"], p["message"], p["level"])
        for p in file.rows.get(number=number).problems
    ]


def assert_reconciles(file):
    assert sum(file.counts.values()) == file.row_count == file.rows.count()


# -- headings ------------------------------------------------------------------------------------


def test_a_file_without_headings_is_refused():
    rows = [list(pupil(serial).values()) for serial in range(3)]

    file = send(csv_bytes(rows[0], rows[1:]))

    assert file.state == FileState.REFUSED
    assert file.refusal.startswith("Row 1 should have the headings. We did not find")
    assert (file.row_count, file.rows.count()) == (0, 0)


def test_a_missing_heading_asks_for_the_columns_and_keeps_the_rows():
    header = ["Nom" if name == "Surname" else name for name in CENSUS_HEADER]
    rows = [{**pupil(1), "Nom": "Farouk"}]

    file = send(csv_bytes(header, rows))

    assert (file.state, file.row_count) == (FileState.NEEDS_COLUMNS, 1)
    assert file.notices == [
        "1 column that we do not know was kept with the rows and not used: “Nom”"
    ]
    chosen = {int(at): key for at, key in file.columns.items()}
    with pytest.raises(IntakeError, match="Choose the column that holds Surname"):
        files.choose_columns(file=file, kind=file.kind, columns=chosen, by=UserFactory(), at=NOW)
    chosen[2] = "family"
    files.choose_columns(file=file, kind=file.kind, columns=chosen, by=UserFactory(), at=NOW)
    work_on(file.pk, now=lambda: NOW)
    file.refresh_from_db()
    assert (file.state, file.counts) == (FileState.READY, {"will-add": 1})
    assert file.rows.get().read["family"] == "Farouk"

    again = send(csv_bytes(header, [{**pupil(2), "Nom": "Hart"}]))
    assert (again.state, again.counts) == (FileState.READY, {"will-add": 1})


def test_one_of_our_columns_twice_asks_for_the_columns():
    file = send(csv_bytes([*CENSUS_HEADER, "Family name"], [pupil(1)]))

    assert file.state == FileState.NEEDS_COLUMNS


def test_headings_in_any_case_order_and_spacing_are_recognised():
    header = list(reversed(CENSUS_HEADER))
    spaced = [f"  {name.upper()} " if name != "DoB" else "Date of Birth" for name in header]
    rows = [[pupil(1).get(name, "") for name in header]]

    file = send(csv_bytes(spaced, rows))

    assert (file.kind, file.counts) == ("school-census", {"will-add": 1})


# -- letters and bytes ---------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_letters_survive_whatever_encoding(encoding):
    file = send(
        csv_bytes(CENSUS_HEADER, [pupil(1, Surname="O’Neill", Forename="Zoë")], encoding=encoding)
    )

    assert file.counts == {"will-add": 1}
    read = file.rows.get().read
    assert (read["family"], read["given"]) == ("O’Neill", "Zoë")
    if encoding == "cp1252":
        assert any("Windows-1252" in notice for notice in file.notices)


def test_letters_that_cannot_be_read_refuse_the_file():
    content = csv_bytes(CENSUS_HEADER, [pupil(1, Surname="Zoë")])
    file = send(content + b"\x01\x02\x00\x03\xc3\x28" * 50)

    assert file.state == FileState.REFUSED
    assert file.refusal.startswith("We cannot read the letters in this file")


def test_a_null_character_is_not_kept():
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, Street="Castle\\u0000 Street"), *good()]))

    assert file.state == FileState.READY


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 ...", "This is a PDF. Send an Excel workbook (.xlsx) or a CSV"),
        (b"\n\n  \n", "This file is empty"),
        (csv_bytes(CENSUS_HEADER, []), "This file has headings and no rows"),
        (b"PK\x03\x04 not a workbook", "This workbook is damaged"),
    ],
    ids=["a PDF", "nothing but blanks", "headings alone", "a broken workbook"],
)
def test_what_is_not_a_table_is_refused_in_words(content, words):
    file = send(content)

    assert file.state == FileState.REFUSED
    assert file.refusal.startswith(words)
    assert file.rows.count() == 0
    assert bool(file.stored_id) == bool(file.kind)  # of what kind it is none, it may be of any


def test_nothing_at_all_is_not_taken_in():
    with pytest.raises(IntakeError, match="This file is empty"):
        send(b"")


# -- workbooks -----------------------------------------------------------------------------------


def test_dates_of_a_workbook_are_read_as_cells_and_as_serial_numbers():
    rows = [pupil(1, DoB=date(2011, 3, 14)), pupil(2, DoB=40616), pupil(3, DoB="40616")]

    file = send(workbook_bytes(CENSUS_HEADER, rows), file_name="roll.xlsx")

    assert {row.read["birth"] for row in file.rows.all()} == {"2011-03-14"}


def test_formulas_merged_cells_and_hidden_sheets_are_said():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(CENSUS_HEADER)
    for row in good(3):
        sheet.append([row.get(name) for name in CENSUS_HEADER])
    sheet["R2"] = '=CONCATENATE("NG1"," 4AB")'
    sheet.merge_cells("U3:V3")
    book.create_sheet("Notes").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)

    file = send(out.getvalue(), file_name="roll.xlsx")

    said = " ".join(file.notices)
    assert 'The sheet "Notes" is hidden, so we did not read it' in said
    assert "Column R has formulas" in said
    assert "U3 to V3 are merged" in said
    assert_reconciles(file)


@pytest.mark.slow
def test_a_workbook_of_2_megabytes_that_opens_to_500_is_refused():
    out = io.BytesIO(workbook_bytes(CENSUS_HEADER, [pupil(1)]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet2.xml", b" " * 500_000_000)

    file = send(out.getvalue(), file_name="roll.xlsx")

    assert len(out.getvalue()) < 2_000_000
    assert file.state == FileState.REFUSED
    assert file.refusal == "This file opens to more than we can read safely"


def test_a_workbook_that_lies_about_its_size_is_refused():
    content = bytearray(workbook_bytes(CENSUS_HEADER, good()))
    at = content.find(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 2_000_000_000)

    assert send(bytes(content), file_name="roll.xlsx").state == FileState.REFUSED


# -- rows and cells ------------------------------------------------------------------------------


def test_a_date_that_does_not_exist_is_said_with_row_and_cell():
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, DoB="31/02/2011"), *good()]))

    assert file.rows.get(number=2).outcome == "cannot-read"
    assert problems_of(file, 2) == [
        ("I", "DoB", "Give a real date. February 2011 had 28 days.", "hard")
    ]
    assert_reconciles(file)


def test_a_upn_with_a_wrong_check_letter_is_said():
    wrong = ("A" if upn(1)[0] != "A" else "B") + upn(1)[1:]

    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, UPN=wrong), *good()]))

    assert problems_of(file, 2) == [
        ("B", "UPN", "UPN's first letter does not agree with its digits. Check each one.", "hard")
    ]


def test_two_people_for_one_upn_are_both_named():
    rows = [pupil(1), *good(), pupil(1, Forename="Omar", DoB="01/01/2011")]

    file = send(csv_bytes(CENSUS_HEADER, rows))

    for number in (2, 23):
        assert file.rows.get(number=number).outcome == "cannot-read"
        assert problems_of(file, number) == [
            ("B", "UPN", "Two people here have this UPN: rows 2 and 23.", "hard")
        ]
    assert_reconciles(file)


def test_a_row_with_too_many_cells_is_not_guessed():
    rows = [[*(pupil(1).get(name, "") for name in CENSUS_HEADER), "one", "more"]]
    rows += [[row.get(name, "") for name in CENSUS_HEADER] for row in good()]

    file = send(csv_bytes(CENSUS_HEADER, rows))

    assert file.counts == {"cannot-read": 1, "will-add": 20}
    assert "26 cells and there are 24 headings" in file.rows.get(number=2).problems[0]["message"]


def test_a_needed_cell_that_is_empty_is_said():
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, Surname=" "), *good()]))

    assert problems_of(file, 2) == [("C", "Surname", "Give their family name.", "hard")]


def test_text_too_long_for_the_record_stops_its_row_alone():
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, Street="x" * 101), *good()]))

    assert file.counts == {"cannot-read": 1, "will-add": 20}


def test_a_text_that_would_be_a_formula_is_only_text():
    hostile = '=HYPERLINK("http://example.com","x")'

    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, Street=hostile), *good()]))

    assert file.rows.get(number=2).read["street"] == hostile


def test_an_end_before_its_start_is_said():
    rows = [starter(serial) for serial in range(20)]
    rows[0]["EndDate"] = "01/09/2026"

    file = send(csv_bytes(EDUCATION_HEADER, rows))

    assert problems_of(file, 2) == [
        ("H", "EndDate", "The end must be the same day as the start or later.", "hard")
    ]


def test_a_file_with_too_many_errors_is_refused_whole():
    rows = [pupil(serial, DoB="31/02/2011") for serial in range(1, 5)] + good(16)

    file = send(csv_bytes(CENSUS_HEADER, rows))

    assert file.state == FileState.REFUSED
    assert file.refusal == (
        "4 of 20 rows have errors, so we have not used any. Most are in column I (DoB). "
        "Mend that first, and send it again."
    )
    assert file.counts == {"cannot-read": 4, "not-used": 16}
    assert_reconciles(file)
    assert not YoungPerson.objects.exists()


# -- the same again ------------------------------------------------------------------------------


def test_the_same_file_twice_is_a_no_op_that_gives_the_first():
    content = csv_bytes(CENSUS_HEADER, good(2))
    first = send(content)

    receipt = files.receive(
        authority=AuthorityFactory(),
        content=content,
        file_name="again.csv",
        source_name="Someone else",
        by=None,
        at=NOW,
    )

    assert (receipt.file, receipt.is_new) == (first, False)
    assert InboundRow.objects.count() == 2


def test_a_refused_file_may_be_sent_again():
    content = csv_bytes(CENSUS_HEADER, [pupil(1, DoB="31/02/2011")])
    first = send(content)

    assert send(content).pk != first.pk


def test_the_original_is_kept_encrypted_and_for_a_while_only():
    content = csv_bytes(CENSUS_HEADER, good(2))
    file = send(content)
    assert storage.read_stored(file.stored_id) == content
    assert (file.keep_original_until - NOW.date()).days == 90

    stored = file.stored_id
    files.destroy_original(file=file, at=NOW)

    file.refresh_from_db()
    assert file.stored_id == ""
    assert file.rows.count() == 2
    assert stored


def test_a_file_of_several_batches_keeps_every_row():
    rows = [pupil(serial) for serial in range(ROWS_AT_A_TIME + 3)]

    file = send(csv_bytes(CENSUS_HEADER, rows))

    assert file.row_count == len(rows)
    assert_reconciles(file)
