"""The twice-yearly return of schools on who is at risk of becoming NEET (RONI, ISA-01)."""

from collections.abc import Iterable
from dataclasses import replace as altered
from typing import Any

from caseload.intake.directory import Given
from caseload.intake.holdings import Held
from caseload.intake.kinds import reading, school_census, shared
from caseload.intake.kinds.base import (
    Advice,
    Column,
    Field,
    Kind,
    Level,
    Problem,
    Read,
    Reader,
    register,
)
from caseload.intake.planning import Instruction, say_from
from caseload.models import Identifier, Particulars, RiskIndicators, Section72
from ccis.files.values import BadValue, Cell, as_text, parse_bool, parse_int

JUDGEMENTS = {
    "HIGH": "high",
    "RED": "high",
    "R": "high",
    "MEDIUM": "medium",
    "AMBER": "medium",
    "A": "medium",
    "LOW": "low",
    "GREEN": "low",
    "G": "low",
}


def percentage(cell: Cell, given: Given) -> object:
    """A share of 0 to 100, to one decimal place; a workbook keeps 91% as 0.91.

    It keeps 100% as 1, which might be 1 as well: that is said, and not used.
    """
    said = as_text(cell)
    text = said.removesuffix("%").strip()
    if not text:
        return None
    try:
        share = float(text)
    except ValueError:
        raise BadValue("Give a percentage, such as 91.5.", "not a percentage") from None
    if text == said and 0 < share < 1:
        share *= 100
    if text == said and share == 1:
        raise Advice(
            "This may be 1% or 100%. Give it with the sign %. We did not use it.",
            "percentage not clear",
        )
    if not 0 <= share <= 100:
        raise BadValue("Give a percentage from 0 to 100.", "not a percentage")
    return f"{share:.1f}"


def times(cell: Cell, given: Given) -> object:
    """How often; yes without a number is once at least, no is never."""
    try:
        return parse_int(cell, least=0, most=99)
    except BadValue:
        said = parse_bool(cell)
        return None if said is None else int(said)


BECAUSE = {
    text.upper(): value
    for value, label in RiskIndicators.Because.choices
    for text in (value, label)
}


def judgement(cell: Cell, given: Given) -> object:
    """The school's own judgement of the risk: high, medium, low, or red, amber, green."""
    text = as_text(cell).upper()
    if text and text not in JUDGEMENTS:
        raise Advice(
            "Give High, Medium or Low. We kept it with the row and did not use it.",
            "judgement not known",
        )
    return JUDGEMENTS.get(text)


SIGNS: tuple[tuple[str, str, str, Reader, str], ...] = (
    ("attendance_percent", "AttendancePercent", "Share of sessions attended", percentage, ""),
    ("english_additional", "EAL", "English as an additional language", reading.yes_or_no, ""),
    ("ehc_plan", "EHCP", "Whether they have an EHC plan", reading.yes_or_no, "special"),
    ("sen_support", "SENSupport", "Whether they have SEN support", reading.yes_or_no, "special"),
    ("exclusions", "Exclusions", "How often suspended or excluded", times, ""),
    (
        "alternative_provision",
        "AlternativeProvision",
        "Whether they learn in alternative provision",
        reading.yes_or_no,
        "",
    ),
    ("looked_after", "LookedAfter", "Whether they are looked after", reading.yes_or_no, "special"),
    (
        "pregnant_or_parent",
        "PregnantOrParent",
        "Whether they are pregnant or a parent",
        reading.yes_or_no,
        "special",
    ),
    ("free_meals", "FreeSchoolMeals", "Whether they have free school meals", reading.yes_or_no, ""),
    ("carer", "Carer", "Whether they are a young carer", reading.yes_or_no, ""),
    (
        "youth_justice",
        "YouthJustice",
        "Whether they are known to youth justice",
        reading.yes_or_no,
        "offence",
    ),
    ("judgement", "SchoolJudgement", "The school's judgement of the risk", judgement, ""),
    ("comment", "Comment", "Anything else that matters", reading.text_of(300), "special"),
)
"""Our column, its heading and meaning, how it is read, and what the law asks of it."""

BESIDES = {"judgement": ("judged_because",)}
"""Columns that are taken with another."""

EXAMPLES = {"attendance_percent": "84.5", "exclusions": "2", "judgement": "High", "carer": "Yes"}

BY_KEY = {column.key: column for column in school_census.SchoolCensus.columns}


@register
class RiskReturn(Kind):
    """Signs that someone in Years 9 to 11 may become NEET, as their school reports them."""

    name = "risk-return"
    label = "Risk of NEET return (RONI)"
    meaning = (
        "Signs that pupils may become NEET, from a school, in the autumn and in the spring. Only "
        "the year groups and signs that are switched on are taken; the rest is dropped unread."
    )
    accepting = (
        "What the school said is kept from the day of the file on, until its next return, with "
        "who at the school confirmed it.",
        "A sign about which nothing is said, or that is not switched on, is not held either way.",
        "When nobody at the school is named, the row waits until someone has asked and accepted "
        "it with a reason.",
        "What we hold from a later day stays. Nothing is scored, and support, characteristics "
        "and activity do not change.",
        "Of someone under an instruction of section 72 nothing is taken.",
        "It adds nobody.",
    )
    unique = ("upn",)
    core_suffices = False
    protected = ("youth_justice", "judgement", "pregnant_or_parent")
    facts = (RiskIndicators, Identifier, Particulars, Section72)
    columns = (
        altered(BY_KEY["dfe_number"], heading="DfENo", aliases=("Estab", "LAEstab")),
        altered(shared.UPN, required=True),
        shared.GIVEN,
        shared.FAMILY,
        shared.BIRTH,
        Column(
            "year",
            "NCYear",
            "National Curriculum year",
            "11",
            aliases=("Year group", "NCyearActual"),
            reads=school_census.year_of,
        ),
        *(
            Column(
                key,
                heading,
                meaning,
                EXAMPLES.get(key, ""),
                reads=reads,
                required=key == "judgement",
                sensitive=True,
            )
            for key, heading, meaning, reads, _ in SIGNS
        ),
        Column(
            "judged_because",
            "JudgedBecause",
            "Why the school judges so, one of: "
            + "; ".join(RiskIndicators.Because.labels).replace("We know", "we know"),
            RiskIndicators.Because.BETTER.label,
            reads=reading.one_of(BECAUSE, "Give one of the reasons that the template lists"),
            sensitive=True,
        ),
        Column(
            "confirmed_by",
            "ConfirmedBy",
            "Who at the school has looked at it and confirms it",
            "R Iqbal, head of Year 11",
            aliases=("Confirmed by", "Reviewed by"),
            reads=reading.text_of(100),
        ),
    )
    fields = (
        Field(
            "identity",
            "Who they are: names, date of birth, UPN, school and year group, and who confirmed it",
            ("dfe_number", "upn", "given", "family", "birth", "year", "confirmed_by"),
            core=True,
        ),
        *(
            Field(key.replace("_", "-"), meaning, (key, *BESIDES.get(key, ())), law=law)
            for key, _, meaning, _, law in SIGNS
        ),
    )
    identity = frozenset({"dfe_number", "given", "family", "birth"})

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """A date of birth that fits, and something said."""
        yield from shared.check_birth(read, given)
        if not said_of(read):
            yield Problem("judgement", "nothing said", "No sign is given.", Level.NOTE)

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """What the school says, where it differs from its last return."""
        said = said_of(read)
        if not said or any(version.holds_on(given.today) for version in held.section72):
            return []
        besides = {key: read.get(key, "") for key in ("judged_because", "confirmed_by")}
        values = {**said, **besides}
        return say_from(
            "riskindicators", held.riskindicators, on=given.as_at, values=values, is_same=_same
        )

    def to_review(
        self, read: Read, held: Held | None, instructions: list[Instruction], given: Given
    ) -> Iterable[Problem]:
        """Nothing is held of a person's risk that no person stands for."""
        if instructions and not read.get("confirmed_by"):
            yield Problem(
                "",
                "nobody confirms it",
                "The row does not say who at the school confirms it. Ask the school, then accept "
                "it with who it was.",
                Level.SOFT,
            )


def said_of(read: Read) -> dict[str, Any]:
    """The signs of a row, as the record has them."""
    return {key: read[key] for key, *_ in SIGNS if key in read}


def _same(held: dict[str, Any], said: dict[str, Any]) -> bool:
    """Whether a return says what the last one did; what it leaves out it says no more."""
    ours = {key: value for key, value in held.items() if value not in (None, "")}
    theirs = {key: value for key, value in said.items() if value not in (None, "")}
    if "attendance_percent" in ours:
        ours["attendance_percent"] = f"{ours['attendance_percent']:.1f}"
    return ours == theirs
