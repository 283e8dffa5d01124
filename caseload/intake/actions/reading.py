"""From the kept original to rows: each as sent and as read, with what is wrong in words.

A step that was broken off is done again from its beginning: nothing but the file's own rows
has been written by then.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

from django.db import connection, transaction

from caseload.intake import reducing
from caseload.intake.actions.files import NOT_THIS_WAY, destroy_original
from caseload.intake.actions.states import Clock, move, note_progress
from caseload.intake.checking import RowReader, as_json, first_outcome
from caseload.intake.columns import Recognised, guess_kind, headings_known, recognise
from caseload.intake.directory import Given, read_directory
from caseload.intake.kinds import KINDS, Kind, kind_named
from caseload.intake.kinds.base import Level
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.opening import read_table
from caseload.intake.queries import (
    counts_of,
    remembered_columns,
    rows_of_two_people,
    rows_that_say_the_same,
    update_rows,
    worst_columns,
)
from caseload.intake.rules import Arrival, FileState, Outcome, Reason, is_over_threshold
from ccis.authorities.policy import policy_of
from ccis.calendar.words import local_date
from ccis.files import storage
from ccis.files.reading import CannotRead, Row, Table, column_letter
from ccis.files.values import Cell

ROWS_AT_A_TIME = 5_000

NO_HEADINGS = "Row 1 should have the headings. We did not find {heading}"
NOT_THEIRS = (
    "This looks like a file of the kind “{kind}”, which is not taken from {source}. "
    "Say on its page under Sources what it may send"
)
SEND_AS = "This looks like a file of the kind “{kind}”. Send it again as that"
NO_ROWS = "This file has headings and no rows"


def given_of(file: InboundFile, *, today: date) -> Given:
    """What is known of a file before its first row."""
    directory = read_directory()
    return Given(
        as_at=file.as_at,
        today=today,
        authority=file.authority_id,
        authority_code=file.authority.code,
        sender=directory.by_id.get(file.provider_id) if file.provider_id else None,
        directory=directory,
        came_by=file.came_by,
        policy=policy_of(file.authority),
    )


# -- reading -------------------------------------------------------------------------------------


def read(file: InboundFile, *, now: Clock) -> None:
    """Read the original into rows, and go on to checking them, or ask about the columns."""
    InboundRow.objects.filter(file=file).delete()
    note_progress(file, at=now(), done_count=0, to_do_count=None)
    try:
        with (
            storage.open_stored(file.stored_id) as original,
            read_table(original, filename=file.file_name, headings=headings_known()) as table,
        ):
            kind, found = _recognise(file, table)
            rows = _keep_rows(file, table, kind, found, now=now)
            notices = [*table.notices, *found.notices]
            if kind.fields:  # of what the sender sent: what is kept has been written afresh
                unknown = tuple(one for one in found.extra if kind.field_of(one))
                notices = [
                    *file.dropped.get("notices", ()),
                    *reducing.in_words(file.dropped),
                    *replace(found, extra=unknown).notices,
                ]
    except CannotRead as error:
        with transaction.atomic():
            refuse(file, str(error), at=now())
            if not file.kind:  # whatever it is, it may hold what may not be kept
                destroy_original(file=file, at=now())
        return
    if not rows and file.came_by != Arrival.REVIEW:  # which may say that there is nobody
        refuse(file, NO_ROWS, at=now())
        return
    after = FileState.CHECKING if found.is_whole else FileState.NEEDS_COLUMNS
    move(
        file,
        after,
        row_count=rows,
        notices=notices,
        rows_are_read=found.is_whole,
        beat_at=now(),
    )


def refuse(file: InboundFile, why: str, *, at: datetime) -> None:
    """Use nothing of a file that cannot be read as a whole, and keep none of its rows."""
    InboundRow.objects.filter(file=file).delete()
    move(file, FileState.REFUSED, refusal=why[:400], row_count=0, counts={}, finished_at=at)


def _recognise(file: InboundFile, table: Table) -> tuple[Kind, Recognised]:
    """The kind and the columns. Raises ``CannotRead`` when row 1 has no headings of ours."""
    header = [heading.text for heading in table.header]
    has_sender = file.provider_id is not None
    kind = kind_named(file.kind) if file.kind else guess_kind(header, has_sender=has_sender)
    if kind is None:
        kind = next(iter(KINDS.values()))
        raise CannotRead(NO_HEADINGS.format(heading=_headings_wanted(kind)))
    if kind.fields and not file.dropped:
        raise CannotRead(SEND_AS.format(kind=kind.label))
    their_own = file.came_by != Arrival.PASSED
    if file.source is not None and their_own and not file.source.may_send(kind.name):
        raise CannotRead(NOT_THEIRS.format(kind=kind.label, source=file.source.title))
    if not kind.is_taken_by(file.came_by, policy_of(file.authority)):
        raise CannotRead(NOT_THIS_WAY.format(label=kind.label))
    if why := kind.why_refused(file, table.above):
        raise CannotRead(why)
    found = recognise(
        kind,
        header,
        remembered=remembered_columns(file, kind.name),
        has_sender=has_sender,
    )
    if len(found.columns) < 2:
        raise CannotRead(NO_HEADINGS.format(heading=_headings_wanted(kind)))
    values: dict[str, Any] = {
        "kind": kind.name,
        "header": header,
        "header_row": table.header_row,
        "date_system": table.date_system,
        "columns": {str(position): key for position, key in found.columns.items()},
    }
    if day := _day_told(table, kind, found):
        values["as_at"] = day
    elif file.as_at_is_usual:
        values["as_at"] = kind.default_as_at(local_date(file.received_at))
    InboundFile.objects.filter(pk=file.pk).update(**values)
    for name, value in values.items():
        setattr(file, name, value)
    return kind, found


def _day_told(table: Table, kind: Kind, found: Recognised) -> date | None:
    """The day of which the file itself says that it tells; looks at the first row alone."""
    first = next(table.rows, None)
    if first is None:
        return None
    table.rows = chain([first], table.rows)
    return kind.tells_of({key: first.cells[at] for at, key in found.columns.items()})


def _headings_wanted(kind: Kind) -> str:
    wanted = [column.heading for column in kind.columns if column.required]
    return f"{', '.join(wanted[:-1])} or {wanted[-1]}"


def reader_of(file: InboundFile, *, today: date) -> RowReader:
    """A reader of the file's rows by the columns as they stand."""
    return RowReader(
        kind_named(file.kind),
        {int(position): key for position, key in file.columns.items()},
        file.header,
        given_of(file, today=today),
        date_system=1904 if file.date_system == 1904 else 1900,
    )


def _keep_rows(
    file: InboundFile, table: Table, kind: Kind, found: Recognised, *, now: Clock
) -> int:
    """Keep every row as sent and, with whole columns, as read. Gives how many."""
    reader = reader_of(file, today=local_date(now())) if found.is_whole else None
    rows = iter(table.rows)
    kept = 0
    while batch := list(islice(rows, ROWS_AT_A_TIME)):
        with transaction.atomic():
            _copy(_lines(file, batch, reader))
            kept += len(batch)
            note_progress(file, at=now(), done_count=kept)
    return kept


def _lines(file: InboundFile, batch: Iterable[Row], reader: RowReader | None) -> Iterator[str]:
    """The rows as ``COPY`` takes them: JSON of ours holds neither tabs nor ends of lines."""
    for row in batch:
        sent = as_json(row.cells)
        if "\\u0000" in sent:
            row = replace(row, cells=_without_nulls(row.cells))
            sent = as_json(row.cells)
        if reader is not None:
            values, problems, outcome = reader.read(row.cells, row.problem)
        else:
            said = _only_whole_row(row.problem)
            values, problems, outcome = "{}", as_json(said), first_outcome(said)
        cells = f"{row.number}\t{sent}\t{values}\t{problems}".replace("\\", "\\\\")
        yield f"{file.pk}\t{cells}\t{outcome.value}\t\t\t\tf\t[]\t[]\n"


def _without_nulls(cells: Sequence[Cell]) -> list[Cell]:
    """Cells as the database can hold them: it has no form for a null character."""
    return [
        cell.replace("\0", "") if isinstance(cell, str) and "\0" in cell else cell for cell in cells
    ]


WHOLE_ROW = "row not whole"


def _only_whole_row(problem: str | None) -> list[dict[str, Any]]:
    if problem is None:
        return []
    return [
        {
            "column": "",
            "position": None,
            "letter": "",
            "heading": "",
            "code": WHOLE_ROW,
            "message": problem,
            "level": Level.HARD.value,
        }
    ]


COPY = """
COPY intake_inboundrow (
    file_id, number, sent, read, problems, outcome, reason, why, rule, is_new,
    candidates, proposal
) FROM STDIN
"""


def _copy(lines: Iterable[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.write("".join(lines))


# -- checking ------------------------------------------------------------------------------------


def check(file: InboundFile, *, now: Clock) -> None:
    """What only the file as a whole shows; then refuse it, or go on to matching."""
    if not file.rows_are_read:
        _read_again(file, now=now)
    with transaction.atomic():
        kind = kind_named(file.kind)
        kind.gather(file)
        for key in kind.unique:
            for numbers in rows_of_two_people(file, key):
                _mark_two_people(file, kind, key, numbers)
        _set_aside_repeats(file)
        if _is_refused(file, at=now()) or _stays_with_sender(file, kind, at=now()):
            return
        to_do = InboundRow.objects.filter(file=file, outcome=Outcome.UNDECIDED).count()
        move(file, FileState.MATCHING, done_count=0, to_do_count=to_do, beat_at=now())


def _read_again(file: InboundFile, *, now: Clock) -> None:
    """Read the kept rows by columns that were chosen since."""
    reader = reader_of(file, today=local_date(now()))
    after = 0
    while batch := list(
        InboundRow.objects.filter(file=file, number__gt=after)
        .order_by("number")
        .values_list("number", "sent", "problems")[:ROWS_AT_A_TIME]
    ):
        lines = []
        for number, cells, problems in batch:
            whole = next((p["message"] for p in problems if p["code"] == WHOLE_ROW), None)
            values, found, outcome = reader.read(cells, whole)
            lines.append((number, values, found, outcome.value, "", ""))
        with transaction.atomic():
            update_rows(file, READ_COLUMNS, lines)
            note_progress(file, at=now())
        after = batch[-1][0]
    note_progress(file, at=now(), rows_are_read=True)


READ_COLUMNS = (
    ("read", "jsonb"),
    ("problems", "jsonb"),
    ("outcome", "text"),
    ("reason", "text"),
    ("why", "text"),
)


def _mark_two_people(file: InboundFile, kind: Kind, key: str, numbers: list[int]) -> None:
    column = kind.column(key)
    listed = f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
    mark_cannot_read(
        file,
        key,
        numbers,
        code=f"two people for one {column.heading}",
        message=f"Two people here have this {_plain(column.key)}: rows {listed}.",
    )


def mark_cannot_read(
    file: InboundFile, key: str, numbers: Sequence[int], *, code: str, message: str
) -> None:
    """Say of some rows what is wrong with them together; they are not used until it is mended."""
    position = next((int(at) for at, ours in file.columns.items() if ours == key), None)
    problem = {
        "column": key,
        "position": position,
        "letter": column_letter(position) if position is not None else "",
        "heading": file.header[position] if position is not None else "",
        "code": code,
        "message": message,
        "level": Level.HARD.value,
    }
    rows = InboundRow.objects.filter(file=file, number__in=numbers)
    lines = [
        (row.number, as_json([*row.problems, problem]), Outcome.CANNOT_READ.value)
        for row in rows
        if all(known["code"] != problem["code"] for known in row.problems)
    ]
    update_rows(file, (("problems", "jsonb"), ("outcome", "text")), lines)


def _plain(key: str) -> str:
    return key.upper() if len(key) <= 3 else key


def _set_aside_repeats(file: InboundFile) -> None:
    repeats = [
        (number, Outcome.SET_ASIDE.value, Reason.SAME_ROW.value, f"Same as row {numbers[0]}")
        for numbers in rows_that_say_the_same(file)
        for number in numbers[1:]
    ]
    update_rows(file, (("outcome", "text"), ("reason", "text"), ("why", "text")), repeats)


def _is_refused(file: InboundFile, *, at: datetime) -> bool:
    """Refuse the file when more of it is in error than the authority allows (pages §3.6)."""
    rows = InboundRow.objects.filter(file=file)
    total = rows.count()
    errors = rows.filter(outcome=Outcome.CANNOT_READ).count()
    percent = policy_of(file.authority).file_error_threshold_percent
    if not is_over_threshold(errors=errors, rows=total, percent=percent):
        return False
    unused = rows.exclude(outcome=Outcome.CANNOT_READ).update(outcome=Outcome.NOT_USED)
    where = _where_to_begin(file, worst_columns(file))
    counts = {Outcome.CANNOT_READ.value: errors, Outcome.NOT_USED.value: unused}
    move(
        file,
        FileState.REFUSED,
        refusal=(f"{errors:,} of {total:,} rows have errors, so we have not used any.{where}"),
        counts={outcome: count for outcome, count in counts.items() if count},
        finished_at=at,
    )
    return True


def _stays_with_sender(file: InboundFile, kind: Kind, *, at: datetime) -> bool:
    """Leave a file with rows to mend with whoever sent it, where its kind does (LDOR-02)."""
    if not kind.waits_for_sender(file):
        return False
    counts = {outcome.value: rows for outcome, rows in counts_of(file).items()}
    if not counts.get(Outcome.CANNOT_READ):
        return False
    move(file, FileState.WITH_SENDER, counts=counts, beat_at=at)
    return True


def _where_to_begin(file: InboundFile, worst: Sequence[tuple[str, str, int]]) -> str:
    """Which columns are worst, by our heading: theirs may be anything."""
    if not worst:
        return ""
    (letter, key, _), *others = worst
    heading = kind_named(file.kind).column(key).heading
    also = " and ".join(f"column {other}" for other, _, _ in others)
    after = f", then {also}" if others else ""
    return f" Most are in column {letter} ({heading}). Mend that first{after}, and send it again."
