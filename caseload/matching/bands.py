"""Where the bands of the score begin: told by the errors that they are reckoned to have.

The model says of each pair how likely it is. Taken together, the pairs above a line are wrong as
often as that says, and the pairs below it were missed as often. The lines are put where those
errors are as small as they have to be. What people answered about pairs is counted in: it moves
the lines, and nothing else of the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from caseload.matching.estimating import Numbers, Parameters

WRONG = 0.0005
"""Of the pairs that are called certain, so many may be wrong: half of one in a thousand."""

MISSED = 0.005
"""Of the rows about someone held, so many may be thought to be about nobody."""

LEAST_CERTAIN, MOST_ASKED = 0.95, 0.5
"""However rarely they are wrong together, a pair less likely than the one is not certain, and one
likelier than the other is asked about."""

AS_GOOD_AS = 1_000.0
"""The model's own word counts as much as so many answers."""


@dataclass(frozen=True)
class Said:
    """What a person said of a pair that was reckoned to be ``probability`` likely."""

    probability: float
    is_same: bool


@dataclass(frozen=True)
class Bands:
    """Where the bands begin, and how many rows and errors each was reckoned to have.

    ``error`` is the share of wrong pairs among the certain, ``missed`` the share of the rows
    about someone held that are below ``ask``. ``wrong`` of the ``answers`` were against a pair
    that is likelier than ``certain``.
    """

    certain: float
    ask: float
    rows: int
    certain_rows: int
    asked_rows: int
    error: float
    missed: float
    answers: int = 0
    wrong: int = 0

    def as_json(self) -> dict[str, Any]:
        """As it is kept beside the parameters."""
        return {
            "rows": self.rows,
            "certain": {
                "from": round(self.certain, 6),
                "rows": self.certain_rows,
                "error": round(self.error, 7),
            },
            "ask": {"from": round(self.ask, 6), "rows": self.asked_rows},
            "none": {
                "rows": self.rows - self.certain_rows - self.asked_rows,
                "missed": round(self.missed, 6),
            },
            "answers": self.answers,
            "wrong": self.wrong,
        }

    def put_into(self, parameters: Parameters) -> Parameters:
        """The parameters with these bands."""
        return replace(parameters, certain=self.certain, ask=self.ask)


def find_bands(best: Numbers, *, row_count: int, answers: Sequence[Said] = ()) -> Bands:
    """The bands for rows whose likeliest people are as likely as ``best`` says.

    ``best`` has one probability for each row that has anyone; ``row_count`` counts the others too.
    """
    falling = np.sort(np.asarray(best, float))[::-1]
    certain, error = _certain_from(falling, answers)
    ask, missed = _ask_from(falling[::-1])
    above = int((falling >= certain).sum())
    told = [answer for answer in answers if answer.probability >= certain]
    return Bands(
        certain=certain,
        ask=ask,
        rows=row_count,
        certain_rows=above,
        asked_rows=int((falling >= ask).sum()) - above,
        error=error,
        missed=missed,
        answers=len(answers),
        wrong=sum(not answer.is_same for answer in told),
    )


def _certain_from(falling: Numbers, answers: Sequence[Said]) -> tuple[float, float]:
    """The least probability down to which pairs are wrong seldom enough, and how often they are."""
    falling = falling[falling >= LEAST_CERTAIN]
    if not len(falling):
        return Parameters(m={}, u={}).certain, 0.0
    said = sorted(answers, key=lambda answer: -answer.probability)
    at = np.searchsorted(
        -np.array([answer.probability for answer in said], float), -falling, side="right"
    )
    wrong = np.append(0, np.cumsum([not answer.is_same for answer in said]))
    reckoned = np.cumsum(1.0 - falling) / np.arange(1, len(falling) + 1)
    errors = (AS_GOOD_AS * reckoned + wrong[at]) / (AS_GOOD_AS + at)
    good = np.flatnonzero(errors <= WRONG)
    last = int(good[-1]) if len(good) else 0
    return float(falling[last]), float(errors[last])


def _ask_from(rising: Numbers) -> tuple[float, float]:
    """The least probability that is asked about, and what share of those held is below it."""
    total = max(float(rising.sum()), 1e-9)
    unlikely = rising[rising < MOST_ASKED]
    below = np.append(0.0, np.cumsum(unlikely)) / total
    lines = np.append(unlikely, MOST_ASKED)
    last = int(np.flatnonzero(below <= MISSED)[-1])
    return float(lines[last]), float(below[last])
