"""Weighing pairs of records against each other: how likely it is that two are of one person."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caseload.matching.assigning import assign
from caseload.matching.comparisons import (
    HOME,
    LEVELS,
    MISSING,
    NAMED,
    Levels,
    Places,
    Records,
    compare,
    equal,
)
from caseload.matching.estimating import (
    FIRM,
    RARE,
    Numbers,
    Parameters,
    Weighed,
    field_bits,
    log_odds,
    probabilities,
    rarity_bits,
    shares_of,
    starting_bits,
    weigh,
)
from caseload.matching.rules import Band
from caseload.matching.variants import compact
from caseload.matching.wording import in_words


@dataclass(frozen=True)
class Pairs:
    """Two sides of records, who each is about, and the places of the pairs to be compared."""

    left: Records
    right: Records
    rows: Places
    """Who each record of the left side is about: a row, as its place from 0 on."""
    people: Places
    """The same of the right side."""
    i: Places
    j: Places


@dataclass(frozen=True)
class Scored:
    """Pairs of a row and a person, each once: the best of the names that they go by."""

    pairs: Pairs
    levels: Mapping[str, Levels]
    bits: Mapping[str, Numbers]
    weighed: Weighed
    odds: Numbers
    probability: Numbers
    is_best: NDArray[np.bool_]
    parameters: Parameters
    held: int
    row_count: int

    @property
    def rows(self) -> Places:
        """The row of each pair."""
        return self.pairs.rows[self.pairs.i]

    @property
    def people(self) -> Places:
        """The person of each pair."""
        return self.pairs.people[self.pairs.j]

    def band(self, at: int) -> Band:
        """What a pair amounts to."""
        if self.probability[at] >= self.parameters.certain and self.is_best[at]:
            return Band.CERTAIN
        return Band.ASK if self.probability[at] >= self.parameters.ask else Band.NONE

    def steps(self, at: int) -> list[dict[str, Any]]:
        """Every step of the reckoning of a pair, which add up to its probability."""
        i, j = int(self.pairs.i[at]), int(self.pairs.j[at])
        start = starting_bits(self.parameters, self.held, self.row_count)
        steps = [_step("start", "", f"Before looking: one of {self.held:,} people", start)]
        home = 0.0
        for name in self.levels:
            level = int(self.levels[name][at])
            if level == MISSING:
                continue
            here, there = self.pairs.left.columns[name][i], self.pairs.right.columns[name][j]
            label = LEVELS[name][level]
            bits = float(self.bits[name][at])
            home += bits if name in HOME else 0.0
            words = in_words(name, label, here, there) + self._remark(name, level, j)
            steps.append(_step(name, label, words, bits))
        steps += _unless_nothing(
            "moved", "They may have moved", float(self.weighed.home[at]) - home
        )
        so_far = start + float(self.weighed.match[at])
        steps += _unless_nothing(
            "household", "May be a twin, a brother or a sister", float(self.odds[at]) - so_far
        )
        share = min(max(float(self.probability[at]), 1e-12), 1 - 1e-12)
        rivals = math.log2(share / (1 - share)) - min(float(self.odds[at]), 39.8)
        steps += _unless_nothing("rivals", "Others are like them too", min(rivals, 0.0))
        return steps

    def _remark(self, name: str, level: int, j: int) -> str:
        """Which of someone's names or homes it was that agreed, if not that of today."""
        about = "name_is" if name in NAMED else "home_is" if name in HOME else ""
        remarks = self.pairs.right.columns.get(about)
        return f" ({remarks[j]})" if remarks and remarks[j] and level > 0 else ""


def _step(field: str, level: str, words: str, bits: float) -> dict[str, Any]:
    return {"field": field, "level": level, "words": words, "bits": round(bits, 2)}


def _unless_nothing(field: str, words: str, bits: float) -> list[dict[str, Any]]:
    return [_step(field, "", words, bits)] if abs(bits) >= 0.05 else []


AT_A_TIME = 8_000_000
"""So many pairs are compared in one go: what there is of memory is bounded by it."""

FIRST = ("given", "family", "birth")

PAST_HOPE = -12.0
"""A pair that cannot come to so many bits, whatever else agrees, is compared no further."""


def narrow(
    pairs: Pairs, parameters: Parameters, *, held: int, row_count: int
) -> tuple[Pairs, dict[str, Levels]]:
    """Compare pairs, names and dates first, and leave out those that the rest could not save."""
    kept, found = [], []
    for begin in range(0, len(pairs.i), AT_A_TIME):
        part = slice(begin, begin + AT_A_TIME)
        i, j = pairs.i[part], pairs.j[part]
        first = compare(pairs.left, pairs.right, i, j, fields=FIRST)
        start = starting_bits(parameters, held, row_count) + len(NAMED) * RARE
        most = start + sum(field_bits(parameters, first).values(), np.zeros(len(i)))
        most += _most_of_the_rest(pairs.left, pairs.right, i, j, parameters)
        worth = np.flatnonzero(most >= PAST_HOPE)
        kept.append((i[worth], j[worth]))
        found.append({name: levels[worth] for name, levels in first.items()})
    if not kept:
        return pairs, compare(pairs.left, pairs.right, pairs.i, pairs.j)
    i, j = (np.concatenate(places) for places in zip(*kept, strict=True))
    others = [name for name in LEVELS if name not in FIRST]
    late = compare(pairs.left, pairs.right, i, j, fields=others)
    early = {name: np.concatenate([part[name] for part in found]) for name in found[0]}
    return replace(pairs, i=i, j=j), early | late


def _most_of_the_rest(
    left: Records, right: Records, i: Places, j: Places, parameters: Parameters
) -> Numbers:
    """The most bits that fields not yet compared can give each pair, told by what is equal.

    A home that is not equal may still be nearly so; anything else that is not says nothing for it.
    """
    total, home = np.zeros(len(i)), np.zeros(len(i))
    for name in LEVELS:
        if name in FIRST or name not in left.columns or name not in right.columns:
            continue
        bits = np.log2(np.maximum(parameters.m[name], 1e-9) / np.maximum(parameters.u[name], 1e-9))
        same = equal(left, right, name, i, j)
        if name in HOME:
            home += np.where(same, bits[-1], max(float(bits[:-1].max()), 0.0))
        else:
            total += np.where(same, bits[-1], 0.0)
    stay = (1 - parameters.moved) * np.exp2(np.minimum(home, 900))
    return np.asarray(total + np.log2(stay + parameters.moved))


def reckon(
    pairs: Pairs,
    parameters: Parameters,
    *,
    held: int,
    row_count: int,
    counts: Mapping[str, Mapping[str, float]],
    levels: Mapping[str, Levels] | None = None,
) -> Scored:
    """Compare and weigh pairs. ``held`` is how many people there are to choose from.

    ``counts`` says how many people have a name, ``given`` or ``family``, by its letters alone.
    How many rows are about someone held is found anew from the pairs themselves.
    """
    if levels is None:
        pairs, levels = narrow(pairs, parameters, held=held, row_count=row_count)
    levels = {name: found for name, found in levels.items() if name in parameters.m}
    bits = field_bits(parameters, levels)
    for name, extra in rarity(pairs, levels, parameters, counts, held).items():
        bits[name] = bits[name] + extra
    weighed = weigh(parameters, levels, bits)
    odds = log_odds(parameters, weighed, held, row_count)
    best = _best_names(pairs, odds)
    pairs = replace(pairs, i=pairs.i[best], j=pairs.j[best])
    weighed = weighed.at(best)
    parameters = _find_share(parameters, weighed, pairs, held, row_count)
    odds = log_odds(parameters, weighed, held, row_count)
    rows, people = pairs.rows[pairs.i], pairs.people[pairs.j]
    return Scored(
        pairs,
        {name: found[best] for name, found in levels.items()},
        {name: found[best] for name, found in bits.items()},
        weighed,
        odds,
        probabilities(odds, rows, people),
        assign(odds + 10.0, rows, people),
        parameters,
        held,
        row_count,
    )


def rarity(
    pairs: Pairs,
    levels: Mapping[str, Levels],
    parameters: Parameters,
    counts: Mapping[str, Mapping[str, float]],
    held: int,
) -> dict[str, Numbers]:
    """Bits to be added to names for how many people have them, by field."""
    found = {}
    for name in NAMED:
        if name not in levels or name not in counts:
            continue
        held_by = counts[name]
        shares = np.array(
            [held_by.get(compact(text), 0.0) for text in pairs.right.columns[name]], float
        )
        found[name] = rarity_bits(parameters, name, levels[name], (shares / max(held, 1))[pairs.j])
    return found


def _best_names(pairs: Pairs, odds: Numbers) -> NDArray[np.int64]:
    """Of the pairs about one row and one person, the place of the likeliest."""
    rows, people = pairs.rows[pairs.i], pairs.people[pairs.j]
    order = np.lexsort((pairs.j, pairs.i, -odds, people, rows))
    first = np.ones(len(order), np.bool_)
    first[1:] = (rows[order][1:] != rows[order][:-1]) | (people[order][1:] != people[order][:-1])
    return np.asarray(np.sort(order[first]))


def _find_share(
    parameters: Parameters, weighed: Weighed, pairs: Pairs, held: int, row_count: int
) -> Parameters:
    usual = parameters.found
    for _ in range(10):
        share = shares_of(log_odds(parameters, weighed, held, row_count), pairs.rows[pairs.i]).sum()
        found = min(0.999, (float(share) + FIRM * usual) / (row_count + FIRM))
        if abs(found - parameters.found) < 0.001:
            break
        parameters = replace(parameters, found=max(found, 0.001))
    return parameters


def reckon_dense(
    pairs: Pairs,
    parameters: Parameters,
    *,
    held: int,
    row_count: int,
    counts: Mapping[str, Mapping[str, float]],
) -> Scored:
    """``reckon`` where rows and people have numbers of any size: they keep them."""
    rows, row_at = np.unique(pairs.rows, return_inverse=True)
    people, person_at = np.unique(pairs.people, return_inverse=True)
    dense = replace(pairs, rows=row_at.astype(np.int64), people=person_at.astype(np.int64))
    scored = reckon(dense, parameters, held=held, row_count=row_count, counts=counts)
    return replace(scored, pairs=replace(scored.pairs, rows=rows[row_at], people=people[person_at]))


def count_letters(names: Sequence[str], whose: Sequence[int] | None = None) -> dict[str, float]:
    """How many have each name, by its letters alone. ``whose`` says which names are of one person,
    who counts once; otherwise each name is somebody's."""
    found: dict[str, float] = {}
    each = enumerate(names) if whose is None else zip(whose, names, strict=True)
    for name in (name for _, name in set(each)):
        letters = compact(name)
        found[letters] = found.get(letters, 0.0) + 1
    return found


def by_letters(counts: Mapping[str, float]) -> dict[str, float]:
    """The same counts for names by their letters alone."""
    found: dict[str, float] = {}
    for name, count in counts.items():
        letters = compact(name)
        found[letters] = found.get(letters, 0.0) + count
    return found
