"""What the portal says to those who send files: words, tags, links."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from caseload.intake import reducing
from caseload.intake.kinds import Kind
from caseload.intake.kinds.base import Level
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.portal.queries import told_problems
from caseload.intake.portal.reviewing import KIND, Pupil
from caseload.intake.portal.rules import Standing, Term, is_first_read, standing_of
from caseload.intake.presenters.files import kind_label
from caseload.intake.presenters.rows import LEVEL_COLOURS, LEVELS
from caseload.intake.presenters.sources import expected_in_words, in_time
from caseload.intake.rules import (
    Arrival,
    FileState,
    Outcome,
    SchoolAnswer,
    census_day_before,
)
from caseload.intake.scorecards import Scorecard
from caseload.intake.source_models import Source
from caseload.models import FoundWrong
from ccis.access.references import show_reference
from ccis.calendar.words import MONTHS, date_in_words, local_date, short_date
from ccis.files.values import as_text
from ccis.govuk import tags
from ccis.govuk.progress import Progress, Step
from ccis.govuk.summary import row, summary
from ccis.govuk.words import date_and_time, number, plural

CENSUS = "school-census"

COLOURS = {
    Standing.READING: tags.UNDER_WAY,
    Standing.COUNCIL: tags.WAITING,
    Standing.MEND: tags.SOON,
    Standing.RECEIVED: tags.DONE,
    Standing.REFUSED: tags.LATE,
    Standing.ASIDE: tags.NONE,
}

WORDS = {
    Standing.READING: "We are reading it. You can leave this page.",
    Standing.COUNCIL: "We did not recognise all its headings. The council matches them, and you "
    "need do nothing.",
    Standing.MEND: "The rows that are right go on without the others. Mend those that are not, "
    "and send the whole file again.",
    Standing.RECEIVED: "You need do nothing more.",
    Standing.REFUSED: "Nothing of it was used. Mend it and send it again.",
    Standing.ASIDE: "The council does not use this file.",
}


def address(file: InboundFile, name: str = "file") -> str:
    """The address of one of the file's pages in the portal."""
    return reverse(f"schools:{name}", args=[file.ref])


# -- files -----------------------------------------------------------------------------------------


def standing(file: InboundFile, newest: Collection[str] = ()) -> Standing:
    """Where a file stands for its sender; one that was sent anew has nothing left to mend.

    ``newest`` are references of the newest file of each kind; none for not to ask.
    """
    found = standing_of(FileState(file.state), file.counts)
    if found == Standing.MEND and newest and file.ref not in newest:
        return Standing.RECEIVED
    return found


def tag_of(found: Standing) -> dict[str, str]:
    """Its tag: words and colour."""
    return {"text": found.label, "colour": COLOURS[found]}


def to_mend(file: InboundFile) -> int:
    """How many rows its sender is to mend."""
    return int(file.counts.get(Outcome.CANNOT_READ, 0))


def list_row(file: InboundFile, newest: Collection[str]) -> dict[str, Any]:
    """A file as a row of what was sent."""
    found = standing(file, newest)
    return {
        "title": kind_label(file),
        "href": address(file),
        "reference": show_reference(file.ref),
        "sent": date_and_time(file.received_at),
        "tag": tag_of(found),
        "rows": "" if file.row_count is None else number(file.row_count),
        "mend": number(to_mend(file)) if found == Standing.MEND else "",
    }


def receipt(file: InboundFile, found: Standing) -> dict[str, Any]:
    """What was received of whom and when, and how many rows of it are right."""
    by = file.received_by.name if file.received_by else Arrival(file.came_by).label
    lines = [
        row("Reference", show_reference(file.ref)),
        row("File", file.file_name),
        row("Sent", f"{date_and_time(file.received_at)}, {by}"),
        row("Tells of", date_in_words(file.as_at)),
    ]
    if found != Standing.READING and file.row_count:
        lines.append(row("Rows", rows_in_words(file)))
    return summary(lines)


def rows_in_words(file: InboundFile) -> str:
    """``64 rows: 59 right, 5 to mend``."""
    total, wrong = file.row_count or 0, to_mend(file)
    rows = plural(total, "row")
    return f"{rows}: {number(total - wrong)} right, {number(wrong)} to mend" if wrong else rows


def notices(file: InboundFile) -> list[str]:
    """What the reader had to say of the file itself.

    Not how many rows an instruction withholds, nor what we hold that ends: others may have told.
    """
    if not file.dropped:
        return [str(one) for one in file.notices]
    own = {**file.dropped, "withheld": 0, "ends": {}}
    ours = set(reducing.in_words(file.dropped)) - set(reducing.in_words(own))
    return [str(one) for one in file.notices if one not in ours]


STEPS = (
    (FileState.READING, "Reading the file"),
    (FileState.CHECKING, "Checking the rows"),
    (FileState.MATCHING, "Passing it to the council"),
)

STOPPED = (
    "Something went wrong on our side. Your file is safe, and we carry on from there. You need "
    "not send it again."
)


def progress(file: InboundFile) -> Progress:
    """How far the first reading of a file has come."""
    state = FileState(file.stopped_in or file.state)
    finished = not is_first_read(FileState(file.state), has_counts=bool(file.counts))
    total = file.to_do_count or file.row_count or 0
    names = [one for one, _ in STEPS]
    now = len(names) if finished else names.index(state) if state in names else -1
    return Progress(
        done=total if finished else min(file.done_count, total) if total else file.done_count,
        total=total,
        check=address(file, "progress"),
        steps=tuple(
            Step(text, "done" if at < now else "now" if at == now else "waiting")
            for at, (_, text) in enumerate(STEPS)
        ),
        finished=finished,
        stopped=STOPPED if file.state == FileState.STOPPED and not finished else "",
        result=address(file),
        result_text="See the receipt",
    )


# -- what is asked for -----------------------------------------------------------------------------


def calendar(
    source: Source,
    kinds: Iterable[Kind],
    *,
    last: Mapping[str, datetime],
    today: date,
    review: Term | None,
) -> list[dict[str, Any]]:
    """Each kind that is asked for: when, and when it was last sent.

    ``review`` is the term of the at-risk review, where the source is asked for it.
    """
    return [
        {
            "kind": kind,
            "when": _when(source, kind, today, review),
            "last": short_date(local_date(last[kind.name])) if kind.name in last else "Not yet",
            "href": reverse("schools:upload", args=[kind.name]),
        }
        for kind in kinds
    ]


def _when(source: Source, kind: Kind, today: date, review: Term | None) -> str:
    if kind.name == KIND and review is not None:
        return f"Twice a year: {review.label}, by {date_in_words(review.due)}"
    if kind.name == CENSUS:
        return f"After each census day. The last was {date_in_words(census_day_before(today))}"
    if kind.name in source.kinds and source.expects:
        return expected_in_words(source)
    return "When there is something new"


def owed_sentence(source: Source, due: date | None) -> str:
    """When a file is expected at all, and by when the next one; nothing at no fixed time."""
    if not source.expects or due is None:
        return ""
    words = expected_in_words(source)
    return f"We expect a file {words[:1].lower()}{words[1:]}. The next: by {date_in_words(due)}."


def months(card: Scorecard) -> list[list[str]]:
    """The months in which something was due or came, newest first: how, and how many files."""
    return [
        [
            f"{MONTHS[one.month.month]} {one.month.year}",
            in_time(one),
            number(one.files),
            number(one.refused),
        ]
        for one in reversed(card.months)
        if one.files or one.came
    ]


# -- errors ----------------------------------------------------------------------------------------


def by_error(found: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """One line for each kind of problem, with where it is."""
    lines = []
    for code, level, message, rows, wordings, letters, heading, _ in found:
        where = [letter for letter in letters if letter]
        lines.append(
            {
                "title": code[:1].upper() + code[1:],
                "message": message if wordings == 1 else f"For example: {message}",
                "tag": {"text": LEVELS[Level(level)], "colour": LEVEL_COLOURS[Level(level)]},
                "rows": rows,
                "where": f"Column {', '.join(where)} ({heading})" if where else "The whole row",
            }
        )
    return lines


def lines_of(found: InboundRow) -> Iterator[dict[str, Any]]:
    """A line for each problem of a row: where, what the cell says, what to do."""
    for problem in told_problems(found):
        at, level = problem["position"], Level(problem["level"])
        cell = found.sent[at] if at is not None and at < len(found.sent) else None
        yield {
            "number": found.number,
            "where": f"{problem['letter']} ({problem['heading']})"
            if problem["letter"]
            else "The whole row",
            "cell": as_text(cell),
            "message": problem["message"],
            "tag": {"text": LEVELS[level], "colour": LEVEL_COLOURS[level]},
        }


# -- questions, and what proved wrong --------------------------------------------------------------


def question(found: InboundRow) -> dict[str, Any]:
    """Someone whom a school is asked about, as that school sent them."""
    read, file = found.read, found.file
    born, year = read.get("birth"), read.get("year")
    sent = f"{kind_label(file)}, sent {short_date(local_date(file.received_at))}"
    return summary(
        [
            row("Name", f"{read.get('given', '')} {read.get('family', '')}".strip()),
            row("Date of birth", date_in_words(date.fromisoformat(born)) if born else ""),
            row("Year group", f"Year {year}" if year else ""),
            row("UPN", read.get("upn", "")),
            row("Where", f"{sent}, row {found.number}"),
        ]
    )


def answered(found: InboundRow) -> list[str]:
    """A question that was answered: which row, what was said, who said it and when."""
    when = short_date(local_date(found.decided_at)) if found.decided_at else ""
    return [
        f"{show_reference(found.file.ref)}, row {found.number}",
        SchoolAnswer(found.school_said).label,
        found.school_said_by,
        when,
    ]


def wrong_line(found: FoundWrong) -> list[str]:
    """One thing that proved wrong, by the row where its sender finds it."""
    told = short_date(local_date(found.told_at)) if found.told_at else ""
    return [
        show_reference(found.came_by.file_ref),
        str(found.source_row or "not known"),
        found.what,
        found.words,
        told,
    ]


# -- the at-risk review ----------------------------------------------------------------------------


def card(pupil: Pupil) -> dict[str, Any]:
    """Someone proposed, as their school sent them, with the reasons."""
    born = date_in_words(pupil.born) if pupil.born else "not given"
    year = f"Year {pupil.year}, " if pupil.year is not None else ""
    return {"name": pupil.name, "who": f"{year}born {born}", "reasons": pupil.reasons}


def sent_in_words(file: InboundFile) -> str:
    """Who sent a return and when."""
    by = file.received_by.name if file.received_by else "Your school"
    on = date_in_words(local_date(file.received_at))
    if file.row_count == 0:
        return f"{by} said on {on} that nobody is at risk"
    return f"{by} sent {plural(file.row_count or 0, 'row')} on {on}"
