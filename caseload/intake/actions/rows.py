"""What people decide about single rows: who it is, whether it is right, whether it is used."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from caseload.intake.actions.files import locked
from caseload.intake.actions.staging import is_unaccepted, stage_one
from caseload.intake.actions.states import move, settle
from caseload.intake.errors import CannotDecide, FileIsBusy
from caseload.intake.kinds import kind_named
from caseload.intake.kinds.base import Level
from caseload.intake.kinds.homes import HOME, other_home
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.queries import counts_of
from caseload.intake.rules import (
    OPEN_OUTCOMES,
    WITH_PEOPLE,
    FileState,
    Outcome,
    Reason,
)
from caseload.matching.answers import remember
from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import local_date


def held_for_decision(row: InboundRow) -> InboundRow:
    """The row and its file, held while somebody decides. Raises ``FileIsBusy``."""
    file = locked(row.file)
    if file.state not in WITH_PEOPLE:
        raise FileIsBusy("This file is not waiting for anyone to decide")
    return InboundRow.objects.select_for_update().get(pk=row.pk, file=file)


def _must_be_open(row: InboundRow) -> None:
    if row.outcome not in OPEN_OUTCOMES:
        raise CannotDecide("This row has been dealt with")


@transaction.atomic
def say_same(*, row: InboundRow, person: YoungPerson, by: User, at: datetime) -> InboundRow:
    """The row is about this person, whatever speaks against it; remembered (ISA-02).

    Raises ``CannotDecide`` for someone of another authority, or whom the user may not see.
    """
    row = held_for_decision(row)
    _must_be_open(row)
    visible = YoungPerson.objects.visible_to(by).filter(lead_authority=row.file.authority_id)
    if not visible.filter(pk=person.pk).exists():
        raise CannotDecide("Choose one of the people shown")
    others = [c["person"] for c in row.candidates if c["person"] != person.pk]
    remember(row, [person.pk], is_same=True, by=by, at=at)
    remember(row, others, is_same=False, by=by, at=at)
    trail.record(
        "row said to be about a person",
        by=by,
        at=at,
        authority=row.file.authority,
        subject=person,
        row=row.pk,
    )
    return decided(row, by=by, at=at)


@transaction.atomic
def say_not_same(*, row: InboundRow, people: Iterable[int], by: User, at: datetime) -> InboundRow:
    """The row is about none of these people; remembered, and matched again without them."""
    row = held_for_decision(row)
    _must_be_open(row)
    candidates = {candidate["person"] for candidate in row.candidates}
    ids = candidates.intersection(people)
    if not ids:
        raise CannotDecide("Choose one of the people shown")
    remember(row, sorted(ids), is_same=False, by=by, at=at)
    trail.record_many(
        "row said not to be about a person",
        sorted(ids),
        kind=YoungPerson._meta.label_lower,
        by=by,
        at=at,
        authority=row.file.authority,
        row=row.pk,
    )
    return decided(row, by=by, at=at)


@transaction.atomic
def say_new(*, row: InboundRow, by: User, at: datetime) -> InboundRow:
    """The row is about nobody whom we know. Raises ``CannotDecide`` where none may be added."""
    row = held_for_decision(row)
    _must_be_open(row)
    if not kind_named(row.file.kind).creates:
        raise CannotDecide("A file of this kind adds nobody. Add the person first, then look again")
    remember(row, [c["person"] for c in row.candidates], is_same=False, by=by, at=at)
    InboundRow.objects.filter(pk=row.pk).update(is_new=True)
    trail.record(
        "row said to be about someone new",
        by=by,
        at=at,
        authority=row.file.authority,
        subject=row,
    )
    return decided(row, by=by, at=at)


@transaction.atomic
def accept(*, row: InboundRow, why: str, by: User, at: datetime) -> InboundRow:
    """What is to be checked about the row is right, for this reason."""
    row = held_for_decision(row)
    _must_be_open(row)
    if not any(is_unaccepted(problem) for problem in row.problems):
        raise CannotDecide("There is nothing to accept about this row")
    _accept_problems([row], why=why, by=by, at=at)
    trail.record("row accepted", by=by, at=at, authority=row.file.authority, subject=row)
    return decided(row, by=by, at=at)


@transaction.atomic
def accept_together(*, file: InboundFile, code: str, why: str, by: User, at: datetime) -> int:
    """Everything of one kind that is to be checked is right. Gives how many rows.

    The rows are worked out afresh by a worker: the file is being matched from here.
    """
    file = locked(file)
    if file.state not in WITH_PEOPLE:
        raise FileIsBusy("This file is not waiting for anyone to decide")
    rows = [
        row
        for row in InboundRow.objects.filter(
            file=file,
            outcome__in=OPEN_OUTCOMES,
            problems__contains=[{"code": code, "level": Level.SOFT.value}],
        )
        if any(is_unaccepted(problem) for problem in row.problems)
    ]
    if not rows:
        raise CannotDecide("There is nothing to accept")
    _accept_problems(rows, why=why, by=by, at=at, code=code)
    InboundRow.objects.filter(pk__in=[row.pk for row in rows]).update(
        outcome=Outcome.UNDECIDED, decided_by=by, decided_at=at
    )
    trail.record(
        "rows accepted", by=by, at=at, authority=file.authority, subject=file, rows=len(rows)
    )
    move(file, FileState.MATCHING, beat_at=at, done_count=0, to_do_count=len(rows))
    return len(rows)


def _accept_problems(
    rows: Sequence[InboundRow], *, why: str, by: User, at: datetime, code: str = ""
) -> None:
    accepted = {"by": by.pk, "at": at.isoformat(), "why": why}
    for row in rows:
        for problem in row.problems:
            if is_unaccepted(problem) and code in ("", problem["code"]):
                problem["accepted"] = accepted
    InboundRow.objects.bulk_update(rows, ["problems"], batch_size=500)


@transaction.atomic
def set_aside(*, row: InboundRow, why: str, by: User, at: datetime) -> InboundRow:
    """The row is not used."""
    row = held_for_decision(row)
    _must_be_open(row)
    InboundRow.objects.filter(pk=row.pk).update(
        outcome=Outcome.SET_ASIDE,
        reason=Reason.BY_HAND,
        why=why[:300],
        decided_by=by,
        decided_at=at,
    )
    trail.record("row set aside", by=by, at=at, authority=row.file.authority, subject=row)
    settle(row.file, at=at)
    row.refresh_from_db()
    return row


@transaction.atomic
def put_back(*, row: InboundRow, by: User, at: datetime) -> InboundRow:
    """A row that was set aside is looked at after all."""
    row = held_for_decision(row)
    if row.outcome != Outcome.SET_ASIDE:
        raise CannotDecide("This row is not set aside")
    trail.record("row put back", by=by, at=at, authority=row.file.authority, subject=row)
    return decided(row, by=by, at=at)


@transaction.atomic
def say_elsewhere(*, row: InboundRow, by: User, at: datetime) -> InboundRow:
    """The row is for the authority in whose area its postcode lies: nothing of it is used here,
    and it waits to be passed on (LDOR-03). Raises ``CannotDecide`` for any other row.
    """
    row = held_for_decision(row)
    _must_be_open(row)
    if not may_be_elsewhere(row):
        raise CannotDecide("This row is not one to pass on")
    code = row.read[HOME]
    InboundRow.objects.filter(pk=row.pk).update(
        outcome=Outcome.ELSEWHERE,
        reason="",
        why=f"Lives in the area of authority {code}, by the postcode: to be sent on",
        proposal=[],
        decided_by=by,
        decided_at=at,
    )
    trail.record(
        "row said to be of another authority",
        by=by,
        at=at,
        authority=row.file.authority,
        subject=row,
        to=code,
    )
    settle(row.file, at=at)
    row.refresh_from_db()
    return row


def may_be_elsewhere(row: InboundRow) -> bool:
    """Whether an open row can be said to be for another authority: its kind is passed on, and its
    postcode lies there."""
    theirs = other_home(row.read, row.file.authority.code)
    return kind_named(row.file.kind).passes_on and bool(theirs)


@transaction.atomic
def pass_on(*, row: InboundRow, how: str, by: User, at: datetime) -> InboundRow:
    """Record that a row about someone of another authority was sent on to it (LDOR-03).

    ``how`` says to whom and by which way. Raises ``CannotDecide`` for any other row.
    """
    file = locked(row.file)
    if file.state not in WITH_PEOPLE | {FileState.DONE}:
        raise FileIsBusy("This file is not waiting for anyone to decide")
    row = InboundRow.objects.select_for_update().get(pk=row.pk, file=file)
    if row.outcome != Outcome.ELSEWHERE or not kind_named(file.kind).passes_on:
        raise CannotDecide("This row is not one to send on")
    InboundRow.objects.filter(pk=row.pk).update(
        outcome=Outcome.SENT_ON, why=f"Sent on: {how}"[:300], decided_by=by, decided_at=at
    )
    trail.record(
        "row sent on",
        by=by,
        at=at,
        authority=file.authority,
        subject=row,
        to=row.read.get(HOME, ""),
    )
    counts = {outcome.value: n for outcome, n in counts_of(file).items()}
    InboundFile.objects.filter(pk=file.pk).update(counts=counts)
    row.refresh_from_db()
    return row


def decided(row: InboundRow, *, by: User, at: datetime) -> InboundRow:
    """Work the row out afresh with what is now known, and settle the file."""
    InboundRow.objects.filter(pk=row.pk).update(decided_by=by, decided_at=at)
    stage_one(row, today=local_date(at))
    settle(row.file, at=at)
    return row
