"""Reads about drop-outs: months due and sent, what was told, what waits to be passed on."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from caseload.dropouts import rules
from caseload.dropouts.dues import KIND as KIND
from caseload.dropouts.dues import due_in, expected_of
from caseload.dropouts.models import Notification
from caseload.dropouts.rules import Came, MonthState, state_of
from caseload.intake.kinds.ldor import REASONS
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.queries import counts_of
from caseload.intake.rules import WORKING, FileState, Outcome
from caseload.intake.source_models import Source, source_key
from ccis.authorities.models import Authority
from ccis.calendar.periods import Period
from ccis.calendar.words import local_date
from providers.models import Provider

MONTHS_SHOWN = 12

NOT_YET = WORKING | {FileState.RECEIVED, FileState.STOPPED}
NOT_YET_OR_ASIDE = NOT_YET | {FileState.SET_ASIDE}

UNUSED = [FileState.REFUSED.value, FileState.SET_ASIDE.value, FileState.WITH_SENDER.value]


@dataclass(frozen=True)
class MonthOfSource:
    """What one source told of one month (LDOR-05)."""

    source: Source
    month: Period
    due_on: date | None
    """By when it was due; ``None`` where it was not asked for."""
    sent_at: datetime | None
    """When the first of the month's own files came, or that there was nothing to report."""
    is_nil: bool
    joiners: int
    leavers: int
    at_risk: int
    """People, each once, those told of one at a time too; by row where nobody can tell who."""
    is_late: bool
    """Came after its day, or has not come and the day is over."""


class _Told(NamedTuple):
    sent_at: datetime | None = None
    joiners: int = 0
    leavers: int = 0
    at_risk: int = 0


TOLD = """
WITH files AS (
    SELECT f.id, f.source_id,
           coalesce(n.month, CASE
               WHEN f.as_at_is_usual THEN date_trunc(
                   'month', (f.received_at AT TIME ZONE %(zone)s) - interval '1 month')::date
               ELSE date_trunc('month', f.as_at)::date END) AS month,
           CASE WHEN f.state = 'set-aside' THEN NULL
                WHEN n.id IS NULL THEN f.received_at WHEN n.how = 'file' THEN n.sent_at END
               AS sent_at
    FROM intake_inboundfile f LEFT JOIN dropouts_notification n ON n.file_id = f.id
    WHERE f.authority_id = %(authority)s AND f.kind = 'ldor' AND f.came_by <> 'passed'
      AND (f.state <> ALL (%(unused)s) OR %(as_told)s AND f.state = 'set-aside'
           AND (n.id IS NULL OR n.sent_at IS NOT NULL))
      AND f.source_id = ANY (%(sources)s)
), people AS (
    SELECT f.source_id, f.month, r.read, CASE
               WHEN r.person_id IS NOT NULL AND NOT %(as_told)s THEN 'person ' || r.person_id
               WHEN r.read ? 'uln' THEN 'uln ' || (r.read->>'uln')
               ELSE 'row ' || r.id END AS who
    FROM intake_inboundrow r JOIN files f ON f.id = r.file_id
    WHERE f.month = ANY (%(months)s)
      AND (r.outcome NOT IN ('cannot-read', 'set-aside', 'not-used')
           OR %(as_told)s AND r.reason = 'by-hand')
), named AS (
    SELECT source_id, month, count(DISTINCT who) FILTER (WHERE read ? 'joiner') AS joiners,
           count(DISTINCT who) FILTER (WHERE read ? 'leaver') AS leavers,
           count(DISTINCT who) FILTER (WHERE read ? 'at_risk') AS at_risk
    FROM people GROUP BY source_id, month
), came AS (
    SELECT source_id, month, min(sent_at) AS sent_at FROM files GROUP BY source_id, month
)
SELECT source_id, month, c.sent_at,
       coalesce(n.joiners, 0), coalesce(n.leavers, 0), coalesce(n.at_risk, 0)
FROM came c LEFT JOIN named n USING (source_id, month)
WHERE month = ANY (%(months)s)
"""
"""By source and month: when the month's own file came, and how many people it and those told of
at once name, each once for each reason. A file that nobody said the month of tells of the one
before it came."""


def returns_of(
    authority: Authority, months: Sequence[Period], *, today: date
) -> list[MonthOfSource]:
    """What every source told of each of some months, or did not: by source's name, then month.

    Of sources that are asked for drop-outs, or have ever sent any; in three statements whatever
    their number.
    """
    return months_of_all(list(sources_of(authority)), months, today=today)


def months_of(
    source: Source, months: Sequence[Period], *, today: date, as_told: bool = False
) -> list[MonthOfSource]:
    """The same of one source.

    ``as_told`` is for the source itself: it counts whom an officer set aside too, alone or with the
    whole of what was sent, and two rows as two people unless their ULN says otherwise. The count
    would else say what the council holds.
    """
    return months_of_all([source], months, today=today, as_told=as_told)


def sources_of(authority: Authority) -> QuerySet[Source]:
    """Sources that are asked for drop-outs, or have sent any."""
    asked = Source.objects.of(authority).filter(kinds__contains=[KIND])
    sent = Source.objects.of(authority).filter(files__kind=KIND).exclude(files__came_by="passed")
    told = Source.objects.of(authority).filter(notifications__isnull=False)
    found = Source.objects.filter(pk__in=(asked | sent | told).values("pk"))
    return found.select_related("provider", "authority").order_by("provider__name", "name", "pk")


def months_of_all(
    sources: Sequence[Source], months: Sequence[Period], *, today: date, as_told: bool = False
) -> list[MonthOfSource]:
    """The same of some sources of one authority."""
    expected = expected_of(sources)
    told = _told(sources, months, as_told=as_told)
    nil = {
        (source, month): at
        for source, month, at in Notification.objects.filter(
            source__in=sources,
            how=Notification.How.NIL,
            month__in=[month.start for month in months],
        ).values_list("source", "month", "sent_at")
    }
    return [
        _one(
            source,
            month,
            told.get((source.pk, month.start), _Told()),
            nil.get((source.pk, month.start)),
            due_in(expected.get(source.pk, ()), month),
            today=today,
        )
        for source in sources
        for month in months
    ]


def _told(
    sources: Sequence[Source], months: Sequence[Period], *, as_told: bool
) -> dict[tuple[int, date], _Told]:
    if not sources:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            TOLD,
            {
                "authority": sources[0].authority_id,
                "sources": [source.pk for source in sources],
                "months": [month.start for month in months],
                "unused": UNUSED,
                "as_told": as_told,
                "zone": settings.TIME_ZONE,
            },
        )
        return {(source, month): _Told(*rest) for source, month, *rest in cursor.fetchall()}


def _one(
    source: Source,
    month: Period,
    told: _Told,
    nil: datetime | None,
    due_on: date | None,
    *,
    today: date,
) -> MonthOfSource:
    sent_at = min((at for at in (told.sent_at, nil) if at), default=None)
    return MonthOfSource(
        source=source,
        month=month,
        due_on=due_on,
        sent_at=sent_at,
        is_nil=nil is not None and told.sent_at is None,
        joiners=told.joiners,
        leavers=told.leavers,
        at_risk=told.at_risk,
        is_late=rules.is_late(
            due_on=due_on, sent_on=local_date(sent_at) if sent_at else None, today=today
        ),
    )


# -- one provider's own pages ----------------------------------------------------------------------


def source_of_provider(authority: Authority, provider: Provider) -> Source | None:
    """The source that an organisation is to an authority, once anything came of it or was set."""
    return (
        Source.objects.of(authority)
        .select_related("provider", "authority")
        .filter(key=source_key(provider, ""))
        .first()
    )


@dataclass(frozen=True)
class MonthShown:
    """A month as its provider sees it."""

    told: MonthOfSource
    state: MonthState
    book: Notification | None
    """The newest workbook, while there is something to mend in it."""


def months_shown(source: Source | None, *, today: date) -> list[MonthShown]:
    """The months that a provider may tell of, the newest first."""
    months, month = [], Period.of(today)
    for _ in range(MONTHS_SHOWN):
        months.append(month)
        month = month.previous()
    if source is None:
        return [_shown(_nothing(month), None, today=today) for month in months]
    books = books_to_mend(source)
    return [
        _shown(one, books.get(one.month.start), today=today)
        for one in months_of(source, months, today=today, as_told=True)
    ]


def books_to_mend(source: Source) -> dict[date, Notification]:
    """By first day of the month its newest workbook, where there is something to mend in it."""
    books = Notification.objects.of(source).filter(how=Notification.How.FILE)
    newest = books.order_by("month", "-at", "-pk").distinct("month").select_related("file")
    return {one.month: one for one in newest if one.file is not None and is_to_mend(one.file)}


def is_to_mend(file: InboundFile) -> bool:
    """Whether its provider has something to mend in a workbook: before anything of it is sent,
    after it was refused, or in the rows that stayed when the others were sent."""
    if file.state in (FileState.WITH_SENDER, FileState.REFUSED):
        return True
    return file.state not in NOT_YET_OR_ASIDE and bool(file.stored_id and rows_to_mend(file))


def rows_to_mend(file: InboundFile) -> int:
    """How many rows of a workbook nobody could read."""
    return int(file.counts.get(Outcome.CANNOT_READ, 0))


def being_read(source: Source, month: Period) -> Notification | None:
    """The newest workbook of a month of which nobody knows yet whether it counts as sent."""
    unsaid = Notification.objects.of(source).filter(month=month.start, sent_at=None)
    return unsaid.exclude(file__state__in=UNUSED).first()


def _nothing(month: Period) -> MonthOfSource:
    return MonthOfSource(Source(), month, None, None, False, 0, 0, 0, False)


def _shown(told: MonthOfSource, book: Notification | None, *, today: date) -> MonthShown:
    file = book.file if book is not None else None
    if book is not None and told.is_nil and told.sent_at and told.sent_at >= book.at:
        book = None  # refused, and there was nothing to report after all
    came = Came(
        due_on=told.due_on,
        sent_on=local_date(told.sent_at) if told.sent_at else None,
        is_nil=told.is_nil,
        to_mend=file is not None and file.state == FileState.WITH_SENDER,
        is_over=today > told.month.end,
    )
    return MonthShown(told, state_of(came, today=today), book)


# -- what came of a notification -------------------------------------------------------------------

USED = (Outcome.CHANGED, Outcome.ADDED, Outcome.UNCHANGED)
GONE_ON = (Outcome.SENT_ON,)
NOT_READ = (Outcome.CANNOT_READ,)
NOT_USED = (Outcome.SET_ASIDE, Outcome.NOT_USED)


@dataclass(frozen=True)
class CameOf:
    """What came of the people of a notification, in numbers that add up."""

    people: int
    used: int
    waiting: int
    passed_on: int
    not_read: int
    not_used: int


def came_of(file: InboundFile) -> CameOf:
    """What came of a file's rows."""
    counts = counts_of(file)
    people = sum(counts.values())
    used, *others = (
        sum(counts.get(outcome, 0) for outcome in some)
        for some in (USED, GONE_ON, NOT_READ, NOT_USED)
    )
    return CameOf(people, used, people - used - sum(others), *others)


# -- whose residents -------------------------------------------------------------------------------


AtHome: TypeAlias = Counter[frozenset[str]]
"""People of a file who live in the area of one authority: how many for each reason, or several."""

HOMES = """
SELECT coalesce(read->>'home_authority', '-'),
       ARRAY(SELECT mark FROM unnest(%s::text[]) AS mark WHERE read ? mark), count(*)
FROM intake_inboundrow
WHERE file_id = %s
  AND (outcome NOT IN ('cannot-read', 'set-aside', 'not-used') OR reason = 'by-hand')
GROUP BY 1, 2
"""


def homes_of(file: InboundFile) -> dict[str, AtHome]:
    """The people of a file by the authority in which they live (its code), most first: none for
    outside England, and ``-`` where the postcode does not tell. What came of them changes nothing:
    of somebody whom the council holds something else does."""
    with connection.cursor() as cursor:
        cursor.execute(HOMES, [list(REASONS), file.pk])
        found: defaultdict[str, AtHome] = defaultdict(Counter)
        for home, reasons, people in cursor.fetchall():
            found[home][frozenset(reasons)] = people
    return dict(sorted(found.items(), key=lambda one: (-one[1].total(), one[0])))


def to_pass_on(
    authority: Authority, *, home: str = "", among: Collection[int] | None = None
) -> QuerySet[InboundRow]:
    """Rows of drop-out files about residents of other authorities that nobody passed on yet.

    ``home`` narrows to one authority's (code); ``among`` to some files (ids).
    """
    rows = _waiting().filter(file__authority=authority)
    if home:
        rows = rows.filter(read__home_authority=home)
    return rows if among is None else rows.filter(file__in=among)


def waiting_files() -> QuerySet[InboundFile]:
    """Files with rows about residents of other authorities that nobody passed on yet."""
    files = InboundFile.objects.filter(pk__in=_waiting().values("file"))
    return files.select_related("authority")


def _waiting() -> QuerySet[InboundRow]:
    rows = InboundRow.objects.filter(file__kind=KIND, outcome=Outcome.ELSEWHERE)
    return rows.exclude(file__state=FileState.SET_ASIDE)
