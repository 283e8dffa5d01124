"""What drop-outs add to the portal's list of things to do: months due, rows to mend, what comes."""

from datetime import datetime

from caseload.dropouts.dues import due_in, expected_of
from caseload.dropouts.models import Notification
from caseload.dropouts.queries import (
    MONTHS_SHOWN,
    MonthOfSource,
    months_of,
    months_shown,
    rows_to_mend,
    source_of_provider,
)
from caseload.dropouts.rules import MonthState
from caseload.intake.models import InboundFile
from caseload.intake.rules import FileState
from caseload.intake.source_models import Source
from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.calendar.periods import Period
from ccis.calendar.words import MONTHS, local_date
from ccis.govuk.words import plural
from providers.portal.models import Seat
from providers.portal.todo import Coming, ToDo


def to_send(seat: Seat, at: datetime) -> list[ToDo]:
    """Months that are due and have not come, and workbooks that wait to be mended."""
    source = _source_of(seat)
    if source is None:
        return []
    found = []
    for one in months_shown(source, today=local_date(at)):
        month, due_on = one.told.month, one.told.due_on
        if one.book is not None and one.book.file is not None:
            found.append(_to_mend(one.book, one.book.file, one.told))
        elif one.state in (MonthState.DUE, MonthState.LATE):
            words = "A workbook, or nothing to report."
            found.append(
                ToDo(f"Send {month.label} drop-outs", f"/portal/dropouts/{month}/", due_on, words)
            )
    return found


def _to_mend(book: Notification, file: InboundFile, told: MonthOfSource) -> ToDo:
    """What is to be mended in a workbook; it has a day while nothing of its month was sent."""
    href = f"/portal/dropouts/{told.month}/file/errors/"
    due_on = told.due_on if told.sent_at is None else None
    title = f"Mend {told.month.label} drop-outs"
    if file.state == FileState.REFUSED:
        title = f"Send {told.month.label} drop-outs again"
        return ToDo(title, href, due_on, "The workbook was not used.")
    rows = plural(rows_to_mend(file), "row")
    if book.sent_at is None:
        return ToDo(title, href, due_on, f"{rows} to mend. Nothing has been sent yet.")
    return ToDo(title, href, due_on, f"{rows} still to mend. The others were sent.")


def coming(seat: Seat, at: datetime) -> Coming | None:
    """The first month that is not over yet, and not told of, and the day by which it will be due.

    None within a year: nothing is expected of this organisation.
    """
    source = _source_of(seat)
    if source is None:
        return None
    today = local_date(at)
    month, expected = Period.of(today), expected_of([source]).get(source.pk, ())
    (now,) = months_of(source, [month], today=today)
    if now.sent_at is not None:
        month = month.next()
    for _ in range(MONTHS_SHOWN):
        due_on = due_in(expected, month)
        if due_on is not None:
            return Coming(f"{MONTHS[month.month]} drop-outs", due_on)
        month = month.next()
    return None


def _source_of(seat: Seat) -> Source | None:
    """The source that a seat's organisation is, where the seat may report for it."""
    may = seat.gives(Permission.REPORT_DROPOUTS) and holds(
        seat.user, Permission.REPORT_DROPOUTS, seat.authority
    )
    return source_of_provider(seat.authority, seat.provider) if may else None
