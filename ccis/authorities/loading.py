"""Loads the register of authorities and the published figures that come with the service."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from ccis.authorities.models import Authority, PublishedFigure

DATA = Path(__file__).parent / "data"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as data:
        return list(csv.DictReader(data))


def load_authorities() -> None:
    """Bring every English authority, past and present, into the table; run twice, changes nothing.

    What an installation has set itself (``is_served``, ``database_id``) stays as it is.
    """
    rows = _rows("authorities.csv")
    Authority.objects.bulk_create(
        [
            Authority(
                code=row["code"],
                name=row["name"],
                ons_code=row["ons_code"],
                region=row["region"],
                kind=row["kind"],
                opened_on=_day(row["opened_on"]),
                closed_on=_day(row["closed_on"]),
                database_id=row["code"],
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "ons_code", "region", "kind", "opened_on", "closed_on"],
    )
    ids = dict(Authority.objects.values_list("code", "pk"))
    through = Authority.successors.through
    through.objects.bulk_create(
        [
            through(from_authority_id=ids[row["code"]], to_authority_id=ids[successor])
            for row in rows
            for successor in row["successors"].split()
        ],
        ignore_conflicts=True,
    )


def codes_that_come_with_the_service() -> frozenset[str]:
    """The codes of every English authority, past and present, without asking a database."""
    return frozenset(row["code"] for row in _rows("authorities.csv"))


MEASURES = ("cohort", "neet_nk", "neet", "nk", "participation", "sg_offer")


def load_published_figures() -> None:
    """Bring the published figures of every authority, region and England into the table."""
    PublishedFigure.objects.bulk_create(
        [
            PublishedFigure(
                area_code=row["code"],
                area_name=row["name"],
                year=int(row["year"]),
                measure=measure,
                value=None if row[measure] in ("", "c") else Decimal(row[measure]),
                suppressed=row[measure] == "c",
            )
            for row in _rows("published_figures.csv")
            for measure in MEASURES
            if row[measure]
        ],
        update_conflicts=True,
        unique_fields=["area_code", "year", "measure"],
        update_fields=["area_name", "value", "suppressed"],
    )
