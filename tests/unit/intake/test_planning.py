"""What a told activity changes of what we hold: the table of cases (PIA-03, PIA-04)."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.intake.planning import (
    CannotPlan,
    HeldActivity,
    SaidActivity,
    Version,
    changes_something,
    plan_activity,
    say_from,
)

SEEN = date(2026, 11, 4)
COLLEGE, OTHER_COLLEGE, SCHOOL = 1, 2, 3
GROUPS = {"110": "compulsory", "230": "education", "310": "employment", "619": "neet-available"}


def held(code, start, stop=None, *, provider=None, pk=1, verified=None, predicted=None, course=""):
    group = GROUPS.get(code, "not-known")
    return HeldActivity(
        pk,
        start,
        stop,
        pk * 10,
        code,
        group,
        f"activity {code}",
        provider,
        course,
        "",
        predicted,
        verified,
    )


def said(start=date(2026, 9, 7), until=None, **more):
    values = {
        "code": "230",
        "group": "education",
        "provider": COLLEGE,
        "start": start,
        "until": until,
        "seen_on": SEEN,
        "birth": date(2010, 3, 14),
        **more,
    }
    return SaidActivity(**values)


def short(instructions):
    """``(does, from, until, code or id superseded)`` of each, for comparing."""
    return [
        (
            one["does"],
            one.get("from"),
            one.get("until"),
            one.get("values", {}).get("code_id") or one.get("supersedes"),
        )
        for one in instructions
    ]


def test_a_start_where_nothing_is_held_begins_an_activity():
    (begun,) = plan_activity([], said())

    assert short([begun]) == [("begins", "2026-09-07", None, "230")]
    assert begun["verified_on"] == "2026-11-04"
    assert begun["values"]["predicted_end_on"] == "2027-08-31"
    assert begun["values"]["ascertained_on"] == "2026-11-04"


def test_a_start_ends_what_went_on():
    plan = plan_activity([held("110", date(2022, 9, 1), provider=SCHOOL)], said())

    assert short(plan) == [
        ("ends", "2022-09-01", "2026-09-06", 1),
        ("begins", "2026-09-07", None, "230"),
    ]


def test_not_known_gives_way_to_a_start():
    before = [
        held("110", date(2022, 9, 1), date(2026, 9, 1), provider=SCHOOL),
        held("810", date(2026, 9, 1), pk=2),
    ]

    assert short(plan_activity(before, said(start=date(2026, 9, 1)))) == [
        ("gives way", None, None, 2),
        ("begins", "2026-09-01", None, "230"),
    ]


def test_seen_again_is_a_confirmation():
    plan = plan_activity([held("230", date(2026, 9, 1), provider=COLLEGE)], said())

    assert plan == [
        {
            "fact": "verification",
            "does": "confirms",
            "values": {"spell": 10, "verified_on": "2026-11-04"},
        }
    ]
    assert not changes_something(plan)


def test_seen_again_on_the_same_day_is_nothing():
    before = [held("230", date(2026, 9, 1), provider=COLLEGE, verified=SEEN)]

    assert plan_activity(before, said()) == []


def test_a_course_that_we_did_not_hold_is_a_correction():
    plan = plan_activity(
        [held("230", date(2026, 9, 1), provider=COLLEGE)], said(course="Hairdressing")
    )

    assert [one["does"] for one in plan] == ["corrects", "confirms"]
    assert plan[0]["values"] == {"course": "Hairdressing"}


def test_an_end_closes_and_opens_not_known_from_the_day_after():
    plan = plan_activity(
        [held("230", date(2026, 9, 1), provider=COLLEGE)],
        said(until=date(2026, 10, 16), leaving_reason="Moved house"),
    )

    assert short(plan) == [
        ("ends", "2026-09-01", "2026-10-16", 1),
        ("begins", "2026-10-17", None, "810"),
    ]
    assert plan[0]["values"] == {"leaving_reason": "Moved house"}


def test_a_destination_follows_an_end():
    plan = plan_activity(
        [held("230", date(2026, 9, 1), provider=COLLEGE)],
        said(until=date(2026, 10, 16), after="310", after_group="employment"),
    )

    assert short(plan)[1] == ("begins", "2026-10-17", None, "310")


def test_an_end_of_someone_in_year_11_opens_not_known_of_compulsory_age():
    plan = plan_activity(
        [held("110", date(2022, 9, 1), provider=SCHOOL)],
        said(
            code="110",
            group="compulsory",
            provider=SCHOOL,
            start=None,
            until=date(2026, 10, 16),
            birth=date(2011, 3, 14),
        ),
    )

    assert short(plan)[1] == ("begins", "2026-10-17", None, "150")


def test_a_start_and_an_end_that_we_never_heard_of_fill_the_gap_after():
    before = [held("810", date(2026, 8, 1), pk=4)]

    assert short(plan_activity(before, said(until=date(2026, 10, 16)))) == [
        ("ends", "2026-08-01", "2026-09-06", 4),
        ("begins", "2026-09-07", "2026-10-16", "230"),
        ("begins", "2026-10-17", None, "810"),
    ]


def test_not_known_that_began_meanwhile_is_moved_behind_the_end():
    before = [held("810", date(2026, 9, 20), pk=4)]

    assert short(plan_activity(before, said(until=date(2026, 10, 16)))) == [
        ("changes", "2026-10-17", None, 4),
        ("begins", "2026-09-07", "2026-10-16", "230"),
    ]


def test_another_end_day_moves_the_end_and_the_not_known_after_it():
    before = [
        held("230", date(2026, 9, 1), date(2026, 10, 10), provider=COLLEGE),
        held("810", date(2026, 10, 10), pk=2),
    ]

    assert short(plan_activity(before, said(until=date(2026, 10, 16)))) == [
        ("ends", "2026-09-01", "2026-10-16", 1),
        ("changes", "2026-10-17", None, 2),
    ]


def test_the_same_end_again_is_nothing():
    before = [held("230", date(2026, 9, 1), date(2026, 10, 17), provider=COLLEGE)]

    assert plan_activity(before, said(until=date(2026, 10, 16))) == []


def test_what_began_after_the_sender_saw_it_stays():
    before = [held("310", date(2026, 11, 9), pk=5)]

    assert short(plan_activity(before, said())) == [("begins", "2026-09-07", "2026-11-08", "230")]


@pytest.mark.parametrize(
    ("before", "told", "words"),
    [
        ([held("310", date(2026, 10, 1))], said(), "They were already"),
        (
            [held("230", date(2026, 9, 1), date(2026, 10, 1), provider=COLLEGE)],
            said(),
            "We hold that this ended on 30 September 2026",
        ),
        ([], said(start=None, until=date(2026, 10, 16)), "We hold nothing here"),
        (
            [held("310", date(2026, 8, 1))],
            said(until=date(2026, 10, 16)),
            "They were already",
        ),
        (
            [held("230", date(2026, 9, 1), provider=COLLEGE)],
            said(start=None, until=date(2026, 8, 1)),
            "We hold nothing here",
        ),
        (
            [
                held("230", date(2026, 9, 1), date(2026, 10, 1), provider=COLLEGE),
                held("310", date(2026, 10, 1), pk=2),
            ],
            said(until=date(2026, 10, 16)),
            "They were already",
        ),
    ],
    ids=[
        "something known began later",
        "we hold that it ended and the row does not",
        "an end of nothing",
        "something known goes on throughout",
        "an end before anything began",
        "something known follows before the end",
    ],
)
def test_what_does_not_fit_is_for_a_person(before, told, words):
    with pytest.raises(CannotPlan, match=words):
        plan_activity(before, told)


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def histories(draw):
    """Activities one after another, with gaps, as the database would hold them."""
    cuts = sorted(draw(st.sets(DAYS, max_size=8)))
    spans = list(zip(cuts[::2], [*cuts[1::2], None], strict=False))
    codes = draw(
        st.lists(st.sampled_from(["110", "230", "310", "619", "810"]), min_size=5, max_size=5)
    )
    providers = draw(st.lists(st.sampled_from([COLLEGE, SCHOOL, None]), min_size=5, max_size=5))
    return [
        held(codes[at], start, stop, provider=providers[at], pk=at + 1)
        for at, (start, stop) in enumerate(spans)
    ]


@given(histories(), DAYS, st.one_of(st.none(), DAYS), st.sampled_from(["230", "110", "310"]))
def test_no_plan_ever_leaves_two_activities_at_a_time(before, start, until, code):
    if until is not None and until < start:
        start, until = until, start
    told = said(start=start, until=until, code=code, group=GROUPS[code])
    try:
        plan = plan_activity(before, told)
    except CannotPlan:
        return

    gone = {one["supersedes"] for one in plan if one.get("supersedes")}
    assert len(gone) == len([one for one in plan if one.get("supersedes")])
    left = [(h.start, h.stop) for h in before if h.pk not in gone]
    for one in plan:
        if one["fact"] == "activity" and "from" in one:
            end = one.get("until")
            stop = date.fromisoformat(end) + timedelta(days=1) if end else None
            left.append((date.fromisoformat(one["from"]), stop))
    left.sort()
    for (first, stop), (second, _) in itertools.pairwise(left):
        assert first < second
        assert stop is not None
        assert stop <= second
    assert all(stop is None or start < stop for start, stop in left)


# -- one at a time, for other facts ------------------------------------------------------------


def version(start, stop=None, **values):
    return Version(7, start, stop, values)


def same(ours, theirs):
    return all(ours[key] == value for key, value in theirs.items())


def test_saying_the_same_changes_nothing():
    assert (
        say_from(
            "name",
            [version(date(2020, 1, 1), given="A")],
            on=SEEN,
            values={"given": "A"},
            is_same=same,
        )
        == []
    )


def test_saying_something_else_ends_the_version_before():
    plan = say_from(
        "name",
        [version(date(2020, 1, 1), given="A", middle="M")],
        on=SEEN,
        values={"given": "B"},
        is_same=same,
        keep=True,
    )

    assert [(one["does"], one.get("from"), one.get("until")) for one in plan] == [
        ("ends", "2020-01-01", "2026-11-03"),
        ("changes", "2026-11-04", None),
    ]
    assert plan[1]["values"] == {"given": "B", "middle": "M"}


def test_what_is_held_from_a_later_day_is_newer_and_stays():
    versions = [version(date(2020, 1, 1), SEEN, given="A"), version(SEEN, given="B")]

    assert (
        say_from("name", versions, on=date(2026, 10, 1), values={"given": "C"}, is_same=same) == []
    )


def test_an_end_that_moves_back_leaves_no_day_of_which_nothing_is_held():
    before = [
        held("230", date(2026, 9, 1), date(2026, 10, 21), provider=COLLEGE, pk=1),
        held("619", date(2026, 10, 21), pk=2),
    ]

    assert short(plan_activity(before, said(date(2026, 9, 1), date(2026, 10, 9)))) == [
        ("ends", "2026-09-01", "2026-10-09", 1),
        ("begins", "2026-10-10", "2026-10-20", "810"),
    ]
