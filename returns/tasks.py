"""Work behind the pages of the return."""

from contextlib import suppress
from datetime import timedelta

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from ccis.accounts.models import User
from returns.actions import builds, file_checks, making, moves
from returns.errors import CannotMake
from returns.models import Build, Reconciliation

SEEN_WITHIN = timedelta(minutes=2)
"""A making that no worker was seen on for so long is given to another."""


@shared_task
def make_build(*, build_id: int, **_: object) -> None:
    """Make a return, or carry on with it. What stands in its way is written on the build."""
    with suppress(CannotMake):
        making.make(build_id=build_id, now=timezone.now)


@shared_task
def reconcile_move(*, reconciliation_id: int, **_: object) -> None:
    """Make the return of the month of what moved in, and hold the two against each other."""
    asked = Reconciliation.objects.select_related("file__authority", "authority", "build")
    with suppress(CannotMake):
        moves.carry_out(reconciliation=asked.get(pk=reconciliation_id), now=timezone.now)


@shared_task
def make_records_again(*, build_id: int, **_: object) -> None:
    """Bring back the typed records of a build, for a page that compares it."""
    builds.make_records_again(build=Build.objects.select_related("authority").get(pk=build_id))


@shared_task
def rebuild(*, build_id: int, by_id: int | None = None, **_: object) -> None:
    """Make a return again and compare the bytes; the answer is in the trail and on the build."""
    build = Build.objects.select_related("authority").get(pk=build_id)
    by = None if by_id is None else User.objects.get(pk=by_id)
    builds.rebuild(build=build, by=by, at=timezone.now())


@shared_task
def resume_stalled(**_: object) -> None:
    """Give every making that no worker is seen on to a worker. Run each minute by beat.

    A worker that is still on it holds its lock, so the second one leaves at once.
    """
    unseen = timezone.now() - SEEN_WITHIN
    stalled = Build.objects.under_way().filter(
        Q(beat_at__lt=unseen) | Q(beat_at=None, asked_at__lt=unseen)
    )
    for build_id in stalled.values_list("pk", flat=True):
        make_build.delay(build_id=build_id)


@shared_task
def sweep_records(**_: object) -> None:
    """Drop typed records that nobody is to keep. Run each night by beat."""
    builds.sweep_records()


@shared_task
def check_file(*, check_id: int, **_: object) -> None:
    """Check someone's file; what stands in its way is written on the check."""
    with suppress(Exception):
        file_checks.run(check_id=check_id, now=timezone.now)


@shared_task
def resume_stalled_checks(**_: object) -> None:
    """Give every check that no worker is seen on to a worker. Run each minute by beat."""
    for check_id in file_checks.stalled(before=timezone.now() - SEEN_WITHIN):
        check_file.delay(check_id=check_id)


@shared_task
def destroy_checked_files(**_: object) -> None:
    """Destroy files whose day is over, and all that was found in them. Run often by beat."""
    file_checks.destroy_old(at=timezone.now())
