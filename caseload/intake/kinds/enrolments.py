"""A college's list of who is enrolled, with their ULN."""

from collections.abc import Iterable
from dataclasses import replace as altered

from django.db import connection

from caseload.intake.directory import Given
from caseload.intake.holdings import Held
from caseload.intake.kinds import homes, reading, shared
from caseload.intake.kinds.base import (
    Column,
    Kind,
    Level,
    NeedsPerson,
    Problem,
    Read,
    register,
)
from caseload.intake.kinds.starters_leavers import said_activity
from caseload.intake.models import InboundFile
from caseload.intake.planning import CannotPlan, Instruction, plan_activity
from caseload.intake.queries import update_rows
from caseload.intake.rules import Outcome, Reason
from caseload.models import Activity, ContactPoint, Departure, Identifier, Particulars


@register
class CollegeEnrolments(Kind):
    """Who is enrolled at a college or training provider on a day, course by course."""

    name = "college-enrolments"
    label = "College enrolment list"
    meaning = (
        "Who is enrolled at a college or training provider, with their ULN and course. "
        "It is about people whom we know: it adds nobody."
    )
    accepting = (
        "Rows of one person at one place, as for several courses, are joined.",
        "Someone enrolled begins an activity at the provider, and what they did before ends.",
        "Who was there already is confirmed as of the day of the file, with the course and its "
        "expected end.",
        "A ULN, phone or email that we do not hold is taken over.",
        "Someone who is not on the list keeps what we hold: a list says nothing of who left.",
    )
    facts = (Activity, Identifier, Particulars, ContactPoint, Departure)
    one_of = (("dfe_number", "ukprn"),)
    columns = (
        altered(shared.ULN, required=True),
        shared.GIVEN,
        shared.FAMILY,
        shared.BIRTH,
        shared.POSTCODE,
        Column(
            "start",
            "EnrolmentDate",
            "The day on which the course began",
            "07/09/2026",
            aliases=("Enrolment date", "LearnStartDate", "StartDate", "Start date"),
            reads=reading.day,
            is_date=True,
            required=True,
            filled="Give the day on which the course began.",
        ),
        Column(
            "planned",
            "PlannedEndDate",
            "The day on which the course is to end",
            "16/07/2027",
            aliases=("Planned end date", "LearnPlanEndDate", "Expected end"),
            reads=reading.day,
            is_date=True,
            required=True,
        ),
        Column(
            "course",
            "CourseTitle",
            "Name of the course",
            "Hairdressing",
            aliases=("Course title", "Course", "LearnAimRefTitle"),
            reads=reading.text_of(200),
        ),
        Column(
            "level",
            "CourseLevel",
            "Level of the course",
            "Level 2",
            aliases=("Course level", "Level", "QualLevel"),
            reads=reading.text_of(30),
        ),
        Column(
            "situation",
            "Programme",
            "What kind of learning it is, where the place does not say",
            "Apprenticeship",
            aliases=("Programme type", "SituationGroup"),
            reads=reading.text_of(100),
        ),
        homes.MOBILE,
        homes.EMAIL,
        Column(
            "dfe_number",
            "DfENo",
            "The college's DfE number, when the file is not sent as from the college",
            "3068001",
            aliases=("DfE number", "LAEstab"),
            reads=reading.dfe_number,
        ),
        Column(
            "ukprn",
            "UKPRN",
            "The provider's UK reference number, when the file is not sent as from the provider",
            "10001234",
            aliases=("UK provider reference number",),
            reads=reading.ukprn,
        ),
    )

    def gather(self, file: InboundFile) -> None:
        """Join the courses of one person at one place."""
        _join(file)

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """Dates in order, and nobody enrolled who begins after the day of the list."""
        yield from shared.check_birth(read, given)
        if not read.get("uln"):
            yield Problem(
                "uln",
                "no ULN",
                "No ULN is given, so they are found by name and date of birth or postcode.",
                Level.NOTE,
            )
        start, planned = read.get("start"), read.get("planned")
        if start and planned and planned < start:
            yield Problem(
                "planned",
                "end before start",
                "The end must be the same day as the start or later.",
            )
        if start and start > given.as_at:
            yield Problem(
                "start",
                "not begun yet",
                "This is after the day of the file. Send it in again once they have begun.",
            )

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """What they do, and a ULN, phone or email that we did not hold."""
        place = shared.place_of(read, given)
        if place is None:
            raise NeedsPerson(Reason.PROVIDER_MISSING, "The row does not say where")
        ours = [version.values["date_of_birth"] for version in held.particulars]
        born = next((birth for birth in reversed(ours) if birth), shared.day_of(read, "birth"))
        said = said_activity(read, place, given, born)
        planned = shared.day_of(read, "planned")
        if planned is not None and planned >= given.as_at:
            said = altered(said, predicted_end=planned)
        try:
            activity = plan_activity(held.activity, said)
        except CannotPlan as error:
            raise NeedsPerson(Reason.CONFLICT, str(error)) from None
        return [
            *activity,
            *shared.plan_identifiers(held.identifier, read, given, learn_only=True),
            *homes.plan_contacts(held.contactpoint, read, given),
        ]


JOIN = """
SELECT array_agg(number ORDER BY number), min(read->>'start'), max(read->>'planned'),
       left((SELECT string_agg(c.course, ', ' ORDER BY c.first) FROM (
           SELECT t.course, min(t.number) AS first
           FROM unnest(array_agg(read->>'course'), array_agg(number)) AS t(course, number)
           WHERE t.course IS NOT NULL GROUP BY t.course
       ) c), 200)
FROM intake_inboundrow
WHERE file_id = %s AND outcome = 'undecided'
GROUP BY ccis_fold(read->>'given'), ccis_fold(read->>'family'), read->>'birth', read->>'uln',
         read->>'dfe_number', read->>'ukprn', ccis_fold(read->>'situation')
HAVING count(*) > 1
"""

JOINED = """
UPDATE intake_inboundrow r
SET read = r.read || jsonb_strip_nulls(
    jsonb_build_object('start', v.start, 'planned', v.planned, 'course', v.course)
)
FROM unnest(%s::integer[], %s::text[], %s::text[], %s::text[]) AS v(number, start, planned, course)
WHERE r.file_id = %s AND r.number = v.number
"""


def _join(file: InboundFile) -> None:
    """The first row of someone takes the courses of the others, and all the days together."""
    with connection.cursor() as cursor:
        cursor.execute(JOIN, [file.pk])
        groups = cursor.fetchall()
        columns = [[group[at] for group in groups] for at in (1, 2, 3)]
        cursor.execute(JOINED, [[group[0][0] for group in groups], *columns, file.pk])
    joined = [
        (other, Outcome.SET_ASIDE.value, Reason.JOINED.value, f"Joined with row {numbers[0]}")
        for numbers, *_ in groups
        for other in numbers[1:]
    ]
    update_rows(file, (("outcome", "text"), ("reason", "text"), ("why", "text")), joined)
