"""What the pages of the return ask: builds, errors by rule, movement, comparison, figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.calendar.periods import Period
from ccis.calendar.working_days import add_working_days
from returns import editions, records, rules, sealed
from returns.cohort import MONTHLY, AsAt, cohort_sql
from returns.editions import record
from returns.editions.model import Rule
from returns.errors import RecordsNotKept
from returns.models import Build, BuildKind, BuildState, Finding

# Builds


def builds_of(authority: Authority, period: Period) -> QuerySet[Build]:
    """Every making of one month's return, newest first."""
    return Build.objects.of(authority).for_period(period).newest_first()


def under_way(authority: Authority, period: Period) -> Build | None:
    """The making of a month that a worker has something to do for."""
    return Build.objects.of(authority).for_period(period).under_way().first()


def standing(authority: Authority, period: Period) -> Build | None:
    """The month's final return."""
    return Build.objects.of(authority).for_period(period).standing().first()


def newest_done(authority: Authority, period: Period) -> Build | None:
    """The newest making of a month that is done, trial or final."""
    return Build.objects.of(authority).for_period(period).done().order_by("-id").first()


def newest_checked(authority: Authority, period: Period) -> Build | None:
    """The newest making of a month whose errors are known: done, or refused because of them."""
    checked = [BuildState.DONE, BuildState.REFUSED]
    found = Build.objects.of(authority).for_period(period).filter(state__in=checked)
    return found.filter(replaced_by=None).order_by("-id").first()


def previous_final(build: Build) -> Build | None:
    """What a build is compared with: its baseline."""
    return build.baseline


def periods_with_builds(authority: Authority) -> list[Period]:
    """Months of which anything was made, newest first."""
    found = Build.objects.of(authority).order_by().values_list("period", flat=True).distinct()
    return sorted((Period.parse(period) for period in found), reverse=True)


def due_on(authority: Authority, period: Period) -> date:
    """The working day by which a month's return is due, by the authority's policy."""
    return add_working_days(period.end, policy_of(authority).return_due_working_days)


# Errors


@dataclass(frozen=True)
class RuleFindings:
    """One rule with how many people and findings there are."""

    code: str
    priority: int | None
    people: int
    findings: int
    rule: Rule | None

    @property
    def words(self) -> str:
        """What is wrong, with the number after it."""
        return self.rule.words if self.rule else f"Rule {self.code}"


def errors_by_rule(build: Build) -> list[RuleFindings]:
    """The rules that found something: what must be mended first, then by how many people."""
    edition = editions.load(build.edition)
    rows = (
        Finding.objects.filter(build=build)
        .values("code", "priority")
        .annotate(people=Count("person", distinct=True), findings=Count("id"))
    )
    found = [
        RuleFindings(
            code=row["code"],
            priority=row["priority"],
            people=row["people"],
            findings=row["findings"],
            rule=edition.rules.get(row["code"]),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.priority or 2.5, -one.people, one.code))


def findings_of_rule(build: Build, code: str, *, user: User) -> QuerySet[Finding]:
    """Findings of one rule about people whom the user may see, with each person, by id."""
    return (
        Finding.objects.filter(build=build, code=code)
        .visible_to(user)
        .select_related("person")
        .order_by("person_id", "element")
    )


def findings_of_person(build: Build, person: YoungPerson) -> list[tuple[Finding, Rule | None]]:
    """What is wrong with one person's record, with the rule of each."""
    edition = editions.load(build.edition)
    found = Finding.objects.filter(build=build, person=person).order_by("priority", "code")
    return [(finding, edition.rules.get(finding.code)) for finding in found]


def error_trend(authority: Authority, period: Period) -> list[Build]:
    """Makings of a month in the order they were checked; ``finding_counts`` tells the trend."""
    checked = [BuildState.DONE, BuildState.REFUSED]
    return list(
        Build.objects.of(authority).for_period(period).filter(state__in=checked).order_by("id")
    )


# Last month to this


@dataclass(frozen=True)
class Moved:
    """One person who is in one month and not in the other.

    ``reason`` says how they stand in the month that they are in or out of now, ``before`` how they
    stood in the month before: keys of ``returns.lineage.REASONS``, or "new" for someone of whom
    nothing was known then. ``sent`` is the leaver's status in the file, if they are named in it.
    """

    person_id: int
    reason: str
    before: str
    sent: str = ""


@dataclass(frozen=True)
class CohortMovement:
    """Last month's cohort + joined - left = this month's. ``gap`` is 0 unless we have a fault."""

    before: int
    now: int
    joined: list[Moved] = field(default_factory=list)
    left: list[Moved] = field(default_factory=list)

    @property
    def gap(self) -> int:
        """What the sum is out by."""
        return self.before + len(self.joined) - len(self.left) - self.now

    def joined_by_reason(self) -> dict[tuple[str, str], int]:
        """How many joined, by how they stand now and stood before."""
        return _by_reason(self.joined)

    def left_by_reason(self) -> dict[tuple[str, str], int]:
        """How many left, by how they stand now and the status they are sent with."""
        return _by_reason(self.left)


def _by_reason(moved: Iterable[Moved]) -> dict[tuple[str, str], int]:
    counted: dict[tuple[str, str], int] = {}
    for one in moved:
        key = (one.reason, one.sent or one.before)
        counted[key] = counted.get(key, 0) + 1
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def cohort_movement(build: Build, previous: Build) -> CohortMovement:
    """Who joined and left the monthly statuses (P and G) between two builds, each with reasons.

    Raises ``RecordsNotKept`` when the statuses of one must be made again first.
    """
    now, before = _statuses(build), _statuses(previous)
    monthly_now = {person for person, status in now.items() if status in MONTHLY}
    monthly_before = {person for person, status in before.items() if status in MONTHLY}
    joined, left = monthly_now - monthly_before, monthly_before - monthly_now
    reasons_now = _reasons(build, joined | left)
    reasons_before = _reasons(previous, joined)
    return CohortMovement(
        before=len(monthly_before),
        now=len(monthly_now),
        joined=[
            Moved(person, reasons_now.get(person, ""), reasons_before.get(person, "new"))
            for person in sorted(joined)
        ],
        left=[
            Moved(person, reasons_now.get(person, ""), before[person], now.get(person, ""))
            for person in sorted(left)
        ],
    )


def _statuses(build: Build) -> dict[int, str]:
    """Everyone in a build with their status: from what was sent, else from its records."""
    if build.kind == BuildKind.FINAL and build.state == BuildState.DONE:
        query = "SELECT person_id, status FROM returns_sentstatus WHERE build_id = %s"
    elif records.are_there(build):
        query = f"SELECT person_id, cohort_status FROM {records.TABLE} WHERE build_id = %s"  # noqa: S608
    else:
        raise RecordsNotKept
    with connection.cursor() as cursor:
        cursor.execute(query, [build.pk])
        return dict(cursor.fetchall())


def _reasons(build: Build, people: set[int]) -> dict[int, str]:
    """How some people stand in a build, in or out, by person."""
    if not people:
        return {}
    as_at = AsAt.of_build(build, people=people)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{cohort_sql(as_at)} SELECT person_id, reason FROM judged",  # noqa: S608
            as_at.parameters(),
        )
        return dict(cursor.fetchall())


# Comparison of two builds


@dataclass(frozen=True)
class Comparison:
    """Two builds side by side: who is in only one, and how many values differ by element."""

    joined: int
    left: int
    both: int
    changed_people: int
    changed_values: dict[str, int]
    """By element, most first; elements with no change are left out."""


COMPARED = [column for column in record.SENT if column.name != "young_persons_id"]

PAIRS = f"""
    (SELECT * FROM {records.TABLE} WHERE build_id = %(build)s) AS now
    FULL JOIN (SELECT * FROM {records.TABLE} WHERE build_id = %(other)s) AS was
        ON was.person_id = now.person_id
"""  # noqa: S608


def compare(build: Build, other: Build) -> Comparison:
    """Compare a build's records with those of an earlier one, element by element.

    Raises ``RecordsNotKept`` when the records of one must be made again first.
    """
    for one in (build, other):
        if not records.are_there(one):
            raise RecordsNotKept
    both = "now.person_id IS NOT NULL AND was.person_id IS NOT NULL"
    differ = [f"now.{column.name} IS DISTINCT FROM was.{column.name}" for column in COMPARED]
    counts = ", ".join(f"count(*) FILTER (WHERE {both} AND {test})" for test in differ)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
SELECT count(*) FILTER (WHERE was.person_id IS NULL),
       count(*) FILTER (WHERE now.person_id IS NULL),
       count(*) FILTER (WHERE {both}),
       count(*) FILTER (WHERE {both} AND ({" OR ".join(differ)})),
       {counts}
FROM {PAIRS}""",  # noqa: S608
            {"build": build.pk, "other": other.pk},
        )
        joined, left, kept, people, *values = cursor.fetchone()
    changed = {
        str(column.element): int(count)
        for column, count in zip(COMPARED, values, strict=True)
        if count
    }
    return Comparison(
        joined=joined,
        left=left,
        both=kept,
        changed_people=people,
        changed_values=dict(sorted(changed.items(), key=lambda item: -item[1])),
    )


@dataclass(frozen=True)
class Changed:
    """One person's value of one element in two builds, as they are sent."""

    person_id: int
    was: str | None
    now: str | None


def changed_values(build: Build, other: Build, element: str, *, limit: int = 500) -> list[Changed]:
    """People whose value of one element differs between two builds, by id.

    ``KeyError`` for an element that is not sent, ``RecordsNotKept`` as for :func:`compare`.
    """
    for one in (build, other):
        if not records.are_there(one):
            raise RecordsNotKept
    column = record.BY_ELEMENT[element].name
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
SELECT now.person_id, {sealed.shown("was", column)}, {sealed.shown("now", column)}
FROM {PAIRS}
WHERE now.person_id IS NOT NULL AND was.person_id IS NOT NULL
  AND now.{column} IS DISTINCT FROM was.{column}
ORDER BY now.person_id LIMIT %(limit)s""",  # noqa: S608
            {"build": build.pk, "other": other.pk, "limit": limit},
        )
        return [Changed(*row) for row in cursor.fetchall()]


def only_in(build: Build, other: Build, *, limit: int = 500) -> list[tuple[int, str]]:
    """People of a build's records who are not in another's, with their status."""
    for one in (build, other):
        if not records.are_there(one):
            raise RecordsNotKept
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
SELECT now.person_id, now.cohort_status FROM {PAIRS}
WHERE was.person_id IS NULL ORDER BY now.person_id LIMIT %(limit)s""",  # noqa: S608
            {"build": build.pk, "other": other.pk, "limit": limit},
        )
        return [(int(person), str(status)) for person, status in cursor.fetchall()]


def visible_people(people: Iterable[int], *, user: User) -> dict[int, YoungPerson]:
    """Those of some people whom the user may see, by id."""
    return YoungPerson.objects.visible_to(user).in_bulk(list(people))


# Figures over time


def figures_by_month(authority: Authority, *, months: int = 13) -> list[tuple[Period, Build]]:
    """The newest done making of each of the latest months, oldest first; a final before a trial."""
    newest: dict[str, Build] = {}
    done = Build.objects.of(authority).done().filter(replaced_by=None).order_by("period", "id")
    for build in done:
        kept = newest.get(build.period)
        if kept is None or kept.kind == BuildKind.TRIAL or build.kind == BuildKind.FINAL:
            newest[build.period] = build
    return [(build.month, build) for build in list(newest.values())[-months:]]


def annual_share(authority: Authority, year: int, measure: str) -> rules.Mean | None:
    """The year's figure: the mean of December, January and February (docs/nccis.md §7.1).

    ``measure`` is a count of ``figures["headline"]``. ``None`` unless all three months are made.
    """
    wanted = [f"{year - 1}-12", f"{year}-01", f"{year}-02"]
    found = {str(month): build for month, build in figures_by_month(authority, months=10_000)}
    if not all(month in found for month in wanted):
        return None
    headlines: list[dict[str, Any]] = [found[month].figures["headline"] for month in wanted]
    return rules.mean_of_months([(one[measure], one["base"]) for one in headlines])
