"""The shape of one record of the return: one typed row for one young person.

Rules, writer, checks and reader all name these columns and no others; each edition says which
element each column becomes. In every column "no value" is NULL, never an empty text;
``characteristics``, ``characteristic_ids`` and ``malformed`` are empty arrays instead.
docs/nccis.md §1 and §2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the record table.

    ``element`` is the XML element that the column is sent in, named by its leaf, or by its block
    and leaf where the leaf alone is ambiguous ("Year11/LEACode"); None for what is never sent.
    """

    name: str
    sql_type: str
    element: str | None = None


def _sent(element: str, name: str, sql_type: str = "text") -> Column:
    return Column(name, sql_type, element)


SENT: Final[tuple[Column, ...]] = (
    _sent("YoungPersonsID", "young_persons_id"),
    _sent("CohortStatus", "cohort_status"),
    _sent("GivenName", "given_name"),
    _sent("MiddleName", "middle_name"),
    _sent("FamilyName", "family_name"),
    _sent("AddressLine1", "address_line_1"),
    _sent("AddressLine2", "address_line_2"),
    _sent("AddressLine3", "address_line_3"),
    _sent("AddressLine4", "address_line_4"),
    _sent("Town", "town"),
    _sent("County", "county"),
    _sent("Postcode", "postcode"),
    _sent("Gender", "gender"),
    _sent("DOB", "dob", "date"),
    _sent("Ethnicity", "ethnicity"),
    _sent("LeadLEA", "lead_lea"),
    _sent("EducatedLEA", "educated_lea"),
    _sent("TransferredToLACode", "transferred_to"),
    _sent("LEACodeAtYear11", "lea_at_year_11"),
    _sent("UniqueLearnerNo", "uln"),
    _sent("UniquePupilNumber", "upn"),
    _sent("GuaranteeStatusIndicator", "guarantee_indicator"),
    _sent("PreviousYPIDIdentifier", "previous_id"),
    _sent("Year11/GuaranteeStatus", "y11_guarantee_status"),
    _sent("Year11/LEACode", "y11_guarantee_lea"),
    _sent("Year12/GuaranteeStatus", "y12_guarantee_status"),
    _sent("Year12/LEACode", "y12_guarantee_lea"),
    _sent("LevelOfNeedCode", "level_of_need"),
    _sent("SENDFlag", "send_flag"),
    _sent("SENSupportFlag", "sen_support_flag"),
    _sent("CharacteristicCode", "characteristics", "text[]"),
    _sent("ActivityCode", "activity_code"),
    _sent("StartDate", "start_date", "date"),
    _sent("DateAscertained", "ascertained", "date"),
    _sent("DateVerified", "verified", "date"),
    _sent("ReviewDate", "review", "date"),
    _sent("DueToLapseDate", "due_to_lapse", "date"),
    _sent("CurrencyLapsed", "currency_lapsed"),
    _sent("EstablishmentNumber", "establishment_number"),
    _sent("EstablishmentName", "establishment_name"),
    _sent("UKProviderReferenceNumber", "ukprn"),
    _sent("NEETStartDate", "neet_start", "date"),
    _sent("PredictedEndDate", "predicted_end", "date"),
    _sent("IntendedDestinationYr11", "intended_destination"),
)
"""What is sent, one column an element."""

KEPT: Final[tuple[Column, ...]] = (
    Column("year_group", "smallint"),
    Column("academic_age", "smallint"),
    Column("malformed", "text[]"),
)
"""What the rules need besides. ``malformed`` holds the elements of someone else's file that are not
known, are missing nodes, or whose text could not become the column's type; always empty for
ours."""

SOURCES: Final[tuple[Column, ...]] = (
    Column("name_id", "bigint"),
    Column("address_id", "bigint"),
    Column("particulars_id", "bigint"),
    Column("activity_id", "bigint"),
    Column("verification_id", "bigint"),
    Column("upn_id", "bigint"),
    Column("uln_id", "bigint"),
    Column("previous_id_id", "bigint"),
    Column("send_id", "bigint"),
    Column("need_id", "bigint"),
    Column("guarantee11_id", "bigint"),
    Column("guarantee12_id", "bigint"),
    Column("destination_id", "bigint"),
    Column("enrolment_id", "bigint"),
    Column("departure_id", "bigint"),
    Column("characteristic_ids", "bigint[]"),
)
"""The ids of the rows that the values came from, so that any value can be followed back."""

KEYS: Final[tuple[Column, ...]] = (Column("person_id", "bigint"), Column("build_id", "bigint"))
"""Whose record, in which making of the return. In someone else's file ``person_id`` is the record's
place in the file, counted from 1."""

COLUMNS: Final[tuple[Column, ...]] = KEYS + SENT + KEPT + SOURCES
"""Every column of the record table, in the order of the table."""

BY_NAME: Final[dict[str, Column]] = {column.name: column for column in COLUMNS}
BY_ELEMENT: Final[dict[str, Column]] = {
    column.element: column for column in SENT if column.element is not None
}


def definition(columns: Iterable[Column] = COLUMNS) -> str:
    """The columns as SQL for ``CREATE TABLE t (...)``; arrays are never null."""
    return ", ".join(
        f"{column.name} {column.sql_type}"
        + (" NOT NULL DEFAULT '{}'" if column.sql_type.endswith("[]") else "")
        for column in columns
    )
