"""The 72 hours, what may be decided, and what closing an incident waits for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sharing.incidents.forms import read_time
from sharing.incidents.presenters import clock as in_words
from sharing.incidents.presenters import how_many_told
from sharing.incidents.rules import (
    HIGH,
    PEOPLE,
    REGULATOR,
    RISK,
    STAGES,
    UNLIKELY,
    Decided,
    Pace,
    Standing,
    clock,
    missing,
    why_not_decided,
)

AWARE = datetime(2026, 12, 4, 14, 30, tzinfo=UTC)
"""A Friday afternoon: the weekend counts."""
WHOLE = Standing(
    stages=frozenset(STAGES),
    counted=True,
    people=3,
    risks={UNLIKELY: 3},
    regulator=Decided(tell=False),
    people_told=Decided(tell=False),
)


@pytest.mark.parametrize(
    ("hours", "pace", "words"),
    [
        (31, Pace.RUNS, "41 hours left to tell the regulator"),
        (60, Pace.SOON, "12 hours left to tell the regulator"),
        (71.5, Pace.TODAY, "30 minutes left to tell the regulator"),
        (72, Pace.LATE, "Late by 0 minutes"),
        (172, Pace.LATE, "Late by 4 days and 4 hours"),
    ],
)
def test_the_clock_counts_every_hour_and_says_when_it_ends(hours, pace, words):
    found = clock(AWARE, at=AWARE + timedelta(hours=hours))
    if pace is Pace.SOON:
        found = clock(AWARE - timedelta(hours=10), at=AWARE + timedelta(hours=50))
    shown = in_words(found)

    assert (found.pace, shown["left"]) == (pace, words)
    assert "7 December 2026 at " in shown["ends"] + shown["why"]


def test_only_telling_or_a_no_stops_the_clock():
    after = AWARE + timedelta(hours=100)

    assert clock(AWARE, at=after, told_at=AWARE + timedelta(hours=72)).pace is Pace.TOLD
    late = clock(AWARE, at=after, told_at=AWARE + timedelta(hours=75))
    assert in_words(late)["left"] == "The regulator was told, late by 3 hours"
    assert clock(AWARE, at=after, not_needed=True).pace is Pace.NOT_NEEDED


@pytest.mark.parametrize(
    ("about", "ground", "risks", "refused"),
    [
        (REGULATOR, "unlikely", {UNLIKELY: 3}, None),
        (REGULATOR, "unlikely", {UNLIKELY: 2, RISK: 1}, "there is a risk for 1 person"),
        (REGULATOR, "averted", {UNLIKELY: 3}, "Select why they are not told"),
        (REGULATOR, "unlikely", {UNLIKELY: 2}, "Assess first"),
        (PEOPLE, "not-high", {RISK: 3}, None),
        (PEOPLE, "not-high", {HIGH: 2, RISK: 1}, "the risk is high for 2 people"),
        (PEOPLE, "unreadable", {HIGH: 3}, None),
    ],
)
def test_a_no_needs_a_ground_of_the_law_that_agrees_with_the_risk(about, ground, risks, refused):
    standing = replace(WHOLE, risks=risks)

    found = why_not_decided(about, tell=False, ground=ground, standing=standing)
    assert found is None if refused is None else refused in (found or "")
    assert why_not_decided(about, tell=True, ground="", standing=standing) is None


def test_of_whoever_was_told_nothing_is_decided_any_more():
    found = replace(WHOLE, risks={HIGH: 2, UNLIKELY: 1}, told=2, high_told=2)

    assert why_not_decided(PEOPLE, tell=False, ground="not-high", standing=found) is None
    assert (found.not_told, how_many_told(found)) == (1, "2 people were told, 1 not")
    found = replace(found, high_told=1)
    assert "1 person" in (
        why_not_decided(PEOPLE, tell=False, ground="not-high", standing=found) or ""
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"stages": frozenset(STAGES) - {"lessons"}}, "What we learned"),
        ({"counted": False, "people": 0, "risks": {}}, "Who is affected"),
        ({"risks": {UNLIKELY: 2}}, "The risk to everyone affected"),
        ({"to_notify": 1}, "That signatories and data managers are told"),
        ({"regulator": None}, "Whether the regulator is told"),
        ({"regulator": Decided(tell=True)}, "That the regulator was told"),
        ({"people_told": None}, "Whether the people are told"),
        ({"people_told": Decided(tell=True)}, "That the people were told"),
        ({"actions": 1}, "That every action is done"),
    ],
)
def test_it_is_closed_only_when_everything_is_there(changed, words):
    assert missing(WHOLE) == []
    assert words in missing(replace(WHOLE, **changed))


@pytest.mark.parametrize(
    ("typed", "clock_time"),
    [("2:30pm", (14, 30)), ("14:30", (14, 30)), ("9am", (9, 0)), ("12.05 AM", (0, 5)),
     ("25:00", None), ("9", None), ("noon", None)],
)  # fmt: skip
def test_a_time_is_read_as_people_type_it(typed, clock_time):
    found = read_time(typed)
    assert (found and (found.hour, found.minute)) == clock_time
