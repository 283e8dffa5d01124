"""Confirmed in education, training or work: as a kind of file, evidence for the record (LC-19).

An organisation says it on its page or in its workbook; the service writes it down as a file of its
own and gives that to intake, where it is looked at like all that arrives. Whom a row is about is
told by the disclosure, never by a name: a file has none.
"""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from caseload.intake.directory import Given, Place
from caseload.intake.holdings import Held
from caseload.intake.kinds import reading, shared
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
from caseload.intake.kinds.starters_leavers import activity_code, destination_code, is_unsure
from caseload.intake.models import InboundFile
from caseload.intake.planning import CannotPlan, Instruction, SaidActivity, plan_activity
from caseload.intake.rules import Outcome, Reason
from caseload.models import Activity, Departure
from sharing.outcomes.rules import LONGEST_WHERE

NAME = "provider-outcomes"

DISCLOSURE, LIST, WHERE, SINCE, DOING, SAID_ON, SAID_BY = (
    "disclosure",
    "list",
    "where",
    "since",
    "doing",
    "said_on",
    "said_by",
)
PLACE = "place"
"""The only open organisation of that name in the directory, which ``gather`` finds."""

WORK = "Work"
BY_WORD = {WORK: "330", "Training": "430"}
"""What someone does where only one word tells (docs/nccis.md §3.4); education needs its place."""

LEARNING_OR_WORK = ("2", "3", "4")
"""First digits of the activities that are education, work or training."""

NOT_CLEAR = (
    "It does not say clearly enough what they do there. Ask the organisation, record the activity "
    "on their page, then set this row aside"
)


@register
class ProviderOutcomes(Kind):
    """What an organisation confirmed of people on its list."""

    name = NAME
    label = "Confirmed by an organisation on its list"
    meaning = (
        "Where people on an organisation’s list are by now in education, training or work, as it "
        "said in the portal. The service makes these files itself, and knows who is meant by the "
        "reference of the sharing. They add nobody."
    )
    accepting = (
        "An activity begins at the place and on the day that were given, and ends the one before.",
        "What they do already is confirmed as of the day on which it was said.",
    )
    is_made_here = True
    facts = (Activity, Departure)
    columns = (
        Column(
            DISCLOSURE,
            "Sharing reference",
            "The reference of the sharing in the ledger",
            "7F3KQ29M",
            required=True,
            filled="Give the reference of the sharing.",
            reads=reading.text_of(9),
        ),
        Column(LIST, "List", "The list that they are on", "7F3KQ29M", kept=False),
        Column(
            WHERE,
            "Where they are",
            "The place of study, training or work",
            "Kestrel College",
            required=True,
            filled="Say where they are.",
            reads=reading.text_of(LONGEST_WHERE),
        ),
        Column(
            SINCE,
            "Since",
            "The day that it began, day first",
            "07/09/2026",
            required=True,
            filled="Give the day that it began.",
            reads=reading.day,
            is_date=True,
        ),
        Column(DOING, "What it is", "Education, training or work, where they said", "Work"),
        Column(
            SAID_ON,
            "Said on",
            "The day on which the organisation said it",
            "20/11/2026",
            required=True,
            filled="Give the day on which it was said.",
            reads=reading.day,
            is_date=True,
        ),
        Column(SAID_BY, "Said by", "Who said it", "Ines Okafor", kept=False),
    )

    def gather(self, file: InboundFile) -> None:
        """Say on each row whom it is about, by the sharing, and which place is meant."""
        with connection.cursor() as cursor:
            cursor.execute(WHO_AND_WHERE, {"file": file.pk})

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """What it changes of what they do. Raises ``NeedsPerson`` where it does not say."""
        place = given.directory.by_id.get(read[PLACE]) if read.get(PLACE) else None
        said_on = min(shared.day_of(read, SAID_ON) or given.as_at, given.today)
        since = shared.day_of(read, SINCE)
        code = code_of(read, place, held, since or said_on)
        activities = given.directory.activities
        if since is None or code not in activities:
            raise NeedsPerson(Reason.CONFLICT, NOT_CLEAR)
        said = SaidActivity(
            code=code,
            group=activities[code].group,
            provider=place.pk if place else None,
            start=since,
            until=None,
            seen_on=said_on,
            establishment="" if place else read[WHERE],
        )
        try:
            return plan_activity(held.activity, said)
        except CannotPlan as error:
            raise NeedsPerson(Reason.CONFLICT, str(error)) from None

    def to_review(
        self, read: Read, held: Held | None, instructions: list[Instruction], given: Given
    ) -> Iterable[Problem]:
        """An activity that only the words of the place tell is to be looked at."""
        if held is None or not instructions or read.get(PLACE) or read.get(DOING) in BY_WORD:
            return
        label = given.directory.activities[code_of(read, None, held, given.as_at)].label
        yield Problem(
            "",
            "activity told by words",
            f"From the words of the place alone we take this to be: {label}. Accept it if it is "
            "right, and say why.",
            Level.SOFT,
        )

    def plan_new(self, read: Read, given: Given) -> Staged:
        """A reference that tells nobody of ours."""
        return Staged(
            Outcome.NEEDS_PERSON,
            Reason.NO_MATCH,
            "We keep no record of anyone who was shared with this organisation by this reference",
        )


def code_of(read: Read, place: Place | None, held: Held, on: date) -> str:
    """The activity that the place stands for, or that it is work, or else the words of the place.

    Raises ``NeedsPerson`` where none tells.
    """
    doing, where = read.get(DOING, ""), read[WHERE]
    if place is not None and doing != WORK:
        return activity_code({}, place, _born(held), on)
    code = BY_WORD.get(doing)
    if place is None and not code:
        code = destination_code(where)
    if code is None or is_unsure(where) or not code.startswith(LEARNING_OR_WORK):
        raise NeedsPerson(Reason.CONFLICT, NOT_CLEAR)
    return code


def _born(held: Held) -> date | None:
    ours = [version.values["date_of_birth"] for version in held.particulars]
    return next((birth for birth in reversed(ours) if birth), None)


WHO_AND_WHERE = f"""
UPDATE intake_inboundrow r
SET read = r.read || jsonb_strip_nulls(jsonb_build_object(
    'young_persons_id', p.young_persons_id,
    '{PLACE}', (SELECT CASE WHEN count(*) = 1 THEN min(v.id) END FROM providers_provider v
                WHERE v.closed_on IS NULL AND lower(v.name) = lower(r.read->>'{WHERE}'))))
FROM intake_inboundfile f, sharing_disclosure d
JOIN caseload_youngperson p ON p.id = d.person_id
WHERE r.file_id = %(file)s AND r.outcome = 'undecided' AND f.id = r.file_id
  AND d.ref = r.read->>'{DISCLOSURE}' AND d.authority_id = f.authority_id
"""  # noqa: S608 - names of keys of ours
"""The one tie between a row and a person."""
