"""A return is asked for, goes on as a trial, is replaced, downloaded, made again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.periods import Period
from ccis.leaving.actions import Content, leaves
from returns import editions, records, sealed
from returns.actions import files
from returns.cohort import AsAt
from returns.errors import CannotMake, FileIsClosed
from returns.models import UNDER_WAY, Build, BuildKind, BuildState
from returns.version import SCHEMA_VERSION, SOFTWARE_VERSION, SUPPLIER_NAME


@transaction.atomic
def ask(
    *,
    authority: Authority,
    period: Period,
    kind: BuildKind,
    by: User | None,
    at: datetime,
    edition: str | None = None,
) -> Build:
    """Ask for a month's return, to be made by ``making.make`` in a worker.

    The newest edition, unless another is named. The baseline is the newest standing final return
    of an earlier month. Raises ``CannotMake`` when the month is not over (a trial may be made
    before), when one is being made already, or when the authority's caseload is not kept here.
    """
    if not authority.is_served:
        raise CannotMake(f"The caseload of {authority.name} is not kept here.")
    today = timezone.localdate(at)
    if kind == BuildKind.FINAL and period.end >= today:
        raise CannotMake(f"{period.label} is not over yet. Make a trial, or wait.")
    chosen = edition or editions.newest().name
    if chosen not in editions.available():
        known = ", ".join(editions.available())
        raise CannotMake(f"There is no edition {chosen}. Choose one of {known}.")
    build = Build(
        authority=authority,
        period=str(period),
        edition=chosen,
        kind=kind,
        baseline=baseline_for(authority, period),
        date_of_send=today,
        software_version=SOFTWARE_VERSION,
        supplier_name=SUPPLIER_NAME,
        schema_version=SCHEMA_VERSION,
        database_ids=[authority.database_id],
        lead_codes=[authority.code],
        asked_by=by,
        asked_at=at,
    )
    _save_alone(build)
    trail.record(
        "return asked for",
        by=by,
        at=at,
        authority=authority,
        subject=build,
        period=build.period,
        build_kind=build.kind,
        edition=build.edition,
    )
    return build


def _save_alone(build: Build) -> None:
    """Save a build that is to be under way, unless another of its month is."""
    try:
        with transaction.atomic():
            build.save()
    except IntegrityError as error:
        raise CannotMake(f"The {build.month.label} return is being made already.") from error


def baseline_for(authority: Authority, period: Period) -> Build | None:
    """The newest standing final return of an earlier month: who was sent, with what status."""
    return (
        Build.objects.of(authority)
        .standing()
        .filter(period__lt=str(period))
        .order_by("-period", "-id")
        .first()
    )


@transaction.atomic
def go_on_as_trial(*, build: Build, by: User | None, at: datetime) -> Build:
    """Let a final return that was refused go on as a trial, from where it stopped.

    Raises ``CannotMake`` when it was not refused.
    """
    build = Build.objects.select_for_update().get(pk=build.pk)
    if build.state != BuildState.REFUSED:
        raise CannotMake("Only a return that was refused can go on as a trial.")
    build.kind = BuildKind.TRIAL
    build.state = BuildState.WRITING
    build.stopped_because = ""
    build.finished_at = None
    _save_alone(build)
    trail.record(
        "return goes on as a trial", by=by, at=at, authority=build.authority, subject=build
    )
    return build


@transaction.atomic
def carry_on(*, build: Build, by: User | None, at: datetime) -> Build:
    """Let a stopped return carry on where it stopped.

    Raises ``CannotMake`` when it has not stopped, or another of its month is being made.
    """
    build = Build.objects.select_for_update().get(pk=build.pk)
    if build.state != BuildState.STOPPED:
        raise CannotMake("Only a return that has stopped can carry on.")
    build.state = BuildState(build.step_reached or BuildState.FIXING)
    build.stopped_because = ""
    build.finished_at = None
    build.beat_at = at
    _save_alone(build)
    trail.record("return carries on", by=by, at=at, authority=build.authority, subject=build)
    return build


@transaction.atomic
def download(*, build: Build, by: User, at: datetime, reason: str) -> Path:
    """Where the file is, with a line in the trail that it left and why (USE-07).

    Raises ``FileIsClosed`` where it says what was sealed since (LAW-10), ``FileNotKept`` when it
    is no longer there, ``CannotMake`` without a reason.
    """
    if not reason.strip():
        raise CannotMake("Say why you need the file.")
    if sealed.is_closed(build, by):
        raise FileIsClosed
    path = files.path_of(build)
    leaves(
        "return",
        Content(build.sha256, build.size or 0),
        authority=build.authority,
        by=by,
        at=at,
        why=reason,
        of=f"{build.period}/{build.ref}",
        people=build.record_count,
    )
    trail.record(
        "return downloaded",
        by=by,
        at=at,
        authority=build.authority,
        subject=build,
        reason=reason.strip()[:200],
        sha256=build.sha256,
        records=build.record_count,
    )
    return path


LOCK_CLASS = 71_004
"""First key of the advisory lock of a making; the second is the build's id."""


@contextmanager
def alone(build: Build) -> Iterator[bool]:
    """Hold the lock of one making; says whether we got it. It goes with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, build.pk])
        (got,) = cursor.fetchone()
    try:
        yield bool(got)
    finally:
        if got and connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, build.pk])


def make_records_again(*, build: Build) -> None:
    """Bring back the typed records of a build, as they were, for pages that read them.

    Does nothing while someone else is at it. The night's sweep drops those of a build that was
    replaced.
    """
    with alone(build) as got:
        if not got or records.are_there(build):
            return
        records.open_table(build.pk)
        records.fill(AsAt.of_build(build), key=build.pk)
        records.close_table(build.pk)
        Build.objects.filter(pk=build.pk).update(records_kept=True)


def drop_records(*, build: Build) -> None:
    """Drop the typed records of a build; they can be made again.

    While a page reads records they stay a little longer: ``sweep_records`` takes them.
    """
    Build.objects.filter(pk=build.pk).update(records_kept=False)
    with suppress(OperationalError), transaction.atomic():
        records.drop_table(build.pk)


def sweep_records() -> int:
    """Drop every set of records that nobody is to keep; returns how many. Done by beat."""
    Build.objects.filter(records_kept=True).exclude(replaced_by=None).update(records_kept=False)
    wanted = set(
        Build.objects.filter(Q(records_kept=True) | Q(state__in=UNDER_WAY)).values_list(
            "pk", flat=True
        )
    )
    unwanted = [key for key in records.tables() if key not in wanted]
    for key in unwanted:
        with suppress(OperationalError), transaction.atomic():
            records.drop_table(key)
    return len(unwanted)


@dataclass(frozen=True)
class Rebuilt:
    """What came of making a return again from the same inputs."""

    same: bool
    sha256: str
    record_count: int


def rebuild(*, build: Build, by: User | None, at: datetime) -> Rebuilt:
    """Make a return again from its inputs and compare the bytes (LAW-11).

    Same moment, baseline, edition, date of send, software version, header and directory of
    providers. Raises ``CannotMake`` when it was never made to the end.
    """
    if build.state != BuildState.DONE:
        raise CannotMake("This return was not made to the end, so there is nothing to compare.")
    key = -build.pk
    with alone(build) as got:
        if not got:
            raise CannotMake("This return is being made again already.")
        try:
            records.open_table(key)
            count = records.fill(AsAt.of_build(build), key=key)
            records.close_table(key)
            with transaction.atomic():
                sha256 = files.hash_again(build, key=key)
        finally:
            with suppress(OperationalError), transaction.atomic():
                records.drop_table(key)
    same = sha256 == build.sha256
    Build.objects.filter(pk=build.pk).update(rebuilt_at=at, rebuilt_same=same)
    trail.record(
        "return made again",
        by=by,
        at=at,
        authority=build.authority,
        subject=build,
        same=same,
        sha256=sha256,
    )
    return Rebuilt(same=same, sha256=sha256, record_count=count)
