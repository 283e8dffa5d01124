"""Why the return that we make may differ from the old system's, and whether that is an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from returns.lineage import REASONS as COHORT_REASONS


@dataclass(frozen=True, slots=True)
class Why:
    """A reason in words. ``explains`` says whether it needs nobody's word besides."""

    words: str
    explains: bool = True


WORKED_OUT: Final = {
    "CohortStatus": "Status follows from age, home, plan and departure (cohort rules)",
    "LeadLEA": "We send the authority that keeps the record",
    "EducatedLEA": "We send the area of the provider in the directory",
    "GuaranteeStatusIndicator": "It follows from year group and school",
    "LEACodeAtYear11": "We send where they were on 31 May of Year 11",
    "Year11/LEACode": "Where the file does not say, it follows from the school",
    "Year12/LEACode": "Where the file does not say, it is the authority of the home",
    "SENDFlag": "We always send Y or N; someone whose plan ended is sent as of its last day",
    "SENSupportFlag": "We always send Y or N; with a plan, support is N",
    "DueToLapseDate": (
        "It follows from the activity, when it was confirmed and its expected end, by the edition"
    ),
    "CurrencyLapsed": "Y where the lapse date is before the end of the month",
    "NEETStartDate": "It is the first day of the unbroken NEET spell",
}
"""Elements that we work out, each with how."""

NOT_ALWAYS_SENT: Final = frozenset(
    {
        "TransferredToLACode",
        "Year11/GuaranteeStatus",
        "Year11/LEACode",
        "Year12/GuaranteeStatus",
        "Year12/LEACode",
    }
)
"""Elements that we send in their months, or for their statuses, alone."""

OF_THE_DIRECTORY: Final = frozenset(
    {"EstablishmentNumber", "EstablishmentName", "UKProviderReferenceNumber"}
)

REASONS: Final[dict[str, Why]] = {
    "row-not-read": Why("The old system's row has errors that must be mended", explains=False),
    "row-waits": Why("The row still waits for someone to decide about it", explains=False),
    "row-not-used": Why("The row was not used", explains=False),
    "kept-elsewhere": Why("By the file, another authority keeps the record"),
    **{
        f"cohort-{key}": Why(f"By our rules not in this month's return: {reason.words}")
        for key, reason in COHORT_REASONS.items()
        if not reason.is_in
    },
    "not-in-cohort": Why("They are here, and not in our return", explains=False),
    "not-in-file": Why("They were here before, or were added since", explains=False),
    "not-taken": Why("What the old system sent could not be taken, and is kept with the row"),
    "worked-out": Why("We work it out"),
    "not-due": Why("We send it only in its months, or for its statuses"),
    "directory": Why("We send what the directory says of the provider"),
    "written": Why("The same, written our way"),
    "leaver": Why("We send someone who left as of their last day"),
    "other-id": Why("They were here under another NCCIS id; the old one is kept as the id before"),
    "filled-in": Why("The old system left it empty; a record here cannot"),
    "held-here": Why("We hold something else, from before or since", explains=False),
    "unexplained": Why("We cannot say why", explains=False),
}


def in_words(element: str, reason: str) -> str:
    """Why an element differs, or a whole record does."""
    why = REASONS.get(reason)
    if reason == "worked-out" and element in WORKED_OUT:
        return WORKED_OUT[element]
    return why.words if why else reason


def explains(reason: str) -> bool:
    """Whether a reason is an answer by itself."""
    why = REASONS.get(reason)
    return why is not None and why.explains
