import csv
import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from ccis.files import cells
from ccis.files.reading import read_table
from ccis.files.writing import (
    TemplateColumn,
    csv_cell,
    stream_csv,
    workbook_bytes,
    write_template_workbook,
    write_workbook,
)

HOSTILE = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org","x")',
    "+441632960001",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "{=1}",
    "http://example.org",
    "007",
    "1E5",
]


# --- CSV ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("Zoë", "Zoë"),
        ("=1+1", "'=1+1"),
        ("+44", "'+44"),
        ("-", "'-"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("a=1", "a=1"),
        (-5, "-5"),
        (1.5, "1.5"),
        (True, "Yes"),
        (False, "No"),
        (date(2009, 3, 27), "27/03/2009"),
        (datetime(2026, 7, 1, 12, 30, tzinfo=UTC), "01/07/2026 13:30"),
        (time(9, 30), "09:30:00"),
    ],
)
def test_csv_cells_are_safe_to_open_in_a_spreadsheet(value, text):
    assert csv_cell(value) == text


def test_a_csv_is_written_as_excel_opens_it_and_read_back():
    content = b"".join(stream_csv(["Name", "Note"], [["Zoë", 'a "b", c\nd'], ["Łukasz", None]]))
    assert content.startswith(b"\xef\xbb\xbfName,Note\r\n")
    table = read_table(content, filename="x.csv")
    assert [row.cells for row in table.rows] == [["Zoë", 'a "b", c\nd'], ["Łukasz", None]]


def test_a_long_csv_comes_in_pieces_and_whole():
    rows = ([number, "x" * 50] for number in range(5_000))
    pieces = list(stream_csv(["Number", "Text"], rows))
    assert len(pieces) > 3
    assert all(pieces)
    lines = list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"))))
    assert [int(line[0]) for line in lines[1:]] == list(range(5_000))


# --- Workbooks ---------------------------------------------------------------------------


def test_no_text_in_a_workbook_becomes_a_formula_a_link_or_a_number():
    content = workbook_bytes(["=HEAD()"], [[text] for text in HOSTILE])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [row[0].data_type for row in sheet.iter_rows()] == ["s"] * (len(HOSTILE) + 1)
    values = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert [v.strip() for v in values] == [text.strip() for text in HOSTILE]
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_values_are_read_back_as_what_they_were():
    row = [
        "Zoë\nO’Neill",
        12,
        95.5,
        True,
        date(2009, 3, 27),
        datetime(2026, 3, 27, 9, 30),  # noqa: DTZ001
        time(9, 30),
        timedelta(hours=30),
        None,
        "",
        "last",
    ]
    table = read_table(workbook_bytes(list("ABCDEFGHIJK"), [row]), filename="x.xlsx")
    assert next(table.rows).cells == [cell or None for cell in row]
    table.close()


def test_values_that_a_workbook_cannot_hold_are_written_as_text():
    row = [
        12345678901234567890,
        "a\x00b\x07c\ud800",
        "x" * 40_000,
        datetime(2026, 7, 1, 12, 30, tzinfo=UTC),
    ]
    with read_table(workbook_bytes(list("ABCD"), [row]), filename="x.xlsx") as table:
        read = next(table.rows).cells
    assert read[0] == "12345678901234567890"
    assert read[1] == "abc"
    assert len(read[2]) == 32_767
    assert read[3] == datetime(2026, 7, 1, 13, 30)  # noqa: DTZ001


@pytest.mark.parametrize("folder", [Path("/nowhere"), None])
def test_a_workbook_is_written_with_or_without_a_folder_in_memory(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(cells, "MEMORY_FOLDER", folder or tmp_path)
    monkeypatch.setattr(cells, "_ROOM_NEEDED", 0)
    out = io.BytesIO()
    write_workbook(out, ["Number"], ([n] for n in range(500)), sheet="Pupils")
    with read_table(out.getvalue(), filename="x.xlsx") as table:
        assert table.sheet == "Pupils"
        assert sum(1 for _ in table.rows) == 500
    assert list(tmp_path.iterdir()) == []


# --- Templates ---------------------------------------------------------------------------

COLUMNS = [
    TemplateColumn("UPN", "Unique pupil number", "H801200001001", required=True),
    TemplateColumn("DOB", "Date of birth", "27/03/2009", required=True, holds="date"),
    TemplateColumn("Year", "Year group", "11", holds="number"),
    TemplateColumn("Gender", "As the census has it", "F", choices=[("F", "Female"), ("M", "Male")]),
    TemplateColumn("=Odd", "=1+1", "@x", choices=[("=a", "=b")]),
]


@pytest.fixture(scope="module")
def template():
    return openpyxl.load_workbook(io.BytesIO(write_template_workbook(COLUMNS, sheet="Pupils")))


def test_a_template_is_read_as_headings_without_rows_or_odd_notices():
    with read_table(write_template_workbook(COLUMNS), filename="x.xlsx") as table:
        assert [heading.text for heading in table.header] == [c.heading for c in COLUMNS]
        assert list(table.rows) == []
        assert table.notices == ["This file has headings and no rows"]


def test_a_template_says_what_each_column_means(template):
    assert template.sheetnames == ["Pupils", "What the columns mean", "Choices"]
    assert template.active.title == "Pupils"
    lines = list(template["What the columns mean"].iter_rows(values_only=True))
    assert lines[:2] == [
        ("Column", "Needed?", "Meaning", "Example"),
        ("UPN", "Yes", "Unique pupil number", "H801200001001"),
    ]
    assert lines[3][1] == "No"
    note = template["Pupils"]["A1"].comment.text
    assert note == "Needed.\nUnique pupil number\nFor example: H801200001001"


def test_a_template_offers_its_lists_and_keeps_noughts_in_front(template):
    sheet = template["Pupils"]
    lists = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    assert lists == {"D2:D10001": "Choices!$A$2:$A$3", "E2:E10001": "Choices!$C$2:$C$2"}
    choices = list(template["Choices"].iter_rows(values_only=True))
    assert choices[0] == ("Gender", "Meaning", "=Odd", "Meaning")
    assert choices[1] == ("F", "Female", "=a", "=b")
    assert sheet.column_dimensions["A"].number_format == "@"
    assert sheet.column_dimensions["B"].number_format == "dd/mm/yyyy"


def test_nothing_in_a_template_is_a_formula(template):
    for sheet in template:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_workbook_is_a_zip_that_other_programs_open():
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(["A"], []))) as package:
        assert package.testzip() is None
