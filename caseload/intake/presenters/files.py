"""A file in words: its state, where its rows stand, how far it has come (pages §3.5, §4.5)."""

from collections.abc import Collection, Sequence
from typing import Any

from django.urls import reverse

from caseload.intake.kinds import KINDS
from caseload.intake.models import InboundFile
from caseload.intake.queries import (
    changes_by_outcome,
    counts_of,
    problem_codes,
    reasons_by_outcome,
    rows_with_work,
)
from caseload.intake.rules import (
    IN_A_SUM,
    OPEN_OUTCOMES,
    OUTCOME_LABELS,
    READY_OUTCOMES,
    UNSURE_OUTCOMES,
    UNUSED_OUTCOMES,
    WITH_PEOPLE,
    WORKING,
    Arrival,
    FileState,
    Outcome,
    Reason,
)
from ccis.access.references import show_reference
from ccis.calendar.words import date_in_words, local_date
from ccis.govuk.lists import Outcome as Place
from ccis.govuk.lists import row_sum
from ccis.govuk.progress import Progress, Step
from ccis.govuk.tags import FILE_STATES, UNDER_WAY, status_tag
from ccis.govuk.words import date_and_time, number, plural

CHANGE_LABELS = {
    "activity begins": "new activity",
    "activity ends": "end date",
    "activity corrected": "course or expected end",
    "address": "address",
    "attendance": "attendance",
    "enrolment": "school",
    "identifier": "UPN or ULN",
    "name": "name",
    "particulars": "personal details",
    "riskindicators": "risk indicators",
    "contactpoint": "phone or email",
    "section72": "section 72 instruction",
    "sendprovision": "SEND support",
}

STATES_ALWAYS_SHOWN = (
    Outcome.CANNOT_READ,
    Outcome.NEEDS_PERSON,
    Outcome.WILL_CHANGE,
    Outcome.WILL_ADD,
    Outcome.NO_CHANGE,
)
"""Places that the review shows even when no row is there."""


def kind_label(file: InboundFile) -> str:
    """The kind in words; a kind that no app registers any more keeps its name."""
    kind = KINDS.get(file.kind)
    return kind.label if kind else file.kind or "Kind not known yet"


def title(file: InboundFile) -> str:
    """What the page of a file is headed."""
    return f"{kind_label(file)} from {file.sender}"


def state_tag(file: InboundFile) -> dict[str, Any]:
    """The state as a tag; a step under way is blue whatever it is called."""
    shown = status_tag(file.state_label, FILE_STATES)
    if file.state in WORKING:
        shown["classes"] = f"govuk-tag--{UNDER_WAY}"
    return shown


def sent_line(file: InboundFile) -> str:
    """Who sent it and when, and of which day it tells."""
    way = Arrival(file.came_by).label
    by = f"by {file.received_by.name}" if file.received_by else way
    return f"Sent in {by}, {date_and_time(file.received_at)}"


def address(file: InboundFile, name: str = "file", **kwargs: Any) -> str:
    """The address of one of the file's pages."""
    return reverse(f"intake:{name}", kwargs={"ref": file.ref, **kwargs})


def rows_address(file: InboundFile, outcome: str, **words: str) -> str:
    """The address of the rows that stand in one place."""
    more = "".join(f"&{word}={value}" for word, value in words.items())
    return f"{address(file, 'rows')}?outcome={outcome}{more}"


# -- the review ----------------------------------------------------------------------------------


def review(file: InboundFile, *, only_filled: bool = False) -> dict[str, Any]:
    """The sum of the rows, every place with what it holds, and what may be done.

    ``only_filled`` leaves out the usual places where no row stands.
    """
    counts = counts_of(file)
    total = sum(counts.values())
    ready = sum(counts.get(outcome, 0) for outcome in READY_OUTCOMES)
    kept = sum(counts.get(outcome, 0) for outcome in OPEN_OUTCOMES - READY_OUTCOMES)
    always = () if only_filled or file.state not in WITH_PEOPLE else STATES_ALWAYS_SHOWN
    places = _places(file, counts, always)
    is_open = file.state in WITH_PEOPLE
    return {
        "total": total,
        "sum": row_sum(total, [_in_words(place, outcome) for outcome, place in places.items()]),
        "outcomes": list(places.values()),
        "ready": ready if is_open else 0,
        "kept": kept if is_open else 0,
        "unsure": sum(counts.get(o, 0) for o in UNSURE_OUTCOMES) if is_open else 0,
        "has_errors": bool(counts.get(Outcome.CANNOT_READ)),
        "noes": noes(file, UNUSED_OUTCOMES) if UNUSED_OUTCOMES & counts.keys() else 0,
        "noes_href": f"{address(file, 'rows')}?no=yes",
    }


def noes(file: InboundFile, outcomes: Collection[Outcome]) -> int:
    """How many rows in some places say no, of which nobody may lose sight (LC-06)."""
    return file.rows.filter(outcome__in=outcomes).saying_no().count()


def _places(
    file: InboundFile, counts: dict[Outcome, int], always: Sequence[Outcome]
) -> dict[Outcome, Place]:
    notes = _notes(file)
    shown = [outcome for outcome in OUTCOME_LABELS if counts.get(outcome) or outcome in always]
    return {
        outcome: Place(
            count=counts.get(outcome, 0),
            text=outcome.label,
            href=rows_address(file, outcome),
            note=notes.get(outcome, ""),
            actions=_actions(file, outcome),
        )
        for outcome in shown
    }


def _in_words(place: Place, outcome: Outcome) -> Place:
    """A place as it is said in the sum, of one row or of several."""
    words = IN_A_SUM.get(outcome, place.text) if place.count != 1 else place.text
    return Place(count=place.count, text=words)


def _notes(file: InboundFile) -> dict[str, str]:
    notes = {
        outcome: " · ".join(f"{Reason(reason).label} {number(rows)}" for reason, rows in reasons)
        for outcome, reasons in reasons_by_outcome(file).items()
    }
    for outcome, changes in changes_by_outcome(file).items():
        notes[outcome] = " · ".join(
            f"{CHANGE_LABELS.get(change, change)} {number(rows)}" for change, rows in changes
        )
    codes = problem_codes(file)
    notes[Outcome.CANNOT_READ] = " · ".join(f"{code} {number(rows)}" for code, rows in codes[:4])
    return notes


def _actions(file: InboundFile, outcome: Outcome) -> tuple[tuple[str, str], ...]:
    see = ("See rows", rows_address(file, outcome))
    if outcome == Outcome.CANNOT_READ:
        actions: list[tuple[str, str]] = [("See errors", address(file, "errors"))]
        if file.stored_id:
            actions.append(("Download the file with errors marked", address(file, "marked")))
        return tuple(actions)
    if outcome == Outcome.ASK_SCHOOL:
        return (("Ask the school", address(file, "questions")), see)
    if outcome in UNSURE_OUTCOMES and file.state in WITH_PEOPLE:
        return (("Decide about them", see[1]),)
    return (see,)


# -- progress ------------------------------------------------------------------------------------

STEPS = (
    (FileState.READING, "Reading the file"),
    (FileState.CHECKING, "Checking the rows"),
    (FileState.MATCHING, "Finding whom they are about"),
    (FileState.APPLYING, "Applying what was approved"),
)

STOPPED = (
    "Something went wrong on our side. What was done so far is safe, and nothing was done twice. "
    "You can carry on from there."
)


def progress(file: InboundFile) -> Progress:
    """How far a file has come in its present step."""
    state = FileState(file.stopped_in or file.state)
    finished = file.state not in WORKING | {FileState.RECEIVED, FileState.STOPPED}
    total = file.to_do_count or file.row_count or 0
    return Progress(
        done=total if finished else min(file.done_count, total) if total else file.done_count,
        total=total,
        check=address(file, "progress"),
        steps=_steps(state, finished=finished, applies=file.approved_at is not None),
        finished=finished,
        stopped=STOPPED if file.state == FileState.STOPPED else "",
        carry_on=address(file, "carry-on"),
        result=address(file, "outcome" if file.approved_at else "file"),
    )


def _steps(state: FileState, *, finished: bool, applies: bool) -> tuple[Step, ...]:
    names = [one for one in STEPS if applies or one[0] != FileState.APPLYING]
    order = [one for one, _ in names]
    now = order.index(state) if state in order else -1 if not finished else len(order)
    return tuple(
        Step(text, "done" if finished or at < now else "now" if at == now else "waiting")
        for at, (_, text) in enumerate(names)
    )


def progress_heading(file: InboundFile) -> str:
    """What is being done, as the page's heading."""
    state = FileState(file.stopped_in or file.state)
    return dict(STEPS).get(state, "Waiting for its turn" if state == FileState.RECEIVED else "Done")


# -- the list ------------------------------------------------------------------------------------


def list_row(file: InboundFile) -> dict[str, Any]:
    """A file as a row of the list."""
    left = sum(file.counts.get(outcome, 0) for outcome in OPEN_OUTCOMES)
    return {
        "title": title(file),
        "reference": show_reference(file.ref),
        "href": address(file),
        "received": date_and_time(file.received_at),
        "tag": state_tag(file),
        "rows": "" if file.row_count is None else number(file.row_count),
        "left": _left(file, left),
    }


WHAT_NEXT = {
    FileState.NEEDS_COLUMNS: "match the columns",
    FileState.STOPPED: "carry on",
    FileState.REFUSED: "mend it and send it again",
}


def _left(file: InboundFile, left: int) -> str:
    if file.state in WORKING or file.state == FileState.RECEIVED:
        return "being worked on"
    if file.state in WHAT_NEXT:
        return WHAT_NEXT[FileState(file.state)]
    return plural(left, "row") if left and file.state in WITH_PEOPLE else "nothing"


def done_sentence(file: InboundFile) -> str:
    """Who approved it and when, as a sentence; nothing before anyone did."""
    if file.approved_by is None:
        return ""
    return f"Approved by {file.approved_by.name}, {date_and_time(file.approved_at)}."


def work_sentence(file: InboundFile) -> str:
    """What is to be done about everyone whose row was accepted; nothing for most kinds."""
    kind = KINDS.get(file.kind)
    people = rows_with_work(file, kind.work_where).count() if kind and kind.gives_work else 0
    if kind is None or not people:
        return ""
    return f"For {plural(people, 'person', 'people')}: {_lower(kind.gives_work)}."


def destroyed_sentences(file: InboundFile) -> list[str]:
    """Which rows were destroyed, when and why (LA-04)."""
    said = []
    for one in file.destructions.all():
        count = len(one.numbers)
        rows = f"{plural(count, 'row')} {'was' if count == 1 else 'were'}" if count else ""
        original = "the file as it was sent" if one.original else ""
        what = f"{rows} destroyed" if rows else f"{original} was destroyed"
        also = f", with {original}" if rows and original else ""
        on = date_in_words(local_date(one.at))
        sentence = f"{what} on {on}{also}: {_lower(one.get_why_display())}."
        said.append(sentence[:1].upper() + sentence[1:])
    return said


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def places_of(file: InboundFile, current: str) -> list[dict[str, Any]]:
    """The pages of a file, for the sub-navigation."""
    items: Sequence[tuple[str, str]] = (
        ("file", "Review"),
        ("rows", "Rows"),
        ("errors", "Errors"),
        *((("outcome", "What was done"),) if file.approved_at else ()),
    )
    return [
        {"text": text, "href": address(file, name), "current": name == current}
        for name, text in items
    ]
