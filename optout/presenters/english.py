"""Marks what stays English on a page in another language, for screen readers and for direction."""

import re
from functools import cache
from html import unescape

from optout.catalogues import Entry, read_file
from optout.languages import ENGLISH, folder, words_of

_TEXT = re.compile(r"(<(\w+)[^<>]*>)([^<>]*[^<>\s][^<>]*)(?=<)")
_NO_MARKS = {"title", "option", "textarea", "script", "style", "button"}
"""What may hold no element, or is no text; a button is marked itself."""


def mark_english(page: str, language: str) -> str:
    """The page with ``lang`` set on each text that its language has no words for.

    A page whose language has them all is given back as it is.
    """
    if language == ENGLISH:
        return page
    english = _without_words(language)
    if english is None:
        return page

    def mark(found: re.Match[str]) -> str:
        opening, element, text = found[1], found[2].lower(), found[3]
        if element in ("script", "style") or not english.fullmatch(unescape(text).strip()):
            return found[0]
        said = f'lang="{ENGLISH}"' if element == "title" else f'lang="{ENGLISH}" dir="ltr"'
        if element in _NO_MARKS:
            return f"{opening[:-1]} {said}>{text}"
        return f"{opening}<span {said}>{text}</span>"

    return _TEXT.sub(mark, page)


@cache
def _without_words(language: str) -> re.Pattern[str] | None:
    """Finds each message that a language has no words for; nothing where it has them all."""
    said = {entry.key for entry in words_of(language) if entry.is_said}
    missing = [one for one in read_file(folder() / "choices.pot") if one.id and one.key not in said]
    if not missing:
        return None
    return re.compile("|".join(_pattern(words) for one in missing for words in _both(one)))


def _both(entry: Entry) -> tuple[str, ...]:
    return (entry.id, entry.plural) if entry.plural else (entry.id,)


def _pattern(words: str) -> str:
    return "".join(
        ".*" if part.startswith("{") else re.escape(part)
        for part in re.split(r"(\{\w*\})", words.strip())
    )
