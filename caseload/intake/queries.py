"""Reads about files and rows."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Count

from caseload.intake import source_models
from caseload.intake.models import (
    ColumnMemory,
    InboundFile,
    InboundFileQuerySet,
    InboundRow,
    InboundRowQuerySet,
)
from caseload.intake.rules import AFTER_APPLYING, OUTCOME_LABELS, UNSURE_OUTCOMES, Outcome
from ccis.accounts.models import User


def counts_of(file: InboundFile) -> dict[Outcome, int]:
    """How many rows have each outcome, in the order of the review page; none that are 0."""
    found = dict(
        InboundRow.objects.filter(file=file)
        .order_by()
        .values_list("outcome")
        .annotate(rows=Count("pk"))
    )
    return {outcome: found[outcome] for outcome in OUTCOME_LABELS if outcome in found}


def remembered_columns(file: InboundFile, kind: str) -> dict[str, str]:
    """How this source's headings were matched before: our key, or nothing, by heading."""
    return dict(
        ColumnMemory.objects.filter(
            authority_id=file.authority_id, kind=kind, source=source_key(file)
        ).values_list("heading", "column")
    )


def source_key(file: InboundFile) -> str:
    """What a source is known by from one file to the next."""
    return source_models.source_key(file.provider, file.source_name)


def same_content(authority_id: int, sha256: str) -> InboundFileQuerySet:
    """Files of an authority with this content, less those refused or set aside."""
    return InboundFile.objects.filter(authority_id=authority_id, sha256=sha256).exclude(
        state__in=["refused", "set-aside"]
    )


DUPLICATES = """
WITH same AS (
    SELECT read->>%(key)s AS value, array_agg(number ORDER BY number) AS numbers
    FROM intake_inboundrow
    WHERE file_id = %(file)s AND read ? %(key)s
    GROUP BY 1 HAVING count(*) > 1
)
SELECT same.numbers
FROM same
JOIN intake_inboundrow r ON r.file_id = %(file)s AND r.number = ANY (same.numbers)
GROUP BY same.value, same.numbers
HAVING count(DISTINCT concat_ws(
    '|', r.read->>'birth', ccis_fold(r.read->>'family'), ccis_fold(r.read->>'given')
)) > 1
"""


def rows_of_two_people(file: InboundFile, key: str) -> list[list[int]]:
    """Groups of row numbers that share an identifier and are not about one person."""
    with connection.cursor() as cursor:
        cursor.execute(DUPLICATES, {"file": file.pk, "key": key})
        return [numbers for (numbers,) in cursor.fetchall()]


SAME_ROWS = """
SELECT array_agg(number ORDER BY number) FROM intake_inboundrow
WHERE file_id = %s AND outcome = 'undecided'
GROUP BY md5(read::text) HAVING count(*) > 1
"""


def rows_that_say_the_same(file: InboundFile) -> list[list[int]]:
    """Groups of row numbers that say exactly the same."""
    with connection.cursor() as cursor:
        cursor.execute(SAME_ROWS, [file.pk])
        return [numbers for (numbers,) in cursor.fetchall()]


WORST_COLUMNS = """
SELECT p->>'letter', p->>'column', count(DISTINCT r.number)
FROM intake_inboundrow r, jsonb_array_elements(r.problems) p
WHERE r.file_id = %s AND r.sealed_for_id IS NULL AND r.outcome = 'cannot-read'
  AND p->>'level' = 'hard' AND p->>'letter' <> ''
GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT 3
"""


def worst_columns(file: InboundFile) -> list[tuple[str, str, int]]:
    """The columns with the most errors that must be mended, at most three, the worst first:
    letter, our column, and in how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(WORST_COLUMNS, [file.pk])
        return list(cursor.fetchall())


def update_rows(
    file: InboundFile, columns: Sequence[tuple[str, str]], values: Collection[Sequence[Any]]
) -> None:
    """Update many rows of a file in one statement, inside the caller's transaction.

    ``columns`` are names with the SQL type of their values; the first value of each of
    ``values`` is the row's number, the others follow ``columns``.
    """
    if not values:
        return
    with connection.cursor() as cursor:
        send_values(cursor, "row_values", (("number", "integer"), *columns), values)
        setting = ", ".join(f"{name} = v.{name}" for name, _ in columns)
        cursor.execute(
            f"UPDATE intake_inboundrow r SET {setting} FROM row_values v "  # noqa: S608
            "WHERE r.file_id = %s AND r.number = v.number",
            [file.pk],
        )
        cursor.execute("DROP TABLE row_values")


def send_values(
    cursor: Any,
    table: str,
    columns: Sequence[tuple[str, str]],
    values: Iterable[Sequence[Any]],
) -> None:
    """Put values into a temporary table of the transaction, by COPY: quicker than arrays.

    The first of ``columns`` is what they are looked up by.
    """
    listed = ", ".join(f"{name} {kind}" for name, kind in columns)
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({listed}) ON COMMIT DROP")
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for line in values:
            copy.write_row(line)
    cursor.execute(f"ANALYZE {table} ({columns[0][0]})")


@contextmanager
def indexes_preferred() -> Iterator[None]:
    """Have statements look few rows up rather than read whole tables, inside a transaction.

    A chunk is a few thousand rows among millions, which the planner would still rather read
    through from end to end. A plan that seems dear would be compiled first, which costs more than
    it saves. Also a decorator.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
    yield
    with connection.cursor() as cursor:  # after an error the transaction takes it back itself
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT")


# -- what the review page counts -----------------------------------------------------------------

REASONS = """
SELECT outcome, reason, count(*) FROM intake_inboundrow
WHERE file_id = %s AND reason <> '' GROUP BY 1, 2 ORDER BY 3 DESC, 2
"""

PROBLEM_CODES = """
SELECT p->>'code', count(DISTINCT r.number)
FROM intake_inboundrow r, jsonb_array_elements(r.problems) p
WHERE r.file_id = %s AND r.outcome = 'cannot-read' AND p->>'level' = 'hard'
GROUP BY 1 ORDER BY 2 DESC, 1
"""

CHANGES = """
WITH labelled AS (
    SELECT r.outcome, r.number, array_agg(DISTINCT CASE
        WHEN p->>'fact' <> 'activity' THEN p->>'fact'
        WHEN p->>'does' IN ('begins', 'changes')
         AND c."group" NOT IN ('not-known', 'compulsory') THEN 'activity begins'
        WHEN p->>'does' = 'begins' AND c.code = '110' THEN 'activity begins'
        WHEN p->>'does' = 'ends' THEN 'activity ends'
        WHEN p->>'does' = 'corrects' THEN 'activity corrected'
    END) AS labels
    FROM intake_inboundrow r
    CROSS JOIN LATERAL jsonb_array_elements(r.proposal) p
    LEFT JOIN caseload_activitycode c ON c.code = p->'values'->>'code_id'
    WHERE r.file_id = %s AND r.outcome IN ('will-change', 'changed') AND p->>'does' <> 'confirms'
    GROUP BY r.outcome, r.number
)
SELECT outcome, label, count(*) FROM labelled, unnest(labels) AS label
WHERE label IS NOT NULL
  AND NOT (label = 'activity ends' AND 'activity begins' = ANY (labels))
GROUP BY 1, 2 ORDER BY 3 DESC, 2
"""
"""What the rows that change change, one row under each thing that it changes."""


def reasons_by_outcome(file: InboundFile) -> dict[str, list[tuple[str, int]]]:
    """How many rows stand where they do for which reason, most first."""
    return _grouped(REASONS, file)


def problem_codes(file: InboundFile) -> list[tuple[str, int]]:
    """How many rows that cannot be read have which problem, most first."""
    with connection.cursor() as cursor:
        cursor.execute(PROBLEM_CODES, [file.pk])
        return [(code, rows) for code, rows in cursor.fetchall()]


def changes_by_outcome(file: InboundFile) -> dict[str, list[tuple[str, int]]]:
    """How many rows change what, most first."""
    return _grouped(CHANGES, file)


def _grouped(statement: str, file: InboundFile) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [file.pk])
        for outcome, label, rows in cursor.fetchall():
            found.setdefault(outcome, []).append((label, rows))
    return found


def rows_with_work(file: InboundFile, where: Sequence[str]) -> InboundRowQuerySet:
    """The accepted rows of a file whose people are to be contacted (DWP-01, LDOR-01).

    ``where`` are the columns of which one must say something; empty for every row.
    """
    rows = InboundRow.objects.filter(file=file, outcome__in=AFTER_APPLYING.values())
    return rows.filter(read__has_any_keys=list(where)) if where else rows


# -- errors ----------------------------------------------------------------------------------------

BY_ERROR = """
SELECT p->>'code', p->>'level', min(p->>'message'), count(DISTINCT r.number),
       count(DISTINCT p->>'message'), array_agg(DISTINCT p->>'letter'), min(p->>'heading'),
       count(DISTINCT r.number) FILTER (WHERE p ? 'accepted')
FROM intake_inboundrow r, jsonb_array_elements(r.problems) p
WHERE r.file_id = %s AND r.sealed_for_id IS NULL AND NOT (%s AND p ? 'asked')
GROUP BY 1, 2 ORDER BY position(p->>'level' IN 'hard soft note'), 4 DESC, 1
"""


def errors_by_kind(file: InboundFile, *, for_sender: bool = False) -> list[tuple[Any, ...]]:
    """One line for each kind of problem: code, level, words, rows, wordings, columns, heading,
    rows accepted. Those that must be mended come first.

    ``for_sender`` leaves out what looking at our own record raised.
    """
    with connection.cursor() as cursor:
        cursor.execute(BY_ERROR, [file.pk, for_sender])
        return list(cursor.fetchall())


def accepters_of(rows: Iterable[InboundRow]) -> dict[int, str]:
    """The names of those who accepted something about these rows, by their id."""
    ids = {
        problem["accepted"]["by"]
        for row in rows
        for problem in row.problems
        if problem.get("accepted")
    }
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def has_hidden_rows(file: InboundFile, user: User) -> bool:
    """Whether a file has rows that the user may not see."""
    seen = InboundRow.objects.visible_to(user).filter(file=file)
    return InboundRow.objects.filter(file=file).exclude(pk__in=seen.values("pk")).exists()


def first_rows(file: InboundFile, user: User, how_many: int = 3) -> list[list[Any]]:
    """The first rows as sent, of those that a user may see."""
    return list(
        InboundRow.objects.visible_to(user)
        .filter(file=file)
        .order_by("number")
        .values_list("sent", flat=True)[:how_many]
    )


def next_unsure(file: InboundFile, after: int, user: User) -> InboundRow | None:
    """The next row that needs a person, after one and then from the beginning."""
    rows = (
        InboundRow.objects.visible_to(user)
        .filter(file=file, outcome__in=UNSURE_OUTCOMES)
        .order_by("number")
    )
    return rows.filter(number__gt=after).first() or rows.exclude(number=after).first()
