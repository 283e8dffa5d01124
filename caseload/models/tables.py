"""The tables of facts about young people, told over."""

from typing import Any

from caseload.models.facts import (
    Activity,
    Address,
    Characteristic,
    ContactNeed,
    ContactPoint,
    Departure,
    Enrolment,
    Guarantee,
    Identifier,
    IntendedDestination,
    LevelOfNeed,
    Name,
    Particulars,
    Section72,
    SendProvision,
    Verification,
)
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
)
"""Facts that only those with a need see: special category data by the law or the agreement
(ISA-01)."""
