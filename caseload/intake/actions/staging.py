"""Whom each row is about, and what accepting it would write: worked out, and nothing done yet."""

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connection, transaction

from caseload.intake.actions.reading import given_of
from caseload.intake.actions.states import Clock, note_progress, settle
from caseload.intake.checking import as_json
from caseload.intake.differing import differences
from caseload.intake.directory import Given
from caseload.intake.holdings import Held, active_people, held_about, newest_changes
from caseload.intake.kinds import Kind, kind_named
from caseload.intake.kinds.base import Level, NeedsPerson, Problem, Staged
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.placing import place_staged
from caseload.intake.planning import changes_something
from caseload.intake.queries import indexes_preferred, send_values
from caseload.intake.rules import READY_OUTCOMES, Outcome, Reason, next_chunk
from caseload.intake.sealing import close_staged, without_identity
from caseload.matching.answers import answers_for_file
from caseload.matching.queries import find_people, forget, make_tables, name_of_rule
from caseload.matching.rules import AGAINST_LABELS, Against, Doubt
from caseload.matching.scoring import score_file
from caseload.queries.sealed import says_any, sealed_words
from ccis.authorities.policy import policy_of
from ccis.calendar.words import local_date

logger = logging.getLogger(__name__)

ROWS_AT_A_TIME = 10_000
"""The most rows in one transaction; how many there are is told by how long the last ones took."""

FIRST_ROWS = 2_000

NO_WORDS: frozenset[str] = frozenset()

OUT_OF_PLAY = (
    Outcome.CANNOT_READ,
    Outcome.SET_ASIDE,
    Outcome.NOT_USED,
    Outcome.ELSEWHERE,
    Outcome.SENT_ON,
)
"""Rows that are nobody's rival for a person."""

IS_OUT = [outcome.value for outcome in OUT_OF_PLAY]

KEYS = """
INSERT INTO match_keys
SELECT number, read->>'upn', read->>'uln', (read->>'birth')::date,
       read->>'given', read->>'family', read->>'postcode', read->>'young_persons_id'
FROM intake_inboundrow
WHERE file_id = %(file)s AND outcome <> ALL (%(out)s)
"""

RIVALS = """
SELECT other.number FROM intake_inboundrow other, intake_inboundrow this
WHERE this.id = %(row)s AND other.file_id = %(file)s AND other.id <> this.id
  AND other.outcome <> ALL (%(out)s)
  AND (other.read->>'upn' = this.read->>'upn' OR other.read->>'uln' = this.read->>'uln'
       OR other.read->>'birth' = this.read->>'birth'
       OR other.read->>'young_persons_id' = this.read->>'young_persons_id'
       OR other.person_id = ANY (%(people)s)
       OR EXISTS (SELECT FROM jsonb_array_elements(other.candidates) c
                  WHERE (c->>'person')::bigint = ANY (%(people)s)))
"""

SAID_NEW = """
INSERT INTO match_decided
SELECT number, NULL, false FROM intake_inboundrow WHERE file_id = %(file)s AND is_new
"""


def match_and_stage(file: InboundFile, *, now: Clock) -> None:
    """Match the rows that are undecided, and say where each stands; then hand it to people."""
    try:
        find_matches(file)
        given = given_of(file, today=local_date(now()))
        done, size, began = 0, min(FIRST_ROWS, ROWS_AT_A_TIME), now()
        while staged := stage_next(file, given, limit=size):
            done += staged
            ended = now()
            size = next_chunk(size, took=ended - began, most=ROWS_AT_A_TIME)
            note_progress(file, at=ended, done_count=done)
            began = ended
    finally:
        if not connection.needs_rollback:
            forget()
    settle(file, at=now())


def find_matches(file: InboundFile) -> None:
    """Fill ``match_result`` for all rows of the file that are in play.

    Nothing but temporary tables of this session is written, so no transaction spans it: it
    may take some seconds, and holds nobody up.
    """
    _by_rules(file)
    score_file(file)


def _by_rules(file: InboundFile, numbers: Collection[int] | None = None) -> None:
    """Ask the rules about all rows that are in play, or about some of them alone."""
    make_tables()
    with connection.cursor() as cursor:
        cursor.execute(
            KEYS if numbers is None else KEYS + " AND number = ANY (%(numbers)s)",
            {"file": file.pk, "out": IS_OUT, "numbers": list(numbers or ())},
        )
        cursor.execute(SAID_NEW, {"file": file.pk})
    answers_for_file(file)
    find_people(file.authority, within_file=_may_add(kind_named(file.kind)))


def _find_matches_of(row: InboundRow) -> None:
    """Fill ``match_result`` for one row, and for those that may be about the same person.

    So that an answer takes no longer in a large file: a rival is a row that says a number or a
    date of birth of this one, or stands at someone whom the rules find for it.
    """
    file = row.file
    _by_rules(file, [row.number])
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT person_id FROM match_candidates")
        people = [person for (person,) in cursor.fetchall()]
        cursor.execute(RIVALS, {"file": file.pk, "row": row.pk, "out": IS_OUT, "people": people})
        rivals = [number for (number,) in cursor.fetchall()]
    if rivals:
        _by_rules(file, [row.number, *rivals])
    others = InboundRow.objects.filter(file=file, person__isnull=False).exclude(pk=row.pk)
    score_file(file, taken=others.exclude(outcome__in=OUT_OF_PLAY).values_list("person", flat=True))


def _may_add(kind: Kind) -> bool:
    return kind.creates or kind.asks_school


class Match(NamedTuple):
    """What matching found for a row: someone, or a doubt and who or what it is about."""

    person: int | None
    doubt: str | None
    candidates: list[dict[str, Any]]
    other_rows: list[int]


NEXT_ROWS = """
SELECT r.number, r.read, r.problems, m.person_id, m.doubt,
       CASE WHEN m.doubt IS NOT NULL THEN m.candidates END, m.other_rows, r.school_said
FROM intake_inboundrow r LEFT JOIN match_result m ON m.number = r.number
WHERE r.file_id = %s AND r.outcome = 'undecided'
ORDER BY r.number LIMIT %s
"""


@transaction.atomic
@indexes_preferred()
def stage_next(file: InboundFile, given: Given, *, limit: int) -> int:
    """Say where the next undecided rows stand, as one set. Gives how many there were."""
    kind = kind_named(file.kind)
    with connection.cursor() as cursor:
        cursor.execute(NEXT_ROWS, [file.pk, limit])
        rows = cursor.fetchall()
    people = {person for _, _, _, person, *_ in rows if person is not None}
    versions = newest_changes(people, kind.facts) if people else {}
    held = held_about(people, kind.facts) if people else {}
    days = policy_of(file.authority).active_days
    active = active_people(people, days=days, on=given.today) if days and people else set()
    sealed = sealed_words(people)
    looked_at = []
    for number, kept, problems, *found, school_said in rows:
        match = _match(found)
        read = json.loads(kept)
        if school_said:
            read["school_said"] = school_said
        known = _problems(problems)
        staged = stage_row(kind, read, known, match, held, given, active=active, sealed=sealed)
        version = versions.get(match.person or 0) if match else None
        looked_at.append((number, staged, version, known))
    place_staged(file, [(staged, known) for _, staged, _, known in looked_at])
    _keep_staged(file, [_line(number, staged, version) for number, staged, version, _ in looked_at])
    close_staged(file, [number for number, *_ in looked_at])
    return len(rows)


def _match(found: Sequence[Any]) -> Match | None:
    person, doubt, candidates, other_rows = found
    if doubt is None and person is None:
        return None
    return Match(person, doubt, json.loads(candidates) if candidates else [], other_rows or [])


def _problems(kept: str) -> list[dict[str, Any]]:
    return json.loads(kept) if kept != "[]" else []


def _line(number: int, staged: Staged, version: int | None) -> tuple[Any, ...]:
    return (
        number,
        staged.outcome.value,
        staged.reason.value if staged.reason else "",
        staged.why[:300],
        as_json(staged.instructions) if staged.instructions else "[]",
        version,
        staged.wait_until,
        as_json(staged.problems) if staged.problems is not None else None,
    )


STAGED_COLUMNS = (
    ("number", "integer"),
    ("outcome", "text"),
    ("reason", "text"),
    ("why", "text"),
    ("proposal", "jsonb"),
    ("person_version", "bigint"),
    ("wait_until", "date"),
    ("problems", "jsonb"),
)

KEEP_STAGED = f"""
UPDATE intake_inboundrow r
SET outcome = v.outcome, reason = v.reason, why = v.why, proposal = v.proposal,
    person_version = v.person_version, wait_until = v.wait_until, person_id = m.person_id,
    problems = coalesce(v.problems, r.problems),
    rule = coalesce({name_of_rule("m.rule")}, ''), candidates = coalesce(m.candidates, '[]')
FROM staged_now v LEFT JOIN match_result m ON m.number = v.number
WHERE r.file_id = %s AND r.number = v.number
"""  # noqa: S608


def _keep_staged(file: InboundFile, lines: Sequence[Sequence[Any]]) -> None:
    """Write down where rows stand, and whom matching found them to be about."""
    if not lines:
        return
    with connection.cursor() as cursor:
        send_values(cursor, "staged_now", STAGED_COLUMNS, lines)
        cursor.execute(KEEP_STAGED, [file.pk])
        cursor.execute("DROP TABLE staged_now")


def stage_row(
    kind: Kind,
    read: Mapping[str, Any],
    problems: Sequence[Mapping[str, Any]],
    match: Match | None,
    held: Mapping[int, Held],
    given: Given,
    *,
    active: Collection[int] = (),
    sealed: Mapping[int, frozenset[str]] = MappingProxyType({}),
) -> Staged:
    """Where one row stands: whom it is about decides first, then what it would change.

    What differs from what we hold waits for someone where the person is among ``active``.
    A row that says a word of ``sealed`` changes nothing of who they are (LAW-10).
    """
    if match is not None and match.doubt is not None:
        return _doubted(match)
    ours = held[match.person] if match is not None and match.person is not None else None
    try:
        if ours is None:
            staged = kind.plan_new(read, given)
        else:
            instructions = kind.plan(read, ours, given)
            if says_any(
                sealed.get(match.person or 0, NO_WORDS) if match else NO_WORDS, read.values()
            ):
                instructions = without_identity(instructions)
            changes = changes_something(instructions)
            staged = Staged(
                Outcome.WILL_CHANGE if changes else Outcome.NO_CHANGE, instructions=instructions
            )
    except NeedsPerson as error:
        return Staged(Outcome.NEEDS_PERSON, error.reason, error.why)
    if staged.outcome not in READY_OUTCOMES | {Outcome.WAITS}:
        return staged
    asked = list(kind.to_review(read, ours, staged.instructions, given))
    if ours is not None and match is not None and match.person in active:
        asked += differences(staged.instructions, ours)
    known = with_asked(problems, asked) if problems or asked else []
    if known != list(problems):
        staged.problems = known
    to_check = next((problem for problem in known if is_unaccepted(problem)), None)
    if to_check is not None:
        staged.outcome = Outcome.NEEDS_PERSON
        staged.reason, staged.why = Reason.PLEASE_CHECK, to_check["message"]
    return staged


def with_asked(
    problems: Sequence[Mapping[str, Any]], asked: Iterable[Problem]
) -> list[dict[str, Any]]:
    """A row's problems with those that looking at the record raised now.

    What was raised before and is not any more goes, unless somebody accepted it.
    """
    now = {problem.code: problem for problem in asked}
    kept = [
        dict(problem)
        for problem in problems
        if not problem.get("asked") or problem.get("accepted") or problem["code"] in now
    ]
    known = {problem["code"] for problem in kept}
    return kept + [problem.of_whole_row() for code, problem in now.items() if code not in known]


def is_unaccepted(problem: Mapping[str, Any]) -> bool:
    """Whether a problem is one to check that nobody has accepted yet."""
    return problem["level"] == Level.SOFT and not problem.get("accepted")


def _doubted(match: Match) -> Staged:
    reason = Reason(str(match.doubt))
    if match.doubt == Doubt.SEVERAL_PEOPLE:
        why = f"{len(match.candidates)} people could be meant"
    elif match.doubt == Doubt.LIKELY:
        several = len(match.candidates) > 1
        why = f"{len(match.candidates)} people are" if several else "Someone we hold is"
        why += " like the person in this row"
    elif match.doubt == Doubt.SEVERAL_ROWS:
        rows = ", ".join(map(str, match.other_rows[:10]))
        one = len(match.other_rows) == 1
        why = f"{'Row' if one else 'Rows'} {rows} {'is' if one else 'are'} about the same person"
    else:
        against = {Against(a) for c in match.candidates for a in c["against"]}
        why = "; ".join(AGAINST_LABELS[one] for one in Against if one in against)
    return Staged(Outcome.NEEDS_PERSON, reason, why[:1].upper() + why[1:])


def stage_one(row: InboundRow, *, today: date) -> None:
    """Match and stage a single row afresh, in the caller's transaction."""
    file = row.file
    InboundRow.objects.filter(pk=row.pk).update(outcome=Outcome.UNDECIDED)
    _find_matches_of(row)
    try:
        stage_next(file, given_of(file, today=today), limit=1)
    finally:
        if not connection.needs_rollback:
            forget()
    row.refresh_from_db()
