"""Destroying what another authority sent about nobody of ours (LA-04).

As soon as the rest of the file is done, and two months after receipt whatever has been done:
the rows lose all that they said, the kept original goes, and a record of it stays.
"""

from calendar import monthrange
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from caseload.intake.actions.files import locked
from caseload.intake.actions.states import settle
from caseload.intake.kinds import KINDS
from caseload.intake.models import InboundFile, InboundRow, RowDestruction
from caseload.intake.rules import (
    AFTER_APPLYING,
    OPEN_OUTCOMES,
    WITH_PEOPLE,
    WORKING,
    FileState,
    Outcome,
)
from caseload.matching.models import Answer
from ccis.audit import trail
from ccis.calendar.words import local_date
from ccis.files import storage

MONTHS_TO_WORK = 2
"""What is received is worked within so many months of receipt (LA-04)."""

DESTROYED = "Destroyed: about nobody who lives or learns here"
OUT_OF_TIME = "Destroyed: not used within two months of receipt"


def last_day(received_on: date) -> date:
    """The day on which what is not used must be gone."""
    month = received_on.month + MONTHS_TO_WORK
    year, month = received_on.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(received_on.day, monthrange(year, month)[1]))


def with_something_to_destroy() -> QuerySet[InboundFile]:
    """Files of such kinds that still hold something which their time may be over for."""
    kinds = [kind.name for kind in KINDS.values() if kind.destroys_elsewhere]
    files = InboundFile.objects.filter(kind__in=kinds)
    files = files.exclude(state__in=WORKING | {FileState.RECEIVED})
    rows = InboundRow.objects.exclude(sent=[]).exclude(outcome__in=AFTER_APPLYING.values())
    return files.exclude(stored_id="") | files.filter(pk__in=rows.values("file"))


@transaction.atomic
def destroy_elsewhere(*, file: InboundFile, on: date, at: datetime) -> RowDestruction | None:
    """Destroy the rows of a file about nobody of ours, and its original, if it is time.

    At the end of the two months that is every row that was not used. ``None`` when it is not
    time yet, or nothing is left.
    """
    file = locked(file)
    if file.state in WORKING | {FileState.RECEIVED}:
        return None
    over = on >= last_day(local_date(file.received_at))
    if not over and file.state != FileState.DONE:
        return None
    rows = InboundRow.objects.filter(file=file).exclude(sent=[])
    rows = (
        rows.exclude(outcome__in=AFTER_APPLYING.values())
        if over
        else rows.filter(outcome=Outcome.ELSEWHERE)
    )
    numbers = list(rows.order_by("number").values_list("number", flat=True))
    stored_id = file.stored_id
    if not numbers and not stored_id:
        return None
    _empty(file, numbers, over=over)
    InboundFile.objects.filter(pk=file.pk).update(stored_id="")
    made = RowDestruction.objects.create(
        file=file,
        at=at,
        why=RowDestruction.Why.TIME if over else RowDestruction.Why.DONE,
        numbers=numbers,
        original=bool(stored_id),
    )
    trail.record(
        "rows destroyed", by=None, at=at, authority=file.authority, subject=file, rows=len(numbers)
    )
    if stored_id:
        transaction.on_commit(lambda: storage.discard(stored_id))
    if file.state in WITH_PEOPLE:
        settle(file, at=at)
    return made


def _empty(file: InboundFile, numbers: list[int], *, over: bool) -> None:
    """Take from rows all that they said. They keep their number and their place."""
    rows = InboundRow.objects.filter(file=file, number__in=numbers)
    Answer.objects.filter(row__in=rows).delete()
    rows.filter(outcome__in=OPEN_OUTCOMES | {Outcome.SET_ASIDE, Outcome.WAITS}).update(
        outcome=Outcome.NOT_USED
    )
    rows.update(
        sent=[],
        read={},
        problems=[],
        candidates=[],
        proposal=[],
        person=None,
        why=OUT_OF_TIME if over else DESTROYED,
    )
