"""Carrying out what was approved: chunks, each one transaction with one change (design §5).

A chunk is written as sets: one statement supersedes, one inserts, for each table of facts. The
outcome of its rows is written in the same transaction, so a worker that is killed at any
moment has done each row wholly or not at all, and the next one goes on from there.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from caseload.intake.actions.announcing import announce_said
from caseload.intake.actions.giving_work import open_work
from caseload.intake.actions.staging import KEYS
from caseload.intake.actions.states import Clock, note_progress, settle
from caseload.intake.holdings import FACTS, columns_of, newest_changes
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.queries import indexes_preferred, update_rows
from caseload.intake.rules import (
    AFTER_APPLYING,
    OPEN_OUTCOMES,
    READY_OUTCOMES,
    Outcome,
    Reason,
    next_chunk,
)
from caseload.matching.answers import answers_for_file
from caseload.matching.queries import find_people, forget, make_tables
from caseload.models import Departure, Name, RestrictionLevel, YoungPerson
from caseload.signals import died
from ccis.access.references import new_reference
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.audit.models import Change

logger = logging.getLogger(__name__)

CHUNK = 10_000
"""The most rows in one transaction; how many there are is told by how long the last ones took."""

FIRST_CHUNK = 2_000

ADDING_LOCK = 71_003
"""First key of the advisory lock that adders of new people take in turn; then the authority."""


class ChangedUnderHand(Exception):
    """A version to be superseded was not believed any more, though its person had not changed."""


def apply(file: InboundFile, *, now: Clock, chunk: int = CHUNK) -> None:
    """Apply every row that is ready, chunk by chunk, and settle where the file stands.

    Chunks are as long as can be done in a second, whatever the machine. One that the database
    refuses is tried again in halves, so that one row never holds up the others: that row is
    looked at again.
    """
    size, start = min(chunk, FIRST_CHUNK), 0
    while True:
        began = now()
        try:
            go_on_from = apply_chunk(file, at=began, limit=size, start=start)
        except (DatabaseError, ChangedUnderHand) as error:
            if size == 1:
                _hold_back_first(file, error, start)
            size = max(1, size // 2)
            continue
        if go_on_from is None:
            break
        start = go_on_from
        size = next_chunk(size, took=now() - began, most=chunk)
    _retire_set_aside(file)
    if Name in kind_named(file.kind).facts:
        _tidy_search(file)
    settle(file, at=now())


def _tidy_search(file: InboundFile) -> None:
    """Have names that were just added found as quickly as others: an index puts new ones off.

    What cannot be had now is no reason to stop: the next file's tidying does it too.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT clean_search_index()")
    except DatabaseError as error:
        logger.warning("file %s: search not tidied: %s", file.ref, type(error).__name__)


@dataclass(slots=True)
class Ready:
    """A row that is ready, as applying needs it."""

    pk: int
    number: int
    person: int | None
    outcome: Outcome
    version: int | None


@transaction.atomic
@indexes_preferred()
def apply_chunk(file: InboundFile, *, at: datetime, limit: int, start: int = 0) -> int | None:
    """Apply the next rows from a number on, as one change.

    Gives the number from which to go on, before which no row is ready; None if none was left.
    """
    rows, go_on_from = _next_ready(file, limit, start)
    if not rows:
        return None
    change = open_change(
        authority=file.authority,
        by=file.approved_by,
        why=f"{kind_named(file.kind).label}: file applied",
        at=at,
        file_ref=file.ref,
        source=file.sender[:200],
    )
    known = [row for row in rows if row.person is not None]
    moved_on = _moved_on(file, known)
    adding = [row for row in rows if row.person is None]
    there_now = _there_now(file, adding)
    _look_again(file, [row.number for row in known if row.pk in moved_on], RECORD_CHANGED)
    _look_again(file, [row.number for row in adding if row.number in there_now], ADDED_SINCE)
    known = [row for row in known if row.pk not in moved_on]
    adding = [row for row in adding if row.number not in there_now]
    _add_people(file, adding)
    _write_facts([*known, *adding], change)
    _write_outcomes([*known, *adding], change)
    _write_trail(file, known, adding, change)
    announce_said(file, [row.pk for row in (*known, *adding)], change)
    open_work(file, [row.pk for row in (*known, *adding)], change)
    note_progress(file, at=at, done_count=file.done_count + len(rows))
    return go_on_from


def _next_ready(file: InboundFile, limit: int, start: int) -> tuple[list[Ready], int]:
    """The next rows, each person once, and the number of the row to go on from.

    What else is about someone comes with the next chunk.
    """
    found = (
        InboundRow.objects.filter(file=file, outcome__in=READY_OUTCOMES, number__gte=start)
        .order_by("number")
        .values_list("pk", "number", "person_id", "outcome", "person_version")[:limit]
    )
    rows: list[Ready] = []
    seen: set[int] = set()
    go_on_from = None
    for pk, number, person, outcome, version in found:
        if person is None or person not in seen:
            rows.append(Ready(pk, number, person, Outcome(outcome), version))
        elif go_on_from is None:
            go_on_from = number
        if person is not None:
            seen.add(person)
    return rows, go_on_from or (rows[-1].number + 1 if rows else start)


RECORD_CHANGED = "The record has changed since this was worked out"
ADDED_SINCE = "Someone like this has been added since this was worked out"


def _look_again(file: InboundFile, numbers: Sequence[int], why: str) -> None:
    InboundRow.objects.filter(file=file, number__in=numbers).update(
        outcome=Outcome.LOOK_AGAIN, reason=Reason.MOVED_ON, why=why
    )


def _hold_back_first(file: InboundFile, error: Exception, start: int) -> None:
    """Have the one row looked at again that the database will not take."""
    rows, _ = _next_ready(file, 1, start)
    logger.error("file %s row %s: %s", file.ref, rows[0].number, type(error).__name__)
    InboundRow.objects.filter(pk=rows[0].pk).update(
        outcome=Outcome.LOOK_AGAIN,
        reason=Reason.CONFLICT,
        why="What this row would change does not fit the record",
    )


# -- who it is about -----------------------------------------------------------------------------


def _moved_on(file: InboundFile, rows: Sequence[Ready]) -> set[int]:
    """Rows whose person has changed since, or was merged into another; everyone else's record is
    held from here on."""
    people = sorted(row.person for row in rows if row.person is not None)
    if not people:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, merged_into_id FROM caseload_youngperson WHERE id = ANY(%s)"
            " ORDER BY id FOR NO KEY UPDATE",
            [people],
        )
        merged = {person for person, stays in cursor.fetchall() if stays is not None}
    newest = newest_changes(people, kind_named(file.kind).facts)
    return {
        row.pk
        for row in rows
        if row.person is not None and (row.person in merged or newest[row.person] != row.version)
    }


def _there_now(file: InboundFile, rows: Sequence[Ready]) -> set[int]:
    """Rows about someone new whom a rule finds after all; adders of people take turns."""
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ADDING_LOCK, file.authority_id])
        make_tables()
        cursor.execute(
            KEYS + " AND number = ANY (%(numbers)s)",
            {
                "file": file.pk,
                "out": [""],
                "numbers": [row.number for row in rows],
            },
        )
        answers_for_file(file)
        find_people(file.authority)
        cursor.execute("SELECT number FROM match_result")
        found = {number for (number,) in cursor.fetchall()}
    forget()
    return found


def _add_people(file: InboundFile, rows: Sequence[Ready]) -> None:
    """Make the records of new people, and say on each row which is its own."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('caseload_person_number_seq') FROM generate_series(1, %s)",
            [len(rows)],
        )
        numbers = [number for (number,) in cursor.fetchall()]
    authority = file.authority
    kept = _kept_ids(file, rows)
    people = YoungPerson.objects.bulk_create(
        YoungPerson(
            ref=new_reference(),
            lead_authority=authority,
            young_persons_id=kept.get(row.number) or f"{authority.database_id}{number:010d}",
        )
        for row, number in zip(rows, numbers, strict=True)
    )
    if kept:
        _go_on_after(kept.values())
    for row, person in zip(rows, people, strict=True):
        row.person = person.pk
    update_rows(file, (("person_id", "bigint"),), [(row.number, row.person) for row in rows])


def _kept_ids(file: InboundFile, rows: Sequence[Ready]) -> dict[int, str]:
    """The NCCIS ids that new people bring with them, by row number."""
    if not kind_named(file.kind).keeps_ids:
        return {}
    said = InboundRow.objects.filter(file=file, number__in=[row.number for row in rows])
    return {
        number: str(read["young_persons_id"])
        for number, read in said.values_list("number", "read")
        if read.get("young_persons_id")
    }


HIGHEST_KEPT = 9_000_000_000
"""Numbers from here on are left to whoever brings them: ours would run out of digits."""


def _go_on_after(ids: Iterable[str]) -> None:
    """Have the numbers that we give go on after the highest that came from elsewhere."""
    highest = max((n for n in (int(one[3:]) for one in ids) if n < HIGHEST_KEPT), default=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('caseload_person_number_seq', %(highest)s)"
            " FROM caseload_person_number_seq WHERE last_value < %(highest)s",
            {"highest": highest},
        )


# -- what is written -----------------------------------------------------------------------------

GATHER = """
CREATE TEMPORARY TABLE apply_now AS
SELECT r.number, r.person_id, i.fact, i.supersedes, coalesce(i.keep, false) AS keep,
       i."from" AS starts, i.until, coalesce(i."values", '{}') AS said, i.verified_on
FROM intake_inboundrow r
CROSS JOIN LATERAL jsonb_to_recordset(r.proposal) AS i(
    fact text, supersedes bigint, keep boolean, "from" date, until date, "values" jsonb,
    verified_on date
)
WHERE r.id = ANY(%s)
"""


def _write_facts(rows: Sequence[Ready], change: Change) -> None:
    """Carry out the instructions of these rows: all that is superseded first, then the new."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.apply_now")
        cursor.execute(GATHER, [[row.pk for row in rows]])
        cursor.execute("ANALYZE apply_now (number, person_id, fact, supersedes, starts)")
        cursor.execute("SELECT DISTINCT fact FROM apply_now ORDER BY fact")
        facts = [FACTS[fact] for (fact,) in cursor.fetchall()]
        for model in facts:
            _supersede(cursor, model, change)
        for model in sorted(facts, key=lambda fact: bool(fact._meta.model_name == "verification")):
            _insert(cursor, model, change)
        if Departure in facts:
            cursor.execute(DIED, [RestrictionLevel.DECEASED, RestrictionLevel.DECEASED])
            dead = frozenset(person for (person,) in cursor.fetchall())
            if dead:
                died.send(sender=Departure, people=dead, change=change, by=change.by, at=change.at)
        cursor.execute("DROP TABLE apply_now")


DIED = """
UPDATE caseload_youngperson p SET restriction_level = %s
FROM apply_now a
WHERE a.fact = 'departure' AND a.said->>'kind' = 'D' AND a.person_id = p.id
  AND p.restriction_level < %s
RETURNING p.id
"""
"""Someone who has died is seen by the administrator alone, however we heard of it."""


def _supersede(cursor: Any, model: type[Any], change: Change) -> None:
    fact = model._meta.model_name
    cursor.execute(
        "SELECT count(supersedes), count(DISTINCT supersedes) FROM apply_now WHERE fact = %s",
        [fact],
    )
    wanted, different = cursor.fetchone()
    cursor.execute(
        f"UPDATE {model._meta.db_table} f SET superseded_id = %s "  # noqa: S608
        "FROM apply_now a WHERE a.fact = %s AND f.id = a.supersedes "
        "AND f.person_id = a.person_id AND f.superseded_id IS NULL",
        [change.pk, fact],
    )
    if cursor.rowcount != wanted or different != wanted:
        raise ChangedUnderHand


def _insert(cursor: Any, model: type[Any], change: Change) -> None:
    """Insert the new versions of one fact; what is not said comes from the version kept."""
    fact, table = model._meta.model_name, model._meta.db_table
    if fact == "verification":
        cursor.execute(CONFIRM, [change.pk])
        return
    columns = columns_of(model)
    values = ", ".join(_value(model, column) for column in columns)
    insert = (
        f"INSERT INTO {table} "  # noqa: S608
        f"(person_id, during, recorded_id, source_row, {', '.join(columns)}) "
        f"SELECT a.person_id, daterange(a.starts, a.until, '[]'), %s, a.number, {values} "
        f"FROM apply_now a LEFT JOIN {table} old ON a.keep AND old.id = a.supersedes "
        "WHERE a.fact = %s AND a.starts IS NOT NULL ORDER BY a.number, a.starts"
    )
    if fact == "activity":
        cursor.execute(WITH_CONFIRMATIONS.format(insert=insert), [change.pk, fact, change.pk])
    else:
        cursor.execute(insert, [change.pk, fact])


def _value(model: type[Any], column: str) -> str:
    """SQL for one column of a new version."""
    field = next(f for f in model._meta.concrete_fields if f.column == column)
    said = f"(a.said->>'{column}')::{field.rel_db_type(connection) or field.db_type(connection)}"
    if column == "spell":
        return "coalesce(old.spell, nextval('caseload_spell_seq'))"
    if not field.null and field.get_internal_type() == "CharField":
        return f"coalesce({said}, old.{column}, '')"
    return f"coalesce({said}, old.{column})"


CONFIRM = """
INSERT INTO caseload_verification (person_id, spell, verified_on, recorded_id, source_row)
SELECT a.person_id, (a.said->>'spell')::bigint, (a.said->>'verified_on')::date, %s, a.number
FROM apply_now a WHERE a.fact = 'verification'
"""

WITH_CONFIRMATIONS = """
WITH made AS ({insert} RETURNING person_id, spell, source_row, lower(during) AS starts)
INSERT INTO caseload_verification (person_id, spell, verified_on, recorded_id, source_row)
SELECT m.person_id, m.spell, a.verified_on, %s, a.number
FROM made m JOIN apply_now a
  ON a.fact = 'activity' AND a.person_id = m.person_id AND a.starts = m.starts
WHERE a.verified_on IS NOT NULL
"""


APPLIED = f"""
UPDATE intake_inboundrow SET change_id = %s, outcome = CASE outcome
{" ".join(f"WHEN '{before}' THEN '{after}'" for before, after in AFTER_APPLYING.items())} END
WHERE id = ANY (%s)
"""  # noqa: S608


def _write_outcomes(rows: Sequence[Ready], change: Change) -> None:
    with connection.cursor() as cursor:
        cursor.execute(APPLIED, [change.pk, [row.pk for row in rows]])


def _write_trail(
    file: InboundFile, known: Sequence[Ready], added: Sequence[Ready], change: Change
) -> None:
    for verb, rows in (("record changed by a file", known), ("person added by a file", added)):
        if rows:
            trail.record_many(
                verb,
                [row.person for row in rows],
                kind=YoungPerson._meta.label_lower,
                by=file.approved_by,
                at=change.at,
                authority=file.authority,
                change=change,
                file=file.pk,
            )


def _retire_set_aside(file: InboundFile) -> None:
    """Once the rest is done, what was set aside was not used."""
    if not InboundRow.objects.filter(file=file, outcome__in=OPEN_OUTCOMES).exists():
        InboundRow.objects.filter(file=file, outcome=Outcome.SET_ASIDE).update(
            outcome=Outcome.NOT_USED
        )
