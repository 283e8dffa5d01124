"""Every check of every edition, on records that fail it and records that pass it.

A case lays changes over a sound record; what is wrong is then asked of PostgreSQL. One test
below fails if any check of any edition has no failing or no passing case here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper

from ccis.calendar.academic import academic_age, year_group
from returns import checks, editions
from returns.editions import record
from returns.editions.model import Edition, Header

OCTOBER = date(2026, 10, 31)
MAY = date(2027, 5, 31)
LA_CODES = ("301", "306", "702", "909")  # 909 is a past code
LEAD_CODES = ("306", "301")
DATABASE_IDS = ("306",)

Changes = dict[str, Any]

SOUND: Changes = {
    "young_persons_id": "3060000123456",
    "cohort_status": "P",
    "given_name": "Ada",
    "middle_name": "May",
    "family_name": "Okoro-O'Neill",
    "address_line_1": "1 Test Street",
    "postcode": "ZZ99 9ZZ",
    "gender": "F",
    "dob": date(2009, 3, 27),
    "ethnicity": "WBRI",
    "lead_lea": "306",
    "educated_lea": "301",
    "lea_at_year_11": "306",
    "uln": "1234567891",
    "upn": "H801200001001",
    "guarantee_indicator": "N",
    "level_of_need": "3",
    "send_flag": "N",
    "sen_support_flag": "N",
    "characteristics": [],
    "activity_code": "210",
    "start_date": date(2026, 9, 1),
    "ascertained": date(2026, 9, 7),
    "verified": date(2026, 9, 7),
    "due_to_lapse": date(2027, 7, 31),
    "currency_lapsed": "N",
    "establishment_number": "3014005",
    "establishment_name": "Test Sixth Form",
    "ukprn": "10000001",
    "predicted_end": date(2027, 7, 31),
    "malformed": [],
}
"""Someone of seventeen in a school sixth form, whom no check of any edition faults in October."""

YEAR_11: Changes = {
    "dob": date(2011, 3, 27),
    "activity_code": "110",
    "lea_at_year_11": None,
    "intended_destination": "111",
}
NEET: Changes = {
    "activity_code": "619",
    "neet_start": date(2026, 9, 1),
    "due_to_lapse": None,
    "predicted_end": None,
    "establishment_number": None,
    "establishment_name": None,
    "ukprn": None,
}
PLAN_19: Changes = {"dob": date(2007, 3, 27), "send_flag": "Y"}
NO_ADDRESS: Changes = {"address_line_1": None}
IN_YEAR_12: Changes = {"dob": date(2010, 3, 27)}


@dataclass(frozen=True)
class Case:
    """Records laid over the sound one, and the elements that a check then faults, in order."""

    code: str
    records: tuple[Changes, ...]
    elements: tuple[str, ...]
    period_end: date = OCTOBER
    name: str = ""

    def __str__(self) -> str:
        changed = self.name or " ".join(
            f"{column}={value}" for changes in self.records for column, value in changes.items()
        )
        return f"{self.code} {'fails' if self.elements else 'passes'}: {changed or 'sound'}"


def fails(
    code: str, *records: Changes, on: Sequence[str], at: date = OCTOBER, name: str = ""
) -> Case:
    return Case(code, records, tuple(on), at, name)


def passes(code: str, *records: Changes, at: date = OCTOBER, name: str = "") -> Case:
    return Case(code, records, (), at, name)


def missing(code: str, column: str, element: str) -> list[Case]:
    """A check that an element has a value."""
    return [fails(code, {column: None}, on=[element]), passes(code, {})]


def listed(code: str, column: str, element: str, bad: str, *good: str | None) -> list[Case]:
    """A check that a value is on a list, or laid out so; no value is no fault of this check."""
    return [
        fails(code, {column: bad}, on=[element]),
        *(passes(code, {column: value}) for value in (*good, None)),
    ]


def unreadable(code: str, column: str, element: str) -> list[Case]:
    """A check that a text could become a date."""
    return [
        fails(code, {column: None, "malformed": [element]}, on=[element]),
        passes(code, {column: None}),
        passes(code, {"malformed": ["SomethingElse"]}),
    ]


def needed(code: str, column: str, element: str, changes: Changes) -> list[Case]:
    """A check that a date is there, which leaves an unreadable one to another check."""
    return [
        fails(code, {**changes, column: None}, on=[element]),
        passes(code, {**changes, column: OCTOBER}),
        passes(code, {**changes, column: None, "malformed": [element]}),
    ]


def names(code: str, column: str, element: str) -> list[Case]:
    """A check that a name has no digit and no sign that names may not have."""
    illegal = r"""0/\:?@$&*(){}[]!"+=|"""
    return [
        *(fails(code, {column: f"Ad{sign}a"}, on=[element]) for sign in illegal),
        passes(code, {column: "Zoë-Anne O'Neill St. John, the 'Younger'"}),
        passes(code, {column: None}),
    ]


def characteristic(code: str, activity: str, needs: str) -> list[Case]:
    """A check that an activity goes with the characteristic that explains it."""
    return [
        fails(code, NEET | {"activity_code": activity}, on=["ActivityCode"]),
        fails(
            code,
            NEET | {"activity_code": activity, "characteristics": ["110"]},
            on=["ActivityCode"],
        ),
        passes(code, NEET | {"activity_code": activity, "characteristics": ["110", needs]}),
        passes(code, NEET),
    ]


def guarantee(code: str, due: Changes) -> list[Case]:
    """A check that the guarantee block due has its two values, in and out of season."""
    year_11, year_12 = "Year11/GuaranteeStatus", "Year12/GuaranteeStatus"
    offer_11 = {"y11_guarantee_status": "110", "y11_guarantee_lea": "306"}
    offer_12 = {"y12_guarantee_status": "110", "y12_guarantee_lea": "306"}
    return [
        fails(code, due | IN_YEAR_12, on=[year_11], name="October, year 12, nothing"),
        fails(code, due | IN_YEAR_12 | {"y11_guarantee_status": "110"}, on=[year_11]),
        fails(code, due | IN_YEAR_12 | offer_12, on=[year_11], name="October, the other block"),
        passes(code, due | IN_YEAR_12 | offer_11),
        fails(code, due, on=[year_12], name="October, year 13, nothing"),
        passes(code, due | offer_12),
        passes(code, due | {"dob": date(2011, 3, 27)}, name="October, year 11, nothing"),
        fails(code, due | {"dob": date(2011, 3, 27)}, on=[year_11], at=MAY, name="May, year 11"),
        fails(code, due | IN_YEAR_12, on=[year_12], at=MAY, name="May, year 12"),
        passes(code, due, at=MAY, name="May, year 13"),
        passes(code, IN_YEAR_12, name="neither covered nor in for it"),
        passes(code, {}),
    ]


def no_end(**changes: Any) -> Changes:
    return {"predicted_end": None, **changes}


CASES: list[Case] = [
    *(
        fails("1", {"young_persons_id": wrong}, on=["YoungPersonsID"])
        for wrong in (None, "306000012345", "30600001234567", "306000012345X", "306 000012345")
    ),
    passes("1", {}),
    *missing("2", "given_name", "GivenName"),
    *missing("3", "family_name", "FamilyName"),
    *missing("4", "gender", "Gender"),
    *listed("5", "gender", "Gender", "N", "F", "M", "U", "W"),
    *missing("6", "ethnicity", "Ethnicity"),
    *listed("7", "ethnicity", "Ethnicity", "WIRT", "WROM", "NOBT"),
    fails("8", {"dob": None}, on=["DOB"]),
    passes("8", {"dob": None, "malformed": ["DOB"]}),
    passes("8", {}),
    fails("9", PLAN_19 | {"dob": date(2000, 8, 31)}, on=["DOB"]),
    passes("9", PLAN_19 | {"dob": date(2000, 9, 1)}),
    passes("9", PLAN_19 | {"dob": date(2000, 8, 31), "cohort_status": "A"}),
    fails("10", YEAR_11 | {"dob": date(2011, 9, 1)}, on=["DOB"]),
    passes("10", YEAR_11 | {"dob": date(2011, 8, 31)}),
    *missing("11", "cohort_status", "CohortStatus"),
    fails("13", {"cohort_status": "T"}, on=["TransferredToLACode"]),
    passes("13", {"cohort_status": "T", "transferred_to": "301"}),
    passes("13", {"cohort_status": "D"}),
    *missing("14", "lead_lea", "LeadLEA"),
    *listed("15", "lead_lea", "LeadLEA", "000", "306", "909", "702"),
    *listed("19", "educated_lea", "EducatedLEA", "005", "000", "004", "909", "702"),
    *listed("24", "lea_at_year_11", "LEACodeAtYear11", "999", "004", "909"),
    fails("25", {"lea_at_year_11": "301", "y11_guarantee_lea": "306"}, on=["LEACodeAtYear11"]),
    passes("25", {"lea_at_year_11": "301", "y11_guarantee_lea": "301"}),
    passes("25", {"lea_at_year_11": None, "y11_guarantee_lea": "301"}),
    *listed("26", "lead_lea", "LeadLEA", "909", "301"),
    fails("27", {"y11_guarantee_status": "114"}, on=["Year11/GuaranteeStatus"]),
    fails(
        "27",
        {"y11_guarantee_status": "115", "y12_guarantee_status": "111"},
        on=["Year11/GuaranteeStatus", "Year12/GuaranteeStatus"],
    ),
    passes("27", {"y11_guarantee_status": "159", "y12_guarantee_status": "114"}),
    passes("27", {}),
    *listed("30", "uln", "UniqueLearnerNo", "0123456789", "1234567890"),
    *listed("30", "uln", "UniqueLearnerNo", "123456789"),
    *listed("30", "uln", "UniqueLearnerNo", "12345678901"),
    fails("31", NO_ADDRESS, on=["AddressLine1"]),
    *(
        passes("31", NO_ADDRESS | {column: "Somewhere"})
        for column in (
            "address_line_1",
            "address_line_2",
            "address_line_3",
            "address_line_4",
            "town",
            "county",
        )
    ),
    *missing("32", "postcode", "Postcode"),
    fails("34", {"transferred_to": "301"}, on=["TransferredToLACode"]),
    fails("34", {"transferred_to": "301", "cohort_status": None}, on=["TransferredToLACode"]),
    passes("34", {"transferred_to": "301", "cohort_status": "T"}),
    passes("34", {"transferred_to": "001", "cohort_status": "E"}),
    passes("34", {}),
    fails("35", {"cohort_status": "T", "transferred_to": "001"}, on=["TransferredToLACode"]),
    fails("35", {"cohort_status": "E", "transferred_to": "301"}, on=["TransferredToLACode"]),
    fails("35", {"cohort_status": "E", "transferred_to": "004"}, on=["TransferredToLACode"]),
    passes("35", {"cohort_status": "T", "transferred_to": "301"}),
    passes("35", {"cohort_status": "E", "transferred_to": "003"}),
    passes("35", {"cohort_status": "T"}),
    *listed("37", "previous_id", "PreviousYPIDIdentifier", "306000012345", "3010000123456"),
    *listed("38", "upn", "UniquePupilNumber", "H80120000100", "H801200001001"),
    *listed("39", "ukprn", "UKProviderReferenceNumber", "20000001", "10000001"),
    *listed("39", "ukprn", "UKProviderReferenceNumber", "1000001"),
    fails("40", {"dob": date(2008, 8, 31)}, on=["DOB"]),
    fails("40", {"dob": date(2008, 8, 31), "send_flag": None}, on=["DOB"]),
    passes("40", {"dob": date(2008, 9, 1)}),
    passes("40", PLAN_19),
    passes("40", {"dob": date(2008, 8, 31), "cohort_status": "A"}),
    passes("40", {"dob": date(2007, 8, 31), "cohort_status": "L"}),
    *listed("41", "transferred_to", "TransferredToLACode", "004", "301"),
    *listed("42", "transferred_to", "TransferredToLACode", "306", "301"),
    *(
        fails("43", {"postcode": wrong}, on=["Postcode"])
        for wrong in ("ZZ999ZZ", "zz99 9zz", "ZZZ9 9ZZ", "Z999 9ZZ", "ZZ99  9ZZ", "ZZ9A9 9ZZ")
    ),
    *(
        passes("43", {"postcode": right})
        for right in ("A9 9AA", "AA9 9AA", "A9A 9AA", "A99 9AA", "AA9A 9AA", "AA99 9AA", None)
    ),
    *names("44", "given_name", "GivenName"),
    *names("45", "family_name", "FamilyName"),
    *names("46", "middle_name", "MiddleName"),
    *missing("100", "level_of_need", "LevelOfNeedCode"),
    *listed("101", "level_of_need", "LevelOfNeedCode", "4", "1", "2", "3"),
    *listed("102", "send_flag", "SENDFlag", "X", "Y", "N"),
    *missing("103", "send_flag", "SENDFlag"),
    fails("104", {"characteristics": ["110", "999"]}, on=["CharacteristicCode"]),
    passes("104", {"characteristics": ["110", "200"]}),
    passes("104", {}),
    *missing("200", "activity_code", "ActivityCode"),
    *listed("201", "activity_code", "ActivityCode", "720", "210", "830"),
    *needed("202", "start_date", "StartDate", {}),
    *needed("203", "ascertained", "DateAscertained", {}),
    *missing("220", "currency_lapsed", "CurrencyLapsed"),
    *listed("221", "currency_lapsed", "CurrencyLapsed", "y", "Y", "N"),
    *needed("224", "neet_start", "NEETStartDate", NEET),
    passes("224", {}),
    fails("225", NEET | {"neet_start": date(2026, 9, 2)}, on=["NEETStartDate"]),
    passes("225", NEET),
    fails("226", {"neet_start": date(2026, 9, 1)}, on=["NEETStartDate"]),
    passes("226", NEET),
    passes("226", {}),
    *listed("228", "establishment_number", "EstablishmentNumber", "301400", "9094005", "3019999"),
    *listed("228", "establishment_number", "EstablishmentNumber", "9994005"),
    fails("229", YEAR_11 | {"activity_code": "210"}, on=["ActivityCode"]),
    fails("229", YEAR_11 | {"activity_code": "810"}, on=["ActivityCode"]),
    passes("229", YEAR_11),
    passes("229", YEAR_11 | {"activity_code": "999"}),
    passes("229", {}),
    fails("230", {"activity_code": "150"}, on=["ActivityCode"]),
    fails("230", YEAR_11 | {"dob": date(2010, 8, 31)}, on=["ActivityCode"]),
    passes("230", YEAR_11),
    passes("230", {}),
    fails(
        "231", {"currency_lapsed": "Y", "due_to_lapse": date(2026, 11, 1)}, on=["CurrencyLapsed"]
    ),
    passes("231", {"currency_lapsed": "Y", "due_to_lapse": OCTOBER}),
    passes("231", {"due_to_lapse": date(2026, 11, 1)}),
    fails("232", {"due_to_lapse": date(2026, 10, 30)}, on=["CurrencyLapsed"]),
    passes("232", {"due_to_lapse": OCTOBER}),
    passes("232", {"currency_lapsed": "Y", "due_to_lapse": date(2026, 10, 30)}),
    *characteristic("233", "620", "140"),
    *characteristic("234", "630", "120"),
    *characteristic("235", "650", "180"),
    fails("237", {"ascertained": date(2026, 9, 8)}, on=["DateAscertained"]),
    passes("237", {}),
    passes("237", {"verified": None}),
    fails("238", {"due_to_lapse": date(2027, 8, 1)}, on=["DueToLapseDate"]),
    passes("238", {}),
    passes("238", no_end()),
    fails("240", {"malformed": ["Activities"], "activity_code": None}, on=["Activities"]),
    passes("240", {"malformed": ["DOB"]}),
    passes("240", {}),
    fails("242", {"ascertained": date(2026, 8, 31)}, on=["DateAscertained"]),
    passes("242", {"ascertained": date(2026, 9, 1)}),
    *needed("243", "due_to_lapse", "DueToLapseDate", {}),
    passes("243", NEET),
    *unreadable("244", "due_to_lapse", "DueToLapseDate"),
    fails("251", NEET | {"neet_start": date(2024, 3, 26)}, on=["NEETStartDate"]),
    passes("251", NEET | {"neet_start": date(2024, 3, 27)}),
    passes("251", NEET | {"dob": None}),
    fails("253", {"activity_code": "440", "start_date": date(2027, 3, 26)}, on=["ActivityCode"]),
    passes("253", {"activity_code": "440", "start_date": date(2027, 3, 27)}),
    passes("253", {"activity_code": "430", "start_date": date(2027, 3, 26)}),
    fails("254", {"activity_code": "280"}, on=["ActivityCode"]),
    fails("254", {"activity_code": "280", "send_flag": None}, on=["ActivityCode"]),
    passes("254", {"activity_code": "280", "send_flag": "Y"}),
    passes("254", {}),
    fails("255", {"activity_code": "460"}, on=["ActivityCode"]),
    passes("255", {"activity_code": "460", "send_flag": "Y"}),
    passes("255", {}),
    fails("256", {"verified": date(2026, 8, 31)}, on=["DateVerified"]),
    passes("256", {"verified": date(2026, 9, 1)}),
    fails("257", {"review": date(2027, 8, 1)}, on=["ReviewDate"]),
    passes("257", {"review": date(2027, 7, 31)}),
    passes("257", no_end(review=date(2027, 8, 1))),
    *unreadable("258", "predicted_end", "PredictedEndDate"),
    *needed("259", "predicted_end", "PredictedEndDate", {}),
    passes("259", no_end(activity_code="310")),
    fails("260", {"gender": "M", "characteristics": ["180"]}, on=["CharacteristicCode"]),
    passes("260", {"gender": "F", "characteristics": ["180"]}),
    passes("260", {"gender": "M", "characteristics": ["110"]}),
    fails("261", {"y11_guarantee_lea": "000"}, on=["Year11/LEACode"]),
    fails("261", {"y12_guarantee_lea": "999"}, on=["Year12/LEACode"]),
    passes("261", {"y11_guarantee_lea": "306", "y12_guarantee_lea": "909"}),
    *(
        case
        for code in ("260", "290", "350", "616", "710")
        for case in needed("262", "review", "ReviewDate", {"activity_code": code})
    ),
    passes("262", {"activity_code": "310"}),
    fails("301", YEAR_11 | {"intended_destination": None}, on=["IntendedDestinationYr11"]),
    passes("301", YEAR_11),
    passes("301", {}),
    *listed("302", "intended_destination", "IntendedDestinationYr11", "110", "111", "611"),
    *missing("303", "sen_support_flag", "SENSupportFlag"),
    *listed("304", "sen_support_flag", "SENSupportFlag", "X", "Y", "N"),
    fails("305", {"verified": date(2026, 11, 1)}, on=["DateVerified"]),
    passes("305", {"verified": OCTOBER}),
    fails("306", {"send_flag": "Y", "sen_support_flag": "Y"}, on=["SENDFlag"]),
    passes("306", {"send_flag": "Y"}),
    passes("306", {"sen_support_flag": "Y"}),
    fails("902", {}, {}, on=["YoungPersonsID"] * 2),
    fails("902", {}, {"cohort_status": None}, on=["YoungPersonsID"] * 2),
    passes("902", {}, {"young_persons_id": "3060000123457"}),
    passes("902", {}, {"cohort_status": "G"}),
    passes("902", {"young_persons_id": None}, {"young_persons_id": None}),
    fails("903", {"young_persons_id": "3010000123456"}, on=["YoungPersonsID"]),
    passes("903", {}),
    *listed("904", "cohort_status", "CohortStatus", "X", *"PGALTEMD"),
    *guarantee("905", {"cohort_status": "G"}),
    *guarantee("906", {"guarantee_indicator": "Y"}),
    fails("907", {}, {"young_persons_id": "3060000123457"}, on=["UniqueLearnerNo"] * 2),
    passes("907", {}, {"young_persons_id": "3060000123457", "uln": "1234567892"}),
    passes("907", {}, {"young_persons_id": "3060000123457", "cohort_status": "M"}),
    passes("907", {}, {}),
    passes("907", {"uln": None}, {"young_persons_id": "3060000123457", "uln": None}),
    fails("908", {}, {"young_persons_id": "3060000123457"}, on=["GivenName"] * 2),
    fails(
        "908",
        {},
        {"young_persons_id": "3060000123457", "given_name": "ADA"},
        on=["GivenName"] * 2,
    ),
    passes("908", {}, {"young_persons_id": "3060000123457", "dob": date(2009, 3, 28)}),
    passes("908", {}, {"young_persons_id": "3060000123457", "given_name": "Ida"}),
    passes("908", {}, {}),
    fails(
        "909",
        YEAR_11 | {"start_date": date(2025, 9, 1), "verified": date(2026, 8, 31)},
        on=["StartDate"],
    ),
    fails("909", YEAR_11 | {"start_date": date(2025, 9, 1), "verified": None}, on=["StartDate"]),
    passes("909", YEAR_11 | {"start_date": date(2025, 9, 1), "verified": date(2026, 9, 1)}),
    passes("909", YEAR_11 | {"start_date": date(2026, 9, 1), "verified": None}),
    passes("909", {"start_date": date(2025, 9, 1), "verified": date(2026, 8, 31)}),
    fails("SG-1", IN_YEAR_12 | {"y12_guarantee_status": "110"}, on=["Year12/GuaranteeStatus"]),
    fails("SG-1", YEAR_11 | {"y12_guarantee_status": "110"}, on=["Year12/GuaranteeStatus"], at=MAY),
    passes("SG-1", {"y12_guarantee_status": "110"}),
    passes("SG-1", IN_YEAR_12 | {"y12_guarantee_status": "110"}, at=MAY),
    passes("SG-1", IN_YEAR_12 | {"y11_guarantee_status": "110"}),
    fails("SG-2", YEAR_11 | {"y11_guarantee_status": "110"}, on=["Year11/GuaranteeStatus"]),
    fails("SG-2", YEAR_11 | {"y12_guarantee_status": "110"}, on=["Year12/GuaranteeStatus"]),
    passes("SG-2", YEAR_11 | {"y11_guarantee_status": "110"}, at=MAY),
    passes("SG-2", IN_YEAR_12 | {"y11_guarantee_status": "110"}),
    passes("SG-2", IN_YEAR_12 | {"y12_guarantee_status": "110"}),
    passes("SG-2", YEAR_11),
    fails("SG-3", PLAN_19 | {"y12_guarantee_status": "110"}, on=["Year12/GuaranteeStatus"]),
    fails("SG-3", {"y11_guarantee_status": "110"}, on=["Year11/GuaranteeStatus"], at=MAY),
    passes("SG-3", {"y11_guarantee_status": "110", "y12_guarantee_status": "110"}),
    passes("SG-3", PLAN_19),
    *(
        case
        for column in ("dob", "start_date", "ascertained", "verified", "review", "neet_start")
        for case in unreadable("DATE-1", column, record.BY_NAME[column].element or "")
    ),
    fails("FILE-8", {"malformed": ["ShoeSize"]}, on=["YoungPersonsRecord"]),
    passes("FILE-8", {"malformed": ["DOB", "Activities"]}),
    passes("FILE-8", {}),
    fails("FILE-9", {"malformed": ["PersonalDetails"]}, on=["PersonalDetails"]),
    passes("FILE-9", {"malformed": ["Activities"]}),
    passes("FILE-9", {}),
]

EDITIONS = [editions.load(name) for name in editions.available()]
Finding = tuple[Any, ...]


def holding(case: Case) -> Iterator[Edition]:
    return (edition for edition in EDITIONS if case.code in edition.rules)


def whole(changes: Changes, *, person_id: int, build_id: int, period_end: date) -> Changes:
    """A record of the sound values and the changes, with its ages on the day."""
    values = SOUND | changes | {"person_id": person_id, "build_id": build_id}
    dob = values["dob"]
    if dob is not None:
        values["academic_age"] = academic_age(dob, period_end)
        values["year_group"] = year_group(dob, period_end)
    return values


BUILD, ANOTHER_BUILD = 7, 8


@contextmanager
def table_of(records: Sequence[Changes], period_end: date) -> Iterator[CursorWrapper]:
    """A temporary table of these records, and of one more that belongs to another making."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE records ({record.definition()})")
        places = [(BUILD, place) for place in range(len(records))]
        for build_id, place in [*places, (ANOTHER_BUILD, 0)]:
            row = whole(records[place], person_id=place, build_id=build_id, period_end=period_end)
            cursor.execute(
                f"INSERT INTO records ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
                list(row.values()),
            )
        try:
            yield cursor
        finally:
            cursor.execute("DROP TABLE records")


def ask(cursor: CursorWrapper, edition: Edition, period_end: date, code: str = "") -> list[Finding]:
    """What the table's records are faulted for, by one check or by all."""
    compiled = checks.compile(edition)
    values = compiled.parameters(
        build_id=BUILD,
        period_end=period_end,
        lead_codes=LEAD_CODES,
        database_ids=DATABASE_IDS,
        la_codes=LA_CODES,
    )
    queries = (
        [compiled.one_query("records", code)]
        if code
        else [compiled.record_query("records"), *compiled.set_queries("records").values()]
    )
    found: list[Finding] = []
    for query in queries:
        cursor.execute(query, values)
        found += cursor.fetchall()
    return sorted(found, key=str)


def find(edition: Edition, records: Sequence[Changes], period_end: date = OCTOBER) -> list[Finding]:
    """What these records are faulted for by all checks of an edition."""
    with table_of(records, period_end) as cursor:
        return ask(cursor, edition, period_end)


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_check_faults_what_it_should_and_nothing_else(case: Case) -> None:
    with table_of(case.records, case.period_end) as cursor:
        for edition in holding(case):
            found = ask(cursor, edition, case.period_end, case.code)

            elements = [element for _, _, _, _, element, _ in found]
            assert elements == list(case.elements), edition.name
            said = {(code, priority) for _, _, code, priority, _, _ in found}
            rule = edition.rules[case.code]
            assert said <= {(rule.code, rule.priority)}, edition.name


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_every_check_has_a_case_that_fails_and_one_that_passes(edition: Edition) -> None:
    made_elsewhere = {*checks.HEADER_CODES, *checks.READING_CODES}
    expected = edition.rules.keys() - made_elsewhere

    assert {case.code for case in CASES if case.elements} >= expected
    assert {case.code for case in CASES if not case.elements} >= expected
    assert edition.rules.keys() >= made_elsewhere
    assert {case.code for case in CASES} <= {code for one in EDITIONS for code in one.rules}


@pytest.mark.django_db
@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_a_sound_record_is_faulted_for_nothing(edition: Edition) -> None:
    assert find(edition, [SOUND]) == []
    assert find(edition, [YEAR_11]) == []
    assert find(edition, [NEET]) == []
    assert find(edition, [PLAN_19]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_one_scan_finds_the_same_as_the_checks_one_by_one(edition: Edition) -> None:
    records = [case.records[0] for case in CASES if case.period_end == OCTOBER]

    with table_of(records, OCTOBER) as cursor:
        one_by_one = [
            finding
            for code, rule in edition.rules.items()
            if rule.tests or rule.same
            for finding in ask(cursor, edition, OCTOBER, code)
        ]

        assert ask(cursor, edition, OCTOBER) == sorted(one_by_one, key=str)


@pytest.mark.django_db
def test_a_finding_says_whether_there_was_a_value_and_never_what_it_was() -> None:
    newest = editions.newest()
    yp = SOUND["young_persons_id"]

    assert find(newest, [{"gender": None}]) == [(0, yp, "4", 2, "Gender", False)]
    assert find(newest, [{"gender": "Q"}]) == [(0, yp, "5", 2, "Gender", True)]
    assert find(newest, [{"verified": None, "malformed": ["DateVerified"]}]) == [
        (0, yp, "DATE-1", None, "DateVerified", True)
    ]
    assert (0, yp, "104", 2, "CharacteristicCode", True) in find(
        newest, [{"characteristics": ["999"]}]
    )


@pytest.mark.django_db
def test_the_checks_that_refuse_a_file_can_be_asked_alone() -> None:
    compiled = checks.compile(editions.newest())

    assert {check.rule.code for check in compiled.of_records if check.rule.refuses_file} == {
        "240",
        "903",
        "904",
        "FILE-8",
        "FILE-9",
    }
    assert compiled.refusal_query("records").count("%(database_ids)s") == 2
    with pytest.raises(KeyError):
        compiled.one_query("records", "FILE-1")


@pytest.mark.parametrize("table", ["records; DROP TABLE x", "", 'r"', "a.b.c", "A"])
def test_a_table_is_named_plainly(table: str) -> None:
    with pytest.raises(ValueError, match="not the name of a table"):
        checks.compile(editions.newest()).record_query(table)


GOOD_HEADER = Header(
    database_ids=("306",),
    lead_codes=("306", "301"),
    date_of_send=date(2026, 11, 4),
    period_end=OCTOBER,
)


def header(**changes: Any) -> Header:
    return replace(GOOD_HEADER, **changes)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (GOOD_HEADER, []),
        (header(malformed=("FileHeader",), period_end=None), [("FILE-1", "FileHeader")]),
        (header(database_ids=()), [("FILE-2", "DatabaseID")]),
        (header(database_ids=("306", "30")), [("FILE-2", "DatabaseID")]),
        (header(database_ids=("30x",)), [("FILE-2", "DatabaseID")]),
        (header(lead_codes=()), [("FILE-3", "LEACode")]),
        (header(lead_codes=("306", "000")), [("FILE-3", "LEACode")]),
        (header(date_of_send=None), [("FILE-4", "DateOfSend")]),
        (header(period_end=None), [("FILE-5", "PeriodEnd")]),
        (
            header(period_end=None, date_of_send=None),
            [("FILE-4", "DateOfSend"), ("FILE-5", "PeriodEnd")],
        ),
    ],
)
def test_a_header_is_faulted_by_its_own_checks(
    edition: Edition, given: Header, expected: list[tuple[str, str]]
) -> None:
    found = checks.check_header(given, edition, la_codes=LA_CODES)

    assert [(finding.code, finding.element) for finding in found] == expected
    assert all(edition.rules[finding.code].refuses_file for finding in found)


DOCUMENT = Path(__file__).parents[3] / "docs" / "nccis.md"
WITHDRAWN_BEFORE_THE_BASE = {"29", "33", "36", "236"}


def documented() -> dict[str, int | None]:
    """The checks of docs/nccis.md §6 with their priorities; None where it is not known."""
    section = DOCUMENT.read_text(encoding="utf-8").partition("## 6. ")[2].partition("\n## 7. ")[0]
    found: dict[str, int | None] = {}
    for numbers, priority in re.findall(
        r"^\| ([0-9, ]+) \| .* \| ([123X]) \|$", section, flags=re.MULTILINE
    ):
        for number in numbers.split(", "):
            found[number] = None if priority == "X" else int(priority)
    return found


def test_the_editions_hold_every_check_that_is_documented_and_no_other() -> None:
    held = {
        code: rule.priority
        for edition in EDITIONS
        for code, rule in edition.rules.items()
        if rule.numbered
    }
    expected = documented()
    for code in WITHDRAWN_BEFORE_THE_BASE:
        del expected[code]

    assert held == expected
