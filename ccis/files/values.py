"""Reading one cell: each function gives a value, ``None`` for an empty cell, or ``BadValue``.

A cell is whatever the file held: text, a number, a date, a truth value. The words of a
``BadValue`` are fit to be shown beside the cell and hold nothing that the cell held, but for
the month and year of a date that does not exist.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from operator import mul
from typing import Final, Literal, TypeAlias

from ccis.calendar.words import MONTHS

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None
"""What a file can hold in one cell."""

CHECK_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The alphabet of a UPN: no I, O or S. A letter's value is its place, from nought."""

NO_ULN_YET: Final = "9999999999"
"""Stands for "no ULN yet" in other collections; never sent in ours."""

FORBIDDEN_IN_NAMES: Final = frozenset('/\\:?@$&*(){}[]!"+=|')
"""``docs/nccis.md`` §2.1; the return's errors 44, 45 and 46 (2026)."""

LONGEST_NAME: Final = 100

GENDERS: Final = {
    "F": "F",
    "FEMALE": "F",
    "M": "M",
    "MALE": "M",
    "U": "U",
    "NOT KNOWN": "U",
    "W": "W",
    "WITHHELD": "W",
}
"""``docs/nccis.md`` §3.2, and the words that schools write for them."""

_YES: Final = frozenset({"true", "t", "yes", "y", "1"})
_NO: Final = frozenset({"false", "f", "no", "n", "0"})

DateSystem: TypeAlias = Literal[1900, 1904]
"""The year from which a workbook counts the days of its serial dates."""

_SERIAL_EPOCHS: Final = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}
_FIRST_SERIAL: Final = 10_000  # 18 May 1927: lower numbers are more likely years or mistakes
_LAST_SERIAL: Final = 73_050  # 31 December 2099


class BadValue(ValueError):
    """A cell cannot be read.

    ``message`` says what to do, for the person who sent the file. ``code`` is the kind of
    error, the same for every cell that has it, by which errors are counted and grouped.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


# --- Cells and headings ------------------------------------------------------------------


def is_blank(cell: Cell) -> bool:
    """Say whether a cell holds nothing, or nothing but spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def as_text(cell: Cell) -> str:
    """A cell as somebody would type it: no ``.0`` after whole numbers, no spaces around.

    Dates come as ``2021-03-11``, truth values as ``True`` and ``False``, nothing as ``""``.
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def normalise_header(text: str) -> str:
    """A heading with case, spacing and punctuation taken away, to compare by.

    A heading of punctuation alone, as the attendance marks ``/`` and ``\\`` are, is kept.

    >>> normalise_header(" FSME_on Census-Day ")
    'fsmeoncensusday'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(character for character in folded if character.isalnum())
    return letters or folded.strip()


# --- Dates -------------------------------------------------------------------------------

_ISO = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})", re.ASCII)
_DAY_MONTH_WORD = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[-/. ,]*([a-z]{3,9})\.?[-/. ,]*(\d{4}|\d{2})", re.ASCII
)
_MONTH_WORD_DAY = re.compile(
    r"([a-z]{3,9})\.?[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/. ,]+(\d{4}|\d{2})", re.ASCII
)
_TIME_OF_DAY = re.compile(
    r"[T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*(am|pm|Z|[+-]\d{2}:?\d{2})?$", re.ASCII | re.I
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_MONTH_NUMBERS: Final = (
    {name.lower(): number for number, name in enumerate(MONTHS) if name}
    | {name[:3].lower(): number for number, name in enumerate(MONTHS) if name}
    | {"sept": 9}
)


def parse_date(
    cell: Cell, *, not_after: date | None = None, date_system: DateSystem = 1900
) -> date | None:
    """Read a date: a date cell, a serial number, or text with the day first.

    Text may be ``27/3/2009``, ``27.03.09``, ``27 March 2009``, ``2009-03-27``, ``20090327`` or
    any of these with a time of day, which is dropped. A year of two digits is the one from
    1950 to 2049 or, given ``not_after`` (today, for a date of birth), the latest one that
    keeps the date from lying after it. ``date_system`` is the workbook's, and matters only to
    serial numbers that were not marked as dates.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return _real_date(cell.year, cell.month, cell.day)
    if isinstance(cell, date):
        return _real_date(cell.year, cell.month, cell.day)
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise _not_a_date()
    if not isinstance(cell, str):
        return _date_from_number(cell, date_system)
    return _date_from_text(cell, not_after, date_system)


def _date_from_number(number: float, date_system: DateSystem) -> date:
    if _FIRST_SERIAL <= number < _LAST_SERIAL + 1:
        return _SERIAL_EPOCHS[date_system] + timedelta(days=int(number))
    text = as_text(number)
    if _ISO.fullmatch(text):  # 20090327 typed into a cell
        return _date_from_text(text, None, date_system)
    raise _not_a_date()


def _date_from_text(text: str, not_after: date | None, date_system: DateSystem) -> date:
    text = _TIME_OF_DAY.sub("", " ".join(text.split())).strip(" .,'").lower()
    if _SERIAL.fullmatch(text):
        return _date_from_number(float(text), date_system)
    if found := _ISO.fullmatch(text):
        return _real_date(int(found[1]), int(found[3]), int(found[4]))
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found[1], int(found[2]), found[3]
    elif found := _DAY_MONTH_WORD.fullmatch(text):
        day, month, year = found[1], _MONTH_NUMBERS.get(found[2], 0), found[3]
    elif found := _MONTH_WORD_DAY.fullmatch(text):
        day, month, year = found[2], _MONTH_NUMBERS.get(found[1], 0), found[3]
    else:
        raise _not_a_date()
    return _real_date(_whole_year(year, month, int(day), not_after), month, int(day))


def _whole_year(year: str, month: int, day: int, not_after: date | None) -> int:
    if len(year) == 4:
        return int(year)
    if not_after is None:
        return int(year) + (2000 if int(year) < 50 else 1900)
    century = not_after.year // 100 * 100
    whole = century + int(year)
    later = (whole, month, day) > (not_after.year, not_after.month, not_after.day)
    return whole - 100 if later else whole


def _real_date(year: int, month: int, day: int) -> date:
    if not 1900 <= year <= 2100:
        raise BadValue("Give a real date. The year must be from 1900 to 2100.", "date not real")
    if not 1 <= month <= 12:
        if 1 <= day <= 12 < month <= 31:
            raise BadValue("Give a real date, with the day before the month.", "date not real")
        raise _not_a_date()
    days = monthrange(year, month)[1]
    if day > days:
        raise BadValue(
            f"Give a real date. {MONTHS[month]} {year} had {days} days.", "date not real"
        )
    if day < 1:
        raise _not_a_date()
    return date(year, month, day)


def _not_a_date() -> BadValue:
    return BadValue("Give a real date, like 27 3 2009.", "date not real")


# --- Identifiers -------------------------------------------------------------------------

_UPN = re.compile(r"[A-Z]\d{11}[\dA-Z]", re.ASCII)
_UPN_WEIGHTS = range(2, 13)
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+?\d+", re.ASCII)


def upn_check_letter(body: str) -> str:
    """The first letter that agrees with the other 12 characters of a UPN.

    ``docs/nccis.md`` §2.1: weights 2 to 13, remainder by 23. The last character of a
    temporary UPN is a letter, which counts as its place in ``CHECK_LETTERS``.
    ``ValueError`` if ``body`` is not 11 digits and a digit or letter.

    >>> upn_check_letter("801200001001")
    'H'
    """
    if not _UPN.fullmatch("A" + body) or body[-1] in "IOS":
        raise ValueError("The rest of a UPN is 11 digits and a digit or letter")
    last = int(body[-1]) if body[-1].isdigit() else CHECK_LETTERS.index(body[-1])
    total = sum(map(mul, map(int, body[:-1]), _UPN_WEIGHTS)) + 13 * last
    return CHECK_LETTERS[total % 23]


def parse_upn(cell: Cell, *, called: str = "UPN") -> str | None:
    """Read a unique pupil number, permanent or temporary, and check its first letter."""
    if is_blank(cell):
        return None
    upn = _without_spaces(cell).upper()
    if len(upn) != 13:
        raise BadValue(f"{called} must be 13 characters; this has {len(upn)}.", "UPN length")
    if not _UPN.fullmatch(upn):
        raise BadValue(
            f"{called} must be a letter, 11 digits, and a last digit or letter.", "UPN form"
        )
    if upn[-1] in "IOS":
        raise BadValue(f"{called} cannot end in the letters I, O or S.", "UPN form")
    if upn[0] != upn_check_letter(upn[1:]):
        raise BadValue(
            f"{called}'s first letter does not agree with its digits. Check each one.",
            "UPN check letter",
        )
    return upn


def parse_former_upn(cell: Cell) -> str | None:
    """Read a UPN that somebody had before: the same form and check as the present one."""
    return parse_upn(cell, called="Former UPN")


def is_temporary_upn(upn: str) -> bool:
    """Say whether a UPN was given for a while only: it ends in a letter."""
    return upn[-1:].isalpha()


def uln_check_digit(nine: str) -> int | None:
    """The tenth digit of a ULN, or ``None`` if no ULN begins with these nine.

    ``docs/nccis.md`` §2.1: weights 10 down to 2, remainder by 11, ten less the remainder.
    ``ValueError`` if ``nine`` is not nine digits.
    """
    if not re.fullmatch(r"\d{9}", nine, re.ASCII):
        raise ValueError("The rest of a ULN is nine digits")
    total = sum(map(mul, map(int, nine), range(10, 1, -1)))
    remainder = total % 11
    return 10 - remainder if remainder else None


def parse_uln(cell: Cell) -> str | None:
    """Read a unique learner number: ten digits, the first not 0, the last a check digit."""
    if is_blank(cell):
        return None
    uln = _digits(cell, "ULN")
    if len(uln) != 10:
        raise BadValue(f"ULN must be 10 digits; this has {len(uln)}.", "ULN length")
    if uln == NO_ULN_YET:
        raise BadValue(
            'Leave the ULN empty. 9999999999 only stands for "no ULN yet".', "ULN stand-in"
        )
    if uln[0] == "0":
        raise BadValue("ULN cannot begin with 0.", "ULN form")
    if uln_check_digit(uln[:9]) != int(uln[9]):
        raise BadValue(
            "ULN's last digit does not agree with the others. Check each one.", "ULN check digit"
        )
    return uln


def parse_dfe_number(cell: Cell) -> str | None:
    """Read a school's DfE number: seven digits, or the four of the school alone.

    ``306/4001``, ``306 4001`` and ``3064001`` give ``"3064001"``; ``4001`` gives ``"4001"``.
    """
    if is_blank(cell):
        return None
    number = re.sub(r"[-/\\]", "", _without_spaces(cell))
    if not re.fullmatch(r"\d{7}|\d{4}", number, re.ASCII):
        raise BadValue(
            "Give the DfE number: 3 digits for the authority and 4 for the school.", "DfE number"
        )
    return number


def parse_ukprn(cell: Cell) -> str | None:
    """Read a UK provider reference number: eight digits, the first of them 1."""
    if is_blank(cell):
        return None
    ukprn = _digits(cell, "UKPRN")
    if not re.fullmatch(r"1\d{7}", ukprn, re.ASCII):
        raise BadValue("UKPRN must be 8 digits and begin with 1.", "UKPRN")
    return ukprn


def _without_spaces(cell: Cell) -> str:
    return "".join(as_text(cell).split())


def _digits(cell: Cell, called: str) -> str:
    text = _without_spaces(cell).lstrip("'")
    if _SHORTENED.fullmatch(text.upper()):
        raise BadValue(
            f"The spreadsheet has shortened this {called}. Show all its digits, then save again.",
            f"{called} shortened",
        )
    if re.fullmatch(r"\d+\.0+", text, re.ASCII):
        text = text.partition(".")[0]
    if not re.fullmatch(r"\d+", text, re.ASCII):
        raise BadValue(f"{called} must be digits only.", f"{called} form")
    return text


# --- Where and who -----------------------------------------------------------------------

_POSTCODE = re.compile(
    r"((?:[A-Z]\d{1,2}|[A-Z]{2}\d{1,2}|[A-Z]\d[A-Z]|[A-Z]{2}\d[A-Z]))(\d[A-Z]{2})", re.ASCII
)
_DISTRICT = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d?", re.ASCII)
_LETTER_FOR_NOUGHT = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?O[A-Z]{2}", re.ASCII)


def parse_postcode(cell: Cell) -> str | None:
    """Read a postcode and write it in capitals with its one space.

    ``docs/nccis.md`` §2.1. Stand-ins such as ``ZZ99 3VZ`` have the form of a postcode and
    are let through.
    """
    if is_blank(cell):
        return None
    postcode = re.sub(r"[\s.,-]", "", as_text(cell)).upper()
    if found := _POSTCODE.fullmatch(postcode):
        return f"{found[1]} {found[2]}"
    if _LETTER_FOR_NOUGHT.fullmatch(postcode):
        raise BadValue(
            "The last part of the postcode begins with the letter O. Make it the digit 0.",
            "postcode form",
        )
    if _DISTRICT.fullmatch(postcode):
        raise BadValue("Give the whole postcode, or leave it empty.", "postcode not whole")
    raise BadValue("Give a real postcode, like NG1 5AB.", "postcode form")


def parse_name(cell: Cell) -> str | None:
    """Read a name in any script, with its spaces put in order and nothing else changed."""
    if is_blank(cell):
        return None
    if not isinstance(cell, str):
        raise BadValue("Give a name in letters.", "name not letters")
    composed = unicodedata.normalize("NFC", cell)
    visible = "".join(c for c in composed if c.isspace() or not _is_control(c))
    name = " ".join(visible.split())
    if len(name) > LONGEST_NAME:
        raise BadValue(f"Give a name of no more than {LONGEST_NAME} letters.", "name too long")
    if not any(character.isalnum() for character in name):
        raise BadValue("Give a name in letters, or leave it empty.", "name not letters")
    return name


def name_advice(name: str) -> str | None:
    """What the national return will not take in a name, or ``None`` if it takes it.

    ``docs/nccis.md`` §2.1 and errors 44 to 46 in §6. Advice only: the name is kept.
    """
    if any(character.isdigit() for character in name):
        return "The return does not take digits in names. Check this one."
    forbidden = sorted(FORBIDDEN_IN_NAMES.intersection(name))
    if forbidden:
        return f"The return does not take {' '.join(forbidden)} in names. Check this one."
    return None


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Co", "Cs"} or character == "\ufeff"


def parse_gender(cell: Cell) -> str | None:
    """Read a gender as the return has it: F, M, U for not known, W for withheld."""
    if is_blank(cell):
        return None
    gender = GENDERS.get(as_text(cell).upper())
    if gender is None:
        raise BadValue("Give F, M, U (not known) or W (withheld).", "gender not in the list")
    return gender


# --- Plain values ------------------------------------------------------------------------


def parse_bool(cell: Cell) -> bool | None:
    """Read yes or no, in any of the ways that systems write it."""
    if is_blank(cell):
        return None
    word = as_text(cell).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadValue("Give Yes or No.", "not yes or no")


def parse_int(cell: Cell, *, least: int | None = None, most: int | None = None) -> int | None:
    """Read a whole number, between ``least`` and ``most`` where they are given."""
    if is_blank(cell):
        return None
    text = as_text(cell).replace(",", "")
    if isinstance(cell, bool) or not re.fullmatch(r"[+-]?\d{1,18}(\.0+)?", text, re.ASCII):
        raise BadValue("Give a whole number.", "not a whole number")
    number = int(text.partition(".")[0])
    if least is not None and number < least:
        raise BadValue(f"Give a whole number of {least} or more.", "number too small")
    if most is not None and number > most:
        raise BadValue(f"Give a whole number of {most} or less.", "number too large")
    return number
