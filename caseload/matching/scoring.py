"""How likely it is that a row is about someone we hold: reckoned, and said in words (ISA-02)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caseload.intake.models import InboundFile


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a reckoning: what agrees or differs, and how much that says."""

    field: str
    level: str
    words: str
    bits: float
    probability: float
    """That it is the same person, with this step and those before it."""


def explain(steps: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The steps of a candidate in words, with the probability as it grows and shrinks.

    ``steps`` is ``Candidate.steps``: the starting point first, then each field in bits.
    """
    told, total = [], 0.0
    for step in steps:
        total += step["bits"]
        told.append(
            Step(step["field"], step["level"], step["words"], step["bits"], probability(total))
        )
    return told


def probability(bits: float) -> float:
    """The probability that odds of ``2 ** bits`` to 1 stand for."""
    return 1.0 / (1.0 + math.exp2(-max(-1000.0, min(bits, 1000.0))))


def score_file(file: "InboundFile") -> None:
    """Keep candidates for the rows of a file that the rules left without an answer."""
