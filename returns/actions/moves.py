"""Going live: the same return made here, held against the old system's, explained, signed off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from caseload.intake.models import InboundFile
from caseload.intake.queries import counts_of
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.periods import Period
from ccis.leaving.actions import Content, leaves
from returns import editions, records
from returns.actions import builds, making
from returns.actions.making import Clock
from returns.errors import CannotMake
from returns.models import Build, BuildKind, BuildState, Difference, Reconciliation
from returns.moving.comparing import compare
from returns.moving.reasons import explains

AT_ONCE = 5_000


@transaction.atomic
def ask(*, file: InboundFile, by: User | None, at: datetime) -> Reconciliation:
    """Ask for the return of the month of what moved in, as a trial, and for the comparison.

    It is made in the edition that was in force then. Raises ``CannotMake`` as ``builds.ask`` does.
    """
    build = builds.ask(
        authority=file.authority,
        period=Period.of(file.as_at),
        kind=BuildKind.TRIAL,
        by=by,
        at=at,
        edition=editions.for_period(file.as_at).name,
    )
    reconciliation = Reconciliation.objects.create(
        authority=file.authority, file=file, build=build, made_by=by, made_at=at
    )
    trail.record("move reconciled", by=by, at=at, authority=file.authority, subject=reconciliation)
    return reconciliation


def carry_out(*, reconciliation: Reconciliation, now: Clock) -> Reconciliation:
    """Make the return, unless it is made, and compare. Doing it again begins the comparison anew.

    Raises ``CannotMake`` when the return stopped.
    """
    if reconciliation.signed_off_at is not None:
        return reconciliation
    build = making.make(build_id=reconciliation.build_id, now=now)
    if build.state != BuildState.DONE:
        raise CannotMake("The return is not made yet, so there is nothing to compare.")
    if not records.are_there(build):
        builds.make_records_again(build=build)
    _compare(reconciliation, build, at=now())
    return reconciliation


@transaction.atomic
def _compare(reconciliation: Reconciliation, build: Build, *, at: datetime) -> None:
    found = compare(reconciliation.file, build)
    for difference in found.differences:
        difference.reconciliation = reconciliation
    reconciliation.differences.all().delete()
    Difference.objects.bulk_create(found.differences, batch_size=AT_ONCE)
    reconciliation.counts = {
        "there": found.there.as_json(),
        "here": found.here.as_json(),
        "same": found.same,
        "rows": _rows_of(reconciliation.file),
    }
    reconciliation.compared_at = at
    reconciliation.save(update_fields=["counts", "compared_at"])


def _rows_of(file: InboundFile) -> dict[str, int]:
    """The rows of a file by what became of them."""
    return {outcome.value: number for outcome, number in counts_of(file).items()}


def group_of(
    reconciliation: Reconciliation, *, what: str, element: str, reason: str
) -> QuerySet[Difference]:
    """The differences of one kind, in one element, for one reason."""
    return reconciliation.differences.filter(what=what, element=element, reason=reason)


def groups_of(reconciliation: Reconciliation) -> list[dict[str, Any]]:
    """Differences by kind, element and reason: how many, and how many someone explained."""
    counted = (
        reconciliation.differences.order_by("what", "element", "reason")
        .values("what", "element", "reason")
        .annotate(number=Count("pk"), told=Count("pk", filter=~Q(explanation="")))
    )
    return [dict(one) for one in counted]


def unexplained(reconciliation: Reconciliation) -> int:
    """How many differences neither a rule nor a person explains."""
    counted = groups_of(reconciliation)
    return sum(one["number"] - one["told"] for one in counted if not explains(one["reason"]))


@transaction.atomic
def explain(
    *,
    reconciliation: Reconciliation,
    what: str,
    element: str,
    reason: str,
    words: str,
    by: User,
    at: datetime,
) -> int:
    """Explain all differences of a group in someone's own words. Gives how many.

    Raises ``CannotMake`` once it is signed off.
    """
    held = Reconciliation.objects.select_for_update().get(pk=reconciliation.pk)
    if held.signed_off_at is not None:
        raise CannotMake("This is signed off, so nothing can be added to it.")
    group = group_of(held, what=what, element=element, reason=reason)
    number = group.update(explanation=words, explained_by=by, explained_at=at)
    trail.record(
        "difference explained",
        by=by,
        at=at,
        authority=held.authority,
        subject=held,
        element=element,
        reason=reason,
        differences=number,
    )
    return number


@transaction.atomic
def sign_off(*, reconciliation: Reconciliation, note: str, by: User, at: datetime) -> None:
    """Say that the authority may rely on what moved in, with what is left unexplained on record.

    Raises ``CannotMake`` where nothing is compared yet, rows were decided since, a newer
    comparison is there, or it is signed off already.
    """
    held = Reconciliation.objects.select_for_update().get(pk=reconciliation.pk)
    if held.signed_off_at is not None:
        raise CannotMake("This is signed off already.")
    if held.compared_at is None:
        raise CannotMake("Compare the two returns first.")
    if Reconciliation.objects.filter(file=held.file, pk__gt=held.pk).exists():
        raise CannotMake("There is a newer comparison. Sign that off instead.")
    if held.counts["rows"] != _rows_of(held.file):
        raise CannotMake("Rows of the file were decided since. Compare again.")
    left = unexplained(held)
    if left and not note.strip():
        raise CannotMake(
            f"Say why you sign off with {left:,} difference{'s' if left != 1 else ''} unexplained."
        )
    Reconciliation.objects.filter(pk=held.pk).update(
        signed_off_by=by, signed_off_at=at, signed_off_note=note.strip()
    )
    trail.record(
        "move signed off",
        by=by,
        at=at,
        authority=held.authority,
        subject=held,
        differences=held.differences.count(),
        unexplained=left,
    )


def note_workbook(
    *, reconciliation: Reconciliation, content: bytes, by: User, at: datetime
) -> None:
    """Note in the ledger of files that the workbook of differences leaves (USE-07)."""
    leaves(
        "differences",
        Content.of(content),
        authority=reconciliation.authority,
        by=by,
        at=at,
        why="To explain what differs after moving in",
    )


def list_differences(
    *, reconciliation: Reconciliation, by: User, at: datetime
) -> QuerySet[Difference]:
    """Every difference that the user may see, for a workbook of ids; leaves a line in the trail."""
    trail.record(
        "move differences downloaded",
        by=by,
        at=at,
        authority=reconciliation.authority,
        subject=reconciliation,
    )
    return (
        reconciliation.differences.filter(
            pk__in=Difference.objects.visible_to(by)
            .filter(reconciliation=reconciliation)
            .values("pk")
        )
        .select_related("explained_by")
        .order_by("what", "element", "reason", "young_persons_id", "id")
    )
