"""The parameters of the score: what they are, and how they are learnt from the data alone.

A pair of records is one of four things: the same person at the same home, the same person who
has moved, two people of one household, or two people picked at random. For each field, ``m`` says
how often records of one person agree at each level, and ``u`` how often those of two people do.
``m`` is found by expectation and maximisation over pairs that share something; ``u`` by counting
pairs at random. Nobody's answers are needed, and none are used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from caseload.matching.comparisons import HOME, LEVELS, MISSING, Levels, Places

Numbers: TypeAlias = NDArray[np.float64]

SIBLINGS, TWINS = 0.8, 0.03
"""On average so many others of a household in the caseload, and of one birth: about 15 in 1,000
births are of twins, so 3 in 100 people have one. Until it has been counted."""

SURE = 0.95
"""From the rows whose person is as likely as this it is counted how many of a household there are:
whoever else is like such a row is someone else."""

SHARED_BY_HOUSEHOLD: dict[str, float] = {
    "family": 0.9,
    "postcode": 0.97,
    "address": 0.97,
    "town": 0.97,
    "phone": 0.6,
    "email": 0.5,
    "school": 0.6,
}
"""How often two of one household have the same, as one person would."""

SAME_GIVEN_NAME = 0.05
"""Two of a household have the same first name so much more rarely than two at random."""

FIRM = 10.0
"""As many pairs as what was known before counts for, of each field."""

RARE = 3.0
"""The most bits that a name gains by being rare, or loses by being common."""


@dataclass(frozen=True)
class Parameters:
    """Everything that the score is reckoned with. Probabilities by level, in the order of LEVELS.

    ``found`` is the share of rows that are about someone we hold; ``moved`` the share of those
    who have another home than the one held; ``siblings`` and ``twins`` are how many others of
    their household, and of one birth with them, someone has among the people held. ``certain``
    and ``ask`` are the least probabilities of their bands.
    """

    m: Mapping[str, tuple[float, ...]]
    u: Mapping[str, tuple[float, ...]]
    found: float = 0.5
    moved: float = 0.1
    siblings: float = SIBLINGS
    twins: float = TWINS
    certain: float = 0.998
    ask: float = 0.05

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "m": {name: list(shares) for name, shares in self.m.items()},
            "u": {name: list(shares) for name, shares in self.u.items()},
            "levels": {name: list(LEVELS[name]) for name in self.m},
            "found": self.found,
            "moved": self.moved,
            "siblings": self.siblings,
            "twins": self.twins,
            "bands": {"certain": self.certain, "ask": self.ask},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Parameters":
        """From what ``as_json`` gave. ``ValueError`` when its levels are not those of today."""
        if any(list(LEVELS.get(name, ())) != levels for name, levels in kept["levels"].items()):
            raise ValueError("These parameters are for other levels of agreement")
        return cls(
            m={name: tuple(shares) for name, shares in kept["m"].items()},
            u={name: tuple(shares) for name, shares in kept["u"].items()},
            found=kept["found"],
            moved=kept["moved"],
            siblings=kept.get("siblings", SIBLINGS),
            twins=kept.get("twins", TWINS),
            certain=kept["bands"]["certain"],
            ask=kept["bands"]["ask"],
        )


SHIPPED = Parameters(
    m={
        "given": (0.02, 0.01, 0.01, 0.01, 0.06, 0.005, 0.08, 0.795, 0.01),
        "family": (0.04, 0.01, 0.01, 0.01, 0.06, 0.04, 0.83),
        "birth": (0.01, 0.01, 0.005, 0.03, 0.015, 0.93),
        "gender": (0.01, 0.99),
        "postcode": (0.06, 0.01, 0.03, 0.02, 0.04, 0.84),
        "address": (0.06, 0.04, 0.08, 0.22, 0.6),
        "town": (0.06, 0.04, 0.05, 0.85),
        "phone": (0.3, 0.03, 0.67),
        "email": (0.3, 0.03, 0.67),
        "school": (0.2, 0.8),
        "upn": (0.01, 0.04, 0.95),
        "uln": (0.01, 0.04, 0.95),
    },
    u={
        "given": (0.93, 0.01, 0.004, 0.004, 0.004, 0.005, 0.008, 0.009, 0.0002),
        "family": (0.95, 0.02, 0.004, 0.004, 0.004, 0.004, 0.004),
        "birth": (0.88, 0.09, 0.006, 0.0175, 0.0002, 0.00021),
        "gender": (0.5, 0.5),
        "postcode": (0.9289, 0.02, 0.04, 0.007, 0.004, 0.0001),
        "address": (0.97, 0.02, 0.008, 0.0018, 0.0002),
        "town": (0.76, 0.02, 0.02, 0.2),
        "phone": (0.9998, 0.0001, 0.0001),
        "email": (0.9998, 0.0001, 0.0001),
        "school": (0.97, 0.03),
        "upn": (0.9999, 0.00005, 0.00005),
        "uln": (0.9999, 0.00005, 0.00005),
    },
)
"""What the service comes with: our own judgement of lists of schools, until it has data."""


def _bits(shares: tuple[float, ...], base: tuple[float, ...]) -> Numbers:
    """Bits that each level says, and at the end 0, which ``MISSING`` finds."""
    top, bottom = np.asarray(shares), np.asarray(base)
    return np.append(np.log2(np.maximum(top, 1e-9) / np.maximum(bottom, 1e-9)), 0.0)


def field_bits(parameters: Parameters, levels: Mapping[str, Levels]) -> dict[str, Numbers]:
    """Bits of each field of each pair for one person rather than two."""
    return {
        name: _bits(parameters.m[name], parameters.u[name])[found] for name, found in levels.items()
    }


def rarity_bits(parameters: Parameters, name: str, found: Levels, share: Numbers) -> Numbers:
    """What is to be added where two names agree, for how many have that name.

    ``share`` is the part of people who have the name of each pair; 0 where not known.
    """
    same = LEVELS[name].index("same")
    usual = parameters.u[name][same]
    bits = np.zeros(len(found))
    apply = (found == same) & (share > 0)
    bits[apply] = np.clip(np.log2(usual / share[apply]), -RARE, RARE)
    return bits


@dataclass(frozen=True)
class Weighed:
    """The bits of each pair: ``match`` for one person, ``sibling`` and ``twin`` for two of a
    household, as how many there would be with this agreement for each person."""

    match: Numbers
    sibling: Numbers
    twin: Numbers
    stayed: Numbers
    """The part of ``match`` that is for someone who has not moved, 0 to 1."""
    home: Numbers
    """What the fields of the home say together, allowing for a move."""

    @property
    def household(self) -> Numbers:
        """For two of a household, of one birth or not."""
        return np.asarray(np.logaddexp2(self.sibling, self.twin))

    def at(self, places: NDArray[Any]) -> "Weighed":
        """The bits of some of the pairs."""
        return Weighed(
            *(
                kept[places]
                for kept in (self.match, self.sibling, self.twin, self.stayed, self.home)
            )
        )


def weigh(
    parameters: Parameters,
    levels: Mapping[str, Levels],
    bits: Mapping[str, Numbers],
) -> Weighed:
    """Bits for one person, and for two of a household, both against two people at random."""
    size = len(next(iter(levels.values())))
    core, home = np.zeros(size), np.zeros(size)
    for name, found in bits.items():
        if name in HOME:
            home += found
        else:
            core += found
    stay = (1 - parameters.moved) * np.exp2(np.minimum(home, 900))
    home = np.log2(stay + parameters.moved)
    sibling, twin = _household(parameters, levels)
    return Weighed(
        match=core + home,
        sibling=sibling,
        twin=twin,
        stayed=stay / (stay + parameters.moved),
        home=home,
    )


def _household(parameters: Parameters, levels: Mapping[str, Levels]) -> tuple[Numbers, Numbers]:
    """Bits for a brother or sister, and for a twin, each by how many of them there are."""
    size = len(next(iter(levels.values())))
    common, birth = np.zeros(size), np.zeros(size)
    for name, found in levels.items():
        m, u = np.asarray(parameters.m[name]), np.asarray(parameters.u[name])
        if name == "given":
            other = u.copy()
            for level in ("same", "swapped"):
                other[LEVELS[name].index(level)] *= SAME_GIVEN_NAME
            common += _bits(tuple(other / other.sum()), tuple(u))[found]
        elif name == "birth":
            birth = _bits(tuple(m), tuple(u))[found]
        elif share := SHARED_BY_HOUSEHOLD.get(name):
            common += _bits(tuple(share * m + (1 - share) * u), tuple(u))[found]
    return common + np.log2(parameters.siblings), common + birth + np.log2(parameters.twins)


FEWEST_PEOPLE = 1_000
"""Someone outside a small caseload may be meant as well: there is always so much choice."""


FEWEST_LEFT = 0.05
"""However many people other rows are about, so large a part of those held may still be meant."""


def starting_bits(parameters: Parameters, people: int, rows: int = 0) -> float:
    """Bits for any one person before looking, against the row being about nobody held.

    Of the ``people`` held, those whom the others of so many ``rows`` are about are spoken for.
    """
    choice = max(people, FEWEST_PEOPLE)
    left = max(choice - parameters.found * rows, FEWEST_LEFT * choice)
    return float(np.log2(parameters.found / (1 - parameters.found) / left))


def log_odds(parameters: Parameters, weighed: Weighed, people: int, rows: int = 0) -> Numbers:
    """Bits for one person against all else, before rivals; ``people`` is how many we hold, and
    ``rows`` how many rows there are."""
    start = starting_bits(parameters, people, rows)
    choice = max(people, FEWEST_PEOPLE)
    against = np.log2(1 + np.exp2(np.minimum(weighed.household, 900)) / choice)
    return np.asarray(np.clip(start + weighed.match - against, -900, 900))


def shares_of(odds_bits: Numbers, groups: Places) -> Numbers:
    """The probability of each pair when at most one of each group is right."""
    odds = np.exp2(odds_bits)
    total = np.bincount(groups, weights=odds) if len(groups) else np.zeros(0)
    return np.asarray(odds / (1.0 + total[groups]))


def probabilities(odds_bits: Numbers, rows: Places, people: Places) -> Numbers:
    """The probability of each pair when a row is about at most one person, and no two rows are."""
    odds = np.exp2(odds_bits)
    by_row = np.bincount(rows, weights=odds) if len(rows) else np.zeros(0)
    by_person = np.bincount(people, weights=odds) if len(people) else np.zeros(0)
    return np.asarray(odds / (1.0 + by_row[rows] + by_person[people] - odds))


def count_u(levels: Mapping[str, Levels], before: Parameters = SHIPPED) -> Parameters:
    """``u`` by counting pairs that were picked at random, with a little of what was known."""
    u = {}
    for name, found in levels.items():
        known = found[found != MISSING]
        counts = np.bincount(known, minlength=len(LEVELS[name])).astype(float)
        counts += np.asarray(before.u[name]) + 0.05
        u[name] = tuple((counts / counts.sum()).tolist())
    return replace(before, u={**before.u, **u})


def estimate(
    levels: Mapping[str, Levels],
    rows: Places,
    *,
    row_count: int,
    people: int,
    start: Parameters,
    rarity: Mapping[str, Numbers] | None = None,
    whom: Places | None = None,
    times: int = 25,
) -> Parameters:
    """``m``, the shares found and moved, and who has brothers, sisters and twins: learnt by
    expectation and maximisation.

    ``levels`` are of pairs that share something; ``rows`` says of which row each pair is and
    ``whom``, if it is known, of which person; ``u`` of ``start`` is taken as it is. Ends when
    nothing moves by more than a thousandth.
    """
    now, extra = start, dict(rarity or {})
    at_home = any(name in HOME for name in levels)
    worth = _reckoned(now, levels, extra, people, row_count)[0] > HOPELESS
    levels = {name: found[worth] for name, found in levels.items()}
    extra = {name: bits[worth] for name, bits in extra.items()}
    rows, whom = rows[worth], None if whom is None else whom[worth]
    for _ in range(times):
        odds, weighed = _reckoned(now, levels, extra, people, row_count)
        share = shares_of(odds, rows) if whom is None else probabilities(odds, rows, whom)
        after = _maximise(levels, share, weighed.stayed, now, row_count)
        after = _count_households(after, share, weighed, rows, people, at_home=at_home)
        far = max(
            abs(a - b) for name in levels for a, b in zip(now.m[name], after.m[name], strict=True)
        )
        now = after
        if far < 0.001:
            break
    return now


HOPELESS = -20.0
"""Pairs with less to be said for them at the start than this many bits are not learnt from."""


def _reckoned(
    now: Parameters,
    levels: Mapping[str, Levels],
    extra: Mapping[str, Numbers],
    people: int,
    row_count: int,
) -> tuple[Numbers, Weighed]:
    bits = field_bits(now, levels)
    for name, more in extra.items():
        bits[name] = bits[name] + more
    weighed = weigh(now, levels, bits)
    return log_odds(now, weighed, people, row_count), weighed


def _maximise(
    levels: Mapping[str, Levels],
    share: Numbers,
    stayed: Numbers,
    now: Parameters,
    row_count: int,
) -> Parameters:
    m = {}
    for name, found in levels.items():
        weight = share * stayed if name in HOME else share
        known = found != MISSING
        told = np.bincount(found[known], weights=weight[known], minlength=len(LEVELS[name]))
        counts = told + FIRM * np.asarray(SHIPPED.m[name])
        m[name] = tuple((counts / counts.sum()).tolist())
    total = float(share.sum())
    at_home = any(name in HOME for name in levels)
    gone = float((share * (1 - stayed)).sum()) if at_home else 0.0
    return replace(
        now,
        m={**now.m, **m},
        found=min(0.999, (total + 1) / (row_count + 2)),
        moved=(gone + FIRM * SHIPPED.moved) / (total + FIRM),
    )


def _count_households(
    now: Parameters,
    share: Numbers,
    weighed: Weighed,
    rows: Places,
    people: int,
    *,
    at_home: bool,
) -> Parameters:
    """How many others of a household, and of one birth, people have among those held.

    Counted where it is plain: about a row whose person is found for sure, anyone else who looks
    like it is not that person. Without a home to compare, only twins can be told from strangers.
    """
    likeliest = np.zeros(int(rows.max(initial=-1)) + 1)
    np.maximum.at(likeliest, rows, share)
    sure = int((likeliest >= SURE).sum())
    others = (likeliest[rows] >= SURE) & (share < 0.5)
    choice = np.log2(max(people, FEWEST_PEOPLE))
    sibling, twin = (
        np.exp2(np.minimum(bits[others] - choice, 900)) for bits in (weighed.sibling, weighed.twin)
    )
    either = 1.0 + sibling + twin
    siblings = (float((sibling / either).sum()) + FIRM * SIBLINGS) / (sure + FIRM)
    return replace(
        now,
        siblings=siblings if at_home else now.siblings,
        twins=(float((twin / either).sum()) + FIRM * TWINS) / (sure + FIRM),
    )
