"""Learning from pairs without answers, and settling who is whom."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from caseload.matching.assigning import assign
from caseload.matching.comparisons import LEVELS
from caseload.matching.estimating import (
    SHIPPED,
    Parameters,
    count_u,
    estimate,
    field_bits,
    log_odds,
    probabilities,
    weigh,
)
from caseload.matching.scoring import explain

HOME = ("postcode", "address", "town")
FIELDS = ("given", "family", "birth", *HOME)
M = {
    "given": (0.05, 0.01, 0.02, 0.02, 0.1, 0.0, 0.05, 0.75, 0.0),
    "family": (0.1, 0.01, 0.01, 0.02, 0.06, 0.1, 0.7),
    "birth": (0.02, 0.02, 0.01, 0.1, 0.05, 0.8),
    "postcode": (0.05, 0.02, 0.02, 0.01, 0.1, 0.8),
    "address": (0.05, 0.05, 0.1, 0.2, 0.6),
    "town": (0.05, 0.05, 0.1, 0.8),
}


def drawn(dice, shares, size):
    shares = np.array(shares)
    return dice.choice(len(shares), size=size, p=shares / shares.sum()).astype(np.int8)


def test_em_finds_what_the_pairs_were_made_with():
    dice = np.random.default_rng(7)
    rows, rivals, found, moved = 4_000, 8, 0.8, 0.25
    levels = {name: drawn(dice, SHIPPED.u[name], rows * (rivals + 1)) for name in FIELDS}
    matched = np.flatnonzero(np.arange(rows) < found * rows)
    for name in FIELDS:
        levels[name][matched] = drawn(dice, M[name], len(matched))
    gone = matched[dice.random(len(matched)) < moved]
    for name in HOME:
        levels[name][gone] = drawn(dice, SHIPPED.u[name], len(gone))
    of_row = np.tile(np.arange(rows), rivals + 1)

    learnt = estimate(levels, of_row, row_count=rows, people=rivals + 1, start=SHIPPED)

    for name in FIELDS:
        assert learnt.m[name] == pytest.approx(M[name], abs=0.03)
    assert learnt.found == pytest.approx(found, abs=0.03)
    assert learnt.moved == pytest.approx(moved, abs=0.04)


def test_u_is_counted():
    found = {"gender": np.array([0] * 300 + [1] * 700 + [-1] * 50, np.int8)}
    assert count_u(found).u["gender"] == pytest.approx((0.3, 0.7), abs=0.001)


def test_parameters_are_kept_as_they_are():
    assert Parameters.from_json(SHIPPED.as_json()) == SHIPPED
    kept = SHIPPED.as_json()
    kept["levels"]["birth"] = ["other", "same"]
    with pytest.raises(ValueError, match="other levels"):
        Parameters.from_json(kept)


def odds_of(people=50_000, **said):
    levels = {name: np.array([LEVELS[name].index(level)], np.int8) for name, level in said.items()}
    parameters = replace(SHIPPED, found=0.5)
    weighed = weigh(parameters, levels, field_bits(parameters, levels))
    return float(probabilities(log_odds(parameters, weighed, people), *np.zeros((2, 1), int))[0])


HOUSE = {"postcode": "same", "address": "same", "town": "same", "family": "same"}


def test_a_twin_is_not_taken_for_the_other():
    assert odds_of(given="same", birth="same", **HOUSE) > 0.998
    assert odds_of(given="other", birth="same", gender="same", **HOUSE) < 0.9
    assert odds_of(given="other", birth="same", gender="other", **HOUSE) < 0.05


def test_a_brother_or_sister_is_not_taken_for_the_other():
    assert odds_of(given="other", birth="other", **HOUSE) < 0.01


def test_someone_who_moved_is_found_for_one_move_and_not_for_three():
    away = {"postcode": "other", "address": "other", "town": "other"}
    assert odds_of(given="same", family="same", birth="same", **away) > 0.9


def test_rivals_share_what_there_is():
    two = probabilities(np.array([20.0, 20.0]), np.array([0, 0]), np.array([0, 1]))
    assert two == pytest.approx([0.5, 0.5], abs=0.001)


def test_assignment_is_the_best_in_all():
    dice = np.random.default_rng(3)
    for _ in range(40):
        gain = dice.integers(-3, 12, (4, 5)).astype(float)
        rows, people = (at.ravel() for at in np.indices(gain.shape))
        taken = assign(gain.ravel(), rows, people)
        best = max(
            sum(max(gain[row, person], 0) for row, person in enumerate(order))
            for order in permutations(range(5), 4)
        )
        assert gain.ravel()[taken].sum() == pytest.approx(best)
        assert len(set(rows[taken])) == len(set(people[taken])) == taken.sum()


def test_the_best_pair_may_have_to_give_way():
    taken = assign(np.array([10.0, 9.0, 9.0]), np.array([0, 0, 1]), np.array([0, 1, 0]))
    assert taken.tolist() == [False, True, True]


def test_a_reckoning_is_told_step_by_step():
    steps = [
        {"field": "start", "level": "", "words": "Before looking: one of 1,000", "bits": -10.0},
        {"field": "birth", "level": "same", "words": "Same", "bits": 12.0},
    ]
    told = explain(steps)
    assert [step.called for step in told] == ["", "Date of birth"]
    assert told[0].probability == pytest.approx(1 / 1025)
    assert told[1].probability == pytest.approx(0.8)
