"""How a source does, month by month: in time, errors, matches. Counted as sets (pages §2.3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from caseload.intake.expecting import (
    Came,
    Due,
    Expectation,
    dues_of_month,
    how_it_came,
    next_due,
)
from caseload.intake.expecting import (
    owed as owed_now,
)
from caseload.intake.kinds import KINDS
from caseload.intake.source_models import Source
from ccis.authorities.models import Authority

MONTHS_SHOWN = 12

WEEK_BEFORE = timedelta(days=7)
"""A file that is due in the first week of a month may come in the last days of the one before."""

Counts: TypeAlias = dict[tuple[int, date], tuple[int, int, int, int, int, int]]
"""By source and first day of the month: the numbers of a ``Month``, in its order."""

COUNTS = """
WITH files AS (
    SELECT f.id, f.source_id, f.state,
           date_trunc('month', f.received_at AT TIME ZONE %(zone)s)::date AS month
    FROM intake_inboundfile f
    WHERE f.authority_id = %(authority)s AND f.source_id = ANY (%(sources)s)
      AND f.received_at >= %(since)s AND f.state NOT IN ('set-aside', 'with-sender')
      AND f.kind <> ALL (%(made_here)s)
), rows AS (
    SELECT f.id, count(*) AS rows,
           count(*) FILTER (WHERE r.outcome = 'cannot-read') AS wrong,
           count(*) FILTER (WHERE r.outcome NOT IN ('cannot-read', 'set-aside', 'elsewhere',
                                                    'sent-on', 'not-used', 'undecided')) AS used,
           count(*) FILTER (WHERE r.person_id IS NOT NULL AND r.outcome NOT IN (
               'added', 'cannot-read', 'set-aside', 'elsewhere', 'sent-on', 'not-used',
               'undecided')) AS matched
    FROM files f JOIN intake_inboundrow r ON r.file_id = f.id
    GROUP BY f.id
)
SELECT f.source_id, f.month, count(*), count(*) FILTER (WHERE f.state = 'refused'),
       coalesce(sum(r.rows), 0)::int, coalesce(sum(r.wrong), 0)::int,
       coalesce(sum(r.used), 0)::int, coalesce(sum(r.matched), 0)::int
FROM files f LEFT JOIN rows r ON r.id = f.id
GROUP BY f.source_id, f.month
"""
"""Of each source and month: files, those refused, rows, those with an error that must be mended,
those that could be used, and those of them about someone whom we held."""

RECEIVED = """
SELECT DISTINCT f.source_id, f.kind, (f.received_at AT TIME ZONE %(zone)s)::date
FROM intake_inboundfile f
WHERE f.authority_id = %(authority)s AND f.source_id = ANY (%(sources)s)
  AND f.received_at >= %(since)s AND f.state NOT IN ('refused', 'set-aside', 'with-sender')
  AND f.came_by NOT IN ('screen', 'passed') AND f.kind <> ALL (%(made_here)s)
ORDER BY 1, 3
"""
"""The days on which a source sent a file of a kind that we could use: a refused one is not what was
due, and neither is one person told of at once, what another authority passed on, or what the
service made itself."""

FILES = ""
"""What is owed of all kinds of file that have no days of their own."""


@dataclass(frozen=True)
class OwnDays:
    """When what a source tells of one kind was due, and the days that count as having sent it.

    Of a kind that tells of months: whatever else the source sends is no answer, and nothing to
    report is one.
    """

    is_asked: bool
    """Else a day counts for what is expected of the source at all."""
    dues: list[Due]
    days: list[date]


DaysOf: TypeAlias = Callable[[Sequence[Source], date, date], Mapping[int, OwnDays]]
"""Of sources of one authority, from a day until today: their days, by id."""

_own: dict[str, DaysOf] = {}


def register_days(kind: str, days_of: DaysOf) -> DaysOf:
    """Have a kind of file be due, and come, on days of its own."""
    _own[kind] = days_of
    return days_of


@dataclass(frozen=True)
class Month:
    """What one source sent in one month, and what of it was in time."""

    month: date
    """Its first day."""
    files: int = 0
    refused: int = 0
    rows: int = 0
    wrong: int = 0
    used: int = 0
    matched: int = 0
    came: tuple[Came, ...] = ()
    """How each file that was due in the month came, oldest first; none when none was."""

    @property
    def error_rate(self) -> float | None:
        """Rows with an error that must be mended, of a hundred; ``None`` without rows."""
        return 100 * self.wrong / self.rows if self.rows else None

    @property
    def match_rate(self) -> float | None:
        """Rows about someone whom we held, of a hundred that could be used."""
        return 100 * self.matched / self.used if self.used else None


@dataclass(frozen=True)
class Scorecard:
    """A source's months, oldest first, and what it owes now."""

    source: Source
    months: tuple[Month, ...]
    owed: Mapping[str, date] = field(default_factory=dict)
    """By kind that has days of its own, and for all others: the day by which what belongs to the
    present week or month was or is due and has not come."""

    @property
    def owed_since(self) -> date | None:
        """The first of these days."""
        return min(self.owed.values(), default=None)

    @property
    def present(self) -> Month:
        """The month under way."""
        return self.months[-1]


def scorecards(
    authority: Authority, sources: Sequence[Source], *, today: date, months: int = MONTHS_SHOWN
) -> list[Scorecard]:
    """The scorecards of some sources of one authority, in two statements whatever their number."""
    firsts = _months_before(today, months)
    zone = ZoneInfo(settings.TIME_ZONE)
    asked: dict[str, Any] = {
        "authority": authority.pk,
        "sources": [source.pk for source in sources],
        "since": datetime(firsts[0].year, firsts[0].month, 1, tzinfo=zone),
        "zone": settings.TIME_ZONE,
        "made_here": made_here(),
    }
    own = {kind: days_of(sources, firsts[0], today) for kind, days_of in _own.items()}
    counts: Counts = {}
    received: dict[int, list[date]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, asked)
        for source, month, files, refused, rows, wrong, used, matched in cursor.fetchall():
            counts[source, month] = (files, refused, rows, wrong, used, matched)
        cursor.execute(RECEIVED, asked | {"since": asked["since"] - WEEK_BEFORE})
        for source, kind, day in cursor.fetchall():
            if kind not in own or source not in own[kind] or not own[kind][source].is_asked:
                received.setdefault(source, []).append(day)
    cards = []
    for source in sources:
        theirs = {kind: found[source.pk] for kind, found in own.items() if source.pk in found}
        days = received.get(source.pk, [])
        cards.append(_scorecard(source, firsts, counts, days, theirs, today=today))
    return cards


def made_here() -> list[str]:
    """The kinds of file that the service writes itself: none is what a source sent."""
    return [kind.name for kind in KINDS.values() if kind.is_made_here]


def expectation_of(source: Source) -> Expectation | None:
    """What was agreed with a source; ``None`` when it sends at no fixed time."""
    if not source.expects or source.expected_day is None or source.expected_from is None:
        return None
    return Expectation(
        source.expects, source.expected_day, source.expected_from, source.expected_months
    )


def next_expected(authority: Authority, *, after: date) -> date | None:
    """The first day after one on which any source of an authority should send a file."""
    known = (expectation_of(source) for source in Source.objects.of(authority))
    days = (next_due(expected, after=after) for expected in known if expected)
    return min((day for day in days if day), default=None)


def _scorecard(
    source: Source,
    firsts: Sequence[date],
    counts: Counts,
    received: Sequence[date],
    own: Mapping[str, OwnDays],
    *,
    today: date,
) -> Scorecard:
    came: dict[date, list[tuple[date, Came]]] = {first: [] for first in firsts}
    owed: dict[str, date] = {}
    asked = {kind: found for kind, found in own.items() if found.is_asked}
    for kind, found in asked.items():
        for due in found.dues:
            how = how_it_came(due, found.days, today=today)
            came.get(due.first.replace(day=1), []).append((due.on, how))
            if due.first <= today <= due.last and how in (Came.NOT_YET, Came.NEVER):
                owed.setdefault(kind, due.on)
    expected = expectation_of(source)
    if expected is not None and not (source.kinds and asked.keys() >= set(source.kinds)):
        others = (found.days for found in own.values() if not found.is_asked)
        days = [*received, *chain.from_iterable(others)]
        for first in firsts:
            for due in dues_of_month(expected, first.year, first.month):
                came[first].append((due.on, how_it_came(due, days, today=today)))
        if due_now := owed_now(expected, days, today=today):
            owed[FILES] = due_now.on
    months = (
        Month(
            first,
            *counts.get((source.pk, first), (0, 0, 0, 0, 0, 0)),
            came=tuple(how for _, how in sorted(came[first])),
        )
        for first in firsts
    )
    return Scorecard(source, tuple(months), owed)


def _months_before(today: date, count: int) -> list[date]:
    """The first days of so many months, the present one last."""
    latest = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(latest - count + 1, latest + 1)]
