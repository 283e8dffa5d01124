"""The states of a file, and small decisions."""

from datetime import UTC, date, datetime, timedelta

import pytest

from caseload.intake.rules import (
    FINAL,
    NEXT_STATES,
    OPEN_OUTCOMES,
    OUTCOME_LABELS,
    STALLED_AFTER,
    STATE_LABELS,
    WORKING,
    CannotMove,
    FileState,
    Outcome,
    census_day_before,
    check_step,
    is_over_threshold,
    is_stalled,
    state_after_work,
)

AT = datetime(2026, 11, 4, 9, tzinfo=UTC)


def test_every_state_is_drawn_once_and_named():
    assert set(NEXT_STATES) == set(FileState) == set(STATE_LABELS)
    assert set(OUTCOME_LABELS) == set(Outcome)


def test_every_state_can_be_reached():
    reached = {FileState.RECEIVED}
    while more := {after for state in reached for after in NEXT_STATES[state]} - reached:
        reached |= more

    assert reached == set(FileState)


def test_every_state_leads_to_an_end():
    for state in FileState:
        reached = {state}
        while more := {after for one in reached for after in NEXT_STATES[one]} - reached:
            reached |= more
        assert reached & {*FINAL, FileState.DONE}


def test_a_worker_can_stop_in_every_step_and_carry_on_there():
    for state in WORKING:
        assert FileState.STOPPED in NEXT_STATES[state]
        assert state in NEXT_STATES[FileState.STOPPED]


def test_a_step_that_is_not_drawn_is_refused():
    with pytest.raises(CannotMove, match="received cannot become applying"):
        check_step(FileState.RECEIVED, FileState.APPLYING)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({Outcome.CHANGED: 3, Outcome.CANNOT_READ: 1}, FileState.DONE),
        ({Outcome.CHANGED: 3, Outcome.NEEDS_PERSON: 1}, FileState.READY),
        ({Outcome.NEEDS_PERSON: 1, Outcome.LOOK_AGAIN: 1}, FileState.LOOK_AGAIN),
        ({Outcome.WAITS: 2, Outcome.NOT_USED: 1}, FileState.DONE),
        ({}, FileState.DONE),
    ],
)
def test_rows_say_where_a_file_stands(counts, expected):
    assert state_after_work(counts) == expected


def test_open_rows_are_those_that_still_want_something_done():
    assert not OPEN_OUTCOMES & {Outcome.CHANGED, Outcome.ADDED, Outcome.WAITS, Outcome.CANNOT_READ}


@pytest.mark.parametrize(
    ("errors", "rows", "refused"), [(90, 900, False), (91, 900, True), (0, 1, False), (1, 1, True)]
)
def test_a_file_is_refused_above_the_threshold_and_not_at_it(errors, rows, refused):
    assert is_over_threshold(errors=errors, rows=rows, percent=10) is refused


def test_a_worker_that_says_nothing_is_taken_to_be_gone():
    assert not is_stalled(FileState.APPLYING, beat_at=AT, at=AT + STALLED_AFTER)
    assert is_stalled(FileState.APPLYING, beat_at=AT, at=AT + STALLED_AFTER + timedelta(seconds=1))
    assert is_stalled(FileState.READING, beat_at=None, at=AT)
    assert not is_stalled(FileState.READY, beat_at=None, at=AT)


@pytest.mark.parametrize(
    ("on", "day"),
    [
        (date(2026, 10, 1), date(2026, 10, 1)),
        (date(2026, 9, 30), date(2026, 5, 21)),
        (date(2026, 11, 21), date(2026, 10, 1)),
        (date(2027, 1, 20), date(2026, 10, 1)),
        (date(2027, 1, 21), date(2027, 1, 21)),
    ],
)
def test_the_last_census_day(on, day):
    assert census_day_before(on) == day
