"""The record: young people, the codes of the national lists, and dated facts."""

from caseload.models.codes import (
    CODE_MODELS,
    ActivityCode,
    CharacteristicCode,
    Code,
    DestinationCode,
    EthnicityCode,
    GenderCode,
    GuaranteeStatusCode,
    LevelOfNeedCode,
)
from caseload.models.facts import (
    Activity,
    Address,
    Characteristic,
    ContactPoint,
    Departure,
    Enrolment,
    Fact,
    FactQuerySet,
    Guarantee,
    Identifier,
    IdentifierKind,
    IntendedDestination,
    LevelOfNeed,
    Name,
    Particulars,
    Section72,
    SendProvision,
    Verification,
)
from caseload.models.people import RestrictedRecordGrant, RestrictionLevel, YoungPerson
from caseload.models.reported import Attendance, RiskIndicators
from caseload.models.tables import FACT_MODELS, NEED_TO_KNOW
from caseload.models.tasks import Task
from caseload.models.words import NameWord
from caseload.models.wrong import FoundWrong

__all__ = [
    "CODE_MODELS",
    "FACT_MODELS",
    "NEED_TO_KNOW",
    "Activity",
    "ActivityCode",
    "Address",
    "Attendance",
    "Characteristic",
    "CharacteristicCode",
    "Code",
    "ContactPoint",
    "Departure",
    "DestinationCode",
    "Enrolment",
    "EthnicityCode",
    "Fact",
    "FactQuerySet",
    "FoundWrong",
    "GenderCode",
    "Guarantee",
    "GuaranteeStatusCode",
    "Identifier",
    "IdentifierKind",
    "IntendedDestination",
    "LevelOfNeed",
    "LevelOfNeedCode",
    "Name",
    "NameWord",
    "Particulars",
    "RestrictedRecordGrant",
    "RestrictionLevel",
    "RiskIndicators",
    "Section72",
    "SendProvision",
    "Task",
    "Verification",
    "YoungPerson",
]
