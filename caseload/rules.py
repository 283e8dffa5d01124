"""Decisions about a record: no database, no clock."""

from collections.abc import Iterable
from datetime import date

from ccis.calendar.academic import age_on, year_group

FIRST_YEAR_AFTER_SCHOOL = 12
LAST_SCHOOL_YEAR_NAMED = 14
YEARS_FOLLOWED = range(9, 26 - 4)

COMPULSORY = "compulsory"
NOT_KNOWN = "not-known"

HEADLINES = {
    COMPULSORY: "Of compulsory school age",
    "education": "In education",
    "training": "In training",
    "employment": "In work",
    "re-engagement": "Re-engagement",
    "neet-available": "NEET, available",
    "neet-not-available": "NEET, not available",
    "custody": "In custody",
    NOT_KNOWN: "Not known",
}
"""What each group of activities is called (pages §5.2)."""

WORK_WITH_TRAINING = frozenset({"310", "320", "381", "550"})
"""Apprenticeship, and work with study for a regulated qualification (docs/nccis.md §3.4)."""


def headline(code: str, group: str) -> str:
    """What someone is doing, in the few words of a headline."""
    if code in WORK_WITH_TRAINING:
        return "In work with training"
    return HEADLINES.get(group, "Not known")


def age_in_words(date_of_birth: date | None, on: date) -> str:
    """Age in whole years, or nothing when the date of birth is not known."""
    return str(age_on(date_of_birth, on)) if date_of_birth else ""


def year_in_words(date_of_birth: date | None, on: date) -> str:
    """``Year 13``; nothing outside the years of school and the three after."""
    if date_of_birth is None:
        return ""
    year = year_group(date_of_birth, on)
    return f"Year {year}" if 1 <= year <= LAST_SCHOOL_YEAR_NAMED else ""


def age_warning(group: str, date_of_birth: date | None, on: date) -> str | None:
    """Why an activity may be wrong for someone's age on a day; ``None`` when it fits.

    Codes of compulsory school age end with Year 11, all others begin after it
    (docs/nccis.md §5.1 and §6, 229 and 230).
    """
    if date_of_birth is None:
        return None
    year = year_group(date_of_birth, on)
    if group == COMPULSORY and year >= FIRST_YEAR_AFTER_SCHOOL:
        return (
            f"This is for people of compulsory school age. They were in Year {year} on that "
            "date (230)"
        )
    if group != COMPULSORY and year < FIRST_YEAR_AFTER_SCHOOL:
        return (
            f"This is for people past Year 11. They were in Year {max(year, 0)} on that date (229)"
        )
    return None


def born_in_year_group(year: int, on: date) -> tuple[date, date]:
    """First and last date of birth of those in a year group on a day (docs/nccis.md §5.1)."""
    start = on.year if on.month >= 9 else on.year - 1
    first = date(start - year - 5, 9, 1)
    return first, date(first.year + 1, 8, 31)


def born_by_age(age: int, on: date) -> date:
    """The last date of birth of those who are of an age, in years, on a day."""
    try:
        return on.replace(year=on.year - age)
    except ValueError:  # on 29 February, of a year that had none
        return date(on.year - age, 2, 28)


# -- likeness of names -----------------------------------------------------------------------------


def edits(one: str, other: str, most: int = 3) -> int:
    """How many letters must be put in, left out, changed or swapped, up to ``most``."""
    if abs(len(one) - len(other)) >= most:
        return most
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        two_before, before, row = before, row, [i]
        for j, with_letter in enumerate(other, start=1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != with_letter))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == with_letter:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
    return min(row[-1], most)


_SOUNDS = str.maketrans(
    {
        **dict.fromkeys("bp", "b"),
        **dict.fromkeys("fvw", "f"),
        **dict.fromkeys("cgjkqx", "k"),
        **dict.fromkeys("sz", "s"),
        **dict.fromkeys("dt", "t"),
        **dict.fromkeys("mn", "n"),
        **dict.fromkeys("aeiouyh", ""),
    }
)
_SAME_SOUND = (("ph", "f"), ("ck", "k"), ("sh", "s"), ("sch", "s"), ("kn", "n"), ("wr", "r"))


def sounds(folded: str) -> str:
    """What is left of a name's sound: consonants by kind, one of each run."""
    for spelt, said in _SAME_SOUND:
        folded = folded.replace(spelt, said)
    said_so = folded.translate(_SOUNDS)
    return "".join(
        letter for at, letter in enumerate(said_so) if at == 0 or letter != said_so[at - 1]
    )


def name_likeness(asked: str, held: str) -> str | None:
    """How a folded name answers the one asked for, in words; ``""`` when it is the same.

    ``None`` says that they are not alike.
    """
    if asked == held:
        return ""
    if not asked or not held:
        return None
    if held.startswith(asked):
        return "begins the same"
    if edits(asked, held, 2) == 1 and min(len(asked), len(held)) > 2:
        return "one letter differs"
    if sounds(asked) and sounds(asked) == sounds(held):
        return "sounds like"
    if asked in held or held in asked:
        return "part of the name"
    if edits(asked, held, 3) <= 2 and min(len(asked), len(held)) > 4:
        return "two letters differ"
    return None


def dates_alike(one: date, other: date) -> str | None:
    """How near two dates of birth are, in words; ``""`` when they are the same."""
    if one == other:
        return ""
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return "day and month swapped"
    same = sum(
        a == b for a, b in ((one.day, other.day), (one.month, other.month), (one.year, other.year))
    )
    return "one part differs" if same == 2 else None


def first_of(words: Iterable[str | None]) -> str:
    """The first words that say something."""
    return next((word for word in words if word), "")


# -- households ------------------------------------------------------------------------------------


def same_home(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Whether two addresses are one home: each a postcode, a UPRN and the lines above the town.

    Where both have a UPRN it decides; else the postcode and the letters and digits of the lines.
    """
    if one[1] and other[1]:
        return one[1] == other[1]
    lines = [_plain(text) for text in (one[2], other[2])]
    return one[0] == other[0] and lines[0] == lines[1] != ""


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
