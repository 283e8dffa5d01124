import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from ccis.files import marking
from ccis.files.reading import CannotRead, read_table
from ccis.files.writing import CellProblem, annotate_workbook

RED, YELLOW = "FFF4C7C3", "FFFCE8B2"

NOT_REAL = CellProblem(3, 1, "Give a real date. February 2009 had 28 days.")
NO_NAME = CellProblem(3, 2, "Give the family name.")
LOOK = CellProblem(4, 2, "The return does not take digits in names.", must_mend=False)
WHOLE_ROW = CellProblem(5, None, "two people here have this UPN: rows 5 and 9")
PROBLEMS = [LOOK, NOT_REAL, NO_NAME, WHOLE_ROW]


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture
def original():
    """A workbook with a bit of everything that points at columns."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Our pupils"
    for row in (
        ["UPN", "DOB", "Surname", "Age", "Religion"],
        ["H801200001001", date(2009, 3, 27), "Oduya", '=DATEDIF(B2,TODAY(),"y")', "private"],
        ["H801200001002", "31/02/2009", None, "=SUM($B3:C$3)", "private"],
        ["H801200001003", 39899, "Bielik2", "=COUNTA(A:A)+Notes!A1+'Our pupils'!B2", "private"],
        ["007", None, "text", "=MYTAX2024X+A1", "private"],
    ):
        sheet.append(row)
    hostile = sheet["C5"]
    hostile.value, hostile.data_type = "=cmd|' /C calc'!A0", "s"
    sheet["A2"].font = Font(bold=True, color="FF0000FF")
    sheet["A2"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["A2"].comment = Comment("our own note", "School")
    sheet["A3"].hyperlink = "https://example.org/"
    sheet["D6"] = ArrayFormula("D6:D6", "=SUM(B2:B3*C2:C3)")
    sheet.column_dimensions["B"].width = 33
    sheet.column_dimensions["C"].hidden = True
    sheet.merge_cells("A7:B8")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = "A1:E5"
    sheet.print_area = "A1:E5"
    validation = DataValidation(type="list", formula1="$G$1:$G$3")
    validation.add("C2:C9")
    sheet.add_data_validation(validation)
    fixed = DataValidation(type="list", formula1='"A1,B2"')
    fixed.add("E2:E9")
    sheet.add_data_validation(fixed)
    sheet.conditional_formatting.add("B2:B9", FormulaRule(formula=["$B2>39000"]))
    notes = book.create_sheet("Notes")
    notes["A1"] = "='Our pupils'!B2+A2"
    notes["A2"] = 5
    notes["C1"] = "Code"
    notes["D1"] = "Meaning"
    notes.add_table(Table(displayName="Few", ref="C1:D3"))
    return saved(book)


def mark(content, problems=PROBLEMS, filename="pupils.xlsx", **how):
    return opened(annotate_workbook(content, problems, filename=filename, **how))


def test_the_first_column_says_what_to_mend_in_each_row(original):
    sheet = mark(original)["Our pupils"]
    assert sheet["A1"].value == "What to mend"
    assert sheet["A2"].value is None
    assert sheet["A3"].value == (
        "DOB. Must mend: Give a real date. February 2009 had 28 days.\n"
        "Surname. Must mend: Give the family name."
    )
    assert sheet["A4"].value == ("Surname. Please check: The return does not take digits in names.")
    assert sheet["A5"].value == "Must mend: two people here have this UPN: rows 5 and 9"


def test_cells_to_mend_are_red_and_cells_to_check_yellow_with_notes(original):
    sheet = mark(original)["Our pupils"]
    assert sheet["C3"].fill.fgColor.rgb == sheet["D3"].fill.fgColor.rgb == RED
    assert sheet["D4"].fill.fgColor.rgb == YELLOW
    assert sheet["C3"].comment.text == "Must mend: Give a real date. February 2009 had 28 days."
    assert sheet["C2"].fill.fill_type is None
    assert sheet["C2"].comment is None


def test_nothing_else_is_touched(original):
    book = mark(original)
    sheet = book["Our pupils"]
    assert [cell.value for cell in sheet[1]][1:] == ["UPN", "DOB", "Surname", "Age", "Religion"]
    assert sheet["C2"].value == datetime(2009, 3, 27)  # noqa: DTZ001
    assert sheet["B2"].font.bold
    assert sheet["B2"].fill.fgColor.rgb == "FF00FF00"
    assert sheet["B2"].comment.text == "our own note"
    assert sheet["B3"].hyperlink.ref == "B3"
    assert sheet["B5"].value == "007"
    assert sheet.column_dimensions["C"].width == 33
    assert sheet.column_dimensions["D"].hidden
    assert not sheet.column_dimensions["C"].hidden
    assert [str(area) for area in sheet.merged_cells.ranges] == ["B7:C8"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "B1:F5"
    assert sheet.print_area == "'Our pupils'!$B$1:$F$5"
    assert book["Notes"]["A2"].value == 5
    assert book["Notes"].tables["Few"].ref == "C1:D3"


def test_formulas_lists_and_formats_follow_their_columns(original):
    book = mark(original)
    sheet = book["Our pupils"]
    assert sheet["E2"].value == '=DATEDIF(C2,TODAY(),"y")'
    assert sheet["E3"].value == "=SUM($C3:D$3)"
    assert sheet["E4"].value == "=COUNTA(B:B)+Notes!A1+'Our pupils'!C2"
    assert sheet["E5"].value == "=MYTAX2024X+B1"
    assert (sheet["E6"].value.ref, sheet["E6"].value.text) == ("E6:E6", "=SUM(C2:C3*D2:D3)")
    assert book["Notes"]["A1"].value == "='Our pupils'!C2+A2"
    lists = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    assert lists == {"D2:D9": "$H$1:$H$3", "F2:F9": '"A1,B2"'}
    (formats,) = sheet.conditional_formatting
    assert str(formats.sqref) == "C2:C9"
    assert formats.rules[0].formula == ["$C2>39000"]


def test_hostile_cells_stay_text(original):
    headed = opened(original)
    headed["Our pupils"]["B1"].value = "=EVIL()"
    headed["Our pupils"]["B1"].data_type = "s"
    sheet = mark(saved(headed))["Our pupils"]
    assert sheet["D5"].value.startswith("=cmd")
    assert {sheet[at].data_type for at in ("D5", "C1", "A3")} == {"s"}
    assert sheet["A3"].value.startswith("=EVIL(). Must mend")


def test_the_marked_workbook_is_read_back_with_the_same_rows(original):
    marked = annotate_workbook(original, PROBLEMS, filename="pupils.xlsx")
    with read_table(marked, filename="pupils.xlsx") as table:
        assert table.sheet == "Our pupils"
        assert table.header[0].text == "What to mend"
        rows = {row.number: row.cells[1:4] for row in table.rows}
        assert rows[3] == ["H801200001002", "31/02/2009", None]
        assert rows[4] == ["H801200001003", 39899, "Bielik2"]
        assert not [notice for notice in table.notices if "About" in notice]


def test_marking_again_makes_the_first_column_afresh(original):
    once = annotate_workbook(original, PROBLEMS, filename="pupils.xlsx")
    sheet = mark(once, [CellProblem(4, 2, "Give a real date, like 27 3 2009.")])["Our pupils"]
    assert [cell.value for cell in sheet[1]][:3] == ["What to mend", "UPN", "DOB"]
    assert sheet["A3"].value is None
    assert sheet["A4"].value == "DOB. Must mend: Give a real date, like 27 3 2009."
    assert sheet["C4"].fill.fgColor.rgb == RED
    assert sheet["C3"].fill.fill_type is None
    assert sheet["C3"].comment is None
    assert sheet["D4"].fill.fill_type is None
    assert sheet["B2"].fill.fgColor.rgb == "FF00FF00"
    assert sheet["B2"].comment.text == "our own note"


def test_a_sheet_says_how_to_go_on(original):
    book = mark(original)
    assert book.sheetnames == ["Our pupils", "Notes", "About this file"]
    lines = [row[0] for row in book["About this file"].iter_rows(values_only=True)]
    assert "Rows to look at: 3." in lines


@pytest.mark.parametrize("most_cells", [10**6, 0], ids=["in place", "as a copy"])
def test_columns_that_may_not_be_kept_come_back_empty(original, most_cells, monkeypatch):
    monkeypatch.setattr(marking, "MOST_CELLS_IN_PLACE", most_cells)
    with_name = opened(original)
    with_name.defined_names["secret"] = DefinedName("secret", attr_text='"private"')
    with_name["Notes"]["A3"] = "private"
    marked = annotate_workbook(
        saved(with_name), PROBLEMS, filename="pupils.xlsx", leave_out=["religion"]
    )
    with zipfile.ZipFile(io.BytesIO(marked)) as package:
        assert not [name for name in package.namelist() if b"private" in package.read(name)]
    book = opened(marked)
    assert book.sheetnames == ["Our pupils", "About this file"]
    assert book["Our pupils"]["F1"].value == "Religion"
    assert book["Our pupils"]["B3"].value == "H801200001002"
    lines = [row[0] for row in book["About this file"].iter_rows(values_only=True)]
    assert 'We left out what was in these columns, which we may not keep: "Religion".' in lines
    assert "For the same reason we left out the other sheets." in lines


def test_a_csv_comes_back_as_a_workbook_with_the_same_rows_as_text():
    content = (
        b"UPN,DOB,Surname,Note\r\n"
        b"H801200001001,27/03/2009,Oduya,=1+1\r\n"
        b"H801200001002,31/02/2009,,007\r\n"
        b"\r\n"
        b"H801200001003,x,y,z,too,many\r\n"
    )
    problems = [NOT_REAL, NO_NAME, CellProblem(5, None, "This row has 6 cells.")]
    marked = annotate_workbook(content, problems, filename="pupils.csv")
    book = opened(marked)
    assert book.sheetnames == ["Rows", "About this file"]
    sheet = book["Rows"]
    assert [cell.value for cell in sheet[1]][:5] == [
        "What to mend",
        "UPN",
        "DOB",
        "Surname",
        "Note",
    ]
    assert sheet["E2"].value == "=1+1"
    assert sheet["E2"].data_type == "s"
    assert sheet["E3"].value == "007"
    assert sheet["C3"].value == "31/02/2009"
    assert sheet["C3"].fill.fgColor.rgb == sheet["D3"].fill.fgColor.rgb == RED
    assert sheet["C3"].comment.text == NOT_REAL.note
    assert sheet["A5"].value == "Must mend: This row has 6 cells."
    assert [cell.value for cell in sheet[5]][1:] == ["H801200001003", "x", "y", "z", "too", "many"]

    again = opened(annotate_workbook(marked, [], filename="pupils.xlsx"))["Rows"]
    assert [cell.value for cell in again[1]][:3] == ["What to mend", "UPN", "DOB"]
    assert again["A3"].value is None


def test_too_large_a_workbook_comes_back_as_a_copy_of_its_rows(original, monkeypatch):
    monkeypatch.setattr(marking, "MOST_CELLS_IN_PLACE", 3)
    once = annotate_workbook(original, PROBLEMS, filename="pupils.xlsx")
    for book in (opened(once), mark(once, [CellProblem(3, 2, NOT_REAL.message)])):
        sheet = book["Our pupils"]
        assert [cell.value for cell in sheet[1]][:3] == ["What to mend", "UPN", "DOB"]
        assert sheet["A3"].value.startswith("DOB. Must mend: Give a real date.")
        assert sheet["C2"].value == datetime(2009, 3, 27)  # noqa: DTZ001
        assert sheet["C4"].value == 39899
        assert sheet["C3"].fill.fgColor.rgb == RED
        lines = [row[0] for row in book["About this file"].iter_rows(values_only=True)]
        assert (
            'This is a copy of the rows of the sheet "Our pupils", without their formats.' in lines
        )


def test_a_workbook_that_only_excel_would_open_comes_back_as_a_copy(original, monkeypatch):
    def refuse(*_):
        raise TypeError("expected <class 'float'>")

    monkeypatch.setattr(openpyxl, "load_workbook", refuse)
    marked = annotate_workbook(original, PROBLEMS, filename="pupils.xlsx")
    monkeypatch.undo()
    assert opened(marked)["Our pupils"]["A3"].value.startswith("DOB. Must mend")


def test_no_working_file_is_left_on_disk_in_clear(original, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "there is no such folder"))
    assert mark(original)["Our pupils"]["A1"].value == "What to mend"
    assert mark(b"UPN\n1\n", [], "x.csv")["Rows"]["A1"].value == "What to mend"


def test_what_cannot_be_read_cannot_be_marked():
    with pytest.raises(CannotRead, match="This file is empty"):
        annotate_workbook(b"", [], filename="pupils.xlsx")


def test_a_problem_in_a_merged_cell_is_told_in_the_first_column(original):
    sheet = mark(original, [CellProblem(7, 1, "Give a real date.")])["Our pupils"]
    assert sheet["A7"].value == "DOB. Must mend: Give a real date."
