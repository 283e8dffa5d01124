"""The tables of facts about young people, told over."""

from typing import Any

from caseload.models.activities import Activity, Verification
from caseload.models.choices import (
    Consent,
    ConsentAttempt,
    ConsentOverride,
    DoNotSurvey,
    NoticeGiven,
    Section72,
)
from caseload.models.contact import Address, ContactNeed, ContactPoint
from caseload.models.identity import Identifier, Name, Particulars
from caseload.models.learning import Enrolment, Guarantee, IntendedDestination
from caseload.models.leaving import Departure
from caseload.models.needs import Characteristic, LevelOfNeed, SendProvision
from caseload.models.reported import Attendance, RiskIndicators

FACT_MODELS: tuple[type[Any], ...] = (
    Identifier,
    Name,
    Particulars,
    Address,
    ContactPoint,
    Activity,
    Verification,
    Characteristic,
    SendProvision,
    LevelOfNeed,
    Guarantee,
    IntendedDestination,
    Enrolment,
    Departure,
    Section72,
    Attendance,
    RiskIndicators,
    ContactNeed,
    DoNotSurvey,
    Consent,
    ConsentAttempt,
    NoticeGiven,
    ConsentOverride,
)
"""Every table of facts about young people; a test compares it with the model graph."""

IDENTITY: tuple[type[Any], ...] = (Identifier, Name, Particulars)
"""Facts that say who someone is: those that can be sealed (LAW-10)."""

NEED_TO_KNOW: tuple[type[Any], ...] = (
    Characteristic,
    SendProvision,
    LevelOfNeed,
    Attendance,
    RiskIndicators,
    ConsentOverride,
)
"""Facts that only those with a need see: special category data by the law or the agreement
(ISA-01)."""
