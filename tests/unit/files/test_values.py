import contextlib
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccis.files.values import (
    CHECK_LETTERS,
    BadValue,
    as_text,
    is_temporary_upn,
    name_advice,
    normalise_header,
    parse_bool,
    parse_date,
    parse_dfe_number,
    parse_former_upn,
    parse_gender,
    parse_int,
    parse_name,
    parse_postcode,
    parse_ukprn,
    parse_uln,
    parse_upn,
    uln_check_digit,
    upn_check_letter,
)

MARCH = date(2009, 3, 27)


@pytest.mark.parametrize(
    "parse",
    [
        parse_bool,
        parse_date,
        parse_dfe_number,
        parse_former_upn,
        parse_gender,
        parse_int,
        parse_name,
        parse_postcode,
        parse_ukprn,
        parse_uln,
        parse_upn,
    ],
)
@pytest.mark.parametrize("cell", [None, "", "  ", "\u00a0\t"])
def test_an_empty_cell_is_no_value_and_no_error(parse, cell):
    assert parse(cell) is None


# --- Headings and text -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "same_as"),
    [
        ("DoB", "dob"),
        ("FSME on Census Day", "fsmeoncensusday"),
        (" Unique_Learner-Number ", "uniquelearnernumber"),
        ("Forename\n(legal)", "forenamelegal"),
        ("/", "/"),
        ("\\", "\\"),
        ("", ""),
    ],
)
def test_headings_are_compared_without_case_spacing_or_punctuation(heading, same_as):
    assert normalise_header(heading) == same_as


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1234567890.0, "1234567890"),
        (1.5, "1.5"),
        (True, "True"),
        (datetime(2021, 3, 11), "2021-03-11"),  # noqa: DTZ001
        (datetime(2021, 3, 11, 9, 30), "2021-03-11 09:30:00"),  # noqa: DTZ001
        (MARCH, "2009-03-27"),
        (" Zoë ", "Zoë"),
        (None, ""),
    ],
)
def test_cells_as_somebody_would_type_them(cell, text):
    assert as_text(cell) == text


# --- Dates -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        MARCH,
        datetime(2009, 3, 27, 23, 59),  # noqa: DTZ001
        "27/03/2009",
        "27/3/2009",
        " 27 / 3 / 2009 ",
        "27-03-2009",
        "27.03.2009",
        "27 3 2009",
        "27/03/09",
        "27 March 2009",
        "27th March 2009",
        "27-Mar-09",
        "27Mar2009",
        "March 27, 2009",
        "2009-03-27",
        "2009/03/27",
        "2009-03-27 00:00:00",
        "2009-03-27T00:00:00.000Z",
        "27/03/2009 00:00",
        "27/03/2009 12:00:00 AM",
        "20090327",
        20090327,
        39899,
        39899.0,
        39899.75,
        "39899",
        "39899.0",
    ],
)
def test_dates_as_real_systems_write_them(cell):
    assert parse_date(cell) == MARCH


def test_the_day_comes_first():
    assert parse_date("11/03/2021") == date(2021, 3, 11)
    assert parse_date("2021-03-11 00:00:00") == date(2021, 3, 11)
    assert parse_date(44620) == date(2022, 2, 28)


def test_serial_dates_of_a_workbook_that_counts_from_1904():
    assert parse_date(39899 - 1462, date_system=1904) == MARCH


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("31/02/2009", "Give a real date. February 2009 had 28 days."),
        ("30/02/2008", "Give a real date. February 2008 had 29 days."),
        ("31/04/2010", "Give a real date. April 2010 had 30 days."),
        ("2009-02-31", "Give a real date. February 2009 had 28 days."),
        ("03/27/2009", "Give a real date, with the day before the month."),
        ("00/03/2009", "Give a real date, like 27 3 2009."),
        ("27/00/2009", "Give a real date, like 27 3 2009."),
        ("27/03/1066", "Give a real date. The year must be from 1900 to 2100."),
        ("27/03/209", "Give a real date, like 27 3 2009."),
        ("27 Martember 2009", "Give a real date, like 27 3 2009."),
        ("2009", "Give a real date, like 27 3 2009."),
        (2009, "Give a real date, like 27 3 2009."),
        (0, "Give a real date, like 27 3 2009."),
        (-1.5, "Give a real date, like 27 3 2009."),
        (float("inf"), "Give a real date, like 27 3 2009."),
        (float("nan"), "Give a real date, like 27 3 2009."),
        ("99999", "Give a real date, like 27 3 2009."),
        ("n/k", "Give a real date, like 27 3 2009."),
        (True, "Give a real date, like 27 3 2009."),
        (time(9, 30), "Give a real date, like 27 3 2009."),
        ("٢٧/٠٣/٢٠٠٩", "Give a real date, like 27 3 2009."),
        (datetime(1899, 12, 31), "Give a real date. The year must be from 1900 to 2100."),  # noqa: DTZ001
    ],
)
def test_dates_that_are_not_real_are_refused_in_plain_words(cell, message):
    with pytest.raises(BadValue) as refused:
        parse_date(cell)
    assert refused.value.message == str(refused.value) == message
    assert refused.value.code == "date not real"


@pytest.mark.parametrize(
    ("text", "not_after", "read"),
    [
        ("29/02/08", date(2026, 11, 21), date(2008, 2, 29)),
        ("21/11/26", date(2026, 11, 21), date(2026, 11, 21)),
        ("22/11/26", date(2026, 11, 21), date(1926, 11, 22)),
        ("01/09/99", date(2026, 11, 21), date(1999, 9, 1)),
        ("01/09/26", None, date(2026, 9, 1)),
        ("01/09/49", None, date(2049, 9, 1)),
        ("01/09/50", None, date(1950, 9, 1)),
    ],
)
def test_a_year_of_two_digits_is_the_likely_one(text, not_after, read):
    assert parse_date(text, not_after=not_after) == read


@given(st.dates(date(1930, 1, 1), date(2090, 12, 31)))
def test_every_date_is_read_back_from_each_form(day):
    serial = (day - date(1899, 12, 30)).days
    for cell in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day} {day:%B %Y}", serial, str(serial)):
        assert parse_date(cell) == day


@given(st.text(max_size=30) | st.floats() | st.integers())
def test_any_cell_at_all_is_a_date_or_a_clear_error(cell):
    with contextlib.suppress(BadValue):
        read = parse_date(cell)
        assert read is None or 1900 <= read.year <= 2100


# --- UPN and ULN -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "letter"),
    [("801200001001", "H"), ("306400109001", "A"), ("80120000100A", "U")],
    ids=["the published example", "another", "temporary"],
)
def test_the_first_letter_of_a_upn_follows_from_the_rest(body, letter):
    assert upn_check_letter(body) == letter
    assert parse_upn(letter + body) == letter + body


@pytest.mark.parametrize(
    "body", ["", "80120000100", "8012000010011", "80120000100I", "8O1200001001"]
)
def test_a_check_letter_is_not_made_from_something_else(body):
    with pytest.raises(ValueError, match="UPN"):
        upn_check_letter(body)


def test_a_upn_is_read_with_spaces_and_small_letters():
    assert parse_upn(" h801 200 001001 ") == "H801200001001"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("H80120000100", "UPN must be 13 characters; this has 12."),
        (801200001001, "UPN must be 13 characters; this has 12."),
        ("H8012000010011", "UPN must be 13 characters; this has 14."),
        ("8801200001001", "UPN must be a letter, 11 digits, and a last digit or letter."),
        ("HA01200001001", "UPN must be a letter, 11 digits, and a last digit or letter."),
        ("U80120000100I", "UPN cannot end in the letters I, O or S."),
        ("A801200001001", "UPN's first letter does not agree with its digits. Check each one."),
        ("H801200001010", "UPN's first letter does not agree with its digits. Check each one."),
    ],
)
def test_a_wrong_upn_is_refused_in_plain_words(cell, message):
    with pytest.raises(BadValue) as refused:
        parse_upn(cell)
    assert refused.value.message == message


def test_a_former_upn_is_named_so_in_its_errors():
    assert parse_former_upn("H801200001001") == "H801200001001"
    with pytest.raises(BadValue, match="Former UPN's first letter"):
        parse_former_upn("A801200001001")


def test_a_temporary_upn_ends_in_a_letter():
    assert is_temporary_upn("U80120000100A")
    assert not is_temporary_upn("H801200001001")


@given(st.from_regex(r"[0-9]{11}[0-9A-HJ-NP-RT-Z]", fullmatch=True), st.data())
def test_one_wrong_digit_in_a_upn_is_always_found(body, data):
    upn = upn_check_letter(body) + body
    assert parse_upn(upn) == upn
    place = data.draw(st.integers(1, 11))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != upn[place]]))
    with pytest.raises(BadValue):
        parse_upn(upn[:place] + other + upn[place + 1 :])


def test_the_check_alphabet_has_23_letters_without_i_o_and_s():
    assert len(CHECK_LETTERS) == 23
    assert not set("IOS") & set(CHECK_LETTERS)


def test_a_uln_ends_in_its_check_digit():
    assert uln_check_digit("100000000") == 0
    assert uln_check_digit("123456789") == 9
    assert uln_check_digit("100000004") == 3
    assert parse_uln("1234567899") == "1234567899"


@pytest.mark.parametrize(
    "cell", [1234567899, 1234567899.0, " 123 456 7899 ", "'1234567899", "1234567899.0"]
)
def test_a_uln_is_read_however_a_spreadsheet_holds_it(cell):
    assert parse_uln(cell) == "1234567899"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("98765", "ULN must be 10 digits; this has 5."),
        ("12345678999", "ULN must be 10 digits; this has 11."),
        ("0234567899", "ULN cannot begin with 0."),
        ("1234567890", "ULN's last digit does not agree with the others. Check each one."),
        ("9999999999", 'Leave the ULN empty. 9999999999 only stands for "no ULN yet".'),
        ("12345X7899", "ULN must be digits only."),
        (
            "1.23457E+09",
            "The spreadsheet has shortened this ULN. Show all its digits, then save again.",
        ),
    ],
)
def test_a_wrong_uln_is_refused_in_plain_words(cell, message):
    with pytest.raises(BadValue) as refused:
        parse_uln(cell)
    assert refused.value.message == message


def test_no_uln_begins_with_digits_that_leave_no_remainder():
    nine = next(str(n) for n in range(100_000_000, 100_000_100) if uln_check_digit(str(n)) is None)
    for last in "0123456789":
        with pytest.raises(BadValue, match="last digit"):
            parse_uln(nine + last)


def test_a_check_digit_is_made_from_nine_digits_only():
    with pytest.raises(ValueError, match="nine digits"):
        uln_check_digit("12345678")


# --- Schools, providers, places ----------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "number"),
    [("3064001", "3064001"), ("306/4001", "3064001"), ("306 4001", "3064001"), (4001.0, "4001")],
)
def test_dfe_numbers(cell, number):
    assert parse_dfe_number(cell) == number


@pytest.mark.parametrize("cell", ["306", "30640011", "ABC4001", "1.5"])
def test_other_numbers_are_not_dfe_numbers(cell):
    with pytest.raises(BadValue, match="DfE number"):
        parse_dfe_number(cell)


def test_ukprns():
    assert parse_ukprn(10012345) == parse_ukprn("1001 2345") == "10012345"
    for cell in ("20012345", "1001234", "100123456", "UKPRN"):
        with pytest.raises(BadValue, match="UKPRN"):
            parse_ukprn(cell)


@pytest.mark.parametrize(
    ("cell", "postcode"),
    [
        ("M11AE", "M1 1AE"),
        ("b338th", "B33 8TH"),
        (" CR2  6XH ", "CR2 6XH"),
        ("DN55 1PT", "DN55 1PT"),
        ("w1a 0ax", "W1A 0AX"),
        ("EC1A-1BB", "EC1A 1BB"),
        ("ZZ99 3VZ", "ZZ99 3VZ"),
    ],
)
def test_postcodes_are_written_in_capitals_with_one_space(cell, postcode):
    assert parse_postcode(cell) == postcode


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("NG1", "Give the whole postcode, or leave it empty."),
        ("CR2 OXH", "The last part of the postcode begins with the letter O. Make it the digit 0."),
        ("NG1 55B", "Give a real postcode, like NG1 5AB."),
        ("ABC1 1AA", "Give a real postcode, like NG1 5AB."),
        (12345, "Give a real postcode, like NG1 5AB."),
    ],
)
def test_a_postcode_that_is_not_one(cell, message):
    with pytest.raises(BadValue) as refused:
        parse_postcode(cell)
    assert refused.value.message == message


# --- Names -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("  Amara\u00a0 Oduya ", "Amara Oduya"),
        ("O’Neill-Fforde", "O’Neill-Fforde"),
        ("Zoe\u0308", "Zoë"),
        ("Łukasz", "Łukasz"),
        ("عائشة", "عائشة"),
        ("\ufeffSian\x00", "Sian"),
        ("Ming\nYue", "Ming Yue"),
    ],
)
def test_names_keep_their_letters_in_any_script(cell, name):
    assert parse_name(cell) == name
    assert name_advice(name) is None


@pytest.mark.parametrize("cell", ["-", "...", 42, "x" * 101])
def test_what_cannot_be_a_name(cell):
    with pytest.raises(BadValue, match="Give a name"):
        parse_name(cell)


@pytest.mark.parametrize("name", ["Sam2", "Sam (Samuel)", "Sam/Samuel", 'Sam "Sammy"', "Sam?"])
def test_a_name_that_the_return_will_not_take_is_kept_with_advice(name):
    assert parse_name(name) == name
    assert "The return does not take" in (name_advice(name) or "")


# --- Small values ------------------------------------------------------------------------


def test_genders():
    assert parse_gender("f") == parse_gender("Female") == "F"
    assert parse_gender(" M ") == "M"
    assert parse_gender("Withheld") == "W"
    with pytest.raises(BadValue, match="Give F, M, U"):
        parse_gender("N")


@pytest.mark.parametrize("cell", [True, "True", "TRUE", "y", "Yes", 1, 1.0, "1"])
def test_yes_in_all_its_forms(cell):
    assert parse_bool(cell) is True


@pytest.mark.parametrize("cell", [False, "False", "n", "No", 0, 0.0, "0"])
def test_no_in_all_its_forms(cell):
    assert parse_bool(cell) is False


def test_neither_yes_nor_no():
    with pytest.raises(BadValue, match="Give Yes or No"):
        parse_bool("maybe")


def test_whole_numbers():
    assert parse_int(12.0) == parse_int("12") == parse_int(" 12.0 ") == 12
    assert parse_int("1,204") == 1204
    assert parse_int("-3") == -3
    for cell in ("1.5", 1.5, "twelve", True, float("inf"), "9" * 40):
        with pytest.raises(BadValue, match="Give a whole number"):
            parse_int(cell)


def test_whole_numbers_within_bounds():
    assert parse_int(13, least=0, most=13) == 13
    with pytest.raises(BadValue, match="of 13 or less"):
        parse_int(14, least=0, most=13)
    with pytest.raises(BadValue, match="of 0 or more"):
        parse_int(-1, least=0, most=13)
