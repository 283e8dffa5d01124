"""The making itself: from the moment fixed to the file kept, a step at a time (design §7).

Each step leaves its state in the database and can be done again from its start, so a worker that is
killed at any moment loses one step at most. Two workers cannot make one return: the second finds
the lock taken and leaves.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from ccis.audit import trail
from ccis.audit.changes import fix_moment
from ccis.authorities.models import Authority
from returns import checks, editions, figures, records
from returns.actions import builds, files
from returns.cohort import AsAt
from returns.errors import CannotMake, MustMend
from returns.models import Build, BuildKind, BuildState, Finding
from returns.steps import after

Clock = Callable[[], datetime]
Progress = Callable[[Build], None]
"""Told of the build whenever a step begins or some of it is done."""


class _Step:
    """What a step may lean on: the build, the time, and whom to tell."""

    def __init__(self, build: Build, now: Clock, progress: Progress) -> None:
        self.build = build
        self.now = now
        self._progress = progress
        self.written: files.Written | None = None

    def save(self, **values: Any) -> None:
        """Set fields of the build, in memory and in the database."""
        for name, value in values.items():
            setattr(self.build, name, value)
        Build.objects.filter(pk=self.build.pk).update(**values)

    def beat(self, done: int = 0) -> None:
        """Say that work goes on, and how many records of the step are done."""
        self.save(beat_at=self.now(), done_count=done)
        self._progress(self.build)


def make(*, build_id: int, now: Clock, progress: Progress = lambda _: None) -> Build:
    """Make a return to the end, or carry on with one; returns it as it then is.

    Does nothing when it is done, was refused or has stopped, or when another worker is making it.
    Raises ``MustMend`` when a final one has errors that must be mended, and ``CannotMake`` for what
    else stands in the way, having written it down. Any other exception also leaves it stopped.
    """
    build = Build.objects.select_related("authority", "baseline").get(pk=build_id)
    with builds.alone(build) as got:
        build.refresh_from_db(from_queryset=Build.objects.select_related("authority", "baseline"))
        if not got or not build.is_under_way:
            return build
        step = _Step(build, now, progress)
        try:
            _make(step)
        except MustMend as error:
            _end(step, BuildState.REFUSED, error.message)
            raise
        except Exception as error:
            _end(step, BuildState.STOPPED, _said(error))
            raise
        return build


def _said(error: Exception) -> str:
    """Why it stopped, in words that hold nothing of anybody's record."""
    if isinstance(error, CannotMake):
        return error.message[:400]
    return f"Something went wrong ({type(error).__name__}). Nothing is lost: carry on."


def _end(step: _Step, state: BuildState, why: str) -> None:
    files.discard(step.build)
    step.save(
        step_reached=step.build.state,
        state=state,
        stopped_because=why,
        finished_at=step.now(),
    )


def _make(step: _Step) -> None:
    build = step.build
    if build.state == BuildState.ASKED:
        step.save(state=BuildState.FIXING)
    beyond_records = build.state in (BuildState.CHECKING, BuildState.WRITING, BuildState.PROVING)
    if beyond_records and not records.are_there(build):
        step.save(state=BuildState.RECORDS)
    elif build.state == BuildState.PROVING:
        step.save(state=BuildState.WRITING)  # what was written is proved by who wrote it
    while build.state != BuildState.DONE:
        state = BuildState(build.state)
        step.beat()
        began = time.monotonic()
        WORK[state](step)
        took = {**build.seconds, state.value: round(time.monotonic() - began, 2)}
        if after(state) == BuildState.DONE:
            _finish(step, took)
        else:
            step.save(state=after(state), seconds=took)


def _fix(step: _Step) -> None:
    """Fix the moment, once: what is known by then is what the return knows."""
    if step.build.moment is None:
        step.save(moment=fix_moment(step.build.authority))
    with transaction.atomic():
        records.keep_providers(step.build)


def _make_records(step: _Step) -> None:
    build = step.build
    step.save(records_kept=False)
    records.open_table(build.pk)
    count = records.fill(AsAt.of_build(build), key=build.pk)
    records.close_table(build.pk)
    step.save(records_kept=True, record_count=count, counts=figures.counts_by_status(build.pk))


def _check(step: _Step) -> None:
    """Ask every check and count the figures; refuse a final return with errors to mend."""
    build = step.build
    edition = editions.load(build.edition)
    with transaction.atomic():
        Finding.objects.filter(build=build).delete()
        _insert_findings(build)
        by_priority, people = _count_findings(build)
        years = edition.cohort.guarantee_year_groups(build.month.end)
        step.save(
            finding_counts=by_priority,
            people_with_findings=people,
            figures=figures.of_records(build.pk, edition, guarantee_years=years),
        )
    if build.kind == BuildKind.FINAL and build.must_mend:
        raise MustMend(build.must_mend)


def _insert_findings(build: Build) -> None:
    compiled = checks.compile(editions.load(build.edition))
    values = compiled.parameters(
        build_id=build.pk,
        period_end=build.month.end,
        lead_codes=build.lead_codes,
        database_ids=build.database_ids,
        la_codes=list(Authority.objects.values_list("code", flat=True)),
    )
    columns = ", ".join(checks.FINDING_COLUMNS)
    queries = [
        compiled.record_query(records.TABLE),
        *compiled.set_queries(records.TABLE).values(),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [records.WORK_MEMORY])
        for query in queries:
            # By way of a table of its own, because an INSERT would ask on one core only.
            cursor.execute(
                f"CREATE TEMPORARY TABLE returns_found ON COMMIT DROP AS {query}",
                values,
            )
            cursor.execute(
                f"INSERT INTO returns_finding (build_id, {columns})"  # noqa: S608
                f" SELECT %s, {columns} FROM returns_found",
                [build.pk],
            )
            cursor.execute("DROP TABLE returns_found")


def _count_findings(build: Build) -> tuple[dict[str, int], int]:
    """Findings by priority ("unknown" where it is not known), and in how many people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(priority::text, 'unknown'), count(*) FROM returns_finding"
            " WHERE build_id = %s GROUP BY 1 ORDER BY 1",
            [build.pk],
        )
        by_priority = {str(priority): int(count) for priority, count in cursor.fetchall()}
        cursor.execute(
            "SELECT count(DISTINCT person_id) FROM returns_finding WHERE build_id = %s", [build.pk]
        )
        (people,) = cursor.fetchone()
    return by_priority, int(people)


def _write(step: _Step) -> None:
    step.written = files.write(step.build, tell=step.beat)


def _prove(step: _Step) -> None:
    if step.written is None:
        raise CannotMake("The file must be written before it is proved.")
    files.prove(step.build, step.written)


def _finish(step: _Step, took: dict[str, float]) -> None:
    """Keep the file, say whom it named, replace what it replaces, leave the line in the trail."""
    build, written = step.build, step.written
    if written is None:
        raise CannotMake("The file must be written before it is kept.")
    name = files.keep(build)
    at = step.now()
    with transaction.atomic():
        replaced = _replace(build)
        if build.kind == BuildKind.FINAL:
            _keep_statuses(build)
        step.save(
            state=BuildState.DONE,
            seconds=took,
            finished_at=at,
            beat_at=at,
            file_name=name,
            sha256=written.sha256,
            size=written.size,
            stopped_because="",
            step_reached="",
        )
        trail.record(
            "return made",
            by=build.asked_by,
            at=at,
            authority=build.authority,
            subject=build,
            period=build.period,
            build_kind=build.kind,
            edition=build.edition,
            moment=build.moment,
            records=build.record_count,
            sha256=written.sha256,
        )
    for old in replaced:
        _clear_away(old)


def _replace(build: Build) -> list[Build]:
    """A new final replaces all others of its month; a new trial all but the final."""
    others = Build.objects.filter(
        authority=build.authority, period=build.period, replaced_by=None
    ).exclude(pk=build.pk)
    if build.kind == BuildKind.TRIAL:
        others = others.exclude(kind=BuildKind.FINAL, state=BuildState.DONE)
    replaced = list(others)
    others.update(replaced_by=build)
    return replaced


def _keep_statuses(build: Build) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO returns_sentstatus (build_id, person_id, young_persons_id, status)"  # noqa: S608
            f" SELECT build_id, person_id, young_persons_id, cohort_status"
            f" FROM {records.TABLE} WHERE build_id = %s",
            [build.pk],
        )


def _clear_away(old: Build) -> None:
    """What was replaced keeps its counts, figures and hash. Only a final keeps its file besides."""
    if old.kind == BuildKind.TRIAL or old.state != BuildState.DONE:
        files.take_away(old)
        Finding.objects.filter(build=old).delete()
    if old.records_kept:
        builds.drop_records(build=old)


WORK: dict[BuildState, Callable[[_Step], None]] = {
    BuildState.FIXING: _fix,
    BuildState.RECORDS: _make_records,
    BuildState.CHECKING: _check,
    BuildState.WRITING: _write,
    BuildState.PROVING: _prove,
}
"""One entry for each of ``returns.steps.STEPS``."""
