"""Completed workbooks in words: where each stands, where its rows stand, what to mend."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Count

from ccis.access.references import show_reference
from ccis.govuk.lists import Outcome, row_sum
from ccis.govuk.progress import Progress
from ccis.govuk.words import date_and_time, plural
from sharing.outcomes.models import Place, Workbook, WorkbookRow, WorkbookState
from sharing.outcomes.workbook_models import WORKING
from sharing.template import OUTCOMES

COLOURS = {
    WorkbookState.READING: "blue",
    WorkbookState.REVIEW: "yellow",
    WorkbookState.TAKING: "blue",
    WorkbookState.STOPPED: "red",
    WorkbookState.DONE: "green",
    WorkbookState.REFUSED: "red",
    WorkbookState.SET_ASIDE: "grey",
}
COLUMNS = ["Workbook", "Sent by", "Sent", "State"]
NOTES = {
    Place.REFUSED: "Stay as they are. See what to mend below",
    Place.CHANGES: "What you filled in is new",
    Place.TAKEN: "What you filled in was taken",
    Place.SAME: "We have this from you already",
    Place.EMPTY: "Stay as they are",
}
SHOWN = 200
"""The most rows with something to mend on the page; the workbook marks them all."""

Address = Callable[[str], str]
"""The address of one of a workbook's pages, by its name."""


def tag(file: Workbook) -> dict[str, str]:
    """Where a workbook stands."""
    state = WorkbookState(file.state)
    return {"text": str(state.label), "colour": COLOURS[state]}


def title_of(file: Workbook) -> str:
    """Its heading: its list, and nobody's name."""
    return f"Completed workbook of list {show_reference(file.on_list.ref)}"


def table_rows(files: Sequence[Workbook], address: Callable[[Workbook], str]) -> list[list[Any]]:
    """Workbooks for a table; the first cell leads to each."""
    return [
        [
            {"text": show_reference(file.ref), "href": address(file)},
            {"text": file.sent_by.name},
            {"text": date_and_time(file.sent_at)},
            {"tag": tag(file)},
        ]
        for file in files
    ]


def progress(file: Workbook, address: Address) -> Progress:
    """How far a worker is with it."""
    takes = file.taken_by_id is not None
    total = file.rows.exclude(place__in=[Place.SAME, Place.EMPTY]).count() if takes else 1
    return Progress(
        done=min(file.done_count, total),
        total=total,
        thing="rows" if takes else "workbooks",
        check=address("show"),
        finished=file.state not in (*WORKING, WorkbookState.STOPPED),
        stopped="Something went wrong on our side. What is done stays done"
        if file.state == WorkbookState.STOPPED
        else "",
        carry_on=address("carry-on"),
        result=address("show"),
    )


def review(file: Workbook) -> dict[str, Any]:
    """Where every row stands, as a sum that adds up."""
    counted = dict(
        file.rows.order_by()
        .values_list("place")
        .annotate(Count("pk"))
        .values_list("place", "pk__count")
    )
    places = [place for place in Place if counted.get(place)]
    outcomes = [Outcome(counted[place], str(place.label), note=NOTES[place]) for place in places]
    changes = counted.get(Place.CHANGES, 0)
    return {
        "sum": row_sum(file.row_count, outcomes),
        "outcomes": [[one.text, f"{one.count:,}", one.note] for one in outcomes],
        "changes": changes,
        "refused": counted.get(Place.REFUSED, 0),
        "button": f"Take the {plural(changes, 'row')}",
        "missing": plural(file.missing, "person", "people") if file.missing else "",
    }


def what_changes(file: Workbook) -> list[list[str]]:
    """How many rows say each outcome, in the order of the template; and how many only a try."""
    said = file.rows.filter(place__in=[Place.CHANGES, Place.TAKEN])
    counted: dict[str, int] = {}
    for outcome in said.values_list("said__outcome", flat=True):
        counted[outcome or ""] = counted.get(outcome or "", 0) + 1
    lines = [[words, f"{counted[key]:,}"] for key, words in OUTCOMES.items() if key in counted]
    return [*lines, ["Only when they were tried", f"{counted['']:,}"]] if "" in counted else lines


def to_mend(rows: Sequence[WorkbookRow]) -> list[list[str]]:
    """A line for each thing to mend: row, column, what to do; the value is in their workbook."""
    return [
        [
            str(row.number),
            f"{one['letter']} {one['heading']}".strip() or "The whole row",
            one["message"],
        ]
        for row in rows
        for one in row.problems
    ]
