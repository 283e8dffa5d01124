"""The columns of another CCIS's extract: each element of the return, flattened to one row.

Headings are those that extracts have been seen with; the two guarantee blocks come with numbered
ones there (docs/nccis.md §1.1). Where each lands is written beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from caseload.intake.directory import Given
from caseload.intake.kinds.base import Advice, Column, Reader
from ccis.files import values
from ccis.files.values import BadValue, Cell, as_text
from returns import editions
from returns.editions import record

ID_KEY: Final = "young_persons_id"
MARKS_KEY: Final = "characteristics"
OTHER_KEY: Final = "other"
OTHER_HEADING: Final = "Elements that no edition has"

OUTSIDE: Final = frozenset({"000", "001", "002", "003", "004"})
"""Places outside England, and 004 for not known where."""

_KEYS: Final = {
    "given_name": "given",
    "middle_name": "middle",
    "family_name": "family",
    "dob": "birth",
}
"""What every kind of file calls these, where the record of the return has another name."""


def key_of(column: str) -> str:
    """The key of a column of the record of the return."""
    return _KEYS.get(column, column)


KEY_OF_ELEMENT: Final = {column.element: key_of(column.name) for column in record.SENT}
COLUMN_OF_KEY: Final = {key_of(column.name): column.name for column in record.SENT}

# Readers


def text_of(most: int) -> Reader:
    """Text as it was sent, without the spaces around it; no more than so many letters."""

    def read(cell: Cell, given: Given) -> object:
        said = as_text(cell)
        if len(said) > most:
            raise BadValue(f"Give no more than {most} letters.", "text too long")
        return said or None

    return read


def nccis_id(cell: Cell, given: Given) -> object:
    """Thirteen digits (docs/nccis.md §1.2)."""
    said = as_text(cell)
    if not re.fullmatch(r"[0-9]{13}", said):
        raise BadValue("An NCCIS id has 13 digits.", "NCCIS id form")
    return said


def other_id(cell: Cell, given: Given) -> object:
    """The id on a database before; one that has not 13 digits is noted and not used."""
    try:
        return nccis_id(cell, given)
    except BadValue as error:
        raise _not_used(error) from None


def number(read: Callable[[Cell], object]) -> Reader:
    """A number with a check digit; a wrong one is noted and not used, and the row goes on."""

    def checked(cell: Cell, given: Given) -> object:
        if as_text(cell) == values.NO_ULN_YET:
            return None
        try:
            return read(cell)
        except BadValue as error:
            raise _not_used(error) from None

    return checked


def _not_used(error: BadValue) -> Advice:
    return Advice(f"{error.message} We kept it with the row and did not use it.", error.code)


def day(cell: Cell, given: Given) -> object:
    """A date in any form that a spreadsheet gives it."""
    return values.parse_date(cell)


def derived_day(cell: Cell, given: Given) -> object:
    """A date that we work out ourselves: one that is not real is noted."""
    try:
        return values.parse_date(cell)
    except BadValue as error:
        raise _not_used(error) from None


def birth(cell: Cell, given: Given) -> object:
    """A date of birth, which cannot lie ahead."""
    found = values.parse_date(cell, not_after=given.today)
    if found is not None and found > given.today:
        raise BadValue("Give a real date of birth. This one is still to come.", "birth to come")
    return found


def code(of: str, called: str, *, must: bool = False) -> Reader:
    """A code of a national list of the edition that was in force in the month of the file.

    One that only another edition has is taken, and noted. One that none has is never guessed: it
    is kept with the row and not used or, with ``must``, the row is not used.
    """

    def read(cell: Cell, given: Given) -> object:
        said = as_text(cell).upper()
        if not said:
            return None
        edition = editions.for_period(given.as_at)
        if said in getattr(edition.codes, of):
            return said
        others = [e for e in editions.available() if said in getattr(editions.load(e).codes, of)]
        if others:
            raise Advice(
                f"This {called} is not in edition {edition.name}. We took it as edition "
                f"{others[-1]} has it.",
                f"{called} of another edition",
                value=said,
            )
        words = f"This {called} is in no edition of the national list"
        if must:
            raise BadValue(f"{words}. Mend it, or leave the row out.", f"{called} not known")
        raise Advice(f"{words}. We kept it with the row and did not use it.", f"{called} not known")

    return read


def marks(cell: Cell, given: Given) -> object:
    """Characteristics: one code, or several with commas between them."""
    known = _known_marks(given.as_at)
    said = [one.strip() for one in re.split(r"[,;|]", as_text(cell)) if one.strip()]
    found = sorted({one for one in said if one in known})
    unknown = sorted({one for one in said if one not in known})
    if unknown:
        raise Advice(
            f"No edition of the national list has the characteristic {', '.join(unknown)[:60]}. "
            "We kept it with the row and did not use it.",
            "characteristic not known",
            value=found or None,
        )
    return found or None


def _known_marks(as_at: date) -> frozenset[str]:
    return frozenset(
        one for name in editions.available() for one in editions.load(name).codes.characteristic
    )


def flag(cell: Cell, given: Given) -> object:
    """Y or N."""
    said = as_text(cell).upper()
    said = {"YES": "Y", "NO": "N", "TRUE": "Y", "FALSE": "N", "1": "Y", "0": "N"}.get(said, said)
    if said not in {"", "Y", "N"}:
        raise Advice("This is neither Y nor N. We did not use it.", "neither Y nor N")
    return said or None


def area(cell: Cell, given: Given) -> object:
    """Three digits: an authority, or 000 to 004 for a place outside England or not known."""
    said = as_text(cell)
    if not re.fullmatch(r"[0-9]{1,3}", said):
        raise Advice(
            "An authority's code has three digits. We kept it with the row and did not use it.",
            "authority code form",
        )
    return said.zfill(3)


def known_area(cell: Cell, given: Given) -> object:
    """The same; one that nobody has, or ever had, is noted and not used."""
    code = str(area(cell, given))
    if code not in given.directory.authorities and code not in OUTSIDE:
        raise Advice(
            "No authority has this code. We kept it with the row and did not use it.",
            "authority not known",
        )
    return code


def postcode(cell: Cell, given: Given) -> object:
    """A whole postcode; one that is not real is noted and not used."""
    try:
        return values.parse_postcode(cell)
    except BadValue as error:
        raise _not_used(error) from None


def names(cell: Cell, given: Given) -> object:
    """A name as it was sent; what the national return will not take is noted."""
    said = str(text_of(100)(cell, given) or "")
    if advice := values.name_advice(said) if said else None:
        raise Advice(advice, "name not for the return", value=said)
    return said or None


# Columns


def _column(
    element: str,
    meaning: str,
    reads: Reader,
    example: str = "",
    *aliases: str,
    sensitive: bool = False,
    required: bool = False,
) -> Column:
    return Column(
        KEY_OF_ELEMENT[element],
        HEADINGS.get(element, element),
        meaning,
        example,
        aliases=aliases,
        reads=reads,
        is_date=record.BY_ELEMENT[element].sql_type == "date",
        sensitive=sensitive,
        required=required,
    )


HEADINGS: Final = {
    "Year11/GuaranteeStatus": "GuaranteeStatus",
    "Year11/LEACode": "LEACode2",
    "Year12/GuaranteeStatus": "GuaranteeStatus3",
    "Year12/LEACode": "LEACode4",
}
"""Headings of flattened extracts where the element's own name would stand twice."""

_HEADER: Final = (
    Column("database_ids", "DatabaseId", "The old database's number, only reported", kept=False),
    Column("lead_codes", "LEACode", "Authorities that the file covers, only reported", kept=False),
    Column(
        "date_of_send", "DateOfSend", "The day on which the file was made, only reported",
        reads=derived_day, is_date=True, kept=False,
    ),
    Column(
        "period_end", "PeriodEnd", "The last day of the month that the file tells of",
        "31/10/2026", reads=day, is_date=True,
    ),
    Column("supplier_name", "SupplierName", "The old system's supplier", kept=False),
    Column("supplier_version", "SupplierXMLVersion", "The old system's version", kept=False),
    Column("schema_version", "XMLSchemaVersion", "The version of the layout", kept=False),
)  # fmt: skip

LINES: Final = ("address_line_1", "address_line_2", "address_line_3", "address_line_4")

COLUMNS: Final[tuple[Column, ...]] = (
    *_HEADER,
    Column(
        ID_KEY, "YoungPersonsID", "Identifier in NCCIS, 13 digits, which the person keeps",
        "3060000000123", reads=nccis_id, required=True, filled="Give the NCCIS id.",
    ),
    Column(
        "cohort_status", "CohortStatus", "Cohort status, such as P: why it was in the old return",
        "P", reads=code("cohort_status", "cohort status", must=True), required=True,
        filled="Give the cohort status.",
    ),
    _column("GivenName", "First name", names, "Amara", "Forename"),
    _column("MiddleName", "Middle names", names),
    _column("FamilyName", "Family name", names, "Oduya", "Surname", required=True),
    *(
        _column(f"AddressLine{n}", f"Line {n} of the home address", text_of(100))
        for n in range(1, 5)
    ),
    _column("Town", "Town", text_of(60), "Northgate"),
    _column("County", "County", text_of(60)),
    _column("Postcode", "Home postcode", postcode, "NG1 4AB"),
    _column("Gender", "F, M, U or W", code("gender", "gender"), "F", sensitive=True),
    _column("DOB", "Date of birth", birth, "14/03/2010", "DateOfBirth"),
    _column(
        "Ethnicity", "Four letters of the national list", code("ethnicity", "ethnicity"), "WBRI",
        sensitive=True,
    ),
    _column("LeadLEA", "The authority that keeps the record", area, "306"),
    _column("EducatedLEA", "Where they learn, which we take from the provider", area, "306"),
    _column("UniqueLearnerNo", "ULN, 10 digits", number(values.parse_uln), "", "ULN"),
    _column("UniquePupilNumber", "UPN, 13 characters", number(values.parse_upn), "", "UPN"),
    _column("PreviousYPIDIdentifier", "NCCIS id on the database before", other_id),
    _column("GuaranteeStatusIndicator", "Y or N, which we work out", flag),
    _column("LEACodeAtYear11", "Where they learned in Year 11", known_area, "306"),
    _column("TransferredToLACode", "Where they moved to", area),
    _column(
        "Year11/GuaranteeStatus", "September Guarantee of Year 11",
        code("guarantee_status", "guarantee status"),
    ),
    _column("Year11/LEACode", "The authority that led on it", known_area),
    _column(
        "Year12/GuaranteeStatus", "September Guarantee of Year 12",
        code("guarantee_status", "guarantee status"),
    ),
    _column("Year12/LEACode", "The authority that led on it", known_area),
    _column("LevelOfNeedCode", "1, 2 or 3", code("level_of_need", "level of need"), "2"),
    _column("SENDFlag", "Y with an EHC plan", flag, "N", sensitive=True),
    _column("SENSupportFlag", "Y with SEN support and no plan", flag, "N", sensitive=True),
    _column(
        "CharacteristicCode", "Circumstances: one code a row, or several with commas", marks,
        "110,150", sensitive=True,
    ),
    _column(
        "ActivityCode", "What they do", code("activity", "activity", must=True), "210",
        required=True,
    ),
    _column("StartDate", "First day of it", day, "01/09/2026", required=True),
    _column("DateAscertained", "When it was found out", day),
    _column("DateVerified", "When it was last confirmed", day),
    _column("DueToLapseDate", "When it stops being trusted, which we work out", derived_day),
    _column("CurrencyLapsed", "Y or N, which we work out", flag),
    _column("EstablishmentNumber", "The provider's DfE number, 7 digits", text_of(20)),
    _column("EstablishmentName", "The provider's name", text_of(200)),
    _column("UKProviderReferenceNumber", "The provider's UKPRN", text_of(20), "", "UKPRN"),
    _column("PredictedEndDate", "Its expected end", day),
    _column("ReviewDate", "When to look at it again", day),
    _column("NEETStartDate", "When they became NEET, which we work out", derived_day),
    _column(
        "IntendedDestinationYr11", "What they meant to do after Year 11",
        code("intended_destination", "intended destination"),
    ),
    Column(OTHER_KEY, OTHER_HEADING, "What a file holds besides, kept with the row", kept=False),
)  # fmt: skip
"""In the order in which extracts have been seen."""
