"""The record: young people, the codes of the national lists, and dated facts."""

from caseload.models.activities import Activity, Verification
from caseload.models.choices import (
    WITHHELD,
    Consent,
    ConsentAttempt,
    ConsentOverride,
    DoNotSurvey,
    How,
    NoticeGiven,
    Section72,
    Speaker,
)
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
from caseload.models.contact import Address, ContactNeed, ContactPoint
from caseload.models.facts import Fact, FactQuerySet, IdentityFact
from caseload.models.identity import Identifier, IdentifierKind, Name, Particulars
from caseload.models.learning import Enrolment, Guarantee, IntendedDestination
from caseload.models.leaving import Departure
from caseload.models.needs import Characteristic, LevelOfNeed, SendProvision
from caseload.models.people import (
    OPEN_RESTRICTED,
    SEE_SEALED,
    RestrictedRecordGrant,
    RestrictionLevel,
    YoungPerson,
)
from caseload.models.reported import Attendance, RiskIndicators
from caseload.models.sealing import SealedIdentity
from caseload.models.tables import FACT_MODELS, IDENTITY, NEED_TO_KNOW
from caseload.models.tasks import Task
from caseload.models.words import NameWord
from caseload.models.wrong import FoundWrong

__all__ = [
    "CODE_MODELS",
    "FACT_MODELS",
    "IDENTITY",
    "NEED_TO_KNOW",
    "OPEN_RESTRICTED",
    "SEE_SEALED",
    "WITHHELD",
    "Activity",
    "ActivityCode",
    "Address",
    "Attendance",
    "Characteristic",
    "CharacteristicCode",
    "Code",
    "Consent",
    "ConsentAttempt",
    "ConsentOverride",
    "ContactNeed",
    "ContactPoint",
    "Departure",
    "DestinationCode",
    "DoNotSurvey",
    "Enrolment",
    "EthnicityCode",
    "Fact",
    "FactQuerySet",
    "FoundWrong",
    "GenderCode",
    "Guarantee",
    "GuaranteeStatusCode",
    "How",
    "Identifier",
    "IdentifierKind",
    "IdentityFact",
    "IntendedDestination",
    "LevelOfNeed",
    "LevelOfNeedCode",
    "Name",
    "NameWord",
    "NoticeGiven",
    "Particulars",
    "RestrictedRecordGrant",
    "RestrictionLevel",
    "RiskIndicators",
    "SealedIdentity",
    "Section72",
    "SendProvision",
    "Speaker",
    "Task",
    "Verification",
    "YoungPerson",
]
