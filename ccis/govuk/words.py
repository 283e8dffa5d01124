"""How dates, numbers and references are written on screen (pages §3.12)."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any

from django.utils import timezone


def _day(value: date | datetime) -> date:
    """The calendar day of a date, or of a moment as it falls in local time."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def long_date(value: date | datetime | None) -> str:
    """``9 December 2026``; nothing for no date."""
    return f"{_day(value):%-d %B %Y}" if value else ""


def short_date(value: date | datetime | None) -> str:
    """``9 Dec 2026``, for tables; nothing for no date."""
    return f"{_day(value):%-d %b %Y}" if value else ""


def clock_date(value: date | datetime | None) -> str:
    """``Wed 9 Dec``, for clocks; nothing for no date."""
    return f"{_day(value):%a %-d %b}" if value else ""


def time_of_day(value: datetime) -> str:
    """``3:45pm`` in local time; ``midday`` and ``midnight`` are written so."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour == 12 else "midnight"
    return f"{local:%-I:%M}{'am' if local.hour < 12 else 'pm'}"


def date_and_time(value: datetime | None) -> str:
    """``9 Dec 2026, 3:45pm`` in local time; nothing for no moment."""
    return f"{short_date(value)}, {time_of_day(value)}" if value else ""


def number(value: int | Decimal | None) -> str:
    """``1,842``; ``not collected`` when there is no figure, for a dash says nothing."""
    return "not collected" if value is None else f"{value:,}"


def percentage(value: float | Decimal | None) -> str:
    """``4.1%`` from 4.1: one decimal, halves up; ``not collected`` when there is none."""
    if value is None:
        return "not collected"
    return f"{Decimal(str(value)).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def points(change: float | Decimal | None) -> str:
    """``up 0.4 points``, ``down 1.0 points`` or ``no change``."""
    if change is None:
        return "not collected"
    rounded = Decimal(str(change)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if not rounded:
        return "no change"
    return f"{'up' if rounded > 0 else 'down'} {abs(rounded)} points"


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 row``, ``1,842 rows``; ``many`` where adding an s is wrong."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def reference(value: str) -> str:
    """``7F3K-Q29M`` from ``7F3KQ29M``: groups of four, as people read it out."""
    return "-".join(value[at : at + 4] for at in range(0, len(value), 4))


def groups_in_order(items: Iterable[Any], name: str) -> list[tuple[Any, list[Any]]]:
    """Neighbours with the same value of ``name`` (a key or attribute), in the order given."""

    def value(item: Any) -> Any:
        return item.get(name) if isinstance(item, dict) else getattr(item, name, None)

    return [(key, list(group)) for key, group in groupby(items, key=value)]
