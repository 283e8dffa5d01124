"""Whose word counts, when a request is late, what a code looks like: no database, no clock."""

import secrets
import unicodedata
from datetime import date, timedelta

from ccis.access.references import ALPHABET
from ccis.calendar.working_days import BankHolidaysNotKnown, add_working_days

OWN, PARENT, CARER, ADVOCATE, SCHOOL, AUTHORITY = (
    "own",
    "parent",
    "carer",
    "advocate",
    "school",
    "authority",
)
"""Who said something: the young person, someone for them, or what another body was told."""

ON_BEHALF = frozenset({PARENT, CARER, ADVOCATE})

OWN_WORD_FROM = 16
"""Age from which the young person's own word prevails (LC-31)."""


def speaks_for(said_by: str, *, age: int | None, lacks_capacity: bool) -> bool:
    """Whether someone's word counts as the young person's own (LC-31).

    A parent's or carer's does before 16; from then on theirs and an advocate's only where a lack
    of capacity is recorded. An age that is not known counts as 16 or more.
    """
    if said_by not in ON_BEHALF:
        return said_by == OWN
    if lacks_capacity:
        return True
    return said_by != ADVOCATE and age is not None and age < OWN_WORD_FROM


def lifts(said_by: str, *, says_no: bool, age: int | None, lacks_capacity: bool) -> bool:
    """Whether a statement takes back an earlier no.

    Only a yes of the young person does, or of someone who speaks for them: a yes that a school
    or another borough reports lifts nothing (LC-06).
    """
    return not says_no and speaks_for(said_by, age=age, lacks_capacity=lacks_capacity)


def yields(said_by: str, *, says_no: bool, age: int | None, lacks_capacity: bool) -> bool:
    """Whether a no gives way to the young person's own yes, whichever was said first (LC-31)."""
    return (
        says_no
        and said_by in ON_BEHALF
        and not speaks_for(said_by, age=age, lacks_capacity=lacks_capacity)
    )


# -- clocks ----------------------------------------------------------------------------------------

COMPLAINT = "complaint"
COMPLAINT_DAYS = 30
"""A data protection complaint is acknowledged within so many days of the day of receipt (LAW-03:
Data Protection Act 2018, section 164A; the Commissioner counts from the day after). The law sets no
day for what follows: whoever complained hears from us again within as many."""

REGULATOR_PAGE = "ico.org.uk/make-a-complaint"
"""What an outcome must name, so that whoever complained knows where else to go."""


def heard_again_by(told_on: date) -> date:
    """The day by whose end someone who complained hears how it stands, or the outcome."""
    return told_on + timedelta(days=COMPLAINT_DAYS)


def due_on(kind: str, received_on: date) -> date:
    """The day by whose end a request must be answered: the next working day (LC-03).

    Beyond the list of bank holidays, Monday to Friday count: a request is never refused because
    a list is old.
    """
    if kind == COMPLAINT:
        return received_on + timedelta(days=COMPLAINT_DAYS)
    try:
        return add_working_days(received_on, 1)
    except BankHolidaysNotKnown:
        day = received_on + timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return day


# -- codes -----------------------------------------------------------------------------------------

CODE_LENGTH = 12
"""Sixty bits: a million live codes leave a guess one chance in a million million."""

_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_code() -> str:
    """A random personal code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def show_code(code: str) -> str:
    """A code as the letter prints it: ``K7MP 3XQD 9RTH``."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def in_our_figures(text: str) -> str:
    """A text with the figures of any script as ours, and without marks that are not seen.

    A phone that writes Arabic or Bengali has only those figures at hand.
    """
    return "".join(
        str(unicodedata.digit(one, one)) if one.isdigit() else one
        for one in unicodedata.normalize("NFKC", text)
        if unicodedata.category(one) not in _NOT_SEEN
    )


_NOT_SEEN = frozenset({"Cf", "Cc"})
"""Marks of direction, and control characters."""


def read_code(text: str) -> str:
    """A code as typed, without spaces, hyphens and capitals' matter; anything else unchanged.

    What cannot be a code is given back too, cut to a length, so that it is looked up as any
    other: a wrong one and one of the wrong length take the same time.
    """
    letters = "".join(letter for letter in in_our_figures(text).upper() if letter.isalnum())
    return letters.translate(_MISREAD)[: 2 * CODE_LENGTH]
