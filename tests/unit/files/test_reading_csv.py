import codecs
import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccis.files.reading import CannotRead, Limits, column_letter, read_table

HEADER = "UPN,Forename,Surname"


def read(content, *, filename="pupils.csv", **how):
    """The rows of a CSV as lists of cells, by number, and its notices."""
    content = content.encode() if isinstance(content, str) else content
    table = read_table(content, filename=filename, **how)
    return table, {row.number: row for row in table.rows}


def cells(rows):
    return {number: row.cells for number, row in rows.items()}


def refusal(content, **how):
    with pytest.raises(CannotRead) as refused:
        read(content, **how)
    return str(refused.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_columns_may_be_parted_by_any_usual_mark(delimiter, newline):
    lines = ["UPN,Forename,Surname", "H801200001001,Amara,Oduya", ",Tomasz,Bielik"]
    table, rows = read(newline.join(lines).replace(",", delimiter))
    assert [heading.text for heading in table.header] == ["UPN", "Forename", "Surname"]
    assert [heading.letter for heading in table.header] == ["A", "B", "C"]
    assert (table.kind, table.header_row, table.delimiter) == ("CSV", 1, delimiter)
    assert cells(rows) == {2: ["H801200001001", "Amara", "Oduya"], 3: [None, "Tomasz", "Bielik"]}
    assert table.notices == []


def test_commas_inside_an_address_do_not_hide_the_semicolons():
    table, rows = read("Name;Address\nAmara;12 High Street, Northgate, Kent, England\n")
    assert table.delimiter == ";"
    assert rows[2].cells == ["Amara", "12 High Street, Northgate, Kent, England"]


def test_excels_own_line_that_names_the_separator_is_no_row():
    table, rows = read("sep=;\r\nName;Town\r\nAmara;Northgate\r\n")
    assert table.header_row == 1
    assert cells(rows) == {2: ["Amara", "Northgate"]}


def test_one_column_is_enough():
    table, rows = read("UPN\nH801200001001\n")
    assert len(table.header) == 1
    assert rows[2].cells == ["H801200001001"]


def test_rows_are_counted_as_a_spreadsheet_shows_them():
    table, rows = read(
        'Name,Address\n"Amara","12 High Street\r\nNorthgate"\n\n"Tomasz","9 ""Low"" Road"\n'
    )
    assert cells(rows) == {
        2: ["Amara", "12 High Street\r\nNorthgate"],
        4: ["Tomasz", '9 "Low" Road'],
    }
    assert table.notices == ["We skipped 1 empty row between the others"]


def test_empty_rows_are_skipped_above_between_and_below():
    table, rows = read(f"\n , \n{HEADER}\n\n,,\nH801200001001,Amara,Oduya\n\n,,\n\n")
    assert table.header_row == 3
    assert list(rows) == [6]
    assert table.notices == [
        "We skipped 2 empty rows above the headings",
        "We skipped 2 empty rows between the others",
    ]


def test_a_short_row_is_filled_and_a_long_one_is_a_problem_of_that_row():
    _, rows = read(f"{HEADER}\nH801200001001\na,b,c,,\na,b,c,d\na,b,c\n")
    assert rows[2].cells == ["H801200001001", None, None]
    assert rows[3].problem is None
    assert rows[3].cells == ["a", "b", "c"]
    assert rows[4].problem == "This row has 4 cells and there are 3 headings."
    assert rows[4].cells == ["a", "b", "c", "d"]
    assert rows[5].problem is None


def test_headings_are_tidied_but_kept_as_the_file_has_them():
    table, _ = read('" Date of\n Birth ",UPN,,Notes,upn,,\n1,2,3,4,5\n')
    assert [heading.text for heading in table.header] == [
        "Date of Birth",
        "UPN",
        "",
        "Notes",
        "upn",
    ]
    assert table.column("dob", "DATE OF BIRTH").position == 0
    assert table.column("Gender") is None
    assert table.notices == [
        "Column C has no heading",
        'The heading "UPN" is there more than once, in columns B and E',
    ]


# --- Letters -----------------------------------------------------------------------------

ACCENTS = f"{HEADER}\nH801200001001,Zoë,O’Neill\nH801200001002,Siân,Łukasik\n"
WINDOWS = ACCENTS.replace("Ł", "L")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (ACCENTS.encode(), "utf-8"),
        (codecs.BOM_UTF8 + ACCENTS.encode(), "utf-8-sig"),
        (codecs.BOM_UTF8 * 2 + ACCENTS.encode(), "utf-8-sig"),
        (ACCENTS.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + ACCENTS.encode("utf-16-be"), "utf-16"),
        (ACCENTS.encode("utf-16-le"), "utf-16-le"),
        (ACCENTS.encode("utf-16-be"), "utf-16-be"),
    ],
    ids=["plain", "mark", "two marks", "UTF-16", "UTF-16 other way", "no mark", "no mark, other"],
)
def test_letters_are_read_whatever_unicode_they_were_saved_in(content, encoding):
    table, rows = read(content)
    assert table.encoding == encoding
    assert table.header[0].text == "UPN"
    assert rows[2].cells == ["H801200001001", "Zoë", "O’Neill"]
    assert rows[3].cells[2] == "Łukasik"
    assert ("UTF-16" in " ".join(table.notices)) is encoding.startswith("utf-16")


def test_letters_of_windows_are_read_and_the_sender_is_asked_to_look():
    table, rows = read(WINDOWS.encode("cp1252"))
    assert rows[2].cells == ["H801200001001", "Zoë", "O’Neill"]
    assert table.notices == [
        "We read the letters of this file as Windows-1252. Look at names with accents"
    ]


@pytest.mark.parametrize(
    "content",
    [
        WINDOWS.encode("cp1252").replace("ë".encode("cp1252"), b"\x81"),
        ACCENTS.encode() + "H801200001003,Zoë,Bielik".encode("cp1252"),
        codecs.BOM_UTF8 + WINDOWS.encode("cp1252"),
        ACCENTS.encode().replace(b"Zo", b"\x00\x00"),
        bytes(range(1, 32)) * 10 + ACCENTS.encode(),
        ACCENTS.encode("utf-16")[:-1],
    ],
    ids=[
        "a byte that Windows does not have",
        "two encodings in one file",
        "a mark that is not true",
        "NULs inside",
        "control characters",
        "half a letter",
    ],
)
def test_letters_that_cannot_be_read_are_never_guessed(content):
    assert refusal(content) == (
        'We cannot read the letters in this file. Save it as "CSV UTF-8" and send it again'
    )


def test_a_mark_at_the_end_from_a_very_old_program_is_no_row():
    _, rows = read(f"{HEADER}\nH801200001001,Amara,Oduya\n\x1a")
    assert list(rows) == [2]


# --- Nothing, too much, and what is not a table -------------------------------------------


@pytest.mark.parametrize("content", ["", "\n", " \r\n\t", ",,,\n;;\n", "\ufeff", ' "","" \n'])
def test_an_empty_file_is_said_to_be_empty(content):
    assert refusal(content) == "This file is empty"


def test_headings_without_rows_are_a_notice():
    table, rows = read(f"{HEADER}\n\n")
    assert rows == {}
    assert table.notices == ["This file has headings and no rows"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"{\\rtf1 text}", "a rich text document (.rtf)"),
        (b"<?xml version='1.0'?><NCCIS/>", "an XML file"),
        (b"\xef\xbb\xbf<NCCIS>", "an XML file"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"<table><tr>", "a web page"),
        (b'[{"UPN": 1}]', "a JSON file"),
        (b'{ "rows": []}', "a JSON file"),
        (b"\x89PNG\r\n", "a picture"),
        (b"PK\x05\x06" + b"\0" * 18, "an empty zip file"),
        (b"\x1f\x8b\x08", "a packed file (.gz)"),
        (b"MZ\x90\0", "a program"),
    ],
)
def test_what_is_not_a_table_is_named(content, kind):
    assert refusal(content) == f"This is {kind}. Send an Excel workbook (.xlsx) or a CSV"


def test_a_heading_that_looks_like_the_start_of_something_else_is_fine():
    table, _ = read("MZ,[UPN],Name\n1,2,3\n")
    assert table.header[0].text == "MZ"


def test_old_office_files_are_told_apart():
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "an older Excel workbook (.xls)" in refusal(old + "Workbook".encode("utf-16-le"))
    assert "a Word document" in refusal(old + "WordDocument".encode("utf-16-le"))
    assert "an older Office document" in refusal(old)
    assert refusal(old + "EncryptedPackage".encode("utf-16-le"), filename="pupils.xlsx") == (
        "This workbook has a password. Take it off and send it again"
    )


def test_a_csv_named_as_a_workbook_is_read_with_a_notice():
    table, rows = read(f"{HEADER}\na,b,c\n", filename="pupils.XLSX")
    assert list(rows) == [2]
    assert "named as an Excel workbook and is a CSV" in table.notices[0]


def test_too_large_a_file_is_refused_before_it_is_looked_at():
    assert refusal(b"x" * 2_000_001, limits=Limits(file_bytes=2_000_000)) == (
        "This file is larger than 2 MB. Send it in parts"
    )


def test_too_many_columns_or_rows_are_refused():
    assert "This sheet has 4 columns, and we can read 3." in refusal(
        "a,b,c,d\n", limits=Limits(columns=3)
    )
    assert "goes down to row 4, and we can read 3." in refusal(
        "a\n1\n2\n3\n", limits=Limits(rows=3)
    )


def test_a_cell_may_have_as_many_characters_as_excel_allows():
    _, rows = read(f"Name,Note\nAmara,{'x' * 32_767}\nTomasz,{'x' * 32_768}\n")
    assert rows[2].problem is None
    assert rows[3].problem == "Column B has more than 32,767 characters."
    assert len(rows[3].cells[1]) == 32_767


def test_a_quotation_mark_that_is_not_closed_is_told_with_its_row():
    _, rows = read('Name,Note\nAmara,fine\nTomasz,"not closed\nPriya,swallowed\n')
    assert rows[2].problem is None
    assert "quotation mark" in rows[3].problem

    table = read_table(
        b'Name,Note\nAmara,fine\nTomasz,"' + b"swallowed\n" * 20_000, filename="pupils.csv"
    )
    assert next(table.rows).number == 2
    with pytest.raises(CannotRead, match="Row 3 has a cell too long to read"):
        next(table.rows)


def test_a_stray_quotation_mark_in_one_line_is_only_a_character():
    _, rows = read('Name,Note\nAmara,a 5" screen\n')
    assert rows[2].cells == ["Amara", 'a 5" screen']
    assert rows[2].problem is None


@given(
    st.binary(max_size=300)
    | st.text(alphabet='ab,;"\r\n\t\0é|= ', max_size=80).map(str.encode)
    | st.text(max_size=60).map(lambda text: text.encode("utf-16"))
)
def test_any_bytes_at_all_are_read_or_refused_in_words(content):
    with contextlib.suppress(CannotRead):
        table, rows = read(content)
        assert table.header
        assert all(len(row.cells) >= len(table.header) for row in rows.values())


# --- Ways in -----------------------------------------------------------------------------


def test_a_file_comes_as_a_path_as_content_or_opened(tmp_path):
    content = f"{HEADER}\nH801200001001,Amara,Oduya\n".encode()
    path = tmp_path / "pupils.csv"
    path.write_bytes(content)
    for source in (path, str(path), content, io.BytesIO(content)):
        with read_table(source, filename="pupils.csv") as table:
            assert [row.number for row in table.rows] == [2]


def test_rows_are_read_only_as_they_are_asked_for():
    content = (f"{HEADER}\n" + "a,b,c\n" * 50_000).encode()
    table = read_table(content, filename="pupils.csv")
    assert [next(table.rows).number for _ in range(3)] == [2, 3, 4]
    table.close()


@pytest.mark.parametrize(
    ("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_lettered_as_in_a_spreadsheet(position, letters):
    assert column_letter(position) == letters


@pytest.mark.parametrize(
    ("above", "row", "said"),
    [
        ("Fill in one row a learner\nAsk the desk,0115 496 0123\n\n", 4, "skipped 3 rows above"),
        ("Contact,Forename,Phone,UPN\nName of the school,A,0115,1\n", 3, "skipped 2 rows above"),
        ("Forename\n", 2, "skipped the row above"),
        ("\n\n", 3, "skipped 2 empty rows above"),
        ("", 1, ""),
    ],
    ids=["guidance", "a few headings", "one heading alone", "empty rows", "nothing"],
)
def test_headings_that_are_looked_for_are_found_below_other_rows(above, row, said):
    content = f"{above}UPN,Forename,Surname\nH801200001001,Amara,Oduya\n".encode()
    known = {"upn", "forename", "surname"}

    with read_table(content, filename="a.csv", headings=known) as table:
        rows = list(table.rows)

    assert (table.header_row, table.header[0].text) == (row, "UPN")
    assert [one.number for one in rows] == [row + 1]
    assert said in " ".join(table.notices)


def test_where_no_headings_are_found_the_first_row_stands_for_them_and_none_is_lost():
    content = b"One,Two\na,b\n\nc,d\n"

    with read_table(content, filename="a.csv", headings={"upn", "forename"}) as table:
        assert table.header_row == 1
        assert [one.number for one in table.rows] == [2, 4]
