"""The demo's people are planned the same way each time, and make sense."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from caseload.demo.awkward import CASES
from caseload.demo.plan import NEET_CODES, NOT_KNOWN_CODES, PlannedPerson, Planner, facts_of
from ccis.calendar.academic import year_group
from ccis.files.values import parse_uln, parse_upn

ENDS = [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), date(2027, 2, 28)]


@pytest.fixture(scope="module", params=ENDS, ids=str)
def planned(request: pytest.FixtureRequest) -> tuple[date, list[PlannedPerson]]:
    planner = Planner(seed=5, on=request.param, lea="306")
    ordinary = [planner.person(year) for year in (10, 11, 12, 13, 14) for _ in range(120)]
    return request.param, [*ordinary, *planner.awkward()]


def test_the_same_seed_and_day_plan_the_same_people():
    one, other = (
        [facts_of(p) for p in Planner(seed=5, on=ENDS[2], lea="306").awkward()] for _ in range(2)
    )
    assert one == other


def test_every_awkward_case_is_there(planned):
    _, people = planned
    named = {person.case for person in people if person.case}
    assert named == {case.__name__.replace("_", " ") for case in CASES}


def test_nobody_does_two_things_at_once(planned):
    _, people = planned
    for person in people:
        spells = sorted(person.activities, key=lambda spell: spell.starts)
        for before, after in pairwise(spells):
            assert before.ends is not None
            assert before.ends <= after.starts
        assert all(spell.ends is None or spell.ends > spell.starts for spell in spells)
        assert spells[-1].ends is None


def test_year_groups_agree_with_births(planned):
    on, people = planned
    for person in people:
        assert year_group(person.born, on) == person.year, person.case


def test_identifiers_pass_their_own_checks(planned):
    _, people = planned
    for person in people:
        assert parse_upn(person.upn) == person.upn
        assert not person.uln or parse_uln(person.uln) == person.uln
    upns = Counter(person.upn for person in people)
    assert upns.most_common(1)[0][1] == 1


def test_proportions_are_those_of_a_london_borough():
    planner = Planner(seed=5, on=ENDS[2], lea="306")
    people = [planner.person(12 + n % 2) for n in range(4000)]
    doing = Counter(person.activities[-1].code for person in people)
    neet = sum(doing[code] for code in NEET_CODES) / len(people)
    not_known = sum(doing[code] for code in NOT_KNOWN_CODES) / len(people)
    assert 0.012 < neet < 0.045
    assert 0.008 < not_known < 0.035
    assert 0.88 < sum(n for code, n in doing.items() if code in ("210", "220", "230")) / 4000 < 0.96
