"""What drop-outs add to the portal's list of things to do: months that are due, rows to mend."""

from datetime import datetime

from caseload.dropouts.queries import months_shown, source_of_provider
from caseload.dropouts.rules import MonthState
from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.calendar.words import local_date
from ccis.govuk.words import plural
from providers.portal.models import Seat
from providers.portal.todo import ToDo


def to_send(seat: Seat, at: datetime) -> list[ToDo]:
    """Months that are due and have not come, and workbooks that wait to be mended."""
    if not (
        seat.gives(Permission.REPORT_DROPOUTS)
        and holds(seat.user, Permission.REPORT_DROPOUTS, seat.authority)
    ):
        return []
    source = source_of_provider(seat.authority, seat.provider)
    if source is None:
        return []
    found = []
    for one in months_shown(source, today=local_date(at)):
        month, due_on = one.told.month, one.told.due_on
        if one.state == MonthState.TO_MEND and one.draft is not None and one.draft.file:
            rows = one.draft.file.counts.get("cannot-read", 0)
            href = f"/portal/dropouts/{month}/file/errors/"
            words = f"{plural(rows, 'row')} to mend. Nothing has been sent yet."
            found.append(ToDo(f"Mend {month.label} drop-outs", href, due_on, words))
        elif one.state in (MonthState.DUE, MonthState.LATE):
            words = "A workbook, or nothing to report."
            found.append(
                ToDo(f"Send {month.label} drop-outs", f"/portal/dropouts/{month}/", due_on, words)
            )
    return found
