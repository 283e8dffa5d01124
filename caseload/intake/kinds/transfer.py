"""What another authority hands over: people who moved here, with their history (LA-04, LA-05)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace as altered
from datetime import date
from typing import Any

from django.db import connection

from caseload.intake.directory import Given, Place
from caseload.intake.holdings import Held
from caseload.intake.kinds import homes, reading, sayings, shared
from caseload.intake.kinds.base import (
    Column,
    Kind,
    Level,
    NeedsPerson,
    Problem,
    Read,
    Staged,
    register,
)
from caseload.intake.kinds.starters_leavers import BY_PLACE, destination
from caseload.intake.models import InboundFile
from caseload.intake.planning import (
    DAY,
    NOT_KNOWN,
    CannotPlan,
    HeldActivity,
    Instruction,
    SaidActivity,
    begin,
    not_known_code,
    plan_activity,
    usual_end,
)
from caseload.intake.queries import update_rows
from caseload.intake.rules import Outcome, Reason
from caseload.models import (
    Activity,
    Address,
    ContactPoint,
    Departure,
    Identifier,
    Name,
    Particulars,
)

SPELL = ("doing", "start", "end", "establishment", "dfe_number", "ukprn", "course", "level", "seen")
"""What a row says of one spell; the rest of it is about the person."""


@register
class AuthorityTransfer(Kind):
    """People who moved between authorities, as the other authority hands them over."""

    name = "authority-transfer"
    label = "Another authority's transfer"
    meaning = (
        "People of another authority who moved here, or learn here, with what they did before: "
        "one row for each thing that they did. Rows about people who neither live nor learn here "
        "are destroyed."
    )
    accepting = (
        "Someone whom we do not know and who lives or learns here is added, with their history.",
        "Of someone whom we know the newest activity, a new address, phone or email holds from "
        "the day of the file on, and what they did before our record begins is added.",
        "Rows of one person with different dates are joined.",
        sayings.ACCEPTING,
        "A row about someone who lives and learns elsewhere belongs elsewhere. It is destroyed, "
        "with the file, as soon as the rest is done, and two months after receipt at the latest. "
        "Which rows and when is kept, and nothing else.",
        "Download the file with errors marked, to tell the sender what proved wrong.",
    )
    creates = True
    destroys_elsewhere = True
    speaks_as = "authority"
    facts = (Identifier, Name, Particulars, Address, ContactPoint, Activity, Departure)
    columns = (
        Column("their_id", "YoungPersonsID", "Their own number for the person", kept=False),
        shared.GIVEN,
        Column(
            "middle",
            "MiddleName",
            "Middle names",
            aliases=("Middle names", "Middlenames"),
            reads=reading.name,
        ),
        shared.FAMILY,
        shared.BIRTH,
        Column("gender", "Gender", "F, M, U or W", "F", ("Sex",), reading.gender, sensitive=True),
        Column(
            "ethnicity",
            "Ethnicity",
            "Four letters, as in the national list",
            "WBRI",
            reads=reading.ethnicity,
            sensitive=True,
        ),
        altered(homes.ADDRESS, required=True),
        altered(shared.POSTCODE, required=True),
        shared.ULN,
        shared.UPN,
        homes.PHONE,
        homes.MOBILE,
        homes.EMAIL,
        Column(
            "doing",
            "Destination",
            "What they do or did, in words or as an activity code",
            "Apprenticeship",
            aliases=("ActivityCode", "Activity", "Current situation"),
            reads=destination,
            required=True,
        ),
        Column(
            "start",
            "StartDate",
            "First day of it, day first",
            "07/09/2026",
            aliases=("Start date", "Date started"),
            reads=reading.day,
            is_date=True,
            required=True,
        ),
        Column(
            "end",
            "EndDate",
            "Last day of it; empty while it goes on",
            aliases=("End date", "Date ended"),
            reads=reading.day,
            is_date=True,
        ),
        Column(
            "establishment",
            "Establishment",
            "Where, in words",
            "Kestrel College",
            aliases=("EstablishmentName", "Establishment name", "Provider"),
            reads=reading.text_of(200),
        ),
        Column(
            "dfe_number",
            "DfENo",
            "The school's or college's DfE number",
            "3068001",
            aliases=("DfE number", "EstablishmentNumber", "LAEstab"),
            reads=reading.dfe_number,
        ),
        Column(
            "ukprn",
            "UKPRN",
            "The provider's UK reference number",
            "10001234",
            aliases=("UKProviderReferenceNumber",),
            reads=reading.ukprn,
        ),
        Column("course", "Course", "Name of the course", reads=reading.text_of(200)),
        Column(
            "level",
            "QualificationType",
            "Qualification or level",
            "Level 2",
            aliases=("Qualification type", "Level"),
            reads=reading.text_of(30),
        ),
        Column(
            "seen",
            "DateVerified",
            "The day on which it was last confirmed",
            "01/10/2026",
            aliases=("Date verified",),
            reads=reading.day,
            is_date=True,
        ),
        *sayings.COLUMNS,
    )

    def gather(self, file: InboundFile) -> None:
        """Say whose area each postcode is in, and join the rows of one person."""
        homes.note_homes(file)
        _join(file)

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """Dates must be in order."""
        yield from shared.check_birth(read, given)
        if read.get("doing") and not read.get("start"):
            yield Problem("start", "no start date", "Give the day on which this began.")
        yield from shared.check_days(read, given)

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """What is newer than ours, and what came before our record begins."""
        spells = spells_of(read, given)
        try:
            newest = plan_activity(held.activity, spells[-1]) if spells else []
        except CannotPlan as error:
            raise NeedsPerson(Reason.CONFLICT, str(error)) from None
        return [
            *shared.plan_identifiers(held.identifier, read, given, learn_only=True),
            *shared.plan_address(held.address, homes.address_of(read), given),
            *homes.plan_contacts(held.contactpoint, read, given),
            *_before_ours(held.activity, spells[:-1]),
            *newest,
        ]

    def plan_new(self, read: Read, given: Given) -> Staged:
        """Add whoever lives or learns here; the others belong elsewhere."""
        if homes.lives_elsewhere(read, given) and not learns_here(read, given):
            return Staged(
                Outcome.ELSEWHERE,
                why="Lives and learns outside the area. Destroyed once the rest is done",
            )
        born = shared.day_of(read, "birth") or given.as_at
        return Staged(
            Outcome.WILL_ADD,
            instructions=[
                *shared.new_names(read, given),
                begin("particulars", shared.said_particulars(read), born),
                *shared.plan_identifiers([], read, given, learn_only=True),
                *shared.plan_address([], homes.address_of(read), given),
                *homes.plan_contacts([], read, given),
                *history(spells_of(read, given)),
            ],
        )

    def to_review(
        self, read: Read, held: Held | None, instructions: list[Instruction], given: Given
    ) -> Iterable[Problem]:
        """Whoever may live elsewhere is not taken before someone has looked."""
        if held is None and homes.HOME not in read and not learns_here(read, given):
            yield Problem(
                "",
                "postcode not known",
                "We do not know where this postcode lies. Accept the row if they live or learn "
                "here, or set it aside.",
                Level.SOFT,
            )


# -- what they did -------------------------------------------------------------------------------


def spells_of(read: Read, given: Given) -> list[SaidActivity]:
    """What a row, with those joined to it, says that someone did: oldest first."""
    told: list[Mapping[str, Any]] = read.get("history") or [read]
    spells = [spell for one in told if (spell := _spell(one, read, given)) is not None]
    return sorted(spells, key=lambda spell: spell.start or given.as_at)


def _spell(told: Mapping[str, Any], read: Read, given: Given) -> SaidActivity | None:
    place = _place(told, given)
    code = told.get("doing") or (BY_PLACE.get(place.kind) if place else None)
    start, until = shared.day_of(told, "start"), shared.day_of(told, "end")
    if code is None or start is None:
        return None
    predicted = None
    if until is not None and until > given.as_at:
        predicted, until = until, None
    return SaidActivity(
        code=code,
        group=given.directory.activities[code].group,
        provider=place.pk if place else None,
        start=start,
        until=until,
        seen_on=max(shared.day_of(told, "seen") or start, start),
        birth=shared.day_of(read, "birth"),
        course=told.get("course", ""),
        level=told.get("level", ""),
        predicted_end=predicted,
        establishment="" if place else told.get("establishment", ""),
    )


def _place(told: Mapping[str, Any], given: Given) -> Place | None:
    """Where, when the directory has it: what another area's provider is called is kept as text."""
    if number := told.get("dfe_number"):
        return given.directory.school(number, given.authority_code) if len(number) == 7 else None
    if number := told.get("ukprn"):
        return given.directory.training(number, given.authority)
    return None


def learns_here(read: Read, given: Given) -> bool:
    """Whether what goes on now is at a provider of the authority's area."""
    told: list[Mapping[str, Any]] = read.get("history") or [read]
    for one in told:
        until = shared.day_of(one, "end")
        place = _place(one, given)
        if place and place.authority == given.authority and (not until or until >= given.as_at):
            return True
    return False


def history(spells: list[SaidActivity]) -> list[Instruction]:
    """Everything that someone did whom we did not know; of two at a time the later holds."""
    made = []
    for at, spell in enumerate(spells):
        following = spells[at + 1].start if at + 1 < len(spells) else None
        until = spell.until
        if following is not None and (until is None or until >= following):
            until = following - DAY
        if spell.start is not None and (until is None or until >= spell.start):
            made.append(_begun(spell, spell.start, until))
    last = spells[-1] if spells else None
    if last is not None and last.until is not None:
        made.append(_not_known(last, last.until + DAY))
    return made


def _begun(spell: SaidActivity, start: date, until: date | None) -> Instruction:
    values: dict[str, Any] = {
        "code_id": spell.code,
        "provider_id": spell.provider,
        "establishment_name": spell.establishment,
        "course": spell.course,
        "course_level": spell.level,
        "ascertained_on": spell.seen_on.isoformat(),
    }
    predicted = spell.predicted_end or usual_end(spell.group, start, spell.seen_on)
    if until is None and predicted is not None:
        values["predicted_end_on"] = predicted.isoformat()
    made = begin("activity", {k: v for k, v in values.items() if v}, start, until)
    if until is None or until >= spell.seen_on:
        made["verified_on"] = spell.seen_on.isoformat()
    return made


def _not_known(last: SaidActivity, start: date) -> Instruction:
    code = not_known_code(last.birth, start)
    values: dict[str, Any] = {
        "code_id": code,
        "ascertained_on": max(last.seen_on, start).isoformat(),
    }
    predicted = usual_end(NOT_KNOWN if code == "810" else "compulsory", start, start)
    if predicted is not None:
        values["predicted_end_on"] = predicted.isoformat()
    return begin("activity", values, start)


def _before_ours(held: list[HeldActivity], spells: list[SaidActivity]) -> list[Instruction]:
    """What ended before the first activity that we hold began; the rest we know ourselves."""
    first = min((activity.start for activity in held), default=None)
    if first is None:
        return []
    older = [s for s in spells if s.until is not None and s.until < first]
    return [one for one in history(older) if "until" in one]


# -- rows together -------------------------------------------------------------------------------

_TOLD = ", ".join(f"'{key}', read->'{key}'" for key in SPELL)

JOIN = f"""
SELECT (array_agg(number ORDER BY read->>'start' DESC NULLS LAST, number))[1],
       array_agg(number ORDER BY number),
       jsonb_agg(jsonb_strip_nulls(jsonb_build_object({_TOLD}))
                 ORDER BY read->>'start', number)::text,
       coalesce(bool_or(read->>'sharing' = 'no'), false)
FROM intake_inboundrow
WHERE file_id = %s AND outcome = 'undecided'
GROUP BY ccis_fold(read->>'given'), ccis_fold(read->>'family'), read->>'birth',
         read->>'uln', read->>'upn'
HAVING count(*) > 1 AND count(DISTINCT read->>'start') = count(*)
"""  # noqa: S608 - names of keys of ours

ADD_HISTORY = """
UPDATE intake_inboundrow r SET read = r.read || jsonb_build_object('history', v.told::jsonb)
    || CASE WHEN v.refused THEN '{"sharing": "no"}'::jsonb ELSE '{}' END
FROM unnest(%s::integer[], %s::text[], %s::boolean[]) AS v(number, told, refused)
WHERE r.file_id = %s AND r.number = v.number
"""


def _join(file: InboundFile) -> None:
    """The row with what they did last takes what the others of the same person say.

    Of a yes and a no to sharing it takes the no.
    """
    with connection.cursor() as cursor:
        cursor.execute(JOIN, [file.pk])
        groups = cursor.fetchall()
        cursor.execute(
            ADD_HISTORY,
            [
                [number for number, *_ in groups],
                [told for _, _, told, _ in groups],
                [refused for *_, refused in groups],
                file.pk,
            ],
        )
    joined = [
        (other, Outcome.SET_ASIDE.value, Reason.JOINED.value, f"Joined with row {number}")
        for number, numbers, _, _ in groups
        for other in numbers
        if other != number
    ]
    update_rows(file, (("outcome", "text"), ("reason", "text"), ("why", "text")), joined)
