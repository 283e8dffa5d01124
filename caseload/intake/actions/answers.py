"""What people answer in the queue of matches, one row after another, and taking it back."""

from datetime import datetime

from django.db import transaction

from caseload.intake.actions.rows import decided, held_for_decision, say_not_same, say_same
from caseload.intake.errors import AnsweredMeanwhile, CannotDecide
from caseload.intake.models import InboundRow
from caseload.intake.rules import AFTER_APPLYING, Outcome
from caseload.matching.answers import take_back
from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail


def seen_of(row: InboundRow) -> str:
    """What a page hands back, so that an answer is known to be about what was on it."""
    decided_at = row.decided_at.isoformat() if row.decided_at else ""
    return f"{row.outcome}/{decided_at}"


@transaction.atomic
def answer(
    *,
    row: InboundRow,
    people: list[YoungPerson],
    is_same: bool,
    seen: str,
    by: User,
    at: datetime,
) -> InboundRow:
    """Whether the row is about these people: the same is said of one, not the same of any number.

    ``seen`` is what ``seen_of`` gave when the page was drawn. Raises ``AnsweredMeanwhile`` when
    someone has decided about the row since, ``CannotDecide`` for anyone who is not offered.
    """
    row = held_for_decision(row)
    if row.outcome != Outcome.NEEDS_PERSON or seen_of(row) != seen:
        raise AnsweredMeanwhile(_told(row))
    offered = {candidate["person"] for candidate in row.candidates}
    if not people or not offered.issuperset(person.pk for person in people):
        raise CannotDecide("Choose one of the people shown")
    if is_same:
        (person,) = people
        return say_same(row=row, person=person, by=by, at=at)
    return say_not_same(row=row, people=[person.pk for person in people], by=by, at=at)


def _told(row: InboundRow) -> str:
    if row.decided_by is None:
        return f"Row {row.number} has changed since you opened it. Your answer was not used"
    return f"{row.decided_by.name} answered row {row.number} meanwhile. Your answer was not used"


@transaction.atomic
def undo(*, row: InboundRow, by: User, at: datetime) -> InboundRow:
    """Take back the last answer about a row, and work it out afresh.

    Raises ``CannotDecide`` once the row has been applied, or where nothing was answered, and
    ``FileIsBusy``.
    """
    now = InboundRow.objects.get(pk=row.pk)
    if now.outcome in AFTER_APPLYING.values():
        raise CannotDecide(
            f"Row {now.number} has been applied, so its answer cannot be taken back. "
            "Put the record right instead"
        )
    row = held_for_decision(row)
    answers = take_back(row, by=by, at=at)
    if not answers:
        raise CannotDecide("There is no answer to take back")
    InboundRow.objects.filter(pk=row.pk).update(is_new=False)
    trail.record_many(
        "answer about a row taken back",
        [answer.person_id for answer in answers],
        kind=YoungPerson._meta.label_lower,
        by=by,
        at=at,
        authority=row.file.authority,
        row=row.pk,
    )
    return decided(row, by=by, at=at)
