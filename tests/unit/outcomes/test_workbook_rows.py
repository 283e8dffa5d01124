"""Rows of a completed workbook against the list: each way of going wrong, in plain words."""

from datetime import UTC, date, datetime

import pytest

from ccis.files.reading import Heading, Row, Table
from sharing.outcomes.workbook import checking
from sharing.outcomes.workbook.checking import (
    Expected,
    Known,
    Taken,
    Told,
    WrongFile,
    check,
    columns_of,
)
from sharing.rules import HEADINGS
from sharing.template import ANSWERS, authority_headings

TODAY = date(2026, 11, 20)
COPIED = datetime(2026, 11, 10, 9, tzinfo=UTC)
HEADER = [*authority_headings(["name", "phone"]), *(one.heading for one in ANSWERS)]
CONFIRMED = "In education, training or work"
DOING = "Education, training or work"
ENGAGED = "In touch, and we are helping"
PHONES = ["07700 900123", "07700 900124"]


def told(at=COPIED, **more):
    values = {"number": 1, "outcome": "engaged", "where": "", "since": None, "notes": ""}
    return Told(**values | {"tries": None, "mark": "", "at": at, "by_name": "Ines"} | more)


def expected(**known):
    base = {"values": {"name": "Amara Oduya", "phone": PHONES}, "is_live": True}
    return Expected(
        reference="7F3KQ29M",
        columns=["name", "phone"],
        rows={
            "AAAA1111": Known(1, **base | {"released_on": date(2026, 11, 9)} | known),
            "BBBB2222": Known(2, base["values"], False, date(2026, 11, 9)),
        },
        copies={"C0PY": COPIED, "0THR": COPIED},
        taken={"DDDD4444": Taken(4, {"outcome": "refused"})},
    )


def row(number=2, *, on_list="7F3K-Q29M", ref="AAAA-1111-C0PY", name="Amara Oduya", **said):
    cells = [on_list, ref, name, "\n".join(PHONES), *(said.get(one.key) for one in ANSWERS)]
    return Row(number, cells)


def columns(header=HEADER):
    headings = tuple(Heading(text, place) for place, text in enumerate(header))
    return columns_of(Table("CSV", headings, 1, iter(()), []))


def checked(*rows, header=HEADER, **known):
    return check(rows, columns(header), expected(**known), today=TODAY)


def test_what_was_filled_in_is_read_and_what_was_not_changes_nothing():
    filled, empty, tried = (
        checked(one)[0]
        for one in (
            row(outcome=CONFIRMED, doing="Education", where="Kestrel College", since="7/9/2026"),
            row(),
            row(tried_on=datetime(2026, 11, 12), how="text", tries=2),  # noqa: DTZ001 - a cell
        )
    )

    assert (filled.place, filled.disclosure, filled.seen) == ("changes", 1, 0)
    assert filled.said == {
        "outcome": "confirmed",
        "doing": "education",
        "where": "Kestrel College",
        "since": "2026-09-07",
    }
    assert empty.place == "empty"
    assert (tried.place, tried.said["how"], tried.said["tries"]) == ("changes", "text", 2)


@pytest.mark.parametrize(
    ("sent", "heading", "words"),
    [
        (row(on_list="ZZZZ-9999"), "List", "another list"),
        (row(ref=None, name="Robin Sand"), "Row", "Nobody can be added"),
        (row(ref="CCCC-3333-C0PY"), "Row", "Nobody can be added"),
        (row(ref="AAAA-1111-ZZZZ"), "Row", "Nobody can be added"),
        (row(ref="BBBB-2222-C0PY"), "Row", "no longer on your list"),
        (row(name="Amara Sand"), "Name", "not what we gave you"),
        (row(outcome="Doing well"), "What happened", "Could not reach them"),
        (row(outcome="They said no", since="31/02/2026"), "Since", "February"),
        (row(outcome=CONFIRMED), "Where they are", "Enter where they are"),
        (row(outcome=CONFIRMED, where="Mill Bakery", since="7/9/2026"), DOING, "Select education"),
        (row(outcome=CONFIRMED, doing="A job", where="Mill Bakery"), DOING, "Choose one of"),
        (row(doing="Work"), "What happened", "Choose what happened"),
        (row(tried_on="21/11/2026", how="Phone"), "Last tried on", "Give a day from 9 November"),
        (row(how="Phone"), "Last tried on", "Give the day"),
        (row(tried_on="20/11/2026"), "How", "Choose how"),
        (row(notes="She moved"), "What happened", "Choose what happened"),
        (row(outcome="They said no", tries="often"), "How often tried", "Give a number"),
    ],
)
def test_what_cannot_be_used_says_where_and_why(sent, heading, words):
    found, _ = checked(sent, row(9, ref=None))

    assert found.place == "refused"
    (problem, *_) = found.problems
    assert (problem["heading"], words in problem["message"]) == (heading, True), problem
    assert problem["letter"]


def test_what_an_earlier_workbook_said_is_passed_over_though_they_are_off_the_list():
    same, other = (
        checked(row(ref="DDDD-4444-C0PY", outcome=outcome))[0]
        for outcome in ("They said no", ENGAGED)
    )

    assert (same.place, same.disclosure) == ("same", 4)
    assert (other.place, "no longer on your list" in other.problems[0]["message"]) == (
        "refused",
        True,
    )


def test_a_workbook_of_another_list_or_without_its_headings_is_refused_whole():
    with pytest.raises(WrongFile, match="belongs to another list"):
        checked(row(on_list="ZZZZ-9999"), row(3, on_list="ZZZZ-9999"))
    with pytest.raises(WrongFile, match="We did not find Row"):
        checked(row(), header=["List", "Ref", *HEADER[2:]])
    with pytest.raises(WrongFile, match="more than once"):
        checked(row(), header=[*HEADER, "What happened"])


def test_rows_may_be_sorted_and_columns_taken_out_but_no_row_copied():
    back = [[*HEADER[::-1]], row().cells[::-1]]
    (found,) = checked(Row(5, back[1]), header=back[0])
    assert found.disclosure == 1
    without = [text for text in HEADER if text not in HEADINGS.values()]
    cells = ["7F3K-Q29M", "AAAA-1111-C0PY", "They said no", *[None] * 6]
    assert checked(Row(2, cells), header=without)[0].place == "changes"

    for again in ("AAAA-1111-C0PY", "AAAA-1111-0THR"):  # of the same copy, of another
        both = checked(row(2), row(3, ref=again))
        assert {one.place for one in both} == {"refused"}
        assert all("Rows 2 and 3" in one.problems[0]["message"] for one in both)


def test_a_copy_made_before_it_asked_what_they_do_is_taken_back():
    work = {"outcome": CONFIRMED, "where": "Mill Bakery", "since": "7/9/2026"}
    place = HEADER.index(DOING)
    before, cells = ([*one[:place], *one[place + 1 :]] for one in (HEADER, row(**work).cells))

    (found,) = checked(Row(2, cells), header=before)
    assert (found.place, "doing" in found.said) == ("changes", False)

    on_screen = told(
        at=datetime(2026, 11, 12, tzinfo=UTC),
        outcome="confirmed",
        doing="work",
        where="Mill Bakery",
        since=date(2026, 9, 7),
    )
    assert checked(Row(2, cells), header=before, told=on_screen)[0].place == "same"
    assert checked(row(doing="Education", **work), told=on_screen)[0].place == "refused"


@pytest.mark.parametrize(
    ("heard", "outcome", "place"),
    [
        (told(), ENGAGED, "changes"),  # the same again is a new word
        (told(at=datetime(2026, 11, 12, tzinfo=UTC)), ENGAGED, "same"),
        (told(at=datetime(2026, 11, 12, tzinfo=UTC)), "They said no", "refused"),
        (told(at=datetime(2026, 11, 12, tzinfo=UTC), mark="C0PY"), "They said no", "changes"),
    ],
)
def test_what_a_colleague_said_since_the_copy_was_made_is_not_overwritten(heard, outcome, place):
    (found,) = checked(row(outcome=outcome), told=heard)

    assert found.place == place
    if place == "refused":
        assert "Ines answered this on 12 November 2026" in found.problems[0]["message"]


TRIED = {"tried_on": "12/11/2026", "how": "Text"}
SPOKEN_SINCE = told(at=datetime(2026, 11, 13, tzinfo=UTC))


@pytest.mark.parametrize(
    ("filled", "heard", "tries", "place"),
    [
        (TRIED, None, set(), "changes"),
        (TRIED, None, {(date(2026, 11, 12), "phone")}, "changes"),
        (TRIED, None, {(date(2026, 11, 12), "text")}, "same"),
        (TRIED | {"outcome": ENGAGED}, SPOKEN_SINCE, set(), "changes"),
        (TRIED | {"outcome": ENGAGED}, SPOKEN_SINCE, {(date(2026, 11, 12), "text")}, "same"),
    ],
)
def test_a_try_is_new_unless_it_is_logged_already(filled, heard, tries, place):
    (found,) = checked(row(**filled), told=heard, tries=tries)

    assert found.place == place
    if place == "changes":  # what we have already is not said again
        assert found.said == {"tried_on": "2026-11-12", "how": "text"}


def test_the_headings_looked_for_are_those_of_the_template():
    assert len(checking.headings_known()) == len(HEADINGS) + len(ANSWERS) + 2
