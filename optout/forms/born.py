"""A date of birth as young people type it: day first, year first, in words, in their figures."""

import re
from datetime import date

from ccis.govuk.dates import NotADate, read_date, real_date
from optout.presenters.dates import MONTHS
from optout.rules import in_our_figures

_YEAR_FIRST = re.compile(r"(\d{4})[\s/.\-]+(\d{1,2})[\s/.\-]+(\d{1,2})")
_SIX = re.compile(r"(\d{2})(\d{2})(\d{2})")
_MONTH_FIRST = re.compile(r"([a-z]+)\.?[\s\-]+(\d{1,2})(?:st|nd|rd|th)?[\s,\-]+(\d{4}|\d{2})")


def read_birth(text: str, *, today: date) -> date:
    """Read ``27 3 2009``, ``27th of March, 2009``, ``March 27 2009``, ``2009/3/27``, ``270309``,
    the month in the language that is on, and any script's figures. Raises ``NotADate``.

    A day said as ``today`` or ``-3`` is no date of birth.
    """
    said = _plain(text)
    if not said or not re.search(r"\d", said) or said[0] in "+-":
        raise NotADate(text)
    if found := _YEAR_FIRST.fullmatch(said):
        return real_date(int(found[1]), int(found[2]), int(found[3]))
    if found := _SIX.fullmatch(said):
        said = f"{found[1]} {found[2]} {found[3]}"
    if found := _MONTH_FIRST.fullmatch(said):
        said = f"{found[2]} {found[1]} {found[3]}"
    return read_date(said, today=today, prefer="past")


def _plain(text: str) -> str:
    """In small letters and our figures, months in English, without what parts them needlessly."""
    said = in_our_figures(text).casefold().replace("،", ",")
    for number, month in enumerate(MONTHS, start=1):
        words = str(month).casefold()
        if not words.isascii() or words not in _ENGLISH:
            said = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", f" {_ENGLISH[number - 1]} ", said)
    said = re.sub(r"\b(of|de)\b|,", " ", said)
    said = re.sub(r"(\d)([a-z]{3,})", r"\1 \2", re.sub(r"([a-z]{3,})(\d)", r"\1 \2", said))
    return re.sub(r"\s*([/.\-])\s*", r"\1", " ".join(said.split())).rstrip(".")


_ENGLISH = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
