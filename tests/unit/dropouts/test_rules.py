"""Months of drop-outs: when due, how they stand, which may be told of."""

import io
from datetime import date

import openpyxl
import pytest

from caseload.dropouts import template
from caseload.dropouts.rules import (
    Came,
    MonthState,
    as_at_of,
    due_of,
    is_late,
    may_tell_of,
    state_of,
)
from caseload.intake.expecting import Expectation
from ccis.calendar.periods import Period

OCTOBER = Period(2026, 10)
BY_THE_SIXTH = Expectation("month", 6, date(2026, 9, 1))


@pytest.mark.parametrize(
    ("expected", "due"),
    [
        (BY_THE_SIXTH, date(2026, 11, 6)),
        (Expectation("month", 31, date(2026, 9, 1)), date(2026, 11, 30)),
        (Expectation("month", 6, date(2026, 9, 1), {9, 10}), None),
        (Expectation("month", 6, date(2026, 11, 7)), None),
        (Expectation("week", 3, date(2026, 9, 1)), None),
        (None, None),
    ],
    ids=["sixth", "last day", "month left out", "asked only later", "weekly", "not asked"],
)
def test_a_month_is_due_in_the_month_after(expected, due):
    assert due_of(expected, OCTOBER) == due


@pytest.mark.parametrize(
    ("came", "today", "state"),
    [
        (Came(date(2026, 11, 6), None), date(2026, 11, 6), MonthState.DUE),
        (Came(date(2026, 11, 6), None), date(2026, 11, 7), MonthState.LATE),
        (Came(None, None), date(2026, 11, 7), MonthState.NOT_ASKED),
        (Came(date(2026, 11, 6), date(2026, 11, 9)), date(2026, 11, 9), MonthState.SENT),
        (
            Came(date(2026, 11, 6), date(2026, 11, 5), is_nil=True),
            date(2026, 12, 1),
            MonthState.NIL,
        ),
        (Came(date(2026, 11, 6), None, to_mend=True), date(2026, 11, 9), MonthState.TO_MEND),
        (Came(date(2026, 11, 6), None, is_over=False), date(2026, 10, 31), MonthState.RUNNING),
    ],
)
def test_how_a_month_stands(came, today, state):
    assert state_of(came, today=today) == state


def test_a_month_is_told_of_once_begun_and_for_a_year():
    assert may_tell_of(OCTOBER, today=date(2026, 10, 1))
    assert may_tell_of(OCTOBER, today=date(2027, 10, 31))
    assert not may_tell_of(OCTOBER, today=date(2027, 11, 1))
    assert not may_tell_of(OCTOBER, today=date(2026, 9, 30))
    assert as_at_of(OCTOBER, today=date(2026, 11, 4)) == date(2026, 10, 31)
    assert as_at_of(OCTOBER, today=date(2026, 10, 9)) == date(2026, 10, 9)


def test_late_is_after_the_day_or_not_at_all():
    due = date(2026, 11, 6)
    assert not is_late(due_on=due, sent_on=due, today=date(2026, 12, 1))
    assert is_late(due_on=due, sent_on=date(2026, 11, 7), today=date(2026, 11, 7))
    assert is_late(due_on=due, sent_on=None, today=date(2026, 11, 7))
    assert not is_late(due_on=None, sent_on=None, today=date(2026, 11, 7))


def test_the_template_has_the_documents_columns_in_its_order():
    sender = template.Sender("Kestrel College", "10000001", "Sam Okoro", "", "sam@kestrel.example")
    page = openpyxl.load_workbook(io.BytesIO(template.workbook(sender))).active
    rows = [[cell for cell in row if cell] for row in page.iter_rows(values_only=True)]
    assert rows[-1] == [
        "ULN",
        "Family Name",
        "First Name",
        "DOB",
        "Address",
        "Post Code",
        "Contact e-mail",
        "phone number",
        "Joiner",
        "Leaver",
        "at risk of dropping out",
        "Destination if known",
    ]
    assert rows[-2] == ["Reason for notification"]
    assert [row[:2] for row in rows[2:5]] == [
        ["Provider Name", "Kestrel College"],
        ["Provider Number", "10000001"],
        ["Contact Name", "Sam Okoro"],
    ]
