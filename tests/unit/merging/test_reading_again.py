"""What two records say, read again as one by the one rule (PIA-14)."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseload.merging.rules import Reading, Told, narrower, read_again

SEP, DEC, FEB, JUL = date(2025, 9, 1), date(2025, 12, 1), date(2026, 2, 1), date(2026, 7, 1)
SPELLS, WHO, EITHER = Reading(), Reading(of_who=True), Reading(excludes=False)


def told(code, lower, upper, heard, *, stays=True, place="Kestrel", chosen=False):
    says = {"code": code, "place": place}
    return Told(says, lower, upper, (chosen, date(2026, 1, heard), heard), stays)


def read(*facts, how=SPELLS):
    pieces = read_again(facts, how)
    return sorted((facts[p.at].says["code"], p.lower, p.upper) for p in pieces)


CASES = {
    "what was found out last is believed": (
        [told("study", SEP, None, 1), told("neet", FEB, None, 9, stays=False)],
        [("neet", FEB, None), ("study", SEP, FEB)],
    ),
    "what is wholly covered is not believed": (
        [told("study", SEP, None, 9), told("neet", FEB, None, 1, stays=False)],
        [("study", SEP, None)],
    ),
    "what says the same is one, from the earlier start to the later word of its end": (
        [told("study", SEP, None, 1), told("study", DEC, FEB, 9, stays=False)],
        [("study", SEP, FEB)],
    ),
    "an open one heard later goes on": (
        [told("study", SEP, FEB, 1), told("study", DEC, None, 9, stays=False)],
        [("study", SEP, None)],
    ),
    "an earlier one keeps the days before and after": (
        [told("neet", SEP, JUL, 1), told("study", DEC, FEB, 9, stays=False)],
        [("neet", SEP, DEC), ("neet", FEB, JUL), ("study", DEC, FEB)],
    ),
    "a place that one leaves out is no difference": (
        [told("study", SEP, None, 1), told("study", SEP, None, 9, place="", stays=False)],
        [("study", SEP, None)],
    ),
    "what does not meet stands side by side": (
        [told("study", SEP, DEC, 1), told("neet", FEB, None, 9, stays=False)],
        [("neet", FEB, None), ("study", SEP, DEC)],
    ),
}


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
def test_overlapping_spells_are_read_again(case):
    facts, wanted = CASES[case]

    assert read(*facts) == wanted
    assert read(*reversed(facts)) == wanted


def test_who_someone_is_keeps_no_days_of_what_is_not_believed():
    facts = [told("Amara", SEP, None, 1), told("Amarah", DEC, None, 9, stays=False)]

    assert read(*facts, how=WHO) == [("Amarah", SEP, None)]


def test_a_name_that_ended_stays_before_the_one_that_followed():
    facts = [told("Pell", SEP, DEC, 1), told("Hart", DEC, None, 9, stays=False)]

    assert read(*facts, how=WHO) == [("Hart", DEC, None), ("Pell", SEP, DEC)]


def test_what_someone_chose_is_believed_whatever_was_heard_later():
    facts = [told("Amara", SEP, None, 1, chosen=True), told("Amarah", SEP, None, 9, stays=False)]

    assert read(*facts, how=WHO) == [("Amara", SEP, None)]


def test_the_strictest_holds_as_long_as_either_says():
    facts = [told("held back", SEP, None, 1), told("held back", DEC, FEB, 9, stays=False)]

    assert read(*facts, how=Reading(union=True)) == [("held back", SEP, None)]


def test_what_may_stand_twice_does():
    facts = [told("a", SEP, None, 1), told("b", SEP, None, 9, stays=False)]

    assert read(*facts, how=EITHER) == [("a", SEP, None), ("b", SEP, None)]


days = st.integers(0, 12).map(lambda n: date(2026, 1, 1 + n))


@st.composite
def a_record(draw, stays):
    """Facts of one record: they do not overlap."""
    marks = sorted(draw(st.sets(days, max_size=6)))
    spans = list(zip(marks[::2], marks[1::2], strict=False))
    return [
        told(draw(st.sampled_from("ab")), lower, upper, draw(st.integers(1, 9)), stays=stays)
        for lower, upper in spans
    ]


@settings(max_examples=150, deadline=None)
@given(a_record(True), a_record(False))
def test_nothing_overlaps_and_every_day_that_is_said_was_said(mine, theirs):
    facts = [*mine, *theirs]
    spans = sorted((p.lower, p.upper) for p in read_again(facts, SPELLS))

    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    said = {day for f in facts for day in range(f.lower.day, f.upper.day)}
    assert {day for lower, upper in spans for day in range(lower.day, upper.day)} <= said


@pytest.mark.parametrize(
    ("one", "other", "who"),
    [(True, True, {2}), (True, False, {1, 2}), (False, True, {2, 3}), (False, False, {1, 2})],
)
def test_only_who_might_open_every_restricted_record_may_open_the_one_that_stays(one, other, who):
    mine, theirs = frozenset({1, 2}), frozenset({2, 3})

    assert narrower(mine, theirs, restricts_one=one, restricts_other=other) == who
