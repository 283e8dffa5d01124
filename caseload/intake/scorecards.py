"""How a source does, month by month: in time, errors, matches. Counted as sets (pages §2.3)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from caseload.intake.expecting import (
    Came,
    Expectation,
    dues_of_month,
    how_it_came,
    next_due,
    owed,
)
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
SELECT DISTINCT f.source_id, (f.received_at AT TIME ZONE %(zone)s)::date
FROM intake_inboundfile f
WHERE f.authority_id = %(authority)s AND f.source_id = ANY (%(sources)s)
  AND f.received_at >= %(since)s AND f.state NOT IN ('refused', 'set-aside', 'with-sender')
  AND f.came_by NOT IN ('screen', 'passed')
ORDER BY 1, 2
"""
"""The days on which a source sent a file that we could use: a refused one is not what was due, and
neither is one person told of at once, or what another authority passed on."""

Answers: TypeAlias = Callable[[Sequence[int], datetime], Iterable[tuple[int, date]]]
"""Of sources (ids), since a moment: on which days one answered without a file."""

_answers: list[Answers] = []


def register_answers(answers: Answers) -> Answers:
    """Have days count on which a source said that it has nothing to send."""
    if answers not in _answers:
        _answers.append(answers)
    return answers


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
    owed_since: date | None
    """The day by which a file of the present week or month was or is due and has not come."""

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
    }
    counts: Counts = {}
    received: dict[int, list[date]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, asked)
        for source, month, files, refused, rows, wrong, used, matched in cursor.fetchall():
            counts[source, month] = (files, refused, rows, wrong, used, matched)
        cursor.execute(RECEIVED, asked | {"since": asked["since"] - WEEK_BEFORE})
        for source, day in cursor.fetchall():
            received.setdefault(source, []).append(day)
    for answers in _answers:
        for source, day in answers(asked["sources"], asked["since"] - WEEK_BEFORE):
            received.setdefault(source, []).append(day)
    return [
        _scorecard(source, firsts, counts, received.get(source.pk, []), today=today)
        for source in sources
    ]


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
    *,
    today: date,
) -> Scorecard:
    expected = expectation_of(source)
    months = []
    for first in firsts:
        dues = dues_of_month(expected, first.year, first.month) if expected else ()
        came = tuple(how_it_came(due, received, today=today) for due in dues)
        numbers = counts.get((source.pk, first), (0, 0, 0, 0, 0, 0))
        months.append(Month(first, *numbers, came=came))
    due = owed(expected, received, today=today) if expected else None
    return Scorecard(source, tuple(months), due.on if due else None)


def _months_before(today: date, count: int) -> list[date]:
    """The first days of so many months, the present one last."""
    latest = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(latest - count + 1, latest + 1)]
