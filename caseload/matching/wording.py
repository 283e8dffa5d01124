"""What a level of agreement says of two values, in words for people."""

from rapidfuzz.distance import OSA

from caseload.matching.comparisons import NAMED
from caseload.matching.variants import SHORT, compact, core

CALLED = {
    "given": "First name",
    "family": "Family name",
    "birth": "Date of birth",
    "gender": "Gender",
    "postcode": "Postcode",
    "address": "Address",
    "town": "Town",
    "phone": "Phone",
    "email": "Email",
    "school": "School",
    "upn": "UPN",
    "uln": "ULN",
}

WORDS: dict[tuple[str, str], str] = {
    ("given", "swapped"): "First name and family name swapped",
    ("birth", "near"): "Two digits out",
    ("birth", "default"): "The 1st, as where the day was not known",
    ("birth", "digit"): "One digit out",
    ("birth", "swapped"): "Day and month swapped",
    ("birth", "other"): "Another date",
    ("postcode", "near"): "Two characters out",
    ("postcode", "district"): "Same district",
    ("postcode", "sector"): "Same sector",
    ("postcode", "digit"): "One character out",
    ("phone", "digit"): "One digit out",
    ("upn", "digit"): "One character out",
    ("uln", "digit"): "One digit out",
}

USUAL = {
    "other": "Not the same",
    "faint": "A little alike",
    "alike": "Alike",
    "close": "Nearly the same",
    "sounds": "Sounds the same",
    "initial": "Same initial",
    "same": "Same",
}


def in_words(field: str, level: str, here: str, there: str) -> str:
    """What a level says of two values, as ``Same but for a hyphen``."""
    if field in NAMED:
        if level == "same":
            return _same_but_for(here, there)
        if level == "variant":
            return _variant(field, here, there)
        if level == "close":
            return _spelt(compact(here), compact(there))
    return WORDS.get((field, level)) or USUAL[level]


def _same_but_for(here: str, there: str) -> str:
    one, other = here.casefold(), there.casefold()
    if one == other:
        return "Same"
    for mark, words in (("-", "a hyphen"), ("'’‘`", "an apostrophe"), (" ", "a space")):
        if any((letter in one) != (letter in other) for letter in mark):
            return f"Same but for {words}"
    return "Same but for an accent"


def _variant(field: str, here: str, there: str) -> str:
    one, other = core(here), core(there)
    if one == other:
        return "Same but for a small word before it, such as de or Mac"
    if field == "family" and len(one) != len(other):
        return "One part of a double name"
    if field == "given" and one[:1] == other[:1]:
        return "Same first name, with or without another"
    pairs = ((a, b) for a in {one[0], "".join(one)} for b in {other[0], "".join(other)})
    if field == "given" and any(
        SHORT.get(a, frozenset()) & SHORT.get(b, frozenset()) for a, b in pairs
    ):
        return "A short form of the same name"
    return "Another spelling of the same name"


def _spelt(one: str, other: str) -> str:
    if sorted(one) == sorted(other) and OSA.distance(one, other) == 1:
        return "Two letters swapped"
    return "One letter out" if OSA.distance(one, other) == 1 else USUAL["close"]
