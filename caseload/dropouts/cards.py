"""What scorecards are told of drop-outs: months, and not files, are due and come."""

from collections.abc import Sequence
from datetime import date

from caseload.dropouts.queries import KIND, months_of_all
from caseload.intake.expecting import Due
from caseload.intake.scorecards import OwnDays
from caseload.intake.source_models import Source
from ccis.calendar.periods import Period
from ccis.calendar.words import local_date


def days_of(sources: Sequence[Source], since: date, today: date) -> dict[int, OwnDays]:
    """When the months of some sources of one authority were due from a day on, and came.

    A month that was told of before it was over came in time: it counts in the month after, in
    which it is due.
    """
    months, month = [], Period.of(since).previous()
    while month < Period.of(today):
        months.append(month)
        month = month.next()
    found = {source.pk: OwnDays(KIND in source.kinds, [], []) for source in sources}
    for told in months_of_all(sources, months, today=today):
        own, after = found[told.source.pk], told.month.next()
        if told.due_on is not None:
            own.dues.append(Due(told.due_on, after.start, after.end))
        if told.sent_at is not None:
            own.days.append(max(local_date(told.sent_at), after.start))
    return found
