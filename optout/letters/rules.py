"""What a letter may say, whom it may go to, when its notice has run: no database, no clock."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from ccis.calendar.words import date_in_words

# -- what is announced -----------------------------------------------------------------------------

COLUMNS = {
    "name": "your name",
    "date-of-birth": "your date of birth",
    "address": "your address",
    "phone": "your phone number",
    "email": "your email address",
    "gender": "your gender",
    "last-place": "where you last studied, trained or worked",
    "history": "what you have studied, trained in and worked at",
    "situation": "what you are doing now",
}
"""Everything that a letter may announce, in the words that it says it by (LC-01, LC-25)."""

SUPPORT, AT_RISK, CONFIRM, SCHOOL, DEPARTMENT, ENROLMENT = (
    "support",
    "at-risk",
    "confirm",
    "school",
    "department",
    "enrolment",
)
PURPOSES = {
    SUPPORT: "Help for someone who is not in education, training or work",
    AT_RISK: "Help for someone in learning who may drop out",
    CONFIRM: "Finding out what someone is doing",
    SCHOOL: "A place at a school or college",
    DEPARTMENT: "Help from another part of the council",
    ENROLMENT: "Telling a school or college about someone who enrols there",
}
"""What a letter may announce that sharing is for: each a notice of its own (LC-26, LC-27)."""

OFF_UNTIL_TURNED_ON = frozenset({ENROLMENT})
"""Purposes for which nothing is shared before the authority's policy says so (LDOR-09)."""

WHERE_IT_IS_TURNED_ON = "Nothing is shared for it until your policy turns it on"


def in_a_row(words: Iterable[str]) -> str:
    """``your name, your address and your phone number``."""
    all_words = list(words)
    if len(all_words) < 2:
        return "".join(all_words)
    return f"{', '.join(all_words[:-1])} and {all_words[-1]}"


def columns_in_words(columns: Iterable[str]) -> str:
    """The columns announced, in the order of the catalogue."""
    chosen = set(columns)
    return in_a_row(words for name, words in COLUMNS.items() if name in chosen)


# -- the words of a letter -------------------------------------------------------------------------

PLACEHOLDERS = {
    "first name": "The young person's first name",
    "full name": "Their first and family name",
    "date": "The date of the letter",
    "sharing date": "From when something may be shared",
    "columns": "What would be shared",
    "code": "Their personal code",
    "choices address": "Where they choose, with the code",
    "list address": "Where the list of organisations is",
    "privacy address": "How we use information, and how to complain",
    "phone": "Whom to ring",
    "email": "Where to write an email to",
    "council": "The council's name",
    "team": "The team that writes",
    "signed by": "Who signs",
}
"""What may stand in braces, and what takes its place."""

REQUIRED = (
    "sharing date",
    "columns",
    "choices address",
    "list address",
    "privacy address",
    "phone",
    "email",
)
"""What every letter must say: what is shared, from when, with whom, how to opt out, whom to ring,
how to complain (LC-01, LC-14, LAW-03). The code stands above each letter by itself."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class Run:
    """Words of a piece that are set alike."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Piece:
    """A paragraph, a heading, or a list (``items``) of a letter."""

    kind: str
    runs: tuple[Run, ...] = ()
    items: tuple[tuple[Run, ...], ...] = ()


def problems(body: str) -> list[str]:
    """What is wrong with the words of a letter, each with its line; nothing when it may be used."""
    found, named = [], set()
    for number, line in enumerate(body.splitlines(), start=1):
        for name in _PLACEHOLDER.findall(line):
            named.add(name.strip())
            if name.strip() not in PLACEHOLDERS:
                found.append(f"Line {number}: we do not know {{{name}}}")
        left = _PLACEHOLDER.sub("", line)
        if "{" in left or "}" in left:
            found.append(f"Line {number}: a brace is opened or closed alone")
        if left.count("**") % 2:
            found.append(f"Line {number}: two stars open bold words and nothing closes them")
    found += [
        f"It must say {{{name}}}: {PLACEHOLDERS[name][0].lower()}{PLACEHOLDERS[name][1:]}"
        for name in REQUIRED
        if name not in named
    ]
    return found


def pieces_of(body: str) -> list[Piece]:
    """The words of a template as pieces.

    An empty line parts paragraphs; ``#`` begins a heading, ``-`` an item of a list; two stars
    stand before and after bold words.
    """
    made: list[Piece] = []
    lines: list[str] = []

    def close() -> None:
        if lines:
            made.append(Piece("paragraph", _runs(" ".join(lines))))
            lines.clear()

    for line in (raw.strip() for raw in body.splitlines()):
        if line.startswith("# "):
            close()
            made.append(Piece("heading", _runs(line[2:].strip())))
        elif line.startswith("- "):
            close()
            item = _runs(line[2:].strip())
            if made and made[-1].kind == "list":
                made[-1] = Piece("list", items=(*made[-1].items, item))
            else:
                made.append(Piece("list", items=(item,)))
        elif line:
            lines.append(line)
        else:
            close()
    close()
    return made


def filled(pieces: Iterable[Piece], values: Mapping[str, str]) -> list[Piece]:
    """Pieces with their placeholders filled; what is filled in is never read as marks."""

    def fill(runs: tuple[Run, ...]) -> tuple[Run, ...]:
        return tuple(Run(_fill(run.text, values), run.bold) for run in runs)

    return [
        Piece(one.kind, fill(one.runs), tuple(fill(item) for item in one.items)) for one in pieces
    ]


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1].strip()], text)


def _runs(text: str) -> tuple[Run, ...]:
    parts = _BOLD.split(text)
    return tuple(Run(part, bold=bool(at % 2)) for at, part in enumerate(parts) if part)


# -- formats and languages -------------------------------------------------------------------------

STANDARD, LARGE = "standard", "large"
SIZES = {STANDARD: 11, LARGE: 18}
"""Formats that we print, of ``caseload.models.ContactNeed``, with the size of their letters in
points; whoever needs another is left out of a batch, for somebody to see to (LAW-12)."""

LANGUAGES = {
    "en": "English",
    "ar": "Arabic",
    "bn": "Bengali",
    "zh": "Chinese",
    "fa": "Farsi",
    "fr": "French",
    "gu": "Gujarati",
    "ku": "Kurdish",
    "ps": "Pashto",
    "pl": "Polish",
    "pt": "Portuguese",
    "pa": "Punjabi",
    "ro": "Romanian",
    "so": "Somali",
    "es": "Spanish",
    "ta": "Tamil",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
}
"""Languages that a template can be written in, all of which the letters' typefaces can set."""


def day_in(language: str, day: date) -> str:
    """A day as letters in a language write it: in words in English, else in figures."""
    return date_in_words(day) if language == "en" else f"{day:%d/%m/%Y}"


# -- whom a letter may go to -----------------------------------------------------------------------

FROM_AGE, TO_AGE, TO_AGE_WITH_PLAN = 13, 20, 25


def in_scope(age: int | None, *, has_plan: bool) -> bool:
    """From the 13th birthday to the day before the 20th, or the 25th with a difficulty (LC-17)."""
    if age is None:
        return False
    return FROM_AGE <= age < (TO_AGE_WITH_PLAN if has_plan else TO_AGE)


LEFT_OUT = {
    "sealed": "May name an identity that is sealed by now",
    "restricted": "Restricted records that whoever planned it may not open",
    "left": "Left, kept by another authority, or no longer living",
    "doing": "Doing something else by now",
    "not-at-risk": "Not known, but not at risk by the indicators or circumstances chosen",
    "born": "No date of birth recorded",
    "age": "Outside the ages that may be shared",
    "objected": "Said no to sharing with anyone",
    "correction": "Told us that something is wrong, which is not settled",
    "no-contact": "Do not want to be contacted",
    "address": "No address to write to",
    "moved": "Moved since the batch was planned",
    "returned": "Post to their address came back",
    "under-way": "In another batch that is not posted yet",
    "written": "Written to already",
    "not-written": "Not written to before",
    "same": "Their last letter already says all of this",
    "format": "Need another format, such as easy read or a call",
    "language": "Need a language that the template is not written in",
    "letters": "Name or address in letters that we cannot print",
}
"""Why someone is left out of a batch; the first that holds counts. Each person is counted once."""

# -- has the notice run? ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What one letter that was posted told someone, and when it takes effect."""

    posted_on: date
    runs_until: date
    """The last day of the notice: from the day after, what it announced may be shared."""
    providers: frozenset[int]
    columns: frozenset[str]
    purpose: str
    returned: bool = False
    address_is_theirs: bool = True
    """Whether it went to the address that we now hold."""
    letter: int | None = None
    """Which letter it was, so that a disclosure can name what it rests on (LC-32)."""


@dataclass(frozen=True)
class Notice:
    """Whether someone was told in time: ``why`` says what is missing."""

    has_run: bool
    why: str
    from_day: date | None = None
    """The first day on which it has run, where that is known."""
    missing: frozenset[str] = field(default_factory=frozenset)


def notice(
    told: Iterable[Told], *, provider: int, columns: frozenset[str], purpose: str, on: date
) -> Notice:
    """Whether a notice about a provider, columns and a purpose has run by a day (LC-23, LC-25).

    One letter must have said all of it: two halves are not a notice.
    """
    letters = list(told)
    if not letters:
        return Notice(False, "They have not been written to")
    arrived = [one for one in letters if not one.returned]
    if not arrived:
        return Notice(False, "Their letter came back")
    arrived = [one for one in arrived if one.address_is_theirs]
    if not arrived:
        return Notice(False, "They have moved since they were written to")
    right = [one for one in arrived if one.purpose == purpose]
    if not right:
        return Notice(False, "They were written to about another purpose")
    named = [one for one in right if provider in one.providers]
    if not named:
        return Notice(False, "The list that their letter pointed to did not have this organisation")
    whole = [one for one in named if columns <= one.columns]
    if not whole:
        least = min((columns - one.columns for one in named), key=len)
        return Notice(
            False, f"Their letter did not announce {columns_in_words(least)}", missing=least
        )
    first = min(one.runs_until for one in whole)
    if on <= first:
        return Notice(False, "Their notice has not run", from_day=first + timedelta(days=1))
    return Notice(True, "", from_day=first + timedelta(days=1))
