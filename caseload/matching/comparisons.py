"""How alike two records are, field by field, in levels and in words.

Records come as columns of text. A pair of values is compared once, however many pairs of records
have it: the work is over distinct values, in arrays.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from caseload.matching.variants import (
    compact,
    family_keys,
    given_keys,
    plain,
)

Levels: TypeAlias = NDArray[np.int8]
Places: TypeAlias = NDArray[np.int64]
Texts: TypeAlias = Sequence[str]

MISSING = -1

LEVELS: dict[str, tuple[str, ...]] = {
    "given": (
        "other",
        "faint",
        "alike",
        "sounds",
        "close",
        "initial",
        "variant",
        "same",
        "swapped",
    ),
    "family": ("other", "faint", "alike", "sounds", "close", "variant", "same"),
    "birth": ("other", "near", "default", "digit", "swapped", "same"),
    "gender": ("other", "same"),
    "postcode": ("other", "near", "district", "sector", "digit", "same"),
    "address": ("other", "faint", "alike", "close", "same"),
    "town": ("other", "alike", "close", "same"),
    "phone": ("other", "digit", "same"),
    "email": ("other", "close", "same"),
    "school": ("other", "same"),
    "upn": ("other", "digit", "same"),
    "uln": ("other", "digit", "same"),
}
"""Of each field the levels of agreement, from the least to the most. Not known is ``MISSING``."""

HOME = ("postcode", "address", "town")
"""Fields that all change when someone moves."""

NAMED = ("given", "family")
"""Fields in which a value that few people have says more."""


@dataclass(frozen=True)
class Records:
    """One side of a comparison: for each field its text by record, empty where not known.

    ``given_sound`` and ``family_sound`` are how the names sound, when they have been worked out.
    Dates are ``YYYY-MM-DD``.
    """

    columns: Mapping[str, Texts]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))


def compare(
    left: Records, right: Records, i: Places, j: Places, *, fields: Iterable[str] = LEVELS
) -> dict[str, Levels]:
    """The level of each field of each pair: record ``i[n]`` on the left with ``j[n]``.

    Fields that only one side has are left out.
    """
    levels: dict[str, Levels] = {}
    for field in fields:
        if field not in left.columns or field not in right.columns:
            continue
        levels[field] = _field(field, left, right, i, j)
    if "given" in levels and "family" in levels:
        _turn(levels, left, right, i, j)
    return levels


def equal(left: Records, right: Records, field: str, i: Places, j: Places) -> NDArray[np.bool_]:
    """Pairs that have the very same text in a field, and any."""
    seen: dict[str, int] = {"": 0}
    one, other = (
        np.fromiter(
            (seen.setdefault(text or "", len(seen)) for text in side.columns[field]), np.int32
        )
        for side in (left, right)
    )
    here = one[i]
    return np.asarray((here == other[j]) & (here != 0))


Compared: TypeAlias = Callable[[NDArray[Any], NDArray[Any], Places, Places], Levels]
"""From distinct values on either side and places in them, the level of each pair of values."""


def _field(field: str, left: Records, right: Records, i: Places, j: Places) -> Levels:
    here, there = left.columns[field], right.columns[field]
    if field in NAMED and f"{field}_sound" in left.columns and f"{field}_sound" in right.columns:
        sounds = dict(zip(here, left.columns[f"{field}_sound"], strict=True))
        sounds |= dict(zip(there, right.columns[f"{field}_sound"], strict=True))
    else:
        sounds = {}
    how = COMPARED.get(field)
    if field == "given":
        how = _Names(given_keys, sounds, LEVELS[field])
    elif field == "family":
        how = _Names(family_keys, sounds, LEVELS[field])
    return _distinct(here, there, i, j, how or _exact)


def _distinct(here: Texts, there: Texts, i: Places, j: Places, how: Compared) -> Levels:
    lefts, left_at = _codes(here)
    rights, right_at = _codes(there)
    one, other = left_at[i], right_at[j]
    keys, back = _each_once(one * max(len(rights), 1) + other, len(lefts) * len(rights))
    a, b = keys // max(len(rights), 1), keys % max(len(rights), 1)
    levels = np.full(len(keys), MISSING, np.int8)
    known = (lefts[a] != "") & (rights[b] != "")
    if known.any():
        levels[known] = how(lefts, rights, a[known], b[known])
    return levels[back]


MOST_IN_A_TABLE = 400_000_000


def _each_once(keys: Places, size: int) -> tuple[Places, Places]:
    """The different keys, and the place of each among them. All are below ``size``.

    By a table where there are many keys for its size: that is quicker than sorting.
    """
    if size > min(16 * len(keys), MOST_IN_A_TABLE):
        return np.unique(keys, return_inverse=True)
    there = np.zeros(size, np.bool_)
    there[keys] = True
    once = np.flatnonzero(there)
    table = np.empty(size, np.int32)
    table[once] = np.arange(len(once), dtype=np.int32)
    return np.asarray(once, np.int64), np.asarray(table[keys], np.int64)


def _codes(texts: Texts) -> tuple[NDArray[Any], Places]:
    seen: dict[str, int] = {}
    at = np.fromiter((seen.setdefault(text or "", len(seen)) for text in texts), np.int64)
    return np.array(list(seen), dtype=object), at


def _each(values: NDArray[Any], make: Callable[[str], Any]) -> NDArray[Any]:
    made = np.empty(len(values), dtype=object)
    made[:] = [make(value) for value in values]
    return made


def _likeness(a: NDArray[Any], b: NDArray[Any], scorer: Any, kind: Any) -> NDArray[Any]:
    if not len(a):
        return np.empty(0, kind)
    found: NDArray[Any] = process.cpdist(a.tolist(), b.tolist(), scorer=scorer, dtype=kind)
    return found


# -- names ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Names:
    keys: Callable[[str], frozenset[str]]
    sounds: Mapping[str, str]
    names: tuple[str, ...]

    def __call__(self, lefts: NDArray[Any], rights: NDArray[Any], a: Places, b: Places) -> Levels:
        at = {name: place for place, name in enumerate(self.names)}
        here, there = _each(lefts, compact), _each(rights, compact)
        one, other = here[a], there[b]
        likeness = _likeness(one, other, JaroWinkler.normalized_similarity, np.float32)
        levels = np.zeros(len(a), np.int8)
        levels[likeness >= 0.75] = at["faint"]
        levels[likeness >= 0.85] = at["alike"]
        if self.sounds:
            heard = _each(lefts, self._sound)[a], _each(rights, self._sound)[b]
            levels[(heard[0] == heard[1]) & (heard[0] != "") & (likeness >= 0.7)] = at["sounds"]
        levels[likeness >= 0.92] = at["close"]
        short = np.flatnonzero((likeness >= 0.7) & (likeness < 0.92))
        apart = _likeness(one[short], other[short], OSA.distance, np.uint8)
        length = np.minimum(_lengths(one[short]), _lengths(other[short]))
        levels[short[(apart <= 1) & (length >= 4)]] = at["close"]
        if "initial" in at:
            levels[_initials(one, other)] = at["initial"]
        levels[self._variants(lefts, rights, here, there, a, b)] = at["variant"]
        levels[one == other] = at["same"]
        return levels

    def _sound(self, name: str) -> str:
        return self.sounds.get(name, "")

    def _variants(
        self,
        lefts: NDArray[Any],
        rights: NDArray[Any],
        here: NDArray[Any],
        there: NDArray[Any],
        a: Places,
        b: Places,
    ) -> NDArray[np.bool_]:
        """Pairs that share a key, of those names that go by more than their own letters."""
        keys, others = _each(lefts, self.keys), _each(rights, self.keys)
        more = np.array([key != {name} for key, name in zip(keys, here, strict=True)])
        found = more[a] | np.array([k != {n} for k, n in zip(others, there, strict=True)])[b]
        places = np.flatnonzero(found)
        shared = [not keys[a[p]].isdisjoint(others[b[p]]) for p in places]
        found[places] = shared
        return np.asarray(found, np.bool_)


def _lengths(texts: NDArray[Any]) -> NDArray[np.int64]:
    return np.fromiter(map(len, texts), np.int64, len(texts))


def _initials(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Pairs of which one is the first letter of the other."""
    letter = (_lengths(one) == 1) | (_lengths(other) == 1)
    places = np.flatnonzero(letter)
    letter[places] = [one[p][:1] == other[p][:1] for p in places]
    return np.asarray(letter, np.bool_)


def _turn(levels: dict[str, Levels], left: Records, right: Records, i: Places, j: Places) -> None:
    """First name in the place of the family name, and the other way round."""
    given, family = levels["given"], levels["family"]
    alike = LEVELS["given"].index("alike")
    apart = np.flatnonzero((given >= 0) & (family >= 0) & (given < alike) & (family < alike))
    if not len(apart):
        return
    a, b = i[apart], j[apart]
    crossed = _distinct(left.columns["given"], right.columns["family"], a, b, _close)
    crossed &= _distinct(left.columns["family"], right.columns["given"], a, b, _close)
    turned = apart[crossed == 1]
    given[turned] = LEVELS["given"].index("swapped")
    family[turned] = MISSING


def _close(lefts: NDArray[Any], rights: NDArray[Any], a: Places, b: Places) -> Levels:
    one, other = _each(lefts, compact)[a], _each(rights, compact)[b]
    found = _likeness(one, other, JaroWinkler.normalized_similarity, np.float32) >= 0.9
    return found.astype(np.int8)


# -- dates, places, numbers ----------------------------------------------------------------------


def _births(lefts: NDArray[Any], rights: NDArray[Any], a: Places, b: Places) -> Levels:
    names = LEVELS["birth"]
    one, other = (
        _each(values, lambda text: text.replace("-", ""))[at]
        for values, at in ((lefts, a), (rights, b))
    )
    turned = _each(lefts, lambda text: (t := text.replace("-", ""))[:4] + t[6:8] + t[4:6])[a]
    apart = _likeness(one, other, OSA.distance, np.uint8)
    levels = np.zeros(len(a), np.int8)
    levels[apart <= 2] = names.index("near")
    levels[_stands_for(one, other)] = names.index("default")
    levels[apart <= 1] = names.index("digit")
    levels[turned == other] = names.index("swapped")
    levels[one == other] = names.index("same")
    return levels


def _stands_for(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Pairs in the same year of which one is the first of January, or of the same month."""
    found = np.zeros(len(one), np.bool_)
    for n, (x, y) in enumerate(zip(one, other, strict=True)):
        if x[:4] == y[:4]:
            found[n] = "0101" in (x[4:], y[4:]) or (x[4:6] == y[4:6] and "01" in (x[6:], y[6:]))
    return found


def _postcodes(lefts: NDArray[Any], rights: NDArray[Any], a: Places, b: Places) -> Levels:
    names = LEVELS["postcode"]
    here, there = (_each(values, _joined) for values in (lefts, rights))
    one, other = here[a], there[b]
    apart = _likeness(one, other, OSA.distance, np.uint8)
    levels = np.zeros(len(a), np.int8)
    levels[apart <= 2] = names.index("near")
    for name, drop in (("district", 3), ("sector", 2)):
        part, its = (_each(values, partial(_outward, drop=drop)) for values in (here, there))
        levels[(part[a] == its[b]) & (part[a] != "")] = names.index(name)
    levels[(apart <= 1) & (_lengths(one) > 3)] = names.index("digit")
    levels[one == other] = names.index("same")
    return levels


def _joined(text: str) -> str:
    return text.replace(" ", "").upper()


def _outward(postcode: str, drop: int) -> str:
    """A postcode of this country without its last letters; empty for any other."""
    is_ours = len(postcode) >= 5 and postcode[0].isalpha() and postcode[-1].isalpha()
    return postcode[:-drop] if is_ours else ""


def _graded(*steps: tuple[str, float], make: Callable[[str], str], field: str) -> Compared:
    def compared(lefts: NDArray[Any], rights: NDArray[Any], a: Places, b: Places) -> Levels:
        one, other = _each(lefts, make)[a], _each(rights, make)[b]
        likeness = _likeness(one, other, fuzz.ratio, np.float32)
        levels = np.zeros(len(a), np.int8)
        for name, least in steps:
            levels[likeness >= least] = LEVELS[field].index(name)
        return levels

    return compared


def _sorted_words(text: str) -> str:
    return " ".join(sorted(plain(text).split()))


def _digits(text: str) -> str:
    digits = "".join(letter for letter in text if letter.isalnum()).upper()
    return "0" + digits[2:] if digits.startswith("44") and len(digits) == 12 else digits


def _numbers(lefts: NDArray[Any], rights: NDArray[Any], a: Places, b: Places) -> Levels:
    one, other = _each(lefts, _digits)[a], _each(rights, _digits)[b]
    apart = _likeness(one, other, OSA.distance, np.uint8)
    return np.asarray(2 - np.minimum(apart, 2), np.int8)


def _exact(lefts: NDArray[Any], rights: NDArray[Any], a: Places, b: Places) -> Levels:
    return np.asarray(lefts[a] == rights[b], np.int8)


COMPARED: dict[str, Compared] = {
    "birth": _births,
    "postcode": _postcodes,
    "address": _graded(
        ("faint", 60), ("alike", 75), ("close", 90), ("same", 100), make=_sorted_words,
        field="address",
    ),
    "town": _graded(("alike", 75), ("close", 90), ("same", 100), make=_sorted_words, field="town"),
    "email": _graded(("close", 90), ("same", 100), make=str.casefold, field="email"),
    "phone": _numbers,
    "upn": _numbers,
    "uln": _numbers,
}  # fmt: skip
