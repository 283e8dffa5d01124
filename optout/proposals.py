"""What someone's own words propose for their record: no database, no clock (LC-05).

The words stay as they were said, in the request; here they are read into the fields of the form
that an officer sees, who looks at both. What cannot be read is proposed as nothing.
"""

import re
from collections.abc import Mapping
from typing import Any

from caseload.terms import read_phone
from ccis.files.values import BadValue, parse_postcode

NAMES, PARTICULARS, ADDRESSES, CONTACTS, ACTIVITIES = (
    "names",
    "particulars",
    "addresses",
    "contact-points",
    "activities",
)
"""Parts of the record that the public pages ask about, by their slugs."""

CORRECTION, DOING, REACH = "correction", "doing", "reach"
"""Kinds of request that may propose a change."""

NOT_FOR_ME = "not-for-me"

OF_WRONGS = {
    "name": NAMES,
    "address": ADDRESSES,
    "contact": CONTACTS,
    "doing": ACTIVITIES,
    NOT_FOR_ME: ADDRESSES,
}
"""Which part is meant by each answer to “What is wrong?”; of any other an officer says it."""


def proposes(kind: str, said: Mapping[str, Any]) -> bool:
    """Whether a request proposes a change to the record: corrections, and news of oneself.

    How to be reached is news where it gives a number or an address; a wish alone changes no fact.
    """
    if kind == REACH:
        return bool(said.get("words")) and said.get("choice") != "no-offers"
    return kind in (CORRECTION, DOING)


def part_meant(kind: str, said: Mapping[str, Any]) -> str:
    """The part of the record that is meant; empty where an officer has to say which."""
    if kind == DOING:
        return ACTIVITIES
    choice = str(said.get("choice", ""))
    if kind == REACH:
        return ADDRESSES if choice == "letter" else CONTACTS
    return OF_WRONGS.get(choice, "")


def is_not_theirs(kind: str, said: Mapping[str, Any]) -> bool:
    """Whether someone said that a letter is not for them: nobody of this name is there."""
    return kind == CORRECTION and said.get("choice") == NOT_FOR_ME


def read(part: str, words: str) -> dict[str, str]:
    """What words propose, by the names of the fields of the part's form; empty: cannot be told."""
    reader = _READERS.get(part)
    return reader(words.strip()) if reader is not None and words.strip() else {}


def _read_name(words: str) -> dict[str, str]:
    parts = words.split()
    if len(parts) > 4 or not all(_NAME.match(part) for part in parts):
        return {}
    return {"given": " ".join(parts[:-1]) or parts[0], "family": parts[-1] if parts[1:] else ""}


_NAME = re.compile(r"^[^\W\d_][^\d_,.!?;:]*$")


def _read_address(words: str) -> dict[str, str]:
    found = _POSTCODE.search(words)
    postcode = ""
    if found:
        try:
            postcode = parse_postcode(found.group()) or ""
        except BadValue:
            postcode = ""
    rest = words.replace(found.group(), "\n") if found and postcode else words
    lines = [line.strip(" .") for line in re.split(r"[\n\r,]+", rest) if line.strip(" .")]
    is_address = bool(postcode) or len(lines) > 1
    if not is_address or len(lines) > 5 or any(map(_SENTENCE.search, lines)):
        return {}
    town = lines.pop() if len(lines) > 1 else ""
    first, second, *rest_of_it = [*lines, "", ""][: max(len(lines), 2)]
    return {
        "line_1": first,
        "line_2": second,
        "line_3": ", ".join(rest_of_it),
        "town": town,
        "county": "",
        "postcode": postcode,
    }


_SENTENCE = re.compile(r"^(?:i|i'm|my|we|it|the|not)\b|.{61}", re.IGNORECASE)
"""A line that tells a story, or that is too long to be one of an address."""

_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}\b")


def _read_contact(words: str) -> dict[str, str]:
    if email := _EMAIL.search(words):
        return {"kind": "email", "value": email.group().rstrip(".").lower()}
    for found in _PHONE.finditer(words):
        if number := read_phone(found.group()):
            return {"kind": "mobile" if number.startswith("07") else "phone", "value": number}
    return {}


_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+")
_PHONE = re.compile(r"(?:\+|\(|\d)[\d\s()-]{8,}\d")

_READERS = {NAMES: _read_name, ADDRESSES: _read_address, CONTACTS: _read_contact}
