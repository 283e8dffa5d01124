"""Decisions about telling by word: in an emergency, and to whoever asks. No database, no clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sharing.rules import HEADINGS

CRITERIA: tuple[str, ...] = (
    "Somebody’s life is in danger, or may be",
    "A child or young person is at risk of serious harm, and to wait would add to it",
    "The police, an ambulance or a hospital needs it to act today",
    "The young person is missing, and it helps to find them",
    "It helps to prevent a serious crime or a threat to the public",
)
"""When something may be shared in an emergency, until the authority publishes its own (PIA-23)."""

BASES: Mapping[str, str] = {
    "vital-interests": "Vital interests: UK GDPR, Article 6(1)(d)",
    "public-task": "Public task, to protect a child or adult at risk: UK GDPR, Article 6(1)(e)",
    "legal-obligation": "Legal obligation: UK GDPR, Article 6(1)(c)",
}

PROOFS: Mapping[str, str] = {
    "called-back": "I called back on a number that we found ourselves",
    "named": "They are a named person of the agreement, and wrote from the address on it",
    "document": "I saw an official document that shows who they are",
    "authority": "They showed an order or a power in law",
    "known": "They only said so, or wrote from an address that we do not know",
}
"""How somebody who asks showed who they are (LC-30, as PIA-19 does by phone)."""

NO_PROOF = frozenset({"known"})


def proves(checks: Collection[str]) -> bool:
    """Whether what was checked shows who asks: at least one check that another could repeat."""
    return bool(set(checks) & (PROOFS.keys() - NO_PROOF))


@dataclass(frozen=True)
class Case:
    """What is asked to be shared in an emergency, and of whom."""

    criteria: tuple[str, ...]
    """The written criteria in force."""
    met: tuple[str, ...]
    whys: Mapping[str, str]
    """Why each field is needed, by column."""
    basis: str
    has_died: bool = False
    is_restricted: bool = False
    by_governance: bool = False
    """Whether an information governance officer does it."""


def why_not(case: Case) -> tuple[str, str] | None:
    """What forbids it, as the field of the form and the words; ``None`` when it may go.

    That somebody opted out does not: it is recorded, and reviewed (LA-07).
    """
    if case.has_died:
        return "", "Nothing is shared of somebody who has died"
    if case.is_restricted and not case.by_governance:
        return "", "This record is restricted. Call an information governance officer"
    if not case.met or not set(case.met) <= set(case.criteria):
        return "met", "Select which of the criteria are met"
    if not case.whys or not case.whys.keys() <= HEADINGS.keys():
        return "columns", "Select what they need to be told"
    if not all(case.whys.values()):
        return "columns", "Say of each why it is needed"
    if case.basis not in BASES:
        return "basis", "Select the lawful basis"
    return None
