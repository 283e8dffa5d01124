"""What a school information system sends: every field of the agreement with schools (ISA-01).

Of these only what the authority has switched on is ever kept: see ``caseload.intake.reducing``,
which has left out the rest before a row comes here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace as altered
from datetime import date
from typing import Any

from caseload.intake.directory import Given
from caseload.intake.holdings import CENSUS_FACTS, Held
from caseload.intake.kinds import exclusions, parents, reading, sayings, school_census, shared
from caseload.intake.kinds.base import (
    Column,
    Field,
    Kind,
    Level,
    NeedsPerson,
    Problem,
    Read,
    Staged,
    register,
)
from caseload.intake.kinds.school_census import Roll, address_of, roll_of
from caseload.intake.models import InboundFile
from caseload.intake.planning import (
    DAY,
    CannotPlan,
    Instruction,
    Version,
    begin,
    end,
    say_from,
)
from caseload.intake.rules import Outcome, Reason, SchoolAnswer
from caseload.models import ContactPoint, Section72
from ccis.calendar.academic import age_on

GIVERS = {
    "PARENT": "parent",
    "CARER": "parent",
    "STUDENT": "own",
    "PUPIL": "own",
    "YOUNG PERSON": "own",
    "OWN": "own",
}


def _text(key: str, heading: str, meaning: str = "", **more: Any) -> Column:
    """A column that is kept with the row and not used otherwise."""
    return Column(key, heading, meaning or heading, reads=reading.text_of(500), kept=False, **more)


SUMMARY = (
    ("possible", "Possible Marks"),
    ("authorised", "Authorised Absences"),
    ("unauthorised", "Unauthorised Absences"),
    ("late_before", "Late Before Register Closes"),
    ("late_after", "Late After Register Closes"),
    ("educational", "Approved Educational Activity"),
    ("not_required", "Attendance Not Required"),
    ("missing", "Missing Marks"),
)
EXCLUSION = (
    ("type", "Exclusion Type"),
    ("description", "Exclusion Description"),
    ("reason", "Exclusion Reason"),
    ("from", "Exclusion Start Date"),
    ("until", "Exclusion End Date"),
    ("sessions", "Exclusion Sessions"),
    ("appeal", "Exclusion Appeal Received"),
    ("result", "Exclusion Appeal Result"),
    ("result_on", "Exclusion Appeal Result Date"),
    ("reinstated", "Exclusion Appeal Reinstatement Date"),
)

ADDRESS = ("saon", "paon", "street", "locality", "town", "county")

BY_KEY = {column.key: column for column in school_census.SchoolCensus.columns}

INSTRUCTION = ("section_72", "section_72_by", "section_72_on")


@register
class SchoolFeed(Kind):
    """What a school information system sends of its pupils."""

    name = "school-feed"
    label = "School information system"
    meaning = (
        "Pupils as a school's own system sends them. Only the year groups and fields that are "
        "switched on are taken; the rest is dropped unread."
    )
    accepting = (
        "Names, date of birth, UPN and ULN are put right where they differ.",
        "A new address or school holds from the file's day on; so do ethnicity and support for "
        "special educational needs where they are switched on.",
        "Phones and emails of parents and carers with responsibility are added, where contacts "
        "are switched on. The others are dropped before anything is kept, and what we hold of "
        "one who is barred or has no responsibility ends.",
        "An instruction under section 72 is recorded with who gave it. Of that person only name, "
        "address, date of birth and parent are kept, of this file and of later ones.",
        sayings.ACCEPTING,
        "Someone whom we do not know is not added: the school is asked, and its answer decides.",
        "Fields that no part of the record is for are kept with the row.",
    )
    asks_school = True
    speaks_as = "school"
    facts = (*CENSUS_FACTS, ContactPoint, Section72)
    one_of = (("dfe_number",),)
    columns = (
        BY_KEY["dfe_number"],
        shared.UPN,
        shared.ULN,
        altered(
            shared.GIVEN, heading="Legal First Name", aliases=("Forename", *shared.GIVEN.aliases)
        ),
        altered(
            shared.FAMILY, heading="Legal Last Name", aliases=("Surname", *shared.FAMILY.aliases)
        ),
        Column(
            "middle",
            "Middle Names",
            "Middle names",
            aliases=("Middlenames", "Middle Name"),
            reads=reading.name,
        ),
        Column(
            "known_given",
            "Chosen First Name",
            "First name that they go by",
            aliases=("Preferred Forename",),
            reads=reading.name,
        ),
        Column(
            "known_family",
            "Chosen Last Name",
            "Family name that they go by",
            aliases=("Preferred Surname",),
            reads=reading.name,
        ),
        shared.BIRTH,
        Column(
            "year",
            "Year Group",
            "National Curriculum year, R for Reception",
            "11",
            aliases=("NCyearActual", "NC Year", "Current NC Year"),
            reads=school_census.year_of,
        ),
        shared.POSTCODE,
        *(BY_KEY[key] for key in ADDRESS),
        *(BY_KEY[f"address_{number}"] for number in range(1, 6)),
        Column(
            "section_72",
            "Section 72 Instruction",
            "Whether an instruction under section 72 of the Education and Skills Act 2008 holds",
            "No",
            reads=reading.yes_or_no,
        ),
        Column(
            "section_72_by",
            "Section 72 Given By",
            "Parent, or Student from 16 on",
            "Parent",
            reads=reading.one_of(GIVERS, "Give Parent or Student"),
        ),
        Column(
            "section_72_on",
            "Section 72 Date",
            "The day on which it was given",
            "03/09/2026",
            reads=reading.day,
            is_date=True,
        ),
        *sayings.COLUMNS,
        altered(BY_KEY["ethnicity"], meaning="Ethnicity, four letters of the national list"),
        _text("religion", "Religion", sensitive=True),
        _text("nationality", "Nationality", sensitive=True),
        _text("residence", "Permanent Residence Status", sensitive=True),
        _text("eal", "English as an Additional Language"),
        _text("birth_place", "Place of Birth"),
        _text("custody", "Student Custody Details", sensitive=True),
        _text("former_upn", "Former UPN"),
        _text("academic_year", "Current Academic Year"),
        _text("admission", "Admission Details"),
        _text("part_time", "Part Time Timetable"),
        _text("boarding", "Boarding Status"),
        Column(
            "entered",
            "Date of Admission",
            "The day on which they joined the school",
            "03/09/2024",
            aliases=("Entry Date", "Admission Date"),
            reads=reading.day,
            is_date=True,
        ),
        Column(
            "left",
            "Date of Leaving",
            "The last day on which they were on the roll",
            aliases=("Leaving Date",),
            reads=reading.day,
            is_date=True,
        ),
        _text("destination", "Destination After Leaving"),
        _text("fsm", "Free School Meals"),
        _text("fsm6", "Free School Meals Ever 6"),
        _text("premium", "Pupil Premium"),
        _text("premium_notes", "Pupil Premium Notes"),
        _text("service", "Service Student"),
        _text("cic", "Child in Care", aliases=("CIC",), sensitive=True),
        _text("ever_cic", "Ever in Care", aliases=("Ever CIC",), sensitive=True),
        _text("protection", "Child Protection Plan", aliases=("CP",), sensitive=True),
        altered(
            BY_KEY["send"], heading="SEND Stage", aliases=("SEN Stage", "SENprovision", "SEND COP")
        ),
        altered(BY_KEY["need"], heading="SEND Primary Need", aliases=("SEN Primary Need",)),
        _text("need_words", "SEND Primary Need Description", sensitive=True),
        _text("needs", "SEND Needs Ranked", sensitive=True),
        _text("send_words", "SEND Description", sensitive=True),
        _text("send_from", "SEND Start Date", sensitive=True),
        _text("send_until", "SEND End Date", sensitive=True),
        *(
            _text(f"sibling_{n}_{part}", f"Sibling {n} {heading}")
            for n in (1, 2, 3)
            for part, heading in (("name", "Name"), ("birth", "Date of Birth"))
        ),
        _text("sessions", "Session Attendance", "Attendance codes by day"),
        *(_text(f"attendance_{key}", heading) for key, heading in SUMMARY),
        *(
            altered(_text(f"exclusion_{key}", heading), reads=exclusions.CODES[key])
            if key in exclusions.CODES
            else _text(f"exclusion_{key}", heading)
            for key, heading in EXCLUSION
        ),
        *parents.columns(),
        _text("surgery", "Registered Surgery", sensitive=True),
        _text("doctor", "Registered GP Name", sensitive=True),
        _text("medical", "Medical Conditions", sensitive=True),
    )
    fields = (
        Field(
            "identity",
            "Who they are: legal names, date of birth, UPN, ULN, address, school and year group",
            (
                *("dfe_number", "upn", "uln", "given", "family", "birth", "year", "postcode"),
                *ADDRESS,
                *(f"address_{number}" for number in range(1, 6)),
            ),
            core=True,
        ),
        Field(
            "section-72",
            "Instruction under section 72",
            ("section_72", "section_72_by", "section_72_on"),
            core=True,
        ),
        sayings.FIELD,
        Field("middle", "Middle names", ("middle",)),
        Field("chosen-names", "Chosen names", ("known_given", "known_family")),
        Field("ethnicity", "Ethnicity", ("ethnicity",), law="special"),
        Field("religion", "Religion", ("religion",), law="special"),
        Field("nationality", "Nationality", ("nationality",), law="special"),
        Field("residence", "Permanent residence status", ("residence",), law="special"),
        Field("eal", "English as an additional language", ("eal",)),
        Field("birth-place", "Place of birth", ("birth_place",)),
        Field("custody", "Custody details", ("custody",), law="offence"),
        Field("former-upn", "Former UPN", ("former_upn",)),
        Field("academic-year", "Current academic year", ("academic_year",)),
        Field("admission", "Admission details and date", ("admission", "entered")),
        Field("part-time", "Part-time timetable", ("part_time",)),
        Field("boarding", "Boarding status", ("boarding",)),
        Field("leaving", "Date of leaving and destination", ("left", "destination")),
        Field("free-meals", "Free school meals", ("fsm", "fsm6")),
        Field("premium", "Pupil premium, with notes", ("premium", "premium_notes")),
        Field("service", "Service student", ("service",)),
        Field("care", "Child in care, now or ever", ("cic", "ever_cic"), law="special"),
        Field("protection", "Child protection plan", ("protection",), law="special"),
        Field(
            "send",
            "SEND stage, needs, description and dates",
            ("send", "need", "need_words", "needs", "send_words", "send_from", "send_until"),
            law="special",
        ),
        Field(
            "siblings",
            "Siblings at the same school",
            tuple(f"sibling_{n}_{part}" for n in (1, 2, 3) for part in ("name", "birth")),
        ),
        Field("sessions", "Attendance by session", ("sessions",)),
        Field("attendance", "Attendance in sum", tuple(f"attendance_{key}" for key, _ in SUMMARY)),
        Field("exclusions", "Exclusions", tuple(f"exclusion_{key}" for key, _ in EXCLUSION)),
        Field(
            "contacts",
            "Parents and carers with responsibility",
            tuple(f"contact_{n}_{part}" for n in parents.CONTACTS for part, *_ in parents.PARTS),
        ),
        Field("doctor", "Surgery and doctor", ("surgery", "doctor"), law="special"),
        Field("medical", "Medical conditions", ("medical",), law="special"),
    )
    contacts = tuple(
        tuple(f"contact_{number}_{part}" for part, *_ in parents.PARTS)
        for number in parents.CONTACTS
    )
    protected = (*INSTRUCTION, "religion", "custody", "protection", "surgery", "doctor", "medical")
    identity = frozenset(
        {
            *("dfe_number", "given", "family", "middle", "known_given", "known_family", "birth"),
            *("postcode", *ADDRESS, *(f"address_{number}" for number in range(1, 6))),
            *INSTRUCTION,
            *sayings.KEYS,
            *(
                f"contact_{number}_{part}"
                for number in parents.CONTACTS
                for part in parents.KEPT_UNDER_AN_INSTRUCTION
            ),
        }
    )

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """A date of birth must fit, and who gave an instruction must be the one who may."""
        yield from shared.check_birth(read, given)
        born, by = read.get("birth"), read.get("section_72_by")
        if read.get("section_72") and born and by:
            on = read.get("section_72_on") or given.as_at
            if by == "parent" and is_sixteen(born, on):
                yield Problem(
                    "section_72_by",
                    "section 72 by a parent from 16 on",
                    "From 16 on it is the young person's own to give. Ask them afresh.",
                    Level.SOFT,
                )
            if by == "own" and not is_sixteen(born, on):
                yield Problem(
                    "section_72_by",
                    "section 72 by a pupil before 16",
                    "Until 16 it is a parent's to give. Ask a parent.",
                    Level.SOFT,
                )

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """Everything that the system says differently from what we hold."""
        read = self._as_instructed(read, held, given)
        roll = roll_of(read, given)
        try:
            return [
                *shared.plan_identifiers(held.identifier, read, given, learn_only=False),
                *shared.plan_names(held.name, read, given),
                *shared.plan_particulars(held.particulars, read, given),
                *shared.plan_address(held.address, address_of(read), given),
                *_plan_roll(held, read, roll, given),
                *school_census.plan_send(held.sendprovision, read, given.as_at),
                *parents.plan_contacts(held.contactpoint, read, given),
                *plan_section_72(held.section72, read, given),
            ]
        except CannotPlan as error:
            raise NeedsPerson(Reason.CONFLICT, str(error)) from None

    def plan_new(self, read: Read, given: Given) -> Staged:
        """Ask the school; only where it has answered that they are new, add them."""
        if read.get("school_said") not in (SchoolAnswer.NEW, SchoolAnswer.FIRST):
            return Staged(
                Outcome.ASK_SCHOOL,
                Reason.NO_MATCH,
                "We hold nobody like them. The school is asked whether they are new",
            )
        nobody = Held()
        read = self._as_instructed(read, nobody, given)
        roll = roll_of(read, given)
        particulars = shared.said_particulars(read)
        born = shared.day_of(read, "birth") or given.as_at
        return Staged(
            Outcome.WILL_ADD,
            instructions=[
                *shared.new_names(read, given),
                *([begin("particulars", particulars, born)] if particulars else []),
                *shared.plan_identifiers([], read, given, learn_only=False),
                *shared.plan_address([], address_of(read), given),
                *_plan_roll(nobody, read, roll, given),
                *school_census.plan_send([], read, given.as_at),
                *parents.plan_contacts([], read, given),
                *plan_section_72([], read, given),
            ],
        )

    def gather(self, file: InboundFile) -> None:
        """Say on each row what ends of a parent whom it bars."""
        parents.note_barred(file)

    def to_review(
        self, read: Read, held: Held | None, instructions: list[Instruction], given: Given
    ) -> Iterable[Problem]:
        """What is held of a barred parent must end, wherever it has gone since."""
        return parents.check_barred(read, held)

    def _as_instructed(self, read: Read, held: Held, given: Given) -> Read:
        """What may be used: of someone under an instruction, who they are and no more."""
        if read.get("section_72") or any(v.holds_on(given.today) for v in held.section72):
            stays = self.identity | {parents.BARRED}
            return {key: value for key, value in read.items() if key in stays}
        return read


def is_sixteen(born: date, on: date) -> bool:
    """Whether someone born on one day is 16 on another."""
    return age_on(born, on) >= 16


def _plan_roll(held: Held, read: Read, roll: Roll, given: Given) -> list[Instruction]:
    """On the roll and learning there; or off it from the day after they left."""
    left = shared.day_of(read, "left")
    if left is None or left >= given.as_at:
        return [
            *school_census.plan_enrolment(held.enrolment, roll, given.as_at),
            *school_census.plan_learning(held, read, roll, given),
        ]
    return [
        end("enrolment", version, until=left)
        for version in held.enrolment
        if version.values["provider_id"] == roll.provider
        and version.start <= left
        and (version.stop is None or version.stop > left + DAY)
    ]


def plan_section_72(held: Sequence[Version], read: Read, given: Given) -> list[Instruction]:
    """An instruction with who gave it; a blank or a no in a later file takes none back."""
    if not read.get("section_72"):
        return []
    born, on = shared.day_of(read, "birth"), shared.day_of(read, "section_72_on") or given.as_at
    by = read.get("section_72_by")
    if by is None:
        by = "own" if born is not None and is_sixteen(born, on) else "parent"
    if any(v.holds_on(given.today) and v.values["given_by"] in (by, "own") for v in held):
        return []
    start = max(on, *(v.start for v in held)) if held else on
    return say_from(
        "section72",
        held,
        on=start,
        values={"given_by": by},
        is_same=lambda ours, said: ours == said,
    )
