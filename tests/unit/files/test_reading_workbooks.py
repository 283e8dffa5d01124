import io
import struct
import zipfile
import zlib
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter

from ccis.files import workbook_process
from ccis.files.reading import CannotRead, Limits, read_table
from ccis.files.values import parse_date

UNSAFE = "This file opens to more than we can read safely"


def workbook(*sheets, options=None):
    """An .xlsx made by functions that each fill in one sheet: ``fill(book, sheet)``."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options or {}) as book:
        for fill in sheets:
            fill(book, book.add_worksheet())
    return content.getvalue()


def table_of(*rows, at=(0, 0), name=None, hidden=False):
    """A function that fills a sheet with rows of plain values."""

    def fill(book, sheet):
        if name:
            sheet.name = name
            sheet.activate()
        if hidden:
            sheet.hide()
        for number, row in enumerate(rows, start=at[0]):
            sheet.write_row(number, at[1], row)

    return fill


def repacked(content, **changes):
    """The same zip with parts replaced or, given ``None``, left out. ``/`` is written ``__``."""
    parts = {name.replace("__", "/").replace("_dot_", "."): new for name, new in changes.items()}
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = parts.pop(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in parts.items():
            new.writestr(name, part)
    return packed.getvalue()


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name)


def read(content, *, filename="pupils.xlsx", **how):
    with read_table(content, filename=filename, **how) as table:
        return table, {row.number: row for row in table.rows}


def refusal(content, **how):
    with pytest.raises(CannotRead) as refused:
        read(content, **how)
    return str(refused.value)


PLAIN = workbook(table_of(["UPN", "Name"], ["H801200001001", "Zoë"]))


# --- Values ------------------------------------------------------------------------------


def test_cells_come_as_what_they_are():
    def fill(book, sheet):
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        clock = book.add_format({"num_format": "hh:mm"})
        sheet.write_row(0, 0, list("ABCDEFGHIJ"))
        sheet.write_string(1, 0, "Zoë\nO’Neill")
        sheet.write_number(1, 1, 1234567890)
        sheet.write_number(1, 2, 95.5)
        sheet.write_boolean(1, 3, True)
        sheet.write_datetime(1, 4, datetime(2009, 3, 27), day)  # noqa: DTZ001
        sheet.write_datetime(1, 5, datetime(2009, 3, 27, 9, 30), moment)  # noqa: DTZ001
        sheet.write_datetime(1, 6, time(9, 30), clock)
        sheet.write_string(1, 7, "  ")
        sheet.write_blank(1, 8, None, day)
        sheet.write_number(1, 9, 39899)

    table, rows = read(workbook(fill))
    assert rows[2].cells == [
        "Zoë\nO’Neill",
        1234567890,
        95.5,
        True,
        date(2009, 3, 27),
        datetime(2009, 3, 27, 9, 30),  # noqa: DTZ001
        time(9, 30),
        "  ",
        None,
        39899,
    ]
    assert parse_date(rows[2].cells[4]) == parse_date(rows[2].cells[9]) == date(2009, 3, 27)
    assert (table.kind, table.sheet, table.date_system) == ("Excel workbook", "Sheet1", 1900)
    assert table.notices == []


def test_a_length_of_time_is_kept_as_one():
    def fill(book, sheet):
        sheet.write(0, 0, "Hours")
        sheet.write_datetime(
            1, 0, timedelta(hours=30, minutes=15), book.add_format({"num_format": "[h]:mm"})
        )

    _, rows = read(workbook(fill))
    assert rows[2].cells == [timedelta(hours=30, minutes=15)]


def test_a_workbook_that_counts_days_from_1904_says_so():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["Marked", "Not marked"])
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_datetime(1, 0, datetime(2009, 3, 27), day)  # noqa: DTZ001
        sheet.write_number(1, 1, 39899 - 1462)

    table, rows = read(workbook(fill, options={"date_1904": True}))
    assert table.date_system == 1904
    marked, not_marked = rows[2].cells
    assert marked == date(2009, 3, 27)
    assert parse_date(not_marked, date_system=table.date_system) == date(2009, 3, 27)


def test_characters_that_excel_writes_in_code_are_read():
    _, rows = read(workbook(table_of(["Note"], ["line_x000D__x000A_two_x0000__xD800__x005F_"])))
    assert rows[2].cells == ["line\ntwo_"]


# --- Rows --------------------------------------------------------------------------------


def test_rows_and_columns_are_counted_as_the_spreadsheet_shows_them():
    rows = (["UPN", "Name"], ["H801200001001", "Amara"], [], [None, "Tomasz"])
    table, read_rows = read(workbook(table_of(*rows, at=(2, 1))))
    assert table.header_row == 3
    assert [heading.letter for heading in table.header] == ["A", "B", "C"]
    assert {number: row.cells for number, row in read_rows.items()} == {
        4: [None, "H801200001001", "Amara"],
        6: [None, None, "Tomasz"],
    }
    assert table.notices == [
        "We skipped 2 empty rows above the headings",
        "Column A has no heading",
        "We skipped 1 empty row between the others",
    ]


def test_many_rows_keep_their_numbers_from_one_batch_to_the_next():
    lines = [[number] if number % 7 else [] for number in range(2, 1_800)]
    _, rows = read(workbook(table_of(["Number"], *lines)))
    assert list(rows) == [number for number in range(2, 1_800) if number % 7]
    assert all(row.cells == [number] for number, row in rows.items())


def test_a_cell_beyond_the_headings_is_a_problem_of_its_row():
    _, rows = read(workbook(table_of(["UPN", "Name"], ["a", "b", None, "note"], ["c"])))
    assert rows[2].problem == "This row has 4 cells and there are 2 headings."
    assert rows[3].problem is None
    assert rows[3].cells == ["c", None]


# --- Sheets ------------------------------------------------------------------------------


def test_hidden_sheets_are_never_read():
    content = workbook(
        table_of(["Secret"], ["hidden"], name="Old list", hidden=True),
        table_of(["UPN"], ["H801200001001"], name="Pupils"),
        lambda book, sheet: sheet.very_hidden(),
    )
    table, rows = read(content)
    assert table.sheet == "Pupils"
    assert rows[2].cells == ["H801200001001"]
    assert table.notices == [
        'The sheet "Old list" is hidden, so we did not read it',
        'The sheet "Sheet3" is hidden, so we did not read it',
    ]
    assert refusal(content, sheet="Old list") == (
        "This workbook has no sheet of that name that is not hidden"
    )


def test_a_workbook_with_every_sheet_hidden_is_refused():
    content = workbook(table_of(["UPN"], ["a"]))
    book = part(content, "xl/workbook.xml").replace(b"<sheet ", b'<sheet state="hidden" ')
    assert refusal(repacked(content, xl__workbook_dot_xml=book)) == (
        "Every sheet of this workbook is hidden. Show the one to read"
    )


def test_the_first_visible_sheet_with_anything_in_it_is_read():
    content = workbook(
        lambda book, sheet: None,
        table_of(["UPN"], ["first"], name="Pupils"),
        table_of(["UPN"], ["second"], name="Notes"),
    )
    table, rows = read(content)
    assert rows[2].cells == ["first"]
    assert table.notices == ['We read the sheet "Pupils" and not "Sheet1" and "Notes"']

    table, rows = read(content, sheet="Notes")
    assert table.sheet == "Notes"
    assert rows[2].cells == ["second"]


# --- Formulas, merged cells, hidden rows --------------------------------------------------


def test_formulas_give_the_results_last_saved():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["UPN", "Age", "Link", "Empty", "Wrong"])
        sheet.write(1, 0, "H801200001001")
        sheet.write_formula(1, 1, '=1+1&""', None, "2")
        sheet.write_formula(1, 2, '=HYPERLINK("http://example.org","x")', None, "x")
        sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")

    content = workbook(fill)
    sheet = part(content, "xl/worksheets/sheet1.xml").replace(
        b'<c r="E2"', b'<c r="D2"><f>TODAY()</f></c><c r="E2"'
    )
    table, rows = read(repacked(content, xl__worksheets__sheet1_dot_xml=sheet))
    assert rows[2].cells == ["H801200001001", "2", "x", None, None]
    assert table.notices == [
        "Column B has formulas. We used the results last saved",
        "Column C has formulas. We used the results last saved",
        "Column D has formulas. We used the results last saved",
        "Column E has formulas. We used the results last saved",
        "Column D has formulas with no result saved, which we read as empty. "
        "Open the workbook in Excel, save it and send it again",
        "Column E has formulas in error, like #N/A. We read them as empty",
    ]


def test_lists_to_choose_from_and_filters_are_not_taken_for_formulas():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["Gender"])
        sheet.write_row(1, 0, ["F"])
        sheet.data_validation("A2:A9", {"validate": "list", "source": ["F", "M"]})
        sheet.conditional_format(
            "A2:A9", {"type": "formula", "criteria": '=$A2="F"', "format": book.add_format()}
        )
        sheet.autofilter("A1:A9")

    table, _ = read(workbook(fill))
    assert table.notices == []


def test_merged_cells_hold_their_value_once():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["School", "Name"])
        sheet.merge_range("A2:A3", "Priory School")
        sheet.write(1, 1, "Amara")
        sheet.write(2, 1, "Tomasz")

    table, rows = read(workbook(fill))
    assert rows[2].cells == ["Priory School", "Amara"]
    assert rows[3].cells == [None, "Tomasz"]
    assert table.notices == [
        "Cells A2 to A3 are merged. Only the first cell of each holds its value"
    ]


def test_rows_that_a_filter_hides_are_read_with_a_notice():
    def fill(book, sheet):
        table_of(["UPN"], ["a"], ["b"])(book, sheet)
        sheet.set_row(1, options={"hidden": True})

    table, rows = read(workbook(fill))
    assert list(rows) == [2, 3]
    assert table.notices == ["Some rows are hidden or filtered out. We read them as well"]


def test_a_workbook_under_another_name_is_read_with_a_notice():
    table, rows = read(PLAIN, filename="pupils.csv")
    assert list(rows) == [2]
    assert "not named as an Excel workbook and is one" in table.notices[0]


# --- What is refused ---------------------------------------------------------------------


def test_an_empty_workbook_is_an_empty_file():
    assert refusal(workbook(lambda book, sheet: None)) == "This file is empty"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("word/document.xml", "a Word document"),
        ("ppt/presentation.xml", "a PowerPoint presentation"),
        ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
        ("xl/vbaProject.bin", "an Excel workbook with macros (.xlsm)"),
        ("Index/Document.iwa", "a Numbers spreadsheet"),
        ("holiday.jpg", "a zip file"),
    ],
)
def test_other_kinds_of_zip_are_named(name, kind):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(name, "x")
    assert refusal(packed.getvalue()) == (
        f"This is {kind}. Send an Excel workbook (.xlsx) or a CSV"
    )


def test_an_opendocument_spreadsheet_is_named():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<x/>")
    assert "an OpenDocument file (.ods)" in refusal(packed.getvalue())


@pytest.mark.parametrize(
    "damaged",
    [
        PLAIN[:-40],
        PLAIN[: len(PLAIN) // 2],
        b"PK\x03\x04 and nothing more",
        repacked(PLAIN, xl__worksheets__sheet1_dot_xml=None),
        repacked(PLAIN, xl__workbook_dot_xml=b"<workbook><sheets>"),
        repacked(PLAIN, xl__worksheets__sheet1_dot_xml=b"<worksheet><sheetData><row><c>"),
    ],
    ids=["no end", "half", "no zip", "no sheet", "list cut off", "sheet cut off"],
)
def test_a_damaged_workbook_is_refused(damaged):
    assert refusal(damaged) in (
        "This workbook is damaged. Open it in Excel, save it again and send that",
        "This file is empty",
    )


@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_wherever_they_are(name, encoding):
    old = part(PLAIN, name).decode()
    declaration = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    head, rest = old.split("?>", 1)
    hostile = f"{head}?>{declaration}{rest}".encode(encoding)
    changed = {name.replace("/", "__").replace(".", "_dot_"): hostile}
    assert "parts that we cannot read safely" in refusal(repacked(PLAIN, **changed))


def sheet_xml(rows):
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )


def test_a_bomb_is_refused_by_what_it_declares():
    row = b'<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    bomb = repacked(PLAIN, xl__worksheets__sheet1_dot_xml=sheet_xml(row * 600_000))
    assert len(bomb) < 300_000
    assert refusal(bomb) == UNSAFE
    assert refusal(PLAIN, limits=Limits(unpacked_bytes=1_000)) == UNSAFE
    assert refusal(PLAIN, limits=Limits(entries=3)) == UNSAFE


def test_a_bomb_in_a_part_that_nobody_reads_is_refused_too():
    assert refusal(repacked(PLAIN, xl__media__a_dot_bin=b"\0" * 30_000_000)) == UNSAFE


def test_a_bomb_that_declares_less_than_it_holds_is_refused():
    row = b'<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    content = sheet_xml(row * 100_000)
    bomb = bytearray(repacked(PLAIN, xl__worksheets__sheet1_dot_xml=content))
    true_size = struct.pack("<I", len(content))
    assert bomb.count(true_size) == 2
    lying = bytes(bomb).replace(true_size, struct.pack("<I", 1_000))
    assert refusal(lying) == UNSAFE


def test_two_parts_of_one_name_are_refused():
    packed = io.BytesIO(PLAIN)
    with zipfile.ZipFile(packed, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("xl/workbook.xml", part(PLAIN, "xl/workbook.xml"))
    assert refusal(packed.getvalue()) == UNSAFE


def test_a_way_of_packing_that_excel_does_not_use_is_refused():
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(PLAIN)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "parts that we cannot read safely" in refusal(packed.getvalue())


def test_a_stray_cell_far_below_is_told_with_its_row():
    content = workbook(table_of(["UPN"], ["a"]), options={"constant_memory": True})
    sheet = part(content, "xl/worksheets/sheet1.xml").replace(
        b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    )
    assert refusal(repacked(content, xl__worksheets__sheet1_dot_xml=sheet)) == (
        "This sheet goes down to row 1,048,576, and we can read 1,000,000. "
        "Delete what is below your last row, or send it in parts"
    )


def test_too_many_columns_are_refused():
    content = workbook(table_of(["UPN"], ["a"]))
    sheet = part(content, "xl/worksheets/sheet1.xml").replace(
        b"</row></sheetData>", b'<c r="ZZ2"><v>1</v></c></row></sheetData>'
    )
    assert "This sheet has 702 columns, and we can read 500." in refusal(
        repacked(content, xl__worksheets__sheet1_dot_xml=sheet)
    )


def test_a_sheet_that_takes_too_much_memory_ends_only_its_own_process():
    content = workbook(table_of(["UPN"], ["a"]))
    sheet = part(content, "xl/worksheets/sheet1.xml").replace(
        b"</sheetData>", b'<row r="900000"><c r="SF900000"><v>1</v></c></row></sheetData>'
    )
    assert refusal(repacked(content, xl__worksheets__sheet1_dot_xml=sheet)) == UNSAFE


@pytest.mark.parametrize(
    "program",
    [
        "import time; time.sleep(60)",
        "raise SystemExit(3)",
        "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(b'\\xff' * 4)",
        "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(b'\\0\\0\\0\\x09{\"sheet')",
    ],
    ids=["it hangs", "it crashes", "it floods", "it breaks off"],
)
def test_a_reader_that_hangs_or_crashes_is_given_up(program, tmp_path, monkeypatch):
    stand_in = tmp_path / "program.py"
    stand_in.write_text(program)
    monkeypatch.setattr(workbook_process, "__file__", str(stand_in))
    assert refusal(PLAIN, limits=Limits(seconds=1)) == UNSAFE


def test_reading_can_be_left_at_any_row_and_the_process_ends():
    content = workbook(table_of(["Number"], *([n] for n in range(3_000))))
    with read_table(content, filename="x.xlsx") as table:
        assert next(table.rows).cells == [0]
        process = table._source._process
        assert process.poll() is None
    assert process.poll() is not None
    with pytest.raises(CannotRead):
        list(table.rows)


def test_the_process_is_given_no_settings_and_no_secrets(tmp_path, monkeypatch):
    stand_in = tmp_path / "program.py"
    seen = tmp_path / "seen"
    stand_in.write_text(f"import os; open({str(seen)!r}, 'w').write(repr(dict(os.environ)))")
    monkeypatch.setenv("FILE_KEY", "a secret")
    monkeypatch.setattr(workbook_process, "__file__", str(stand_in))
    refusal(PLAIN)
    assert "secret" not in seen.read_text()


# --- The process itself, in this one so that its lines are seen ---------------------------


def frames(content, **limits):
    asked = {"sheet": None, "entries": 2_000, "unpacked_bytes": 10**8, "ratio": 100}
    asked |= {"rows": 10**6, "columns": 500, "cell_characters": 32_767} | limits
    out = io.BytesIO()
    workbook_process.answer(content, asked, out)
    sent, found = out.getvalue(), []
    while sent:
        (size,) = struct.unpack(">I", sent[:4])
        found.append(sent[4 : 4 + size])
        sent = sent[4 + size :]
    return found


def test_the_process_answers_in_frames():
    first, rows, last = frames(PLAIN)
    assert b'"name":"Sheet1"' in first
    assert rows == b'{"first":1,"rows":[["UPN","Name"],["H801200001001","Zo\\u00eb"]]}'
    assert last == b'{"end":true}'


def test_unpacking_stops_at_an_end_that_never_comes():
    packed = zlib.compressobj(wbits=-15)
    half = packed.compress(b"x" * 1_000) + packed.flush(zlib.Z_SYNC_FLUSH)
    with pytest.raises(workbook_process.Refused, match="damaged"):
        list(workbook_process.inflated(memoryview(half), zipfile.ZIP_DEFLATED))
    with pytest.raises(workbook_process.Refused, match="damaged"):
        list(workbook_process.inflated(memoryview(b"\xff\xff\xff"), zipfile.ZIP_DEFLATED))


def test_parts_that_were_stored_unpacked_are_counted_as_well():
    stored = b"x" * 2_500_000
    chunks = list(workbook_process.inflated(memoryview(stored), zipfile.ZIP_STORED))
    assert len(chunks) == 3
    assert b"".join(chunks) == stored
