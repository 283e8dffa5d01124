"""Who may go on a list, with which columns, and why not (LC-08, LC-12, LC-15…17, LC-23…28)."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccis.calendar.working_days import first_and_last_day_known, is_working_day
from optout.letters.rules import COLUMNS, PURPOSES, Told
from sharing import rules
from sharing.rules import Facts, Offer, Reason, may_share, may_share_all
from tests.unit.sharing import worlds

DAY = date(2026, 11, 20)
LETTER = Told(
    posted_on=date(2026, 10, 1),
    runs_until=date(2026, 10, 15),
    providers=frozenset({1}),
    columns=frozenset({"name", "address", "phone"}),
    purpose="support",
    letter=5,
)
AMARA = Facts(born=date(2009, 3, 14), lives_here=True, is_ours=True, told=(LETTER,))
HARBOUR = Offer(
    provider=1,
    purpose="support",
    purposes=frozenset({"support", "confirm"}),
    columns=frozenset({"name", "address", "email"}),
    starts_on=date(2026, 4, 1),
    ends_on=date(2027, 3, 31),
    named=frozenset({7}),
)


def test_what_goes_is_in_the_agreement_and_in_the_letter():
    answer = may_share(AMARA, HARBOUR, on=DAY)

    assert answer.may
    assert answer.columns == {"name", "address"}
    assert answer.letter == 5


@pytest.mark.parametrize(
    ("person", "offer", "reason"),
    [
        ({"has_died": True}, {}, Reason.DIED),
        ({"is_restricted": True}, {}, Reason.RESTRICTED),
        ({"is_ours": False}, {}, Reason.NOT_OURS),
        ({"lives_here": False}, {}, Reason.NOT_HERE),
        ({"born": None}, {}, Reason.BIRTH_NOT_KNOWN),
        ({"born": date(2013, 11, 21)}, {}, Reason.TOO_YOUNG),
        ({"born": date(2006, 11, 20)}, {}, Reason.TOO_OLD),
        ({"born": date(2001, 11, 20), "has_plan": True}, {}, Reason.TOO_OLD),
        ({"objects": True}, {}, Reason.OBJECTED),
        ({"disputes": True}, {}, Reason.DISPUTED),
        ({"consents": False}, {}, Reason.NO_CONSENT),
        ({}, {"by_consent": True}, Reason.NO_CONSENT),
        ({"told": ()}, {}, Reason.NO_NOTICE),
        ({"told": (replace(LETTER, returned=True),)}, {}, Reason.NO_NOTICE),
        ({"told": (replace(LETTER, address_is_theirs=False),)}, {}, Reason.NO_NOTICE),
        ({"told": (replace(LETTER, runs_until=DAY),)}, {}, Reason.NO_NOTICE),
        ({"told": (replace(LETTER, providers=frozenset({2})),)}, {}, Reason.NO_NOTICE),
        ({"told": (replace(LETTER, purpose="confirm"),)}, {}, Reason.NO_NOTICE),
        ({"told": (replace(LETTER, columns=frozenset({"phone"})),)}, {}, Reason.NO_NOTICE),
        ({"shared_with": 2}, {}, Reason.SHARED_ALREADY),
        ({"shared_with": 1}, {}, Reason.SHARED_ALREADY),
        ({}, {"in_force": False}, Reason.NO_AGREEMENT),
        ({}, {"starts_on": DAY + timedelta(days=1)}, Reason.NO_AGREEMENT),
        ({}, {"ends_on": DAY - timedelta(days=1)}, Reason.NO_AGREEMENT),
        ({}, {"programme_ended_on": DAY - timedelta(days=1)}, Reason.PROGRAMME_ENDED),
        ({}, {"purposes": frozenset({"confirm"})}, Reason.OTHER_PURPOSE),
        ({}, {"named": frozenset()}, Reason.NOBODY_NAMED),
        ({}, {"columns": frozenset({"phone"})}, Reason.NO_COLUMNS),
        ({}, {"places": 0}, Reason.FULL),
    ],
)
def test_each_reason_alone_keeps_someone_back(person, offer, reason):
    answer = may_share(replace(AMARA, **person), replace(HARBOUR, **offer), on=DAY)

    assert [found.reason for found in answer.why_not] == [reason]
    assert answer.columns == frozenset()
    assert answer.letter is None


@pytest.mark.parametrize(
    ("person", "offer"),
    [
        ({"born": date(2013, 11, 20)}, {}),
        ({"born": date(2006, 11, 21)}, {}),
        ({"born": date(2001, 11, 21), "has_plan": True}, {}),
        ({"lives_here": False, "learns_here": True}, {}),
        ({"told": (replace(LETTER, runs_until=DAY - timedelta(days=1)),)}, {}),
        ({}, {"starts_on": DAY, "ends_on": DAY}),
        ({}, {"ends_on": None}),
        ({}, {"programme_ended_on": DAY}),
        ({}, {"places": 1}),
        ({"said_yes": True}, {"by_consent": True}),
    ],
    ids=[
        "13th birthday",
        "day before the 20th",
        "day before the 25th, with a plan",
        "learns here",
        "day after the notice",
        "first and last day of the agreement",
        "an agreement without an end",
        "last day of the programme",
        "the last place",
        "said yes where consent is the basis",
    ],
)
def test_the_last_day_on_which_they_may(person, offer):
    assert may_share(replace(AMARA, **person), replace(HARBOUR, **offer), on=DAY).may


@pytest.mark.parametrize("born", [date(2006, 11, 21), date(2004, 2, 29), date(2007, 12, 31)])
@pytest.mark.parametrize("has_plan", [False, True])
def test_the_scope_ends_on_the_first_day_on_which_they_are_too_old(born, has_plan):
    ends_on = rules.scope_ends_on(born, has_plan=has_plan)
    person = replace(AMARA, born=born, has_plan=has_plan)
    offer = replace(HARBOUR, starts_on=born, ends_on=None)

    before = may_share(person, offer, on=ends_on - timedelta(days=1))

    assert Reason.TOO_OLD not in before.reasons
    assert Reason.TOO_OLD in may_share(person, offer, on=ends_on).reasons


def test_telling_where_someone_enrols_is_off_until_it_is_turned_on():
    told = replace(AMARA, told=(replace(LETTER, purpose="enrolment"),))
    offer = replace(HARBOUR, purpose="enrolment", purposes=frozenset({"enrolment"}))
    on = replace(offer, turned_on=frozenset({"enrolment"}))

    assert may_share(told, offer, on=DAY).reasons == {Reason.NOT_TURNED_ON, Reason.NOT_ENROLLED}
    assert may_share(told, on, on=DAY).reasons == {Reason.NOT_ENROLLED}
    assert may_share(replace(told, learns_there=True), on, on=DAY).may


def test_every_reason_is_named_at_once_and_has_its_words():
    answer = may_share(replace(AMARA, objects=True, told=()), HARBOUR, on=DAY)

    assert answer.reasons == {Reason.OBJECTED, Reason.NO_NOTICE}
    assert "They have not been written to" in [found.words for found in answer.why_not]
    assert may_share(AMARA, None, on=DAY).reasons == {Reason.NO_AGREEMENT}


def test_of_two_letters_the_fuller_counts_and_two_halves_are_not_one():
    fuller = replace(LETTER, columns=frozenset({"name", "address", "email"}), letter=6)
    halves = (
        replace(LETTER, columns=frozenset({"name"})),
        replace(LETTER, columns=frozenset({"address"}), letter=6),
    )

    told = may_share(replace(AMARA, told=(fuller, LETTER)), HARBOUR, on=DAY)
    assert (told.letter, told.columns) == (6, {"name", "address", "email"})
    assert may_share(replace(AMARA, told=halves), HARBOUR, on=DAY).columns == {"name"}


def test_a_notice_that_runs_still_says_from_when():
    runs = replace(LETTER, runs_until=DAY + timedelta(days=2))

    (found,) = may_share(replace(AMARA, told=(runs,)), HARBOUR, on=DAY).why_not

    assert found.from_day == DAY + timedelta(days=3)


def test_the_places_are_given_out_in_order():
    answers = may_share_all(
        {1: AMARA, 2: replace(AMARA, objects=True), 3: AMARA, 4: AMARA},
        replace(HARBOUR, places=2),
        on=DAY,
    )

    assert [person for person, answer in answers.items() if answer.may] == [1, 3]
    assert answers[4].reasons == {Reason.FULL}


def test_nothing_that_can_leave_is_a_criterion():
    """A column is what a letter can announce; no circumstance, need or score is one (LC-08)."""
    assert rules.HEADINGS.keys() == COLUMNS.keys()
    assert set(rules.COLUMNS_OF_PURPOSE) == set(PURPOSES)
    assert all(rules.NEEDED in columns for columns in rules.COLUMNS_OF_PURPOSE.values())


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0))
def test_no_world_breaks_a_rule(seed):
    random = Random(seed)
    facts, offer = worlds.facts(random), worlds.offer(random)
    answer = may_share(facts, offer, on=DAY)

    assert worlds.breaks(facts, offer, answer) == []


def test_the_worlds_let_some_go_and_keep_some_back_for_every_reason():
    """Else the property says nothing."""
    random, gone, reasons = Random(7), 0, set()
    for _ in range(3000):
        answer = may_share(worlds.facts(random), worlds.offer(random), on=DAY)
        gone += answer.may
        reasons |= answer.reasons

    assert gone > 20
    of_drafts = {Reason.ASKED_AGAIN, Reason.DECIDED_AGAIN, Reason.NOT_MEANT}
    assert reasons == set(Reason) - of_drafts


# -- the clock -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "period", "last"),
    [
        (date(2026, 11, 18), 15, None, date(2026, 12, 9)),
        (date(2026, 12, 18), 15, None, date(2027, 1, 13)),
        (date(2026, 11, 21), 1, None, date(2026, 11, 23)),
        (date(2026, 11, 18), 15, date(2026, 11, 30), date(2026, 11, 30)),
    ],
    ids=[
        "a plain fortnight and more",
        "over Christmas",
        "from a Saturday",
        "the period ends first",
    ],
)
def test_a_term_ends_at_the_end_of_its_last_day(start, days, period, last):
    ends = rules.term_ends_at(start, working_days=days, period_ends_on=period)

    assert ends == rules.start_of(last + timedelta(days=1))
    assert (ends.hour, ends.minute) == (0, 0)


def test_the_clock_counts_each_working_day_of_every_year_that_is_known():
    first, last = first_and_last_day_known()
    day, start = date(2016, 1, 1), date(2016, 1, 1)
    assert first <= day
    while day < min(last, date(2028, 1, 1)):
        day += timedelta(days=1)
        if is_working_day(day):
            assert rules.term_ends_at(start, working_days=1, period_ends_on=None) == rules.start_of(
                day + timedelta(days=1)
            )
            start = day


def test_a_term_beyond_the_list_of_holidays_ends_early_rather_than_late():
    _, last = first_and_last_day_known()
    start = date(last.year + 2, 12, 20)

    ends = rules.term_ends_at(start, working_days=15, period_ends_on=None)

    assert ends <= rules.start_of(start + timedelta(days=22))
