"""Reads about returns of drop-outs: due and made, how many people, how much of it we were told.

Each is a fixed number of statements, whatever the number of providers.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import takewhile
from typing import NamedTuple, TypeAlias

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from caseload.dropouts.queries import KIND, UNUSED, MonthOfSource, returns_of
from caseload.intake.expecting import MONTH, Expectation
from caseload.intake.models import InboundFile
from caseload.intake.source_models import Source
from ccis.authorities.models import Authority
from ccis.calendar.periods import Period
from ccis.calendar.words import local_date
from providers.models import Provider
from sharing.monitoring.models import Baseline, Chase, ServiceLevel
from sharing.monitoring.rules import (
    BINDING,
    NOTIFIED,
    Standing,
    Told,
    expected_leavers,
    level_state,
    months_of_year,
    standing,
    year_before,
)

# -- due and made ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One provider's return for one month, and what was done about it."""

    told: MonthOfSource
    standing: Standing
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None

    @property
    def sent_on(self) -> date | None:
        """The day on which it came."""
        return local_date(self.told.sent_at) if self.told.sent_at else None


@dataclass(frozen=True)
class Line:
    """A provider's returns, by month in the order asked for."""

    source: Source
    cells: tuple[Cell, ...]


def calendar_of(authority: Authority, months: Sequence[Period], *, today: date) -> list[Line]:
    """Returns due and made, by provider and month (LDOR-05)."""
    chased = {
        (source, month, step): at
        for source, month, step, at in Chase.objects.filter(
            source__authority=authority, month__in=[month.start for month in months]
        )
        .order_by("at")
        .values_list("source", "month", "step", "at")
    }
    by_source: defaultdict[int, list[Cell]] = defaultdict(list)
    sources: dict[int, Source] = {}
    for told in returns_of(authority, months, today=today):
        source = told.source
        sources[source.pk] = source
        key = source.pk, told.month.start
        now = standing(
            due_on=told.due_on,
            sent_on=local_date(told.sent_at) if told.sent_at else None,
            is_nil=told.is_nil,
            is_late=told.is_late,
            today=today,
        )
        reminded = chased.get((*key, Chase.Step.REMINDER.value))
        escalated = chased.get((*key, Chase.Step.ESCALATION.value))
        by_source[source.pk].append(Cell(told, now, reminded, escalated))
    return [Line(source, tuple(by_source[pk])) for pk, source in sources.items()]


def files_of(source: Source, month: Period) -> QuerySet[InboundFile]:
    """The files in which a provider told of a month, newest first."""
    after = month.next()
    said = Q(notification__month=month.start)
    by_day = Q(as_at_is_usual=False, as_at__range=(month.start, month.end))
    usual = Q(as_at_is_usual=True, received_at__date__range=(after.start, after.end))
    found = InboundFile.objects.filter(source=source, kind=KIND).exclude(state__in=UNUSED)
    return found.filter(said | (Q(notification=None) & (by_day | usual))).order_by("-received_at")


_Known: TypeAlias = defaultdict[int, defaultdict[int, dict[str, Decimal]]]

# -- how many people -------------------------------------------------------------------------------


class Volumes(NamedTuple):
    """How many people returns named, by what was said of them."""

    joiners: int = 0
    leavers: int = 0
    at_risk: int = 0

    def plus(self, told: MonthOfSource) -> "Volumes":
        """With one more return."""
        return Volumes(
            self.joiners + told.joiners, self.leavers + told.leavers, self.at_risk + told.at_risk
        )


NOBODY = Volumes()


@dataclass(frozen=True)
class OfProvider:
    """A provider's academic year as far as it has come, beside the year before."""

    source: Source
    now: Volumes = NOBODY
    before: Volumes = NOBODY
    """The months that are compared, a year earlier."""
    expected: int | None = None
    """Who leaves in a whole year, by retention data of this year or else the newest before it."""
    expected_year: int | None = None
    notified_before: int | None = None
    """Leavers that it notified in the whole year before, as was entered: of before it sent here."""
    told: Told | None = None
    """``None`` for a source that is not in the directory: whose learners are not known."""


@dataclass(frozen=True)
class Year:
    """An academic year of drop-out returns, as far as it has come."""

    year: int
    months: tuple[Period, ...]
    now: Mapping[Period, Volumes]
    before: Mapping[Period, Volumes]
    """Of the whole year before, by the months of this one."""
    compared: tuple[Period, ...]
    """The months that stand beside the year before: they are over, and all their returns due."""
    providers: tuple[OfProvider, ...]
    told: Told = field(default_factory=Told)
    """Of all providers together."""

    @property
    def is_whole(self) -> bool:
        """Whether every month of the year stands beside the year before."""
        return self.compared == tuple(months_of_year(self.year))


def year_of_returns(authority: Authority, year: int, *, today: date) -> Year:
    """How many joined, left and were at risk, against the year before and retention data."""
    months = months_of_year(year, until=Period.of(today))
    earlier = {year_before(month): month for month in months_of_year(year)}
    returns = returns_of(authority, [*months, *earlier], today=today)
    compared = _all_due(months, returns, today=today)
    now: defaultdict[Period, Volumes] = defaultdict(Volumes)
    before: defaultdict[Period, Volumes] = defaultdict(Volumes)
    of_source: defaultdict[int, list[Volumes]] = defaultdict(lambda: [Volumes(), Volumes()])
    sources: dict[int, Source] = {}
    for one in returns:
        sources[one.source.pk] = one.source
        is_earlier = one.month in earlier
        by_month, month = (before, earlier[one.month]) if is_earlier else (now, one.month)
        by_month[month] = by_month[month].plus(one)
        if not is_earlier or month in compared:
            of_source[one.source.pk][is_earlier] = of_source[one.source.pk][is_earlier].plus(one)
    known = _baselines(authority, year)
    expected = {source: _expected(years) for source, years in known.items()}
    notified = {source: years[year - 1].get(NOTIFIED) for source, years in known.items()}
    told, of_all = told_of(authority, list(sources.values()), months)
    return Year(
        year=year,
        months=tuple(months),
        now=now,
        before=before,
        compared=compared,
        providers=tuple(
            OfProvider(
                source,
                now=of_source[pk][0],
                before=of_source[pk][1],
                expected=expected.get(pk, (None, None))[1],
                expected_year=expected.get(pk, (None, None))[0],
                notified_before=int(said) if (said := notified.get(pk)) is not None else None,
                told=told.get(source.provider_id, Told()) if source.provider_id else None,
            )
            for pk, source in sources.items()
        ),
        told=of_all,
    )


def _all_due(
    months: Sequence[Period], returns: Sequence[MonthOfSource], *, today: date
) -> tuple[Period, ...]:
    """The first of some months, as far as they are over and the day of every return is past."""
    last = {month: month.end for month in months}
    for one in returns:
        if one.due_on is not None and one.month in last:
            last[one.month] = max(last[one.month], one.due_on)
    return tuple(takewhile(lambda month: today > last[month], months))


def _baselines(authority: Authority, year: int) -> _Known:
    """By source and year, up to one, what retention data say of each measure."""
    known: _Known = defaultdict(lambda: defaultdict(dict))
    kept = Baseline.objects.of(authority).current().filter(year__lte=year)
    for source, of, measure, figure in kept.values_list("source", "year", "measure", "figure"):
        known[source][of][measure] = figure
    return known


def _expected(years: Mapping[int, Mapping[str, Decimal]]) -> tuple[int | None, int | None]:
    """The newest year of which retention data tell how many leave early, and how many."""
    for of in sorted(years, reverse=True):
        leavers = expected_leavers(years[of])
        if leavers is not None:
            return of, leavers
    return None, None


# -- how much of it we were told -------------------------------------------------------------------

LEFT = """
WITH gone AS (
    SELECT a.person_id, a.provider_id, upper(a.during) - 1 AS last_day
    FROM caseload_activity a
    JOIN caseload_activitycode c ON c.code = a.code_id
    JOIN caseload_youngperson p ON p.id = a.person_id
    WHERE a.superseded_id IS NULL AND a.provider_id = ANY (%(providers)s)
      AND c."group" IN ('education', 'training', 're-engagement')
      AND p.lead_authority_id = %(authority)s AND p.merged_into_id IS NULL
      AND p.restriction_level < 9
      AND upper(a.during) - 1 BETWEEN %(first)s AND %(last)s
      AND CASE WHEN a.predicted_end_on IS NULL
               THEN extract(month FROM upper(a.during) - 1) NOT IN (6, 7, 8)
               ELSE upper(a.during) - 1 < a.predicted_end_on END
      AND NOT EXISTS (
          SELECT FROM caseload_activity b JOIN caseload_activitycode d ON d.code = b.code_id
          WHERE b.person_id = a.person_id AND b.provider_id = a.provider_id
            AND b.superseded_id IS NULL AND d."group" IN ('education', 'training', 're-engagement')
            AND lower(b.during) BETWEEN upper(a.during) AND upper(a.during) + 30)
), told AS (
    SELECT g.person_id, g.provider_id, g.last_day, (
        SELECT min((coalesce(n.sent_at, f.received_at) AT TIME ZONE %(zone)s)::date)
        FROM intake_inboundrow r
        JOIN intake_inboundfile f ON f.id = r.file_id
        JOIN intake_source s ON s.id = f.source_id
        LEFT JOIN dropouts_notification n ON n.file_id = f.id
        WHERE r.person_id = g.person_id AND f.kind = %(kind)s AND r.read ? 'leaver'
          AND s.provider_id = g.provider_id AND f.authority_id = %(authority)s
          AND f.state <> ALL (%(unused)s) AND (n.id IS NULL OR n.sent_at IS NOT NULL)
          AND r.outcome NOT IN ('cannot-read', 'set-aside', 'not-used')
          AND coalesce(n.sent_at, f.received_at) >= g.last_day - 60
    ) AS told_on
    FROM gone g
)
SELECT provider_id, count(*), count(told_on),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(told_on - last_day, 0))
           FILTER (WHERE told_on IS NOT NULL)
FROM told GROUP BY GROUPING SETS ((provider_id), ())
"""
"""Who left each provider early, how many of them it told us of, and after how many days (median);
the line without a provider is of all of them.

Early is before the end that was expected; where none was, outside June to August. Whoever begins
another course at the same provider within a month has not left it."""


def told_of(
    authority: Authority, sources: Sequence[Source], months: Sequence[Period]
) -> tuple[dict[int, Told], Told]:
    """By provider, how many of those who left early in some months we were told of; and of all."""
    providers = [source.provider_id for source in sources if source.provider_id is not None]
    if not providers or not months:
        return {}, Told()
    with connection.cursor() as cursor:
        cursor.execute(
            LEFT,
            {
                "providers": providers,
                "authority": authority.pk,
                "first": months[0].start,
                "last": months[-1].end,
                "zone": settings.TIME_ZONE,
                "unused": UNUSED,
                "kind": KIND,
            },
        )
        found = {
            provider: Told(left, told, None if days is None else float(days))
            for provider, left, told, days in cursor.fetchall()
        }
    return found, found.pop(None, Told())


# -- service levels --------------------------------------------------------------------------------


def level_for(authority: Authority, provider: Provider | None, *, on: date) -> ServiceLevel | None:
    """The agreement in force by which a provider's returns are challenged."""
    if provider is None:
        return None
    levels = _signed(authority, [provider])[provider.pk]
    return next((one for one in levels if level_state(one.days, on=on) in BINDING), None)


def _signed(authority: Authority, providers: Sequence[Provider]) -> dict[int, list[ServiceLevel]]:
    """The agreements that both sides signed, whenever they hold, of each of some providers (ids).

    Its own stand first; then those with the authority where it is based, then with a unit of that.
    """
    both = ServiceLevel.objects.of(authority).filter(
        our_signed_on__isnull=False, their_signed_on__isnull=False
    )
    own: defaultdict[int, list[ServiceLevel]] = defaultdict(list)
    of_area: defaultdict[int, list[ServiceLevel]] = defaultdict(list)
    nearest = both.order_by("provider_id", "other_authority_id", "-pk")
    for level in nearest.prefetch_related("unit__authorities"):
        if level.provider_id is not None:
            own[level.provider_id].append(level)
        elif level.other_authority_id is not None:
            of_area[level.other_authority_id].append(level)
        elif level.unit is not None:
            for area in level.unit.authorities.all():
                of_area[area.pk].append(level)
    return {one.pk: own[one.pk] + of_area[one.authority_id or 0] for one in providers}


def agreed_days(sources: Sequence[Source]) -> dict[int, list[Expectation]]:
    """By source (id), on which day of the month after its return is due by each agreement.

    One holds from the day on which it begins and both have signed, to its last, in the months that
    the source is asked for.
    """
    known = {one.pk: one.provider for one in sources if one.provider is not None}
    if not known:
        return {}
    levels = _signed(sources[0].authority, list(known.values()))
    return {
        one.pk: [
            Expectation(MONTH, level.due_day, since, one.expected_months, level.ended_on)
            for level in levels[known[one.pk].pk]
            if (since := level.days.binds_from) is not None
        ]
        for one in sources
        if one.pk in known
    }
