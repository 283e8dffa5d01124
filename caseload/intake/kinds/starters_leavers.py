"""Starters and leavers of schools, colleges and training providers (PIA-03)."""

import re
from collections.abc import Iterable
from datetime import date

from caseload.intake.directory import Given, Place
from caseload.intake.holdings import Held
from caseload.intake.kinds import reading, shared
from caseload.intake.kinds.base import (
    Advice,
    Column,
    Kind,
    Level,
    NeedsPerson,
    Problem,
    Read,
    register,
)
from caseload.intake.planning import (
    NOT_KNOWN,
    CannotPlan,
    Instruction,
    SaidActivity,
    plan_activity,
)
from caseload.intake.rules import Reason
from caseload.models import Activity, Departure, Identifier, Particulars
from ccis.calendar.academic import age_on, year_group
from ccis.files.values import Cell, as_text

SITUATIONS: tuple[tuple[str, str], ...] = (
    ("supported internship", "460"),
    ("traineeship", "450"),
    ("apprentice", "310"),
    ("re engagement", "530"),
    ("reengagement", "530"),
    ("self employ", "380"),
    ("employment with study", "320"),
    ("employment with training", "340"),
    ("temporary employment", "330"),
    ("part time employment", "360"),
    ("employment", "330"),
    ("part time education", "250"),
    ("higher education", "240"),
    ("other training", "430"),
    ("work based learning", "410"),
    ("training", "410"),
)
"""Words of a situation group, and the activity that each stands for; the first that is found
decides (docs/nccis.md §3.4)."""

BY_PLACE: dict[str, str] = {
    "school": "210",
    "college": "230",
    "training": "410",
    "other": "430",
}
"""Where the situation says nothing: what people do at such a place."""

SIXTH_FORM_COLLEGE = re.compile(r"\bsixth[ -]form\b", re.IGNORECASE)
HIGHER = re.compile(r"\b(degree|hnd|hnc|higher|undergraduate|(level|l|ql)\s*[4-8])\b|^[4-8]$")

NOT_LEARNING: tuple[tuple[str, str], ...] = (
    ("not in education", "619"),
    ("not in employment", "619"),
    ("not in training", "619"),
    ("not in work", "619"),
    ("not working", "619"),
    ("not employed", "619"),
    ("out of work", "619"),
    ("neet", "619"),
    ("unemploy", "619"),
    ("seeking", "619"),
    ("looking for", "619"),
    ("pregnan", "650"),
    ("illness", "640"),
    ("caring", "620"),
)
"""Words of a destination that decide before any other: “seeking an apprenticeship” is NEET."""

DESTINATIONS: tuple[tuple[str, str], ...] = (
    ("supported internship", "460"),
    ("traineeship", "450"),
    ("apprentice", "310"),
    ("sixth form college", "220"),
    ("sixth form", "210"),
    ("further education", "230"),
    ("college", "230"),
    ("university", "240"),
    ("higher education", "240"),
    ("re engagement", "530"),
    ("part time employment", "360"),
    ("part time work", "360"),
    ("self employ", "380"),
    ("employment with training", "340"),
    ("employment with study", "320"),
    ("employ", "330"),
    ("job", "330"),
    ("work based", "410"),
    ("training", "430"),
    ("work", "330"),
    ("not known", "810"),
    ("unknown", "810"),
)
"""Words of a destination, and what someone does from the day after an end."""

UNSURE = frozenset({"no", "not", "never", "didn", "applied", "applying", "waiting", "hoping"})
"""Words beside which no other word can be taken to say what someone does."""

AS_THE_PLACE = ("education", "school", "college", "sixth form", "study", "course", "learning")
"""Words of a situation that say no more than where someone is."""

_APART = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"[1-8]\d\d")


def _words(text: str) -> str:
    return _APART.sub(" ", text.lower()).strip()


def found_in(text: str, table: tuple[tuple[str, str], ...]) -> str | None:
    """The code of the first of a table's words that a text holds."""
    words = _words(text)
    return next((code for sought, code in table if sought in words), None)


def is_unsure(text: str) -> bool:
    """Whether a text says what is not so, or not yet."""
    return not UNSURE.isdisjoint(_words(text).split())


def destination_code(text: str) -> str | None:
    """The activity that a destination in words stands for; ``None`` when it does not say."""
    code = found_in(text, NOT_LEARNING)
    if code is not None:
        return code
    if is_unsure(text):
        return "810" if "not known" in _words(text) else None
    return found_in(text, DESTINATIONS)


def destination(cell: Cell, given: Given) -> object:
    """What came next: an activity code, or words that stand for one."""
    text = as_text(cell)
    if not text:
        return None
    if _CODE.fullmatch(text) and text in given.directory.activities:
        return text
    code = destination_code(text)
    if code is None or code not in given.directory.activities:
        raise Advice(
            "We do not know this destination, so they are not known from the day after.",
            "destination not known",
        )
    return code


@register
class StartersLeavers(Kind):
    """Who started and who left, in the education or the training layout."""

    name = "starters-leavers"
    label = "Starters and leavers"
    meaning = (
        "Who started at a school, college or training provider, and who left. "
        "It is about people whom we know: it adds nobody."
    )
    accepting = (
        "A start begins an activity at the provider and ends the one before it.",
        "An end closes the activity. From the next day they are not known, unless the row says "
        "where they went.",
        "An end that is still to come is kept as the end to expect.",
        "Someone who is still there is confirmed as of the day of the file.",
    )
    facts = (Activity, Identifier, Particulars, Departure)
    one_of = (("dfe_number", "ukprn"), ("start", "end"))
    columns = (
        shared.GIVEN,
        shared.FAMILY,
        Column(
            "middle",
            "MiddleName",
            "Middle names",
            aliases=("Middle names", "Middlenames"),
            reads=reading.name,
        ),
        shared.BIRTH,
        shared.POSTCODE,
        shared.UPN,
        shared.ULN,
        Column(
            "dfe_number",
            "DfENo",
            "The school's or college's DfE number (education)",
            "3068001",
            aliases=("DfE number", "Estab", "LAEstab", "Establishment number"),
            reads=reading.dfe_number,
        ),
        Column(
            "ukprn",
            "UKPRN",
            "The provider's UK reference number (training)",
            "10001234",
            aliases=("UK provider reference number", "UKProviderReferenceNumber"),
            reads=reading.ukprn,
        ),
        Column(
            "start",
            "StartDate",
            "First day, day first",
            "07/09/2026",
            aliases=("Start date", "Start", "Date started"),
            reads=reading.day,
            is_date=True,
        ),
        Column(
            "end",
            "EndDate",
            "Last day; empty while they are there",
            "16/10/2026",
            aliases=("End date", "Leaving date", "Date left"),
            reads=reading.day,
            is_date=True,
        ),
        Column(
            "level",
            "GoalLevel",
            "Level of the course",
            "Level 2",
            aliases=("QualLevel", "Goal level", "Qualification level", "Level"),
            reads=reading.text_of(30),
        ),
        Column(
            "course",
            "GoalDescription",
            "Name of the course",
            "Hairdressing",
            aliases=("Goal description", "Course", "Course title", "OccAreaGroup"),
            reads=reading.text_of(200),
        ),
        Column(
            "course_part",
            "OccAreaSubGroup",
            "Occupational area, second part",
            reads=reading.text_of(100),
        ),
        Column(
            "situation",
            "SituationGroup",
            "What they do there (training)",
            "Apprenticeship",
            aliases=("Situation group", "Situation"),
            reads=reading.text_of(100),
        ),
        Column(
            "situation_part",
            "SituationSubGroup",
            "The same, more closely",
            aliases=("Situation sub group",),
            reads=reading.text_of(100),
        ),
        Column(
            "leaving",
            "LeavingReason",
            "Why they left",
            "Moved house",
            aliases=("Leaving reason", "Reason for leaving"),
            reads=reading.text_of(100),
        ),
        Column(
            "destination",
            "Destination",
            "What they do since, in words or as an activity code",
            "Apprenticeship",
            reads=destination,
        ),
    )

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """Dates must be there and in order; a start that looks early is to be checked."""
        yield from shared.check_birth(read, given)
        start, end, born = read.get("start"), read.get("end"), read.get("birth")
        if start is None and end is None:
            yield Problem("start", "no date", "Give the day on which they started or left.")
        yield from shared.check_days(read, given)
        if start and born and age_on(born, start) < 16 and not _may_be_at_school(read, given):
            yield Problem(
                "start",
                "start before 16",
                "Starts before their 16th birthday. Accept it if it is right, and say why.",
                Level.SOFT,
            )

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """What the row changes of what they do, and a UPN or ULN that we did not hold."""
        place = shared.place_of(read, given)
        if place is None:
            raise NeedsPerson(Reason.PROVIDER_MISSING, "The row does not say where")
        said = said_activity(read, place, given, _born(read, held))
        try:
            activity = plan_activity(held.activity, said)
        except CannotPlan as error:
            raise NeedsPerson(Reason.CONFLICT, str(error)) from None
        identifiers = shared.plan_identifiers(held.identifier, read, given, learn_only=True)
        return [*activity, *identifiers]


def _may_be_at_school(read: Read, given: Given) -> bool:
    """Whether the row names a school, where someone under 16 is nothing strange."""
    number = read.get("dfe_number")
    place = given.directory.school(number, given.authority_code) if number else given.sender
    return place is not None and place.kind == "school"


def _born(read: Read, held: Held) -> date | None:
    ours = [version.values["date_of_birth"] for version in held.particulars]
    return next((birth for birth in reversed(ours) if birth), None) or shared.day_of(read, "birth")


def said_activity(read: Read, place: Place, given: Given, born: date | None) -> SaidActivity:
    """What a row says that someone does. Raises ``NeedsPerson`` when it does not say what."""
    start, until = shared.day_of(read, "start"), shared.day_of(read, "end")
    predicted = None
    if until is not None and until > given.as_at:
        predicted, until = until, None
    code = activity_code(read, place, born, start or until or given.as_at)
    activities = given.directory.activities
    if code not in activities:
        raise NeedsPerson(Reason.CONFLICT, SAYS_NOT_WHAT)
    after = read.get("destination", "")
    return SaidActivity(
        code=code,
        group=activities[code].group,
        provider=place.pk,
        start=start,
        until=until,
        seen_on=given.as_at,
        birth=born,
        course=_course(read),
        level=read.get("level", ""),
        predicted_end=predicted,
        leaving_reason=read.get("leaving", "") if until else "",
        after=after,
        after_group=activities[after].group if after in activities else NOT_KNOWN,
    )


def _course(read: Read) -> str:
    parts = [part for part in (read.get("course"), read.get("course_part")) if part]
    return ", ".join(parts)[:200]


SAYS_NOT_WHAT = "The row does not say what they do there"


def situation_code(text: str) -> str | None:
    """The activity that a situation in words stands for; ``None`` when only the place says.

    Raises ``NeedsPerson`` for words that we do not understand: the place must not decide then.
    """
    words = _words(text)
    if not words:
        return None
    code = None
    if not is_unsure(text) and found_in(text, NOT_LEARNING) is None:
        code = found_in(text, SITUATIONS)
        if code is None and any(word in words for word in AS_THE_PLACE):
            return None
    if code is None:
        raise NeedsPerson(Reason.CONFLICT, SAYS_NOT_WHAT)
    return code


def activity_code(read: Read, place: Place, born: date | None, on: date) -> str:
    """The activity that a situation, a level and a place stand for (docs/nccis.md §3.4).

    Raises ``NeedsPerson`` when they do not say.
    """
    situation = read.get("situation", "")
    if _CODE.fullmatch(situation):
        return str(situation)
    code = situation_code(f"{situation} {read.get('situation_part', '')}")
    if code is not None:
        return code
    if place.kind == "school" and born is not None and year_group(born, on) <= 11:
        return "110"
    if place.kind != "school" and HIGHER.search(_words(read.get("level", ""))):
        return "240"
    if place.kind == "college" and SIXTH_FORM_COLLEGE.search(place.name):
        return "220"
    code = BY_PLACE.get(place.kind)
    if code is None:
        raise NeedsPerson(Reason.CONFLICT, SAYS_NOT_WHAT)
    return code
