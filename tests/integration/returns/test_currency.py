"""The two forms of each currency and age rule, function and SQL, agree over a grid of inputs."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.db import connection

from returns import currency, editions, rules
from returns.editions.model import Edition

EVERY = [editions.load(name) for name in editions.available()]
ENDS = (date(2026, 8, 31), date(2026, 9, 30), date(2028, 2, 29))

STARTS = (None, date(2025, 9, 1), date(2026, 8, 31), date(2026, 9, 1))
ASCERTAINED = (None, date(2026, 3, 31), date(2026, 9, 2))
VERIFIED = (None, date(2025, 12, 31), date(2026, 8, 31), date(2026, 9, 15), date(2028, 2, 29))
REVIEWS = (None, date(2026, 8, 3), date(2028, 2, 1))
PREDICTED = (None, date(2026, 7, 31), date(2027, 8, 31))


@pytest.mark.django_db
@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: edition.name)
@pytest.mark.parametrize("on", ENDS, ids=str)
def test_lapse_dates_agree(edition: Edition, on: date) -> None:
    grid = list(product(edition.codes.activity, STARTS, ASCERTAINED, VERIFIED, REVIEWS, PREDICTED))
    columns: list[list[Any]] = [list(column) for column in zip(*grid, strict=True)]
    due = currency.sql_due_to_lapse(edition)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {due}, {currency.sql_currency_lapsed(due)} FROM unnest("
            "%(code)s::text[], %(start)s::date[], %(ascertained)s::date[], %(verified)s::date[],"
            " %(review)s::date[], %(predicted)s::date[]) WITH ORDINALITY AS given"
            " (activity_code, start_date, ascertained, verified, review, predicted_end, place)"
            " ORDER BY place",
            {
                "period_end": on,
                **dict(
                    zip(
                        ("code", "start", "ascertained", "verified", "review", "predicted"),
                        columns,
                        strict=True,
                    )
                ),
            },
        )
        by_sql = cursor.fetchall()

    pure = [
        currency.due_to_lapse(
            code,
            verified=verified,
            ascertained=ascertained,
            review=review,
            predicted_end=predicted,
            start=start,
            on=on,
            edition=edition,
        )
        for code, start, ascertained, verified, review, predicted in grid
    ]
    assert by_sql == [
        (expected, "Y" if currency.currency_lapsed(expected, on) else "N") for expected in pure
    ]


@pytest.mark.django_db
def test_academic_ages_agree() -> None:
    births = [
        date(year, month, day)
        for year in (2000, 2008, 2010)
        for month in range(1, 13)
        for day in (1, 28)
    ] + [date(2008, 2, 29), date(2009, 8, 31), date(2009, 9, 1)]
    for on in (*ENDS, date(2026, 12, 31), date(2027, 1, 31)):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {rules.sql_academic_age()} FROM unnest(%(births)s::date[])"
                " WITH ORDINALITY AS given (dob, place) ORDER BY place",
                {"births": births, "period_end": on},
            )
            assert [age for (age,) in cursor.fetchall()] == [
                rules.academic_age(dob, on) for dob in births
            ]
