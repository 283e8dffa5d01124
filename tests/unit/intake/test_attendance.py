"""Marks of a register by year, what counts come to, and what a return of risk says."""

from dataclasses import replace
from datetime import date

import pytest

from caseload.attendance import (
    easter,
    exclusion_lists,
    last_term_end,
    lists,
    marks_on,
    sums_of,
    term_of,
)
from caseload.intake.directory import Directory, Given, Place
from caseload.intake.holdings import Held
from caseload.intake.kinds import kind_named
from caseload.intake.kinds.attendance import plan_attendance
from caseload.intake.kinds.base import Advice, NeedsPerson
from caseload.intake.kinds.exclusions import CODES
from caseload.intake.kinds.risk_return import judgement, percentage, times
from caseload.intake.planning import Version
from ccis.files.values import BadValue

SCHOOL = Place(1, "school", "Kestrel School", 306, "3064001")
GIVEN = Given(
    as_at=date(2026, 10, 23),
    today=date(2026, 11, 4),
    authority=306,
    authority_code="306",
    sender=SCHOOL,
    directory=Directory(by_dfe_number={"3064001": SCHOOL}),
)
AUTUMN = (date(2026, 9, 1), date(2026, 12, 18))
FIRST_HALF = (date(2026, 9, 1), date(2026, 10, 23))


@pytest.mark.parametrize(
    ("day", "mark", "counts"),
    [
        (date(2024, 8, 18), "J", "attended"),
        (date(2024, 8, 19), "J1", "authorised"),
        (date(2024, 8, 18), "Y", "not possible"),
        (date(2024, 8, 19), "Y7", "not possible"),
        (date(2026, 9, 1), "K", "attended"),
        (date(2026, 9, 1), "E", "authorised"),
        (date(2026, 9, 1), "U", "unauthorised"),
        (date(2010, 9, 1), "H", "authorised"),
    ],
)
def test_a_mark_counts_as_the_list_of_its_time_says(day, mark, counts):
    assert marks_on(day).marks[mark].counts == counts


def test_every_list_names_its_source_and_begins_on_a_day_of_its_own():
    assert all(one.source for one in (*lists(), *exclusion_lists()))
    assert len({one.valid_from for one in lists()}) == len(lists()) == 2
    assert {"J", "H", "Y"}.isdisjoint(marks_on(date(2026, 9, 1)).marks)


def test_sums_leave_out_what_the_list_does_not_know():
    counts = {"/": 30, "\\": 29, "L": 1, "I": 4, "E": 2, "U": 1, "J": 3, "D": 5, "X": 2}

    sums = sums_of(counts, 72, date(2026, 9, 1))

    assert sums._asdict() == {
        "possible": 72,
        "attended": 60,
        "authorised": 6,
        "unauthorised": 1,
        "suspended": 2,
        "unclear": 5,
    }
    assert sums_of(counts, None, date(2026, 9, 1))[0] == 67


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (date(2026, 10, 23), date(2026, 9, 1)),
        (date(2027, 3, 20), date(2027, 1, 1)),
        (date(2025, 4, 11), date(2025, 1, 1)),  # Easter was on 20 April
        (date(2025, 4, 21), date(2025, 4, 21)),
        (date(2027, 4, 1), date(2027, 4, 1)),
        (date(2026, 8, 31), date(2026, 4, 6)),
    ],
)
def test_a_term_begins_with_the_year_after_easter_or_in_september(day, begins):
    assert term_of(day) == begins


def test_easter_is_when_it_is():
    found = [easter(year) for year in (2024, 2025, 2026, 2027, 2038)]

    assert [(d.month, d.day) for d in found] == [(3, 31), (4, 20), (4, 5), (3, 28), (4, 25)]
    assert last_term_end(date(2026, 11, 4)) == date(2026, 8, 31)


def checked(**read):
    return {p.code: p.level for p in kind_named("attendance").check({"upn": "A", **read}, GIVEN)}


@pytest.mark.parametrize(
    ("read", "found"),
    [
        ({"possible": 72, "mark_am": 72}, {}),
        ({"possible": 72, "mark_am": 70}, {"sessions without a mark": "note"}),
        ({"possible": 72, "mark_am": 73}, {"more sessions than possible": "hard"}),
        ({"possible": 72, "mark_am": 70, "mark_h": 2}, {"mark not of the year": "note"}),
        ({}, {"no sessions": "note"}),
        ({"possible": 9, "from": date(2026, 9, 1)}, {"one day only": "hard"}),
        (
            {"possible": 9, "from": date(2026, 9, 2), "until": date(2026, 9, 1)},
            {"end before start": "hard"},
        ),
        (
            {"possible": 9, "from": date(2026, 9, 2), "until": date(2026, 12, 18)},
            {"days to come": "hard"},
        ),
    ],
)
def test_counts_that_do_not_fit_are_said(read, found):
    assert checked(**read) == found


def version(pk, start, until, **values):
    return Version(pk, start, date.fromordinal(until.toordinal() + 1), {"possible": 70, **values})


@pytest.mark.parametrize(
    ("held", "said", "does"),
    [
        ([], FIRST_HALF, ["begins"]),
        ([version(1, *FIRST_HALF)], FIRST_HALF, []),
        ([version(1, *FIRST_HALF, possible=69)], FIRST_HALF, ["corrects"]),
        ([version(1, *FIRST_HALF)], AUTUMN, ["gives way", "begins"]),
        ([version(1, *AUTUMN)], (date(2027, 1, 4), date(2027, 3, 1)), ["begins"]),
    ],
)
def test_the_same_days_are_put_right_and_longer_ones_take_their_place(held, said, does):
    assert [one["does"] for one in plan_attendance(held, {"possible": 70}, *said)] == does


def test_days_that_overlap_need_a_person():
    with pytest.raises(NeedsPerson, match="from 1 September 2026 to 18 December 2026"):
        plan_attendance([version(1, *AUTUMN)], {"possible": 70}, *FIRST_HALF)


def test_nothing_is_planned_under_an_instruction_of_section_72():
    held = Held(section72=[Version(1, date(2026, 9, 1), None, {"given_by": "parent"})])

    assert kind_named("attendance").plan({"possible": 72, "mark_am": 72}, held, GIVEN) == []
    assert kind_named("risk-return").plan({"carer": True}, held, GIVEN) == []


@pytest.mark.parametrize(
    ("heading", "field"),
    [("K9", "attendance"), ("Ψ", "attendance"), ("Religion", ""), ("", "")],
)
def test_only_a_short_heading_may_be_a_mark(heading, field):
    assert kind_named("attendance").field_of(heading) == field


@pytest.mark.parametrize(
    ("day", "type_", "reason", "found"),
    [
        (date(2026, 10, 1), "susp", "Persistent disruption", ("SUSP", "DB")),
        (date(2019, 10, 1), "FIXD", "OT", ("FIXD", "OT")),
        (date(2026, 10, 1), "", "", (None, None)),
    ],
)
def test_a_code_of_exclusion_is_read_by_the_list_of_the_time(day, type_, reason, found):
    given = replace(GIVEN, as_at=day)

    assert (CODES["type"](type_, given), CODES["reason"](reason, given)) == found


def test_a_code_of_exclusion_of_another_time_is_kept_as_it_is_and_said():
    with pytest.raises(Advice, match="kept it as it is") as said:
        CODES["reason"]("OT", GIVEN)

    assert said.value.value == "OT"
    feed = kind_named("school-feed")
    assert feed.column("exclusion_reason").reads is CODES["reason"]


# -- what a return of risk says ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        *[("84.5", "84.5"), ("84.56%", "84.6"), (0.91, "91.0"), (91, "91.0"), ("100", "100.0")],
        # As what a workbook had comes out of the file as it is kept.
        *[("0.91", "91.0"), ("0.5%", "0.5"), ("1%", "1.0"), ("0", "0.0")],
    ],
)
def test_a_percentage_is_read_as_workbooks_keep_it(cell, found):
    assert percentage(cell, GIVEN) == found


@pytest.mark.parametrize("cell", ["1", 1, 1.0])
def test_one_of_a_hundred_or_all_of_them_is_asked(cell):
    with pytest.raises(Advice, match="1% or 100%"):
        percentage(cell, GIVEN)


@pytest.mark.parametrize("cell", ["good", "101", "-1", "nan"])
def test_what_is_no_percentage_is_refused(cell):
    with pytest.raises(BadValue):
        percentage(cell, GIVEN)


@pytest.mark.parametrize(("cell", "found"), [("2", 2), ("Yes", 1), ("no", 0), ("", None)])
def test_how_often_is_a_number_or_yes(cell, found):
    assert times(cell, GIVEN) == found


def test_a_judgement_that_is_not_known_is_kept_and_not_used():
    assert [judgement(cell, GIVEN) for cell in ("red", "Medium", "")] == ["high", "medium", None]
    with pytest.raises(Advice):
        judgement("worrying", GIVEN)


def test_a_return_that_says_the_same_changes_nothing_and_one_that_says_less_does():
    kind = kind_named("risk-return")
    values = {"carer": True, "attendance_percent": None, "confirmed_by": "R Iqbal"}
    held = Held(riskindicators=[Version(1, date(2026, 3, 1), None, values)])

    def does(**read):
        return [one["does"] for one in kind.plan({"confirmed_by": "R Iqbal", **read}, held, GIVEN)]

    assert does(carer=True) == []
    assert does(carer=False) == ["ends", "changes"]
    assert does(free_meals=True) == ["ends", "changes"]
