"""Languages of young people's pages: which have words, and which an authority offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from optout.catalogues import Entry, headers, read_file

ENGLISH = "en-gb"
NOT_CHECKED = "not yet checked"
"""How the header of a file begins that no translator has read (``X-Checked``)."""


@dataclass(frozen=True)
class Language:
    """A language that the pages have words in."""

    code: str
    name: str
    """As its speakers write it."""
    english: str
    is_checked: bool


def folder() -> Path:
    """Where the files for translators are."""
    return Path(settings.LOCALE_PATHS[0])


def files() -> dict[str, Path]:
    """The file of each language, by its code."""
    found = sorted(folder().glob("*/LC_MESSAGES/django.po"))
    return {path.parts[-3].lower().replace("_", "-"): path for path in found}


@cache
def words_of(code: str) -> tuple[Entry, ...]:
    """Every message of a language, the header first; none for English and for an unknown one."""
    path = files().get(code)
    return tuple(read_file(path)) if path else ()


@cache
def known() -> dict[str, Language]:
    """Every language that has words, English first."""
    found = {ENGLISH: Language(ENGLISH, "English", "English", is_checked=True)}
    for code in files():
        said = headers(words_of(code))
        found[code] = Language(
            code,
            said.get("X-Language-Name", code),
            said.get("X-English-Name", code),
            is_checked=not said.get("X-Checked", NOT_CHECKED).startswith(NOT_CHECKED),
        )
    return found


def offered(councils: Iterable[Authority]) -> dict[str, Language]:
    """The languages that some authorities have turned on, English first."""
    chosen = {code for council in councils for code in policy_of(council).choices_languages}
    return {code: one for code, one in known().items() if code == ENGLISH or code in chosen}


def in_settings() -> list[tuple[str, str]]:
    """Each language but English, as the settings name it; says of words that nobody has read."""
    return [
        (
            code,
            one.english if one.is_checked else f"{one.english} – not yet checked by a translator",
        )
        for code, one in known().items()
        if code != ENGLISH
    ]
