"""The agreed order of matching, and what may speak against a match (ISA-02)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class MatchRule(StrEnum):
    """How a row was found to be about someone, most reliable first."""

    DECIDED = "decided"
    NCCIS_ID = "nccis-id"
    UPN = "upn"
    ULN = "uln"
    BIRTH_AND_NAME = "birth-and-name"
    POSTCODE_AND_NAME = "postcode-and-name"
    SCORE = "score"

    @property
    def label(self) -> str:
        """The rule in words."""
        return RULE_LABELS[self]


RULE_LABELS: dict[MatchRule, str] = {
    MatchRule.DECIDED: "someone decided it",
    MatchRule.NCCIS_ID: "same NCCIS id",
    MatchRule.UPN: "same UPN",
    MatchRule.ULN: "same ULN",
    MatchRule.BIRTH_AND_NAME: (
        "same date of birth, legal family name and first three letters of the first name"
    ),
    MatchRule.POSTCODE_AND_NAME: (
        "same home postcode, legal family name and first three letters of the first name"
    ),
    MatchRule.SCORE: "likely, by how alike they are",
}

ORDER: tuple[MatchRule, ...] = tuple(MatchRule)
"""The place of a rule in this order is how it is kept while matching."""


class Against(StrEnum):
    """Something that we hold and that speaks against a match."""

    UPN = "upn"
    ULN = "uln"
    BIRTH = "birth"
    OTHER_PERSON = "other-person"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """What speaks against it, in words."""
        return AGAINST_LABELS[self]


AGAINST_LABELS: dict[Against, str] = {
    Against.UPN: "another UPN is held",
    Against.ULN: "another ULN is held",
    Against.BIRTH: "another date of birth is held",
    Against.OTHER_PERSON: "the UPN or ULN belongs to someone else",
    Against.CLOSED: "the record has been closed",
}


class Doubt(StrEnum):
    """Why rules alone decide nothing about a row."""

    SEVERAL_PEOPLE = "several-people"
    SEVERAL_ROWS = "several-rows"
    CONTRADICTS = "contradicts"
    LIKELY = "likely"
    """No rule found anyone, but the score did."""


class Band(StrEnum):
    """What the score of a pair amounts to, by the error that it is estimated to have."""

    CERTAIN = "certain"
    ASK = "ask"
    NONE = "none"

    @property
    def label(self) -> str:
        """The band in words."""
        return BAND_LABELS[self]


BAND_LABELS: dict[Band, str] = {
    Band.CERTAIN: "almost certainly the same",
    Band.ASK: "may be the same",
    Band.NONE: "not the same",
}


NUMBERS = ("young_persons_id", "upn", "uln")
"""By what a source knows a record, the best first; else by who it says that it is."""


def known_by(said: Mapping[str, Any]) -> tuple[str, ...] | None:
    """What tells a record of a source from its others: a number, or name, birth and postcode.

    None where it says neither a number nor a date of birth nor a postcode: many have one name.
    """
    for name in NUMBERS:
        if said.get(name):
            return (name, str(said[name]))
    birth, postcode = said.get("birth"), said.get("postcode")
    if not birth and not postcode:
        return None
    names = (said.get("given"), said.get("family"))
    return (
        "person",
        *(" ".join(str(one or "").casefold().split()) for one in names),
        str(birth or ""),
        str(postcode or ""),
    )
