"""Files as schools and colleges send them, built small. Everyone in them is invented."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import openpyxl

from caseload.intake.actions import files
from caseload.intake.actions.work import work_on
from caseload.intake.models import InboundFile
from ccis.authorities.models import Authority
from ccis.files.values import uln_check_digit, upn_check_letter
from tests.factories.authorities import AuthorityFactory

CENSUS_HEADER = [
    "Estab",
    "UPN",
    "Surname",
    "Forename",
    "Middlenames",
    "PreferredSurname",
    "FormerSurname",
    "Gender",
    "DoB",
    "EnrolStatus",
    "EntryDate",
    "NCyearActual",
    "Ethnicity",
    "Language",
    "SENprovision",
    "SENneed1",
    "UniqueLearnerNumber",
    "Postcode",
    "SAON",
    "PAON",
    "Street",
    "Locality",
    "Town",
    "AdministrativeArea",
]
EDUCATION_HEADER = [
    "Forename",
    "Surname",
    "DOB",
    "Postcode",
    "UPN",
    "DfENo",
    "StartDate",
    "EndDate",
    "GoalLevel",
    "GoalDescription",
]
TRAINING_HEADER = [
    "Forename",
    "Surname",
    "DOB",
    "Postcode",
    "UPN",
    "UKPRN",
    "StartDate",
    "EndDate",
    "SituationGroup",
    "SituationSubGroup",
    "QualLevel",
    "OccAreaGroup",
    "OccAreaSubGroup",
]
OURS_HEADER = [*EDUCATION_HEADER, "ULN", "MiddleName", "LeavingReason", "Destination"]

NOW = datetime(2026, 11, 4, 9, 12, tzinfo=UTC)
"""When the tests' files arrive: a Wednesday in November."""


def upn(serial: int, *, authority: str = "306") -> str:
    """A UPN whose check letter agrees."""
    body = f"{authority}4001{20:02d}{serial % 1000:03d}"
    if serial >= 1000:
        body = f"{authority}{4001 + serial // 1000:04d}20{serial % 1000:03d}"
    return upn_check_letter(body) + body


def uln(serial: int) -> str:
    """A ULN whose check digit agrees; the next serial when none does."""
    nine = f"{100000000 + serial * 7}"
    digit = uln_check_digit(nine)
    return uln(serial + 1_000_000) if digit is None else f"{nine}{digit}"


def csv_bytes(
    header: Sequence[str],
    rows: Iterable[Mapping[str, Any] | Sequence[Any]],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> bytes:
    """A CSV from dictionaries or lists; what a dictionary does not have is empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header)
    for row in rows:
        cells = [row.get(name, "") for name in header] if isinstance(row, Mapping) else row
        writer.writerow(cells)
    return out.getvalue().encode(encoding)


def workbook_bytes(header: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """An Excel workbook from dictionaries; dates stay dates."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(header))
    for row in rows:
        sheet.append([row.get(name) for name in header])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pupil(serial: int = 1, **cells: Any) -> dict[str, Any]:
    """A row of a school census: someone in Year 11 in the academic year 2026 to 2027."""
    return {
        "Estab": "3064001",
        "UPN": upn(serial),
        "Surname": f"Farouk{chr(97 + serial % 26)}{chr(97 + serial // 26 % 26)}",
        "Forename": "Leila",
        "Gender": "F",
        "DoB": "14/03/2011",
        "EnrolStatus": "C",
        "EntryDate": "2022-09-05 00:00:00",
        "NCyearActual": "11",
        "Ethnicity": "WBRI",
        "SENprovision": "N",
        "Postcode": "NG1 4AB",
        "PAON": "12",
        "Street": "Castle Street",
        "Town": "Northgate",
        **cells,
    }


def starter(serial: int = 1, **cells: Any) -> dict[str, Any]:
    """A row of starters and leavers in the education layout."""
    return {
        "Forename": "Leila",
        "Surname": f"Farouk{chr(97 + serial % 26)}{chr(97 + serial // 26 % 26)}",
        "DOB": "14/03/2010",
        "Postcode": "NG1 4AB",
        "UPN": upn(serial),
        "DfENo": "3068001",
        "StartDate": "07/09/2026",
        "GoalLevel": "Level 2",
        "GoalDescription": "Hairdressing",
        **cells,
    }


def send(
    content: bytes,
    *,
    kind: str = "",
    authority: Authority | None = None,
    file_name: str = "file.csv",
    source_name: str = "Kestrel School",
    as_at: date | None = None,
    at: datetime = NOW,
    **values: Any,
) -> InboundFile:
    """Receive a file and let the worker take it as far as it goes by itself."""
    receipt = files.receive(
        authority=authority or AuthorityFactory(),
        content=content,
        kind=kind,
        file_name=file_name,
        source_name=source_name,
        by=values.pop("by", None),
        at=at,
        as_at=as_at,
        **values,
    )
    if receipt.is_new:
        work_on(receipt.file.pk, now=lambda: at)
    receipt.file.refresh_from_db()
    return receipt.file
