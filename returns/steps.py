"""The making of a return as a drawn machine: which state may follow which."""

from returns.models import BuildState

S = BuildState

NEXT_STATES: dict[BuildState, frozenset[BuildState]] = {
    S.ASKED: frozenset({S.FIXING, S.STOPPED}),
    S.FIXING: frozenset({S.RECORDS, S.STOPPED}),
    S.RECORDS: frozenset({S.CHECKING, S.STOPPED}),
    S.CHECKING: frozenset({S.WRITING, S.REFUSED, S.STOPPED}),
    S.WRITING: frozenset({S.PROVING, S.STOPPED}),
    S.PROVING: frozenset({S.DONE, S.STOPPED}),
    S.DONE: frozenset(),
    S.REFUSED: frozenset({S.WRITING}),
    S.STOPPED: frozenset({S.FIXING, S.RECORDS, S.CHECKING, S.WRITING, S.PROVING}),
}
"""A refused final may go on as a trial; a stopped one carries on where it stopped."""

STEPS: tuple[BuildState, ...] = (S.FIXING, S.RECORDS, S.CHECKING, S.WRITING, S.PROVING)
"""The steps with work in them, in order."""


def after(step: BuildState) -> BuildState:
    """The state that follows when a step ends well."""
    return (*STEPS, S.DONE)[STEPS.index(step) + 1]
