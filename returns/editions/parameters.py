"""The named parameters that a rule's SQL may use, and their values for one file."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from ccis.calendar.academic import academic_year_start
from returns.editions.model import Edition

CODE_LISTS: Final[tuple[str, ...]] = (
    "activity_codes",
    "compulsory_codes",
    "neet_codes",
    "end_codes",
    "review_codes",
    "lapse_codes",
    "cohort_status_codes",
    "gender_codes",
    "ethnicity_codes",
    "level_of_need_codes",
    "characteristic_codes",
    "intended_destination_codes",
    "guarantee_year_11_codes",
    "guarantee_year_12_codes",
    "non_la_codes",
    "country_codes",
    "elements",
)
AGES: Final[tuple[str, ...]] = (
    "final_compulsory_age",
    "core_from_age",
    "core_to_age",
    "send_from_age",
    "send_to_age",
    "oldest_age",
    "adult_age",
    "neet_from_birthday",
    "work_programme_from_birthday",
)
FILE: Final[tuple[str, ...]] = (
    "period_start",
    "period_end",
    "academic_year_start",
    "guarantee_year_11_group",
    "guarantee_year_12_group",
    "lead_codes",
    "database_ids",
    "la_codes",
)
NAMES: Final[frozenset[str]] = frozenset(CODE_LISTS + AGES + FILE)

Value = date | int | str | list[str]


def of_edition(edition: Edition) -> dict[str, Value]:
    """The parameters that the edition alone decides: code lists (sorted) and ages."""
    codes = edition.codes
    activities = codes.activity.values()
    lists: dict[str, Collection[str]] = {
        "activity_codes": codes.activity,
        "compulsory_codes": [a.code for a in activities if a.compulsory],
        "neet_codes": edition.neet_codes,
        "end_codes": [a.code for a in activities if a.needs_end],
        "review_codes": [a.code for a in activities if a.needs_review],
        "lapse_codes": [a.code for a in activities if a.needs_lapse],
        "cohort_status_codes": codes.cohort_status,
        "gender_codes": codes.gender,
        "ethnicity_codes": codes.ethnicity,
        "level_of_need_codes": codes.level_of_need,
        "characteristic_codes": codes.characteristic,
        "intended_destination_codes": codes.intended_destination,
        "guarantee_year_11_codes": [g.code for g in codes.guarantee_status.values() if g.year_11],
        "guarantee_year_12_codes": [g.code for g in codes.guarantee_status.values() if g.year_12],
        "non_la_codes": codes.non_la,
        "country_codes": [place.code for place in codes.non_la.values() if place.country],
        "elements": edition.layout.names,
    }
    ages: dict[str, Value] = {name: getattr(edition.cohort, name) for name in AGES}
    return ages | {name: sorted(values) for name, values in lists.items()}


def of_file(
    edition: Edition,
    *,
    period_end: date,
    lead_codes: Collection[str],
    database_ids: Collection[str],
    la_codes: Collection[str],
) -> dict[str, Value]:
    """Every parameter for one file: what it covers, and all codes of authorities in England.

    ``la_codes`` are past and present codes, 702 (Service Children's Education) among them.
    """
    year_11_group, year_12_group = edition.cohort.guarantee_year_groups(period_end)
    of_this_file: dict[str, Value] = {
        "period_start": period_end.replace(day=1),
        "period_end": period_end,
        "academic_year_start": academic_year_start(period_end),
        "guarantee_year_11_group": year_11_group,
        "guarantee_year_12_group": year_12_group,
        "lead_codes": sorted(lead_codes),
        "database_ids": sorted(database_ids),
        "la_codes": sorted(la_codes),
    }
    return of_edition(edition) | of_this_file
