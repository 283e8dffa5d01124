"""What someone typed into the search box, read as dates, numbers and names (pages §2.1)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from ccis.access.references import read_reference
from ccis.files.values import BadValue, parse_date, parse_postcode

T = TypeVar("T")

MOST_NAMES = 6
LONGEST = 200

_DATE = re.compile(
    r"(?<![\w])("
    r"\d{4}-\d{1,2}-\d{1,2}"
    r"|\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*(?:\d{4}|\d{2})"
    r"|\d{1,2} \d{1,2} \d{4}"
    r"|\d{1,2}(?:st|nd|rd|th)?[\s\-]*[a-z]{3,9}\.?,?[\s\-]*(?:\d{4}|\d{2})"
    r"|[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{8}"
    r")(?![\w])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\w])((?:19|20)\d\d)(?![\w])")
_POSTCODE = re.compile(r"(?<!\w)([a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2})(?!\w)", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w])(\+?\d[\d\s()\-]{7,17}\d)(?![\w])")
_EMAIL = re.compile(r"([^\s,;@]+@[^\s,;@]+\.[^\s,;@]+)")
_WORD = re.compile(r"[^\s,;]+")


@dataclass(frozen=True)
class Terms:
    """What was asked for. Everything given must hold, but for ``codes``, any of which may."""

    names: tuple[str, ...] = ()
    date_of_birth: date | None = None
    year_of_birth: int | None = None
    """A year beside a name. A year alone is not enough to search by."""
    postcode: str = ""
    contact: str = ""
    """A phone number in digits, or an email address in lower case."""
    codes: tuple[str, ...] = ()
    """Letters and digits that may be an identifier of some kind, or a reference."""
    perhaps: tuple[str, ...] = ()
    """Words of a name that could also be a reference."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was understood."""
        return not self.kinds

    @property
    def is_narrow(self) -> bool:
        """Whether something was given that few people have, besides a name."""
        return bool(self.date_of_birth or self.postcode or self.contact or self.codes)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which parts were given, for the trail: words, never values."""
        given = {
            "name": self.names,
            "date of birth": self.date_of_birth,
            "year of birth": self.year_of_birth,
            "postcode": self.postcode,
            "contact": self.contact,
            "number": self.codes,
        }
        return tuple(kind for kind, value in given.items() if value)


def read_terms(text: str, *, today: date, is_code: Callable[[str], bool]) -> Terms:
    """Read what was typed. ``is_code`` says whether letters and digits can be an identifier.

    Nothing is refused: what is neither a date nor a number is part of a name.
    """
    rest = " ".join(text[:LONGEST].split())
    codes, rest = _take_codes(rest, is_code)
    born, rest = _take(_DATE, rest, lambda found: _birth(found, today))
    postcode, rest = _take(_POSTCODE, rest, _postcode)
    contact, rest = _take(_EMAIL, rest, str.lower)
    if contact is None:
        contact, rest = _take(_PHONE, rest, read_phone)
    year, rest = _take(_YEAR, rest, int) if born is None else (None, rest)
    names = [word for word in _WORD.findall(rest) if any(c.isalpha() for c in word)]
    return Terms(
        names=tuple(names[:MOST_NAMES]),
        date_of_birth=born,
        year_of_birth=year if names else None,
        postcode=postcode or "",
        contact=contact or "",
        codes=codes,
        perhaps=tuple(filter(None, (read_reference(name) for name in names))),
    )


def read_phone(text: str) -> str | None:
    """A phone number as it is kept: digits only, with a leading 0; ``None`` when it is not one."""
    digits = re.sub(r"\D", "", text)
    if text.strip().startswith("+44") or digits.startswith("0044"):
        digits = "0" + digits.removeprefix("00").removeprefix("44").lstrip("0")
    return digits if digits.startswith("0") and 10 <= len(digits) <= 11 else None


def _take_codes(text: str, is_code: Callable[[str], bool]) -> tuple[tuple[str, ...], str]:
    """Identifiers and references among the words, or the whole text as one with its spaces out."""
    whole = re.sub(r"\s", "", text).upper()
    if is_code(whole):
        return (whole,), ""
    codes, rest = [], []
    for word in _WORD.findall(text):
        code = word.upper()
        if is_code(code) or is_reference(code):
            codes.append(code)
        else:
            rest.append(word)
    return tuple(codes), " ".join(rest)


def is_reference(code: str) -> bool:
    """Whether a word can only be one of our references: a digit or a hyphen gives it away."""
    if read_reference(code) is None or _is_written_date(code):
        return False
    return bool(re.search(r"\d", code)) and not code.isdigit()


def _is_written_date(code: str) -> bool:
    return bool(_DATE.fullmatch(code)) and _birth(code, date.max) is not None


def _take(
    pattern: re.Pattern[str], text: str, read: Callable[[str], T | None]
) -> tuple[T | None, str]:
    """The first piece that reads as this, and the text without it."""
    for found in pattern.finditer(text):
        value = read(found[1])
        if value is not None:
            return value, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


def _birth(text: str, today: date) -> date | None:
    digits = re.sub(r"\D", "", text)
    if text.isdigit() and len(digits) == 8 and not digits.startswith(("19", "20")):
        text = f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"
    try:
        return parse_date(text, not_after=today)
    except BadValue:
        return None


def _postcode(text: str) -> str | None:
    try:
        return parse_postcode(text)
    except BadValue:
        return None


def splits(names: Iterable[str]) -> list[tuple[str, str]]:
    """The ways to part words into given and family name, in both orders.

    >>> splits(["Leila", "Hart"])
    [('Leila', 'Hart'), ('Hart', 'Leila')]
    """
    words = list(names)
    ways = []
    for at in range(1, len(words)):
        first, last = " ".join(words[:at]), " ".join(words[at:])
        ways += [(first, last), (last, first)]
    return ways
