"""What the search box understands."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.terms import Terms, is_reference, read_phone, read_terms, splits

TODAY = date(2026, 11, 24)
CODES = (re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-Z]"), re.compile(r"[1-9][0-9]{9}"))
BORN = date(2009, 3, 14)


def read(text: str) -> Terms:
    return read_terms(text, today=TODAY, is_code=lambda code: any(c.fullmatch(code) for c in CODES))


@pytest.mark.parametrize(
    "text",
    [
        "14/3/2009",
        "14/03/09",
        "14.3.2009",
        "14-03-2009",
        "14 3 2009",
        "2009-03-14",
        "14 March 2009",
        "14 mar 09",
        "14th march 2009",
        "14mar2009",
        "14032009",
    ],
)
def test_a_date_of_birth_is_read_any_way(text):
    assert read(text) == Terms(date_of_birth=BORN)


@pytest.mark.parametrize("text", ["oduya 14/3/2009", "14/3/2009 oduya", "oduya, 14 mar 2009"])
def test_a_name_and_a_date_of_birth_are_told_apart(text):
    assert read(text) == Terms(names=("oduya",), date_of_birth=BORN)


def test_a_date_that_does_not_exist_is_no_date():
    assert read("31/2/2009").date_of_birth is None


@pytest.mark.parametrize("text", ["ng1 4ab", "NG14AB", " ng14ab "])
def test_a_postcode_is_read_with_or_without_its_space(text):
    assert read(text) == Terms(postcode="NG1 4AB")


@pytest.mark.parametrize(
    "text", ["07700 900014", "07700900014", "+44 7700 900014", "0044 7700 900 014"]
)
def test_a_phone_number_is_read_with_or_without_spaces(text):
    assert read(text) == Terms(contact="07700900014")


def test_an_email_address_is_read():
    assert read("Amara@Example.org") == Terms(contact="amara@example.org")


@pytest.mark.parametrize("text", ["H801200001001", "h8012 0000 1001", "1000000027"])
def test_identifiers_are_read_in_any_case_and_spacing(text):
    assert read(text).codes == (text.replace(" ", "").upper(),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7F3K-Q29M", True),
        ("7f3kq29m", True),
        ("14032009", False),
        ("Jean-Paul", False),
        ("amara-07", False),
    ],
)
def test_a_reference_gives_itself_away_by_a_digit(text, expected):
    assert is_reference(text.upper()) is expected


def test_a_word_of_eight_letters_is_a_name_and_perhaps_a_reference():
    terms = read("Atherten")

    assert terms.names == ("Atherten",)
    assert terms.perhaps == ("ATHERTEN",)


def test_names_in_any_script_are_names():
    assert read("Łukasz Żółć").names == ("Łukasz", "Żółć")
    assert read("محمد").names == ("محمد",)


@pytest.mark.parametrize("text", ["", "  ", "?!", "/"])
def test_nothing_is_understood_of_nothing(text):
    assert read(text).is_empty


def test_kinds_name_what_was_given_and_never_the_values():
    assert read("oduya 14/3/2009 ng1 4ab").kinds == ("name", "date of birth", "postcode")


def test_words_part_into_names_both_ways_round():
    assert splits(["Leila", "Farouk", "Hart"]) == [
        ("Leila", "Farouk Hart"),
        ("Farouk Hart", "Leila"),
        ("Leila Farouk", "Hart"),
        ("Hart", "Leila Farouk"),
    ]


@given(st.text(max_size=300))
def test_any_text_at_all_is_read_without_a_fault(text):
    assert len(read(text).names) <= 6


@pytest.mark.parametrize("text", ["123", "12345678901234", "hello"])
def test_what_is_not_a_phone_number_is_none(text):
    assert read_phone(text) is None
