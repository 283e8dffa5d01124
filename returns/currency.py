"""When what is known of an activity stops being trusted: docs/nccis.md §4.

Each rule stands here twice, as a function and as SQL, because a page asks for one person and a
return for all; a test holds the two together. The periods are data of the edition.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from ccis.calendar.academic import academic_year_end
from returns.editions.model import Edition, Period


def due_to_lapse(
    code: str,
    *,
    verified: date | None,
    ascertained: date | None,
    review: date | None,
    predicted_end: date | None,
    start: date | None,
    on: date,
    edition: Edition,
) -> date | None:
    """The last day on which the activity may be counted as current; None if it does not lapse.

    What was verified after ``on`` does not count yet. None too where the date that the period rests
    on is missing, which the checks 243 and 262 then say. KeyError if the edition has no such code.
    """
    period = edition.periods[code]
    known = verified if verified is not None and verified <= on else ascertained or start
    due = _basis(period, known=known, review=review, start=start)
    if due is None or not period.capped or predicted_end is None:
        return due
    return min(due, predicted_end)


def _basis(
    period: Period, *, known: date | None, review: date | None, start: date | None
) -> date | None:
    """The lapse date before it is capped at the expected end."""
    if period.basis == "academic-year-end" and known is not None:
        return academic_year_end(max(known, start) if start else known)
    if period.basis == "verified" and known is not None:
        return add_months(known, period.months)
    if period.basis == "review" and review is not None:
        return review + timedelta(days=period.days)
    return None


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last of that month if it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def currency_lapsed(due: date | None, period_end: date) -> bool:
    """Whether an activity has lapsed at the month's end; it is still current on the day itself."""
    return due is not None and due < period_end


def sql_due_to_lapse(
    edition: Edition,
    *,
    code: str = "activity_code",
    verified: str = "verified",
    ascertained: str = "ascertained",
    review: str = "review",
    predicted_end: str = "predicted_end",
    start: str = "start_date",
    on: str = "%(period_end)s",
) -> str:
    """:func:`due_to_lapse` as an SQL expression of type date.

    The arguments are SQL for each value, our own and never anyone's input.
    """
    known = f"coalesce(CASE WHEN {verified} <= {on} THEN {verified} END, {ascertained}, {start})"
    by_period: dict[str, list[str]] = {}
    for period in edition.periods.values():
        due = _sql_basis(period, known=known, review=review, start=start)
        if due and period.capped:
            # least() passes over nulls, so that an expected end must not stand in for a missing
            # date
            due = f"CASE WHEN {due} IS NOT NULL THEN least({due}, {predicted_end}) END"
        if due:
            by_period.setdefault(due, []).append(period.code)
    cases = " ".join(
        f"WHEN {code} IN ({_quoted(codes)}) THEN {due}" for due, codes in by_period.items()
    )
    return f"CASE {cases} END"


def _sql_basis(period: Period, *, known: str, review: str, start: str) -> str:
    if period.basis == "academic-year-end":
        latest = f"greatest({known}, {start})"
        year = f"extract(year FROM {latest})::int + (extract(month FROM {latest}) >= 9)::int"
        return f"make_date({year}, 8, 31)"
    if period.basis == "verified":
        return f"({known} + interval '{period.months} months')::date"
    if period.basis == "review":
        return f"{review} + {period.days}"
    return ""


def _quoted(codes: list[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def sql_currency_lapsed(due: str = "due_to_lapse", period_end: str = "%(period_end)s") -> str:
    """:func:`currency_lapsed` as the Y or N that is sent."""
    return f"CASE WHEN {due} < {period_end} THEN 'Y' ELSE 'N' END"
