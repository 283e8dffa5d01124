"""What the Department found in a return, as a kind of file that becomes work (PIA-01).

The layout of its report is not published: only that an error has a number and that a record has
its NCCIS id (docs/nccis.md §6). The headings here are ours; others are matched once and remembered.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.db import connection

from caseload.intake.directory import Given
from caseload.intake.holdings import Held
from caseload.intake.kinds import reading
from caseload.intake.kinds.base import Column, Kind, Level, Problem, Read, Staged, register
from caseload.intake.models import InboundFile
from caseload.intake.planning import Instruction
from caseload.intake.queries import update_rows
from caseload.intake.rules import Outcome, Reason
from caseload.models import Identifier, Task
from ccis.calendar.periods import Period
from ccis.files.values import BadValue, Cell, as_text, parse_date
from returns import editions, queries
from returns.moving.columns import ID_KEY, nccis_id

NAME: Final = "nccis-errors"

ERRORS: Final = "errors"
"""Of a row: the errors of its record, ``[{"code", "element", "ours"}]``; ``ours`` is left out
where no return of ours can tell."""

SENT: Final = "sent"
"""Of a row: whether the return that we sent named the record; left out without such a return."""

MONTH: Final = "month"
"""Of a row: the month of the return, in words."""


def error_number(cell: Cell, given: Given) -> object:
    """The number of an error without nought or word before it: "Error 0259" is 259."""
    text = re.sub(r"^(error|rule)\s*", "", as_text(cell).lower()).lstrip("0").upper()
    if text and not re.fullmatch(r"[0-9A-Z.-]{1,10}", text):
        raise BadValue("Give the number of the error, such as 259.", "error number form")
    return text or None


@register
class NccisErrors(Kind):
    """Errors that the Department found in a month's return, record by record."""

    name = NAME
    label = "NCCIS error report"
    meaning = (
        "What the Department for Education found wrong in a month's return: one row for each "
        "error of a record, with the record's NCCIS id and the number of the error."
    )
    accepting = (
        "Each record becomes one task: to put right what the Department found. It has no owner "
        "yet, and is due in ten working days.",
        "Each error stands beside our own findings of the same return, on the page of the "
        "month's errors: it is said whether we found it too.",
        "Rows about one record are joined.",
        "A record that we do not hold waits for a person, with whether our return named it.",
        "Nothing that we hold changes.",
    )
    unique = ()
    gives_work = "Put right what the Department found in the return"
    work_kind = Task.Kind.MEND
    work_within = 10
    facts = (Identifier,)
    columns = (
        Column(
            ID_KEY,
            "YoungPersonsID",
            "NCCIS id of the record, 13 digits",
            "3060000000001",
            aliases=("Young Persons ID", "YPID", "NCCIS id", "Record id", "Young person id"),
            reads=nccis_id,
            required=True,
            filled="Give the NCCIS id of the record.",
        ),
        Column(
            "code",
            "ErrorNumber",
            "Number of the error",
            "259",
            aliases=("Error number", "Error code", "Error no", "Error", "Error id", "Rule"),
            reads=error_number,
            required=True,
            filled="Give the number of the error.",
        ),
        Column(
            "element",
            "Field",
            "Element of the return that it is about",
            "PredictedEndDate",
            aliases=("Element", "Field name"),
            reads=reading.text_of(40),
        ),
        Column(
            "message",
            "ErrorMessage",
            "The error in the Department's words",
            aliases=("Error message", "Message", "Description", "Error description"),
            reads=reading.text_of(400),
            kept=False,
        ),
        Column(
            "period_end",
            "PeriodEnd",
            "Last day of the return's month",
            "31/10/2026",
            aliases=("Period end", "Period end date"),
            reads=reading.day,
            is_date=True,
        ),
    )

    def default_as_at(self, received_on: date) -> date:
        """The end of the newest month that is over, where the file does not say."""
        return Period.latest_ended(received_on).end

    def tells_of(self, first: Mapping[str, Cell]) -> date | None:
        """The file's own ``PeriodEnd``."""
        try:
            return parse_date(first.get("period_end"))
        except BadValue:
            return None

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """Every row must be of one month's return."""
        month = read.get("period_end")
        if month is not None and Period.of(month) != Period.of(given.as_at):
            yield Problem(
                "period_end", "another month", "This row is of another month than the first row."
            )

    def gather(self, file: InboundFile) -> None:
        """Join the rows of one record, and set beside each error what we found ourselves."""
        period = Period.of(file.as_at)
        build = queries.standing(file.authority, period)
        if build is None:
            _say_once(
                file,
                f"No final return for {period.label} was made here, so this cannot say what we "
                "found ourselves",
            )
        with connection.cursor() as cursor:
            cursor.execute(JOIN, {"file": file.pk, "build": build.pk if build else None})
            records = cursor.fetchall()
            kept = [
                (numbers[0], _more(errors, is_sent if build else None, period))
                for numbers, errors, is_sent in records
            ]
            cursor.execute(
                "UPDATE intake_inboundrow r SET read = r.read || v.more::jsonb"
                " FROM unnest(%s::integer[], %s::text[]) AS v(number, more)"
                " WHERE r.file_id = %s AND r.number = v.number",
                [[number for number, _ in kept], [more for _, more in kept], file.pk],
            )
        joined = [
            (other, Outcome.SET_ASIDE.value, Reason.JOINED.value, f"Joined with row {numbers[0]}")
            for numbers, _, _ in records
            for other in numbers[1:]
        ]
        update_rows(file, (("outcome", "text"), ("reason", "text"), ("why", "text")), joined)

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """Nothing: what is wrong is for a person to put right."""
        return []

    def plan_new(self, read: Read, given: Given) -> Staged:
        """Say plainly that we hold no such record, and what our return said of it."""
        month = read.get(MONTH, "")
        words = {
            True: f"The return for {month} named this NCCIS id, and no record has it any more",
            False: f"We hold no record with this NCCIS id, and our return for {month} named none",
            None: "We hold no record with this NCCIS id",
        }
        return Staged(Outcome.NEEDS_PERSON, Reason.NO_MATCH, words[read.get(SENT)])

    def to_review(
        self, read: Read, held: Held | None, instructions: list[Instruction], given: Given
    ) -> Iterable[Problem]:
        """Each error in words, and whether we found it too: to know, not to stop."""
        rules = editions.for_period(given.as_at).rules
        for error in read.get(ERRORS, ()):
            code = error["code"]
            rule = rules.get(code)
            words = rule.words if rule else f"Error {code}, which no rule of ours has"
            yield Problem("", f"error {code}", f"{words}. {found_here(error)}", Level.NOTE)

    def work_of(self, read: Read) -> str:
        """Which errors to put right, and of which month."""
        codes = list(dict.fromkeys(error["code"] for error in read.get(ERRORS, ())))
        more = f" and {len(codes) - 10} more" if len(codes) > 10 else ""
        return f"{self.gives_work} for {read.get(MONTH, '')}: {', '.join(codes[:10])}{more}"


def found_here(error: Mapping[str, Any]) -> str:
    """Whether we found an error too, as a sentence."""
    words = {True: "We found it too", False: "We did not find it", None: "Not known here"}
    return f"{words[error.get('ours')]}."


def _more(errors: list[dict[str, Any]], is_sent: bool | None, period: Period) -> str:
    more: dict[str, Any] = {ERRORS: errors, MONTH: period.label}
    if is_sent is None:
        more[ERRORS] = [{k: v for k, v in one.items() if k != "ours"} for one in errors]
    else:
        more[SENT] = is_sent
    return json.dumps(more)


def _say_once(file: InboundFile, notice: str) -> None:
    if notice not in file.notices:
        file.notices = [*file.notices, notice]
        InboundFile.objects.filter(pk=file.pk).update(notices=file.notices)


JOIN = """
WITH told AS (
    SELECT number, read->>'young_persons_id' AS id, read->>'code' AS code,
           coalesce(read->>'element', '') AS element
    FROM intake_inboundrow WHERE file_id = %(file)s AND outcome = 'undecided'
), records AS (
    SELECT id, array_agg(number ORDER BY number) AS numbers FROM told GROUP BY id
), ours AS (
    SELECT DISTINCT young_persons_id AS id, code FROM returns_finding WHERE build_id = %(build)s
), errors AS (
    SELECT id, code, element, min(number) AS number FROM told GROUP BY id, code, element
), sent AS (
    SELECT young_persons_id AS id FROM returns_sentstatus WHERE build_id = %(build)s
)
SELECT r.numbers,
       json_agg(json_build_object(
           'code', e.code, 'element', e.element, 'ours', o.id IS NOT NULL
       ) ORDER BY e.number),
       bool_or(s.id IS NOT NULL)
FROM records r
JOIN errors e USING (id)
LEFT JOIN ours o ON o.id = e.id AND o.code = e.code
LEFT JOIN sent s ON s.id = e.id
GROUP BY r.id, r.numbers
"""
"""Records of a file: their rows, their errors each once, and whether our return named them."""
