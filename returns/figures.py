"""The figures of one return, counted from the records that are sent (docs/nccis.md §7).

One query counts the records by everything that a figure distinguishes; ``returns.rules`` adds up.
The result is plain JSON, kept on the build: counts are whole people, percentages are texts with one
decimal, ``None`` where there is nobody. Nothing is suppressed: figures that leave the authority
go through ``returns.rules.suppress``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from returns import records, rules
from returns.editions.model import Edition

CELLS = f"""
SELECT academic_age, coalesce(gender, ''), activity_code,
       coalesce(currency_lapsed = 'Y', false) AS lapsed,
       send_flag, sen_support_flag, characteristics && %(vulnerable)s AS vulnerable, count(*)
FROM {records.TABLE}
WHERE build_id = %(build_id)s AND cohort_status = 'P'
  AND academic_age BETWEEN %(core_from)s AND %(core_to)s
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608

STATUSES = f"""
SELECT cohort_status, count(*) FROM {records.TABLE} WHERE build_id = %(build_id)s
GROUP BY 1 ORDER BY 1
"""  # noqa: S608

GUARANTEE = f"""
SELECT year_group, CASE year_group WHEN %(year_11_due)s THEN y11_guarantee_status
                                   ELSE y12_guarantee_status END AS status, count(*)
FROM {records.TABLE}
WHERE build_id = %(build_id)s AND guarantee_indicator = 'Y' AND cohort_status IN ('P', 'G')
  AND year_group IN (%(year_11_due)s, %(year_12_due)s)
GROUP BY 1, 2
"""  # noqa: S608


@dataclass(frozen=True)
class Cell:
    """How many people of the base share an age, gender, activity and so on."""

    age: int
    gender: str
    code: str | None
    lapsed: bool
    sen: str
    vulnerable: bool
    count: int


def counts_by_status(build_id: int) -> dict[str, int]:
    """How many records there are of each cohort status."""
    with connection.cursor() as cursor:
        cursor.execute(STATUSES, {"build_id": build_id})
        return {str(status): int(count) for status, count in cursor.fetchall()}


def of_records(
    build_id: int, edition: Edition, *, guarantee_years: tuple[int, int]
) -> dict[str, Any]:
    """All figures of the records of one build, as JSON.

    ``guarantee_years`` are the year groups whose Year 11 and Year 12 offers are due.
    """
    cells = _cells(build_id, edition)
    return {
        "headline": _headline(cells, edition),
        "groups": dict(_tally(cells, edition).groups),
        "participation": dict(_tally(cells, edition).participation),
        "by_code": _by_code(cells, edition),
        "by_age": _split(cells, edition, lambda cell: str(cell.age)),
        "by_gender": _split(cells, edition, lambda cell: cell.gender),
        "by_age_and_gender": _split(cells, edition, lambda cell: f"{cell.age} {cell.gender}"),
        "by_sen": _split(cells, edition, lambda cell: cell.sen),
        "by_vulnerable": _split(
            cells, edition, lambda cell: "vulnerable" if cell.vulnerable else "not vulnerable"
        ),
        "guarantee": _guarantee(build_id, edition, guarantee_years),
    }


def _cells(build_id: int, edition: Edition) -> list[Cell]:
    with connection.cursor() as cursor:
        cursor.execute(
            CELLS,
            {
                "build_id": build_id,
                "core_from": edition.cohort.core_from_age,
                "core_to": edition.cohort.core_to_age,
                "vulnerable": [
                    one.code for one in edition.codes.characteristic.values() if one.vulnerable
                ],
            },
        )
        return [
            Cell(age, gender, code, lapsed, rules.sen_group(send, support), vulnerable, count)
            for age, gender, code, lapsed, send, support, vulnerable, count in cursor.fetchall()
        ]


def _tally(cells: Iterable[Cell], edition: Edition) -> rules.Tally:
    return rules.tally(((cell.code, cell.lapsed, cell.count) for cell in cells), edition)


def _headline(cells: Iterable[Cell], edition: Edition) -> dict[str, Any]:
    """Counts of the base with their shares of it."""
    tally = _tally(cells, edition)
    counts = {
        "neet": tally.neet,
        "not_known": tally.not_known,
        "neet_or_not_known": tally.neet_or_not_known,
        "participating": tally.participating,
    }
    shares = {f"{name}_percent": _shown(tally, count) for name, count in counts.items()}
    return {"cohort": tally.cohort, "base": tally.base, **counts, **shares}


def _shown(tally: rules.Tally, count: int) -> str | None:
    percent = rules.percent(tally.share_of_base(count))
    return None if percent is None else f"{percent:.1f}"


def _split(
    cells: list[Cell], edition: Edition, of: Callable[[Cell], str]
) -> dict[str, dict[str, Any]]:
    """The headline of each part of the base."""
    parts: dict[str, list[Cell]] = {}
    for cell in cells:
        parts.setdefault(of(cell), []).append(cell)
    return {name: _headline(parts[name], edition) for name in sorted(parts)}


def _by_code(cells: list[Cell], edition: Edition) -> list[dict[str, Any]]:
    """People by activity, in the order of the edition's list; no activity comes last."""
    people: Counter[str] = Counter()
    lapsed: Counter[str] = Counter()
    for cell in cells:
        people[cell.code or ""] += cell.count
        lapsed[cell.code or ""] += cell.count if cell.lapsed else 0
    order = [*edition.codes.activity, ""]
    return [
        {"code": code, "people": people[code], "lapsed": lapsed[code]}
        for code in [*order, *sorted(people.keys() - set(order))]
        if people[code]
    ]


def _guarantee(
    build_id: int, edition: Edition, guarantee_years: tuple[int, int]
) -> dict[str, dict[str, Any]]:
    """Offers of the Year 11 and the Year 12 guarantee, and of both together."""
    year_11, year_12 = guarantee_years
    counted: dict[int, dict[str | None, int]] = {year_11: {}, year_12: {}}
    with connection.cursor() as cursor:
        cursor.execute(
            GUARANTEE, {"build_id": build_id, "year_11_due": year_11, "year_12_due": year_12}
        )
        for year_group, status, count in cursor.fetchall():
            counted[year_group][status] = count
    both = Counter(counted[year_11]) + Counter(counted[year_12])
    return {
        name: _offers(rules.guarantee_counts(counts, edition))
        for name, counts in (
            ("year_11", counted[year_11]),
            ("year_12", counted[year_12]),
            ("both", both),
        )
    }


def _offers(counts: rules.GuaranteeCounts) -> dict[str, Any]:
    shares = {group: rules.percent(share) for group, share in counts.shares.items()}
    return {
        "cohort": counts.cohort,
        "groups": dict(counts.groups),
        "percent": {group: None if one is None else f"{one:.1f}" for group, one in shares.items()},
    }
