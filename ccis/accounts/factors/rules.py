"""Is a typed code right? No database, no clock: the steps of time come from the caller."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

DRIFT = 1
"""Steps that a telephone's clock may be wrong by, either way; a step is 30 seconds."""

REMEMBERED = 20
"""Steps back in which a code is told as too old rather than as wrong: ten minutes."""


class Verdict(StrEnum):
    """What is to be said of a typed code (pages §2.1)."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    TOO_OLD = "too old"


@dataclass(frozen=True)
class Judgement:
    """A verdict, and the step of time that a right code belongs to."""

    verdict: Verdict
    step: int | None = None


def judge(
    typed: str, *, code_at: Callable[[int], str], now: int, last_used: int | None
) -> Judgement:
    """Judge the code of an app that shows a new one every step of time (RFC 6238).

    ``code_at(step)`` is the code of a step, ``now`` the present step, ``last_used`` the latest
    step that was accepted: it and all before it are never accepted again.
    """
    near = [now, *(step for drift in range(1, DRIFT + 1) for step in (now - drift, now + drift))]
    for step in near:
        if typed == code_at(step):
            used = last_used is not None and step <= last_used
            return Judgement(Verdict.USED) if used else Judgement(Verdict.RIGHT, step)
    for step in range(now - DRIFT - 1, now - REMEMBERED - 1, -1):
        if typed == code_at(step):
            return Judgement(Verdict.TOO_OLD)
    return Judgement(Verdict.WRONG)


def digits_of(typed: str) -> str:
    """What was typed or pasted without the spaces and hyphens that people write codes with."""
    return "".join(letter for letter in typed if letter not in " \t\u00a0-–.")
