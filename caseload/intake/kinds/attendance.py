"""Attendance of a school's pupils, as counts of each mark (ISA-01, ISA-12)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace as altered
from datetime import date
from typing import Any

from caseload.attendance import every_mark, last_term_end, lists, marks_on, sums_of, term_of
from caseload.intake.directory import Given
from caseload.intake.holdings import Held
from caseload.intake.kinds import reading, school_census, shared
from caseload.intake.kinds.base import (
    Column,
    Field,
    Kind,
    Level,
    NeedsPerson,
    Problem,
    Read,
    register,
)
from caseload.intake.planning import Instruction, Version, begin, give_way, replace
from caseload.intake.rules import Reason
from caseload.models import Attendance, Identifier, Particulars, Section72
from ccis.calendar.words import date_in_words
from ccis.files.values import Cell, normalise_header, parse_int

MOST = 999
"""Sessions in no more than a year, with room."""

FIELD = "attendance"


def count(cell: Cell, given: Given) -> object:
    """How many sessions."""
    return parse_int(cell, least=0, most=MOST)


SIGNS = {"/": "am", "\\": "pm", "#": "closed"}
"""Marks that are no letters, as the names of our columns have them."""


def _key(mark: str) -> str:
    return f"mark_{SIGNS.get(mark, mark.lower())}"


def _mark_columns() -> tuple[Column, ...]:
    newest = lists()[-1].marks
    return tuple(
        Column(
            _key(mark),
            mark,
            f"Sessions marked {mark}, {newest[mark].means[:1].lower()}{newest[mark].means[1:]}"
            if mark in newest
            else f"Sessions marked {mark}, in earlier years",
            reads=count,
            sensitive=True,
        )
        for mark in every_mark()
    )


MARKS = {_key(mark): mark for mark in every_mark()}

BY_KEY = {column.key: column for column in school_census.SchoolCensus.columns}


@register
class AttendanceExtract(Kind):
    """How many sessions of a term each pupil was there, and how many away."""

    name = "attendance"
    label = "School attendance extract"
    meaning = (
        "For each pupil the sessions that were possible and how many have each attendance mark, "
        "from a school. Only the year groups that are switched on are taken, and nothing at all "
        "before attendance is switched on."
    )
    accepting = (
        "The sums are kept with the school and the days that they are of: sessions possible, "
        "attended, authorised and unauthorised absence, and how many of these under a suspension "
        "or exclusion. Why someone was away is not kept in their record.",
        "Without From and Until in the file it tells of its term, up to the day of the file; when "
        "nobody gives that day, of the last term that is over.",
        "Marks are read by the national list of the time. A mark that it does not have, or that "
        "no list has, is kept with the row, said, and counted as not clear.",
        "The same days again are put right. A longer report takes the place of those within it; "
        "days that overlap otherwise wait for a person.",
        "Of someone under an instruction of section 72 nothing is taken.",
        "It adds nobody, and changes nothing else.",
    )
    unique = ("upn",)
    core_suffices = False
    protected = ("possible",)
    facts = (Attendance, Identifier, Particulars, Section72)
    one_of = (("dfe_number",),)
    columns = (
        BY_KEY["dfe_number"],
        shared.UPN,
        shared.FAMILY,
        shared.GIVEN,
        shared.BIRTH,
        Column(
            "year",
            "NCyearActual",
            "National Curriculum year",
            "11",
            aliases=("Year group", "NC Year"),
            reads=school_census.year_of,
        ),
        Column(
            "from",
            "From",
            "First day that the counts are of",
            "01/09/2026",
            aliases=("From date", "Period start"),
            reads=reading.day,
            is_date=True,
        ),
        Column(
            "until",
            "Until",
            "Last day that the counts are of",
            "23/10/2026",
            aliases=("To date", "Period end"),
            reads=reading.day,
            is_date=True,
        ),
        Column(
            "possible",
            "TermlySessionsPossible",
            "Sessions that were possible",
            "72",
            aliases=("Sessions possible", "SessionsPossible"),
            reads=count,
            required=True,
            sensitive=True,
        ),
        *(
            altered(column, example={"/": "34", "\\": "33", "I": "5"}.get(column.heading, ""))
            for column in _mark_columns()
        ),
    )
    fields = (
        Field(
            "identity",
            "Who they are: names, date of birth, UPN, school and year group, and which days",
            ("dfe_number", "upn", "family", "given", "birth", "year", "from", "until"),
            core=True,
        ),
        Field(
            FIELD,
            "Attendance marks, some of which tell of health or religion",
            ("possible", *MARKS),
            law="special",
        ),
    )
    keeps_unknown = "headings of one or two signs, which may be marks"
    identity = frozenset({"dfe_number", "family", "given", "birth", "from", "until"})

    def default_as_at(self, received_on: date) -> date:
        """The end of the last term that is over."""
        return last_term_end(received_on)

    def field_of(self, heading: str) -> str:
        """A heading of one or two signs is a mark, if one that we do not know (ISA-12)."""
        return FIELD if 0 < len(normalise_header(heading)) <= 2 else ""

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """Counts that fit together, by marks of the time."""
        yield from shared.check_birth(read, given)
        start, until = read.get("from"), read.get("until")
        if (start is None) != (until is None):
            yield Problem("from" if start is None else "until", "one day only", "Give both days.")
            return
        if start and until and until < start:
            yield Problem(
                "until", "end before start", "The last day must be the first day or later."
            )
            return
        if (until or given.as_at) > given.today:
            yield Problem("until", "days to come", "These days are not over yet.")
            return
        yield from _check_counts(read, start or term_of(given.as_at))

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """The sums of the told days, in the place of what they tell again."""
        if not _tells(read) or any(v.holds_on(given.today) for v in held.section72):
            return []
        place = shared.place_of(read, given)
        if place is None:
            raise NeedsPerson(Reason.PROVIDER_MISSING, "The row does not say at which school")
        until = shared.day_of(read, "until") or given.as_at
        start = shared.day_of(read, "from") or term_of(until)
        sums = sums_of(_counts(read), read.get("possible"), start)
        values = {"provider_id": place.pk, **sums._asdict(), "marks": marks_on(start).name}
        ours = [v for v in held.attendance if v.values["provider_id"] == place.pk]
        return plan_attendance(ours, values, start, until)


def _tells(read: Read) -> bool:
    return "possible" in read or any(key in read for key in MARKS)


def _counts(read: Read) -> dict[str, int]:
    return {mark: int(read[key]) for key, mark in MARKS.items() if key in read}


def _check_counts(read: Read, on: date) -> Iterable[Problem]:
    if not _tells(read):
        yield Problem("possible", "no sessions", "No sessions are given.", Level.NOTE)
        return
    counts, known = _counts(read), marks_on(on).marks
    for mark, sessions in counts.items():
        if sessions and mark not in known:
            yield Problem(
                _key(mark),
                "mark not of the year",
                f"{mark} is no attendance mark of that time. Its sessions count as not clear.",
                Level.NOTE,
            )
    sums = sums_of(counts, read.get("possible"), on)
    if sums.unclear < 0:
        yield Problem(
            "possible",
            "more sessions than possible",
            f"The marks come to {sums.possible - sums.unclear} sessions, and {sums.possible} were "
            "possible. Put right whichever is wrong.",
        )
    elif sums.unclear and not any(n and mark not in known for mark, n in counts.items()):
        yield Problem(
            "possible",
            "sessions without a mark",
            "The marks come to fewer sessions than were possible. The rest count as not clear.",
            Level.NOTE,
        )


def plan_attendance(
    held: Sequence[Version], values: dict[str, Any], start: date, until: date
) -> list[Instruction]:
    """Say the sums of some days at one school. ``held`` is believed of that school.

    What lies within these days gives way. Raises ``NeedsPerson`` where other days overlap.
    """
    made: list[Instruction] = []
    said = False
    for version in held:
        ends = version.until or until
        if version.start == start and ends == until:
            said = True
            if any(version.values[key] != value for key, value in values.items()):
                made.append(
                    replace(
                        "attendance",
                        version,
                        does="corrects",
                        start=start,
                        until=until,
                        values=values,
                    )
                )
        elif start <= version.start and ends <= until:
            made.append(give_way("attendance", version))
        elif version.start <= until and start <= ends:
            raise NeedsPerson(
                Reason.CONFLICT,
                f"We hold attendance there from {date_in_words(version.start)} to "
                f"{date_in_words(ends)}, and these days overlap it",
            )
    return made if said else [*made, begin("attendance", values, start, until)]
