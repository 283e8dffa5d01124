"""Young people of a return as querysets, for the lists of its pages.

Who is in a list is asked of the kept records, the findings or what was sent; what stands beside
each name is read for the rows of one page alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from ccis.calendar.periods import Period
from returns import queries, records, sealed
from returns.cohort import MONTHLY
from returns.editions import record
from returns.editions.model import GROUP_LABELS, PARTICIPATION, Edition
from returns.models import Build, BuildKind, BuildState, Finding, SentStatus


def best_of(authority: Authority, period: Period) -> Build | None:
    """The making of a month that counts: the final return, else the newest trial."""
    return queries.standing(authority, period) or queries.newest_done(authority, period)


def before(build: Build) -> Build | None:
    """What a build is compared with: its baseline, else the best of the month before.

    ``None`` when there is nothing before whose statuses can be read.
    """
    if build.baseline is not None:
        return build.baseline
    previous = best_of(build.authority, build.month.previous())
    return previous if previous is not None and statuses_are_kept(previous) else None


def statuses_are_kept(build: Build) -> bool:
    """Whether everyone's status in a build can still be read."""
    was_sent = build.kind == BuildKind.FINAL and build.state == BuildState.DONE
    return was_sent or records.are_there(build)


def who(user: User, build: Build) -> QuerySet[YoungPerson]:
    """Those of a build's authority whom the user may see."""
    return YoungPerson.objects.visible_to(user).of(build.authority)


def all_of(build: Build, asked: Q) -> QuerySet[YoungPerson]:
    """Everyone asked for, restricted or not: to be counted, never to be shown."""
    return YoungPerson.objects.of(build.authority).filter(asked)


# Records by what they say


@dataclass(frozen=True)
class Wanted:
    """Which records of a build are asked for; what is left empty asks nothing."""

    status: Collection[str] = ()
    figure: str = ""
    age: Collection[str] = ()
    gender: Collection[str] = ()
    sen: str = ""
    vulnerable: str = ""
    activity: Collection[str] = ()


FIGURES: Final[dict[str, str]] = {
    "base": "Aged 16 and 17",
    "neet": "NEET",
    "not-known": "Not known",
    "neet-or-not-known": "NEET or not known",
    "participating": "Taking part in education or training",
    **{group: words for group, words in GROUP_LABELS.items() if group != "not-known"},
}
"""Figures and headline groups whose people can be listed, by their word in an address."""

SEN: Final[dict[str, tuple[str, str]]] = {
    "plan": ("EHC plan", "send_flag = 'Y'"),
    "support": ("SEN support", "send_flag <> 'Y' AND sen_support_flag = 'Y'"),
    "none": ("No SEN", "send_flag <> 'Y' AND sen_support_flag <> 'Y'"),
}
"""Groups of SEN as they are published: words, and the condition."""

LAPSED: Final = "coalesce(currency_lapsed = 'Y', false)"


def matching(build: Build, edition: Edition, wanted: Wanted) -> Q:
    """The people whose record in a build is one of those wanted."""
    tests, values = ["build_id = %s"], [build.pk]
    for test, given in _tests(edition, wanted):
        tests.append(test)
        values.extend(given)
    sql = f"SELECT person_id FROM {records.TABLE} WHERE {' AND '.join(tests)}"  # noqa: S608
    return Q(pk__in=RawSQL(sql, tuple(values)))  # noqa: S611 - constants of this module


def _tests(edition: Edition, wanted: Wanted) -> Iterable[tuple[str, list[Any]]]:
    if wanted.status:
        yield "cohort_status = ANY(%s)", [list(wanted.status)]
    if wanted.figure:
        ages = edition.cohort
        yield "cohort_status = 'P'", []
        yield "academic_age BETWEEN %s AND %s", [ages.core_from_age, ages.core_to_age]
        yield figure_test(edition, wanted.figure)
    if wanted.age:
        yield "academic_age = ANY(%s)", [[int(age) for age in wanted.age]]
    if wanted.gender:
        yield "gender = ANY(%s)", [list(wanted.gender)]
    if wanted.sen:
        yield SEN[wanted.sen][1], []
    if wanted.vulnerable:
        marks = [one.code for one in edition.codes.characteristic.values() if one.vulnerable]
        yield f"{'' if wanted.vulnerable == 'yes' else 'NOT '}characteristics && %s", [marks]
    if wanted.activity:
        yield "coalesce(activity_code, 'none') = ANY(%s)", [list(wanted.activity)]


def figure_test(edition: Edition, figure: str) -> tuple[str, list[Any]]:
    """A figure as a condition on a record of the base, with its values (docs/nccis.md §7.1).

    Says the same as ``returns.rules.headline``, of all records at once.
    """
    activities = edition.codes.activity.values()
    neet = list(edition.neet_codes)
    custody = [one.code for one in activities if one.group == "custody"]
    not_known = (
        "(activity_code IS NULL OR activity_code <> ALL (%s) OR activity_code = ANY (%s)"
        f" OR ({LAPSED} AND activity_code <> ALL (%s)))"
    )
    values = [
        [one.code for one in activities],
        [one.code for one in activities if one.group == "not-known"],
        neet + custody,
    ]
    match figure:
        case "neet":
            return "activity_code = ANY (%s)", [neet]
        case "not-known":
            return not_known, values
        case "neet-or-not-known":
            return f"(activity_code = ANY (%s) OR {not_known})", [neet, *values]
        case "participating":
            taking_part = [one.code for one in activities if one.participation in PARTICIPATION]
            return f"activity_code = ANY (%s) AND NOT {LAPSED}", [taking_part]
        case "base":
            return "coalesce(activity_code, '') <> ALL (%s)", [custody]
        case _:
            codes = [one.code for one in activities if one.group == figure]
            keeps = figure == "custody" or figure.startswith("neet-")
            return f"activity_code = ANY (%s){'' if keeps else f' AND NOT {LAPSED}'}", [codes]


ROW_COLUMNS: Final = (
    "cohort_status",
    "year_group",
    "academic_age",
    "activity_code",
    "currency_lapsed",
    "due_to_lapse",
)


def rows_of(
    build: Build, people: Collection[int], columns: Sequence[str] = ROW_COLUMNS
) -> dict[int, dict[str, Any]]:
    """Columns of some people's records in a build, by person; nothing where none are kept."""
    names = [record.BY_NAME[column].name for column in columns]
    names += sorted({sealed.ID_OF[name] for name in names if name in sealed.ID_OF})
    if not people:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT person_id, {', '.join(names)} FROM {records.TABLE}"  # noqa: S608
            " WHERE build_id = %s AND person_id = ANY(%s)",
            [build.pk, list(people)],
        )
        found = {row[0]: dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()}
    sealed.hold_back(found.values())
    return found


# Findings


def with_findings(build: Build, code: str = "") -> Q:
    """The people in whose record a check found something, or one rule did."""
    found = Finding.objects.filter(build=build, person=OuterRef("pk"))
    return Q(Exists(found.filter(code=code) if code else found))


def findings_of(build: Build, people: Collection[int], code: str = "") -> dict[int, list[Finding]]:
    """The findings of some people by person, most pressing first."""
    found = Finding.objects.filter(build=build, person__in=people)
    grouped: dict[int, list[Finding]] = {}
    for finding in found.filter(code=code) if code else found:
        grouped.setdefault(finding.person_id, []).append(finding)
    for findings in grouped.values():
        findings.sort(key=lambda one: (one.priority or 2.5, one.code, one.element))
    return grouped


# From one month to the next


@dataclass(frozen=True)
class Sum:
    """Last month's cohort + joined - left = this month's, and who changed within it."""

    before: int
    joined: int
    left: int
    changed: int
    now: int

    @property
    def gap(self) -> int:
        """What the sum is out by: 0 unless we have a fault."""
        return self.before + self.joined - self.left - self.now


def sum_of(build: Build, previous: Build) -> Sum:
    """Count what ``queries.cohort_movement`` lists, without naming anyone.

    Both must have their statuses kept.
    """
    was, was_values = _statuses(previous, "was_build")
    now, now_values = _statuses(build, "now_build")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
SELECT count(*) FILTER (WHERE was.status = ANY(%(monthly)s)),
       count(*) FILTER (WHERE now.status = ANY(%(monthly)s)
                        AND NOT coalesce(was.status = ANY(%(monthly)s), false)),
       count(*) FILTER (WHERE was.status = ANY(%(monthly)s)
                        AND NOT coalesce(now.status = ANY(%(monthly)s), false)),
       count(*) FILTER (WHERE was.status = ANY(%(monthly)s) AND now.status = ANY(%(monthly)s)
                        AND was.status <> now.status),
       count(*) FILTER (WHERE now.status = ANY(%(monthly)s))
FROM ({was}) AS was FULL JOIN ({now}) AS now USING (person_id)""",  # noqa: S608
            {**was_values, **now_values, "monthly": list(MONTHLY)},
        )
        return Sum(*cursor.fetchone())


def changed_status(build: Build, previous: Build) -> dict[int, tuple[str, str]]:
    """Those in the cohort of both builds whose status is another now: was and is, by person."""
    was, was_values = _statuses(previous, "was_build")
    now, now_values = _statuses(build, "now_build")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
SELECT person_id, was.status, now.status
FROM ({was}) AS was JOIN ({now}) AS now USING (person_id)
WHERE was.status = ANY(%(monthly)s) AND now.status = ANY(%(monthly)s)
  AND was.status <> now.status""",  # noqa: S608
            {**was_values, **now_values, "monthly": list(MONTHLY)},
        )
        return {person: (was_one, now_one) for person, was_one, now_one in cursor.fetchall()}


def _statuses(build: Build, name: str) -> tuple[str, dict[str, int]]:
    """SQL that gives everyone's status in a build, and its value."""
    if build.kind == BuildKind.FINAL and build.state == BuildState.DONE:
        table, column = SentStatus._meta.db_table, "status"
    else:
        table, column = records.TABLE, "cohort_status"
    sql = f"SELECT person_id, {column} AS status FROM {table} WHERE build_id = %({name})s"  # noqa: S608
    return sql, {name: build.pk}
