"""The list as it stands, and what was said of those on it, to compare a workbook with."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from ccis.calendar.words import local_date
from sharing.models import DisclosedRow, SharedList
from sharing.outcomes.models import Answer, Attempt, Place, WorkbookRow
from sharing.outcomes.queries import by_disclosure
from sharing.outcomes.workbook.checking import Expected, Known, Taken, Told, Try


def expected_of(shared: SharedList, *, at: datetime) -> Expected:
    """The list as it stands: each row by its own reference."""
    rows = DisclosedRow.objects.filter(on_list=shared).select_related("disclosure")
    last = by_disclosure(Answer.objects.filter(disclosure__on_list=shared))
    tries: dict[int, set[Try]] = defaultdict(set)
    logged = Attempt.objects.standing().filter(disclosure__on_list=shared)
    for disclosure, day, how in logged.values_list("disclosure", "tried_on", "how"):
        tries[disclosure].add((day, how))
    taken = WorkbookRow.objects.filter(workbook__on_list=shared, place=Place.TAKEN)
    return Expected(
        reference=shared.ref,
        columns=shared.columns,
        rows={
            row.ref: _known(row, last.get(row.disclosure_id), tries[row.disclosure_id], at)
            for row in rows
        },
        copies=dict(shared.files.values_list("mark", "asked_at")),
        taken={
            row.row_ref: Taken(row.disclosure_id, row.said)
            for row in taken.order_by("pk")
            if row.disclosure_id is not None
        },
    )


def _known(row: DisclosedRow, answer: Answer | None, tries: Collection[Try], at: datetime) -> Known:
    told = None
    if answer is not None:
        told = Told(**{name: getattr(answer, name) for name in Told.__dataclass_fields__})
    return Known(
        disclosure=row.disclosure_id,
        values=row.values,
        is_live=row.ends_at > at,
        released_on=local_date(row.released_at),
        told=told,
        tries=tries,
        before=row.given_before,
    )
