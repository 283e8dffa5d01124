"""People whose row was accepted, as work for someone (DWP-01, LDOR-04)."""

from collections.abc import Collection

from caseload.actions.tasks import Wanted, open_tasks
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile, InboundRow
from ccis.audit.models import Change
from ccis.calendar.words import local_date
from ccis.calendar.working_days import add_working_days


def open_work(file: InboundFile, rows: Collection[int], change: Change) -> int:
    """Open a task about the person of each of these rows, where the kind asks for it.

    In the transaction that applies the rows (ids), so that neither is without the other. Gives
    how many were opened.
    """
    kind = kind_named(file.kind)
    if not kind.gives_work:
        return 0
    due_on = add_working_days(local_date(change.at), kind.work_within)
    accepted = InboundRow.objects.filter(pk__in=rows, person__isnull=False).order_by("number")
    return open_tasks(
        (
            Wanted(person, what, due_on, kind=kind.work_kind, source_row=number)
            for number, person, read in accepted.values_list("number", "person_id", "read")
            if person is not None and (what := kind.work_of(read))
        ),
        change=change,
    )
