"""Agreements by version, the registers that they lean on, and what was done about them."""

from sharing.agreements.models.agreements import (
    AgreedPurpose,
    Agreement,
    AnnexA,
    NamedPerson,
    Party,
    Version,
)
from sharing.agreements.models.registers import Gateway, PrivacyNotice, Programme, Wording
from sharing.agreements.models.work import Audit, AuditFinding, Reminder, Returned, Review, Step

__all__ = [
    "AgreedPurpose",
    "Agreement",
    "AnnexA",
    "Audit",
    "AuditFinding",
    "Gateway",
    "NamedPerson",
    "Party",
    "PrivacyNotice",
    "Programme",
    "Reminder",
    "Returned",
    "Review",
    "Step",
    "Version",
    "Wording",
]
