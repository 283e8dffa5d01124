"""The extract of another CCIS as a kind of file: its rows, and what accepting one means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from django.db import connection

from caseload.intake.actions.reading import mark_cannot_read
from caseload.intake.directory import Given
from caseload.intake.holdings import Held
from caseload.intake.kinds.base import Kind, Level, Problem, Read, Staged, register
from caseload.intake.models import InboundFile
from caseload.intake.planning import Instruction
from caseload.intake.queries import update_rows
from caseload.intake.rules import Outcome, Reason
from caseload.models import (
    Activity,
    Address,
    Characteristic,
    Departure,
    Enrolment,
    Guarantee,
    Identifier,
    IntendedDestination,
    LevelOfNeed,
    Name,
    Particulars,
    SendProvision,
)
from ccis.calendar.periods import Period
from ccis.files.values import BadValue, Cell, parse_date
from returns.moving.columns import COLUMNS, ID_KEY, OUTSIDE
from returns.moving.facts import Told, of_known_person, of_new_person

NAME: Final = "ccis-extract"


@register
class CcisExtract(Kind):
    """Another CCIS's monthly extract, or its return as XML: an authority moves in (PIA-30)."""

    name = NAME
    label = "Extract or return of another CCIS"
    meaning = (
        "Everyone in an authority's last return from its old system, as the XML that was sent or "
        "as the extract with one row a person. New people are added after review."
    )
    accepting = (
        "Someone whom we do not know is added, and keeps their NCCIS id.",
        "What they do is kept with the days on which it began, was found out and was confirmed. "
        "When it lapses, whether it has, and since when they are NEET is worked out here.",
        "What the file does not date holds from the first day of its month.",
        "Someone who left in the month is kept as gone on its last day.",
        "Someone whom we know is matched by their NCCIS id, then by the usual rules. What we hold "
        "from a later day stays.",
        "Rows of one person that differ in a characteristic alone are joined.",
    )
    creates = True
    keeps_ids = True
    facts = (
        Identifier,
        Name,
        Particulars,
        Address,
        Enrolment,
        SendProvision,
        Activity,
        Departure,
        Characteristic,
        LevelOfNeed,
        Guarantee,
        IntendedDestination,
    )
    columns = COLUMNS

    def default_as_at(self, received_on: date) -> date:
        """The end of the newest month that is over, where the file does not say."""
        return Period.latest_ended(received_on).end

    def tells_of(self, first: Mapping[str, Cell]) -> date | None:
        """The file's own ``PeriodEnd``."""
        try:
            return parse_date(first.get("period_end"))
        except BadValue:
            return None

    def gather(self, file: InboundFile) -> None:
        """Join the rows of one person; refuse two records that differ under one id."""
        _join(file)
        for numbers in _two_records(file):
            mark_cannot_read(
                file,
                ID_KEY,
                numbers,
                code="two records for one NCCIS id",
                message=f"Two records have this NCCIS id and differ: rows {_listed(numbers)}.",
            )
        _say_of_other_databases(file)

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """What only shows from several cells together."""
        if not read.get("given") and not read.get("family"):
            yield Problem("family", "no name", "Give their first name or family name.")
        yield from _check_month(read, given)
        yield from _check_status(read)
        yield from _check_activity(read)

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """What a record says differently from what we hold."""
        return of_known_person(Told(read, given), held)

    def plan_new(self, read: Read, given: Given) -> Staged:
        """Add them, unless another authority keeps their record."""
        lead = read.get("lead_lea")
        if lead and lead != given.authority_code:
            return Staged(
                Outcome.ELSEWHERE, why=f"Authority {lead} keeps this record by the file's LeadLEA"
            )
        return Staged(Outcome.WILL_ADD, instructions=of_new_person(Told(read, given)))


CENTURY_AGO: Final = date(1920, 1, 1)


def _check_month(read: Read, given: Given) -> Iterable[Problem]:
    month = read.get("period_end")
    if month is not None and Period.of(month) != Period.of(given.as_at):
        yield Problem(
            "period_end", "another month", "This row tells of another month than the first row."
        )
    if read.get("birth") is not None and read["birth"] < CENTURY_AGO:
        yield Problem("birth", "birth not real", "Give a real date of birth.")


def _check_status(read: Read) -> Iterable[Problem]:
    status, to = read.get("cohort_status"), read.get("transferred_to")
    if status == "X":
        yield Problem(
            "cohort_status",
            "cohort status X",
            "X is refused by the Department. Use A, T, D, M, L or E instead.",
        )
    if status == "T" and (not to or to in OUTSIDE):
        yield Problem(
            "transferred_to", "no authority moved to", "Say to which authority they moved."
        )
    if status == "E" and (to not in OUTSIDE or to == "004"):
        yield Problem(
            "transferred_to", "no country moved to", "Say where they moved to: 000 to 003."
        )


def _check_activity(read: Read) -> Iterable[Problem]:
    if not read.get("activity_code"):
        yield Problem(
            "activity_code",
            "no activity",
            "The file does not say what they do. They are added without it.",
            Level.NOTE,
        )
    elif not read.get("start_date"):
        yield Problem("start_date", "no start date", "Give the day on which this began.")
    for key in ("start_date", "verified", "ascertained"):
        if read.get(key) is not None and read[key] < CENTURY_AGO:
            yield Problem(key, "date not real", "Give a real date.")


# Rows together

JOIN = """
SELECT min(number), array_agg(number ORDER BY number),
       (SELECT jsonb_agg(DISTINCT code ORDER BY code)::text
        FROM unnest(array_agg(coalesce(read->'characteristics', '[]'::jsonb))) AS marks(codes),
             jsonb_array_elements(codes) AS code)
FROM intake_inboundrow
WHERE file_id = %s AND outcome = 'undecided'
GROUP BY read->>'young_persons_id', md5((read - 'characteristics')::text)
HAVING count(*) > 1
"""


def _join(file: InboundFile) -> None:
    """The first of the rows that differ in characteristics alone takes those of the others."""
    with connection.cursor() as cursor:
        cursor.execute(JOIN, [file.pk])
        groups = cursor.fetchall()
        first = [(number, codes) for number, _, codes in groups if codes]
        if first:
            cursor.execute(
                "UPDATE intake_inboundrow r"
                " SET read = r.read || jsonb_build_object('characteristics', v.codes::jsonb)"
                " FROM unnest(%s::integer[], %s::text[]) AS v(number, codes)"
                " WHERE r.file_id = %s AND r.number = v.number",
                [[number for number, _ in first], [codes for _, codes in first], file.pk],
            )
    joined = [
        (other, Outcome.SET_ASIDE.value, Reason.JOINED.value, f"Joined with row {number}")
        for number, numbers, _ in groups
        for other in numbers[1:]
    ]
    update_rows(file, (("outcome", "text"), ("reason", "text"), ("why", "text")), joined)


TWO_RECORDS = """
SELECT array_agg(number ORDER BY number) FROM intake_inboundrow
WHERE file_id = %s AND outcome = 'undecided'
GROUP BY read->>'young_persons_id' HAVING count(*) > 1
"""


def _two_records(file: InboundFile) -> list[list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(TWO_RECORDS, [file.pk])
        return [numbers for (numbers,) in cursor.fetchall()]


def _listed(numbers: list[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


OTHER_DATABASES = """
SELECT left(read->>'young_persons_id', 3), count(*) FROM intake_inboundrow
WHERE file_id = %s AND outcome = 'undecided' AND left(read->>'young_persons_id', 3) <> %s
GROUP BY 1 ORDER BY 1
"""


def _say_of_other_databases(file: InboundFile) -> None:
    """Ids of another database than the authority's fail check 903: say so before it matters."""
    ours = file.authority.database_id
    with connection.cursor() as cursor:
        cursor.execute(OTHER_DATABASES, [file.pk, ours])
        found = cursor.fetchall()
    said = [
        f"{count:,} ids are of database {number}, and this authority's is {ours}. Put its number "
        "right first, or the return will fail check 903"
        for number, count in found
    ]
    if said and not set(said) <= set(file.notices):
        file.notices = [*file.notices, *said]
        InboundFile.objects.filter(pk=file.pk).update(notices=file.notices)
