"""What the tests of moving in lean on: a caseload of every kind, sent out and brought back."""

import csv
import io
from datetime import date
from typing import Any

from django.db import connection
from lxml import etree

from caseload.intake.actions import files as inbound
from caseload.intake.actions.work import work_on
from caseload.intake.models import InboundFile
from caseload.intake.rules import FileState
from ccis.authorities.models import Authority
from returns import records
from returns.actions import files
from returns.editions import record
from returns.models import Build
from tests.factories.accounts import UserFactory
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    CharacteristicFactory,
    DepartureFactory,
    EnrolmentFactory,
    GuaranteeFactory,
    IdentifierFactory,
    IntendedDestinationFactory,
    LevelOfNeedFactory,
    NameFactory,
    ParticularsFactory,
    SendProvisionFactory,
    VerificationFactory,
    YoungPersonFactory,
    complete_person,
)
from tests.factories.files import upn
from tests.factories.providers import ProviderFactory
from tests.integration.returns.conftest import NOW

YEAR_11, YEAR_13 = date(2011, 2, 3), date(2009, 3, 14)
WITH_PLAN, PLAN_ENDED = date(2005, 5, 6), date(2006, 6, 7)


def caseload() -> Authority:
    """People of every status and with every element, in October 2026."""
    croydon = AuthorityFactory()
    barnet = AuthorityFactory(code=BARNET)
    college = ProviderFactory(college=True, authority=croydon, ukprn="10001234")
    away = ProviderFactory(authority=barnet, dfe_number="3024001")
    trainer = ProviderFactory(
        name="Harbour Training", kind="training", dfe_number="", ukprn="10005678", authority=croydon
    )
    employer = ProviderFactory(
        name="Quill & Sons <Joiners>", kind="employer", dfe_number="", authority=croydon
    )

    student = complete_person()
    ActivityFactory._meta.model.objects.filter(person=student).update(provider=college)
    for kind, value in (
        ("uln", "1000000027"),
        ("upn", upn(1)),
        ("previous-nccis", "4440000000001"),
    ):
        IdentifierFactory(person=student, kind_id=kind, value=value, starts=YEAR_13)
    EnrolmentFactory(person=student, authority=barnet, year_group=11)
    GuaranteeFactory(person=student, for_year=12, status_id="114")
    CharacteristicFactory(person=student, code_id="140")
    CharacteristicFactory(person=student, code_id="150")
    SendProvisionFactory(person=student, provision="K")
    IntendedDestinationFactory(person=student)

    pupil = complete_person(date_of_birth=YEAR_11, code="110")
    ActivityFactory._meta.model.objects.filter(person=pupil).update(provider=away)
    GuaranteeFactory(person=pupil, for_year=11, status_id="140", authority=croydon)
    EnrolmentFactory(person=pupil, authority=croydon)

    full = YoungPersonFactory()
    NameFactory(person=full, given="Zoë-Mae", middle="Grace", family="O'Neill & Hart")
    ParticularsFactory(person=full, gender_id="W", ethnicity_id="REFU")
    AddressFactory(
        person=full, line_1="Flat  2", line_2="The Mill", line_3="Mill Lane", line_4="Mere",
        town="Northgate", county="Northshire", postcode="ZZ99 3VZ",
    )  # fmt: skip
    LevelOfNeedFactory(person=full, code_id="1")
    review = {"review_on": date(2026, 12, 1), "predicted_end_on": None}
    VerificationFactory(
        activity=ActivityFactory(person=full, code_id="616", starts=date(2026, 10, 5), **review)
    )
    ActivityFactory(
        person=full, code_id="616", starts=date(2026, 7, 1), ends=date(2026, 10, 5), **review
    )

    for code, place, more in (
        ("310", employer, {"predicted_end_on": None}),
        ("410", trainer, {}),
        ("120", None, {}),
        ("330", None, {"establishment_name": "Corner Café", "predicted_end_on": None}),
        ("810", None, {"predicted_end_on": None}),
        ("260", None, {"review_on": date(2026, 11, 9)}),
    ):
        person = complete_person(code=code)
        activity = ActivityFactory._meta.model.objects.filter(person=person)
        activity.update(provider=place, **more)
    complete_person(code="220", date_of_birth=WITH_PLAN)
    SendProvisionFactory(person_id=_newest())

    elsewhere = complete_person(date_of_birth=date(2010, 1, 1))  # the guarantee alone
    EnrolmentFactory(person=elsewhere, authority=croydon, year_group=11)

    gone = complete_person()
    DepartureFactory(person=gone, starts=date(2026, 10, 9))
    abroad = complete_person()
    DepartureFactory(person=abroad, kind="E", to_code="002", starts=date(2026, 10, 9))
    for kind in "MD":
        DepartureFactory(person=complete_person(), kind=kind, to_code="", starts=date(2026, 10, 12))
    complete_person(code="220", date_of_birth=PLAN_ENDED)
    SendProvisionFactory(person_id=_newest(), ends=date(2026, 10, 20))
    return croydon


def _newest() -> int:
    from caseload.models import YoungPerson

    return int(YoungPerson.objects.latest("pk").pk)


def in_guarantee(authority: Authority) -> None:
    """Someone who lives elsewhere and is covered by the guarantee alone, in June 2026."""
    person = complete_person(date_of_birth=date(2010, 1, 1), code="110")
    person.address_facts.update(authority=AuthorityFactory(code=BARNET))
    EnrolmentFactory(person=person, authority=authority, year_group=11)
    GuaranteeFactory(person=person, for_year=11, status_id="140", authority=authority)


def content_of(build: Build) -> bytes:
    """The file of a build."""
    return files.path_of(build).read_bytes()


Sent = dict[str, dict[str, Any]]
BY_NAME = [column.name for column in record.SENT]


def sent_by(build: Build) -> Sent:
    """Every element of every record of a build, by NCCIS id."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(BY_NAME)} FROM {records.TABLE} WHERE build_id = %s", [build.pk]
        )
        rows = [dict(zip(BY_NAME, row, strict=True)) for row in cursor.fetchall()]
    return {row["young_persons_id"]: row for row in rows}


def differences(there: Sent, here: Sent) -> list[tuple[str, str, Any, Any]]:
    """Id, element and both values wherever two returns differ."""
    return [
        (one, column, there.get(one, {}).get(column), here.get(one, {}).get(column))
        for one in sorted(there.keys() | here.keys())
        for column in BY_NAME
        if there.get(one, {}).get(column) != here.get(one, {}).get(column)
    ]


def forget_everyone() -> None:
    """An authority's caseload before its first day: codes and directory, and nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE caseload_youngperson, returns_build, intake_inboundfile CASCADE")
        cursor.execute("SELECT setval('caseload_person_number_seq', 1, false)")


def move_in(
    authority: Authority, content: bytes, name: str = "return.xml", **given: Any
) -> InboundFile:
    """Send in a file, approve the rows that are ready, and see it through."""
    file = inbound.receive(
        authority=authority,
        content=content,
        file_name=name,
        source_name="The old system",
        by=None,
        at=NOW,
        **given,
    ).file
    work_on(file.pk, now=lambda: NOW)
    file.refresh_from_db()
    if file.state == FileState.READY:
        inbound.approve(file=file, by=UserFactory(), at=NOW)
        work_on(file.pk, now=lambda: NOW)
        file.refresh_from_db()
    return file


def outcomes(file: InboundFile) -> dict[str, int]:
    """How many rows ended how."""
    found: dict[str, int] = {}
    for outcome in file.rows.values_list("outcome", flat=True):
        found[outcome] = found.get(outcome, 0) + 1
    return found


# The same return as another supplier's extract

FLAT = [
    "DatabaseId", "LEACode", "DateOfSend", "PeriodEnd", "SupplierName", "SupplierXMLVersion",
    "XMLSchemaVersion", "YoungPersonsID", "CohortStatus", "GivenName", "MiddleName", "FamilyName",
    "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "Town", "County", "Postcode",
    "Gender", "DOB", "Ethnicity", "LeadLEA", "EducatedLEA", "UniqueLearnerNo", "UniquePupilNumber",
    "PreviousYPIDIdentifier", "GuaranteeStatusIndicator", "LEACodeAtYear11",
    "TransferredToLACode", "GuaranteeStatus", "LEACode2", "GuaranteeStatus3", "LEACode4",
    "LevelOfNeedCode", "SENDFlag", "SENSupportFlag", "CharacteristicCode", "ActivityCode",
    "StartDate", "DateAscertained", "DateVerified", "DueToLapseDate", "CurrencyLapsed",
    "EstablishmentNumber", "EstablishmentName", "UKProviderReferenceNumber", "PredictedEndDate",
    "ReviewDate", "NEETStartDate", "IntendedDestinationYr11",
]  # fmt: skip
BLOCKS = {
    "GuaranteeStatus": "Year11/GuaranteeStatus",
    "LEACode2": "Year11/LEACode",
    "GuaranteeStatus3": "Year12/GuaranteeStatus",
    "LEACode4": "Year12/LEACode",
}


def flattened(content: bytes, *, one_cell: bool = False) -> bytes:
    """A return as CSV: dates of the header as Excel counts days, a row for each characteristic."""
    root = etree.fromstring(content)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(FLAT)
    for node in root.iter("YoungPersonsRecord"):
        codes = [one.text or "" for one in node.iter("CharacteristicCode")] or [""]
        for code in [",".join(codes)] if one_cell else codes:
            row = {
                "DatabaseId": "306", "LEACode": "306", "DateOfSend": "46346",
                "PeriodEnd": "46326", "CharacteristicCode": code,
            }  # fmt: skip
            for heading in FLAT[7:]:
                if heading != "CharacteristicCode":
                    row[heading] = node.findtext(f".//{BLOCKS.get(heading, heading)}") or ""
            writer.writerow([row.get(heading, "") for heading in FLAT])
    return out.getvalue().encode()
